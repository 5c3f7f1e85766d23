import fc from 'fast-check';

import { edited, treeOf, type JsonEdit, type JsonTree } from './jsonMutation.mjs';

/** One answer as it was recorded. Bytes are told as characters up to 255, which are cheap to cut and join. */
export interface Original {
	text: string;
	/** The places that hold JSON: the whole answer, or the data of an event. */
	jsons: Array<{ start: number; end: number; tree: JsonTree }>;
}

/** Takes a recorded answer apart, so that ten thousand mutations of it need not. */
export function takeApart(recorded: string, isStream: boolean): Original {
	const text = toBytes(recorded);
	const places = isStream
		? [...text.matchAll(/(?<=^data: )\{.*$/gm)]
		: [...text.matchAll(/^[^]*$/g)];
	return {
		text,
		jsons: places.map(({ 0: json, index: start }) => ({
			start,
			end: start + json.length,
			tree: treeOf(fromBytes(json)),
		})),
	};
}

const toBytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
const fromBytes = (bytes: string) => Buffer.from(bytes, 'latin1').toString('utf8');

interface ByteEdit {
	kind: number;
	at: number;
	length: number;
	choice: number;
}

/** All that happens to an answer on its way. */
export interface Mutation {
	json: JsonEdit[];
	line: ByteEdit[];
	bytes: ByteEdit[];
	/** Where the key is put in, in which form, and after how much else; the last thing that is done. */
	key: { at: number; form: number; padding: number; isThere: boolean };
	/** Where the stream is split. */
	splits: number[];
}

const number = fc.nat(1_000_000);
const byteEdit = fc.record({ kind: number, at: number, length: number, choice: number });

/** At most one or two changes of a kind: with more, little of the answer is left to be read. */
export const mutation: fc.Arbitrary<Mutation> = fc.record({
	json: fc.array(fc.record({ site: number, change: number, choice: number }), { maxLength: 1 }),
	line: fc.array(byteEdit, { maxLength: 1 }),
	bytes: fc.oneof(
		{ weight: 2, arbitrary: fc.constant<ByteEdit[]>([]) },
		{ weight: 1, arbitrary: fc.array(byteEdit, { minLength: 1, maxLength: 2 }) },
	),
	key: fc.record({
		at: number,
		form: number,
		padding: fc.oneof(fc.constant(0), fc.nat(600)),
		isThere: fc.boolean(),
	}),
	splits: fc.array(number, { maxLength: 4 }),
});

const JUNK_LINES = [
	'',
	'data',
	'data:',
	':',
	': comment',
	'event: error',
	'event',
	'id: 1',
	'retry: x',
	'data: [DONE]',
	'data: {',
	'data: null',
	'data: 1',
	'data: []',
	'data: "x"',
	'\xef\xbb\xbf',
	'data: {"error":{"message":"x"}}',
	'data: {"message":"x"}',
	`data: ${'x'.repeat(9_000)}`,
	'{"code":0}',
	'HTTP/1.1 200 OK',
	'<html><title>Oops</title>',
	'\0\0\0',
];

function lineMutated(text: string, { kind, at, length, choice }: ByteEdit): string {
	const lines = text.split('\n');
	const place = at % lines.length;
	const line = lines[place] ?? '';
	switch (kind % 8) {
		case 0:
			lines.splice(place, 1);
			break;
		case 1:
			lines.splice(place, 0, JUNK_LINES[choice % JUNK_LINES.length] ?? '');
			break;
		case 2:
			lines.splice(place, 1, line, line);
			break;
		case 3:
			lines[place] = lines[length % lines.length] ?? '';
			lines[length % lines.length] = line;
			break;
		case 4:
			lines.splice(
				place,
				1,
				line.slice(0, length % (line.length + 1)),
				`data: ${line.slice(length % (line.length + 1))}`,
			);
			break;
		case 5:
			return lines.join(['\r\n', '\r', '\n\n', ' '][choice % 4] ?? '\n');
		case 6:
			lines.splice(
				place,
				1,
				...Array<string>(choice % 16 === 15 ? 150 : (choice % 4) + 2).fill(`${line}\n`),
			);
			break;
		default:
			lines.splice(place, 2, line + (lines[place + 1] ?? ''));
	}
	return lines.join('\n');
}

function bytesMutated(text: string, { kind, at, length, choice }: ByteEdit): string {
	const from = at % (text.length + 1);
	const to = Math.min(text.length, from + (length % 40) + 1);
	const part = text.slice(from, to);
	switch (kind % 6) {
		case 0:
			return (
				text.slice(0, from) +
				String.fromCharCode((text.charCodeAt(from) || 0) ^ (1 << choice % 8)) +
				text.slice(from + 1)
			);
		case 1:
			return text.slice(0, from);
		case 2:
			return text.slice(0, from) + text.slice(to);
		case 3:
			return (
				text.slice(0, from) + String.fromCharCode(choice % 256, length % 256) + text.slice(from)
			);
		case 4:
			return text.slice(0, to) + part.repeat((choice % 50) + 1) + text.slice(to);
		default: {
			const other = choice % (from + 1);
			return text.slice(0, other) + part + text.slice(other, from) + text.slice(to);
		}
	}
}

/** The forms in which a gateway may repeat a key. */
export function keyForms(key: string): string[] {
	const codes = (write: (hex: string, code: number) => string) =>
		key.replace(/\W/g, (char) => write(char.charCodeAt(0).toString(16), char.charCodeAt(0)));
	return [
		key,
		encodeURIComponent(key),
		encodeURIComponent(key).toLowerCase(),
		encodeURIComponent(encodeURIComponent(key)),
		key.replaceAll('/', '\\/'),
		codes((hex) => `\\u00${hex}`),
		codes((hex) => `\\u00${hex.toUpperCase()}`),
		codes((_hex, code) => `&#${code};`),
		codes((hex) => `&#x${hex};`),
		Buffer.from(key).toString('base64'),
		Buffer.from(key).toString('base64url'),
		Buffer.from(`Bearer ${key}`).toString('base64'),
		Buffer.from(key).toString('hex'),
	];
}

function jsonMutated({ text, jsons }: Original, edit: JsonEdit): string {
	const place = jsons[edit.site % jsons.length];
	if (!place) return text;
	const site = Math.floor(edit.site / jsons.length);
	return (
		text.slice(0, place.start) +
		toBytes(edited(place.tree, { ...edit, site })) +
		text.slice(place.end)
	);
}

/** The bytes of the mutated answer, in the pieces in which they arrive. */
export function mutated(
	original: Original,
	{ json, line, bytes, key: inserted, splits }: Mutation,
	key: string,
): Buffer[] {
	let answer = original.text;
	for (const one of json) answer = jsonMutated(original, one);
	for (const one of line) answer = lineMutated(answer, one);
	for (const one of bytes) answer = bytesMutated(answer, one);
	if (inserted.isThere) {
		const at = inserted.at % (answer.length + 1);
		const forms = keyForms(key);
		const form = forms[inserted.form % forms.length] ?? key;
		answer = answer.slice(0, at) + 'x'.repeat(inserted.padding) + form + answer.slice(at);
	}
	const whole = Buffer.from(answer, 'latin1');
	const ends = [
		...splits.map((split) => split % (whole.length + 1)).sort((a, b) => a - b),
		whole.length,
	];
	return ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
}
