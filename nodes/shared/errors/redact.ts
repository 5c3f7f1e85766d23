import { shortened } from './failure';

/** A shorter key may be a word: it is hidden only where it stands by itself, and not where it is cut off. */
const MIN_KEY_LENGTH = 8;

/** A shorter key may be the name of a host, without which nobody knows where a file was. */
const MIN_LENGTH_IN_HOST = 12;

/** Nobody reads more, and what the search keeps of a text grows with it. */
const MAX_TEXT_LENGTH = 100_000;

/** So often may a key be escaped, e.g. as JSON in a link in JSON. */
const MAX_ESCAPES = 3;

/** A character as it is written in a link, in JSON and in HTML. */
const ESCAPE = new RegExp(
	[
		/%([\da-f]{2})/,
		/\\+(?:u00|x)([\da-f]{2})/,
		/&#x0*([\da-f]{2});/,
		/&#0*(\d{1,3});/,
		/&(amp|lt|gt|quot|apos|sol|plus|equals|lowbar);/,
		/\\+([!-/:-@[-`{-~])/,
	]
		.map(({ source }) => source)
		.join('|'),
	'gi',
);

const ENTITIES: Record<string, string> = {
	amp: '&',
	lt: '<',
	gt: '>',
	quot: '"',
	apos: "'",
	sol: '/',
	plus: '+',
	equals: '=',
	lowbar: '_',
};

/** The mark of what was cut off, perhaps in the middle of an escape. */
const CUT =
	/(?:%(?:25)*[\da-f]?|\\+(?:u0{0,2}[\da-f]?|x[\da-f]?)?|&(?:#x?[\da-f]{0,4}|[a-z]{0,6}))?(?:…|\.{3})/y;

/**
 * Half of a character, which is written as an escape wherever the text becomes JSON: its last digits may be the first
 * of a key.
 */
const HALF_CHARACTER = /\p{Surrogate}/gu;

const HOST = /https?:\/\/[^/?#@\s]+(?=[/?#\s]|$)/gi;

/** A part of a text, as the places of its first character and of the one after its last. */
type Range = [start: number, end: number];

/** A text with its escapes undone, in small letters, and where its characters begin in the text that is shown. */
interface Reading {
	plain: string;
	placeOf(index: number): number;
}

/**
 * What takes a key out of a text: some gateways repeat it when they refuse it. Finds it however it is escaped, in
 * base64 and in hex, in small and capital letters, and its beginning where a text was cut off, which "…" or "..."
 * tells.
 * @param key as `cleanKey` gives it
 */
export function createRedactor(key: string): (text: string) => string {
	const isShort = key.length < MIN_KEY_LENGTH;
	const forms = [...new Set(formsOf(key).map(small))].filter((form) => form !== '');
	return (text) => {
		const shown = shortened(text, MAX_TEXT_LENGTH).replace(HALF_CHARACTER, '\uFFFD');
		const hosts =
			key.length < MIN_LENGTH_IN_HOST
				? [...shown.matchAll(HOST)].map(({ 0: host, index }): Range => [index, index + host.length])
				: [];
		const found: Range[] = [];
		let reading: Reading | undefined = { plain: small(shown), placeOf: (index) => index };
		for (let escapes = 0; reading && escapes <= MAX_ESCAPES; escapes++) {
			for (const form of forms) found.push(...rangesOf(form, reading, isShort));
			reading = unescaped(reading);
		}
		return without(
			shown,
			found.filter(([start, end]) => !hosts.some((host) => host[0] <= start && end <= host[1])),
		);
	};
}

/** The key, as it reads where escapes are undone, and in base64 and hex, alone and among other bytes. */
function formsOf(key: string): string[] {
	const plain = [key];
	for (let escapes = 0; escapes < MAX_ESCAPES; escapes++)
		plain.push((plain[escapes] ?? '').replace(ESCAPE, unescape));
	const whole = [key, `Bearer ${key}`].map((text) => Buffer.from(text).toString('base64'));
	const parts =
		key.length < MIN_KEY_LENGTH ? [] : [0, 1, 2].map((before) => base64Within(key, before));
	const base64 = [...whole, ...whole.map((form) => form.replace(/=+$/, '')), ...parts];
	const base64url = base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
	return [...plain, ...base64, ...base64url, Buffer.from(key).toString('hex')];
}

/** The base64 that a key alone decides, where other bytes stand before it and behind it. */
function base64Within(key: string, before: number): string {
	const whole = Buffer.from('\0'.repeat(before) + key).toString('base64');
	return whole.slice(Math.ceil((before * 8) / 6), Math.floor(((before + key.length) * 8) / 6));
}

/** In small letters of ASCII: what else there is may be longer in small letters. */
const small = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** @param groups those of `ESCAPE` */
function unescape(escape: string, ...groups: Array<string | undefined>): string {
	const [percent, json, hex, decimal, entity = '', escaped = ''] = groups;
	const code = percent ?? json ?? hex;
	if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
	if (decimal !== undefined) return String.fromCharCode(Number(decimal));
	return escaped || (ENTITIES[entity.toLowerCase()] ?? escape);
}

/** The same with its escapes undone once, or undefined where it has none. */
function unescaped({ plain, placeOf }: Reading): Reading | undefined {
	const places: number[] = [];
	let read = '';
	let end = 0;
	const copyUntil = (index: number) => {
		read += plain.slice(end, index);
		for (; end < index; end++) places.push(placeOf(end));
	};
	for (const {
		0: escape,
		1: percent,
		2: json,
		3: hex,
		4: decimal,
		5: entity,
		6: escaped,
		index,
	} of plain.matchAll(ESCAPE)) {
		copyUntil(index);
		read += small(unescape(escape, percent, json, hex, decimal, entity, escaped));
		places.push(placeOf(index));
		end = index + escape.length;
	}
	if (end === 0) return undefined;
	copyUntil(plain.length);
	const last = placeOf(plain.length);
	return { plain: read, placeOf: (index) => places[index] ?? last };
}

/** Where a form of the key is, or, cut off, its beginning. */
function rangesOf(form: string, { plain, placeOf }: Reading, isShort: boolean): Range[] {
	const found: Range[] = [];
	const head = form.slice(0, 2);
	for (let start = plain.indexOf(head); start >= 0; start = plain.indexOf(head, start + 1)) {
		let end = start + head.length;
		while (end < start + form.length && plain[end] === form[end - start]) end++;
		if (end === start + form.length) {
			const isWord = !/[a-z\d]/.test(`${plain[start - 1] ?? ''}${plain[end] ?? ''}`);
			if (isWord || !isShort) found.push([placeOf(start), placeOf(end)]);
			continue;
		}
		// The last character may be the first of an escape.
		const cut = endOfCut(plain, end) ?? endOfCut(plain, end - 1);
		if (!isShort && cut !== undefined && placeOf(cut) - placeOf(start) > MIN_KEY_LENGTH)
			found.push([placeOf(start), placeOf(cut)]);
	}
	return found;
}

/** Where the mark ends that tells that a text was cut off here, or undefined where it was not. */
function endOfCut(text: string, index: number): number | undefined {
	CUT.lastIndex = index;
	return CUT.test(text) ? CUT.lastIndex : undefined;
}

/** A text with "…" in place of its parts. */
function without(text: string, parts: Range[]): string {
	let shown = '';
	let last = 0;
	for (const [start, end] of parts.sort((a, b) => a[0] - b[0])) {
		// Forms may overlap.
		if (start >= last) shown += `${text.slice(last, start)}…`;
		last = Math.max(last, end);
	}
	return shown + text.slice(last);
}
