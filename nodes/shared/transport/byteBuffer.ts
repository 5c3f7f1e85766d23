import { GenerationError } from '../errors/failure';

const MEGABYTE_BYTES = 1024 * 1024;

/** Collects the parts of a body, and joins them once. */
export interface ByteBuffer {
	length(): number;
	/**
	 * Adds a part, which nobody may change afterwards: it is not copied.
	 * @throws GenerationError of kind `answerLost` beyond the limit
	 */
	append(part: Uint8Array): void;
	/** Returns all bytes, and leaves the buffer empty. */
	take(): Buffer;
}

/** @param maxBytes the most that the buffer holds */
export function createByteBuffer(maxBytes = Infinity): ByteBuffer {
	let parts: Uint8Array[] = [];
	let length = 0;
	return {
		length: () => length,
		append(part) {
			// An empty part of a chunk would keep all of the chunk in memory.
			if (part.length === 0) return;
			length += part.length;
			if (length > maxBytes) {
				const megabytes = Math.floor(maxBytes / MEGABYTE_BYTES);
				throw new GenerationError({
					kind: 'answerLost',
					message: `the answer is larger than ${megabytes} MB`,
				});
			}
			parts.push(part);
		},
		take() {
			const bytes = Buffer.concat(parts);
			parts = [];
			length = 0;
			return bytes;
		},
	};
}
