import { GenerationError } from '../errors/failure';
import { FORMAT_HEAD_BYTES } from '../media/detectFormat';
import type { ByteStream } from '../transport/httpResponse';
import { DOWNLOAD_BROKE_OFF } from './downloadErrors';

export const GIGABYTE_BYTES = 1024 ** 3;

/**
 * The largest file that is downloaded: far more than minutes of video, which no model generates yet, and not enough to
 * fill the disk of a server.
 */
export const MAX_FILE_BYTES = 2 * GIGABYTE_BYTES;

/**
 * Ends a stream that exceeds the limit, so that nobody else has to count its bytes.
 * @returns whether it did
 */
export function limitBytes(body: ByteStream, maxBytes = MAX_FILE_BYTES): () => boolean {
	let sizeBytes = 0;
	// With `on` the stream would begin to flow before anyone else receives its data.
	body.prependListener('data', (chunk: Uint8Array) => {
		sizeBytes += chunk.length;
		if (sizeBytes > maxBytes) body.destroy(new Error('the file is too large'));
	});
	return () => sizeBytes > maxBytes;
}

/**
 * How often each part of a download is copied, see `collectGarbageEarly`: with half as many copies, ten downloads of
 * 300 MB used up to twice as much memory.
 */
const COPIES_PER_CHUNK = 8;

/**
 * Makes V8 collect what a download leaves behind while it is young.
 *
 * The bytes of a download lie outside of V8's heap, and after about 40 MB of them V8 marks its whole heap to free them:
 * in n8n that takes most of the processor time of a large file. Young objects, and the bytes that belong to them, are
 * collected at almost no cost, but only when there are enough objects in the heap itself. A string is one, so each part
 * is copied to strings that nobody uses. (Arrays would not do: V8 puts those that it expects to stay into the old
 * generation from the start.)
 *
 * Relies on: V8's young generation, and on n8n's storage in the file system. If n8n stores files in its memory or its
 * database, all parts stay until the end, and nothing is gained.
 * Shown by: the jobs with 300 MB in bench/RESULTS.md (processor time per item, peak memory).
 *
 * @param copiesPerChunk with more of them V8 collects sooner; what is on its way each time makes it enlarge its heap
 */
export function collectGarbageEarly(body: ByteStream, copiesPerChunk = COPIES_PER_CHUNK): void {
	body.prependListener('data', (chunk: Buffer) => {
		for (let copies = 0; copies < copiesPerChunk; copies++) chunk.toString('latin1');
	});
}

/**
 * Reads the beginning of a stream without removing it from the stream.
 * @returns the first bytes, and whether they are the whole file (then the stream is used up)
 */
export async function peekHead(body: ByteStream): Promise<{ head: Buffer; isWhole: boolean }> {
	return await new Promise((resolve, reject) => {
		const parts: Buffer[] = [];
		let sizeBytes = 0;
		const settle = (finish: () => void) => {
			body
				.off('readable', onReadable)
				.off('end', onEnd)
				.off('error', onBreak)
				.off('close', onBreak);
			finish();
		};
		const onReadable = () => {
			while (sizeBytes < FORMAT_HEAD_BYTES) {
				const chunk: unknown = body.read();
				if (!(chunk instanceof Uint8Array)) return;
				parts.push(Buffer.from(chunk));
				sizeBytes += chunk.length;
			}
			const head = Buffer.concat(parts);
			settle(() => {
				body.unshift(head);
				resolve({ head, isWhole: false });
			});
		};
		const onEnd = () => settle(() => resolve({ head: Buffer.concat(parts), isWhole: true }));
		const onBreak = () => settle(() => reject(new GenerationError(DOWNLOAD_BROKE_OFF)));
		body.on('readable', onReadable).on('end', onEnd).on('error', onBreak).on('close', onBreak);
	});
}
