import type { IExecuteFunctions } from 'n8n-workflow';
import { GenerationError } from '../errors/failure';
import type { Deadline } from '../time/deadline';
import { bytesOf } from '../transport/body';
import { streamClassOf } from '../transport/byteStream';
import {
	containsFile,
	describeMissingFile,
	leadsToPrivateNetwork,
	openUrl,
} from '../transport/download';
import type { OpenImage } from '../transport/imageContent';
import { downloadWithRetries } from './attempts';
import { DOWNLOAD_BROKE_OFF, emptyFile, unusableFile } from './downloadErrors';
import { examineImage, type ImageFacts } from './examineImage';
import { limitBytes } from './streamGuards';

/** An input image at a URL. */
export interface ImageAtUrl {
	url: string;
	/** A larger one is not read to its end. */
	maxBytes: number;
}

/**
 * Reads an input image once, without holding it, and tries again if that may help.
 * @throws GenerationError if it cannot be read, is empty, or is larger than `maxBytes`
 */
export async function examineUrl(
	context: IExecuteFunctions,
	image: ImageAtUrl,
	deadline: Deadline,
): Promise<ImageFacts> {
	return await downloadWithRetries(deadline, async () => {
		const { bytes, stream, hasOpenEnd } = await openOnce(context, image, deadline);
		const facts = { ...(await examineImage(bytes)), streamClass: streamClassOf(stream) };
		if (facts.sizeBytes === 0) throw emptyFile();
		if (hasOpenEnd && facts.isCut) throw new GenerationError(DOWNLOAD_BROKE_OFF);
		return facts;
	});
}

/**
 * Opens an input image, and tries again if that may help.
 * @throws GenerationError if it cannot be read; so do its bytes, also if it is larger than `maxBytes`
 */
export async function openImage(
	context: IExecuteFunctions,
	image: ImageAtUrl,
	deadline: Deadline,
): Promise<OpenImage> {
	return await downloadWithRetries(deadline, async () => await openOnce(context, image, deadline));
}

async function openOnce(
	context: IExecuteFunctions,
	{ url, maxBytes }: ImageAtUrl,
	deadline: Deadline,
): Promise<Required<OpenImage> & { hasOpenEnd: boolean }> {
	// A public URL that redirects into this server's own network is an attempt to read what is there.
	const allowsPrivateNetwork = await leadsToPrivateNetwork(context, url);
	const response = await openUrl(context, url, deadline, allowsPrivateNetwork);
	const { httpStatus, isWhole, hasOpenEnd = false, body } = response;
	if (!containsFile(response)) {
		body.destroy();
		throw new GenerationError({
			kind: 'fileGone',
			message: isWhole ? `HTTP status ${httpStatus}` : describeMissingFile(response),
			httpStatus,
		});
	}
	const isTooLarge = limitBytes(body, maxBytes);
	async function* limited(): AsyncGenerator<Uint8Array> {
		try {
			yield* bytesOf(body, deadline);
		} catch (error) {
			throw isTooLarge() ? unusableFile(`it is larger than ${maxBytes / 1024 / 1024} MB`) : error;
		}
	}
	return { bytes: limited(), stream: body, hasOpenEnd };
}
