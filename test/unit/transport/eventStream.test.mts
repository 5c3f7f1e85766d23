import {
	createEventStreamParser,
	EventTooLargeError,
} from '../../../nodes/shared/transport/eventStream.js';
import type { ServerSentEvent } from '../../../nodes/shared/transport/eventStream.js';

function bytesOf(text: string): Uint8Array {
	return new TextEncoder().encode(text);
}

function parse(...chunks: Array<string | Uint8Array>): ServerSentEvent[] {
	const parser = createEventStreamParser();
	const events = chunks.flatMap((chunk) =>
		parser.push(typeof chunk === 'string' ? bytesOf(chunk) : chunk),
	);
	return [...events, ...parser.end()];
}

function message(data: string, event = 'message'): ServerSentEvent {
	return { event, data };
}

/** The stream on the page agentsflare-seedream.md, its link shortened. */
const PAGE_STREAM = [
	'event: image_generation.partial_succeeded',
	'data: {"type":"image_generation.partial_succeeded","image_index":0,"url":"https://example.com/0.jpeg","size":"2848x1600"}',
	'',
	'event: image_generation.completed',
	'data: {"type":"image_generation.completed","usage":{"generated_images":1}}',
	'',
	'data: [DONE]',
	'',
	'',
].join('\n');

const PAGE_EVENTS = [
	message(
		'{"type":"image_generation.partial_succeeded","image_index":0,"url":"https://example.com/0.jpeg","size":"2848x1600"}',
		'image_generation.partial_succeeded',
	),
	message(
		'{"type":"image_generation.completed","usage":{"generated_images":1}}',
		'image_generation.completed',
	),
	message('[DONE]'),
];

describe("a gateway's stream", () => {
	it('is read as the page shows it', () => {
		expect(parse(PAGE_STREAM)).toEqual(PAGE_EVENTS);
	});

	it('gives each event with the byte that completes it, one byte at a time', () => {
		const parser = createEventStreamParser();
		const stream = bytesOf(PAGE_STREAM);
		const arrivals: Array<[number, string]> = [];
		stream.forEach((byte, position) => {
			for (const event of parser.push(Uint8Array.of(byte))) arrivals.push([position, event.data]);
		});

		const ends = [...PAGE_STREAM.matchAll(/\n\n/g)].map((match) => match.index + 1);
		expect(arrivals).toEqual(PAGE_EVENTS.map((event, index) => [ends[index], event.data]));
		expect(parser.end()).toEqual([]);
	});
});

describe('lines', () => {
	it.each([
		['LF', '\n'],
		['CR', '\r'],
		['CRLF', '\r\n'],
	])('end in %s', (_name, lineEnd) => {
		expect(parse(PAGE_STREAM.replaceAll('\n', lineEnd))).toEqual(PAGE_EVENTS);
	});

	it('end once where CR and LF come in two chunks', () => {
		expect(parse('data: a\r', '\ndata: b\r', '', '\n\r', '\n')).toEqual([message('a\nb')]);
	});

	it('may end in different ways in one stream', () => {
		expect(parse('data: a\r\ndata: b\rdata: c\n\rdata: d\n\n')).toEqual([
			message('a\nb\nc'),
			message('d'),
		]);
	});

	it('are closed by a CR without waiting for what follows', () => {
		expect(createEventStreamParser().push(bytesOf('data: a\r\r'))).toEqual([message('a')]);
	});
});

describe('characters', () => {
	it('may be split between chunks', () => {
		const stream = bytesOf('data: Лиса 🦊\n\n');
		const single = [...stream].map((byte) => Uint8Array.of(byte));
		expect(parse(...single)).toEqual([message('Лиса 🦊')]);
	});

	it('that are no UTF-8 become replacement characters and leave the line whole', () => {
		expect(
			parse(bytesOf('data: a'), Uint8Array.of(0xf0, 0x9f), bytesOf('\n\ndata: b\n\n')),
		).toEqual([message('a\uFFFD'), message('b')]);
	});

	it('of a byte-order mark are dropped at the start only, also when split', () => {
		const mark = '\uFEFF';
		expect(parse(`${mark}data: a\n\n`)).toEqual([message('a')]);
		expect(
			parse(Uint8Array.of(0xef), Uint8Array.of(0xbb), Uint8Array.of(0xbf), 'data: a\n\n'),
		).toEqual([message('a')]);
		expect(parse(`${mark}${mark}data: a\n\n`)).toEqual([]);
		expect(parse(`data: a\n${mark}data: b\ndata: ${mark}c\n\n`)).toEqual([message(`a\n${mark}c`)]);
	});
});

describe('fields', () => {
	it.each([
		['one leading space is dropped', 'data:  a\n\n', [message(' a')]],
		['no space is needed', 'data:a\n\n', [message('a')]],
		['a tab is kept', 'data:\ta\n\n', [message('\ta')]],
		['later colons belong to the value', 'data: a: b\n\n', [message('a: b')]],
		['several data lines are joined', 'data: a\ndata:\ndata: b\n\n', [message('a\n\nb')]],
		['a field without colon has no value', 'data\n\ndata\ndata\n\n', [message(''), message('\n')]],
		['comments are ignored', ': ping\n\n:\ndata: a\n:data: b\n\n', [message('a')]],
		[
			'id, retry and unknown fields are ignored',
			'id: 1\nretry: 9\nfoo: b\nfoo\ndata: a\n\n',
			[message('a')],
		],
		['names are told apart by case', 'Data: a\nDATA: a\n\n', []],
		['a space before the name makes it another', ' data: a\n\n', []],
		['the last event name counts', 'event: a\nevent: b\ndata: c\n\n', [message('c', 'b')]],
		['an empty event name is none', 'event: a\nevent:\ndata: c\n\n', [message('c')]],
		['an event without data is dropped with its name', 'event: a\n\ndata: c\n\n', [message('c')]],
		[
			'a name serves for one event',
			'event: a\ndata: b\n\ndata: c\n\n',
			[message('b', 'a'), message('c')],
		],
	])('%s', (_rule, stream, events) => {
		expect(parse(stream)).toEqual(events);
	});
});

describe('the end of the stream', () => {
	it.each([
		['after the line break', 'event: a\ndata: b\n'],
		['after a lone CR', 'event: a\ndata: b\r'],
		['within the last line', 'event: a\ndata: b'],
	])('gives back an event without its blank line, %s', (_place, stream) => {
		expect(parse(stream)).toEqual([message('b', 'a')]);
	});

	it.each(['', 'event: a', ': ping', 'id: 1\n', 'data: b\n\n'])(
		'adds nothing after %j',
		(stream) => {
			const parser = createEventStreamParser();
			parser.push(bytesOf(stream));
			expect(parser.end()).toEqual([]);
		},
	);
});

describe('the limit', () => {
	const limits = { maxEventBytes: 20 };

	it.each([
		['in one chunk', ['data: 123456789012345\n\n']],
		['before its line is complete', ['data: 1234567', '89012345']],
		['over several lines', ['data: 12345\ndata: 12345\n\n']],
		['in a line that would be ignored', [': 1234567890123456789']],
	])('refuses an event that is too large, %s', (_case, chunks) => {
		const parser = createEventStreamParser(limits);
		const pushAll = () => chunks.forEach((chunk) => parser.push(bytesOf(chunk)));
		expect(pushAll).toThrow(EventTooLargeError);
		expect(() => parser.push(bytesOf('data: a\n\n'))).toThrow('more than 20 bytes');
		expect(() => parser.end()).toThrow(EventTooLargeError);
	});

	it('is for one event and leaves comments out', () => {
		const parser = createEventStreamParser(limits);
		const stream =
			'data: 12345678901234\n\n: keep-alive\n: keep-alive\n: keep-alive\ndata: 12345678901234\n\n';
		expect(parser.push(bytesOf(stream))).toEqual([
			message('12345678901234'),
			message('12345678901234'),
		]);
	});

	it('does not cost the events that came before in the same chunk', () => {
		const parser = createEventStreamParser(limits);
		expect(parser.push(bytesOf('data: a\n\ndata: 123456789012345\n\ndata: b\n\n'))).toEqual([
			message('a'),
		]);
		expect(() => parser.end()).toThrow(EventTooLargeError);
	});

	it('does not let the end give back the event that was refused', () => {
		const parser = createEventStreamParser(limits);
		expect(parser.push(bytesOf('data: a\n\ndata: b\ndata: 123456789012345\n'))).toEqual([
			message('a'),
		]);
		expect(() => parser.end()).toThrow(EventTooLargeError);
	});

	it('lets a picture of 30 MB pass by default', () => {
		const base64 = 'A'.repeat(40_000_000);
		const stream = bytesOf(`data: ${base64}\n\n`);
		const parser = createEventStreamParser();
		const events: ServerSentEvent[] = [];
		for (let start = 0; start < stream.length; start += 65_536) {
			events.push(...parser.push(stream.subarray(start, start + 65_536)));
		}
		expect(events.map((event) => event.data === base64)).toEqual([true]);
	});
});

it('keeps nothing of a chunk that ends with a line', () => {
	const parser = createEventStreamParser();
	const before = process.memoryUsage().arrayBuffers;
	const line = bytesOf(`data: ${'x'.repeat(100)}\n\n`);
	for (let chunks = 0; chunks < 400; chunks++) {
		const chunk = Buffer.alloc(1024 * 1024, 'data: x\n\n');
		chunk.set(line, chunk.length - line.length);
		parser.push(chunk.subarray(-line.length));
	}
	// Each part would keep the megabyte that it is cut from.
	expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 * 1024 * 1024);
});
