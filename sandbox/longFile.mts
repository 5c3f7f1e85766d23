import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Request, Response } from 'express';

import type { SandboxFile } from './behaviour.mjs';

/** As large as a file stream of Node reads at once. */
const PIECE = Buffer.alloc(64 * 1024);

/** Answers with the file piece by piece, so that it is never in memory as a whole. */
export async function sendLongFile(
	request: Request,
	response: Response,
	file: SandboxFile,
): Promise<void> {
	response.set('Content-Length', String(file.length));
	if (request.method === 'HEAD') {
		response.end();
		return;
	}
	// A caller that hangs up in the middle is no fault of the sandbox.
	await pipeline(Readable.from(piecesOf(file)), response).catch(() => undefined);
}

/** What an answer holds that brings the file itself. */
export function base64Of(content: Buffer | SandboxFile): string {
	const bytes = Buffer.isBuffer(content) ? content : Buffer.concat([content.head], content.length);
	return bytes.toString('base64');
}

function* piecesOf({ head, length }: SandboxFile): Generator<Buffer> {
	yield head.subarray(0, length);
	for (let left = length - head.length; left > 0; left -= PIECE.length) {
		yield PIECE.subarray(0, left);
	}
}
