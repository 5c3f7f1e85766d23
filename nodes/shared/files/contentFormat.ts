import { detectFormat, isUnbranded, MP4, type FileFormat } from '../media/detectFormat';
import { unusableFile } from './downloadErrors';

/** Smaller than any image or video whose format cannot be detected. */
const MIN_FILE_BYTES = 100;

/**
 * Types of images and videos that the bytes may not reveal, and their extensions. No other type is used: the text of a
 * header may be anything.
 */
const EXTENSIONS_BY_TYPE = new Map([
	...[
		'apng',
		'avif',
		'bmp',
		'gif',
		'heic',
		'heif',
		'jp2',
		'jpeg',
		'jxl',
		'png',
		'tiff',
		'webp',
	].map((name) => [`image/${name}`, name] as const),
	['video/3gpp', '3gp'],
	['video/mp4', 'mp4'],
	['video/mpeg', 'mpg'],
	['video/ogg', 'ogv'],
	['video/quicktime', 'mov'],
	['video/webm', 'webm'],
	['video/x-matroska', 'mkv'],
	['video/x-msvideo', 'avi'],
]);

/**
 * Determines the format of a file by its bytes, and only if they do not reveal it by the announced type, that of a
 * header or of a data URI. Boxes without a brand and without a known type count as MP4: gateways generate that unless
 * another format is requested.
 */
export function resolveFormat(head: Uint8Array, announcedType = ''): FileFormat {
	const detected = detectFormat(head);
	if (detected) return detected;
	const mimeType = toBareType(announcedType);
	const extension = EXTENSIONS_BY_TYPE.get(mimeType);
	if (extension !== undefined)
		return { mimeType, extension, kind: mimeType.startsWith('image/') ? 'image' : 'video' };
	return isUnbranded(head)
		? MP4
		: { mimeType: 'application/octet-stream', extension: 'bin', kind: 'other' };
}

/** The type in a header `Content-Type`, without its parameters. */
const toBareType = (header: string) => header.split(';', 1)[0]?.trim().toLowerCase() ?? '';

/** @throws GenerationError if the download is a document, or almost empty, and not a file */
export function resolveDownloadedFormat(head: Uint8Array, contentType: string): FileFormat {
	const type = toBareType(contentType);
	if (!detectFormat(head) && /^text\/[\w.+-]+$|^[\w.-]+\/([\w.-]+\+)?(json|xml)$/.test(type)) {
		throw unusableFile(`the link leads to ${type}, not to a picture or a video`);
	}
	const content = describeNonFile(head);
	if (content) throw unusableFile(`the link leads to ${content}, not to a picture or a video`);
	return resolveFormat(head, contentType);
}

/**
 * Describes bytes that are neither an image nor a video; undefined for those that may be one. A storage may send its
 * rejection with any type.
 */
export function describeNonFile(head: Uint8Array): string | undefined {
	if (detectFormat(head)) return undefined;
	if (head.length < MIN_FILE_BYTES) return `${head.length} bytes`;
	// The last character may be incomplete.
	const start = Buffer.from(head.subarray(0, MIN_FILE_BYTES))
		.toString('utf8')
		.replace(/\uFFFD+$/, '');
	if (/^\s*[<{]/.test(start)) return 'a document';
	return NON_TEXT.test(start) ? undefined : 'a text';
}

/**
 * What no text contains, and all formats of images and videos have at their beginning: control characters, and bytes
 * that are no character.
 */
const NON_TEXT = /(?![\t\n\r])\p{Cc}|\uFFFD/u;
