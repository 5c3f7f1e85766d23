import axios from 'axios';
import { z } from 'zod';

import { type Sandbox, startSandbox } from '../../sandbox/sandbox.mjs';
import { picture as plainPicture } from '../support/pictures.mjs';
import {
	dataUri,
	download,
	gptunnelRefusal as refusal,
	lastApiRequest,
	lookAt,
	post,
} from './support.mjs';

const doneAnswer = z
	.object({
		code: z.literal(0),
		id: z.string().regex(/^[0-9a-f]{24}$/),
		created_at: z.number().int(),
		status: z.literal('done'),
		result: z.string(),
		cost: z.literal('8'),
	})
	.strict();

/** The request of gptunnel-seedream-4.md. */
const pageRequest = {
	model: 'seedream-4',
	response_format: 'url',
	prompt:
		'Fine art fashion photography. Full-hight vertical portrait, gorgeous lithe supermodel, intricate orange and white face paint and a matching hood and translucent shawl. Her light skin and bold blue eyeshadow, orange lipstick accentuating features. Soft dreamy atmosphere, thick foggy, muted grey background with swirling mist, bright vibrant colours, futuristic avant-garde style, soft light, soft contrast, soft saturation',
	size: '4K',
	aspect_ratio: '21:9',
};

const smallRequest = { model: 'seedream-4', prompt: 'A cat', size: '1K' };

describe('the sandbox as GPTunnel', () => {
	let sandbox: Sandbox;
	const generate = async (body: unknown, key = sandbox.keys.gptunnel) =>
		await post(`${sandbox.apiUrl}/v1/media/generate`, key, body);

	beforeAll(async () => {
		sandbox = await startSandbox();
	});
	beforeEach(() => sandbox.reset());
	afterAll(async () => await sandbox.close());

	test("answers the page's request in the page's shape, with a 4K picture of 21:9", async () => {
		const { status, data } = await generate(pageRequest);

		expect(status).toBe(200);
		const { result } = doneAnswer.parse(data);
		expect(result.startsWith(`${sandbox.filesUrl}/seedream-4-0/`)).toBe(true);
		expect(new URL(result).searchParams.get('X-Tos-Expires')).toBe('86400');
		expect(await lookAt(await download(result))).toBe('jpeg 6048x2592');
		expect(lastApiRequest(sandbox)).toMatchObject({
			gateway: 'gptunnel',
			path: '/v1/media/generate',
			body: pageRequest,
			paid: true,
			status: 200,
		});
	});

	test.each([
		['1K', '1:1', '1024x1024'],
		['1K', '9:21', '648x1512'],
		['2K', '16:9', '2560x1440'],
		['2K', undefined, '2048x2048'],
		['3K', '4:3', '3456x2592'],
		['4K', '1:1', '4096x4096'],
	])('draws %s at %s as %s', async (size, aspect_ratio, pixels) => {
		const { data } = await generate({ ...smallRequest, size, aspect_ratio });

		const { result } = doneAnswer.parse(data);
		expect(await lookAt(await download(result))).toBe(`jpeg ${pixels}`);
	});

	test.each([
		['raw', /^\/9j\//],
		['dataUri', /^data:image\/jpeg;base64,\/9j\//],
	] as const)('gives base64 in the form %s', async (form, start) => {
		sandbox.behaviour.gptunnelBase64 = form;

		const { data } = await generate({ ...smallRequest, response_format: 'base64' });

		const { result } = doneAnswer.parse(data);
		expect(result).toMatch(start);
		const bytes = Buffer.from(result.replace(/^data:.*,/, ''), 'base64');
		expect(await lookAt(bytes)).toBe('jpeg 1024x1024');
	});

	test('takes references as link and data URI, and shows them in the picture', async () => {
		const drawnFrom = async (image: string) => {
			const { data } = await generate({ ...smallRequest, images: [image] });
			return (await download(doneAnswer.parse(data).result)).toString('base64');
		};
		const red = await plainPicture(60, 40, 'png', 'red');
		const blue = await plainPicture(60, 40, 'png', 'blue');

		const fromData = await drawnFrom(dataUri(red));
		expect(await drawnFrom(sandbox.addFile('my cat.png', red, 'image/png'))).toBe(fromData);
		expect(await drawnFrom(dataUri(blue))).not.toBe(fromData);
	});

	test.each([
		['an unknown field', { ...smallRequest, ar: '1:1' }, 'ar'],
		['a missing prompt', { model: 'seedream-4' }, 'prompt'],
		['an empty prompt', { ...smallRequest, prompt: ' ' }, 'prompt'],
		['an unknown model', { ...smallRequest, model: 'seedance-1-pro-1080P-5s' }, 'model'],
		['an unknown ratio', { ...smallRequest, aspect_ratio: '3:2' }, 'aspect_ratio'],
		['pixels', { ...smallRequest, size: '2048x2048' }, 'size'],
		[
			"BytePlus's response format",
			{ ...smallRequest, response_format: 'b64_json' },
			'response_format',
		],
		['a single reference', { ...smallRequest, images: 'http://127.0.0.1/a.png' }, 'images'],
		['broken base64', { ...smallRequest, images: ['not base64'] }, 'images.0'],
		['bare base64', { ...smallRequest, images: ['AAAA'] }, 'images.0'],
		[
			'a data URI of no picture',
			{ ...smallRequest, images: ['data:image/png;base64,AAAA'] },
			'images.0',
		],
		[
			'a link to another machine',
			{ ...smallRequest, images: ['https://example.com/a.png'] },
			'images.0',
		],
	])('refuses %s with HTTP 200 and code 3', async (_what, body, path) => {
		const { status, data } = await generate(body);

		expect(status).toBe(200);
		const { code, issues } = refusal.parse(data);
		expect(code).toBe(3);
		expect(issues?.map((issue) => issue.path)).toEqual([path]);
		expect(lastApiRequest(sandbox).paid).toBe(false);
	});

	test('refuses a body that is not JSON, or is not called so', async () => {
		const broken = await generate('{"model":');
		expect(refusal.parse(broken.data)).toMatchObject({
			code: 3,
			message: expect.stringContaining('not JSON'),
		});
		expect(lastApiRequest(sandbox).body).toBe('{"model":');

		const unnamed = await axios.post<unknown>(
			`${sandbox.apiUrl}/v1/media/generate`,
			JSON.stringify(smallRequest),
			{ headers: { Authorization: sandbox.keys.gptunnel, 'Content-Type': 'text/plain' } },
		);
		expect(refusal.parse(unnamed.data)).toMatchObject({
			code: 3,
			message: expect.stringContaining('application/json'),
		});
	});

	test.each(['wrong', 'Bearer sandbox-gptunnel-key'])(
		'refuses the key "%s" with HTTP 200 and code 2, before it looks at the body',
		async (key) => {
			const { status, data } = await generate({}, key);

			expect(status).toBe(200);
			expect(refusal.parse(data).code).toBe(2);
			expect(lastApiRequest(sandbox).paid).toBe(false);
		},
	);

	test('tells the balance for the key, and answers HTTP 401 to any other', async () => {
		const balance = async (key: string) =>
			await axios.get<unknown>(`${sandbox.apiUrl}/v1/balance`, {
				headers: { Authorization: key },
				validateStatus: () => true,
			});

		const good = await balance(sandbox.keys.gptunnel);
		expect(good.status).toBe(200);
		expect(good.data).toEqual({
			orgId: expect.any(String),
			object: 'balance',
			balance: expect.any(Number),
			creditLimit: expect.any(Number),
		});

		const wrong = await balance('wrong');
		expect(wrong.status).toBe(401);
		expect(wrong.data).toEqual({
			error: {
				message: 'Unauthorized',
				type: 'unauthorized_request_error',
				param: null,
				code: null,
			},
		});
		expect(sandbox.requests.some(({ paid }) => paid)).toBe(false);
	});

	test('answers an unknown method with code 99', async () => {
		const { status, data } = await post(
			`${sandbox.apiUrl}/v1/media/nothing`,
			sandbox.keys.gptunnel,
			{},
		);
		expect(status).toBe(200);
		expect(refusal.parse(data).code).toBe(99);
	});
});
