import { createHash } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { GenerationError } from '../errors/failure';
import type { GeneratedFile } from '../generation/result';
import { parseBase64Image } from '../media/dataUri';
import { followFile, type FileFormat } from '../media/detectFormat';
import type { Deadline } from '../time/deadline';
import { containsFile, describeMissingFile, openUrl } from '../transport/download';
import type { ByteStream } from '../transport/httpResponse';
import { isConnectionLost } from '../transport/networkErrors';
import type { GatewaySession } from '../transport/session';
import { downloadWithRetries } from './attempts';
import { describeNonFile, resolveDownloadedFormat, resolveFormat } from './contentFormat';
import { DOWNLOAD_BROKE_OFF, emptyFile, unusableFile } from './downloadErrors';
import { buildFileName, type FileNaming } from './fileName';
import { pixelsOf, storeBinary, type StoredFile } from './storeBinary';
import {
	collectGarbageEarly,
	GIGABYTE_BYTES,
	limitBytes,
	MAX_FILE_BYTES,
	peekHead,
} from './streamGuards';

/**
 * Stores a generated file in n8n: downloaded as a stream, or decoded from base64.
 * @throws GenerationError of kind `fileGone`, with the URL
 */
export async function storeFile(
	session: GatewaySession,
	source: GeneratedFile['source'],
	naming: FileNaming,
): Promise<StoredFile> {
	const { deadline } = session;
	if ('base64' in source) return await storeBase64(session, source.base64, naming);
	try {
		return await downloadWithRetries(
			deadline,
			async () => await download(session, source.url, naming),
		);
	} catch (error) {
		throw toFileGone(error, source.url, deadline);
	}
}

function toFileGone(error: unknown, url: string, deadline: Deadline): GenerationError {
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
	const image = parseBase64Image(base64);
	// A word such as "processing" is valid base64 as well.
	if (!image || describeNonFile(image.bytes))
		throw new GenerationError({ kind: 'answerLost', message: describeNonImage(base64.trim()) });
	const format = resolveFormat(image.bytes, image.mimeType);
	const fallback = `${naming.fallback}-${hashEnd(image.bytes)}`;
	const fileName = buildFileName({ base64 }, format, { ...naming, fallback }, credentials.redact);
	return await storeBinary(context, image.bytes, format, fileName);
}

const HASHED_BYTES = 64 * 1024;

/**
 * Distinguishes files that have no URL to be named after. The end of an image is as unique as the whole, and quick to
 * hash.
 */
const hashEnd = (bytes: Buffer) =>
	createHash('sha256').update(bytes.subarray(-HASHED_BYTES)).digest('hex').slice(0, 8);

/** The longest text that is shown as it is: a word or a sentence, but no data. */
const MAX_SHOWN_LENGTH = 100;

function describeNonImage(text: string): string {
	const isShort = text.length <= MAX_SHOWN_LENGTH && !/\p{Cc}/u.test(text);
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
		if (!containsFile(response)) {
			const message = describeMissingFile(response);
			throw new GenerationError({ kind: 'fileGone', message, httpStatus });
		}
		const { head, isWhole } = await peekHead(body);
		if (isWhole && head.length === 0) throw emptyFile();
		const format = resolveDownloadedFormat(head, contentType);
		const fileName = buildFileName({ url }, format, naming, credentials.redact);
		const file = followFile(head);
		const checkEnd = () => {
			if (hasOpenEnd && file.isCut()) throw new GenerationError(DOWNLOAD_BROKE_OFF);
		};
		if (!isWhole) {
			body.prependListener('data', (chunk: Uint8Array) => file.add(chunk));
			const stored = await storeStream(context, body, format, fileName);
			checkEnd();
			return { ...stored, ...pixelsOf(file.format()) };
		}
		file.add(head);
		checkEnd();
		return await storeBinary(context, head, format, fileName);
	} finally {
		body.destroy();
	}
}

/** @throws GenerationError if the download breaks off or is too large, and what n8n's storage throws */
async function storeStream(
	context: IExecuteFunctions,
	body: ByteStream,
	format: FileFormat,
	fileName: string,
): Promise<StoredFile> {
	const isTooLarge = limitBytes(body);
	collectGarbageEarly(body);
	try {
		return await storeBinary(context, body, format, fileName);
	} catch (error) {
		if (isTooLarge()) {
			const gigabytes = MAX_FILE_BYTES / GIGABYTE_BYTES;
			throw unusableFile(
				`the file is larger than ${gigabytes} GB, which is the most that is downloaded`,
			);
		}
		throw isConnectionLost(error) ? new GenerationError(DOWNLOAD_BROKE_OFF) : error;
	}
}
