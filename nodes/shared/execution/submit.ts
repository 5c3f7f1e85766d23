import { isGood, linkIn } from '../gateways/errorResponse';
import type { ApiResponse, Gateway, GatewayRequest, StreamParser } from '../gateways/types';
import type { BoundRequest, PreparedRequest } from './job';
import { parseBase64Image } from '../media/dataUri';
import { ABANDONED, GenerationError, type Failure } from '../errors/failure';
import { toFailure, isFree, mayResubmit } from '../errors/retryPolicy';
import { isHeartbeat } from '../transport/parseBody';
import { leadsToFile } from '../media/url';
import type { GeneratedFile, GenerationResult } from '../generation/result';
import { createEventStreamParser, type ServerSentEvent } from '../transport/eventStream';
import { withSignal, type Deadline } from '../time/deadline';
import {
	bytesOf,
	MAX_ANSWER_BYTES,
	MAX_STATE_BYTES,
	readApiResponse,
	toApiResponse,
} from '../transport/body';
import { createByteBuffer } from '../transport/byteBuffer';
import { sendRequest } from '../transport/client';
import type { HttpResponse } from '../transport/httpResponse';
import type { GatewaySession } from '../transport/session';
import { sleep } from '../time/sleep';

/** Who is told how far a paid request has come. */
export interface Progress {
	/** It is about to be sent. */
	onSending(): void;
	/** It was refused before any work, and will be sent again. */
	onRejected(): void;
	/** Takes the files of a stream as they come; all others are in the outcome. */
	onFile(made: GeneratedFile): void;
	/** Whether a refusal may pass: not where the gateway has refused other items to the end. */
	mayResubmit: boolean;
	/** Ends the waiting for another attempt: an item has failed, and the node with it. */
	nodeFailed: AbortSignal;
}

/** Pauses before a request that was certainly not accepted is sent again, in milliseconds. */
const RESUBMIT_DELAYS_MS = [1000, 3000];

/**
 * Makes a request from an order: its images are read now, when their turn has come.
 * @throws MediaError when one of them cannot be read any more, and of kind `notSent` when the time is over
 */
export async function bindWithImages(
	{ deadline }: Pick<GatewaySession, 'deadline'>,
	preparedRequest: PreparedRequest,
): Promise<BoundRequest> {
	checkUnsent(deadline);
	const images = await Promise.all(
		preparedRequest.references.map(async ({ read }) => await read(deadline)),
	);
	checkUnsent(deadline);
	return preparedRequest.bind(images);
}

/**
 * For the moments in which nothing of the request is on its way.
 * @throws MediaError when the deadline has ended
 */
function checkUnsent(deadline: Deadline): void {
	const ended = deadline.reason();
	if (ended)
		throw new GenerationError(ended.kind === 'timedOut' ? { ...ended, kind: 'notSent' } : ended);
}

/**
 * Sends one paid request. It is sent again only if it was certainly refused before any work.
 * @throws MediaError when the gateway refused, or answered nothing that can be read
 */
export async function submit(
	session: GatewaySession,
	request: BoundRequest,
	progress: Progress,
): Promise<GenerationResult> {
	const { deadline } = session;
	// What is bought after the node has failed with another item would be thrown away.
	const waiting = withSignal(deadline, progress.nodeFailed, ABANDONED);
	checkUnsent(waiting);
	for (const milliseconds of progress.mayResubmit ? RESUBMIT_DELAYS_MS : []) {
		const result = await sendOnce(session, request, progress);
		if ('result' in result) return result.result;
		const { failure, retryAfter = 0 } = result;
		const wait = Math.max(milliseconds, retryAfter * 1000);
		if (!mayResubmit(failure) || wait >= deadline.remainingMs()) throw new GenerationError(failure);
		progress.onRejected();
		await sleep(wait, waiting.signal);
		checkUnsent(waiting);
	}
	const result = await sendOnce(session, request, progress);
	if ('result' in result) return result.result;
	throw new GenerationError(result.failure);
}

type Sent = { result: GenerationResult } | { failure: Failure; retryAfter?: number };

async function sendOnce(
	session: GatewaySession,
	request: BoundRequest,
	progress: Progress,
): Promise<Sent> {
	const { gateway, deadline } = session;
	progress.onSending();
	let response: HttpResponse;
	try {
		response = await sendRequest(session, request.request);
	} catch (error) {
		return { failure: toFailure(error) };
	}
	const reader = isGood(response.httpStatus) ? request.createStreamParser?.() : undefined;
	const read = reader
		? await readEvents(response, reader, deadline, (made) => progress.onFile(made))
		: await readApiResponse(
				response,
				deadline,
				request.bringsFiles ? MAX_ANSWER_BYTES : MAX_STATE_BYTES,
			);
	if ('failedFiles' in read) return { result: read };
	const result = understand(gateway, request, read);
	const { retryAfter } = response;
	return 'result' in result || retryAfter === undefined ? result : { ...result, retryAfter };
}

/**
 * What an answer comes to, whatever its HTTP status. What was paid for wins: only where the answer holds none of it, what
 * went wrong is believed.
 * @throws MediaError where it holds neither
 */
function understand(gateway: Gateway, request: BoundRequest, answer: ApiResponse): Sent {
	const purchase = readBought(request, answer);
	if ('result' in purchase && holdsFile(purchase.result, request)) return purchase;
	const failure = gateway.parseError(answer);
	if (failure) return { failure: request.explainError(withBought(failure, purchase, answer)) };
	if ('failure' in purchase) throw new GenerationError(purchase.failure);
	return purchase;
}

/** What was bought, by what the gateway documents; else why it is none of that, with what it may be. */
function readBought({ parseResponse: read, request }: BoundRequest, { body }: ApiResponse): Sent {
	try {
		return { result: read(body) };
	} catch (error) {
		const { url: first, ...failure } = toFailure(error);
		const isNotMade = (known: string) => wasSent(known, request);
		const url =
			first === undefined
				? undefined
				: (linkIn(body, (known) => isNotMade(known) || !leadsToFile(known)) ??
					linkIn(body, isNotMade));
		return { failure: url === undefined ? failure : { ...failure, url } };
	}
}

/** Whether a link of an answer is one that the request had: some gateways repeat what they refuse. */
function wasSent(url: string, { body, form }: GatewayRequest): boolean {
	return JSON.stringify(body ?? form ?? '').includes(JSON.stringify(url).slice(1, -1));
}

/** The shortest base64 that is taken for a file, and not for a word such as "error". */
const MIN_BASE64_LENGTH = 100;

function holdsFile({ files }: GenerationResult, { request }: BoundRequest): boolean {
	return files.some(({ source }) =>
		'url' in source
			? !wasSent(source.url, request)
			: source.base64.length >= MIN_BASE64_LENGTH && parseBase64Image(source.base64) !== undefined,
	);
}

/**
 * A refusal, naming the task, or the file, that was made all the same. What was bought with a refusal for the moment is
 * not bought again.
 */
function withBought(failure: Failure, purchase: Sent, { body }: ApiResponse): Failure {
	const isPassing = failure.kind === 'rateLimited';
	const isDoubtful = isPassing || !isFree(failure);
	const { taskId } = 'result' in purchase ? purchase.result.metadata : purchase.failure;
	if (taskId !== undefined)
		return isGood(failure.httpStatus ?? 200) || isDoubtful ? { ...failure, taskId } : failure;
	if ('result' in purchase) return isPassing ? { ...failure, kind: 'gatewayFailed' } : failure;
	const { url } = purchase.failure;
	// Links to pages, or in a sentence, are those of the gateway's help.
	const isMade =
		url !== undefined && leadsToFile(url) && JSON.stringify(body).includes(JSON.stringify(url));
	return isMade && isDoubtful ? { ...failure, kind: 'answerLost', url } : failure;
}

/** How long a stream may go on after it has said that it failed, in milliseconds: a file may follow. */
const AFTER_FAILURE_MS = 30_000;

/**
 * Reads a stream of results. When it breaks off after the first file, what has come is kept.
 * @returns a whole answer instead, when not one event was in it: proxies do not keep to content types,
 * so the body alone decides
 * @throws MediaError when no file came, for what the stream said or why it broke off
 */
export async function readEvents(
	response: HttpResponse,
	reader: StreamParser,
	deadline: Deadline,
	onFile: (made: GeneratedFile) => void,
): Promise<GenerationResult | ApiResponse> {
	// A whole answer in one line passes through here, too.
	const parser = createEventStreamParser({ maxEventBytes: MAX_ANSWER_BYTES });
	const unread = createByteBuffer(MAX_ANSWER_BYTES);
	const end = new AbortController();
	const reading = withSignal(deadline, end.signal, {
		kind: 'answerLost',
		message: 'nothing more came',
	});
	let events = 0;
	let files = 0;
	let isEnding = false;
	const take = (found: ServerSentEvent[]) => {
		for (const { data } of found) {
			if (isHeartbeat(data)) continue;
			events++;
			const made = reader.parseResponse(data);
			files += made.length;
			made.forEach(onFile);
		}
		if (isEnding || !reader.failure()) return;
		isEnding = true;
		void sleep(AFTER_FAILURE_MS, end.signal).then(() => (files === 0 ? end.abort() : undefined));
	};
	let broken: Failure | undefined;
	try {
		for await (const chunk of bytesOf(response.body, reading)) {
			take(parser.push(chunk));
			if (events === 0) unread.append(chunk);
		}
	} catch (error) {
		broken = toFailure(error);
	}
	try {
		// The last event may lack its blank line. One that was cut is no JSON, and is passed over.
		take(parser.end());
	} catch (error) {
		broken ??= toFailure(error);
	}
	end.abort();
	// What came whole is good, however late it is.
	const failure = (broken && deadline.reason()) ?? reader.failure() ?? broken;
	if (failure && files === 0) throw new GenerationError(failure);
	if (events === 0) return toApiResponse(response, unread.take());
	return { files: [], ...reader.finish(broken) };
}
