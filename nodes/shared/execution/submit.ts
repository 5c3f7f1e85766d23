import { ABANDONED, GenerationError } from '../errors/failure';
import { mayResubmit, toFailure } from '../errors/retryPolicy';
import type { ReceivedFiles } from '../files/receivedFiles';
import { isGood } from '../gateways/httpStatus';
import type { GeneratedFile, GenerationResult } from '../generation/result';
import { withSignal, type Deadline } from '../time/deadline';
import { sleep } from '../time/sleep';
import { takeLongStrings } from '../media/longJsonStrings';
import {
	MAX_ANSWER_BYTES,
	MAX_STATE_BYTES,
	readApiResponse,
	type BodyFilter,
} from '../transport/body';
import { sendRequest } from '../transport/client';
import type { HttpResponse } from '../transport/httpResponse';
import { InterruptedImageError, type ImageContent } from '../transport/imageContent';
import type { GatewaySession } from '../transport/session';
import { createStandIn } from '../transport/standIn';
import type { BoundRequest, PreparedRequest } from './job';
import { readEvents } from './readEvents';
import { understandResponse, type Understood } from './understandResponse';

/** Who is told how far a paid request has come. */
export interface Progress {
	/** It is about to be sent. */
	onSending(): void;
	/** It was rejected before any work, and will be sent again. */
	onResubmitting(): void;
	/** Takes the files of a stream as they arrive; all others are in the result. */
	onFile(file: GeneratedFile): void;
	/** Takes the files that come inside the response. */
	received: ReceivedFiles;
	/** Whether a rejection may be temporary: not if the gateway keeps rejecting other items. */
	isResubmissionAllowed: boolean;
	/** Ends the wait for another attempt: an item has failed, and the node with it. */
	nodeFailed: AbortSignal;
}

/** Delays before a request that was certainly not accepted is sent again. */
const RESUBMIT_DELAYS_MS = [1000, 3000];

/** Builds a request. Its images are read while it is sent; until then a short data URI stands for each of them. */
export function bindWithImages(request: PreparedRequest): BoundRequest {
	const images = new Map<string, ImageContent>();
	const texts = request.inputImages.map((image) => {
		if ('url' in image) return image.url;
		const standIn = createStandIn(image.mimeType);
		images.set(standIn, image);
		return standIn;
	});
	return { ...request.bind(texts), images };
}

/**
 * For the moments in which nothing of the request is on its way.
 * @throws GenerationError when the deadline has ended
 */
function throwIfExpiredUnsent(deadline: Deadline): void {
	const reason = deadline.reason();
	if (!reason) return;
	throw new GenerationError(reason.kind === 'timedOut' ? { ...reason, kind: 'notSent' } : reason);
}

/**
 * Sends one paid request. It is sent again only if it was certainly rejected before any work.
 * @throws GenerationError when the gateway rejected it, or its response cannot be read, and of kind `notSent`,
 * `cancelled` or `leftBehind` before it is sent
 */
export async function submit(
	session: GatewaySession,
	request: BoundRequest,
	progress: Progress,
): Promise<GenerationResult> {
	const { deadline } = session;
	// What is bought after the node has failed with another item would be thrown away.
	const waiting = withSignal(deadline, progress.nodeFailed, ABANDONED);
	throwIfExpiredUnsent(waiting);
	for (const minDelayMs of progress.isResubmissionAllowed ? RESUBMIT_DELAYS_MS : []) {
		const response = await sendOnce(session, request, progress);
		if ('result' in response) return response.result;
		const { failure, retryAfter = 0, mayReadAgain = false } = response;
		const delayMs = Math.max(minDelayMs, retryAfter * 1000);
		if (!(mayReadAgain || mayResubmit(failure)) || delayMs >= deadline.remainingMs()) {
			throw new GenerationError(failure);
		}
		progress.onResubmitting();
		await sleep(delayMs, waiting.signal);
		throwIfExpiredUnsent(waiting);
	}
	const response = await sendOnce(session, request, progress);
	if ('result' in response) return response.result;
	throw new GenerationError(response.failure);
}

async function sendOnce(
	session: GatewaySession,
	request: BoundRequest,
	progress: Progress,
): Promise<Understood & { retryAfter?: number; mayReadAgain?: boolean }> {
	const { gateway, deadline } = session;
	progress.onSending();
	let response: HttpResponse;
	try {
		response = await sendRequest(session, request.request, request.images);
	} catch (error) {
		return { failure: toFailure(error), mayReadAgain: error instanceof InterruptedImageError };
	}
	const parser = isGood(response.httpStatus) ? request.createStreamParser?.() : undefined;
	const filter = request.bringsFiles ? takeFiles(response, progress.received) : undefined;
	const read = parser
		? await readEvents(response, parser, deadline, {
				onFile: (file) => progress.onFile(file),
				filter,
			})
		: await readApiResponse(response, deadline, {
				maxBytes: request.bringsFiles ? MAX_ANSWER_BYTES : MAX_STATE_BYTES,
				filter,
			});
	if ('failedFiles' in read) return { result: read };
	const understood = understandResponse(gateway, request, read);
	const { retryAfter } = response;
	return 'result' in understood || retryAfter === undefined
		? understood
		: { ...understood, retryAfter };
}

/** Takes the files out of a response as it arrives, so that none is in memory as a whole. */
function takeFiles({ body }: HttpResponse, received: ReceivedFiles): BodyFilter {
	return (chunks) => takeLongStrings(chunks, received.chooseTaker(body));
}
