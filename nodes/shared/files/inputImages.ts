import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';
import { parseBase64Image, toDataUri } from '../media/dataUri';
import { invalidInput, GenerationError } from '../errors/failure';
import { detectFormat, isCut } from '../media/detectFormat';
import { checkReference } from '../generation/requestChecks';
import type { ReferenceRules } from '../generation/request';
import { isLink } from '../media/url';
import { downloadAgain } from './attempts';
import type { Deadline } from '../time/deadline';
import { BROKE_OFF, limitBytes, refused } from './download';
import { readBytes } from '../transport/body';
import {
	containsFile,
	describeMissingFile,
	leadsToPrivateNetwork,
	openUrl,
} from '../transport/download';

/** A file of an item, as n8n hands it to an expression; where it keeps files inside the items, without its data. */
export const inputFileSchema = z
	.object({
		mimeType: z.string(),
		id: z.string().optional(),
		data: z.string().optional(),
		bytes: z.number().optional(),
	})
	.passthrough();
export type InputFile = z.output<typeof inputFileSchema>;

/** One input image: a file of the item or the name of its field, a link, or text. */
export type ReferenceSource =
	| { source: 'binary'; file: string | InputFile }
	| { source: 'url'; url: string; asLink: boolean }
	| { source: 'base64'; base64: string };

/** Links that several items use are read once. Holds data URIs, which the items then share. */
export interface ReferenceCache {
	known: Map<string, Promise<ReadReference>>;
	/** How many characters are kept. */
	size: number;
}

/** A reference image that has been read. */
interface ReadReference {
	dataUri: string;
	sizeBytes: number;
}

/** The most that is kept for sharing, in characters; what is beyond it is read again when its turn comes. */
const MAX_CACHED = 64 * 1024 * 1024;

/** An empty cache, for the items of one run. */
export const createReferenceCache = (): ReferenceCache => ({ known: new Map(), size: 0 });

/** Where a reference comes from and what it has to be. */
export interface ReferenceContext {
	context: IExecuteFunctions;
	itemIndex: number;
	/** What the form calls the input images. */
	label: string;
	rules: ReferenceRules;
	cache: ReferenceCache;
}

/** A reference image that has been checked. */
export interface CheckedReference {
	/** Gives it when it is needed: a data URI, or a link. */
	read(deadline: Deadline): Promise<string>;
	/** How large its file is, where that is sent inside the request; 0 for a link. */
	sizeBytes: number;
}

const asItIs = (url: string): CheckedReference => ({ read: async () => url, sizeBytes: 0 });

/**
 * Reads a reference image and checks it, so that nothing is sent that would be refused. It is read again
 * when its turn comes, so that a hundred items do not wait in memory.
 * @param position place among the references, from 1
 * @throws MediaError of kind `invalidInput`, or `cancelled`; NodeOperationError when the item has no such file
 */
export async function checkedReference(
	from: ReferenceContext,
	reference: ReferenceSource,
	position: number,
	deadline: Deadline,
): Promise<CheckedReference> {
	if (reference.source === 'url') {
		const url = reference.url.trim();
		if (from.rules.assets && /^asset:\/\//.test(url)) return asItIs(url);
		if (!/^data:/i.test(url))
			return await checkedUrl(from, url, reference.asLink, position, deadline);
		return await checkedBytes(
			from,
			async () => decode(from.label, url, position),
			position,
			deadline,
		);
	}
	const read =
		reference.source === 'binary'
			? async () => await readFile(from, reference.file, position)
			: async () => decode(from.label, reference.base64, position);
	return await checkedBytes(from, read, position, deadline);
}

/** Bytes that are there already: they are cheap to read twice, and made to text when they are sent. */
async function checkedBytes(
	from: ReferenceContext,
	read: () => Promise<Buffer>,
	position: number,
	deadline: Deadline,
): Promise<CheckedReference> {
	const readChecked = async (until: Deadline) => {
		until.throwIfExpired();
		const bytes = await read();
		return { bytes, mimeType: mimeTypeOf(from, bytes, position) };
	};
	const { bytes } = await readChecked(deadline);
	return {
		read: async (until) => {
			const file = await readChecked(until);
			return toDataUri(file.bytes, file.mimeType);
		},
		sizeBytes: bytes.length,
	};
}

async function checkedUrl(
	from: ReferenceContext,
	url: string,
	asLink: boolean,
	position: number,
	deadline: Deadline,
): Promise<CheckedReference> {
	checkLink(from.label, url, position);
	if (asLink) return asItIs(url);
	const read = async (until: Deadline) =>
		await once(from.cache, url, async () => {
			const bytes = await readLink(from, url, position, until);
			return {
				dataUri: toDataUri(bytes, mimeTypeOf(from, bytes, position)),
				sizeBytes: bytes.length,
			};
		});
	const { sizeBytes } = await read(deadline);
	return { read: async (until) => (await read(until)).dataUri, sizeBytes };
}

/** @throws MediaError of kind `invalidInput` when the bytes are not what the gateway takes */
function mimeTypeOf({ label, rules }: ReferenceContext, bytes: Buffer, position: number): string {
	const format = detectFormat(bytes);
	checkReference(label, position, bytes.length, format, rules);
	return format?.mimeType ?? '';
}

async function readFile(
	{ context, itemIndex, label, rules }: ReferenceContext,
	named: string | InputFile,
	position: number,
): Promise<Buffer> {
	const { helpers } = context;
	const file =
		typeof named === 'string'
			? helpers.assertBinaryData(itemIndex, named)
			: findFile(context, itemIndex, named);
	if (!file)
		throw invalidInput(
			label,
			`image ${position} is a file without its data`,
			'Give the name of its field in place of the file, e.g. "data".',
		);
	const { id, data = '', bytes = 0 } = file;
	// Looked at before it is read: a file that is too large need not come into memory.
	if (bytes > rules.maxBytes) checkReference(label, position, bytes, undefined, rules);
	return id
		? await helpers.binaryToBuffer(await helpers.getBinaryStream(id))
		: Buffer.from(data, 'base64');
}

/** The file of an item that is meant, by its field or by all that an expression gave of it; undefined where there is none. */
export function findFile(
	context: IExecuteFunctions,
	itemIndex: number,
	file: string | InputFile,
): InputFile | undefined {
	if (typeof file !== 'string') {
		if (file.id !== undefined || file.data !== undefined) return file;
		const alike = Object.values(context.getInputData()[itemIndex]?.binary ?? {}).filter((own) =>
			Object.entries(file).every(([name, value]) => own[name] === value),
		);
		return new Set(alike.map(({ data }) => data)).size === 1 ? alike[0] : undefined;
	}
	try {
		// By its name n8n finds it in the item's JSON, too, where the workflow keeps files there.
		return context.helpers.assertBinaryData(itemIndex, file);
	} catch {
		return undefined;
	}
}

async function readLink(
	{ context, label, rules }: ReferenceContext,
	url: string,
	position: number,
	deadline: Deadline,
): Promise<Buffer> {
	const unreadable = (why: string) =>
		invalidInput(label, `image ${position} could not be read from its link (${why})`);
	const explain = (error: unknown): never => {
		if (!(error instanceof GenerationError) || error.failure.kind === 'cancelled') throw error;
		const { message, detail } = error.failure;
		throw unreadable([message, detail ?? []].flat().join('; '));
	};
	// A public link that is redirected into this server's own network is somebody's attempt to read what is there.
	const allowsPrivateNetwork = await leadsToPrivateNetwork(context, url);
	const download = async () => {
		const response = await openUrl(context, url, deadline, allowsPrivateNetwork);
		const { httpStatus, isWhole, hasOpenEnd, body } = response;
		if (!containsFile(response)) {
			body.destroy();
			throw new GenerationError({
				kind: 'fileGone',
				message: isWhole ? `HTTP status ${httpStatus}` : describeMissingFile(response),
				httpStatus,
			});
		}
		const tooLarge = limitBytes(body, rules.maxBytes);
		const bytes = await readBytes(body, deadline, rules.maxBytes).catch((error: unknown) => {
			throw tooLarge() ? refused(`it is larger than ${rules.maxBytes / 1024 / 1024} MB`) : error;
		});
		// A storage that is not ready yet may send nothing at first.
		if (bytes.length === 0)
			throw new GenerationError({ kind: 'fileGone', message: 'the file is empty' });
		if (hasOpenEnd && isCut(bytes)) throw new GenerationError(BROKE_OFF);
		return bytes;
	};
	return await downloadAgain(deadline, download).catch(explain);
}

/** What could not be read is not remembered: the next item may fare better. */
async function once(
	cache: ReferenceCache,
	key: string,
	read: () => Promise<ReadReference>,
): Promise<ReadReference> {
	const known = cache.known.get(key);
	if (known) return await known;
	const reading = read();
	cache.known.set(key, reading);
	try {
		const { length } = (await reading).dataUri;
		if (cache.size + length > MAX_CACHED) cache.known.delete(key);
		else cache.size += length;
	} catch {
		cache.known.delete(key);
	}
	return await reading;
}

function decode(label: string, base64: string, position: number): Buffer {
	const picture = parseBase64Image(base64);
	if (!picture) throw invalidInput(label, `image ${position} is not base64`);
	// Tables and databases cut off a text that is too long for them, mostly without a word.
	if (isCut(picture.bytes))
		throw invalidInput(
			label,
			`image ${position} is cut off: its base64 ends before the picture does`,
		);
	return picture.bytes;
}

function checkLink(label: string, url: string, position: number): void {
	if (!isLink(url)) throw invalidInput(label, `image ${position} is not an http or https link`);
}
