import type { IExecuteFunctions } from 'n8n-workflow';
import { GenerationError } from '../errors/failure';
import { followFile, type FileFormat } from '../media/detectFormat';
import { containsFile, describeMissingFile, openUrl } from '../transport/download';
import type { ByteStream } from '../transport/httpResponse';
import { isConnectionLost } from '../transport/networkErrors';
import type { GatewaySession } from '../transport/session';
import { resolveDownloadedFormat } from './contentFormat';
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
 * Downloads a generated file into n8n's storage, as a stream.
 * @throws GenerationError if there is no file at the URL, or the download breaks off, and what n8n's storage throws
 */
export async function downloadFile(
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
