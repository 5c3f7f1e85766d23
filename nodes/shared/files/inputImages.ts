import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';
import { invalidInput } from '../errors/failure';
import type { ReferenceRules } from '../generation/request';
import { checkReference } from '../generation/requestChecks';
import { parseBase64Image } from '../media/dataUri';
import { detectFormat, isCut } from '../media/detectFormat';
import { isLink } from '../media/url';
import type { Deadline } from '../time/deadline';
import { bytesOf } from '../transport/body';
import { streamClassOf } from '../transport/byteStream';
import { inMemory, type ImageContent } from '../transport/imageContent';
import { examineUrl, openImage } from './downloadImage';
import { examineImage, type ImageFacts } from './examineImage';
import { readExactly, toUnreadable } from './readExactly';
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

/** An input image that has been checked: a URL that the gateway opens itself, or a file that is sent. */
export type CheckedReference = { url: string } | ImageContent;

/**
 * Checks an input image, so that nothing is sent that the gateway would reject. It is read again while it is sent, so
 * that none is in memory as a whole.
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
	if (reference.source === 'binary') return await checkFile(at, reference.file, deadline);
	if (reference.source === 'base64') return checkData(at, () => decode(at, reference.base64));
	const url = reference.url.trim();
	if (from.rules.assets && /^asset:\/\//.test(url)) return { url };
	if (/^data:/i.test(url)) return checkData(at, () => decode(at, url));
	if (!isLink(url))
		throw invalidInput(at.label, `image ${at.position} is not an http or https link`);
	return reference.asLink ? { url } : await checkUrl(at, url, deadline);
}

/** Data that is in memory anyway. It is decoded again when it is sent. */
function checkData(at: ReferenceAt, read: () => Buffer): ImageContent {
	const bytes = read();
	const sizeBytes = bytes.length;
	const mimeType = checkedMimeType(at, { sizeBytes, format: detectFormat(bytes) });
	return { sizeBytes, mimeType, open: async () => inMemory(read()) };
}

async function checkUrl(at: ReferenceAt, url: string, deadline: Deadline): Promise<ImageContent> {
	const { context, label, position } = at;
	const image = { url, maxBytes: at.rules.maxBytes };
	const what = `image ${position} could not be read from its link`;
	const facts = await readCached(
		at.cache,
		url,
		async () =>
			await examineUrl(context, image, deadline).catch(
				toUnreadable(label, what, { isSending: false }),
			),
	);
	const unreadable = toUnreadable(label, what, { isSending: true });
	return toContent(at, facts, async (until) => {
		const opened = await openImage(context, image, until).catch(unreadable);
		return readExactly(at, facts.sizeBytes, opened, unreadable);
	});
}

/** A file of the item: in n8n's storage, or inside the item itself. */
async function checkFile(
	at: ReferenceAt,
	named: string | InputFile,
	deadline: Deadline,
): Promise<ImageContent> {
	const { context, itemIndex, label, rules, position } = at;
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
	const { id, data = '' } = file;
	if (!id) return checkData(at, () => Buffer.from(data, 'base64'));
	const { fileSize } = await helpers.getBinaryMetadata(id);
	// The size is checked first: a file that is too large need not be read.
	if (fileSize > rules.maxBytes) checkReference({ label, position }, { bytes: fileSize }, rules);
	const open = async (until: Deadline) => {
		until.throwIfExpired();
		const stream = await helpers.getBinaryStream(id);
		// It may fail before anyone reads it. An error that nobody listens to would end the whole n8n process.
		stream.on('error', () => undefined);
		return { stream, bytes: bytesOf(stream, until) };
	};
	const examine = async () => {
		const { stream, bytes } = await open(deadline);
		const facts = await examineImage(bytes, fileSize);
		return { ...facts, streamClass: streamClassOf(stream) };
	};
	const what = `image ${position} could not be read`;
	const facts = await readCached(
		at.cache,
		id,
		async () => await examine().catch(toUnreadable(label, what, { isSending: false })),
	);
	const unreadable = toUnreadable(label, what, { isSending: true });
	return toContent(at, facts, async (until) =>
		readExactly(at, facts.sizeBytes, await open(until).catch(unreadable), unreadable),
	);
}

/** @throws GenerationError of kind `invalidInput` if the gateway does not accept it */
function toContent(at: ReferenceAt, facts: ImageFacts, open: ImageContent['open']): ImageContent {
	const { sizeBytes, small, streamClass } = facts;
	const mimeType = checkedMimeType(at, facts);
	return {
		sizeBytes,
		mimeType,
		...(streamClass ? { streamClass } : {}),
		open: small ? async () => inMemory(small) : open,
	};
}

/** @throws GenerationError of kind `invalidInput` if the gateway does not accept it */
function checkedMimeType(
	{ label, rules, position }: ReferenceAt,
	{ sizeBytes, format }: Pick<ImageFacts, 'sizeBytes' | 'format'>,
): string {
	checkReference({ label, position }, { bytes: sizeBytes, format }, rules);
	return format?.mimeType ?? '';
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
