import { z } from 'zod';

import { type Sandbox, startSandbox } from '../../sandbox/sandbox.mjs';
import { picture as plainPicture } from '../support/pictures.mjs';
import { cornerColour, dataUri, download, lastApiRequest, lookAt, post } from './support.mjs';

const answer = z.object({ images: z.array(z.string()) }).strict();

const refusal = z
	.object({
		code: z.number(),
		reason: z.string(),
		message: z.string().min(1),
		metadata: z.object({}).strict(),
	})
	.strict();

const TEN_MEGABYTES = 10 * 1024 * 1024;
const smallRequest = { prompt: 'A cat', size: '1K' };

describe('the sandbox as MyRouter', () => {
	let sandbox: Sandbox;
	const generate = async (body: unknown, authorization = `Bearer ${sandbox.keys.myRouter}`) =>
		await post(`${sandbox.apiUrl}/v3/seedream-4.0`, authorization, body);

	beforeAll(async () => {
		sandbox = await startSandbox();
	});
	beforeEach(() => sandbox.reset());
	afterAll(async () => await sandbox.close());

	test('answers every field of the page: a set of 4 from two references', async () => {
		const picture = await plainPicture(60, 40);
		const body = {
			prompt: 'Four seasons of one window',
			images: [dataUri(picture), sandbox.addFile('a/b.png', picture, 'image/png')],
			size: '1664x2496',
			sequential_image_generation: 'auto',
			max_images: 4,
			watermark: false,
		};

		const { status, data } = await generate(body);

		expect(status).toBe(200);
		const { images } = answer.parse(data);
		expect(images).toHaveLength(4);
		const pictures = await Promise.all(images.map(download));
		expect(await Promise.all(pictures.map(lookAt))).toEqual(Array(4).fill('jpeg 1664x2496'));
		expect(new Set(await Promise.all(pictures.map(cornerColour))).size).toBe(4);
		expect(lastApiRequest(sandbox)).toMatchObject({ gateway: 'myRouter', body, paid: true });
	});

	test.each([
		[undefined, '2048x2048'],
		['1K', '1024x1024'],
		['4K', '4096x4096'],
		['1024x1024', '1024x1024'],
		['4096x256', '4096x256'],
		['256x4096', '256x4096'],
	])('draws size %s as %s', async (size, pixels) => {
		const { data } = await generate({ prompt: 'A cat', size });

		const [link = ''] = answer.parse(data).images;
		expect(await lookAt(await download(link))).toBe(`jpeg ${pixels}`);
	});

	test('draws the watermark unless it is switched off', async () => {
		const pictures: Buffer[] = [];
		for (const watermark of [undefined, true, false]) {
			const { data } = await generate({ ...smallRequest, watermark });
			pictures.push(await download(answer.parse(data).images[0] ?? ''));
		}
		const [byDefault, on, off] = pictures;
		expect(on?.equals(byDefault ?? Buffer.of())).toBe(true);
		expect(off?.equals(byDefault ?? Buffer.of())).toBe(false);
	});

	test('draws one picture without "auto", whatever max_images says', async () => {
		const { data } = await generate({ ...smallRequest, max_images: 5 });
		expect(answer.parse(data).images).toHaveLength(1);
	});

	test('lowers the number of pictures to what 10 references leave of 15', async () => {
		const { data } = await generate({
			...smallRequest,
			images: Array(10).fill(dataUri(await plainPicture(20, 20))),
			sequential_image_generation: 'auto',
		});
		expect(answer.parse(data).images).toHaveLength(5);
	});

	test.each([
		['an unknown field', { ...smallRequest, seed: 1 }, 'seed'],
		["AgentsFlare's field", { ...smallRequest, image: [] }, 'image'],
		['a missing prompt', { size: '1K' }, 'prompt'],
		['an empty prompt', { prompt: '' }, 'prompt'],
		['3K', { ...smallRequest, size: '3K' }, 'size'],
		['a size in words', { ...smallRequest, size: 'large' }, 'size'],
		['a size in other letters', { ...smallRequest, size: '2048X2048' }, 'size'],
		['1x1 pixels', { ...smallRequest, size: '1x1' }, 'size'],
		['too few pixels', { ...smallRequest, size: '1024x1023' }, 'size'],
		['too many pixels', { ...smallRequest, size: '4096x4097' }, 'size'],
		['too elongated a size', { ...smallRequest, size: '4352x256' }, 'size'],
		['0 pictures', { ...smallRequest, max_images: 0 }, 'max_images'],
		['16 pictures', { ...smallRequest, max_images: 16 }, 'max_images'],
		['half a picture', { ...smallRequest, max_images: 1.5 }, 'max_images'],
		['a number as text', { ...smallRequest, max_images: '4' }, 'max_images'],
		['a watermark as text', { ...smallRequest, watermark: 'false' }, 'watermark'],
		[
			'an unknown set mode',
			{ ...smallRequest, sequential_image_generation: 'on' },
			'sequential_image_generation',
		],
		['bare base64', { ...smallRequest, images: ['AAAA'] }, 'images.0'],
		['an unreachable link', { ...smallRequest, images: ['http://127.0.0.1:1/a.png'] }, 'images.0'],
		['a list instead of a body', [], 'object'],
	])('refuses %s with HTTP 400', async (_what, body, named) => {
		const { status, data } = await generate(body);

		expect(status).toBe(400);
		const { code, message } = refusal.parse(data);
		expect(code).toBe(400);
		expect(message).toContain(named);
		expect(lastApiRequest(sandbox)).toMatchObject({ paid: false, status: 400 });
	});

	test('refuses an 11th reference', async () => {
		const images = Array(11).fill(dataUri(await plainPicture(20, 20)));
		expect((await generate({ ...smallRequest, images })).status).toBe(400);
	});

	test.each([
		['15 pixels high', 20, 15, 'png', 200],
		['14 pixels high', 20, 14, 'png', 400],
		['3 times as wide as high', 60, 20, 'jpeg', 200],
		['more than 3 times as wide as high', 61, 20, 'jpeg', 400],
		['more than 3 times as high as wide', 20, 61, 'jpeg', 400],
		['of 6000x6001 pixels', 6000, 6001, 'jpeg', 400],
		['in another format', 20, 20, 'webp', 400],
	] as const)('answers a reference %s', async (_what, width, height, format, expected) => {
		const image = dataUri(await plainPicture(width, height, format), format);
		expect((await generate({ ...smallRequest, images: [image] })).status).toBe(expected);
	});

	test('takes a reference of 10 MB and none larger, as data and as a link', async () => {
		const jpeg = await plainPicture(20, 20, 'jpeg');
		const sized = (bytes: number) => Buffer.concat([jpeg, Buffer.alloc(bytes - jpeg.length)]);
		const statusFor = async (image: string) =>
			(await generate({ ...smallRequest, images: [image] })).status;

		expect(await statusFor(dataUri(sized(TEN_MEGABYTES), 'jpeg'))).toBe(200);
		expect(await statusFor(dataUri(sized(TEN_MEGABYTES + 1), 'jpeg'))).toBe(400);
		const link = sandbox.addFile('large.jpeg', sized(TEN_MEGABYTES + 1), 'image/jpeg');
		expect(await statusFor(link)).toBe(400);
	});

	test('refuses a data URI that names another format than it holds', async () => {
		const png = await plainPicture(20, 20, 'png');
		const { status } = await generate({ ...smallRequest, images: [dataUri(png, 'jpeg')] });
		expect(status).toBe(400);
	});

	test.each(['wrong', 'Bearer wrong', 'sandbox-myrouter-key'])(
		'refuses the authorization "%s" with HTTP 401, before it looks at the body',
		async (authorization) => {
			const { status, data } = await generate({}, authorization);

			expect(status).toBe(401);
			expect(refusal.parse(data).code).toBe(401);
		},
	);

	test('answers an unknown path with HTTP 404', async () => {
		const authorization = `Bearer ${sandbox.keys.myRouter}`;
		const { status, data } = await post(`${sandbox.apiUrl}/v3/nothing`, authorization, {});
		expect(status).toBe(404);
		expect(refusal.parse(data).code).toBe(404);
	});
});
