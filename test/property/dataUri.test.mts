import fc from 'fast-check';

import { parseBase64Image, toDataUri } from '../../nodes/shared/media/dataUri.js';

const someBytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
const alphabet = fc.constantFrom<'base64' | 'base64url'>('base64', 'base64url');

it('gives back what toDataUri wrote', () => {
	const mimeType = fc.constantFrom(
		'image/png',
		'image/JPEG',
		'image/svg+xml',
		'application/octet-stream',
	);
	fc.assert(
		fc.property(someBytes, mimeType, (bytes, type) => {
			expect(parseBase64Image(toDataUri(bytes, type))).toEqual({
				bytes: Buffer.from(bytes),
				mimeType: type.toLowerCase(),
			});
		}),
	);
});

it('gives back the bytes of either alphabet, with or without padding, broken anywhere', () => {
	const breaks = fc.array(fc.tuple(fc.nat(), fc.constantFrom('\n', '\r\n', ' ', '\t')));
	fc.assert(
		fc.property(someBytes, alphabet, fc.boolean(), breaks, (bytes, encoding, isPadded, spaces) => {
			const digits = Buffer.from(bytes).toString(encoding).replace(/=+$/, '');
			let text = isPadded ? digits.padEnd(Math.ceil(digits.length / 4) * 4, '=') : digits;
			for (const [place, space] of spaces) {
				const at = place % (text.length + 1);
				text = text.slice(0, at) + space + text.slice(at);
			}
			expect(parseBase64Image(text)).toEqual({ bytes: Buffer.from(bytes) });
		}),
		{ numRuns: 500 },
	);
});

it('refuses base64 with any foreign character in it', () => {
	const foreign = fc
		.string({ unit: 'binary', minLength: 1, maxLength: 1 })
		.filter((char) => !/[\w+/\s=-]/.test(char));
	fc.assert(
		fc.property(someBytes, foreign, fc.nat(), (bytes, char, place) => {
			const text = Buffer.from(bytes).toString('base64');
			const at = place % (text.length + 1);
			expect(parseBase64Image(text.slice(0, at) + char + text.slice(at))).toBeUndefined();
		}),
		{ numRuns: 500 },
	);
});

it('never throws and never gives no bytes, whatever the text', () => {
	const anyText = fc.tuple(
		fc.constantFrom('', 'data:', 'data:;base64,', 'data:image/png;base64,'),
		fc.string({ unit: 'binary' }),
	);
	fc.assert(
		fc.property(anyText, ([start, rest]) => {
			const picture = parseBase64Image(start + rest);
			expect(picture === undefined || picture.bytes.length > 0).toBe(true);
		}),
		{ numRuns: 1000 },
	);
});
