import { z } from 'zod';
import type { ByteStream } from './httpResponse';

/** A kind of stream that n8n's helpers accept. */
export interface StreamClass {
	from(content: AsyncIterable<Uint8Array>, options: { objectMode: boolean }): ByteStream;
}

const streamClassSchema = z.custom<StreamClass>(
	(value) => typeof value === 'function' && 'from' in value && typeof value.from === 'function',
);

/**
 * The kind of stream that one of n8n's is.
 *
 * Relies on: every stream that n8n returns is one of Node's own classes, which inherit `Readable.from`. That module
 * itself may not be imported by a community node (@n8n/eslint-plugin-community-nodes 0.32, no-restricted-imports).
 */
export const streamClassOf = (stream: ByteStream): StreamClass =>
	streamClassSchema.parse(stream.constructor);

/** Creates a stream of bytes that are made as they are read. */
export const createStream = (
	streamClass: StreamClass,
	content: AsyncIterable<Uint8Array>,
): ByteStream => streamClass.from(content, { objectMode: false });

/**
 * The same bytes.
 * @param convert takes what they throw, and throws what is to be thrown instead
 */
export async function* convertErrors(
	bytes: AsyncIterable<Uint8Array>,
	convert: (error: unknown) => never,
): AsyncGenerator<Uint8Array> {
	const iterator = bytes[Symbol.asyncIterator]();
	try {
		for (;;) {
			const { value, done } = await iterator.next().catch(convert);
			if (done === true) return;
			yield value;
		}
	} finally {
		await iterator.return?.();
	}
}
