import { GenerationError } from '../errors/failure';
import { createByteBuffer } from './byteBuffer';

/** One event of a stream, with the standard’s names. */
export interface ServerSentEvent {
	/** The event's name; 'message' if the stream gives none. */
	event: string;
	/** The event's data lines, joined by line feeds. */
	data: string;
}

export interface EventStreamLimits {
	/** The largest event that is accepted. */
	maxEventBytes?: number;
}

export interface EventStreamParser {
	/**
	 * Accepts the next bytes of the stream, and returns the events that they complete. The bytes may not be changed
	 * afterwards.
	 */
	push(chunk: Uint8Array): ServerSentEvent[];
	/** Marks the end of the stream, and returns the event that was still open, if it has data. */
	end(): ServerSentEvent[];
}

/**
 * The largest image that a gateway generates has 16,777,216 pixels; as base64 of uncompressed pixels of three bytes
 * that is exactly 64 MiB. A real image is compressed and stays far below.
 */
export const DEFAULT_MAX_EVENT_BYTES = 64 * 1024 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = '\uFEFF';

/** An event was larger than the parser accepts. */
export class EventTooLargeError extends GenerationError {
	constructor(readonly maxEventBytes: number) {
		super({
			kind: 'answerLost',
			message: `The stream sent one event of more than ${maxEventBytes} bytes, which is the most that is accepted`,
		});
		this.name = 'EventTooLargeError';
	}
}

/**
 * Creates a parser of a `text/event-stream` body that follows the WHATWG HTML standard, section
 * "Interpreting an event stream". Chunks may be split anywhere. `id` and `retry` are ignored, since nothing here
 * reconnects.
 *
 * It departs from the standard in one point: `end()` returns an event that lacks its closing blank line, which the
 * standard drops, because a sloppy last frame must not cost an image that has been charged. After a lost connection
 * that event can be incomplete, so its data has to be checked.
 *
 * `push` and `end` throw EventTooLargeError once an event grows over `maxEventBytes`, and on every call after that.
 * Events that the same chunk completed before it are returned first; the next call then throws the error.
 */
export function createEventStreamParser(limits: EventStreamLimits = {}): EventStreamParser {
	const { maxEventBytes = DEFAULT_MAX_EVENT_BYTES } = limits;
	const unfinishedLine = createByteBuffer();
	// Lines are decoded one by one: a line break is never part of a longer UTF-8 character. By default the decoder would
	// drop a byte-order mark from every line, although only the first may have one.
	const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
	let isFirstLine = true;
	let endedInCarriageReturn = false;
	let eventName = '';
	let dataLines: string[] = [];
	let dataBytes = 0;
	let isTooLarge = false;

	function push(chunk: Uint8Array): ServerSentEvent[] {
		const events: ServerSentEvent[] = [];
		let lineStart = 0;
		for (let position = 0; position < chunk.length && !isTooLarge; position++) {
			const byte = chunk[position];
			if (byte === LINE_FEED && endedInCarriageReturn) {
				lineStart = position + 1;
			} else if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
				events.push(...finishLine(chunk.subarray(lineStart, position)));
				lineStart = position + 1;
			}
			endedInCarriageReturn = byte === CARRIAGE_RETURN;
		}
		keepForLater(chunk.subarray(lineStart));
		return unlessTooLarge(events);
	}

	function end(): ServerSentEvent[] {
		const events = finishLine(new Uint8Array());
		return unlessTooLarge(isTooLarge ? [] : [...events, ...dispatch()]);
	}

	function keepForLater(bytes: Uint8Array): void {
		isTooLarge ||= dataBytes + unfinishedLine.length() + bytes.length > maxEventBytes;
		if (!isTooLarge) unfinishedLine.append(bytes);
	}

	function finishLine(lastPart: Uint8Array): ServerSentEvent[] {
		let bytes = lastPart;
		if (unfinishedLine.length() > 0) {
			keepForLater(lastPart);
			bytes = unfinishedLine.take();
		}
		isTooLarge ||= dataBytes + bytes.length > maxEventBytes;
		if (isTooLarge) return [];

		let line = decoder.decode(bytes);
		if (isFirstLine && line.startsWith(BYTE_ORDER_MARK)) line = line.slice(1);
		isFirstLine = false;
		if (line === '') return dispatch();
		readField(line, bytes.length);
		return [];
	}

	function readField(line: string, lineBytes: number): void {
		const colon = line.indexOf(':');
		const name = colon === -1 ? line : line.slice(0, colon);
		const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
		if (name === 'event') eventName = value;
		if (name === 'data') {
			dataLines.push(value);
			dataBytes += lineBytes;
		}
	}

	function dispatch(): ServerSentEvent[] {
		const events =
			dataLines.length > 0 ? [{ event: eventName || 'message', data: dataLines.join('\n') }] : [];
		eventName = '';
		dataLines = [];
		dataBytes = 0;
		return events;
	}

	function unlessTooLarge(events: ServerSentEvent[]): ServerSentEvent[] {
		if (isTooLarge && events.length === 0) throw new EventTooLargeError(maxEventBytes);
		return events;
	}

	return { push, end };
}
