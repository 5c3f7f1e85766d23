import type { Response } from 'express';

/**
 * Writes a text to an answer in pieces of `pieceBytes` bytes (undefined: all at once), each flushed before the next,
 * so that a piece may end anywhere, also inside a character. Resolves early when the caller has hung up.
 */
export async function writeInPieces(
	response: Response,
	text: string,
	pieceBytes: number | undefined,
): Promise<void> {
	const bytes = Buffer.from(text, 'utf8');
	const step = pieceBytes ?? bytes.length;
	for (let start = 0; start < bytes.length && !response.closed; start += step) {
		await write(response, bytes.subarray(start, start + step));
	}
}

async function write(response: Response, bytes: Buffer): Promise<void> {
	await new Promise<void>((resolve) => {
		// Resolves in either case: what went wrong shows as `response.closed`.
		response.write(bytes, () => resolve());
	});
}
