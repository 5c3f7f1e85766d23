import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { parseBase64Picture } from '../media/dataUri';
import { MediaError } from '../media/failure';
import { detectFormat, FORMAT_HEAD_BYTES, type FileFormat } from '../media/fileFormat';
import { baseNameOfLink, fileNameFor } from '../media/link';
import type { MadeFile } from '../media/outcome';
import type { Deadline } from './deadline';
import { openLink, type ByteStream, type Visit } from './http';
import { pause } from './pause';

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

export interface FileNaming {
	/** The user's own name, or undefined to take the link's. */
	wanted?: string;
	/** For a file that has no link. */
	fallback: string;
	/** Place in the set from 1, where the user's own name is shared by several files. */
	number?: number;
}

/** Pauses before a download is tried again, in milliseconds. The file is paid for, and asking again costs nothing. */
const DOWNLOAD_PAUSES = [500, 2000];

/** Fewer bytes than any picture of a format that is not known here. */
const SMALLEST_PICTURE = 100;

/**
 * Brings a file into n8n's store: downloaded as a stream, or turned from base64 to bytes.
 * @throws MediaError of kind `fileGone`, with the link
 */
export async function storeFile(visit: Visit, source: MadeFile['source'], naming: FileNaming): Promise<StoredFile> {
	const { context, deadline } = visit;
	if ('base64' in source) return await storeBase64(context, source.base64, naming);
	for (let attempt = 0; ; attempt++) {
		try {
			return await download(visit, source.url, naming);
		} catch (error) {
			const milliseconds = DOWNLOAD_PAUSES[attempt];
			if (milliseconds === undefined || !mayComeLater(error) || deadline.failure()) throw asFileGone(error, source.url, deadline);
			await pause(milliseconds, deadline.signal);
		}
	}
}

/** A link that is refused stays refused; all else may pass. */
function mayComeLater(error: unknown): boolean {
	if (!(error instanceof MediaError)) return true;
	const { kind, httpStatus } = error.failure;
	return kind !== 'fileGone' || httpStatus === undefined || httpStatus === 429 || httpStatus >= 500;
}

function asFileGone(error: unknown, link: string, deadline: Deadline): MediaError {
	const ended = deadline.failure();
	if (ended?.kind === 'cancelled') return new MediaError({ ...ended, link });
	if (ended) return new MediaError({ kind: 'fileGone', says: ended.says, link });
	const failure = error instanceof MediaError ? error.failure : undefined;
	return new MediaError({
		kind: 'fileGone',
		says: failure?.says ?? 'the file could not be stored',
		link,
		...(failure?.httpStatus === undefined ? {} : { httpStatus: failure.httpStatus }),
	});
}

async function storeBase64(context: IExecuteFunctions, base64: string, naming: FileNaming): Promise<StoredFile> {
	const picture = parseBase64Picture(base64);
	// Words such as "processing" are base64, too.
	if (!picture || (picture.bytes.length < SMALLEST_PICTURE && !detectFormat(picture.bytes))) {
		throw new MediaError({ kind: 'answerLost', says: 'what came is neither a link nor a picture' });
	}
	const format = formatOf(picture.bytes, picture.mimeType);
	return await store(context, picture.bytes, format, fileNameFor(naming.wanted ?? naming.fallback, format.extension, naming.number));
}

async function download({ context, access, deadline }: Visit, url: string, naming: FileNaming): Promise<StoredFile> {
	const { httpStatus, contentType, body } = await openLink(context, url, deadline, access.mayLeadTo);
	if (httpStatus !== 200) {
		body.destroy();
		throw new MediaError({ kind: 'fileGone', says: `the storage answered with HTTP status ${httpStatus}`, httpStatus });
	}
	const { head, whole } = await takeHead(body);
	const format = formatOf(head, contentType);
	const name = naming.wanted ?? (baseNameOfLink(url) || naming.fallback);
	const fileName = fileNameFor(name, format.extension, naming.wanted === undefined ? undefined : naming.number);
	return await store(context, whole ? head : body, format, fileName);
}

async function store(
	context: IExecuteFunctions,
	content: ByteStream | Buffer,
	format: FileFormat,
	fileName: string,
): Promise<StoredFile> {
	const binary = await context.helpers.prepareBinaryData(content, fileName, format.mimeType);
	const fileSize = await sizeOf(context, binary);
	if (fileSize === 0) throw new MediaError({ kind: 'fileGone', says: 'the file is empty' });
	const { mimeType, width, height } = format;
	return {
		binary: { ...binary, fileName, fileExtension: format.extension },
		fileName,
		mimeType,
		fileSize,
		...(width === undefined || height === undefined ? {} : { width, height }),
	};
}

/** The size in bytes. Older versions of n8n do not put it into the binary itself. */
async function sizeOf(context: IExecuteFunctions, binary: IBinaryData): Promise<number> {
	if (typeof binary.bytes === 'number') return binary.bytes;
	if (binary.id) return (await context.helpers.getBinaryMetadata(binary.id)).fileSize;
	return Buffer.byteLength(binary.data, 'base64');
}

/** The bytes say what a file is; the header only where they do not. */
function formatOf(head: Uint8Array, contentType?: string): FileFormat {
	const format = detectFormat(head);
	if (format) return format;
	const mimeType = /^[\w.+-]+\/[\w.+-]+/.exec(contentType ?? '')?.[0] ?? '';
	if (mimeType.startsWith('text/') || mimeType.endsWith('json')) {
		// With its status: asked again, the storage would say the same.
		throw new MediaError({ kind: 'fileGone', says: `the link leads to ${mimeType}, not to a picture or a video`, httpStatus: 200 });
	}
	return { mimeType: mimeType || 'application/octet-stream', extension: 'bin', kind: 'other' };
}

/**
 * Looks at the start of a stream without taking it away.
 * @returns the first bytes, and whether they are all there is (then the stream is used up)
 */
async function takeHead(body: ByteStream): Promise<{ head: Buffer; whole: boolean }> {
	return await new Promise((resolve, reject) => {
		const parts: Buffer[] = [];
		let size = 0;
		const settle = (finish: () => void) => {
			body.off('readable', onReadable).off('end', onEnd).off('error', onBreak).off('close', onBreak);
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
		const onBreak = () => settle(() => reject(new MediaError({ kind: 'answerLost', says: 'the download broke off' })));
		body.on('readable', onReadable).on('end', onEnd).on('error', onBreak).on('close', onBreak);
	});
}
