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
			const { bytes, isAtString } = reader.takeOutside(longBytes);
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
	const read = async (): Promise<Uint8Array | undefined> =>
		parts.shift() ?? ((await reader.fillString()) ? reader.takeString() : undefined);
	let isTaken = false;
	let lastRead: Promise<unknown> = Promise.resolve();
	const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
		if (isTaken) return { value: undefined, done: true };
		const reading = read();
		lastRead = reading.catch(() => undefined);
		const value = await reading;
		return value ? { value, done: false } : { value, done: true };
	};
	const standIn = await take({ [Symbol.asyncIterator]: () => ({ next }) });
	// Whoever takes a string may stop while a part is still on its way, need not read it to its end, and need not tell
	// that it broke off.
	isTaken = true;
	await lastRead;
	await reader.throwIfBroken();
	while (await read());
	return Buffer.from(JSON.stringify(standIn).slice(1, -1));
}

/** Goes through the bytes, wherever the borders between the chunks are. */
function createReader(chunks: AsyncIterable<Uint8Array>) {
	const iterator = chunks[Symbol.asyncIterator]();
	let chunk: Buffer = Buffer.alloc(0);
	/** How far the chunk has been read. */
	let position = 0;
	/** Where the line ends that was last searched. */
	let lineEnd = -1;
	let isAfterBackslash = false;
	let lastRead: Promise<unknown> = Promise.resolve();

	function takeTo(end: number): Buffer {
		const taken = chunk.subarray(position, end);
		position = end;
		return taken;
	}

	/** A quotation mark that is not itself escaped. */
	function findQuote(end: number): number {
		let quote = chunk.indexOf(QUOTE, position);
		while (quote >= 0 && quote < end && isEscaped(quote)) quote = chunk.indexOf(QUOTE, quote + 1);
		return quote < 0 ? end : Math.min(quote, end);
	}

	/** Whether the byte there follows a backslash that is not itself escaped. */
	function isEscaped(at: number): boolean {
		let backslashes = 0;
		while (at - backslashes > position && chunk[at - backslashes - 1] === BACKSLASH) backslashes++;
		if (at - backslashes === position && isAfterBackslash) backslashes++;
		return backslashes % 2 === 1;
	}

	function findLineEnd(): number {
		if (lineEnd < position) {
			const marks = [LINE_FEED, CARRIAGE_RETURN].map((mark) => chunk.indexOf(mark, position));
			lineEnd = Math.min(...marks.map((at) => (at < 0 ? chunk.length : at)));
		}
		return lineEnd;
	}

	/** Where the string at the position ends, as far as it has come: at its quotation mark, or with its line. */
	const findStringEnd = () => findQuote(findLineEnd());

	/** Returns whether there are more bytes, when they have come. */
	async function fill(): Promise<boolean> {
		while (position === chunk.length) {
			const read = iterator.next();
			lastRead = read;
			const { value, done } = await read;
			if (done === true) return false;
			chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
			position = 0;
			lineEnd = -1;
		}
		return true;
	}

	return {
		fill,

		/**
		 * Takes what comes before the next string that is long or has not come to its end yet, with the quotation mark
		 * that opens it. Short strings are passed here at once: a text may have nothing but them.
		 */
		takeOutside(longBytes: number): { bytes: Buffer; isAtString: boolean } {
			const from = position;
			isAfterBackslash = false;
			for (;;) {
				const quote = chunk.indexOf(QUOTE, position);
				const isAtString = quote >= 0;
				position = isAtString ? quote + 1 : chunk.length;
				const end = isAtString ? findStringEnd() : position;
				if (end === chunk.length || end - position > longBytes)
					return { bytes: chunk.subarray(from, position), isAtString };
				position = chunk[end] === QUOTE ? end + 1 : end;
			}
		},

		/** Returns whether the string goes on, when the bytes for that have come. */
		fillString: async (): Promise<boolean> => (await fill()) && findStringEnd() > position,

		/** Takes as much of the string as has come. */
		takeString(): Buffer {
			const end = findStringEnd();
			isAfterBackslash = isEscaped(end);
			return takeTo(end);
		},

		/** Takes the quotation mark that closes the string, if there is one. */
		takeEnd: (): Buffer => takeTo(chunk[position] === QUOTE ? position + 1 : position),

		/** @throws what the chunks have thrown, if they did */
		throwIfBroken: async () => void (await lastRead),

		close: async () => void (await iterator.return?.()),
	};
}
