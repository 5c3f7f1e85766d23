import fc from 'fast-check';
import { createBase64Decoder } from '../../nodes/shared/media/base64Decoder.js';
import { base64Length, encodeBase64 } from '../../nodes/shared/media/base64Encoder.js';
import { parseBase64Image } from '../../nodes/shared/media/dataUri.js';
import { createJsonUnescaper } from '../../nodes/shared/media/jsonEscapes.js';

/** All 10,000 in `npm run test:property`. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 1000);

const borders = fc.array(fc.nat(), { maxLength: 30 });

function pieces<Whole extends string | Uint8Array>(
	whole: Whole,
	places: readonly number[],
	cut: (from: number, to: number) => Whole,
): Whole[] {
	const ends = [...new Set(places.map((place) => place % (whole.length + 1)))].sort(
		(a, b) => a - b,
	);
	return [...ends, whole.length].map((end, index) => cut(ends[index - 1] ?? 0, end));
}
const textPieces = (text: string, places: readonly number[]) =>
	pieces(text, places, (from, to) => text.slice(from, to));

/** What a decoder gives for a text in pieces; undefined as soon as it says so. */
function decode(text: string, places: readonly number[]): Buffer | undefined {
	const decoder = createBase64Decoder();
	const parts: Buffer[] = [];
	for (const piece of textPieces(text, places)) {
		const bytes = decoder.push(piece);
		if (!bytes) return undefined;
		parts.push(bytes);
	}
	const last = decoder.end();
	return last && Buffer.concat([...parts, last]);
}

const someBytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
const prefix = fc.constantFrom(
	'',
	' ',
	'data:image/png;base64,',
	'\nDATA:image/png;x=y;base64,',
	'data:;base64,',
);
const space = fc.tuple(fc.nat(), fc.constantFrom('\n', '\r\n', ' ', '\t'));

it('any bytes in any form of base64 come out equal, wherever the text is cut', () => {
	fc.assert(
		fc.property(
			someBytes,
			prefix,
			fc.constantFrom<'base64' | 'base64url'>('base64', 'base64url'),
			fc.boolean(),
			fc.boolean(),
			fc.array(space, { maxLength: 5 }),
			borders,
			(bytes, before, encoding, isPadded, isEscaped, spaces, places) => {
				const digits = Buffer.from(bytes).toString(encoding).replace(/=+$/, '');
				let text = isPadded ? digits.padEnd(Math.ceil(digits.length / 4) * 4, '=') : digits;
				for (const [place, by] of spaces) {
					const at = place % (text.length + 1);
					text = text.slice(0, at) + by + text.slice(at);
				}
				if (isEscaped && /^\s*data:/i.test(before))
					text = text.replace(/[+=/]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
				expect(decode(before + text, places)).toEqual(Buffer.from(bytes));
			},
		),
		{ numRuns: RUNS },
	);
});

it('a text in pieces is base64 where the whole of it is', () => {
	const nearlyBase64 = fc.stringMatching(
		/^(data:[a-z/;,]{0,12}|data:image\/png;base64,)?[A-Za-z0-9+/=%_ !\n-]*$/,
		{
			maxLength: 60,
		},
	);
	fc.assert(
		fc.property(nearlyBase64, borders, (text, places) => {
			expect(decode(text, places)).toEqual(parseBase64Image(text)?.bytes);
		}),
		{ numRuns: RUNS },
	);
});

it('the escapes of a JSON string are resolved wherever it is cut', () => {
	fc.assert(
		fc.property(
			fc.string({ unit: 'binary-ascii' }),
			fc.boolean(),
			borders,
			(text, isEscaped, places) => {
				const json = JSON.stringify(text).slice(1, -1);
				const written = isEscaped
					? json.replace(/[/A-F]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)
					: json;
				const unescaper = createJsonUnescaper();
				const read = textPieces(written, places).map((piece) =>
					unescaper.push(Buffer.from(piece, 'latin1')),
				);
				expect(read.join('')).toBe(JSON.parse(`"${written}"`));
			},
		),
		{ numRuns: RUNS },
	);
});

it('bytes in pieces are encoded as the whole of them, in the length that was stated', async () => {
	await fc.assert(
		fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), borders, async (bytes, places) => {
			const chunks = pieces(bytes, places, (from, to) => bytes.subarray(from, to));
			const parts: Uint8Array[] = [];
			const source = async function* () {
				yield* chunks;
			};
			for await (const part of encodeBase64(source())) parts.push(part);
			const text = Buffer.concat(parts).toString('latin1');
			expect(text).toBe(Buffer.from(bytes).toString('base64'));
			expect(text).toHaveLength(base64Length(bytes.length));
		}),
		{ numRuns: RUNS },
	);
});

it('a character that is none of base64 is never taken for one, wherever it stands', () => {
	const foreign = fc
		.integer({ min: 0, max: 0xffff })
		.map((code) => String.fromCharCode(code))
		.filter((character) => !/[A-Za-z0-9+/_=\s-]/.test(character));
	fc.assert(
		fc.property(someBytes, fc.nat(), foreign, borders, (bytes, place, character, places) => {
			const digits = Buffer.from(bytes).toString('base64');
			const at = place % (digits.length + 1);
			expect(decode(digits.slice(0, at) + character + digits.slice(at), places)).toBeUndefined();
			// In place of a digit, so that the length is as it should be.
			const replaced = digits.slice(0, at) + character + digits.slice(at + 1);
			expect(decode(replaced, places)).toBeUndefined();
		}),
		{ numRuns: RUNS },
	);
});
