import { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { createRedactor } from '../../../nodes/shared/errors/redact.js';
import { resolveFormat } from '../../../nodes/shared/files/contentFormat.js';
import { buildFileName } from '../../../nodes/shared/files/fileName.js';
import { limitBytes, MAX_FILE_BYTES } from '../../../nodes/shared/files/streamGuards.js';
import { endWhenSilent } from '../../../nodes/shared/transport/download.js';

const key = 'sk-abcdefghij/0123456789abcdefghij0123456789';
const png = { mimeType: 'image/png', extension: 'png', kind: 'image' } as const;

it.each([
	[`https://files.test/${'a'.repeat(45)}${encodeURIComponent(key)}.png`, `${'a'.repeat(45)}….png`],
	[`https://files.test/${'a'.repeat(45)}${key}.png`, `${'a'.repeat(45)}….png`],
	[`https://files.test/${key}/fox.png`, 'fox.png'],
	[`https:${key}`, 'model.png'],
])('the key is in no file name: %p', (url, name) => {
	expect(buildFileName({ url }, png, { fallback: 'model' }, createRedactor(key))).toBe(name);
});

it('a name that several files share has a number, that of a link has none', () => {
	const data = { base64: 'AAAA' };
	const link = { url: 'https://files.test/fox.jpeg' };
	const naming = { fallback: 'model', number: 2 };
	expect(buildFileName(data, png, naming, String)).toBe('model-2.png');
	expect(buildFileName(link, png, naming, String)).toBe('fox.png');
	expect(buildFileName(link, png, { ...naming, wanted: 'cat' }, String)).toBe('cat-2.png');
});

it.each([
	['image/jxl', 'image/jxl'],
	['Video/MPEG; charset=binary', 'video/mpeg'],
	[`image/${key}`, 'application/octet-stream'],
	['image/svg+xml', 'application/octet-stream'],
	['application/zip', 'application/octet-stream'],
	['', 'application/octet-stream'],
])('bytes of no known format that come as %p are %p', (announced, mimeType) => {
	expect(resolveFormat(Buffer.alloc(200), announced).mimeType).toBe(mimeType);
});

describe('a download that falls silent', () => {
	it('breaks off', async () => {
		const body = new PassThrough();
		endWhenSilent(body, 20);
		body.write('a few bytes');
		const read = async () => {
			for await (const chunk of body) void chunk;
		};
		await expect(read()).rejects.toMatchObject({ code: 'ETIMEDOUT' });
	});

	it('does so when the time has passed since the last that came', async () => {
		jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
		try {
			const body = new PassThrough().resume().on('error', () => undefined);
			endWhenSilent(body, 60_000);
			for (let pieces = 0; pieces < 3; pieces++) {
				body.write('a few bytes');
				await jest.advanceTimersByTimeAsync(59_000);
				expect(body.destroyed).toBe(false);
			}
			await jest.advanceTimersByTimeAsync(1_100);
			expect(body.destroyed).toBe(true);
		} finally {
			jest.useRealTimers();
		}
	});

	it('goes on as long as something comes, and one that has ended is left alone', async () => {
		const body = new PassThrough();
		endWhenSilent(body, 500);
		const pieces = Array.from({ length: 20 }, (_none, number) => number);
		const write = async () => {
			for (const number of pieces) {
				await delay(50);
				body.write(String(number));
			}
			body.end();
		};
		const writing = write();
		let read = '';
		for await (const chunk of body) read += String(chunk);
		await writing;
		expect(read).toBe(pieces.join(''));
		await finished(body);
	});
});

describe('the most that is downloaded', () => {
	const megabyte = Buffer.alloc(1024 * 1024);
	const stream = (count: number) => Readable.from(Array<Buffer>(count).fill(megabyte));

	it('is two gigabytes', () => {
		expect(MAX_FILE_BYTES).toBe(2 ** 31);
	});

	it.each([
		[3, false],
		[4, true],
	])('%d MB are more than three: %p', async (count, expected) => {
		const body = stream(count);
		const tooLarge = limitBytes(body, 3 * megabyte.length);
		const read = async () => {
			for await (const chunk of body) void chunk;
		};
		await (expected ? expect(read()).rejects.toThrow('too large') : read());
		expect(tooLarge()).toBe(expected);
	});

	it('does not set the stream in motion', async () => {
		const body = stream(2);
		limitBytes(body);
		await new Promise((resolve) => setImmediate(resolve));
		let size = 0;
		body.on('data', (chunk: Buffer) => (size += chunk.length));
		await finished(body);
		expect(size).toBe(2 * megabyte.length);
	});
});
