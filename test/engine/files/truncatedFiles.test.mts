import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import sharp from 'sharp';
import { gzipSync } from 'node:zlib';

import { runNode } from '../../support/engine.mjs';
import { listen } from '../../support/fixtures.mjs';
import { picture } from '../../support/pictures.mjs';
import { summaryOf } from '../../support/wording.mjs';

interface Served {
	bytes: Buffer;
	contentType?: string;
	/** The first so many answers have half of the bytes, and only the closing of the connection ends them. */
	cuts?: number;
	/** The first so many answers are this instead. */
	refusals?: number;
	/** The first so many answers have nothing in them. */
	empties?: number;
	/** Whether all answers end by the closing of the connection. */
	endsByClosing?: boolean;
	/** Whether the files are sent as a range of a length that is not known. */
	isRange?: boolean;
	/** Whether half of each file is packed where that is accepted. */
	packs?: boolean;
}

/** Sends bytes without their length, in a way that has no end but that of the connection. */
function sendUndelimited(response: ServerResponse, bytes: Buffer): void {
	response.useChunkedEncodingByDefault = false;
	response.removeHeader('transfer-encoding');
	response.end(bytes);
}

/** Generates one image at a gateway whose storage serves the file, by way of a reference to it where that is asked for. */
async function generate(
	{
		bytes,
		contentType = 'image/png',
		cuts = 0,
		refusals = 0,
		empties = 0,
		isRange = false,
		packs = false,
		endsByClosing = cuts > 0 && !isRange,
	}: Served,
	asReference = false,
) {
	let downloads = 0;
	let charged = 0;
	let order = '';
	const result = await picture(64, 64);
	const { url: baseUrl } = await listen((request, response) => {
		if (request.method === 'POST') {
			charged += 1;
			request.on('data', (part: Buffer) => (order += part.toString('latin1')));
			response.setHeader('content-type', 'application/json');
			request.on('end', () =>
				response.end(
					JSON.stringify({
						images: [`http://${request.headers.host}/${asReference ? 'result' : 'file'}`],
					}),
				),
			);
			return;
		}
		if (request.url === '/result') {
			response.end(result);
			return;
		}
		downloads += 1;
		response.setHeader('content-type', contentType);
		const half = bytes.subarray(0, bytes.length / 2);
		if (downloads <= refusals) response.writeHead(503).end();
		else if (downloads <= empties) response.end();
		else if (packs && request.headers['accept-encoding']?.includes('gzip'))
			response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(half));
		else if (isRange)
			response
				.writeHead(206, { 'content-range': `bytes 0-${bytes.length - 1}/*` })
				.end(downloads <= cuts ? half : bytes);
		else if (downloads <= cuts) sendUndelimited(response, half);
		else if (endsByClosing) sendUndelimited(response, bytes);
		else response.end(bytes);
	});
	const run = await runNode({
		node: 'Seedream',
		parameters: {
			gateway: 'myRouter',
			prompt: 'A red fox',
			...(asReference ? { images: { image: [{ source: 'url', url: `${baseUrl}/file` }] } } : {}),
		},
		credentials: { myRouterApi: { apiKey: 'a-key-of-a-test', baseUrl } },
	});
	const [item] = run.items[0] ?? [];
	return {
		run,
		downloads,
		charged,
		order,
		json: item?.json,
		binary: item?.binary?.data,
		stored: item?.binary ? await run.binary(item) : undefined,
	};
}

const noisy = async (format: 'png' | 'jpeg' | 'webp' | 'gif' | 'avif' | 'tiff') =>
	await sharp({
		create: {
			width: 160,
			height: 120,
			channels: 3,
			background: '#000',
			noise: { type: 'gaussian', mean: 128, sigma: 60 },
		},
	})
		.toFormat(format, format === 'avif' ? { effort: 0 } : format === 'gif' ? { effort: 1 } : {})
		.toBuffer();

const box = (type: string, size: number) => {
	const bytes = Buffer.alloc(size);
	bytes.writeUInt32BE(size);
	bytes.write(type, 4);
	return bytes;
};

describe('half a file where only the closing of the connection is its end', () => {
	it.concurrent.each(['png', 'jpeg', 'webp', 'gif', 'avif'] as const)(
		'is asked for again: %s',
		async (format) => {
			const bytes = await noisy(format);
			const { downloads, charged, json, stored } = await generate({
				bytes,
				contentType: `image/${format}`,
				cuts: 1,
			});
			expect({ downloads, charged }).toEqual({ downloads: 2, charged: 1 });
			expect(json).toMatchObject({ fileSize: bytes.length, width: 160, height: 120 });
			expect(stored?.equals(bytes)).toBe(true);
		},
	);

	it.concurrent('is asked for again: a video', async () => {
		const bytes = Buffer.concat([box('moov', 3000), box('mdat', 200_000)]);
		const { downloads, json } = await generate({ bytes, contentType: 'video/mp4', cuts: 1 });
		expect(downloads).toBe(2);
		expect(json).toMatchObject({ fileSize: bytes.length, mimeType: 'video/mp4' });
	});

	it.concurrent.each([false, true])(
		'is asked for again where it is a range of what has no length; as a reference: %p',
		async (asReference) => {
			const { run, downloads, charged } = await generate(
				{ bytes: await noisy('jpeg'), contentType: 'image/jpeg', cuts: 1, isRange: true },
				asReference,
			);
			expect(run.status).toBe('success');
			expect({ downloads, charged }).toEqual({ downloads: 2, charged: 1 });
		},
	);

	it.concurrent('is told with the link where it is never whole', async () => {
		const { run, downloads, charged } = await generate({ bytes: await noisy('png'), cuts: 9 });
		expect({ downloads, charged }).toEqual({ downloads: 3, charged: 1 });
		expect(run.error?.message).toBe(
			`MyRouter: ${summaryOf('fileGone')} (the download broke off) [item 0]`,
		);
		expect(run.error?.description).toContain('/file');
	});

	it.concurrent('is asked for again where it is a reference', async () => {
		const { run, downloads, charged } = await generate(
			{ bytes: await noisy('png'), cuts: 1 },
			true,
		);
		expect(run.status).toBe('success');
		expect({ downloads, charged }).toEqual({ downloads: 2, charged: 1 });
	});
});

describe('a file that is whole is taken at once', () => {
	it.concurrent.each(['png', 'jpeg', 'webp', 'gif', 'avif', 'tiff'] as const)(
		'%s, without its length',
		async (format) => {
			const bytes = await noisy(format);
			const { downloads, json } = await generate({
				bytes,
				contentType: `image/${format}`,
				endsByClosing: true,
			});
			expect(downloads).toBe(1);
			expect(json).toMatchObject({
				fileSize: bytes.length,
				mimeType: `image/${format}`,
				width: 160,
				height: 120,
			});
		},
	);

	it.concurrent('jpeg without the marker of its end, where its length is told', async () => {
		const bytes = (await noisy('jpeg')).subarray(0, -2);
		const { downloads, json } = await generate({ bytes, contentType: 'image/jpeg' });
		expect(downloads).toBe(1);
		expect(json).toMatchObject({ fileSize: bytes.length, width: 160, height: 120 });
	});
});

it.each([false, true])(
	'a file is not asked for in a packed form, of which half would pass for the whole; as a reference: %p',
	async (asReference) => {
		const bytes = await noisy('png');
		const { run, downloads, charged, order, stored } = await generate(
			{ bytes, packs: true },
			asReference,
		);
		expect(run.status).toBe('success');
		expect({ downloads, charged }).toEqual({ downloads: 1, charged: 1 });
		if (asReference) expect(order).toContain(bytes.toString('base64'));
		else expect(stored?.equals(bytes)).toBe(true);
	},
);

it('a jpeg with 180 kB of metadata before its size has its size', async () => {
	const file = await noisy('jpeg');
	const segment = Buffer.concat([Buffer.from([0xff, 0xeb, 0xea, 0x60]), Buffer.alloc(59_998, 1)]);
	const bytes = Buffer.concat([file.subarray(0, 2), segment, segment, segment, file.subarray(2)]);
	expect((await generate({ bytes, contentType: 'image/jpeg' })).json).toMatchObject({
		width: 160,
		height: 120,
	});
});

it.each(['moov', 'wide', 'free', 'mdat'])(
	'a video/mp4 that begins with a box %s is an mp4',
	async (type) => {
		const { json, binary } = await generate({
			bytes: Buffer.concat([box(type, 3000), box('moov', 90_000)]),
			contentType: 'video/mp4',
		});
		expect(json).toMatchObject({ fileName: 'file.mp4', mimeType: 'video/mp4' });
		expect(binary?.fileExtension).toBe('mp4');
	},
);

it.each(['application/octet-stream', 'binary/octet-stream', 'application/mp4', ''])(
	'a video without its brand that comes as %j is an mp4',
	async (contentType) => {
		const { json, binary } = await generate({
			bytes: Buffer.concat([box('moov', 3000), box('mdat', 90_000)]),
			contentType,
		});
		expect(json).toMatchObject({ fileName: 'file.mp4', mimeType: 'video/mp4' });
		expect(binary?.fileExtension).toBe('mp4');
	},
);

describe('a reference whose storage fails', () => {
	it.concurrent('is read again where nothing came', async () => {
		const { run, downloads, charged } = await generate(
			{ bytes: await picture(64, 64), empties: 2 },
			true,
		);
		expect(run.status).toBe('success');
		expect({ downloads, charged }).toEqual({ downloads: 3, charged: 1 });
	});

	it.concurrent('is read again', async () => {
		const { run, downloads, charged } = await generate(
			{ bytes: await picture(64, 64), refusals: 2 },
			true,
		);
		expect(run.status).toBe('success');
		expect({ downloads, charged }).toEqual({ downloads: 3, charged: 1 });
	});

	it.concurrent('three times, and nothing is sent', async () => {
		const { run, downloads, charged } = await generate(
			{ bytes: await picture(64, 64), refusals: 9 },
			true,
		);
		expect(run.error?.message).toContain('could not be read from its link (HTTP status 503)');
		expect({ downloads, charged }).toEqual({ downloads: 3, charged: 0 });
	});

	it.concurrent('is read once where it is too large', async () => {
		const { run, downloads, charged } = await generate(
			{ bytes: Buffer.alloc(31 * 1024 * 1024, 1) },
			true,
		);
		expect(run.error?.message).toContain('it is larger than');
		expect({ downloads, charged }).toEqual({ downloads: 1, charged: 0 });
	});
});

/** The most listeners that any signal had at once, from now until it is asked for. */
function countListeners(): () => number {
	let most = 0;
	const add = EventTarget.prototype.addEventListener;
	const spy = jest.spyOn(EventTarget.prototype, 'addEventListener').mockImplementation(function (
		this: EventTarget,
		...parameters
	) {
		add.apply(this, parameters);
		if (this instanceof AbortSignal) most = Math.max(most, getEventListeners(this, 'abort').length);
	});
	return () => {
		spy.mockRestore();
		return most;
	};
}

it.each(['a file', 'a dead link', 'references'])(
	'no signal has more than ten listeners, beyond which Node.js warns: fifteen times %s',
	async (what) => {
		const file = await picture(64, 64);
		const { url: baseUrl } = await listen((request, response) => {
			if (request.method === 'POST') {
				request.resume();
				response.setHeader('content-type', 'application/json');
				const count = what === 'references' ? 1 : 15;
				response.end(
					JSON.stringify({
						data: Array.from({ length: count }, (_none, number) => ({
							url: `http://${request.headers.host}/${number}`,
						})),
					}),
				);
			} else if (what === 'a dead link') response.writeHead(404).end();
			else response.end(file);
		});
		const image =
			what === 'references'
				? Array.from({ length: 14 }, (_none, number) => ({
						source: 'url',
						url: `${baseUrl}/${number}`,
					}))
				: [];
		const mostListeners = countListeners();
		const { items } = await runNode({
			node: 'Seedream',
			parameters: {
				gateway: 'agentsFlare',
				prompt: 'A red fox',
				images: { image },
				options: what === 'references' ? {} : { maxImages: 15, stream: false },
			},
			credentials: { agentsFlareApi: { apiKey: 'a-key-of-a-test', baseUrl } },
			onError: 'continueRegularOutput',
			cancelSignal: new AbortController().signal,
		});
		expect(mostListeners()).toBeLessThanOrEqual(10);
		expect(items[0]).toHaveLength(what === 'references' ? 1 : 15);
	},
);
