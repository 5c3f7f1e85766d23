import axios from 'axios';

import { type Sandbox, startSandbox } from '../../sandbox/sandbox.mjs';
import { picture as plainPicture } from '../support/pictures.mjs';
import { download, post } from './support.mjs';

describe("the sandbox's file origin", () => {
	let sandbox: Sandbox;
	const request = async (method: 'GET' | 'HEAD' | 'POST', url: string, headers = {}) =>
		await axios.request<ArrayBuffer>({
			method,
			url,
			headers,
			responseType: 'arraybuffer',
			validateStatus: () => true,
		});

	beforeAll(async () => {
		sandbox = await startSandbox();
	});
	beforeEach(() => sandbox.reset());
	afterAll(async () => await sandbox.close());

	test('is another origin than the gateways', () => {
		expect(new URL(sandbox.filesUrl).origin).not.toBe(new URL(sandbox.apiUrl).origin);
		expect(sandbox.filesUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
		expect(sandbox.apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
	});

	test('serves a file under any name, with its type and length', async () => {
		const bytes = await plainPicture(30, 20);
		const link = sandbox.addFile('my/Кот 1.png', bytes, 'image/png');

		const got = await request('GET', link);
		expect(Buffer.from(got.data).equals(bytes)).toBe(true);
		const head = await request('HEAD', link);
		expect(head.data.byteLength).toBe(0);
		for (const { status, headers } of [got, head]) {
			expect(status).toBe(200);
			expect(headers['content-type']).toBe('image/png');
			expect(headers['content-length']).toBe(String(bytes.length));
		}
	});

	test('refuses a download that carries a key with HTTP 400', async () => {
		const link = sandbox.addFile('cat.png', await plainPicture(30, 20), 'image/png');
		expect((await request('GET', link, { authorization: 'Bearer any' })).status).toBe(400);
		expect((await request('GET', link)).status).toBe(200);
	});

	test('refuses a link that is unknown, or has lost its signature, with HTTP 403', async () => {
		const { data } = await post(
			`${sandbox.apiUrl}/v3/seedream-4.0`,
			`Bearer ${sandbox.keys.myRouter}`,
			{ prompt: 'A cat', size: '1K' },
		);
		const link = /http[^"]+/.exec(JSON.stringify(data))?.[0] ?? '';

		expect((await request('GET', link)).status).toBe(200);
		expect((await request('GET', link.replace(/\?.*/, ''))).status).toBe(403);
		expect((await request('GET', link.replace(/.(?=\?)/, 'x'))).status).toBe(403);
		expect((await request('GET', `${sandbox.filesUrl}/nothing.jpeg`)).status).toBe(403);
		expect((await request('POST', link)).status).toBe(405);
	});

	test('records every request with its headers', async () => {
		const link = sandbox.addFile('a.txt', Buffer.from('a'), 'text/plain');
		await request('GET', `${link}?b=c`);
		await request('GET', link, { Authorization: 'leaked' });

		expect(sandbox.requests).toMatchObject([
			{
				origin: 'files',
				method: 'GET',
				path: '/a.txt',
				query: { b: 'c' },
				paid: false,
				status: 200,
			},
			{ origin: 'files', headers: { authorization: 'leaked' } },
		]);
		expect(sandbox.requests[0]?.headers).not.toHaveProperty('authorization');
	});

	test('keeps the newest 200 files', async () => {
		const links = Array.from({ length: 201 }, (_, index) =>
			sandbox.addFile(`${index}.txt`, Buffer.from(String(index)), 'text/plain'),
		);
		expect((await request('GET', links[0] ?? '')).status).toBe(403);
		expect((await download(links[1] ?? '')).toString()).toBe('1');
		expect((await download(links[200] ?? '')).toString()).toBe('200');
	});

	test('says in one sentence that a port is taken, and leaves nothing open', async () => {
		const port = Number(new URL(sandbox.apiUrl).port);
		await expect(startSandbox({ filesPort: port })).rejects.toThrow(
			`Port ${port} on 127.0.0.1 is taken`,
		);

		const free = await startSandbox();
		const filesPort = Number(new URL(free.filesUrl).port);
		await free.close();
		await expect(startSandbox({ port, filesPort })).rejects.toThrow(
			`Port ${port} on 127.0.0.1 is taken`,
		);
		// The files' server had started before the gateways' port turned out to be taken.
		const again = await startSandbox({ filesPort });
		await again.close();
	});
});
