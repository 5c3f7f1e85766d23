import { isGood, linkIn } from '../gateways/errorResponse';
import type { ApiResponse, Gateway, GatewayRequest, ResultReader } from '../gateways/types';
import type { Exchange, Order } from './job';
import { parseBase64Picture } from '../media/dataUri';
import { ABANDONED, MediaError, type Failure } from '../errors/failure';
import { failureOf, isFree, mayBeTakenLater } from '../errors/retryPolicy';
import { isHeartbeat } from '../transport/parseBody';
import { leadsToFile } from '../media/url';
import type { GeneratedFile, GenerationResult } from '../generation/result';
import { createEventStreamParser, type ServerSentEvent } from '../transport/eventStream';
import { endingWith, type Deadline } from '../time/deadline';
import {
	toApiResponse,
	bytesOf,
	gatherBytes,
	MAX_ANSWER_BYTES,
	MAX_STATE_BYTES,
	readApiResponse,
	sendToGateway,
	type HttpResponse,
	type GatewaySession,
} from '../transport/client';
import { sleep } from '../time/sleep';

/** Who is told how far a paid request has come. */
export interface Progress {
	/** It is about to be sent. */
	sending(): void;
	/** It was refused before any work, and will be sent again. */
	refused(): void;
	/** Takes the files of a stream as they come; all others are in the outcome. */
	file(made: GeneratedFile): void;
	/** Whether a refusal may pass: not where the gateway has refused other items to the end. */
	isPatient: boolean;
	/** Ends the waiting for another attempt: an item has failed, and the node with it. */
	leave: AbortSignal;
}

/** Pauses before a request that was certainly not accepted is sent again, in milliseconds. */
const RESUBMIT_DELAYS_MS = [1000, 3000];

/**
 * Makes a request from an order: its images are read now, when their turn has come.
 * @throws MediaError when one of them cannot be read any more, and of kind `notSent` when the time is over
 */
export async function exchangeFor({ deadline }: Pick<GatewaySession, 'deadline'>, order: Order): Promise<Exchange> {
	checkUnsent(deadline);
	const images = await Promise.all(order.references.map(async ({ read }) => await read(deadline)));
	checkUnsent(deadline);
	return order.exchange(images);
}

/**
 * For the moments in which nothing of the request is on its way.
 * @throws MediaError when the deadline has ended
 */
function checkUnsent(deadline: Deadline): void {
	const ended = deadline.failure();
	if (ended) throw new MediaError(ended.kind === 'timedOut' ? { ...ended, kind: 'notSent' } : ended);
}

/**
 * Sends one paid request. It is sent again only if it was certainly refused before any work.
 * @throws MediaError when the gateway refused, or answered nothing that can be read
 */
export async function submit(session: GatewaySession, exchange: Exchange, progress: Progress): Promise<GenerationResult> {
	const { deadline } = session;
	// What is bought after the node has failed with another item would be thrown away.
	const waiting = endingWith(deadline, progress.leave, ABANDONED);
	checkUnsent(waiting);
	for (const milliseconds of progress.isPatient ? RESUBMIT_DELAYS_MS : []) {
		const result = await sendOnce(session, exchange, progress);
		if ('outcome' in result) return result.outcome;
		const { failure, retryAfter = 0 } = result;
		const wait = Math.max(milliseconds, retryAfter * 1000);
		if (!mayBeTakenLater(failure) || wait >= deadline.remaining()) throw new MediaError(failure);
		progress.refused();
		await sleep(wait, waiting.signal);
		checkUnsent(waiting);
	}
	const result = await sendOnce(session, exchange, progress);
	if ('outcome' in result) return result.outcome;
	throw new MediaError(result.failure);
}

type Sent = { outcome: GenerationResult } | { failure: Failure; retryAfter?: number };

async function sendOnce(session: GatewaySession, exchange: Exchange, progress: Progress): Promise<Sent> {
	const { gateway, deadline } = session;
	progress.sending();
	let response: HttpResponse;
	try {
		response = await sendToGateway(session, exchange.request);
	} catch (error) {
		return { failure: failureOf(error) };
	}
	const reader = isGood(response.httpStatus) ? exchange.readStream?.() : undefined;
	const read = reader
		? await readEvents(response, reader, deadline, (made) => progress.file(made))
		: await readApiResponse(response, deadline, exchange.bringsFiles ? MAX_ANSWER_BYTES : MAX_STATE_BYTES);
	if ('missing' in read) return { outcome: read };
	const result = understand(gateway, exchange, read);
	const { retryAfter } = response;
	return 'outcome' in result || retryAfter === undefined ? result : { ...result, retryAfter };
}

/**
 * What an answer comes to, whatever its HTTP status. What was paid for wins: only where the answer holds none of it, what
 * went wrong is believed.
 * @throws MediaError where it holds neither
 */
function understand(gateway: Gateway, exchange: Exchange, answer: ApiResponse): Sent {
	const bought = readBought(exchange, answer);
	if ('outcome' in bought && holdsFile(bought.outcome, exchange)) return bought;
	const failure = gateway.failureOf(answer);
	if (failure) return { failure: exchange.explain(withBought(failure, bought, answer)) };
	if ('failure' in bought) throw new MediaError(bought.failure);
	return bought;
}

/** What was bought, by what the gateway documents; else why it is none of that, with what it may be. */
function readBought({ read, request }: Exchange, { body }: ApiResponse): Sent {
	try {
		return { outcome: read(body) };
	} catch (error) {
		const { link: first, ...failure } = failureOf(error);
		const isNotMade = (known: string) => wasSent(known, request);
		const link = first === undefined ? undefined : (linkIn(body, (known) => isNotMade(known) || !leadsToFile(known)) ?? linkIn(body, isNotMade));
		return { failure: link === undefined ? failure : { ...failure, link } };
	}
}

/** Whether a link of an answer is one that the request had: some gateways repeat what they refuse. */
function wasSent(link: string, { body, form }: GatewayRequest): boolean {
	return JSON.stringify(body ?? form ?? '').includes(JSON.stringify(link).slice(1, -1));
}

/** The shortest base64 that is taken for a file, and not for a word such as "error". */
const SHORTEST_BASE64 = 100;

function holdsFile({ files }: GenerationResult, { request }: Exchange): boolean {
	return files.some(({ source }) =>
		'url' in source ? !wasSent(source.url, request) : source.base64.length >= SHORTEST_BASE64 && parseBase64Picture(source.base64) !== undefined,
	);
}

/**
 * A refusal, naming the task, or the file, that was made all the same. What was bought with a refusal for the moment is
 * not bought again.
 */
function withBought(failure: Failure, bought: Sent, { body }: ApiResponse): Failure {
	const isPassing = failure.kind === 'rateLimited';
	const isDoubtful = isPassing || !isFree(failure);
	const { taskId } = 'outcome' in bought ? bought.outcome.facts : bought.failure;
	if (taskId !== undefined) return isGood(failure.httpStatus ?? 200) || isDoubtful ? { ...failure, taskId } : failure;
	if ('outcome' in bought) return isPassing ? { ...failure, kind: 'gatewayFailed' } : failure;
	const { link } = bought.failure;
	// Links to pages, or in a sentence, are those of the gateway's help.
	const isMade = link !== undefined && leadsToFile(link) && JSON.stringify(body).includes(JSON.stringify(link));
	return isMade && isDoubtful ? { ...failure, kind: 'answerLost', link } : failure;
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
	reader: ResultReader,
	deadline: Deadline,
	onFile: (made: GeneratedFile) => void,
): Promise<GenerationResult | ApiResponse> {
	// A whole answer in one line passes through here, too.
	const parser = createEventStreamParser({ maxEventBytes: MAX_ANSWER_BYTES });
	const unread = gatherBytes();
	const end = new AbortController();
	const reading = endingWith(deadline, end.signal, { kind: 'answerLost', says: 'nothing more came' });
	let events = 0;
	let files = 0;
	let isEnding = false;
	const take = (found: ServerSentEvent[]) => {
		for (const { data } of found) {
			if (isHeartbeat(data)) continue;
			events++;
			const made = reader.read(data);
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
			if (events === 0) unread.add(chunk);
		}
	} catch (error) {
		broken = failureOf(error);
	}
	try {
		// The last event may lack its blank line. One that was cut is no JSON, and is passed over.
		take(parser.end());
	} catch (error) {
		broken ??= failureOf(error);
	}
	end.abort();
	// What came whole is good, however late it is.
	const failure = (broken && deadline.failure()) ?? reader.failure() ?? broken;
	if (failure && files === 0) throw new MediaError(failure);
	if (events === 0) return toApiResponse(response, unread.all());
	return { files: [], ...reader.finish(broken) };
}
