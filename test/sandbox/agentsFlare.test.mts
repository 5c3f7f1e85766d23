import { once } from 'node:events';
import type { Readable } from 'node:stream';

import axios from 'axios';
import { z } from 'zod';

import { type Sandbox, startSandbox } from '../../sandbox/sandbox.mjs';
import { picture as plainPicture } from '../support/pictures.mjs';
import { dataUri, download, lastApiRequest, lookAt, post } from './support.mjs';

const PATH = '/byteplus/v3/images/generations';

/** The request of agentsflare-seedream.md. */
const pageRequest = {
	model: 'seedream-4-5-251128',
	prompt: 'Vehicle display stand, showcasing a Bugatti Chiron sports car.',
	size: '2K',
	stream: true,
	watermark: false,
};

/** The smallest picture there is, so that the tests are fast. */
const smallRequest = { model: 'seedream-4-0-250828', prompt: 'A cat', size: '960x960' };
const setOf = (max_images: number) => ({
	sequential_image_generation: 'auto',
	sequential_image_generation_options: { max_images },
});

const usage = z
	.object({ generated_images: z.number(), output_tokens: z.number(), total_tokens: z.number() })
	.strict();
const answer = z
	.object({
		model: z.string(),
		created: z.number().int(),
		data: z.array(
			z
				.object({
					url: z.string().optional(),
					b64_json: z.string().optional(),
					size: z.string(),
				})
				.strict(),
		),
		usage,
	})
	.strict();
const partialEvent = z
	.object({
		type: z.literal('image_generation.partial_succeeded'),
		model: z.string(),
		created: z.number().int(),
		image_index: z.number(),
		url: z.string(),
		size: z.string(),
	})
	.strict();

describe('the sandbox as AgentsFlare', () => {
	let sandbox: Sandbox;
	let onLog: (line: string) => void = () => undefined;
	const bearer = () => `Bearer ${sandbox.keys.agentsFlare}`;
	const generate = async (body: unknown, authorization = bearer()) =>
		await post(sandbox.apiUrl + PATH, authorization, body);
	const openStream = async (body: unknown) =>
		await axios.post<Readable>(sandbox.apiUrl + PATH, body, {
			headers: { Authorization: bearer() },
			responseType: 'stream',
		});

	beforeAll(async () => {
		sandbox = await startSandbox({ log: (line) => onLog(line) });
	});
	beforeEach(() => {
		sandbox.reset();
		onLog = () => undefined;
	});
	afterAll(async () => await sandbox.close());

	test("answers the page's request with the page's stream", async () => {
		const { status, headers, data } = await generate(pageRequest);

		expect(status).toBe(200);
		expect(headers['content-type']).toMatch(/^text\/event-stream/);
		const [partial = '', completed = '', done, rest] = z.string().parse(data).split('\n\n');
		expect(done).toBe('data: [DONE]');
		expect(rest).toBe('');

		expect(partial).toMatch(/^event: image_generation\.partial_succeeded\ndata: \{.*\}$/);
		const event = partialEvent.parse(JSON.parse(partial.slice(partial.indexOf('{'))));
		expect(event).toMatchObject({ model: pageRequest.model, image_index: 0, size: '2848x1600' });
		expect(event.url.startsWith(`${sandbox.filesUrl}/seedream-4-5/02`)).toBe(true);
		expect(await lookAt(await download(event.url))).toBe('jpeg 2848x1600');

		const counted = '{"generated_images":1,"output_tokens":17800,"total_tokens":17800}';
		expect(completed).toBe(
			'event: image_generation.completed\n' +
				`data: {"type":"image_generation.completed","model":"seedream-4-5-251128","created":${event.created},"usage":${counted}}`,
		);
		expect(lastApiRequest(sandbox)).toMatchObject({
			gateway: 'agentsFlare',
			path: PATH,
			body: pageRequest,
			paid: true,
			status: 200,
		});
	});

	test('sends the same bytes in pieces of any size, each piece separately', async () => {
		const read = async (pieceBytes: number | undefined) => {
			sandbox.behaviour.streamChunkBytes = pieceBytes;
			const { data } = await openStream({ ...smallRequest, stream: true, ...setOf(3) });
			const pieces: Buffer[] = [];
			// The event gives every chunk as it came; other ways to read join what has come together.
			data.on('data', (piece: Buffer) => pieces.push(piece));
			await once(data, 'end');
			// Names, times and signatures differ from request to request, but not in length.
			const text = Buffer.concat(pieces).toString('utf8');
			const repeatable = text
				.replace(/"created":\d+/g, '"created":0')
				.replace(/"url":"[^"]+_(\d)\.jpeg\?[^"]+"/g, '"url":"$1"');
			return { lengths: pieces.map(({ length }) => length), repeatable };
		};

		const whole = await read(undefined);
		// Three pictures, the usage, and [DONE].
		expect(whole.lengths).toHaveLength(5);
		for (const pieceBytes of [1, 7]) {
			const split = await read(pieceBytes);
			expect(split.repeatable).toBe(whole.repeatable);
			const inPieces = (bytes: number) => [
				...Array<number>(Math.floor(bytes / pieceBytes)).fill(pieceBytes),
				...(bytes % pieceBytes === 0 ? [] : [bytes % pieceBytes]),
			];
			expect(split.lengths).toEqual(whole.lengths.flatMap(inPieces));
		}
	});

	test('survives a caller that hangs up in the middle of a stream', async () => {
		const hungUp = new Promise<string>((resolve) => {
			onLog = (line) => {
				if (line.includes('hung up')) resolve(line);
			};
		});
		sandbox.behaviour.streamChunkBytes = 1;
		const { data } = await openStream({ ...smallRequest, stream: true, ...setOf(15) });
		await once(data, 'data');
		data.destroy();
		await hungUp;

		expect((await generate(smallRequest)).status).toBe(200);
	});

	test('answers without a stream in one JSON', async () => {
		const { data } = await generate({ ...smallRequest, ...setOf(2) });

		const parsed = answer.parse(data);
		expect(parsed.model).toBe(smallRequest.model);
		expect(parsed.data.map(({ size }) => size)).toEqual(['960x960', '960x960']);
		expect(parsed.usage).toEqual({
			generated_images: 2,
			output_tokens: 7200,
			total_tokens: 7200,
		});
		for (const { url } of parsed.data) {
			expect(await lookAt(await download(url ?? ''))).toBe('jpeg 960x960');
		}
	});

	test('gives base64 when asked for, with and without a stream', async () => {
		const request = { ...smallRequest, response_format: 'b64_json' };
		const { data } = await generate(request);
		const [picture] = answer.parse(data).data;
		expect(picture?.url).toBeUndefined();
		expect(await lookAt(Buffer.from(picture?.b64_json ?? '', 'base64'))).toBe('jpeg 960x960');

		const streamed = await generate({ ...request, stream: true });
		expect(streamed.data).toContain(`"b64_json":"${picture?.b64_json}"`);
	});

	test.each([
		['seedream-4-0-250828', '1K', '1024x1024'],
		['seedream-4-5-251128', undefined, '2848x1600'],
		['seedream-4-5-251128', '2560x1440', '2560x1440'],
		['seedream-5-0-260128', '3K', '3072x3072'],
		['seedream-4-5-251128', '4K', '4096x4096'],
	])('draws with %s at %s as %s', async (model, size, pixels) => {
		const { data } = await generate({ model, prompt: 'A cat', size });

		const [picture] = answer.parse(data).data;
		expect(picture?.size).toBe(pixels);
		expect(await lookAt(await download(picture?.url ?? ''))).toBe(`jpeg ${pixels}`);
	});

	test('writes PNG with 5.0', async () => {
		const { data } = await generate({
			...smallRequest,
			model: 'seedream-5-0-260128',
			size: '1920x1920',
			output_format: 'png',
		});
		const url = answer.parse(data).data[0]?.url ?? '';
		expect(new URL(url).pathname).toMatch(/\.png$/);
		expect(await lookAt(await download(url))).toBe('png 1920x1920');
	});

	test('takes one reference, or 14 of them, and lowers the number of pictures to what they leave of 15', async () => {
		const reference = dataUri(await plainPicture(30, 20, 'webp'), 'webp');
		const countFor = async (image: unknown) =>
			answer.parse((await generate({ ...smallRequest, image, ...setOf(2) })).data).data.length;

		expect(await countFor(reference)).toBe(2);
		expect(await countFor(Array(14).fill(reference))).toBe(1);
	});

	test.each([
		['a missing prompt', { model: smallRequest.model }, 'MissingParameter', 'prompt'],
		['a missing model', { prompt: 'A cat' }, 'MissingParameter', 'model'],
		['an empty body', {}, 'MissingParameter', 'model'],
		['an empty prompt', { ...smallRequest, prompt: '' }, 'InvalidParameter', 'prompt'],
		["MyRouter's references", { ...smallRequest, images: [] }, 'InvalidParameter', 'images'],
		["MyRouter's max_images", { ...smallRequest, max_images: 2 }, 'InvalidParameter', 'max_images'],
		[
			'16 pictures',
			{ ...smallRequest, ...setOf(16) },
			'InvalidParameter',
			'sequential_image_generation_options.max_images',
		],
		[
			'0 pictures',
			{ ...smallRequest, ...setOf(0) },
			'InvalidParameter',
			'sequential_image_generation_options.max_images',
		],
		['a stream as text', { ...smallRequest, stream: 'true' }, 'InvalidParameter', 'stream'],
		[
			"GPTunnel's base64",
			{ ...smallRequest, response_format: 'base64' },
			'InvalidParameter',
			'response_format',
		],
		['3K with 4.0', { ...smallRequest, size: '3K' }, 'InvalidParameter', 'size'],
		[
			'1K with 4.5',
			{ ...smallRequest, model: 'seedream-4-5-251128', size: '1K' },
			'InvalidParameter',
			'size',
		],
		[
			'1K with 5.0',
			{ ...smallRequest, model: 'seedream-5-0-260128', size: '1K' },
			'InvalidParameter',
			'size',
		],
		['few pixels with 4.0', { ...smallRequest, size: '960x959' }, 'InvalidParameter', 'size'],
		[
			'few pixels with 4.5',
			{ ...smallRequest, model: 'seedream-4-5-251128', size: '1920x1919' },
			'InvalidParameter',
			'size',
		],
		['many pixels', { ...smallRequest, size: '4096x4097' }, 'InvalidParameter', 'size'],
		['an elongated size', { ...smallRequest, size: '4352x256' }, 'InvalidParameter', 'size'],
		[
			'fast mode with 4.5',
			{ ...pageRequest, optimize_prompt_options: { mode: 'fast' } },
			'InvalidParameter',
			'optimize_prompt_options.mode',
		],
		[
			'a format with 4.0',
			{ ...smallRequest, output_format: 'png' },
			'InvalidParameter',
			'output_format',
		],
		['15 references', { ...smallRequest, image: Array(15).fill('x') }, 'InvalidParameter', 'image'],
		['bare base64', { ...smallRequest, image: 'AAAA' }, 'InvalidParameter', 'image'],
		[
			'a format in capitals',
			{ ...smallRequest, image: 'data:image/PNG;base64,AAAA' },
			'InvalidParameter',
			'image',
		],
		['a list with a number', { ...smallRequest, image: [1] }, 'InvalidParameter', 'image'],
	])('refuses %s as BytePlus does', async (_what, body, code, param) => {
		const { status, data } = await generate(body);

		expect(status).toBe(400);
		expect(data).toEqual({
			error: { code, param, message: expect.any(String), type: expect.any(String) },
		});
		expect(lastApiRequest(sandbox).paid).toBe(false);
	});

	test('takes fast mode with 4.0', async () => {
		const { status } = await generate({
			...smallRequest,
			optimize_prompt_options: { mode: 'fast' },
		});
		expect(status).toBe(200);
	});

	test('refuses an unknown model and a broken body itself', async () => {
		const unknown = await generate({ ...smallRequest, model: 'seedream-4' });
		expect(unknown.status).toBe(400);
		expect(unknown.data).toEqual({
			statusCode: 400,
			message: 'Model seedream-4 is not available',
		});

		const broken = await generate('{');
		expect(broken.status).toBe(400);
		expect(broken.data).toEqual({
			statusCode: 400,
			message: expect.stringContaining('not JSON'),
		});
	});

	test.each(['wrong', 'Bearer wrong', 'sandbox-agentsflare-key'])(
		'answers the authorization "%s" with HTTP 404, before it looks at the body',
		async (authorization) => {
			const { status, data } = await generate({}, authorization);

			expect(status).toBe(404);
			expect(data).toEqual({ statusCode: 404, message: 'Key not found' });
		},
	);

	test('answers an unknown path with HTTP 404', async () => {
		const { status, data } = await post(`${sandbox.apiUrl}/byteplus/v3/nothing`, bearer(), {});
		expect(status).toBe(404);
		expect(data).toEqual({
			message: 'Cannot POST /byteplus/v3/nothing',
			error: 'Not Found',
			statusCode: 404,
		});
	});
});
