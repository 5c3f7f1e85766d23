/** How many characters so many bytes take. */
export const base64Length = (sizeBytes: number) => 4 * Math.ceil(sizeBytes / 3);

/** Encodes bytes as base64, with its padding, as they come. */
export async function* encodeBase64(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	let rest = Buffer.alloc(0);
	for await (const chunk of chunks) {
		const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
		// Three bytes are four characters.
		const whole = bytes.length - (bytes.length % 3);
		rest = Buffer.from(bytes.subarray(whole));
		if (whole > 0) yield encode(bytes.subarray(0, whole));
	}
	if (rest.length > 0) yield encode(rest);
}

const encode = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
	Buffer.from(Buffer.from(buffer, byteOffset, byteLength).toString('base64'), 'latin1');
