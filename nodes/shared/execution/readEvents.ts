import { GenerationError, type Failure } from '../errors/failure';
import { toFailure } from '../errors/retryPolicy';
import type { ApiResponse, StreamParser } from '../gateways/types';
import type { GeneratedFile, GenerationResult } from '../generation/result';
import { withSignal, type Deadline } from '../time/deadline';
import { sleep } from '../time/sleep';
import { bytesAhead, MAX_ANSWER_BYTES, toApiResponse, type BodyFilter } from '../transport/body';
import { createByteBuffer } from '../transport/byteBuffer';
import type { HttpResponse } from '../transport/httpResponse';
import { createEventStreamParser, type ServerSentEvent } from '../transport/eventStream';
import { isHeartbeat } from '../transport/parseBody';

/** How long a stream is read on after it has reported a failure: a file may follow. */
const READ_AFTER_FAILURE_MS = 30_000;

/** What becomes of the parts of a stream. */
export interface EventOptions {
	/** Takes the files as they arrive. */
	onFile(file: GeneratedFile): void;
	filter?: BodyFilter | undefined;
}

/**
 * Reads a stream of results. If it breaks off after the first file, the files that have arrived are kept.
 * @returns a whole response if there was no event in it: proxies change content types, so the body alone decides
 * @throws GenerationError if no file arrived, with the failure that the stream reported, or why it broke off
 */
export async function readEvents(
	response: HttpResponse,
	reader: StreamParser,
	deadline: Deadline,
	{ onFile, filter = (chunks) => chunks }: EventOptions,
): Promise<GenerationResult | ApiResponse> {
	// A whole response in one line passes through here as well.
	const parser = createEventStreamParser({ maxEventBytes: MAX_ANSWER_BYTES });
	const unread = createByteBuffer(MAX_ANSWER_BYTES);
	const end = new AbortController();
	const reading = withSignal(deadline, end.signal, {
		kind: 'answerLost',
		message: 'nothing more came',
	});
	let eventCount = 0;
	let fileCount = 0;
	let isEnding = false;
	const take = (events: ServerSentEvent[]) => {
		for (const { data } of events) {
			if (isHeartbeat(data)) continue;
			eventCount++;
			const files = reader.parseResponse(data);
			fileCount += files.length;
			files.forEach(onFile);
		}
		if (isEnding || !reader.failure()) return;
		isEnding = true;
		void sleep(READ_AFTER_FAILURE_MS, end.signal).then(() =>
			fileCount === 0 ? end.abort() : undefined,
		);
	};
	let brokenBy: Failure | undefined;
	try {
		for await (const chunk of filter(bytesAhead(response.body, reading))) {
			take(parser.push(chunk));
			if (eventCount === 0) unread.append(chunk);
		}
	} catch (error) {
		brokenBy = toFailure(error);
	}
	try {
		// The last event may lack its blank line. One that was cut off is no JSON, and is skipped.
		take(parser.end());
	} catch (error) {
		brokenBy ??= toFailure(error);
	}
	end.abort();
	// What has arrived whole is good, however late it is.
	const failure = (brokenBy && deadline.reason()) ?? reader.failure() ?? brokenBy;
	if (failure && fileCount === 0) throw new GenerationError(failure);
	if (eventCount === 0) return toApiResponse(response, unread.take());
	return { files: [], ...reader.finish(brokenBy) };
}
