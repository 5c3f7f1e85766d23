import { GenerationError } from '../errors/failure';
import type { Deadline } from '../time/deadline';
import type { StreamClass } from './byteStream';
import type { ByteStream } from './httpResponse';

/** An input image that goes into the body of a request: what is known of it before, and how it is read. */
export interface ImageContent {
	/** Its exact size: the length of the request is stated before it is read. */
	sizeBytes: number;
	mimeType: string;
	/** A kind of stream that n8n's helpers accept, if one was seen when the image was checked. */
	streamClass?: StreamClass;
	/**
	 * Opens it from its start, once for each time that the request is sent.
	 * @throws GenerationError of kind `invalidInput` if it cannot be read any more; so do the bytes, if they are not as
	 * many as were stated
	 */
	open(deadline: Deadline): Promise<OpenImage>;
}

/** An input image that is being read. */
export interface OpenImage {
	bytes: AsyncIterable<Uint8Array>;
	/** What it is read from; absent if it is in memory. */
	stream?: ByteStream;
}

/** An input image broke off while it was sent. The gateway has accepted nothing, and another try may read the image. */
export class InterruptedImageError extends GenerationError {}

/** The images of a request, by the data URI that stands for each of them in its fields. */
export type RequestImages = ReadonlyMap<string, ImageContent>;

/** An image that is in memory anyway. */
export function inMemory(content: Buffer): OpenImage {
	return {
		bytes: (async function* () {
			yield content;
		})(),
	};
}
