/** JSON of up to so many characters is parsed whatever it is: it cannot become much more than that in memory. */
const SMALL_LENGTH = 1024 * 1024;

/** Far more than a list of hundreds of tasks or a set of files has. Each takes up to some hundred bytes in memory. */
const MAX_PARTS = 100_000;

/** A text of more parts than any answer has: parsed, it would take many times its own size in memory. */
export class TooManyPartsError extends Error {
	constructor() {
		super(`it has more than ${MAX_PARTS} parts`);
	}
}

/**
 * Parses JSON. Integers beyond 2^53 become texts of all their digits, since a number would lose the last ones.
 * @returns undefined where it is none
 * @throws TooManyPartsError
 */
export function parseJson(text: string): unknown {
	// Whitespace to `trim` is also the byte-order mark, which JSON.parse refuses.
	const json = text.trim();
	if (json.length > SMALL_LENGTH) requireFewParts(json);
	try {
		const value: unknown = JSON.parse(json);
		return hasLargeInteger(value) ? JSON.parse(withLargeIntegersAsText(json)) : value;
	} catch {
		return undefined;
	}
}

/** Goes from one part to the next, so that a file in base64 is passed over at the speed of memory. */
function requireFewParts(json: string): void {
	let parts = 0;
	for (const mark of [',', '[', '{', '\n']) {
		for (let at = json.indexOf(mark); at >= 0; at = json.indexOf(mark, at + 1)) {
			if (++parts > MAX_PARTS) throw new TooManyPartsError();
		}
	}
}

const isLarge = (value: number) => Number.isInteger(value) && !Number.isSafeInteger(value);

/** Deeper than any answer is nested, and not deeper than the stack goes. */
const MAX_DEPTH = 500;

/** Whether there may be such an integer: what is nested too deeply to be searched may have one. */
function hasLargeInteger(value: unknown, depth = 0): boolean {
	if (typeof value === 'number') return isLarge(value);
	if (typeof value !== 'object' || value === null) return false;
	return (
		depth > MAX_DEPTH || Object.values(value).some((inner) => hasLargeInteger(inner, depth + 1))
	);
}

/**
 * Puts quotation marks around the integers of a JSON text that no number holds. Strings are passed over as they are.
 */
function withLargeIntegersAsText(json: string): string {
	const stringOrNumber = /"|-?\d[\d.eE+-]*/g;
	let written = '';
	let copied = 0;
	for (let found = stringOrNumber.exec(json); found; found = stringOrNumber.exec(json)) {
		const [token] = found;
		if (token === '"') {
			stringOrNumber.lastIndex = endOfString(json, found.index);
		} else if (/^-?\d+$/.test(token) && isLarge(Number(token))) {
			written += `${json.slice(copied, found.index)}"${token}"`;
			copied = stringOrNumber.lastIndex;
		}
	}
	return written + json.slice(copied);
}

/** The place after the closing quotation mark. */
function endOfString(json: string, start: number): number {
	for (let quote = json.indexOf('"', start + 1); quote >= 0; quote = json.indexOf('"', quote + 1)) {
		let slashes = 0;
		while (json[quote - 1 - slashes] === '\\') slashes++;
		if (slashes % 2 === 0) return quote + 1;
	}
	return json.length;
}

/** Whether a value is an object, and no list. A schema would copy it. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
