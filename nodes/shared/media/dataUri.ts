import { createBase64Decoder } from './base64Decoder';

/** A picture that was text. */
export interface DecodedPicture {
	bytes: Buffer;
	/** In lower case; absent where the text names none. */
	mimeType?: string;
}

/**
 * Reads a picture from base64 text, raw or as a data URI (`data:image/png;base64,…`, any case, also
 * with further parameters). Both base64 alphabets, line breaks and missing padding are accepted.
 * Gives undefined for what is not base64 or holds no bytes; whether the bytes are a picture is for
 * `detectFormat` to say.
 */
export function parseBase64Image(text: string): DecodedPicture | undefined {
	const decoder = createBase64Decoder();
	const bytes = decoder.end(text);
	const mimeType = decoder.mimeType();
	return bytes && { bytes, ...(mimeType === undefined ? {} : { mimeType }) };
}

/** Writes bytes as a data URI, the MIME type in lower case as MyRouter and BytePlus ask for it. */
export function toDataUri(bytes: Uint8Array, mimeType: string): string {
	const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
	return `data:${mimeType.toLowerCase()};base64,${base64}`;
}
