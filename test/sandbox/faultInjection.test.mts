import { once } from 'node:events';
import type { Readable } from 'node:stream';

import axios, { type AxiosResponse } from 'axios';

import { type Sandbox, startSandbox } from '../../sandbox/sandbox.mjs';
import { picture } from '../support/pictures.mjs';
import { download, lastApiRequest, post } from './support.mjs';

/** Every page that costs money, with the smallest order it takes. */
const ORDERS = {
	'/v1/media/generate': { model: 'seedream-4', prompt: 'A cat', size: '1K' },
	'/v1/media/create': { model: 'gpt-image-1-low', prompt: 'A cat' },
	'/v3/seedream-4.0': { prompt: 'A cat', size: '1K' },
	'/byteplus/v3/images/generations': { model: 'seedream-4-0-250828', prompt: 'A cat', size: '1K' },
};
const PAGES = [
	'/v1/media/generate',
	'/v1/media/create',
	'/v3/seedream-4.0',
	'/byteplus/v3/images/generations',
] as const;

const SET = {
	model: 'seedream-4-0-250828',
	prompt: 'A cat',
	size: '1K',
	sequential_image_generation: 'auto',
	sequential_image_generation_options: { max_images: 3 },
	stream: true,
};

/** Longer than any of these answers takes, in milliseconds. */
const SILENCE = 300;

describe("the sandbox's faults", () => {
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await startSandbox();
	});
	beforeEach(() => sandbox.reset());
	afterAll(async () => await sandbox.close());

	const keyFor = (page: string) => {
		if (page.startsWith('/v1/')) return sandbox.keys.gptunnel;
		return `Bearer ${page.startsWith('/v3/') ? sandbox.keys.myRouter : sandbox.keys.agentsFlare}`;
	};
	const order = async (page: (typeof PAGES)[number], body: object = ORDERS[page]) =>
		await post(sandbox.apiUrl + page, keyFor(page), body);

	/** What has come of an answer until it broke off, byte by byte, and how it ended. */
	const received = async (send: () => Promise<AxiosResponse<NodeJS.ReadableStream>>) => {
		const { data, headers, status } = await send();
		const chunks: Buffer[] = [];
		let broken: unknown;
		try {
			for await (const chunk of data) chunks.push(Buffer.from(chunk));
		} catch (error) {
			broken = error;
		}
		return {
			bytes: Buffer.concat(chunks),
			declared: Number(headers['content-length']),
			status,
			broken,
		};
	};
	const orderAndReceive = async (page: (typeof PAGES)[number], body: object = ORDERS[page]) =>
		await received(
			async () =>
				await axios.post<NodeJS.ReadableStream>(sandbox.apiUrl + page, body, {
					headers: { Authorization: keyFor(page) },
					responseType: 'stream',
				}),
		);

	describe.each(PAGES)('an order, %s', (page) => {
		test('gets any answer in place of its own, unpaid, then its own', async () => {
			sandbox.behaviour.submitFaults = [
				{ status: 429, headers: { 'Retry-After': '2' }, body: { message: 'slow down' } },
				{ status: 502, headers: { 'Content-Type': 'text/html' }, body: '<h1>Bad Gateway</h1>' },
				{ status: 200, body: '' },
				{ status: 200, body: Buffer.from([0xff, 0x00, 0xfe]) },
			];
			const first = await order(page);
			expect([first.status, first.headers['retry-after'], first.data]).toEqual([
				429,
				'2',
				{ message: 'slow down' },
			]);
			const second = await order(page);
			expect([second.status, second.data, second.headers['content-type']]).toEqual([
				502,
				'<h1>Bad Gateway</h1>',
				expect.stringMatching('text/html'),
			]);
			expect((await order(page)).data).toBe('');
			expect((await orderAndReceive(page)).bytes).toEqual(Buffer.from([0xff, 0x00, 0xfe]));
			expect(sandbox.requests.some(({ paid }) => paid)).toBe(false);

			expect(await order(page)).toMatchObject({ status: 200, data: expect.any(Object) });
			expect(lastApiRequest(sandbox).paid).toBe(true);
			expect(sandbox.behaviour.submitFaults).toEqual([]);
		});

		test('is accepted, and its answer is cut off', async () => {
			sandbox.behaviour.submitFaults = ['reset'];
			await expect(order(page)).rejects.toMatchObject({ code: 'ECONNRESET' });
			expect(lastApiRequest(sandbox)).toMatchObject({ paid: true, status: 0 });
		});

		test('is accepted, and no answer comes', async () => {
			sandbox.behaviour.submitFaults = ['hang'];
			const headers = { Authorization: keyFor(page) };
			const sent = axios.post(sandbox.apiUrl + page, ORDERS[page], { headers, timeout: SILENCE });
			await expect(sent).rejects.toMatchObject({ code: 'ECONNABORTED' });
			expect(lastApiRequest(sandbox)).toMatchObject({ paid: true, status: 0 });
		});

		test('is accepted, and half of its answer comes', async () => {
			sandbox.behaviour.submitFaults = ['half'];
			const { bytes, declared, broken } = await orderAndReceive(page);
			expect(bytes).toHaveLength(Math.floor(declared / 2));
			expect(broken).toMatchObject({ code: 'ECONNRESET' });
			expect(() => JSON.parse(bytes.toString())).toThrow();
			expect(lastApiRequest(sandbox)).toMatchObject({ paid: true });
		});
	});

	test('a refused order loses its answer, too, and is not paid', async () => {
		sandbox.behaviour.submitFaults = ['reset'];
		await expect(order('/v3/seedream-4.0', {})).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(lastApiRequest(sandbox).paid).toBe(false);
	});

	test.each([undefined, 1, 7])(
		'a stream is cut in the middle of its second event (pieces of %p bytes)',
		async (pieces) => {
			sandbox.behaviour.streamChunkBytes = pieces;
			sandbox.behaviour.submitFaults = ['half'];
			const { bytes, broken, status } = await orderAndReceive(
				'/byteplus/v3/images/generations',
				SET,
			);
			const [first = '', second = '', ...others] = bytes.toString().split('\n\n');
			expect(status).toBe(200);
			expect(first).toMatch(/^event: image_generation\.partial_succeeded\ndata: \{.*\}$/);
			expect(await download(JSON.parse(first.split('data: ')[1] ?? '').url)).not.toHaveLength(0);
			if (pieces === undefined)
				expect(second).toMatch(/^event: image_generation\.partial_succeeded\ndata: \{[^}]*$/);
			expect(others).toEqual([]);
			expect(broken).toMatchObject({ code: 'ECONNRESET' });
		},
	);

	test.each([
		['reset', 'ECONNRESET'],
		['hang', 'ECONNABORTED'],
	] as const)('not even the head of a stream comes (%s)', async (fault, code) => {
		sandbox.behaviour.submitFaults = [fault];
		const page = '/byteplus/v3/images/generations';
		const sent = axios.post(sandbox.apiUrl + page, SET, {
			headers: { Authorization: keyFor(page) },
			responseType: 'stream',
			timeout: SILENCE,
		});
		await expect(sent).rejects.toMatchObject({ code });
		expect(lastApiRequest(sandbox)).toMatchObject({ paid: true, status: 0 });
	});

	describe('a look at a task', () => {
		test('has faults of its own, which cost nothing', async () => {
			const { data } = await order('/v1/media/create');
			const task_id: unknown = Object(data).id;
			const look = async () =>
				await post(`${sandbox.apiUrl}/v1/media/result`, sandbox.keys.gptunnel, { task_id });
			sandbox.behaviour.submitFaults = ['reset'];
			sandbox.behaviour.resultFaults = ['reset', 'half', { status: 500, body: 'oops' }];

			await expect(look()).rejects.toMatchObject({ code: 'ECONNRESET' });
			await expect(look()).rejects.toThrow();
			expect(await look()).toMatchObject({ status: 500, data: 'oops' });
			expect(await look()).toMatchObject({ status: 200, data: { code: 0 } });
			expect(sandbox.requests.filter(({ paid }) => paid)).toHaveLength(1);
			expect(sandbox.behaviour).toMatchObject({ submitFaults: ['reset'], resultFaults: [] });
		});
	});

	describe('a download', () => {
		const get = async (link: string) =>
			await axios.get<unknown>(link, {
				validateStatus: () => true,
				maxRedirects: 0,
				responseType: 'text',
			});

		test('gets any answer in place of the file, then the file', async () => {
			const bytes = await picture(64, 64);
			const link = sandbox.addFile('cat.png', bytes, 'image/png');
			sandbox.behaviour.fileFaults = [
				{ status: 404, body: 'gone' },
				{ status: 302, headers: { Location: `${link}?again` }, body: '' },
				{ status: 200, body: '' },
			];
			expect((await get(link)).status).toBe(404);
			expect(await get(link)).toMatchObject({
				status: 302,
				headers: { location: `${link}?again` },
			});
			expect(await get(link)).toMatchObject({ status: 200, data: '' });
			expect(await download(link)).toEqual(bytes);
			expect(sandbox.requests.map(({ status, origin }) => [origin, status])).toEqual(
				[404, 302, 200, 200].map((status) => ['files', status]),
			);
		});

		test('is cut off', async () => {
			const link = sandbox.addFile('cat.png', await picture(64, 64), 'image/png');
			sandbox.behaviour.fileFaults = ['reset'];
			await expect(get(link)).rejects.toMatchObject({ code: 'ECONNRESET' });
			expect(sandbox.requests[0]).toMatchObject({ status: 0 });
		});

		test('brings the first half of the file', async () => {
			const bytes = await picture(64, 64);
			const link = sandbox.addFile('cat.png', bytes, 'image/png');
			sandbox.behaviour.fileFaults = ['half'];
			const got = await received(
				async () => await axios.get<NodeJS.ReadableStream>(link, { responseType: 'stream' }),
			);
			expect(got).toMatchObject({
				declared: bytes.length,
				bytes: bytes.subarray(0, Math.floor(bytes.length / 2)),
				broken: { code: 'ECONNRESET' },
			});
		});

		test('gets an answer that does not end, and only the caller closes its connection', async () => {
			const link = sandbox.addFile('cat.png', await picture(64, 64), 'image/png');
			sandbox.behaviour.fileFaults = [{ status: 403, body: 'No', endless: true }];
			const { status, data } = await axios.get<Readable>(link, {
				validateStatus: () => true,
				responseType: 'stream',
			});
			const [first] = await once(data, 'data');
			expect([status, String(first)]).toEqual([403, 'No']);
			const connection = sandbox.requests[0]?.connection;
			expect(connection).toEqual({});
			data.destroy();
			for (let turns = 0; turns < 500 && connection?.closedAt === undefined; turns++)
				await new Promise((resolve) => setTimeout(resolve, 2));
			expect(connection).toEqual({ closedAt: expect.any(Number) });
			expect(await download(link)).not.toHaveLength(0);
		});

		test('does not come', async () => {
			const link = sandbox.addFile('cat.png', await picture(64, 64), 'image/png');
			sandbox.behaviour.fileFaults = ['hang'];
			await expect(axios.get(link, { timeout: SILENCE })).rejects.toMatchObject({
				code: 'ECONNABORTED',
			});
			expect(await download(link)).not.toHaveLength(0);
		});
	});

	test('the log says what happened, and the sandbox can be closed while an answer hangs', async () => {
		const lines: string[] = [];
		const own = await startSandbox({ log: (line) => lines.push(line) });
		own.behaviour.submitFaults = [{ status: 500, body: 'oops' }, 'reset', 'hang'];
		const body = ORDERS['/v1/media/create'];
		const send = async () => await post(`${own.apiUrl}/v1/media/create`, own.keys.gptunnel, body);
		await send();
		await send().catch(() => undefined);
		const hanging = send().catch(() => 'cut');
		while (own.requests.length < 3 || own.requests[2]?.paid !== true)
			await new Promise((resolve) => setTimeout(resolve, 2));
		await own.close();
		expect(await hanging).toBe('cut');
		for (let turns = 0; turns < 500 && lines.length < 3; turns++)
			await new Promise((resolve) => setTimeout(resolve, 2));
		expect(lines).toEqual([
			expect.stringMatching(/create → 500 .*\(answered with a fault, as it was told to\)/),
			expect.stringMatching(/create → 0 .*\(the answer was spoilt \(reset\), as it was told to\)/),
			expect.stringMatching(/create → 0 .*\(the answer was spoilt \(hang\), as it was told to\)/),
		]);
	});
});
