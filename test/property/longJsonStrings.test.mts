import fc from 'fast-check';
import { createJsonUnescaper } from '../../nodes/shared/media/jsonEscapes.js';
import { takeLongStrings, type ChooseTaker } from '../../nodes/shared/media/longJsonStrings.js';

/** All 10,000 in `npm run test:property`. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 1000);
const LONG = 20;

/** The bytes in chunks that end anywhere. */
async function* inChunks(bytes: Uint8Array, borders: readonly number[]): AsyncGenerator<Buffer> {
	const places = [...new Set(borders.map((border) => border % (bytes.length + 1)))];
	let from = 0;
	for (const to of [...places.sort((one, other) => one - other), bytes.length]) {
		yield Buffer.from(bytes.subarray(from, to));
		from = to;
	}
}

const borders = fc.array(fc.nat(), { maxLength: 40 });

/** The text of bytes that are a character each; a character beyond them was an escape. */
const textOf = (decoded: string): string =>
	Buffer.concat(
		decoded
			.split(/([\u0100-\uffff]+)/)
			.map((part, index) => Buffer.from(part, index % 2 === 0 ? 'latin1' : 'utf8')),
	).toString('utf8');

/** Reads a text whose long strings are all taken; each is put back by its number. */
async function readApart(text: Buffer, places: readonly number[], choose?: ChooseTaker) {
	const taken: string[] = [];
	let isJson = true;
	const takeAll: ChooseTaker = () => async (content) => {
		const unescaper = createJsonUnescaper();
		let decoded = '';
		for await (const part of content) decoded += unescaper.push(part);
		if (!unescaper.isValid()) isJson = false;
		taken.push(textOf(decoded));
		return `taken ${taken.length - 1}`;
	};
	const parts: Uint8Array[] = [];
	for await (const part of takeLongStrings(inChunks(text, places), choose ?? takeAll, LONG))
		parts.push(part);
	return { rest: Buffer.concat(parts).toString('utf8'), taken, isJson };
}

const putBack = (value: unknown, taken: readonly string[]): unknown => {
	if (typeof value === 'string') {
		const [, number] = /^taken (\d+)$/.exec(value) ?? [];
		return number === undefined ? value : taken[Number(number)];
	}
	if (Array.isArray(value)) return value.map((inner) => putBack(inner, taken));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, inner]) => [
			String(putBack(name, taken)),
			putBack(inner, taken),
		]),
	);
};

const longText = fc.stringMatching(/^[A-Za-z0-9+/=\\"\n\r\t é]*$/, { maxLength: 400 });
const json = fc.letrec((tie) => ({
	value: fc.oneof(
		{ maxDepth: 4 },
		longText,
		fc.string(),
		fc.integer(),
		fc.boolean(),
		fc.constant(null),
		fc.array(tie('value'), { maxLength: 4 }),
		fc.dictionary(fc.oneof(fc.string(), longText), tie('value'), { maxKeys: 4 }),
	),
})).value;

it('what is left of a text, with the long strings put back, is what JSON.parse reads', async () => {
	await fc.assert(
		fc.asyncProperty(json, borders, fc.boolean(), async (value, places, isSpaced) => {
			const text = JSON.stringify(value, undefined, isSpaced ? 1 : undefined);
			const { rest, taken } = await readApart(Buffer.from(text), places);
			expect(putBack(JSON.parse(rest), taken)).toEqual(JSON.parse(text));
			for (const one of taken)
				expect(Buffer.from(JSON.stringify(one)).length).toBeGreaterThan(LONG);
		}),
		{ numRuns: RUNS / 2 },
	);
});

it('a text whose strings nobody takes stays as it is, to the byte, whatever it is', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.oneof(
				json.map((value) => Buffer.from(JSON.stringify(value))),
				fc.uint8Array({ maxLength: 300 }),
			),
			borders,
			async (bytes, places) => {
				const parts: Uint8Array[] = [];
				for await (const part of takeLongStrings(
					inChunks(Buffer.from(bytes), places),
					() => undefined,
					LONG,
				))
					parts.push(part);
				expect(Buffer.concat(parts).equals(Buffer.from(bytes))).toBe(true);
			},
		),
		{ numRuns: RUNS / 2 },
	);
});

it('a text that was mutated reads as before, or is no JSON as before', async () => {
	const quoted = JSON.stringify({
		data: [{ b64_json: 'QUJD'.repeat(20), size: '1x1' }, { url: 'https://files.test/a "b" \\' }],
		usage: { n: 1 },
	});
	const change = fc.tuple(
		fc.nat(),
		fc.constantFrom('"', '\\', '\n', '\r', '{', ',', '\\u0022', '', ' '),
	);
	await fc.assert(
		fc.asyncProperty(fc.array(change, { maxLength: 4 }), borders, async (changes, places) => {
			const text = changes.reduce((changed, [place, by]) => {
				const at = place % (changed.length + 1);
				return changed.slice(0, at) + by + changed.slice(at + 1);
			}, quoted);
			const { rest, taken, isJson } = await readApart(Buffer.from(text), places);
			const read = (json: string): unknown => {
				try {
					return JSON.parse(json);
				} catch {
					return 'no JSON';
				}
			};
			expect(isJson ? putBack(read(rest), taken) : 'no JSON').toEqual(read(text));
		}),
		{ numRuns: RUNS },
	);
});

it('ends with what the source throws, also within a string', async () => {
	const broken = async function* () {
		yield Buffer.from(`{"data":"${'A'.repeat(3 * LONG)}`);
		throw new Error('it broke off');
	};
	const read = async (choose: ChooseTaker) => {
		for await (const part of takeLongStrings(broken(), choose, LONG)) void part;
	};
	const readAll: ChooseTaker = () => async (content) => {
		for await (const part of content) void part;
		return '';
	};
	const readSafely: ChooseTaker = () => async (content) => {
		try {
			for await (const part of content) void part;
		} catch {
			// Whoever takes a string may keep the failure to himself.
		}
		return '';
	};
	await expect(read(() => undefined)).rejects.toThrow('it broke off');
	await expect(read(readAll)).rejects.toThrow('it broke off');
	await expect(read(readSafely)).rejects.toThrow('it broke off');
});

it('whoever takes a string may stop while the next part of it is still on its way', async () => {
	const long = (letter: string) => letter.repeat(5 * LONG);
	const text = `{"a":"${long('A')}","b":"${long('B')}","c":"${long('C')}"}`;
	const slowly = async function* () {
		for (const part of text.match(/.{1,30}/g) ?? []) {
			await new Promise((resolve) => setImmediate(resolve));
			yield Buffer.from(part);
		}
	};
	const stopEarly: ChooseTaker = () => async (content) => {
		const parts = content[Symbol.asyncIterator]();
		await parts.next();
		void parts.next();
		return 'taken';
	};
	const parts: Uint8Array[] = [];
	for await (const part of takeLongStrings(slowly(), stopEarly, LONG)) parts.push(part);
	expect(Buffer.concat(parts).toString()).toBe('{"a":"taken","b":"taken","c":"taken"}');
});

it('a text of nothing but short strings passes as whole chunks', async () => {
	const text = Buffer.from(`[${'"",'.repeat(50_000)}""]`);
	const parts: Uint8Array[] = [];
	for await (const part of takeLongStrings(
		inChunks(text, [50_000, 100_000]),
		() => undefined,
		LONG,
	))
		parts.push(part);
	expect(Buffer.concat(parts).equals(text)).toBe(true);
	expect(parts.length).toBeLessThan(20);
});

it.each(['\n', '\r'])(
	'a quotation mark that its line (%j) does not close opens no string',
	async (end) => {
		const long = 'A'.repeat(3 * LONG);
		const text = `: it's "alive${end}data: {"data":"${long}"}${end}`;
		const { rest, taken } = await readApart(Buffer.from(text), []);
		expect(taken).toEqual([long]);
		expect(rest).toBe(text.replace(long, 'taken 0'));
	},
);
