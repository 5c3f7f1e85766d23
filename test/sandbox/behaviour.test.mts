import axios from 'axios';
import { z } from 'zod';

import { type Sandbox, startSandbox } from '../../sandbox/sandbox.mjs';
import { download, post } from './support.mjs';

const HEAD = Buffer.from('a head');
const prompt = 'A cat';

/** Orders a picture from each synchronous gateway; gives the answers. */
async function orderPictures(
	{ apiUrl, keys }: Sandbox,
	wish: { base64: boolean },
): Promise<string[]> {
	const agentsFlare = { model: 'seedream-4-5-251128', prompt };
	const answers = await Promise.all([
		post(`${apiUrl}/v1/media/generate`, keys.gptunnel, {
			model: 'seedream-4',
			prompt,
			...(wish.base64 && { response_format: 'base64' }),
		}),
		post(`${apiUrl}/byteplus/v3/images/generations`, `Bearer ${keys.agentsFlare}`, {
			...agentsFlare,
			...(wish.base64 && { response_format: 'b64_json' }),
		}),
		...(wish.base64
			? []
			: [post(`${apiUrl}/v3/seedream-4.0`, `Bearer ${keys.myRouter}`, { prompt })]),
	]);
	return answers.map(({ data }) => JSON.stringify(data));
}

describe("the sandbox's switches", () => {
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await startSandbox();
	});
	beforeEach(() => sandbox.reset());
	afterAll(async () => await sandbox.close());

	const orderVideo = async () => {
		const { data } = await post(`${sandbox.apiUrl}/v1/media/create`, sandbox.keys.gptunnel, {
			model: 'seedance-1-lite-480P-5s',
			prompt,
		});
		return z.object({ id: z.string() }).parse(data).id;
	};
	const resultOf = async (id: string) => {
		const { data } = await post(`${sandbox.apiUrl}/v1/media/result`, sandbox.keys.gptunnel, {
			task_id: id,
		});
		return z.object({ url: z.string() }).parse(data).url;
	};

	test('file: what a task makes begins and is as long as told, in a GET and in a HEAD', async () => {
		const length = 1_000_001;
		sandbox.behaviour = { taskSeconds: 0, file: { head: HEAD, length } };
		const link = await resultOf(await orderVideo());
		const bytes = await download(link);
		expect(bytes.equals(Buffer.concat([HEAD], length))).toBe(true);
		const { headers, data } = await axios.head<string>(link);
		expect(headers['content-length']).toBe(String(length));
		expect(data).toBe('');
	});

	test('file: a long one is not held in memory', async () => {
		const length = 200 * 1024 * 1024;
		sandbox.behaviour = { taskSeconds: 0, file: { head: HEAD, length } };
		const link = await resultOf(await orderVideo());
		const before = process.memoryUsage().arrayBuffers;
		let most = 0;
		let received = 0;
		const { data } = await axios.get<AsyncIterable<Buffer>>(link, { responseType: 'stream' });
		for await (const piece of data) {
			received += piece.length;
			most = Math.max(most, process.memoryUsage().arrayBuffers - before);
		}
		expect(received).toBe(length);
		// The reader's own pieces, too, wait here to be collected.
		expect(most).toBeLessThan(length / 2);
	});

	test('file: in place of pictures, as links and as base64', async () => {
		const length = 100_000;
		const whole = Buffer.concat([HEAD], length);
		sandbox.behaviour = { file: { head: HEAD, length } };
		for (const answer of await orderPictures(sandbox, { base64: false })) {
			const link = /http[^"]+/.exec(answer)?.[0] ?? '';
			expect((await download(link)).equals(whole)).toBe(true);
		}
		for (const answer of await orderPictures(sandbox, { base64: true })) {
			expect(answer).toContain(`"${whole.toString('base64')}"`);
		}
	});

	test('pictureSeconds: no gateway answers before', async () => {
		sandbox.behaviour = { pictureSeconds: 0.3, file: { head: HEAD, length: 10 } };
		await orderPictures(sandbox, { base64: false });
		for (const { receivedAt, endedAt = 0 } of sandbox.requests) {
			// A timer may be early by part of a millisecond, and the clock counts whole ones.
			expect(endedAt - receivedAt).toBeGreaterThanOrEqual(298);
		}
		expect(sandbox.requests).toHaveLength(3);
	});

	test('taskTimes: when each task began and is over, as its length is told', async () => {
		sandbox.behaviour = { taskSeconds: ({ number }) => 5 + number };
		const before = Date.now();
		const ids = [await orderVideo(), await orderVideo()];
		const times = sandbox.taskTimes().slice(-2);
		expect(times.map(({ id }) => id)).toEqual(ids);
		expect(times.map(({ createdAt, doneAt }) => doneAt - createdAt)).toEqual([5000, 6000]);
		for (const { createdAt } of times) {
			expect(createdAt).toBeGreaterThanOrEqual(before);
			expect(createdAt).toBeLessThanOrEqual(Date.now());
		}
	});

	test('a request tells when it came and when its answer had gone, also for a caller that hung up', async () => {
		const before = Date.now();
		await orderVideo();
		const [answered] = sandbox.requests;
		expect(answered?.receivedAt).toBeGreaterThanOrEqual(before);
		expect(answered?.endedAt).toBeGreaterThanOrEqual(answered?.receivedAt ?? Infinity);

		sandbox.behaviour.submitFaults = ['hang'];
		await expect(
			axios.post(
				`${sandbox.apiUrl}/v1/media/create`,
				{ model: 'seedance-1-lite-480P-5s', prompt },
				{
					headers: { Authorization: sandbox.keys.gptunnel },
					timeout: 200,
				},
			),
		).rejects.toThrow();
		const hung = sandbox.requests.at(-1);
		const deadline = Date.now() + 5000;
		while (hung?.endedAt === undefined && Date.now() < deadline) await new Promise(setImmediate);
		expect((hung?.endedAt ?? 0) - (hung?.receivedAt ?? 0)).toBeGreaterThanOrEqual(150);
	});
});
