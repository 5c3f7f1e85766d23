import { parseBase64Image, toDataUri } from '../../../nodes/shared/media/dataUri.js';

/** Bytes whose base64 has both characters in which the alphabets differ, and padding. */
const BYTES = Buffer.from([0xfb, 0xef, 0xff, 0x01]);

describe('parseBase64Picture', () => {
	it.each([
		['raw', '++//AQ=='],
		['of the URL-safe alphabet', '--__AQ=='],
		['of both alphabets', '+-/_AQ=='],
		['without padding', '++//AQ'],
		['with too little padding', '++//AQ='],
		['with line breaks and spaces', ' ++\r\n//\n AQ=\n=\n'],
	])('reads base64 %s', (_kind, text) => {
		expect(parseBase64Image(text)).toEqual({ bytes: BYTES });
	});

	it.each([
		['data:image/png;base64,++//AQ==', 'image/png'],
		['DATA:Image/PNG;BASE64,++//AQ==', 'image/png'],
		['  data:image/svg+xml;charset=utf-8;base64,\n++//\nAQ', 'image/svg+xml'],
		['data:image/jpeg;name=a.jpg; base64 ,--__AQ', 'image/jpeg'],
	])('reads %j', (text, mimeType) => {
		expect(parseBase64Image(text)).toEqual({ bytes: BYTES, mimeType });
	});

	it.each(['data:;base64,++//AQ==', 'data:png;base64,++//AQ==', 'data:a/b/c;base64,++//AQ=='])(
		'names no MIME type where %j names none',
		(text) => {
			expect(parseBase64Image(text)).toEqual({ bytes: BYTES });
		},
	);

	it.each([
		'',
		'  \n',
		'====',
		'A',
		'AAAAA',
		'AA=A',
		'https://example.com/picture.png',
		'{"b64":"AAAA"}',
		'Лиса',
		'AAAA%3D',
		'data:',
		'data:image/png;base64',
		'data:image/png;base64,',
		'data:image/png,AAAA',
		'data:base64,AAAA',
		'data:image/png;base64,https://example.com',
		'data:image/png;base64,data:image/png;base64,AAAA',
	])('refuses %j', (text) => {
		expect(parseBase64Image(text)).toBeUndefined();
	});

	// Regular expressions that repeat a group run out of stack on texts of this size.
	const LONG = 40_000_000;
	it.each([
		['good', () => 'A'.repeat(LONG), (LONG / 4) * 3],
		[
			'broken into lines',
			() => `${'A'.repeat(76)}\r\n`.repeat(LONG / 80),
			((LONG / 80) * 76 * 3) / 4,
		],
		['spoilt at its end', () => `${'A'.repeat(LONG)}!`, undefined],
		['a data URI without comma', () => `data:${'a'.repeat(LONG)}`, undefined],
		['a data URI with an endless type', () => `data:${'a'.repeat(LONG)};base64,AAAA`, 3],
		['nothing but spaces', () => ' '.repeat(LONG), undefined],
	])('copes with 40 MB, %s', (_kind, makeText, size) => {
		expect(parseBase64Image(makeText())?.bytes.length).toBe(size);
	});
});

describe('toDataUri', () => {
	it('writes the MIME type in lower case', () => {
		expect(toDataUri(BYTES, 'image/PNG')).toBe('data:image/png;base64,++//AQ==');
	});

	it('writes the part that a view shows, not the memory behind it', () => {
		const view = new Uint8Array(Uint8Array.of(9, ...BYTES, 9).buffer, 1, BYTES.length);
		expect(toDataUri(view, 'image/png')).toBe('data:image/png;base64,++//AQ==');
	});
});
