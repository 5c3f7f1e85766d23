import type { IExecuteFunctions } from 'n8n-workflow';
import { parseBase64Picture, toDataUri } from '../media/dataUri';
import { invalidInput, MediaError } from '../media/failure';
import { detectFormat } from '../media/fileFormat';
import { checkReference, type ReferenceRules } from '../media/imageRequest';
import { isLink } from '../media/link';
import type { Deadline } from './deadline';
import { openLink, readBytes } from './http';

/** One row of the parameter `images`. */
export type ReferenceSource =
	| { source: 'binary'; field: string }
	| { source: 'url'; url: string; asLink: boolean }
	| { source: 'base64'; base64: string };

/** Pictures that several items use are read once: by link, or by the id in n8n's store. */
export type ReferenceCache = Map<string, Promise<Buffer>>;

/** Where a reference comes from and what it has to be. */
export interface ReferenceContext {
	context: IExecuteFunctions;
	itemIndex: number;
	rules: ReferenceRules;
	cache: ReferenceCache;
	deadline: Deadline;
}

/**
 * Reads a reference image and checks it, so that nothing is sent that would be refused.
 * @param position place among the references, from 1
 * @returns a data URI, or the link where the user wants links handed on
 * @throws MediaError of kind `invalidInput`; NodeOperationError when the item has no such file
 */
export async function loadReference(
	from: ReferenceContext,
	reference: ReferenceSource,
	position: number,
): Promise<string> {
	if (reference.source === 'url' && reference.asLink) return checkedLink(reference.url, position);
	const bytes = await bytesOf(from, reference, position);
	const format = detectFormat(bytes);
	checkReference(position, bytes.length, format, from.rules);
	return toDataUri(bytes, format?.mimeType ?? '');
}

async function bytesOf(from: ReferenceContext, reference: ReferenceSource, position: number): Promise<Buffer> {
	switch (reference.source) {
		case 'binary':
			return await readField(from, reference.field, position);
		case 'base64':
			return decode(reference.base64, position);
		case 'url': {
			const link = reference.url.trim();
			if (/^data:/i.test(link)) return decode(link, position);
			checkedLink(link, position);
			return await once(from.cache, link, async () => await readLink(from, link, position));
		}
	}
}

async function readField(from: ReferenceContext, field: string, position: number): Promise<Buffer> {
	const { helpers } = from.context;
	const { id, bytes = 0 } = helpers.assertBinaryData(from.itemIndex, field);
	// Looked at before it is read: a file that is too large need not come into memory.
	if (bytes > from.rules.maxBytes) checkReference(position, bytes, undefined, from.rules);
	const read = async () => await helpers.getBinaryDataBuffer(from.itemIndex, field);
	return id ? await once(from.cache, id, read) : await read();
}

async function readLink({ context, rules, deadline }: ReferenceContext, link: string, position: number): Promise<Buffer> {
	const unreadable = (why: string) =>
		invalidInput('Images', `reference image ${position} could not be read from its link (${why})`);
	const explain = (error: unknown): never => {
		if (error instanceof MediaError && !deadline.failure()) throw unreadable(error.failure.says);
		throw error;
	};
	const { httpStatus, body } = await openLink(context, link, deadline).catch(explain);
	if (httpStatus !== 200) {
		body.destroy();
		throw unreadable(`HTTP status ${httpStatus}`);
	}
	return await readBytes(body, deadline, rules.maxBytes).catch(explain);
}

async function once(cache: ReferenceCache, key: string, read: () => Promise<Buffer>): Promise<Buffer> {
	const known = cache.get(key) ?? read();
	cache.set(key, known);
	return await known;
}

function decode(base64: string, position: number): Buffer {
	const picture = parseBase64Picture(base64);
	if (!picture) throw invalidInput('Images', `reference image ${position} is not base64`);
	return picture.bytes;
}

function checkedLink(url: string, position: number): string {
	const link = url.trim();
	if (!isLink(link)) throw invalidInput('Images', `reference image ${position} is not an http or https link`);
	return link;
}
