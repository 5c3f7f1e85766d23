/** Takes the content of a long string, as it is written in the JSON, and returns what to put in its place. */
export type TakeString = (content: AsyncIterable<Uint8Array>) => Promise<string>;

/**
 * Decides on a long string by its beginning.
 * @param start the first bytes of its content, as they are written in the JSON
 * @returns undefined for one that stays where it is
 */
export type ChooseTaker = (start: Uint8Array) => TakeString | undefined;

/** A string whose content is shorter stays in the text, whatever it holds. Bytes. */
export const LONG_STRING_BYTES = 16 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Passes the bytes of a text with JSON on, except for the content of long strings, which goes to whoever takes it,
 * piece by piece as it arrives. So a file of any size can be inside the text while next to nothing is held in memory.
 *
 * The text may be an event stream, or have comments around its JSON: a string that reaches the end of its line is none,
 * and what does not belong to a string passes as it is. What follows a string that was cut off is cut off here, too,
 * so the text is as little JSON as before.
 *
 * @param choose is called once for each string that is longer than `longBytes`
 * @throws what `chunks` throws, also while a string is being taken; and what the taker throws, without reading on
 */
export async function* takeLongStrings(
	chunks: AsyncIterable<Uint8Array>,
	choose: ChooseTaker,
	longBytes = LONG_STRING_BYTES,
): AsyncGenerator<Uint8Array> {
	const reader = createReader(chunks);
	try {
		while (await reader.fill()) {
			const { bytes, isAtString } = reader.takeOutside();
			yield bytes;
			if (!isAtString) continue;

			// The start of the string, and after that either the rest as it is, or what stands for all of it.
			const start: Uint8Array[] = [];
			let startBytes = 0;
			while (startBytes <= longBytes && (await reader.fillString())) {
				const part = reader.takeString();
				start.push(part);
				startBytes += part.length;
			}
			const take = startBytes > longBytes ? choose(Buffer.concat(start)) : undefined;
			if (take) {
				yield await takeString(take, start, reader);
			} else {
				yield* start;
				while (await reader.fillString()) yield reader.takeString();
			}
			yield reader.takeEnd();
		}
	} finally {
		await reader.close();
	}
}

type Reader = ReturnType<typeof createReader>;

/** @returns what stands for the string, as it is written in JSON */
async function takeString(
	take: TakeString,
	start: readonly Uint8Array[],
	reader: Reader,
): Promise<Uint8Array> {
	const parts = [...start];
	const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
		const part = parts.shift();
		if (part) return { value: part, done: false };
		return (await reader.fillString())
			? { value: reader.takeString(), done: false }
			: { value: undefined, done: true };
	};
	const standIn = await take({ [Symbol.asyncIterator]: () => ({ next }) });
	// Whoever takes a string need not read it to its end, nor tell that it broke off.
	await reader.throwIfBroken();
	while (await reader.fillString()) reader.takeString();
	return Buffer.from(JSON.stringify(standIn).slice(1, -1));
}

/** Goes through the bytes, wherever the borders between the chunks are. */
function createReader(chunks: AsyncIterable<Uint8Array>) {
	const iterator = chunks[Symbol.asyncIterator]();
	let chunk: Buffer = Buffer.alloc(0);
	/** How many bytes of the chunk belong to the string that is being read. */
	let stringBytes = 0;
	let isAfterBackslash = false;
	let lastRead: Promise<unknown> = Promise.resolve();

	/** Returns whether there are more bytes, when they have come. */
	async function fill(): Promise<boolean> {
		while (chunk.length === 0) {
			const read = iterator.next();
			lastRead = read;
			const { value, done } = await read;
			if (done === true) return false;
			chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
		}
		return true;
	}

	function takeBytes(count: number): Buffer {
		const taken = chunk.subarray(0, count);
		chunk = chunk.subarray(count);
		return taken;
	}

	return {
		fill,

		/** Takes what comes before the next string, with the quotation mark that opens it. */
		takeOutside(): { bytes: Buffer; isAtString: boolean } {
			const quote = chunk.indexOf(QUOTE);
			isAfterBackslash = false;
			return {
				bytes: takeBytes(quote < 0 ? chunk.length : quote + 1),
				isAtString: quote >= 0,
			};
		},

		/** Returns whether the string goes on, when the bytes for that have come. */
		async fillString(): Promise<boolean> {
			stringBytes = (await fill()) ? lengthInString(chunk, isAfterBackslash) : 0;
			return stringBytes > 0;
		},

		/** Takes as much of the string as has come. */
		takeString(): Buffer {
			isAfterBackslash = endsInBackslash(chunk.subarray(0, stringBytes), isAfterBackslash);
			return takeBytes(stringBytes);
		},

		/** Takes the quotation mark that closes the string, if there is one. */
		takeEnd: (): Buffer => takeBytes(chunk[0] === QUOTE ? 1 : 0),

		/** @throws what the chunks have thrown, if they did */
		throwIfBroken: async () => void (await lastRead),

		close: async () => void (await iterator.return?.()),
	};
}

/** How many of the bytes belong to the string that they begin in: all, unless it ends among them. */
function lengthInString(bytes: Buffer, isAfterBackslash: boolean): number {
	const lineEnd = Math.min(
		...[LINE_FEED, CARRIAGE_RETURN].map((mark) => {
			const at = bytes.indexOf(mark);
			return at < 0 ? bytes.length : at;
		}),
	);
	for (let quote = bytes.indexOf(QUOTE); quote >= 0; quote = bytes.indexOf(QUOTE, quote + 1)) {
		if (quote > lineEnd) break;
		if (!endsInBackslash(bytes.subarray(0, quote), isAfterBackslash)) return quote;
	}
	return lineEnd;
}

/** Whether the last byte is a backslash that is not itself escaped. */
function endsInBackslash(bytes: Uint8Array, isAfterBackslash: boolean): boolean {
	let backslashes = 0;
	while (bytes[bytes.length - 1 - backslashes] === BACKSLASH) backslashes++;
	if (backslashes === bytes.length && isAfterBackslash) backslashes++;
	return backslashes % 2 === 1;
}
