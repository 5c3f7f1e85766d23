import type { Answer, ResultReader } from '../gateways/gateway';
import type { Exchange, Order } from '../job';
import { LEFT_BEHIND, MediaError, type Failure } from '../media/failure';
import { failureOf, mayBeTakenLater } from '../media/failureRules';
import type { MadeFile, Outcome } from '../media/outcome';
import { createEventStreamParser, type ServerSentEvent } from '../media/serverSentEvents';
import { endingWith, type Deadline } from './deadline';
import {
	asAnswer,
	bytesOf,
	gatherBytes,
	MAX_ANSWER_BYTES,
	readAnswer,
	sendToGateway,
	type HttpResponse,
	type Visit,
} from './http';
import { pause } from './pause';

/** Who is told how far a paid request has come. */
export interface Progress {
	/** It is about to be sent. */
	sending(): void;
	/** It was refused before any work, and will be sent again. */
	refused(): void;
	/** Takes the files of a stream as they come; all others are in the outcome. */
	file(made: MadeFile): void;
	/** Whether a refusal may pass: not where the gateway has refused other items to the end. */
	isPatient: boolean;
	/** Ends the waiting for another attempt: an item has failed, and the node with it. */
	leave: AbortSignal;
}

/** Pauses before a request that was certainly not accepted is sent again, in milliseconds. */
const REFUSAL_PAUSES = [1000, 3000];

/**
 * Makes a request from an order: its images are read now, when their turn has come.
 * @throws MediaError when one of them cannot be read any more, and of kind `notSent` when the time is over
 */
export async function exchangeFor({ deadline }: Pick<Visit, 'deadline'>, order: Order): Promise<Exchange> {
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
export async function submit(visit: Visit, exchange: Exchange, progress: Progress): Promise<Outcome> {
	const { deadline } = visit;
	// What is bought after the node has failed with another item would be thrown away.
	const waiting = endingWith(deadline, progress.leave, LEFT_BEHIND);
	checkUnsent(waiting);
	for (const milliseconds of progress.isPatient ? REFUSAL_PAUSES : []) {
		const result = await sendOnce(visit, exchange, progress);
		if ('outcome' in result) return result.outcome;
		const { failure, retryAfter = 0 } = result;
		const wait = Math.max(milliseconds, retryAfter * 1000);
		if (!mayBeTakenLater(failure) || wait >= deadline.remaining()) throw new MediaError(failure);
		progress.refused();
		await pause(wait, waiting.signal);
		checkUnsent(waiting);
	}
	const result = await sendOnce(visit, exchange, progress);
	if ('outcome' in result) return result.outcome;
	throw new MediaError(result.failure);
}

type Sent = { outcome: Outcome } | { failure: Failure; retryAfter?: number };

async function sendOnce(visit: Visit, exchange: Exchange, progress: Progress): Promise<Sent> {
	const { gateway, deadline } = visit;
	progress.sending();
	let response: HttpResponse;
	try {
		response = await sendToGateway(visit, exchange.request);
	} catch (error) {
		return { failure: failureOf(error) };
	}
	const reader = response.httpStatus === 200 ? exchange.readStream?.() : undefined;
	const read = reader
		? await readEvents(response, reader, deadline, (made) => progress.file(made))
		: await readAnswer(response, deadline);
	if ('missing' in read) return { outcome: read };
	const failure = gateway.failureOf(read);
	if (!failure) return { outcome: exchange.read(read.body) };
	const { retryAfter } = response;
	return { failure: exchange.explain(failure), ...(retryAfter === undefined ? {} : { retryAfter }) };
}

/**
 * Reads a stream of results. When it breaks off after the first file, what has come is kept.
 * @returns a whole answer instead, when not one event was in it: proxies do not keep to content types,
 * so the body alone decides
 */
async function readEvents(
	response: HttpResponse,
	reader: ResultReader,
	deadline: Deadline,
	onFile: (made: MadeFile) => void,
): Promise<Outcome | Answer> {
	// A whole answer in one line passes through here, too.
	const parser = createEventStreamParser({ maxEventBytes: MAX_ANSWER_BYTES });
	const unread = gatherBytes();
	let events = 0;
	let files = 0;
	const take = (found: ServerSentEvent[]) => {
		for (const { data } of found) {
			events++;
			const made = reader.read(data);
			files += made.length;
			made.forEach(onFile);
		}
	};
	let broken: Failure | undefined;
	try {
		for await (const chunk of bytesOf(response.body, deadline)) {
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
	if (broken && files === 0) throw new MediaError(broken);
	if (events === 0) return asAnswer(response, unread.all());
	return { files: [], ...reader.finish(broken) };
}
