/** A picture that was text. */
export interface DecodedPicture {
	bytes: Buffer;
	/** In lower case; absent where the text names none. */
	mimeType?: string;
}

// Texts of tens of megabytes come here. A regular expression that repeats a group over such a text
// runs out of stack; one that searches for a single foreign character does not.
const NOT_BASE64 = /[^A-Za-z0-9+/_\s-]/;
const NOT_PADDING = /[^=\s]/;
const WHITE_SPACE = /\s/g;
const MIME_TYPE = /^[\w.+-]+\/[\w.+-]+$/;

/** Longer than any type that is registered, in characters. */
const MAX_TYPE_LENGTH = 127;

/**
 * Reads a picture from base64 text, raw or as a data URI (`data:image/png;base64,…`, any case, also
 * with further parameters). Both base64 alphabets, line breaks and missing padding are accepted.
 * Gives undefined for what is not base64 or holds no bytes; whether the bytes are a picture is for
 * `detectFormat` to say.
 */
export function parseBase64Image(text: string): DecodedPicture | undefined {
	const trimmed = text.trim();
	if (trimmed.slice(0, 5).toLowerCase() !== 'data:') {
		const bytes = decodeBase64(trimmed);
		return bytes && { bytes };
	}

	const comma = trimmed.indexOf(',');
	if (comma === -1) return undefined;
	const [mimeType = '', ...parameters] = trimmed
		.slice('data:'.length, comma)
		.toLowerCase()
		.split(';')
		.map((part) => part.trim());
	if (parameters.pop() !== 'base64') return undefined;

	const bytes = decodeBase64(unescaped(trimmed.slice(comma + 1)));
	if (!bytes) return undefined;
	// The length first: a pattern on a text of megabytes may exhaust the stack.
	const isType = mimeType.length <= MAX_TYPE_LENGTH && MIME_TYPE.test(mimeType);
	return isType ? { bytes, mimeType } : { bytes };
}

/** Writes bytes as a data URI, the MIME type in lower case as MyRouter and BytePlus ask for it. */
export function toDataUri(bytes: Uint8Array, mimeType: string): string {
	const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
	return `data:${mimeType.toLowerCase()};base64,${base64}`;
}

/** As in any URI, characters may be escaped, such as "+" and "=". */
function unescaped(data: string): string {
	try {
		return data.includes('%') ? decodeURIComponent(data) : data;
	} catch {
		return data;
	}
}

/** `Buffer.from` reads any text as base64 and skips what is none, hence the checks before it. */
function decodeBase64(text: string): Buffer | undefined {
	const padding = text.indexOf('=');
	const unpadded = padding === -1 ? text : text.slice(0, padding);
	if (NOT_BASE64.test(unpadded)) return undefined;
	if (padding !== -1 && NOT_PADDING.test(text.slice(padding))) return undefined;

	// A text without white space is not copied by this.
	const digits = unpadded.replace(WHITE_SPACE, '');
	// Four digits are three bytes; one digit left over is less than a byte, so the text was cut.
	if (digits.length % 4 === 1) return undefined;
	const bytes = Buffer.from(digits, 'base64');
	return bytes.length > 0 ? bytes : undefined;
}
