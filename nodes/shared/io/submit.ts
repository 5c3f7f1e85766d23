import type { Answer, ResultReader } from '../gateways/gateway';
import type { Order } from '../job';
import { failureOf, MediaError, type Failure } from '../media/failure';
import type { MadeFile, Outcome } from '../media/outcome';
import { createEventStreamParser, type ServerSentEvent } from '../media/serverSentEvents';
import type { Deadline } from './deadline';
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

/**
 * Sends one paid request.
 * @param onSend called when it is about to be sent
 * @param onFile takes the files of a stream as they come; all others are in the outcome
 * @throws MediaError when the gateway refused, or answered nothing that can be read
 */
export async function submit(
	visit: Visit,
	order: Order,
	onSend: () => void,
	onFile: (made: MadeFile) => void,
): Promise<Outcome> {
	const { gateway, deadline } = visit;
	deadline.check();
	const images = await Promise.all(order.references.map(async (read) => await read(deadline)));
	const exchange = order.exchange(images);
	deadline.check();
	onSend();
	const response = await sendToGateway(visit, exchange.request);
	const reader = response.httpStatus === 200 ? exchange.readStream?.() : undefined;
	const read = reader ? await readEvents(response, reader, deadline, onFile) : await readAnswer(response, deadline);
	if ('missing' in read) return read;
	const failure = gateway.failureOf(read);
	if (failure) throw new MediaError(exchange.explain(failure));
	return exchange.read(read.body);
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
