import { parseJson } from '../media/json';
import { createEventStreamParser } from './eventStream';

/**
 * A line of an event stream (WHATWG HTML, "Interpreting an event stream"): a comment, or a field. No line of JSON
 * begins so.
 */
const STREAM_LINE = /(?<![^\r\n])[ \t\uFEFF]*(?::|(?:data|event|id|retry)\s*:)[^\r\n]*/g;

const isObject = (value: unknown) => typeof value === 'object' && value !== null;

/**
 * Parses the JSON of a complete response. Proxies that keep a connection alive send comments of an event stream
 * before it, or put it into an event itself.
 * @returns undefined if there is no JSON
 * @throws TooManyPartsError
 */
export function parseBody(text: string): unknown {
	const json = parseJson(text);
	if (json !== undefined || text.search(STREAM_LINE) < 0) return json;
	const amongLines = parseJson(text.replace(STREAM_LINE, ''));
	return isObject(amongLines) ? amongLines : largestEvent(text);
}

/** The JSON of the largest event: events that only keep the connection alive, or report progress, are small. */
function largestEvent(text: string): unknown {
	const parser = createEventStreamParser({ maxEventBytes: Infinity });
	const events = [...parser.push(Buffer.from(text)), ...parser.end()].map(({ data }) => data);
	return events
		.sort((one, other) => other.length - one.length)
		.map(parseJson)
		.find(isObject);
}

/** Whether the data of an event only keeps the connection alive. */
export function isHeartbeat(data: string): boolean {
	return (
		data.length < 100 &&
		/^\W*((type|event)\W+)?(ping|pong|heart-?beat|keep-?alive)?\W*$/i.test(data)
	);
}
