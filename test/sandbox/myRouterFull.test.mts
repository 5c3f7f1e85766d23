import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

import axios, { type AxiosResponse } from 'axios';
import sharp from 'sharp';
import { z } from 'zod';

import { type Sandbox, startSandbox } from '../../sandbox/sandbox.mjs';
import { picture as plainPicture } from '../support/pictures.mjs';
import { probeVideo } from '../../tools/video.mjs';
import { dataUri, download, lastApiRequest, lookAt, post } from './support.mjs';

const refusal = z
	.object({
		code: z.number(),
		reason: z.string(),
		message: z.string().min(1),
		metadata: z.object({}).strict(),
	})
	.strict();

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(() => {
	sandbox.reset();
	sandbox.behaviour.taskSeconds = 0;
});
afterAll(async () => await sandbox.close());

const bearer = () => `Bearer ${sandbox.keys.myRouter}`;
const order = async (path: string, body: unknown, authorization = bearer()) =>
	await post(sandbox.apiUrl + path, authorization, body);

/** MyRouter's refusal, and that it cost nothing. */
const expectRefused = ({ status, data }: AxiosResponse<unknown>, code: number, named: string) => {
	expect(status).toBe(code);
	expect(refusal.parse(data)).toMatchObject({ code, message: expect.stringContaining(named) });
	expect(lastApiRequest(sandbox)).toMatchObject({ gateway: 'myRouter', paid: false, status: code });
};

describe('the sandbox as MyRouter, Seedream 4.5', () => {
	const PATH = '/v3/seedream-4.5';
	const answer = z.object({ images: z.array(z.string()) }).strict();

	test('answers every field of the docs: a set of 2 from two references', async () => {
		const picture = await plainPicture(60, 40);
		const body = {
			size: '2560x1440',
			image: [dataUri(picture), sandbox.addFile('a.png', picture, 'image/png')],
			prompt: 'Two seasons of one window',
			watermark: false,
			optimize_prompt_options: { mode: 'standard' },
			sequential_image_generation: 'auto',
			sequential_image_generation_options: { max_images: 2 },
		};
		const { status, data } = await order(PATH, body);

		expect(status).toBe(200);
		const { images } = answer.parse(data);
		expect(await Promise.all((await Promise.all(images.map(download))).map(lookAt))).toEqual(
			Array(2).fill('jpeg 2560x1440'),
		);
		expect(lastApiRequest(sandbox)).toMatchObject({ gateway: 'myRouter', body, paid: true });
	});

	test.each([
		[undefined, '2048x2048'],
		['2K', '2048x2048'],
	])('draws size %s as %s', async (size, pixels) => {
		const [link = ''] = answer.parse((await order(PATH, { prompt: 'A cat', size })).data).images;
		expect(await lookAt(await download(link))).toBe(`jpeg ${pixels}`);
	});

	test.each([
		['1K', { size: '1K' }, 'size'],
		['too few pixels', { size: '1920x1919' }, 'size'],
		["4.0's references", { images: [] }, 'images'],
		["4.0's number of pictures", { max_images: 2 }, 'max_images'],
		['no reference in a list', { image: [] }, 'image'],
		['one reference without a list', { image: 'http://127.0.0.1/a.png' }, 'image'],
		['15 references', { image: Array(15).fill('x') }, 'image'],
		[
			'the fast mode',
			{ optimize_prompt_options: { mode: 'fast' } },
			'optimize_prompt_options.mode',
		],
		[
			'16 pictures',
			{ sequential_image_generation_options: { max_images: 16 } },
			'sequential_image_generation_options.max_images',
		],
	])('refuses %s', async (_what, wrong, named) => {
		expectRefused(await order(PATH, { prompt: 'A cat', ...wrong }), 400, named);
	});
});

describe("the sandbox as MyRouter's tasks", () => {
	const result = z
		.object({
			extra: z
				.object({
					seed: z.string(),
					debug_info: z
						.object({
							request_info: z.string(),
							submit_time_ms: z.string(),
							execute_time_ms: z.string(),
							complete_time_ms: z.string(),
						})
						.strict(),
				})
				.strict(),
			task: z
				.object({
					task_id: z.string(),
					status: z.string(),
					reason: z.string(),
					task_type: z.string(),
					eta: z.number(),
					progress_percent: z.number(),
				})
				.strict(),
			images: z.array(z.never()),
			videos: z.array(
				z
					.object({
						video_url: z.string(),
						video_url_ttl: z.string(),
						video_type: z.literal('mp4'),
					})
					.strict(),
			),
			audios: z.array(z.never()),
		})
		.strict();

	const LITE_T2V = '/v3/async/seedance-v1-lite-t2v';
	const PRO_15_I2V = '/v3/async/seedance-v1.5-pro-i2v';
	const smallVideo = { prompt: 'A cat', resolution: '480p', duration: 5 };

	const ask = async (params: Record<string, string>, authorization = bearer()) =>
		await axios.get<unknown>(`${sandbox.apiUrl}/v3/async/task-result`, {
			params,
			headers: { Authorization: authorization },
			validateStatus: () => true,
		});
	const resultOf = async (id: string) => result.parse((await ask({ task_id: id })).data);
	const created = async (path = LITE_T2V, body: unknown = smallVideo) =>
		z
			.object({ task_id: z.string() })
			.strict()
			.parse((await order(path, body)).data).task_id;
	const done = async (id: string) => {
		for (;;) {
			const answer = await resultOf(id);
			if (answer.task.status === 'TASK_STATUS_SUCCEED') return answer;
			await nextTurn();
		}
	};
	const linkOf = ({ videos: [video] }: z.infer<typeof result>) => video?.video_url ?? '';

	let frame: string;
	beforeAll(async () => {
		frame = dataUri(await plainPicture(400, 320));
	});

	test('answers every field of the docs of v1-lite-i2v', async () => {
		const body = {
			prompt: 'The cat yawns',
			image: frame,
			resolution: '480p',
			aspect_ratio: '1:1',
			last_image: sandbox.addFile(
				'last.png',
				await plainPicture(400, 302, 'png', 'blue'),
				'image/png',
			),
			camera_fixed: true,
			seed: 123,
			duration: 5,
		};
		const id = await created('/v3/async/seedance-v1-lite-i2v', body);
		expect(lastApiRequest(sandbox)).toMatchObject({ gateway: 'myRouter', body, paid: true });
		expect(sandbox.taskTimes().at(-1)).toMatchObject({
			id,
			model: 'seedance-v1-lite-i2v',
			prompt: body.prompt,
		});

		const answer = await done(id);
		expect(answer.extra.seed).toBe('123');
		expect(answer.task).toMatchObject({
			task_id: id,
			reason: '',
			task_type: 'seedance-v1-lite-i2v',
			progress_percent: 100,
		});
		expect(lastApiRequest(sandbox)).toMatchObject({ gateway: 'myRouter', paid: false });
		expect(await probeVideo(await download(linkOf(answer)))).toMatchObject({
			width: 480,
			height: 480,
			codec: 'h264',
		});
	});

	test('answers every field of the docs of v1.5-pro-i2v, with an id by another name', async () => {
		const body = {
			fps: 24,
			seed: 4_294_967_295,
			image: frame,
			ratio: 'adaptive',
			prompt: 'The cat yawns',
			duration: 4,
			watermark: true,
			last_image: frame,
			resolution: '480p',
			camera_fixed: true,
			service_tier: 'flex',
			generate_audio: false,
			execution_expires_after: 3600,
		};
		const { data } = await order(PRO_15_I2V, body);
		const { id } = z.object({ id: z.string() }).strict().parse(data);

		const video = await probeVideo(await download(linkOf(await done(id))));
		expect(video).toMatchObject({ width: 600, height: 480 });
		expect(Math.abs(video.seconds - 4)).toBeLessThan(0.3);
	});

	test.each([
		['seedance-v1-lite-t2v', { prompt: 'A cat', resolution: '480p', duration: 10 }],
		['seedance-v1-pro-t2v', { ...smallVideo, aspect_ratio: '9:16' }],
		['seedance-v1-pro-i2v', { image: 'frame', resolution: '480p' }],
		['seedance-v1.5-pro-t2v', { prompt: 'A cat', resolution: '480p', duration: 12 }],
	])('takes an order for %s', async (name, body) => {
		const { status } = await order(
			`/v3/async/${name}`,
			'image' in body ? { ...body, image: frame } : body,
		);
		expect(status).toBe(200);
		expect(lastApiRequest(sandbox).paid).toBe(true);
	});

	test.each([
		[
			'no image',
			'/v3/async/seedance-v1-lite-i2v',
			{ prompt: 'A cat', resolution: '480p' },
			'image',
		],
		['no resolution', LITE_T2V, { prompt: 'A cat', duration: 5 }, 'resolution'],
		['no prompt', LITE_T2V, { resolution: '480p', duration: 5 }, 'prompt'],
		['no duration', LITE_T2V, { prompt: 'A cat', resolution: '480p' }, 'duration'],
		['7 seconds of 1.0', LITE_T2V, { ...smallVideo, duration: 7 }, 'duration'],
		['an image for a video of text', LITE_T2V, { ...smallVideo, image: 'x' }, 'image'],
		["1.5's ratio", LITE_T2V, { ...smallVideo, ratio: '1:1' }, 'ratio'],
		['a ratio of 9:21', LITE_T2V, { ...smallVideo, aspect_ratio: '9:21' }, 'aspect_ratio'],
		['a watermark with 1.0', LITE_T2V, { ...smallVideo, watermark: false }, 'watermark'],
		["BytePlus's seed", LITE_T2V, { ...smallVideo, seed: 4_294_967_295 }, 'seed'],
		[
			'bare base64',
			'/v3/async/seedance-v1-pro-i2v',
			{ image: 'AAAA', resolution: '480p' },
			'image',
		],
		["1.0's ratio", PRO_15_I2V, { image: 'x', aspect_ratio: '1:1' }, 'aspect_ratio'],
		['1080p with 1.5', PRO_15_I2V, { image: 'x', resolution: '1080p' }, 'resolution'],
		['3 seconds of 1.5', PRO_15_I2V, { image: 'x', duration: 3 }, 'duration'],
		['30 frames per second', PRO_15_I2V, { image: 'x', fps: 30 }, 'fps'],
		[
			'a task that lives for a minute',
			PRO_15_I2V,
			{ image: 'x', execution_expires_after: 60 },
			'execution_expires_after',
		],
	])('refuses %s', async (_what, path, body, named) => {
		expectRefused(await order(path, body), 400, named);
	});

	test.each([
		['300 pixels high', 400, 300, 400],
		['301 pixels high', 400, 301, 200],
		['2.5 times as wide as high', 1000, 400, 200],
		['wider than that', 1003, 401, 400],
		['6000 pixels wide', 6000, 2500, 400],
	])('answers a first frame %s', async (_what, width, height, expected) => {
		const image = dataUri(await plainPicture(width, height, 'jpeg'), 'jpeg');
		expect((await order(PRO_15_I2V, { image, resolution: '480p' })).status).toBe(expected);
	});

	test('is queued in the first half of its time, then at work, then done, by the clock alone', async () => {
		sandbox.behaviour = {};
		const start = Date.now();
		const clock = jest.spyOn(Date, 'now').mockReturnValue(start);
		try {
			const id = await created();
			const statusAfter = async (milliseconds: number) => {
				clock.mockReturnValue(start + milliseconds);
				return (await resultOf(id)).task.status;
			};
			expect(await statusAfter(1499)).toBe('TASK_STATUS_QUEUED');
			expect(await statusAfter(1500)).toBe('TASK_STATUS_PROCESSING');
			expect(await statusAfter(3000)).toBe('TASK_STATUS_SUCCEED');
			expect((await resultOf(id)).videos).toHaveLength(1);
		} finally {
			clock.mockRestore();
		}
	});

	test('fails as the switch says, with a reason and no video, and calls a task at work as the switch says', async () => {
		sandbox.behaviour.taskEnd = 'failed';
		const id = await created();
		expect(await resultOf(id)).toMatchObject({
			task: { status: 'TASK_STATUS_FAILED', reason: expect.stringMatching(/\S/) },
			videos: [],
		});

		sandbox.behaviour = { taskSeconds: 3600, runningStatus: 'TASK_STATUS_DREAMING' };
		expect(await resultOf(id)).toMatchObject({
			task: { status: 'TASK_STATUS_DREAMING', reason: '' },
			videos: [],
		});
	});

	test('gives the faults for orders and for results, then its own answers', async () => {
		sandbox.behaviour.submitFaults = [
			'reset',
			{ status: 429, body: { reason: 'RATE_LIMIT_EXCEEDED' } },
		];
		await expect(order(LITE_T2V, smallVideo)).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(lastApiRequest(sandbox)).toMatchObject({ paid: true, status: 0 });
		expect((await order(LITE_T2V, smallVideo)).status).toBe(429);
		const id = await created();

		sandbox.behaviour.resultFaults = [{ status: 502, body: 'oops' }];
		expect(await ask({ task_id: id })).toMatchObject({ status: 502, data: 'oops' });
		await done(id);
	});

	test('gives dead links as the switch says, then a good one', async () => {
		sandbox.behaviour.deadLinks = { results: 1, status: 404 };
		const id = await created();
		const dead = linkOf(await done(id));
		expect((await axios.get(dead, { validateStatus: () => true })).status).toBe(404);
		await download(linkOf(await done(id)));
	});

	test('knows its own tasks only, and looks at the key first', async () => {
		const { data } = await post(`${sandbox.apiUrl}/v1/media/create`, sandbox.keys.gptunnel, {
			model: 'seedance-1-lite-480P-5s',
			prompt: 'A cat',
		});
		const { id } = z.object({ id: z.string() }).parse(data);
		expectRefused(await ask({ task_id: id }), 404, id);
		expectRefused(await ask({}), 400, 'task_id');
		expectRefused(await ask({ task_id: id, more: '1' }), 400, 'more');
		expectRefused(await ask({}, 'Bearer wrong'), 401, 'key');
		expectRefused(await order(LITE_T2V, {}, 'Bearer wrong'), 401, 'key');
		expectRefused(await order('/v3/async/seedance-v2', smallVideo), 404, 'unknown');
	});
});

const usage = z
	.object({
		input_tokens: z.number(),
		input_tokens_details: z.object({ image_tokens: z.number(), text_tokens: z.number() }).strict(),
		output_tokens: z.number(),
		total_tokens: z.number(),
	})
	.strict();
const pictures = z.array(z.object({ b64_json: z.string() }).strict());

/** A form as its fields; what is bytes becomes a file of that type. */
const formOf = (fields: ReadonlyArray<readonly [string, string | Buffer]>, type = 'image/png') => {
	const form = new FormData();
	for (const [name, value] of fields) {
		if (typeof value === 'string') form.append(name, value);
		else form.append(name, new Blob([new Uint8Array(value)], { type }), 'a picture.png');
	}
	return form;
};

/** Sends a form as any browser would; every status is an answer. */
const send = async (path: string, authorization: string, form: FormData) => {
	const answer = await fetch(sandbox.apiUrl + path, {
		method: 'POST',
		headers: { Authorization: authorization },
		body: form,
	});
	const data: unknown = await answer.json();
	return { status: answer.status, data };
};

const GENERATIONS = '/v1/images/generations';
const EDITS = '/v1/images/edits';
const smallOrder = { model: 'gpt-image-1', prompt: 'A cat' };
const smallForm = Object.entries(smallOrder);

describe("the sandbox as MyRouter's GPT Image", () => {
	const generated = z
		.object({
			created: z.number().int(),
			data: pictures,
			output_format: z.string(),
			quality: z.string(),
			size: z.string(),
			usage,
		})
		.strict();
	const edited = z.object({ created: z.number().int(), data: pictures, usage }).strict();
	const edit = async (form: FormData, authorization = bearer()) =>
		await send(EDITS, authorization, form);

	test('answers every field of the docs: two pictures', async () => {
		const body = {
			model: 'gpt-image-1.5',
			prompt: 'A cat',
			quality: 'high',
			n: 2,
			size: '1536x1024',
		};
		const { status, data } = await order(GENERATIONS, body);

		expect(status).toBe(200);
		const answer = generated.parse(data);
		expect(answer).toMatchObject({ output_format: 'png', quality: 'high', size: '1536x1024' });
		const looks = await Promise.all(
			answer.data.map(async ({ b64_json }) => await lookAt(Buffer.from(b64_json, 'base64'))),
		);
		expect(looks).toEqual(Array(2).fill('png 1536x1024'));
		expect(answer.usage.total_tokens).toBe(answer.usage.input_tokens + answer.usage.output_tokens);
		expect(lastApiRequest(sandbox)).toMatchObject({ gateway: 'myRouter', body, paid: true });
	});

	test.each([
		['a background', { background: 'transparent' }, 'background'],
		['a format', { output_format: 'webp' }, 'output_format'],
		['11 pictures', { n: 11 }, 'n: '],
		['a number as text', { n: '2' }, 'n: '],
		['another size', { size: '512x512' }, 'size'],
		["DALL-E's quality", { quality: 'hd' }, 'quality'],
		['an endless prompt', { prompt: 'a'.repeat(32_001) }, 'prompt'],
		['no prompt', { prompt: undefined }, 'prompt'],
	])('refuses %s', async (_what, wrong, named) => {
		expectRefused(await order(GENERATIONS, { ...smallOrder, ...wrong }), 400, named);
	});

	test('refuses a model, a key and a body that is none', async () => {
		expectRefused(await order(GENERATIONS, { ...smallOrder, model: 'dall-e-3' }), 404, 'dall-e-3');
		expectRefused(await order(GENERATIONS, {}, 'Bearer wrong'), 401, 'key');
		expectRefused(await order(GENERATIONS, '{'), 400, 'not JSON');
		expectRefused(await order(EDITS, smallOrder), 400, 'multipart/form-data');
	});

	test.each(['image', 'image[]'])('edits two images called %s', async (name) => {
		const [red, blue] = [await plainPicture(60, 40), await plainPicture(30, 20, 'png', 'blue')];
		const fields = [
			...smallForm,
			['n', '1'],
			['size', '1024x1536'],
			['quality', 'low'],
			[name, red],
			[name, blue],
		] as const;
		const { status, data } = await edit(formOf(fields));

		expect(status).toBe(200);
		const answer = edited.parse(data);
		expect(await lookAt(Buffer.from(answer.data[0]?.b64_json ?? '', 'base64'))).toBe(
			'png 1024x1536',
		);
		expect(answer.usage.input_tokens_details.image_tokens).toBeGreaterThan(0);
		const file = (bytes: Buffer) => ({
			name: 'a picture.png',
			type: 'image/png',
			bytes: bytes.length,
			sha256: createHash('sha256').update(bytes).digest('hex'),
		});
		const { body, paid } = lastApiRequest(sandbox);
		expect(paid).toBe(true);
		expect(body).toEqual({
			...smallOrder,
			n: '1',
			size: '1024x1536',
			quality: 'low',
			[name]: [file(red), file(blue)],
		});
	});

	test('refuses forms that the docs do not allow', async () => {
		const picture = await plainPicture(60, 40);
		const image = ['image', picture] as const;
		const refused = async (form: FormData, named: string) => {
			const { status, data } = await edit(form);
			expect(status).toBe(400);
			expect(refusal.parse(data).message).toContain(named);
			expect(lastApiRequest(sandbox)).toMatchObject({ gateway: 'myRouter', paid: false });
		};
		await refused(formOf(smallForm), 'image');
		await refused(formOf([...smallForm, ['image', 'https://example.com/a.png']]), 'a file');
		await refused(formOf([...smallForm, image, ['image[]', picture]]), 'do not go together');
		await refused(formOf([...smallForm, ...Array<typeof image>(17).fill(image)]), '16');
		await refused(
			formOf([...smallForm, image], 'application/octet-stream'),
			'unsupported mimetype',
		);
		await refused(formOf([...smallForm, image], 'image/webp'), 'image/webp');
		await refused(formOf([...smallForm, image, ['n', 'two']]), 'whole number');
		await refused(formOf([...smallForm, image, ['mask', picture]]), 'mask');
		await refused(formOf([...smallForm, ['image', Buffer.from('no picture')]]), 'not a picture');
	});

	test('says of a broken form what it is', async () => {
		const { status, data } = await axios.post<unknown>(
			sandbox.apiUrl + EDITS,
			Buffer.from('nonsense'),
			{
				headers: {
					Authorization: bearer(),
					'Content-Type': 'multipart/form-data; boundary=something',
				},
				validateStatus: () => true,
			},
		);
		expect(status).toBe(400);
		expect(refusal.parse(data).message).toContain('the form cannot be read');
	});

	test('gives faults, takes its time and brings any file, as the switches say', async () => {
		sandbox.behaviour = {
			submitFaults: [{ status: 503, body: 'busy' }],
			pictureSeconds: 0.3,
			file: { head: Buffer.from('a head'), length: 10 },
		};
		expect((await order(GENERATIONS, smallOrder)).status).toBe(503);
		expect(lastApiRequest(sandbox).paid).toBe(false);
		const { data } = await order(GENERATIONS, smallOrder);
		expect(Buffer.from(generated.parse(data).data[0]?.b64_json ?? '', 'base64').toString()).toBe(
			'a head\0\0\0\0',
		);
		const { receivedAt, endedAt = 0 } = lastApiRequest(sandbox);
		expect(endedAt - receivedAt).toBeGreaterThanOrEqual(298);
	});

	test('leaves GPTunnel its own paths', async () => {
		const { status } = await order(GENERATIONS, smallOrder, sandbox.keys.gptunnel);
		expect(status).toBe(404);
		expect(lastApiRequest(sandbox)).toMatchObject({ gateway: 'gptunnel', paid: false });
	});
});

describe("the sandbox as AgentsFlare's GPT Image", () => {
	const key = () => `Bearer ${sandbox.keys.agentsFlare}`;
	const answer = z
		.object({
			created: z.number().int(),
			background: z.string(),
			data: pictures,
			output_format: z.string(),
			quality: z.string(),
			safety_identifier: z.string().optional(),
			size: z.string(),
			usage,
		})
		.strict();

	test('answers as OpenAI does', async () => {
		const body = {
			...smallOrder,
			background: 'transparent',
			output_format: 'webp',
			output_compression: 80,
			quality: 'low',
			size: '1024x1024',
			moderation: 'low',
			user: 'somebody',
			n: 1,
		};
		const { status, data } = await order(GENERATIONS, body, key());
		expect(status).toBe(200);
		const made = answer.parse(data);
		expect(made).toMatchObject({
			background: 'transparent',
			output_format: 'webp',
			quality: 'low',
			safety_identifier: 'somebody',
			size: '1024x1024',
		});
		expect(await lookAt(Buffer.from(made.data[0]?.b64_json ?? '', 'base64'))).toBe(
			'webp 1024x1024',
		);
		expect(lastApiRequest(sandbox)).toMatchObject({ gateway: 'agentsFlare', body, paid: true });
	});

	test('edits an image within a mask of its size', async () => {
		const image = await plainPicture(60, 40);
		const mask = await sharp(image).ensureAlpha(0).png().toBuffer();
		const fields = [
			...smallForm,
			['output_format', 'jpeg'],
			['output_compression', '50'],
			['input_fidelity', 'high'],
			['image', image],
		] as const;
		const { status, data } = await send(EDITS, key(), formOf([...fields, ['mask', mask]]));
		expect(status).toBe(200);
		expect(await lookAt(Buffer.from(answer.parse(data).data[0]?.b64_json ?? '', 'base64'))).toBe(
			'jpeg 1024x1024',
		);

		const refused = await send(
			EDITS,
			key(),
			formOf([...fields, ['mask', await plainPicture(40, 60)]]),
		);
		expect(refused).toMatchObject({
			status: 400,
			data: { error: { param: 'mask', type: 'invalid_request_error' } },
		});
		expect(lastApiRequest(sandbox).paid).toBe(false);
	});

	test.each([
		['no prompt', { prompt: undefined }, 'missing_required_parameter', 'prompt'],
		['an unknown field', { seed: 1 }, 'unknown_parameter', 'seed'],
		[
			'a link in place of base64',
			{ response_format: 'url' },
			'unknown_parameter',
			'response_format',
		],
		[
			'a transparent jpeg',
			{ background: 'transparent', output_format: 'jpeg' },
			'invalid_value',
			'background',
		],
		['a compressed png', { output_compression: 50 }, 'invalid_value', 'output_compression'],
		[
			"an image's strength without an image",
			{ input_fidelity: 'high' },
			'unknown_parameter',
			'input_fidelity',
		],
	])('refuses %s as OpenAI does', async (_what, wrong, code, param) => {
		const { status, data } = await order(GENERATIONS, { ...smallOrder, ...wrong }, key());
		expect(status).toBe(400);
		expect(data).toEqual({
			error: { message: expect.stringMatching(/\S/), type: 'invalid_request_error', param, code },
		});
		expect(lastApiRequest(sandbox)).toMatchObject({ gateway: 'agentsFlare', paid: false });
	});

	test('refuses several images that are called image, and an unknown model itself', async () => {
		const image = ['image', await plainPicture(60, 40)] as const;
		const several = await send(EDITS, key(), formOf([...smallForm, image, image]));
		expect(several).toMatchObject({
			status: 400,
			data: { error: { param: 'image', message: expect.stringContaining('image[]') } },
		});

		const { status, data } = await order(GENERATIONS, { ...smallOrder, model: 'dall-e-3' }, key());
		expect(status).toBe(400);
		expect(data).toEqual({ statusCode: 400, message: 'Model dall-e-3 is not available' });
	});
});
