import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';
import { invalidInput, GenerationError } from '../errors/failure';
import type { ReferenceRules } from '../generation/request';
import { checkReference } from '../generation/requestChecks';
import { parseBase64Image, toDataUri } from '../media/dataUri';
import { detectFormat, isCut } from '../media/detectFormat';
import { isLink } from '../media/url';
import type { Deadline } from '../time/deadline';
import { downloadImage } from './downloadImage';
import { readCached, type ReferenceCache } from './referenceCache';

/** A file of an item, as n8n gives it to an expression; if n8n stores files inside the items, without its data. */
export const inputFileSchema = z
	.object({
		mimeType: z.string(),
		id: z.string().optional(),
		data: z.string().optional(),
		bytes: z.number().optional(),
	})
	.passthrough();
export type InputFile = z.output<typeof inputFileSchema>;

/** One input image: a file of the item or the name of its field, a URL, or text. */
export type ReferenceSource =
	| { source: 'binary'; file: string | InputFile }
	| { source: 'url'; url: string; asLink: boolean }
	| { source: 'base64'; base64: string };

/** Where an input image comes from, and what it has to be. */
export interface ReferenceContext {
	context: IExecuteFunctions;
	itemIndex: number;
	/** What the form calls the input images. */
	label: string;
	rules: ReferenceRules;
	cache: ReferenceCache;
}

/** The same for one of them. */
interface ReferenceAt extends ReferenceContext {
	/** Position among the input images, from 1. */
	position: number;
}

/** An input image that has been checked. */
export interface CheckedReference {
	/** Returns it when it is needed: a data URI, or a URL. */
	read(deadline: Deadline): Promise<string>;
	/** The size of its file, if that is sent inside the request; 0 for a URL. */
	sizeBytes: number;
}

const sendAsUrl = (url: string): CheckedReference => ({ read: async () => url, sizeBytes: 0 });

/**
 * Reads an input image and checks it, so that nothing is sent that the gateway would reject. It is read again when its
 * turn comes, so that those of a hundred items do not wait in memory.
 * @param position position among the input images, from 1
 * @throws GenerationError of kind `invalidInput` or `cancelled`; NodeOperationError if the item has no such file
 */
export async function checkedReference(
	from: ReferenceContext,
	reference: ReferenceSource,
	position: number,
	deadline: Deadline,
): Promise<CheckedReference> {
	const at: ReferenceAt = { ...from, position };
	if (reference.source === 'url') {
		const url = reference.url.trim();
		if (from.rules.assets && /^asset:\/\//.test(url)) return sendAsUrl(url);
		return /^data:/i.test(url)
			? await checkBytes(at, async () => decode(at, url), deadline)
			: await checkUrl(at, url, reference.asLink, deadline);
	}
	const read =
		reference.source === 'binary'
			? async () => await readFile(at, reference.file)
			: async () => decode(at, reference.base64);
	return await checkBytes(at, read, deadline);
}

/** Checks bytes that need no download: they are cheap to read twice, and encoded when they are sent. */
async function checkBytes(
	at: ReferenceAt,
	read: () => Promise<Buffer>,
	deadline: Deadline,
): Promise<CheckedReference> {
	const readChecked = async (until: Deadline) => {
		until.throwIfExpired();
		const bytes = await read();
		return { bytes, mimeType: checkedMimeType(at, bytes) };
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

async function checkUrl(
	at: ReferenceAt,
	url: string,
	asLink: boolean,
	deadline: Deadline,
): Promise<CheckedReference> {
	if (!isLink(url))
		throw invalidInput(at.label, `image ${at.position} is not an http or https link`);
	if (asLink) return sendAsUrl(url);
	const read = async (until: Deadline) =>
		await readCached(at.cache, url, async () => {
			const bytes = await readUrl(at, url, until);
			return { dataUri: toDataUri(bytes, checkedMimeType(at, bytes)), sizeBytes: bytes.length };
		});
	const { sizeBytes } = await read(deadline);
	return { read: async (until) => (await read(until)).dataUri, sizeBytes };
}

/** @throws GenerationError of kind `invalidInput` if the gateway does not accept the bytes */
function checkedMimeType({ label, rules, position }: ReferenceAt, bytes: Buffer): string {
	const format = detectFormat(bytes);
	checkReference({ label, position }, { bytes: bytes.length, format }, rules);
	return format?.mimeType ?? '';
}

async function readFile(
	{ context, itemIndex, label, rules, position }: ReferenceAt,
	named: string | InputFile,
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
	// The size is checked first: a file that is too large need not be read into memory.
	if (bytes > rules.maxBytes) checkReference({ label, position }, { bytes }, rules);
	return id
		? await helpers.binaryToBuffer(await helpers.getBinaryStream(id))
		: Buffer.from(data, 'base64');
}

/** Finds a file of an item, by its field or by everything that an expression gave of it; undefined if there is none. */
export function findFile(
	context: IExecuteFunctions,
	itemIndex: number,
	file: string | InputFile,
): InputFile | undefined {
	if (typeof file !== 'string') {
		if (file.id !== undefined || file.data !== undefined) return file;
		const matches = Object.values(context.getInputData()[itemIndex]?.binary ?? {}).filter((own) =>
			Object.entries(file).every(([name, value]) => own[name] === value),
		);
		return new Set(matches.map(({ data }) => data)).size === 1 ? matches[0] : undefined;
	}
	try {
		// By its name n8n also finds it in the item's JSON, if the workflow keeps files there.
		return context.helpers.assertBinaryData(itemIndex, file);
	} catch {
		return undefined;
	}
}

async function readUrl(at: ReferenceAt, url: string, deadline: Deadline): Promise<Buffer> {
	const { context, label, rules, position } = at;
	try {
		return await downloadImage(context, url, rules.maxBytes, deadline);
	} catch (error) {
		throw toUnreadable(error, label, position);
	}
}

/** What is not an error of the download, and the end of a stopped execution, stay as they are. */
function toUnreadable(error: unknown, label: string, position: number): unknown {
	if (!(error instanceof GenerationError) || error.failure.kind === 'cancelled') return error;
	const { message, detail } = error.failure;
	const reason = [message, detail ?? []].flat().join('; ');
	return invalidInput(label, `image ${position} could not be read from its link (${reason})`);
}

function decode({ label, position }: ReferenceAt, base64: string): Buffer {
	const image = parseBase64Image(base64);
	if (!image) throw invalidInput(label, `image ${position} is not base64`);
	// Tables and databases truncate a text that is too long for them, mostly without an error.
	if (isCut(image.bytes))
		throw invalidInput(
			label,
			`image ${position} is cut off: its base64 ends before the picture does`,
		);
	return image.bytes;
}
