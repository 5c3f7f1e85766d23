import { createHash } from 'node:crypto';
import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { parseBase64Image } from '../media/dataUri';
import { GenerationError, type Failure } from '../errors/failure';
import {
	detectFormat,
	followFile,
	FORMAT_HEAD_BYTES,
	isUnbranded,
	MP4,
	type FileFormat,
} from '../media/detectFormat';
import { baseNameOfLink, fileNameFor } from '../media/url';
import type { GeneratedFile } from '../generation/result';
import { downloadAgain } from './attempts';
import type { Deadline } from '../time/deadline';
import { containsFile, describeMissingFile, openUrl } from '../transport/download';
import type { ByteStream } from '../transport/httpResponse';
import type { GatewaySession } from '../transport/session';
import { isConnectionLost } from '../transport/networkErrors';

/** A file in n8n's store, and what is known of it. */
export interface StoredFile {
	binary: IBinaryData;
	fileName: string;
	mimeType: string;
	/** Bytes. */
	fileSize: number;
	width?: number;
	height?: number;
}

/** What a file may be called. */
export interface FileNaming {
	/** The user's own name, or undefined to take the link's. */
	wanted?: string;
	/** For a file that has no link. */
	fallback: string;
	/** Place in the set from 1, where the user's own name is shared by several files. */
	number?: number;
}

/** Fewer bytes than any picture or video of a format that is not known here. */
const SMALLEST_FILE = 100;

const GIGABYTE = 1024 ** 3;

/**
 * The most bytes that are downloaded: far more than minutes of video, which no model makes yet, and less than fills
 * the disk of a server.
 */
export const MAX_FILE_BYTES = 2 * GIGABYTE;

/**
 * Brings a file into n8n's store: downloaded as a stream, or turned from base64 to bytes.
 * @throws MediaError of kind `fileGone`, with the link
 */
export async function storeFile(
	session: GatewaySession,
	source: GeneratedFile['source'],
	naming: FileNaming,
): Promise<StoredFile> {
	const { deadline } = session;
	if ('base64' in source) return await storeBase64(session, source.base64, naming);
	try {
		return await downloadAgain(deadline, async () => await download(session, source.url, naming));
	} catch (error) {
		throw asFileGone(error, source.url, deadline);
	}
}

function asFileGone(error: unknown, url: string, deadline: Deadline): GenerationError {
	const ended = deadline.reason();
	if (ended?.kind === 'cancelled') return new GenerationError({ ...ended, url });
	if (ended) return new GenerationError({ kind: 'fileGone', message: ended.message, url });
	const failure = error instanceof GenerationError ? error.failure : undefined;
	return new GenerationError({
		kind: 'fileGone',
		message: failure?.message ?? 'the file could not be stored',
		url,
		...(failure?.detail === undefined ? {} : { detail: failure.detail }),
		...(failure?.httpStatus === undefined ? {} : { httpStatus: failure.httpStatus }),
	});
}

async function storeBase64(
	{ context, credentials }: GatewaySession,
	base64: string,
	naming: FileNaming,
): Promise<StoredFile> {
	const picture = parseBase64Image(base64);
	// Words such as "processing" are base64, too.
	if (!picture || noFile(picture.bytes))
		throw new GenerationError({ kind: 'answerLost', message: neither(base64.trim()) });
	const format = formatOf(picture.bytes, picture.mimeType);
	const fallback = `${naming.fallback}-${digestOf(picture.bytes)}`;
	return await store(
		context,
		picture.bytes,
		format,
		fileNameOf({ base64 }, format, { ...naming, fallback }, credentials.redact),
	);
}

/** Tells files apart that have no link to be named by. The end of a picture is as much its own as the whole, and read at once. */
const digestOf = (bytes: Buffer) =>
	createHash('sha256').update(bytes.subarray(-DIGESTED_BYTES)).digest('hex').slice(0, 8);
const DIGESTED_BYTES = 64 * 1024;

/** Longest text that is shown as it came: a word or a sentence, but no data. */
const MAX_SHOWN = 100;

function neither(text: string): string {
	const isShort = text.length <= MAX_SHOWN && !/\p{Cc}/u.test(text);
	return `what came is neither a link nor a picture${isShort ? `: ${text}` : ''}`;
}

async function download(
	{ context, credentials, deadline }: GatewaySession,
	url: string,
	naming: FileNaming,
): Promise<StoredFile> {
	const response = await openUrl(context, url, deadline, credentials.allowsPrivateNetwork);
	const { httpStatus, contentType, hasOpenEnd, body } = response;
	try {
		if (!containsFile(response))
			throw new GenerationError({
				kind: 'fileGone',
				message: describeMissingFile(response),
				httpStatus,
			});
		const { head, whole } = await takeHead(body);
		// A storage that is not ready yet may send nothing at first.
		if (whole && head.length === 0)
			throw new GenerationError({ kind: 'fileGone', message: 'the file is empty' });
		const format = downloadedFormat(head, contentType);
		const fileName = fileNameOf({ url }, format, naming, credentials.redact);
		const file = followFile(head);
		const checkEnd = () => {
			if (hasOpenEnd && file.isCut()) throw new GenerationError(BROKE_OFF);
		};
		if (!whole) {
			body.prependListener('data', (chunk: Uint8Array) => file.add(chunk));
			const stored = await storeStream(context, body, format, fileName);
			checkEnd();
			return { ...stored, ...sizeIn(file.format()) };
		}
		file.add(head);
		checkEnd();
		return await store(context, head, format, fileName);
	} finally {
		body.destroy();
	}
}

/** @throws MediaError when the download breaks off or is too large, and what n8n's store throws */
async function storeStream(
	context: IExecuteFunctions,
	body: ByteStream,
	format: FileFormat,
	fileName: string,
): Promise<StoredFile> {
	const tooLarge = limitBytes(body);
	freeYoung(body);
	try {
		return await store(context, body, format, fileName);
	} catch (error) {
		if (tooLarge())
			throw refused(
				`the file is larger than ${MAX_FILE_BYTES / GIGABYTE} GB, which is the most that is downloaded`,
			);
		throw isConnectionLost(error) ? new GenerationError(BROKE_OFF) : error;
	}
}

export const BROKE_OFF: Failure = { kind: 'answerLost', message: 'the download broke off' };

/** A link that leads to what is no file of ours. With its status: asked again, the storage would say the same. */
export const refused = (message: string) =>
	new GenerationError({ kind: 'fileGone', message, httpStatus: 200 });

/**
 * Ends a stream that brings more than any file may have; nobody else has to read it twice.
 * @returns whether it did
 */
export function limitBytes(body: ByteStream, maxBytes = MAX_FILE_BYTES): () => boolean {
	let size = 0;
	// With `on` the stream would begin to flow before anyone else takes its data.
	body.prependListener('data', (chunk: Uint8Array) => {
		size += chunk.length;
		if (size > maxBytes) body.destroy(new Error('the file is too large'));
	});
	return () => size > maxBytes;
}

/**
 * The name of a file: the user's own, else the link's. The key is taken out before the name is cut, since half a
 * key would not be found any more.
 * @param redact takes the key out of a text
 */
export function fileNameOf(
	source: GeneratedFile['source'],
	{ extension }: FileFormat,
	naming: FileNaming,
	redact: (text: string) => string,
): string {
	const { wanted, fallback, number } = naming;
	// A key with a slash in it goes over several parts of the path.
	const inLink = 'url' in source ? redact(baseNameOfLink(redact(source.url))) : '';
	const isShared = wanted !== undefined || 'base64' in source;
	return fileNameFor(
		redact(wanted ?? '') || inLink || redact(fallback),
		extension,
		isShared ? number : undefined,
	);
}

async function store(
	context: IExecuteFunctions,
	content: ByteStream | Buffer,
	format: FileFormat,
	fileName: string,
): Promise<StoredFile> {
	const binary = await context.helpers.prepareBinaryData(content, fileName, format.mimeType);
	const fileSize = await sizeOf(context, binary);
	return {
		binary: { ...binary, fileName, fileExtension: format.extension },
		fileName,
		mimeType: format.mimeType,
		fileSize,
		...sizeIn(format),
	};
}

/** The size in pixels, where it is known. */
function sizeIn({ width, height }: Partial<FileFormat> = {}): Pick<StoredFile, 'width' | 'height'> {
	return width === undefined || height === undefined ? {} : { width, height };
}

/** The size in bytes. Older versions of n8n do not put it into the binary itself. */
async function sizeOf(context: IExecuteFunctions, binary: IBinaryData): Promise<number> {
	if (typeof binary.bytes === 'number') return binary.bytes;
	if (binary.id) return (await context.helpers.getBinaryMetadata(binary.id)).fileSize;
	return Buffer.byteLength(binary.data, 'base64');
}

/** So often is each part of a download copied, see `freeYoung`: with half as many, ten downloads of 300 MB held up to twice as much. */
const COPIES = 8;

/**
 * Has V8 throw away what a download leaves behind while it is young. The bytes that come lie outside of V8's heap, and
 * after some 40 MB of them it marks all of the heap to be rid of them: in n8n that takes most of the processor time of
 * a large file. Young objects, and the bytes that they hold, it drops at next to no cost, but only when there are enough
 * objects in the heap itself. A text is one, so each part is copied as text, and the copies are left to it. (Arrays
 * would not do: those that it expects to live on it makes old from the start.) Measured with n8n's store in the file
 * system; where n8n keeps files in its memory or its database, all parts stay until the end, and nothing is gained.
 */
function freeYoung(body: ByteStream): void {
	body.prependListener('data', (chunk: Buffer) => {
		for (let copies = 0; copies < COPIES; copies++) chunk.toString('latin1');
	});
}

/** Types of pictures and videos that the bytes may not tell, and their extensions; the words of a header may be anything. */
const KNOWN_TYPES = new Map([
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
 * The bytes say what a file is; the header, or the data URI, only where they do not. Boxes without a brand, of which the
 * header says nothing either, are those of an MP4: that is what the gateways make unless another format is asked for.
 */
export function formatOf(head: Uint8Array, announced = ''): FileFormat {
	const detected = detectFormat(head);
	if (detected) return detected;
	const mimeType = bareType(announced);
	const extension = KNOWN_TYPES.get(mimeType);
	if (extension !== undefined)
		return { mimeType, extension, kind: mimeType.startsWith('image/') ? 'image' : 'video' };
	return isUnbranded(head)
		? MP4
		: { mimeType: 'application/octet-stream', extension: 'bin', kind: 'other' };
}

/** The type in a header `Content-Type`, without its parameters. */
const bareType = (header: string) => header.split(';', 1)[0]?.trim().toLowerCase() ?? '';

/** @throws MediaError when it is a document, or next to nothing, in place of a file */
function downloadedFormat(head: Uint8Array, contentType: string): FileFormat {
	const type = bareType(contentType);
	if (!detectFormat(head) && /^text\/[\w.+-]+$|^[\w.-]+\/([\w.-]+\+)?(json|xml)$/.test(type)) {
		throw refused(`the link leads to ${type}, not to a picture or a video`);
	}
	const what = noFile(head);
	if (what) throw refused(`the link leads to ${what}, not to a picture or a video`);
	return formatOf(head, contentType);
}

/** What the bytes are in place of a picture or a video: a storage may send its refusal under any type. */
function noFile(head: Uint8Array): string | undefined {
	if (detectFormat(head)) return undefined;
	if (head.length < SMALLEST_FILE) return `${head.length} bytes`;
	// A character may be cut at the end.
	const start = Buffer.from(head.subarray(0, SMALLEST_FILE))
		.toString('utf8')
		.replace(/\uFFFD+$/, '');
	if (/^\s*[<{]/.test(start)) return 'a document';
	return NO_TEXT.test(start) ? undefined : 'a text';
}

/** What no text has, and all formats of pictures and videos have at their beginning: control characters, and bytes that are no character. */
const NO_TEXT = /(?![\t\n\r])\p{Cc}|\uFFFD/u;

/**
 * Looks at the start of a stream without taking it away.
 * @returns the first bytes, and whether they are all there is (then the stream is used up)
 */
async function takeHead(body: ByteStream): Promise<{ head: Buffer; whole: boolean }> {
	return await new Promise((resolve, reject) => {
		const parts: Buffer[] = [];
		let size = 0;
		const settle = (finish: () => void) => {
			body
				.off('readable', onReadable)
				.off('end', onEnd)
				.off('error', onBreak)
				.off('close', onBreak);
			finish();
		};
		const onReadable = () => {
			while (size < FORMAT_HEAD_BYTES) {
				const chunk: unknown = body.read();
				if (!(chunk instanceof Uint8Array)) return;
				parts.push(Buffer.from(chunk));
				size += chunk.length;
			}
			const head = Buffer.concat(parts);
			settle(() => {
				body.unshift(head);
				resolve({ head, whole: false });
			});
		};
		const onEnd = () => settle(() => resolve({ head: Buffer.concat(parts), whole: true }));
		const onBreak = () => settle(() => reject(new GenerationError(BROKE_OFF)));
		body.on('readable', onReadable).on('end', onEnd).on('error', onBreak).on('close', onBreak);
	});
}
