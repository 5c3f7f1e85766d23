import axios, { type AxiosResponse } from 'axios';
import sharp from 'sharp';
import { z } from 'zod';

import type { Sandbox } from '../../sandbox/sandbox.mjs';

/** How GPTunnel refuses, on all its pages. */
export const gptunnelRefusal = z
	.object({
		code: z.number(),
		message: z.string().min(1),
		issues: z
			.array(z.object({ path: z.string(), expected: z.string(), message: z.string() }).strict())
			.optional(),
	})
	.strict();

export function dataUri(bytes: Buffer, format = 'png'): string {
	return `data:image/${format};base64,${bytes.toString('base64')}`;
}

/** Posts JSON, or a text exactly as it is; every status is an answer, none throws. */
export async function post(
	url: string,
	authorization: string,
	body: unknown,
): Promise<AxiosResponse<unknown>> {
	// axios would make a JSON string of a text, but leaves bytes alone.
	const sent = typeof body === 'string' ? Buffer.from(body) : body;
	return await axios.post<unknown>(url, sent, {
		headers: { Authorization: authorization, 'Content-Type': 'application/json' },
		maxBodyLength: Infinity,
		validateStatus: () => true,
	});
}

/** Downloads a link as anyone would, without a key. */
export async function download(link: string): Promise<Buffer> {
	const { data } = await axios.get<ArrayBuffer>(link, { responseType: 'arraybuffer' });
	return Buffer.from(data);
}

/** Format and pixels of an encoded picture: "jpeg 2048x1024". */
export async function lookAt(bytes: Buffer): Promise<string> {
	const { format, width, height } = await sharp(bytes).metadata();
	return `${format} ${width}x${height}`;
}

/** Colour of the top left corner, where nothing is written: "36,84,147". */
export async function cornerColour(bytes: Buffer): Promise<string> {
	const corner = sharp(bytes).extract({ left: 0, top: 0, width: 1, height: 1 });
	return (await corner.raw().toBuffer()).join(',');
}

/** The newest request that reached a gateway. */
export function lastApiRequest(sandbox: Sandbox): Sandbox['requests'][number] {
	const last = sandbox.requests.filter(({ origin }) => origin === 'api').at(-1);
	if (last === undefined) throw new Error('No request reached a gateway');
	return last;
}
