import type { IExecuteFunctions } from 'n8n-workflow';
import { GenerationError } from '../errors/failure';
import { isCut } from '../media/detectFormat';
import type { Deadline } from '../time/deadline';
import { readBytes } from '../transport/body';
import {
	containsFile,
	describeMissingFile,
	leadsToPrivateNetwork,
	openUrl,
} from '../transport/download';
import { downloadWithRetries } from './attempts';
import { DOWNLOAD_BROKE_OFF, emptyFile, unusableFile } from './downloadErrors';
import { limitBytes } from './streamGuards';

/**
 * Downloads an input image into memory, and tries again if that may help.
 * @throws GenerationError if it cannot be read or is larger than `maxBytes`
 */
export async function downloadImage(
	context: IExecuteFunctions,
	url: string,
	maxBytes: number,
	deadline: Deadline,
): Promise<Buffer> {
	// A public URL that redirects into this server's own network is an attempt to read what is there.
	const allowsPrivateNetwork = await leadsToPrivateNetwork(context, url);
	return await downloadWithRetries(deadline, async () => {
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
		const isTooLarge = limitBytes(body, maxBytes);
		const bytes = await readBytes(body, deadline, maxBytes).catch((error: unknown) => {
			throw isTooLarge() ? unusableFile(`it is larger than ${maxBytes / 1024 / 1024} MB`) : error;
		});
		if (bytes.length === 0) throw emptyFile();
		if (hasOpenEnd && isCut(bytes)) throw new GenerationError(DOWNLOAD_BROKE_OFF);
		return bytes;
	});
}
