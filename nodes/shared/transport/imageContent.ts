import type { Deadline } from '../time/deadline';
import type { ByteStream } from './httpResponse';

/** An input image that goes into the body of a request: what is known of it before, and how it is read. */
export interface ImageContent {
	/** Its exact size: the length of the request is stated before it is read. */
	sizeBytes: number;
	mimeType: string;
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
	/** What it is read from, of a kind that n8n's helpers accept; absent if it is in memory. */
	stream?: ByteStream;
}

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
