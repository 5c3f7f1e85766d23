import { createRedactor } from '../../../nodes/shared/errors/redact.js';

const KEY = 'sk-9f/Qz+7c&0b1d<k2==';
const hide = createRedactor(KEY);
const percent = encodeURIComponent(KEY);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const codes = (write: (hex: string, code: number) => string) =>
	KEY.replace(/\W/g, (char) => write(char.charCodeAt(0).toString(16), char.charCodeAt(0)));

it.each([
	['as it is', KEY],
	['in small letters, as a host is written', KEY.toLowerCase()],
	['percent-encoded', percent],
	['percent-encoded in small letters', percent.toLowerCase()],
	[
		'percent-encoded in every character',
		[...Buffer.from(KEY)].map((byte) => `%${byte.toString(16)}`).join(''),
	],
	['percent-encoded twice', encodeURIComponent(percent)],
	['in JSON', KEY.replaceAll('/', '\\/')],
	['in JSON by numbers', codes((hex) => `\\u00${hex}`)],
	['in JSON by numbers in capitals', codes((hex) => `\\u00${hex.toUpperCase()}`)],
	['in JSON in JSON', JSON.stringify(codes((hex) => `\\u00${hex}`)).slice(1, -1)],
	['as a language writes it', codes((hex) => `\\x${hex}`)],
	['in HTML', KEY.replaceAll('&', '&amp;').replaceAll('<', '&lt;')],
	['in HTML by numbers', codes((_hex, code) => `&#0${code};`)],
	['in HTML by hexadecimal numbers', codes((hex) => `&#X${hex};`)],
	['in HTML, of a link', percent.replaceAll('%', '&#37;')],
	['in base64', base64(KEY)],
	['in base64 with its scheme', base64(`Bearer ${KEY}`)],
	['in base64 without its end', base64(KEY).replace(/=+$/, '')],
	['in base64url', Buffer.from(KEY).toString('base64url')],
	['in base64, percent-encoded', encodeURIComponent(base64(`Bearer ${KEY}`))],
	['in hex', Buffer.from(KEY).toString('hex')],
])('a key is hidden %s', (_how, form) => {
	expect(hide(`bad key (${form}), ${form}.`)).toBe('bad key (…), ….');
	for (let length = 9; length < form.length; length++) {
		expect(hide(`bad key ${form.slice(0, length)}… [task 1]`)).toBe('bad key … [task 1]');
		expect(hide(`bad key ${form.slice(0, length)}...`)).toBe('bad key …');
	}
});

it.each([0, 1, 2, 3])('a key is hidden in base64 behind %d other bytes', (before) => {
	const shown = hide(base64(`${'x'.repeat(before)}${KEY}xyz`));
	expect(shown).toMatch(/^[\w+/]{0,5}…[\w+/]{0,5}=*$/);
});

it.each(['bad key', 'sk-9f/Qz+7c', 'sk-9f/Q…', '%', '&#;', '\\', '\\u00', 'İ%2F', ''])(
	'%j stays as it is',
	(text) => {
		expect(hide(text)).toBe(text);
	},
);

it('places are right behind escapes and letters that grow', () => {
	expect(hide(`İ%2F\\u00e9&amp;${percent}%2F…`)).toBe('İ%2F\\u00e9&amp;…%2F…');
});

it('a key that has escapes in it is hidden, escaped and not', () => {
	const key = 'a%41\\u0041&amp;%2541';
	for (const form of [
		key,
		encodeURIComponent(key),
		JSON.stringify(key).slice(1, -1),
		key.replaceAll('&', '&amp;'),
	]) {
		expect(createRedactor(key)(`(${form})`)).toBe('(…)');
	}
});

describe('a key of less than 8 characters', () => {
	it.each([
		['bad key k-7x, k-7X.', 'bad key …, ….'],
		['?key=k%2d7x&x', '?key=…&x'],
		['"ay03eA=="', '"…"'],
		['k-7xy, ak-7x', 'k-7xy, ak-7x'],
		['k-7…', 'k-7…'],
	])('%p is shown as %p', (text, shown) => expect(createRedactor('k-7x')(text)).toBe(shown));
});

describe('in a link', () => {
	it.each([
		['https://files.test/a/secret-key.jpeg?key=secret-key', 'https://files.test/a/….jpeg?key=…'],
		['https://secret-key.test/a.jpeg', 'https://secret-key.test/a.jpeg'],
		['the link http://secret-key is dead', 'the link http://secret-key is dead'],
		['https://user:secret-key@files.test/a.jpeg', 'https://user:…@files.test/a.jpeg'],
		['https:secret-key', 'https:…'],
	])('a key that is short leaves the host whole: %p', (link, shown) =>
		expect(createRedactor('secret-key')(link)).toBe(shown),
	);

	it.each([
		['https://files.testsk-9f/Qz+7c&0b1d<k2==/a.png', 'https://files.test…/a.png'],
		['https://sk-long-secret.files.test/a.png', 'https://….files.test/a.png'],
	])('a key of 12 characters or more is hidden in the host as well: %p', (link, shown) => {
		expect(createRedactor(link.includes(KEY) ? KEY : 'sk-long-secret')(link)).toBe(shown);
	});
});

it.each([
	['%', '%25'.repeat(700_000)],
	['\\', '\\'.repeat(2_000_000)],
	['&#0', '&#0'.repeat(700_000)],
	['the start of the key', 'sk-9f/Qz'.repeat(250_000)],
	['https://', 'https://a'.repeat(220_000)],
])('of two million characters of %s the beginning is shown', (_what, text) => {
	expect(hide(text).length).toBeLessThanOrEqual(100_001);
});

it('half of a character does not become the start of the key where the text is written as JSON', () => {
	const key = 'c2-a-long-secret';
	expect(JSON.stringify(createRedactor(key)('\ud8c2-a-long-secret 🦊'))).not.toContain(key);
	expect(createRedactor(key)('🦊')).toBe('🦊');
});
