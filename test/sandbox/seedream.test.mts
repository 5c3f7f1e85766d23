/** Seedream by all of its models, at BytePlus itself and at AgentsFlare. */
import sharp from 'sharp';
import { z } from 'zod';

import { type Sandbox, startSandbox } from '../../sandbox/sandbox.mjs';
import { picture as plainPicture } from '../support/pictures.mjs';
import { dataUri, download, lastApiRequest, lookAt, post } from './support.mjs';

const PRO = 'dola-seedream-5-0-pro-260628';
const FLASH = 'dola-seedream-5-0-flash-260915';
const NEWEST = 'dola-seedream-5-5-261028';
const LITE = 'seedream-5-0-lite-260128';
const SINGLE = [PRO, FLASH, NEWEST];

const answer = z.object({
	model: z.string(),
	data: z.array(z.object({ url: z.string(), size: z.string() }).passthrough()),
	usage: z.record(z.unknown()),
});
const FILE = { head: Buffer.from('a head'), length: 10 };

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(() => {
	sandbox.reset();
	sandbox.behaviour.file = FILE;
});
afterAll(async () => await sandbox.close());

const order = async (body: unknown) =>
	await post(
		`${sandbox.apiUrl}/api/v3/images/generations`,
		`Bearer ${sandbox.keys.modelArk}`,
		body,
	);
const generate = async (body: object) => await order({ prompt: 'A cat', ...body });
const expectRefused = async (body: object, param: string, message: RegExp | string = '') => {
	const { status, data } = await generate(body);
	expect(status).toBe(400);
	expect(data).toMatchObject({
		error: { code: 'InvalidParameter', param, message: expect.stringMatching(message) },
	});
	expect(lastApiRequest(sandbox).paid).toBe(false);
};

describe.each(SINGLE)('%s', (model) => {
	test.each([
		['sequential_image_generation', 'disabled'],
		['sequential_image_generation', 'auto'],
		['sequential_image_generation_options', { max_images: 1 }],
		['stream', true],
		['tools', [{ type: 'web_search' }]],
	])('refuses %s: %j', async (field, value) => {
		await expectRefused(
			{ model, [field]: value },
			field,
			new RegExp(`\`${field}\` is not supported by the current model`),
		);
	});

	test.each([
		['1K', '1024x1024'],
		['1.5K', '1536x1536'],
		['2K', '2816x1584'],
		[undefined, '2816x1584'],
		['2816x1584', '2816x1584'],
		['960x960', '960x960'],
	])('draws %s as %s, without a stream if that is said', async (size, pixels) => {
		const { status, data } = await generate({ model, size, stream: false, output_format: 'png' });
		expect(status).toBe(200);
		const { data: pictures, usage } = answer.parse(data);
		expect(pictures.map((picture) => picture.size)).toEqual([pixels]);
		expect(usage).toMatchObject({ input_images: 0, generated_images: 1 });
	});

	test.each(['3K', '4K', '960x959', '2161x2140', '6144x512x1', '4096x240'])(
		'does not draw %s',
		async (size) => {
			await expectRefused({ model, size }, 'size');
		},
	);

	test('takes 10 references', async () => {
		const image = dataUri(await plainPicture(20, 20));
		const { data } = await generate({ model, image: Array(10).fill(image) });
		expect(answer.parse(data).usage).toMatchObject({ input_images: 10 });
		await expectRefused({ model, image: Array(11).fill(image) }, 'image');
	});
});

test.each([
	['5.0 Pro', PRO, 200],
	['5.0 Flash', FLASH, 400],
	['5.5', NEWEST, 400],
	['5.0 Lite', LITE, 400],
])('fast mode with %s', async (_what, model, status) => {
	expect((await generate({ model, optimize_prompt_options: { mode: 'fast' } })).status).toBe(
		status,
	);
});

test.each([
	['background', 'opaque'],
	['layer_decomposition', false],
])('%s is for the newer models', async (field, value) => {
	await expectRefused({ model: LITE, [field]: value }, field, 'not supported by the current model');
	expect((await generate({ model: NEWEST, [field]: value })).status).toBe(200);
});

test('5.0 Lite goes by two names, draws sets, and says what it searched', async () => {
	for (const model of ['seedream-5-0-260128', LITE]) {
		const tools = [{ type: 'web_search' }];
		const { data } = await generate({
			model,
			size: '3K',
			tools,
			sequential_image_generation: 'auto',
			sequential_image_generation_options: { max_images: 2 },
		});
		const { data: pictures, usage, model: told } = answer.parse(data);
		expect([told, pictures.length, usage]).toEqual([
			model,
			2,
			expect.objectContaining({ generated_images: 2, tool_usage: { web_search: 1 } }),
		]);
	}
});

test("Volcengine's names are BytePlus's models, at BytePlus's own API alone", async () => {
	for (const model of [
		'doubao-seedream-5-0-pro-260628',
		'doubao-seedream-5-0-lite-260128',
		'doubao-seedream-4-0-250828',
	]) {
		expect((await generate({ model })).status).toBe(200);
		const passed = await post(
			`${sandbox.apiUrl}/byteplus/v3/images/generations`,
			`Bearer ${sandbox.keys.agentsFlare}`,
			{ model, prompt: 'A cat' },
		);
		expect(passed.status).toBe(400);
	}
	expect((await generate({ model: 'doubao-seedream-5-0-pro-260629' })).status).toBe(404);
});

describe('a transparent background', () => {
	const withAlpha = async () =>
		dataUri(
			await sharp(await plainPicture(40, 40))
				.ensureAlpha(0.5)
				.png()
				.toBuffer(),
		);

	test('makes a PNG with nothing behind it', async () => {
		delete sandbox.behaviour.file;
		const { data } = await generate({
			model: NEWEST,
			size: '960x960',
			background: 'transparent',
			image: await withAlpha(),
		});
		const bytes = await download(answer.parse(data).data[0]?.url ?? '');
		expect(await lookAt(bytes)).toBe('png 960x960');
		expect((await sharp(bytes).stats()).isOpaque).toBe(false);
	});

	test('is refused without such an image, with two, and as a JPEG', async () => {
		const image = await withAlpha();
		const asked = { model: NEWEST, background: 'transparent' };
		await expectRefused(asked, 'image');
		await expectRefused({ ...asked, image: [image, image] }, 'image');
		await expectRefused(
			{ ...asked, image: dataUri(await plainPicture(40, 40, 'jpeg'), 'jpeg') },
			'image',
			'alpha',
		);
		await expectRefused({ ...asked, image: dataUri(await plainPicture(40, 40)) }, 'image', 'alpha');
		await expectRefused({ ...asked, image, output_format: 'jpeg' }, 'background');
	});
});

describe('layers', () => {
	const box = z.tuple([z.number().int(), z.number().int(), z.number().int(), z.number().int()]);
	const layer = z
		.object({
			url: z.string(),
			size: z.string(),
			z_index: z.number().int(),
			name: z.string(),
			description: z.string(),
			bounding_box: z.object({ absolute: box, normalized: box }).strict().optional(),
		})
		.strict();
	const asked = { model: PRO, layer_decomposition: true };

	test('come with their places, the base below them without one', async () => {
		delete sandbox.behaviour.file;
		const { status, data } = await order({
			...asked,
			size: '1K',
			image: dataUri(await plainPicture(40, 40)),
		});
		expect(status).toBe(200);
		const parsed = answer.parse(data);
		const layers = parsed.data.map((item) => layer.parse(item));
		expect(layers.map(({ z_index }) => z_index)).toEqual([0, 1, 2]);
		expect(layers.map(({ bounding_box }) => bounding_box === undefined)).toEqual([
			true,
			false,
			false,
		]);
		for (const { url, size, bounding_box } of layers) {
			expect(await lookAt(await download(url))).toBe(`png ${size}`);
			const [left, top, right, bottom] = bounding_box?.absolute ?? [0, 0, 1024, 1024];
			expect(size).toBe(`${right - left}x${bottom - top}`);
		}
		expect(layers[1]?.bounding_box).toEqual({
			absolute: [102, 102, 614, 614],
			normalized: [100, 100, 600, 600],
		});
		expect(parsed.usage).toMatchObject({ input_images: 1, generated_images: 3 });
	});

	test('are refused of no picture, of two, of WebP, and in pixels', async () => {
		const image = dataUri(await plainPicture(40, 40));
		await expectRefused(asked, 'image');
		await expectRefused({ ...asked, image: [image, image] }, 'image');
		await expectRefused(
			{ ...asked, image: dataUri(await plainPicture(40, 40, 'webp'), 'webp') },
			'image',
			'webp',
		);
		await expectRefused({ ...asked, image, size: '960x960' }, 'size');
		expect((await generate({ ...asked, image, size: 'auto' })).status).toBe(200);
		await expectRefused({ model: PRO, image, size: 'auto' }, 'size');
		expect(await order({ model: PRO, image })).toMatchObject({
			status: 400,
			data: { error: { code: 'MissingParameter', param: 'prompt' } },
		});
	});
});

describe('a reference', () => {
	const statusFor = async (image: string) =>
		(await generate({ model: 'seedream-4-0-250828', image })).status;

	test('has up to 30 MB', async () => {
		const jpeg = await plainPicture(20, 20, 'jpeg');
		const sized = (bytes: number) =>
			dataUri(Buffer.concat([jpeg, Buffer.alloc(bytes - jpeg.length)]), 'jpeg');
		expect(await statusFor(sized(30 * 1024 * 1024))).toBe(200);
		expect(await statusFor(sized(30 * 1024 * 1024 + 1))).toBe(400);
	});

	test.each([
		['15 pixels high', 15, 15, 200],
		['14 pixels high', 14, 20, 400],
		['16 times as wide as high', 320, 20, 200],
		['wider than that', 321, 20, 400],
		['of 36 million pixels', 6000, 6000, 200],
		['of more', 6000, 6001, 400],
	])('%s', async (_what, width, height, expected) => {
		expect(await statusFor(dataUri(await plainPicture(width, height, 'jpeg'), 'jpeg'))).toBe(
			expected,
		);
	});

	test('is a BMP or a HEIC, too', async () => {
		const bmp = Buffer.alloc(20 * 20 * 4, 128);
		const head = Buffer.alloc(54);
		head.write('BM');
		head.writeUInt32LE(head.length + bmp.length, 2);
		head.writeUInt32LE(head.length, 10);
		head.writeUInt32LE(40, 14);
		head.writeInt32LE(20, 18);
		head.writeInt32LE(20, 22);
		head.writeUInt16LE(1, 26);
		head.writeUInt16LE(32, 28);
		expect(await statusFor(dataUri(Buffer.concat([head, bmp]), 'bmp'))).toBe(200);
		expect(await statusFor(dataUri(Buffer.from('BM and no more'), 'bmp'))).toBe(400);
		const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1');
		expect(await statusFor(dataUri(heic, 'heic'))).toBe(200);
		expect(await statusFor(dataUri(heic, 'heif'))).toBe(200);
		expect(await statusFor(dataUri(heic, 'png'))).toBe(400);
	});
});

test.each([
	['modelArk', '/api/v3'],
	['agentsFlare', '/byteplus/v3'],
] as const)('%s takes a body of 64 MB and none longer', async (gateway, root) => {
	const key = `Bearer ${sandbox.keys[gateway]}`;
	const body = JSON.stringify({ model: PRO, prompt: 'A cat' });
	const sized = (bytes: number) => body + ' '.repeat(bytes - body.length);
	for (const path of [`${root}/images/generations`, `${root}/contents/generations/tasks`]) {
		const tooLong = await post(sandbox.apiUrl + path, key, sized(64 * 1024 * 1024 + 1));
		expect(tooLong).toMatchObject({
			status: 413,
			data: { error: { code: expect.any(String), message: expect.stringContaining('64 MB') } },
		});
		expect(lastApiRequest(sandbox)).toMatchObject({ gateway, paid: false });
	}
	expect(
		(await post(`${sandbox.apiUrl}${root}/images/generations`, key, sized(64 * 1024 * 1024)))
			.status,
	).toBe(200);
});
