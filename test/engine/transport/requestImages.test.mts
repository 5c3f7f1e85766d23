/**
 * Input images are read while the request is sent: from n8n's store, from their links, and from text. What reaches the
 * gateway is whole and states its length; what breaks off on the way was not accepted.
 */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { INodeParameters } from 'n8n-workflow';
import { runNode, type EngineRun, type RunOptions } from '../../support/engine.mjs';
import { useServer } from '../../support/fixtures.mjs';
import { heavyPicture, picture } from '../../support/pictures.mjs';
import { NOTHING_CHARGED, summaryOf } from '../../support/wording.mjs';

/** More than is kept in memory, so it is read again when it is sent. */
const LARGE_BYTES = 2_000_000;

interface Arrived {
	headers: IncomingHttpHeaders;
	body: Buffer;
}

let result: Buffer;
let large: Buffer;
let small: Buffer;
/** Requests that came to their end. */
let accepted: Arrived[] = [];
let begun = 0;
/** How often each link was read. */
let reads = 0;
let link: (response: ServerResponse) => void;
/** What the gateway answers, one after another, before it accepts. */
let refusals: number[] = [];

const url = useServer((request, response) => {
	if (request.method === 'GET') {
		if (request.url === '/result.png') {
			response.end(result);
			return;
		}
		reads += 1;
		link(response);
		return;
	}
	begun += 1;
	const parts: Buffer[] = [];
	request.on('data', (part: Buffer) => parts.push(part));
	request.on('end', () => {
		const status = refusals.shift();
		response.setHeader('content-type', 'application/json');
		if (status !== undefined) {
			response.writeHead(status).end('{"error":{"code":"RateLimitExceeded","message":"slow"}}');
			return;
		}
		accepted.push({ headers: request.headers, body: Buffer.concat(parts) });
		response.end(JSON.stringify({ data: [{ url: `${url()}/result.png` }] }));
	});
});
beforeAll(async () => {
	[result, small, large] = await Promise.all([
		picture(64, 64),
		picture(300, 200, 'jpeg'),
		heavyPicture(LARGE_BYTES),
	]);
});
beforeEach(() => {
	accepted = [];
	begun = 0;
	reads = 0;
	refusals = [];
	link = (response) => void response.end(large);
});

const image = (source: INodeParameters) => ({ image: [source] });
const FROM_FILE = { source: 'binary', binaryPropertyName: 'data' };
const fromLink = () => ({ source: 'url', url: `${url()}/large.png` });

async function run(
	parameters: INodeParameters,
	{
		node = 'Seedream',
		gateway = 'modelArk',
		...options
	}: Partial<RunOptions> & { gateway?: string } = {},
): Promise<EngineRun> {
	return await runNode({
		node,
		parameters: { gateway, prompt: 'A red fox — “so”', ...parameters },
		credentials: { [`${gateway}Api`]: { apiKey: 'sk-of-a-test-0123456789', baseUrl: url() } },
		...options,
	});
}

const item = (bytes: Buffer) => ({
	json: {},
	binary: { data: { bytes, mimeType: 'image/png', fileName: 'fox.png' } },
});

const dataUri = (bytes: Buffer, type = 'image/png') =>
	`data:${type};base64,${bytes.toString('base64')}`;
const imagesOf = ({ body }: Arrived): unknown => JSON.parse(body.toString('utf8')).image;

describe('a JSON body', () => {
	const FORMS: Array<[name: string, () => [INodeParameters, Partial<RunOptions>]]> = [
		['a file', () => [FROM_FILE, { items: [item(large)] }]],
		['a file inside the item', () => [FROM_FILE, { items: [item(large)], inputFiles: 'inline' }]],
		['a link', () => [fromLink(), {}]],
		['base64', () => [{ source: 'base64', base64: large.toString('base64') }, {}]],
		['a data URI', () => [{ source: 'url', url: dataUri(large) }, {}]],
	];

	it.each(FORMS)(
		'%s: is the one that JSON.stringify writes, and states its length',
		async (_name, choose) => {
			const [source, options] = choose();
			const { error } = await run({ images: image(source) }, options);
			expect(error).toBeUndefined();
			expect(accepted).toHaveLength(1);
			const [arrived] = accepted;
			const parsed = JSON.parse(arrived?.body.toString('utf8') ?? '');
			expect(parsed.image).toEqual([dataUri(large)]);
			expect(arrived?.body.toString('utf8')).toBe(JSON.stringify(parsed));
			expect(arrived?.headers).toMatchObject({
				'content-type': 'application/json',
				'content-length': String(arrived?.body.length),
			});
			expect(arrived?.headers['transfer-encoding']).toBeUndefined();
		},
	);

	it('has several images in their order, the same one twice', async () => {
		const sources = [
			FROM_FILE,
			fromLink(),
			FROM_FILE,
			{ source: 'base64', base64: small.toString('base64') },
		];
		const { error } = await run({ images: { image: sources } }, { items: [item(small)] });
		expect(error).toBeUndefined();
		expect(accepted.map(imagesOf)).toEqual([
			[
				dataUri(small, 'image/jpeg'),
				dataUri(large),
				dataUri(small, 'image/jpeg'),
				dataUri(small, 'image/jpeg'),
			],
		]);
		// Once for the check, once for sending.
		expect(reads).toBe(2);
	});

	it('is written anew when it is sent again', async () => {
		refusals = [429, 429];
		const { error } = await run({ images: image(FROM_FILE) }, { items: [item(large)] });
		expect(error).toBeUndefined();
		expect(begun).toBe(3);
		expect(accepted.map(imagesOf)).toEqual([[dataUri(large)]]);
	});

	it('items that share an image share its check', async () => {
		const { error } = await run(
			{ images: image(fromLink()) },
			{ items: Array.from({ length: 5 }, () => ({ json: {} })) },
		);
		expect(error).toBeUndefined();
		expect(accepted).toHaveLength(5);
		expect(reads).toBe(6);
	});
});

it('a form has the parts that FormData writes, and states its length', async () => {
	const { error } = await run(
		{
			images: { image: [FROM_FILE, fromLink()] },
		},
		{ node: 'GptImage', gateway: 'agentsFlare', items: [item(small)] },
	);
	expect(error).toBeUndefined();
	const [arrived] = accepted;
	expect(arrived?.headers['content-length']).toBe(String(arrived?.body.length));
	const type = String(arrived?.headers['content-type']);
	const form = await new Response(new Uint8Array(arrived?.body ?? []), {
		headers: { 'content-type': type },
	}).formData();
	const parts = await Promise.all(
		[...form].map(async ([name, value]) =>
			typeof value === 'string'
				? [name, value]
				: [
						name,
						value.name,
						value.type,
						createHash('sha256')
							.update(new Uint8Array(await value.arrayBuffer()))
							.digest('hex'),
					],
		),
	);
	const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
	expect(parts).toEqual(
		expect.arrayContaining([
			['prompt', 'A red fox — “so”'],
			['image[]', 'image.jpeg', 'image/jpeg', sha(small)],
			['image[]', 'image.png', 'image/png', sha(large)],
		]),
	);
});

describe('an image that is not what it was', () => {
	it.each([
		['shorter', () => large.subarray(0, LARGE_BYTES / 2)],
		['longer', () => Buffer.concat([large, Buffer.alloc(100_000)])],
	])('%s: is told, and nothing is accepted', async (_name, changed) => {
		link = (response) => response.end(reads > 1 ? changed() : large);
		const { error, items } = await run({ images: image(fromLink()) });
		expect(error?.message).toContain('image 1 is not the same any more');
		expect(error?.description).toContain('Nothing was');
		expect(items.flat()).toEqual([]);
		expect(accepted).toEqual([]);
	});

	/** Breaks off in the middle while the request is sent for the first `times`. */
	const breakOff = (times: number) => {
		link = (response) => {
			if (reads === 1 || reads > 1 + times) {
				response.end(large);
				return;
			}
			response.setHeader('content-length', large.length);
			response.write(large.subarray(0, LARGE_BYTES / 2), () => response.destroy());
		};
	};

	it('a link that breaks off while it is sent is read again: the gateway has accepted nothing', async () => {
		breakOff(1);
		const { error, thrown } = await run({ images: image(fromLink()) });
		expect(error).toBeUndefined();
		expect(thrown).toEqual([]);
		expect(accepted.map(imagesOf)).toEqual([[dataUri(large)]]);
	});

	it('one that breaks off each time is told, and the next try reads it', async () => {
		breakOff(Infinity);
		const failed = await run({ images: image(fromLink()) });
		expect(failed.error?.message).toContain('image 1 could not be read from its link');
		expect(failed.error?.description).toContain(NOTHING_CHARGED);
		expect(accepted).toEqual([]);
		// As often as one try sends the request.
		const sent = begun;
		reads = 0;
		breakOff(sent);
		const { error, thrown } = await run(
			{ images: image(fromLink()) },
			{ retryOnFail: { maxTries: 2 } },
		);
		expect(error).toBeUndefined();
		expect(thrown).toHaveLength(1);
		expect(accepted).toHaveLength(1);
	});

	it('a link that is gone by then is told before anything is sent', async () => {
		link = (response) => (reads > 1 ? response.writeHead(404).end() : response.end(large));
		const { error } = await run({ images: image(fromLink()) });
		expect(error?.message).toContain('image 1 could not be read from its link (HTTP status 404)');
		expect(begun).toBe(0);
	});
});

describe('what ends it on the way', () => {
	/** Sends a part of the image and no more. */
	const stall = (onStall: () => void = () => undefined) => {
		link = (response) => {
			if (reads !== 2) {
				response.end(large);
				return;
			}
			response.setHeader('content-length', large.length);
			response.write(large.subarray(0, LARGE_BYTES / 2), onStall);
		};
	};

	it('the time allowed: nothing was sent as a whole', async () => {
		stall();
		const { error } = await run({ images: image(fromLink()), options: { timeout: 1 } });
		expect(error?.message).toContain(summaryOf('notSent'));
		expect(accepted).toEqual([]);
	});

	it('Stop', async () => {
		const stop = new AbortController();
		stall(() => stop.abort());
		const { status } = await run({ images: image(fromLink()) }, { cancelSignal: stop.signal });
		expect(status).toBe('canceled');
		expect(accepted).toEqual([]);
	});
});
