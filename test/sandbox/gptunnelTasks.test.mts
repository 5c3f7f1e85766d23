import { setImmediate as nextTurn } from 'node:timers/promises';

import axios from 'axios';
import { z } from 'zod';

import { type Sandbox, startSandbox } from '../../sandbox/sandbox.mjs';
import { picture as plainPicture } from '../support/pictures.mjs';
import { probeVideo } from '../../tools/video.mjs';
import {
	dataUri,
	download,
	gptunnelRefusal as refusal,
	lastApiRequest,
	lookAt,
	post,
} from './support.mjs';

const id = z.string().regex(/^[0-9a-f]{24}$/);

/** The answers of both pages: the same fields, in the same order. */
const taskAnswer = z
	.object({
		code: z.literal(0),
		id,
		model: z.string(),
		prompt: z.string(),
		created_at: z.number().int(),
		status: z.string(),
		url: z.string().nullable(),
		message: z.string().optional(),
	})
	.strict();

/** The request of gptunnel-seedance-pro.md. */
const seedancePage = {
	model: 'seedance-1-pro-1080P-5s',
	ar: '1:1',
	prompt:
		'The camera not moving and filming a large stack of vintage televisions all showing different programs — 1950s sci-fi movies, horror movies, news, static, a 1970s sitcom, etc, set inside a large New York warehouse.',
};

const smallVideo = { model: 'seedance-1-lite-480P-5s', prompt: 'A cat' };
const smallPicture = { model: 'gpt-image-1-low', prompt: 'A cat' };

describe("the sandbox as GPTunnel's tasks", () => {
	let sandbox: Sandbox;
	let create: (body: unknown, key?: string) => ReturnType<typeof post>;
	let result: (taskId: string) => ReturnType<typeof post>;
	/** Creates a task that must be accepted. */
	const created = async (body: unknown) => taskAnswer.parse((await create(body)).data);
	const resultOf = async (taskId: string) => taskAnswer.parse((await result(taskId)).data);
	/** Asks until the task is done: its file takes a moment, whatever its time. */
	const done = async (taskId: string) => {
		for (;;) {
			const answer = await resultOf(taskId);
			if (answer.status === 'done') return answer;
			await nextTurn();
		}
	};
	const finished = async (body: unknown) => {
		const { url } = await done((await created(body)).id);
		return await download(url ?? '');
	};

	beforeAll(async () => {
		sandbox = await startSandbox();
		const { apiUrl, keys } = sandbox;
		create = async (body, key = keys.gptunnel) =>
			await post(`${apiUrl}/v1/media/create`, key, body);
		result = async (taskId) =>
			await post(`${apiUrl}/v1/media/result`, keys.gptunnel, { task_id: taskId });
	});
	beforeEach(() => {
		sandbox.reset();
		sandbox.behaviour.taskSeconds = 0;
	});
	afterAll(async () => await sandbox.close());

	test("answers the video page's request in the page's shape", async () => {
		const prompt = `${seedancePage.prompt} --ar 1:1`;
		const answer = await create(seedancePage);
		expect(answer.status).toBe(200);
		const task = taskAnswer.parse(answer.data);
		expect(answer.data).toEqual({
			code: 0,
			id: expect.any(String),
			model: seedancePage.model,
			prompt,
			created_at: expect.any(Number),
			status: 'idle',
			url: null,
		});
		expect(Math.abs(task.created_at * 1000 - Date.now())).toBeLessThan(60_000);
		expect(lastApiRequest(sandbox)).toMatchObject({
			gateway: 'gptunnel',
			method: 'POST',
			path: '/v1/media/create',
			body: seedancePage,
			paid: true,
			status: 200,
		});

		expect(await done(task.id)).toEqual({
			...task,
			status: 'done',
			url: `${sandbox.filesUrl}/predication/${task.id}_result.mp4`,
		});
		expect(lastApiRequest(sandbox)).toMatchObject({ gateway: 'gptunnel', paid: false });
	});

	test("answers the picture page's request with another id in the result, the same each time", async () => {
		const task = await created(smallPicture);
		expect(task).toMatchObject({ prompt: 'A cat', status: 'idle', url: null });

		const answer = await done(task.id);
		expect(answer.id).not.toBe(task.id);
		expect(answer).toEqual({
			...task,
			id: answer.id,
			status: 'done',
			url: `${sandbox.filesUrl}/timenote/exp48h/${answer.id}-gpt-image-1-low-original.webp`,
		});
		expect(await resultOf(task.id)).toEqual(answer);
		expect((await result(answer.id)).data).toEqual({ code: 4, message: 'record not found' });
	});

	test.each([
		['seedance-1-lite-480P-5s', undefined, 854, 480, 5],
		['seedance-1-pro-480P-10s', '1:1', 480, 480, 10],
		['seedance-1-lite-720P-10s', '9:16', 720, 1280, 10],
		['seedance-1-pro-1080P-5s', '16:9', 1920, 1080, 5],
	])('makes a playable mp4 for %s at %s', async (model, ar, width, height, seconds) => {
		const video = await probeVideo(await finished({ model, ar, prompt: 'A cat' }));

		expect(video).toMatchObject({ width, height, codec: 'h264' });
		expect(Math.abs(video.seconds - seconds)).toBeLessThan(0.3);
		expect(video.frames).toBeGreaterThan(1);
	});

	test.each([
		[{}, 800, 600, '640x480'],
		[{}, 300, 900, '480x1120'],
		[{ ar: '1:1' }, 800, 600, '480x480'],
	])(
		'with %p makes the video of a first frame of %dx%d as %s',
		async (extra, width, height, size) => {
			const frame = await plainPicture(width, height);
			const bytes = await finished({ ...smallVideo, ...extra, images: [dataUri(frame)] });

			const video = await probeVideo(bytes);
			expect(`${video.width}x${video.height}`).toBe(size);
		},
	);

	test.each([
		[undefined, '1024x1024'],
		['1:1', '1024x1024'],
		['16:9', '1344x756'],
		['9:16', '756x1344'],
		['4:3', '1152x864'],
		['3:4', '864x1152'],
	])('draws a webp at %s as %s', async (ar, size) => {
		expect(await lookAt(await finished({ ...smallPicture, ar }))).toBe(`webp ${size}`);
	});

	test('serves files without a telling type, and to those who bring no key', async () => {
		for (const order of [smallVideo, smallPicture]) {
			const { url } = await done((await created(order)).id);
			const { headers } = await axios.head<unknown>(url ?? '');
			expect(headers['content-type']).toBe('application/octet-stream');
		}
	});

	test('makes of the same order the same bytes, and of another others', async () => {
		const red = dataUri(await plainPicture(60, 40, 'png', 'red'));
		const blue = dataUri(await plainPicture(60, 40, 'png', 'blue'));
		for (const order of [smallVideo, smallPicture]) {
			const files = [];
			for (const body of [
				{ ...order, images: [red] },
				{ ...order, images: [red] },
				{ ...order, images: [blue] },
				{ ...order, prompt: 'A dog', images: [red] },
			]) {
				files.push((await finished(body)).toString('base64'));
			}
			expect(files[1]).toBe(files[0]);
			expect(new Set(files).size).toBe(3);
		}
	});

	test('takes references as links too, several for a picture', async () => {
		const bytes = await plainPicture(60, 40);
		const link = sandbox.addFile('my cat.png', bytes, 'image/png');

		expect(
			(await finished({ ...smallVideo, images: [link] })).equals(
				await finished({ ...smallVideo, images: [dataUri(bytes)] }),
			),
		).toBe(true);
		expect(await lookAt(await finished({ ...smallPicture, images: [link, link, link] }))).toBe(
			'webp 1024x1024',
		);
	});

	test.each([
		['an unknown field', { ...smallVideo, aspect_ratio: '1:1' }, 'aspect_ratio'],
		['a size', { ...smallPicture, size: '1K' }, 'size'],
		['a missing prompt', { model: smallVideo.model }, 'prompt'],
		['an empty prompt', { ...smallPicture, prompt: ' ' }, 'prompt'],
		['a missing model', { prompt: 'A cat' }, 'model'],
		['an unknown model', { ...smallVideo, model: 'seedance-1-pro-480P-7s' }, 'model'],
		["Seedream's model", { ...smallVideo, model: 'seedream-4' }, 'model'],
		['4:3 for a video', { ...smallVideo, ar: '4:3' }, 'ar'],
		['21:9 for a picture', { ...smallPicture, ar: '21:9' }, 'ar'],
		['a ratio of "auto"', { ...smallPicture, ar: 'auto' }, 'ar'],
		[
			'two first frames',
			{ ...smallVideo, images: ['http://127.0.0.1/a.png', 'http://127.0.0.1/b.png'] },
			'images',
		],
		['a single reference', { ...smallVideo, images: 'http://127.0.0.1/a.png' }, 'images'],
		['bare base64', { ...smallVideo, images: ['AAAA'] }, 'images.0'],
		[
			'a link to another machine',
			{ ...smallPicture, images: ['https://example.com/a.png'] },
			'images.0',
		],
	])('refuses %s with HTTP 200 and code 3', async (_what, body, path) => {
		const { status, data } = await create(body);

		expect(status).toBe(200);
		const { code, issues } = refusal.parse(data);
		expect(code).toBe(3);
		expect(issues?.map((issue) => issue.path)).toEqual([path]);
		expect(lastApiRequest(sandbox).paid).toBe(false);
	});

	test('names the models that there are to one that is not, in a long message that breaks off', async () => {
		const { data } = await create({ ...smallVideo, model: 'nothing' });
		const { issues = [], message } = refusal.parse(data);
		expect(issues).toHaveLength(1);
		expect(issues[0]?.path).toBe('model');
		expect(issues[0]?.expected).toContain('seedance-1-pro-1080P-5s | ');
		expect(issues[0]?.expected).toMatch(/ \| gpt-image-1\.5-low$/);
		expect(message.split('\n').length).toBeGreaterThan(1);
		expect(message).toMatch(
			/^Invalid input: Invalid discriminator value\. Expected 'seedance-1-pro-480P-5s' \| [^"]*[^']$/,
		);
	});

	test.each(['seedance-1-lite-1080P-5s', 'seedance-1-lite-1080P-10s', 'seedream-3'])(
		'has no %s',
		async (model) => {
			const { data } = await create({ ...smallVideo, model });
			expect(refusal.parse(data).issues?.map(({ path }) => path)).toEqual(['model']);
			const generated = await post(`${sandbox.apiUrl}/v1/media/generate`, sandbox.keys.gptunnel, {
				model,
				prompt: 'A cat',
			});
			expect(
				refusal.parse(generated.data).issues?.map(({ path, expected }) => [path, expected]),
			).toEqual([['model', 'seedream-4']]);
		},
	);

	test('refuses a body that is not JSON', async () => {
		const { data } = await create('{"model":');
		expect(refusal.parse(data)).toMatchObject({
			code: 3,
			message: expect.stringContaining('not JSON'),
		});
	});

	test.each(['wrong', 'Bearer sandbox-gptunnel-key'])(
		'refuses the key "%s" with code 2, before it looks at anything else',
		async (key) => {
			const headers = { Authorization: key };
			for (const answer of [
				await create({}, key),
				await axios.get<unknown>(`${sandbox.apiUrl}/v1/media/result`, { headers }),
				await axios.post<unknown>(`${sandbox.apiUrl}/v1/media/result`, {}, { headers }),
			]) {
				expect(answer.status).toBe(200);
				expect(refusal.parse(answer.data).code).toBe(2);
			}
			expect(sandbox.requests.some(({ paid }) => paid)).toBe(false);
		},
	);

	test('takes the task id in the query or the body, by GET or POST', async () => {
		const task = await created(smallVideo);
		const answer = await done(task.id);
		const url = `${sandbox.apiUrl}/v1/media/result`;
		const headers = { Authorization: sandbox.keys.gptunnel };
		const body = { task_id: task.id };

		for (const { data } of [
			await axios.get<unknown>(url, { headers, params: body }),
			await axios.request<unknown>({ method: 'GET', url, headers, data: body }),
			await axios.post<unknown>(url, undefined, { headers, params: body }),
			await axios.post<unknown>(url, {}, { headers, params: body }),
			await axios.post<unknown>(url, body, { headers }),
		]) {
			expect(data).toEqual(answer);
		}
		for (const [params, sent] of [
			[{}, undefined],
			[{}, {}],
			[{ id: task.id }, undefined],
			[body, { more: 1 }],
			[{}, { task_id: 7 }],
			[body, [task.id]],
		]) {
			const { data } = await axios.post<unknown>(url, sent, { headers, params });
			expect(refusal.parse(data).code).toBe(3);
		}
	});

	test.each(['000000000000000000000000', 'nonsense', ''])(
		'says of the unknown task "%s" that there is none, with code 4',
		async (taskId) => {
			const { status, data } = await result(taskId);
			expect(status).toBe(200);
			expect(data).toEqual({ code: 4, message: 'record not found' });
		},
	);

	test('answers another method with code 99', async () => {
		const { data } = await axios.get<unknown>(`${sandbox.apiUrl}/v1/media/create`, {
			headers: { Authorization: sandbox.keys.gptunnel },
		});
		expect(refusal.parse(data).code).toBe(99);
	});

	test('is idle in the first half of its time, then processing, then done, by the clock alone', async () => {
		sandbox.behaviour = {};
		const start = Date.now();
		const clock = jest.spyOn(Date, 'now').mockReturnValue(start);
		try {
			const task = await created(smallVideo);
			const statusAfter = async (milliseconds: number) => {
				clock.mockReturnValue(start + milliseconds);
				return await resultOf(task.id);
			};
			expect(await statusAfter(1499)).toEqual({ ...task, status: 'idle', url: null });
			expect(await statusAfter(1500)).toEqual({ ...task, status: 'processing', url: null });
			expect((await statusAfter(2999)).status).toBe('processing');
			clock.mockReturnValue(start + 3000);
			expect((await done(task.id)).url).toMatch(/\.mp4$/);
			// Time alone decides: before its end the same task is at work again.
			expect(await statusAfter(2999)).toEqual({ ...task, status: 'processing', url: null });
		} finally {
			clock.mockRestore();
		}
	});

	test('gives each task the time that the switch says', async () => {
		const seen: unknown[] = [];
		sandbox.behaviour.taskSeconds = (task) => {
			seen.push(task);
			return task.number === 1 ? 0 : 3600;
		};
		const first = await created({ ...smallVideo, ar: '1:1' });
		const second = await created(smallPicture);

		expect((await resultOf(first.id)).status).toBe('idle');
		await done(second.id);
		expect(seen[0]).toEqual({ ...smallVideo, number: 0, id: first.id });
		expect(seen[1]).toEqual({ ...smallPicture, number: 1, id: second.id });

		sandbox.reset();
		sandbox.behaviour.taskSeconds = (task) => (task.number === 0 ? 0 : 3600);
		const afterReset = await created(smallPicture);
		await done(afterReset.id);
		// What was there before the reset is still known.
		await done(first.id);
	});

	test('ends as the switch says: a failed task has no link, but a message', async () => {
		sandbox.behaviour.taskEnd = ({ prompt }) => (prompt === 'A dog' ? 'failed' : 'done');
		const dog = await created({ ...smallVideo, prompt: 'A dog' });
		const cat = await created(smallVideo);

		expect(await resultOf(dog.id)).toEqual({
			...dog,
			status: 'failed',
			url: null,
			message: expect.stringMatching(/\S/),
		});
		await done(cat.id);
		sandbox.behaviour.taskEnd = 'failed';
		expect((await resultOf(cat.id)).status).toBe('failed');
		// Nothing was made for it, but it can still be.
		sandbox.behaviour.taskEnd = 'done';
		await done(dog.id);
	});

	test('calls a task at work as the switch says', async () => {
		sandbox.behaviour = { taskSeconds: 3600, runningStatus: 'dreaming' };
		const task = await created(smallVideo);
		expect(task.status).toBe('idle');
		expect(await resultOf(task.id)).toEqual({ ...task, status: 'dreaming', url: null });
	});

	test('refuses data URIs when it is told to, and still takes links', async () => {
		sandbox.behaviour.gptunnelDataUris = 'refuse';
		const bytes = await plainPicture(60, 40);

		const { status, data } = await create({ ...smallVideo, images: [dataUri(bytes)] });
		expect(status).toBe(200);
		expect(refusal.parse(data)).toEqual({
			code: 3,
			message: 'Invalid input: images.0: it is not a link',
			issues: [{ path: 'images.0', expected: 'a link', message: 'it is not a link' }],
		});
		expect(lastApiRequest(sandbox).paid).toBe(false);

		const link = sandbox.addFile('cat.png', bytes, 'image/png');
		await created({ ...smallVideo, images: [link] });
	});

	test('gives the faults for /create one after the other, then its own answer', async () => {
		sandbox.behaviour.submitFaults = [
			{ status: 429, headers: { 'Retry-After': '2' }, body: { message: 'slow down' } },
			{ status: 502, headers: { 'Content-Type': 'text/html' }, body: '<h1>Bad Gateway</h1>' },
			{ status: 200, body: { code: 6, message: 'heavy load' } },
		];

		const first = await create(smallVideo);
		expect([first.status, first.headers['retry-after'], first.data]).toEqual([
			429,
			'2',
			{ message: 'slow down' },
		]);
		const second = await create(smallVideo);
		expect([second.status, second.data]).toEqual([502, '<h1>Bad Gateway</h1>']);
		expect(second.headers['content-type']).toMatch('text/html');
		expect((await create(smallVideo)).data).toEqual({ code: 6, message: 'heavy load' });
		expect(sandbox.requests.some(({ paid }) => paid)).toBe(false);

		await created(smallVideo);
		expect(sandbox.behaviour.submitFaults).toEqual([]);
	});

	test('accepts a task and cuts the connection when it is told to', async () => {
		sandbox.behaviour.submitFaults = ['reset'];

		await expect(create(smallVideo)).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(lastApiRequest(sandbox)).toMatchObject({ paid: true, status: 0 });

		// The task is there all the same: the next one is the second.
		const numbers: number[] = [];
		sandbox.behaviour.taskSeconds = (task) => {
			numbers.push(task.number);
			return 0;
		};
		await done((await created(smallVideo)).id);
		expect(new Set(numbers)).toEqual(new Set([1]));
	});

	test('gives the faults for /result one after the other, then its own answer', async () => {
		const task = await created(smallVideo);
		sandbox.behaviour.resultFaults = [
			'reset',
			{ status: 500, body: 'oops' },
			{ status: 200, body: '{"code":0' },
		];

		await expect(result(task.id)).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(lastApiRequest(sandbox)).toMatchObject({ paid: false, status: 0 });
		expect(await result(task.id)).toMatchObject({ status: 500, data: 'oops' });
		expect(await result(task.id)).toMatchObject({ status: 200, data: '{"code":0' });
		await done(task.id);
		expect(sandbox.behaviour.resultFaults).toEqual([]);
		expect(sandbox.requests.filter(({ paid }) => paid)).toHaveLength(1);
	});

	test.each([403, 404] as const)(
		'gives dead links (%d) for each task, then good ones',
		async (status) => {
			const statusOf = async (link: string | null) =>
				(await axios.get<unknown>(link ?? '', { validateStatus: () => true })).status;
			for (const order of [smallVideo, smallPicture]) {
				sandbox.behaviour.deadLinks = { results: 2, status };
				const task = await created(order);
				const first = await done(task.id);
				const second = await resultOf(task.id);
				const third = await resultOf(task.id);

				expect(new URL(first.url ?? '').pathname).toMatch(/\.(mp4|webp)$/);
				expect(await statusOf(first.url)).toBe(status);
				expect(await statusOf(second.url)).toBe(status);
				expect(await statusOf(third.url)).toBe(200);
				expect(await resultOf(task.id)).toEqual(third);
			}
		},
	);
});
