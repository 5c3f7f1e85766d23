import {
	FORMAT_HEAD_BYTES,
	followFile,
	type FileFormat,
	type PassingFile,
} from '../media/detectFormat';
import type { StreamClass } from '../transport/byteStream';

/** A smaller image is kept, for all items that use its link; any other is read again when it is sent. */
const SMALL_IMAGE_BYTES = 1024 * 1024;

/** What is known of an image that was read once. */
export interface ImageFacts {
	sizeBytes: number;
	/** Undefined if it is not known. */
	format: FileFormat | undefined;
	/** Whether its bytes end before the image does. */
	isCut: boolean;
	/** The image itself, if it is small. */
	small?: Buffer;
	/** The kind of stream that it was read from. */
	streamClass?: StreamClass;
}

/**
 * Reads an image without holding it.
 * @param knownSizeBytes its size, if that is known: then it is read only as far as its format and its sides stand, and
 * not kept
 */
export async function examineImage(
	bytes: AsyncIterable<Uint8Array>,
	knownSizeBytes?: number,
): Promise<ImageFacts> {
	/** The beginning, by which the format is known, or all of a small image. */
	const start: Uint8Array[] = [];
	let sizeBytes = 0;
	let file: PassingFile | undefined;
	for await (const chunk of bytes) {
		if (sizeBytes < SMALL_IMAGE_BYTES) start.push(chunk);
		sizeBytes += chunk.length;
		if (file) file.add(chunk);
		else if (sizeBytes >= FORMAT_HEAD_BYTES) file = follow(start);
		const format = file?.format();
		if (knownSizeBytes !== undefined && format?.width !== undefined)
			return { sizeBytes: knownSizeBytes, format, isCut: false };
	}
	file ??= follow(start);
	const isSmall = knownSizeBytes === undefined && sizeBytes <= SMALL_IMAGE_BYTES;
	return {
		sizeBytes,
		format: file.format(),
		isCut: file.isCut(),
		...(isSmall ? { small: Buffer.concat(start) } : {}),
	};
}

function follow(start: readonly Uint8Array[]): PassingFile {
	const head = Buffer.concat(start);
	const file = followFile(head);
	file.add(head);
	return file;
}
