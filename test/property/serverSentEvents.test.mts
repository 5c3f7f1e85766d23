import { encode } from 'eventsource-encoder';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';

import {
	createEventStreamParser,
	EventTooLargeError,
} from '../../nodes/shared/transport/eventStream.js';
import type { ServerSentEvent } from '../../nodes/shared/transport/eventStream.js';

/** Splits at the given points, wherever they fall; points beyond the end give empty chunks. */
function split(bytes: Uint8Array, points: number[]): Uint8Array[] {
	const starts = [0, ...points.map((point) => point % (bytes.length + 1)).sort((a, b) => a - b)];
	return starts.map((start, index) => bytes.slice(start, starts[index + 1] ?? bytes.length));
}

function parse(chunks: Uint8Array[]): ServerSentEvent[] {
	const parser = createEventStreamParser();
	return [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.end()];
}

/** The standard's rules read off a whole stream at once, with the one departure at the end. */
function parseWhole(bytes: Uint8Array): ServerSentEvent[] {
	const text = new TextDecoder().decode(bytes);
	return text
		.split(/\r\n|\r|\n/)
		.join('\n')
		.split(/\n(?=\n)/)
		.map((block) => {
			const fields = block.split('\n').map((line) => /^([^:]*)(?:: ?(.*))?$/s.exec(line));
			const valuesOf = (name: string) =>
				fields.filter((field) => field?.[1] === name).map((field) => field?.[2] ?? '');
			return { event: valuesOf('event').at(-1) || 'message', data: valuesOf('data') };
		})
		.filter(({ data }) => data.length > 0)
		.map(({ event, data }) => ({ event, data: data.join('\n') }));
}

/** What another library reads. It drops an event that no blank line ends, as the standard says; here one comes at the end. */
function parseElsewhere(chunks: Uint8Array[]): ServerSentEvent[] {
	const events: ServerSentEvent[] = [];
	const parser = createParser({
		onEvent: ({ event, data }) => void events.push({ event: event || 'message', data }),
	});
	// It takes text, so a byte order mark has been left out before.
	const decoder = new TextDecoder();
	for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
	parser.feed(`${decoder.decode()}\n\n`);
	return events;
}

const points = fc.array(fc.nat());
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.lorem(), fc.stringMatching(/^[ :\r\n]*$/));
const name = fc.string({ unit: 'grapheme' }).filter((value) => !/[\r\n]/.test(value));
const lineEnd = fc.constantFrom('\n', '\r', '\r\n');

const sentEvent = fc.record({ event: name, data: text, id: name }, { requiredKeys: ['data'] });
const comment = fc.record({ comment: text });

it('gives back what an encoder wrote, with any line end, split anywhere', () => {
	const stream = fc.array(fc.oneof(sentEvent, comment));
	fc.assert(
		fc.property(stream, lineEnd, fc.boolean(), points, (entries, end, hasMark, at) => {
			const written = entries
				.map((entry) => encode(entry))
				.join('')
				.replaceAll('\n', end);
			const bytes = new TextEncoder().encode((hasMark ? '\uFEFF' : '') + written);
			const expected = entries.flatMap((entry) =>
				'comment' in entry
					? []
					: [{ event: entry.event || 'message', data: entry.data.replace(/\r\n|\r/g, '\n') }],
			);
			expect(parse(split(bytes, at))).toEqual(expected);
		}),
		{ numRuns: 500 },
	);
});

/** What streams of fields are made of, as they may be and as they may not. */
const piece = fc.constantFrom(
	'\n',
	'\n',
	'\r',
	'\r\n',
	':',
	' ',
	'data',
	'data:',
	'data: ',
	'event',
	'event: ',
	'id: ',
	'x',
	'🦊',
	'\uFEFF',
);

it('reads any stream of fields as the standard says, split anywhere', () => {
	fc.assert(
		fc.property(fc.array(piece, { maxLength: 60 }), points, (pieces, at) => {
			const bytes = new TextEncoder().encode(pieces.join(''));
			expect(parse(split(bytes, at))).toEqual(parseWhole(bytes));
		}),
		{ numRuns: 2000 },
	);
});

it('reads any stream of fields as another library does, split anywhere', () => {
	fc.assert(
		fc.property(fc.array(piece, { maxLength: 60 }), points, (pieces, at) => {
			const chunks = split(new TextEncoder().encode(pieces.join('')), at);
			expect(parse(chunks)).toEqual(parseElsewhere(chunks));
		}),
		{ numRuns: 1000 },
	);
});

it('takes any bytes, broken UTF-8 too, whole or split, with the same result', () => {
	const anyByte = fc.oneof(fc.nat(255), fc.constantFrom(0x0a, 0x0d, 0x3a, 0xef, 0xbb, 0xbf, 0xf0));
	fc.assert(
		fc.property(fc.array(anyByte), points, (values, at) => {
			const bytes = Uint8Array.from([...new TextEncoder().encode('data:'), ...values]);
			expect(parse(split(bytes, at))).toEqual(parseWhole(bytes));
		}),
		{ numRuns: 1000 },
	);
});

it('throws nothing but EventTooLargeError, and never gives an event over the limit', () => {
	const anyStream = fc.array(
		fc.constantFrom('data: 12345\n', 'data:1\r', 'data: 1234567890', '\n', ': c\r\n', '🦊'),
	);
	fc.assert(
		fc.property(anyStream, points, fc.integer({ min: 1, max: 40 }), (pieces, at, maxEventBytes) => {
			const parser = createEventStreamParser({ maxEventBytes });
			const events: ServerSentEvent[] = [];
			try {
				for (const chunk of split(new TextEncoder().encode(pieces.join('')), at))
					events.push(...parser.push(chunk));
				events.push(...parser.end());
			} catch (error) {
				expect(error).toBeInstanceOf(EventTooLargeError);
			}
			for (const { data } of events)
				expect(Buffer.byteLength(data)).toBeLessThanOrEqual(maxEventBytes);
		}),
		{ numRuns: 1000 },
	);
});
