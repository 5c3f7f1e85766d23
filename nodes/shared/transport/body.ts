import { GenerationError } from '../errors/failure';
import { withoutEnvelope } from '../gateways/envelope';
import { isGood } from '../gateways/httpStatus';
import type { ApiResponse } from '../gateways/types';
import { TooManyPartsError } from '../media/json';
import type { Deadline } from '../time/deadline';
import { createByteBuffer } from './byteBuffer';
import type { ByteStream, HttpResponse } from './httpResponse';
import { transportError } from './networkErrors';
import { parseBody } from './parseBody';

const MEGABYTE_BYTES = 1024 * 1024;

/**
 * The largest response that is read into memory, so that an endless one cannot take the server down: an image of 64 MB
 * as base64 and some room, for gateways that return images inside the response.
 */
export const MAX_ANSWER_BYTES = 96 * MEGABYTE_BYTES;

/**
 * The limit for a response without files: a task or its status has a few hundred bytes, with two signed URLs a few
 * thousand.
 */
export const MAX_STATE_BYTES = 2 * MEGABYTE_BYTES;

/** The limit for a list: one of 500 tasks has about 1 MB. */
export const MAX_LIST_BYTES = 4 * MEGABYTE_BYTES;

/** Most images, as base64. Only if n8n's storage is slower than the network, so much is in memory. */
const READ_AHEAD_BYTES = 8 * MEGABYTE_BYTES;

/** Passes the bytes of a body on as they arrive, without what it takes out of them. */
export type BodyFilter = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/**
 * Yields the bytes of a body as they arrive. The stream is closed at its end, at the deadline, and when the caller
 * stops early.
 * @throws GenerationError of kind `answerLost`, `timedOut` or `cancelled` if it breaks off
 */
export async function* bytesOf(body: ByteStream, deadline: Deadline): AsyncGenerator<Uint8Array> {
	const close = () => body.destroy();
	deadline.signal.addEventListener('abort', close);
	try {
		for await (const chunk of body) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
		// A closed stream may end without an error. A whole one is good, however late it is.
		if (!body.readableEnded) deadline.throwIfExpired();
	} catch (error) {
		throw transportError(error, deadline);
	} finally {
		deadline.signal.removeEventListener('abort', close);
		close();
	}
}

/**
 * Yields the bytes of a body of several images, which is read ahead of whoever takes them. A stream that breaks off
 * drops what has arrived and was not read yet: for somebody who stores images meanwhile, the end of one that had
 * arrived whole.
 * @throws what `bytesOf` throws, after the last bytes
 */
export async function* bytesAhead(
	body: ByteStream,
	deadline: Deadline,
): AsyncGenerator<Uint8Array> {
	const bytes = bytesOf(body, deadline);
	let broken: { error: unknown } | undefined;
	const ahead = new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				try {
					const { value, done } = await bytes.next();
					if (done) controller.close();
					else controller.enqueue(value);
				} catch (error) {
					// An error of its own would make this stream drop its bytes, too.
					broken = { error };
					controller.close();
				}
			},
			cancel: () => void body.destroy(),
		},
		new ByteLengthQueuingStrategy({ highWaterMark: READ_AHEAD_BYTES }),
	);
	yield* ahead;
	if (broken) throw broken.error;
}

/**
 * Reads a whole body into memory.
 * @throws GenerationError if it breaks off or is larger than `maxBytes`
 */
export async function readBytes(
	body: ByteStream,
	deadline: Deadline,
	maxBytes = MAX_ANSWER_BYTES,
	filter: BodyFilter = (chunks) => chunks,
): Promise<Buffer> {
	const buffer = createByteBuffer(maxBytes);
	for await (const chunk of filter(bytesOf(body, deadline))) buffer.append(chunk);
	return buffer.take();
}

/** Reads the first bytes of a body, and closes it if there are more. */
async function readStart(body: ByteStream, deadline: Deadline, maxBytes: number): Promise<Buffer> {
	const buffer = createByteBuffer();
	for await (const chunk of bytesOf(body, deadline)) {
		buffer.append(chunk.subarray(0, maxBytes - buffer.length()));
		if (buffer.length() >= maxBytes) break;
	}
	return buffer.take();
}

/**
 * Reads a gateway's response: its JSON, or its text if it is not JSON.
 * @param maxBytes the limit for a successful one; of any other the status is enough, and the rest is left out
 * @param filter what a successful one passes through
 * @throws GenerationError if it breaks off or is larger
 */
export async function readApiResponse(
	response: HttpResponse,
	deadline: Deadline,
	{
		maxBytes = MAX_STATE_BYTES,
		filter,
	}: { maxBytes?: number | undefined; filter?: BodyFilter | undefined } = {},
): Promise<ApiResponse> {
	const { body, httpStatus } = response;
	return toApiResponse(
		response,
		isGood(httpStatus)
			? await readBytes(body, deadline, maxBytes, filter)
			: await readStart(body, deadline, MAX_STATE_BYTES),
	);
}

/**
 * Parses the body of a response that has been read.
 * @throws GenerationError if it would take many times its size in memory
 */
export function toApiResponse(
	response: Pick<HttpResponse, 'httpStatus' | 'retryAfter' | 'location'>,
	body: Buffer,
): ApiResponse {
	const { httpStatus, retryAfter, location } = response;
	const parsed = parseJsonOrText(body.toString('utf8'), httpStatus);
	return {
		httpStatus,
		body: isGood(httpStatus) ? withoutEnvelope(parsed) : parsed,
		...(retryAfter === undefined ? {} : { retryAfter }),
		...(location === undefined ? {} : { location }),
	};
}

/** Of an error response the status alone is enough. */
function parseJsonOrText(text: string, httpStatus: number): unknown {
	try {
		const json = parseBody(text);
		return json === undefined ? text : json;
	} catch (error) {
		if (!isGood(httpStatus)) return text;
		throw toUnreadable(error);
	}
}

const toUnreadable = (error: unknown) =>
	new GenerationError({
		kind: 'answerLost',
		message:
			error instanceof TooManyPartsError
				? `the answer is too large: ${error.message}`
				: 'what came could not be read',
	});
