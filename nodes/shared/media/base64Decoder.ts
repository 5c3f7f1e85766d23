/** Decodes base64 piece by piece. */
export interface Base64Decoder {
	/**
	 * Takes the next characters, and returns the bytes that they complete; undefined as soon as one of them does not
	 * belong to base64.
	 */
	push(text: string): Buffer | undefined;
	/**
	 * Takes the last characters, and returns the last bytes; undefined also if the text ends in the middle of a byte, or
	 * there was none at all.
	 */
	end(text?: string): Buffer | undefined;
	/** The MIME type of a data URI, in lower case; undefined as long as none has come. */
	mimeType(): string | undefined;
}

/** Of the last digits, which are not decoded yet. */
const ONLY_DIGITS = /^[A-Za-z0-9+/_-]*$/;
/** Node.js 20 and 24 take the character U+0141 for an A, whose code is 0x41. */
const BEYOND_ONE_BYTE = /[\u0100-\uffff]/;
const NOT_BASE64 = /[^A-Za-z0-9+/_\s-]/;
const NOT_PADDING = /[^=\s]/;
const WHITE_SPACE = /\s/g;
const MIME_TYPE = /^[\w.+-]+\/[\w.+-]+$/;

/** Longer than any type that is registered. Characters. */
const MAX_TYPE_LENGTH = 127;

const DATA = 'data:';

/** An escape of a URI that is not complete yet. */
const OPEN_ESCAPE = /%[\da-f]?$/i;

/**
 * Creates a decoder of what `parseBase64Image` accepts: base64 in either alphabet, raw or as a data URI, with white
 * space anywhere, and with or without padding.
 */
export function createBase64Decoder(): Base64Decoder {
	/** What is not decoded yet: the beginning of a data URI, an open escape, or up to three digits. */
	let prefix: string | undefined = '';
	let isUri = false;
	let mimeType: string | undefined;
	let escape = '';
	let digits = '';
	let isPadded = false;
	let isEmpty = true;
	let isBase64 = true;

	/** Returns what follows the beginning of a data URI, as soon as that is complete. */
	function withoutPrefix(text: string): string {
		if (prefix === undefined) return text;
		prefix = (prefix + text).trimStart();
		isUri = prefix.slice(0, DATA.length).toLowerCase() === DATA;
		if (!isUri) {
			if (DATA.startsWith(prefix.toLowerCase())) return '';
			return endPrefix(prefix);
		}
		const comma = prefix.indexOf(',');
		if (comma < 0) return '';
		const [type = '', ...parameters] = prefix
			.slice(DATA.length, comma)
			.toLowerCase()
			.split(';')
			.map((part) => part.trim());
		isBase64 = parameters.pop() === 'base64';
		// The length first: a pattern on a text of megabytes may exhaust the stack.
		if (type.length <= MAX_TYPE_LENGTH && MIME_TYPE.test(type)) mimeType = type;
		return endPrefix(prefix.slice(comma + 1));
	}

	function endPrefix(rest: string): string {
		prefix = undefined;
		return rest;
	}

	/** As in any URI, characters may be escaped, such as "+" and "=". */
	function unescaped(text: string): string {
		if (!isUri) return text;
		const whole = escape + text;
		if (!whole.includes('%')) return whole;
		escape = OPEN_ESCAPE.exec(whole)?.[0] ?? '';
		return whole
			.slice(0, whole.length - escape.length)
			.replace(/%([\da-f]{2})/gi, (_all, code: string) => String.fromCharCode(parseInt(code, 16)));
	}

	/** @param isEnd whether what is left over is decoded, too */
	function decode(text: string, isEnd: boolean): Buffer | undefined {
		return isPadded || isEnd || !isBase64
			? decodeAny(text, isEnd)
			: (decodeDigits(text) ?? decodeAny(text, isEnd));
	}

	/** Decodes a text without white space and padding, as nearly all are; undefined for any other. */
	function decodeDigits(text: string): Buffer | undefined {
		const whole = digits + text;
		const length = whole.length - (whole.length % 4);
		const rest = whole.slice(length);
		const bytes = Buffer.from(whole.slice(0, length), 'base64');
		// Faster than a pattern for digits: Node.js drops all other characters, as far as they have one byte.
		const isWhole = bytes.length * 4 === length * 3 && !BEYOND_ONE_BYTE.test(whole);
		if (!isWhole || !ONLY_DIGITS.test(rest)) return undefined;
		digits = rest;
		isEmpty &&= length === 0;
		return bytes;
	}

	function decodeAny(text: string, isEnd: boolean): Buffer | undefined {
		const padding = isPadded ? 0 : text.indexOf('=');
		const unpadded = padding < 0 ? text : text.slice(0, padding);
		isPadded = padding >= 0;
		// A text without white space is not copied by this.
		const all = digits + unpadded.replace(WHITE_SPACE, '');
		// Four digits are three bytes; one digit left over is less than a byte, so the text was cut.
		const leftOver = all.length % 4;
		isBase64 &&=
			!NOT_BASE64.test(unpadded) &&
			!(isPadded && NOT_PADDING.test(text.slice(padding))) &&
			!(isEnd && leftOver === 1);
		if (!isBase64) return undefined;
		digits = isEnd || leftOver === 0 ? '' : all.slice(-leftOver);
		const bytes = Buffer.from(all.slice(0, all.length - digits.length), 'base64');
		isEmpty &&= bytes.length === 0;
		return bytes;
	}

	return {
		push: (text) => decode(unescaped(withoutPrefix(text)), false),
		end(text = '') {
			const last = unescaped(withoutPrefix(text));
			// A raw text that is shorter than the word "data:".
			const rest = prefix === undefined || isUri ? last : endPrefix(prefix);
			const bytes = decode(rest, true);
			return escape === '' && !isEmpty ? bytes : undefined;
		},
		mimeType: () => mimeType,
	};
}
