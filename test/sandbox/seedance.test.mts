/** Seedance by all of its models, at BytePlus itself and at AgentsFlare. */
import axios from 'axios';
import { z } from 'zod';

import { type Sandbox, startSandbox } from '../../sandbox/sandbox.mjs';
import { probeVideo } from '../../tools/video.mjs';
import { picture as plainPicture } from '../support/pictures.mjs';
import { dataUri, download, lastApiRequest, post } from './support.mjs';

const V2_5 = 'dreamina-seedance-2-5-260628';
const V2_0 = 'dreamina-seedance-2-0-260128';
const MINI = 'dreamina-seedance-2-0-mini-260615';
const V1_5 = 'seedance-1-5-pro-251215';
const V1_0 = 'seedance-1-0-pro-250528';
const PATHS = {
	modelArk: '/api/v3/contents/generations/tasks',
	agentsFlare: '/byteplus/v3/contents/generations/tasks',
} as const;
type Gateway = keyof typeof PATHS;

const text = [{ type: 'text', text: 'A cat' }];
const videos = (count: number) =>
	Array.from({ length: count }, () => ({
		type: 'video_url',
		video_url: { url: 'https://example.com/a.mp4' },
		role: 'reference_video',
	}));
const audios = (count: number) =>
	Array.from({ length: count }, () => ({
		type: 'audio_url',
		audio_url: { url: 'https://example.com/a.mp3' },
		role: 'reference_audio',
	}));
const search = [{ type: 'web_search' }];

let sandbox: Sandbox;
let image: string;
beforeAll(async () => {
	sandbox = await startSandbox();
	image = dataUri(await plainPicture(640, 360));
});
beforeEach(() => {
	sandbox.reset();
	sandbox.behaviour = { taskSeconds: 0, file: { head: Buffer.from('a head'), length: 10 } };
});
afterAll(async () => await sandbox.close());

const images = (count: number, role = 'reference_image') =>
	Array.from({ length: count }, () => ({ type: 'image_url', image_url: { url: image }, role }));
const key = (gateway: Gateway) => `Bearer ${sandbox.keys[gateway]}`;
const create = async (body: object, gateway: Gateway = 'modelArk') =>
	await post(sandbox.apiUrl + PATHS[gateway], key(gateway), { content: text, ...body });
const created = async (body: object, gateway: Gateway = 'modelArk') =>
	z
		.object({ id: z.string() })
		.strict()
		.parse((await create(body, gateway)).data).id;
const ask = async (rest: string, gateway: Gateway = 'modelArk') =>
	await axios.get<unknown>(sandbox.apiUrl + PATHS[gateway] + rest, {
		headers: { Authorization: key(gateway) },
		validateStatus: () => true,
	});
const seen = async (id: string) => z.record(z.unknown()).parse((await ask(`/${id}`)).data);
const made = async (body: object) => await seen(await created(body));
const expectRefused = async (body: object, param: string, code = 'InvalidParameter') => {
	const { status, data } = await create(body);
	expect(status).toBe(400);
	expect(data).toEqual({
		error: { code, param, message: expect.stringContaining(param), type: 'BadRequest' },
	});
	expect(lastApiRequest(sandbox).paid).toBe(false);
};

test.each([
	[
		V2_5,
		{},
		{
			resolution: '720p',
			duration: 10,
			ratio: '16:9',
			priority: 0,
			draft: false,
			output_format: 'mp4',
			generate_audio: true,
		},
	],
	[
		V2_5,
		{ duration: 30, resolution: '1080p', output_format: 'mov', priority: 9 },
		{ duration: 30, resolution: '1080p', output_format: 'mov', priority: 9 },
	],
	[V2_0, {}, { resolution: '720p', duration: 5, priority: 0 }],
	[
		V2_0,
		{ duration: -1, resolution: '4k', ratio: '9:16' },
		{ duration: 5, resolution: '4k', ratio: '9:16' },
	],
	[
		MINI,
		{ duration: 15, safety_identifier: 'a'.repeat(64) },
		{ duration: 15, resolution: '720p', safety_identifier: 'a'.repeat(64) },
	],
	['dreamina-seedance-2-0-fast-260128', { resolution: '480p' }, { resolution: '480p' }],
	[
		V1_5,
		{ service_tier: 'flex', seed: 7 },
		{ resolution: '720p', duration: 5, service_tier: 'flex', seed: 7, draft: false },
	],
	[V1_0, { frames: 49 }, { resolution: '1080p', frames: 49, service_tier: 'default' }],
	['doubao-seedance-2-5-260628', {}, { model: 'doubao-seedance-2-5-260628', duration: 10 }],
	['doubao-seedance-1-0-pro-fast-251015', {}, { resolution: '1080p' }],
])('%s with %j answers what it made', async (model, body, expected) => {
	expect(await made({ model, ...body, content: text })).toMatchObject({
		status: 'succeeded',
		framespersecond: 24,
		...expected,
	});
});

test('the ratio that is told is that of the video, the length as well', async () => {
	delete sandbox.behaviour.file;
	const id = await created({
		model: V2_5,
		resolution: '480p',
		content: [...text, ...images(1, 'first_frame')],
	});
	const { content, duration, ratio } = await seen(id);
	const { width, height, seconds } = await probeVideo(
		await download(z.object({ video_url: z.string() }).parse(content).video_url),
	);
	expect([ratio, duration, width, height, Math.round(seconds)]).toEqual(['16:9', 10, 854, 480, 10]);
});

test('what searched says how often, and only words may search', async () => {
	expect(await made({ model: V2_0, tools: search })).toMatchObject({
		usage: { total_tokens: 100_000, tool_usage: { web_search: 1 } },
	});
	await expectRefused({ model: V2_5, tools: search, content: [...text, ...images(1)] }, 'tools');
	await expectRefused({ model: V1_5, tools: search }, 'tools');
});

test.each([V2_5, MINI])('flex is refused by %s', async (model) => {
	await expectRefused(
		{ model, service_tier: 'flex' },
		'service_tier',
		'InvalidParameter.UnsupportedParameter',
	);
	expect(await made({ model, service_tier: 'default' })).toMatchObject({ service_tier: 'default' });
});

test.each([
	['a seed', V2_0, { seed: -1 }, 'seed'],
	['a fixed camera', V2_5, { camera_fixed: false }, 'camera_fixed'],
	['frames', V2_0, { frames: 29 }, 'frames'],
	['frames', V1_5, { frames: 29 }, 'frames'],
	['a priority', V1_5, { priority: 0 }, 'priority'],
	['a priority of 10', V2_0, { priority: 10 }, 'priority'],
	['a long identifier', V2_0, { safety_identifier: 'a'.repeat(65) }, 'safety_identifier'],
	['a draft', V2_0, { draft: false }, 'draft'],
	['a kind of task', V2_0, { omni_reference_task_type: 'auto' }, 'omni_reference_task_type'],
	['a file format', MINI, { output_format: 'mp4' }, 'output_format'],
	['sound', V1_0, { generate_audio: false }, 'generate_audio'],
	['16 seconds', V2_0, { duration: 16 }, 'duration'],
	['31 seconds', V2_5, { duration: 31 }, 'duration'],
	['13 seconds', V1_5, { duration: 13 }, 'duration'],
	['a length of its own', V1_0, { duration: -1 }, 'duration'],
	['4k', V2_5, { resolution: '4k' }, 'resolution'],
	['1080p', MINI, { resolution: '1080p' }, 'resolution'],
])('%s is refused by %s', async (_what, model, body, param) => {
	await expectRefused({ model, ...body }, param);
});

test.each([
	[V2_5, 30, 10, 10],
	[V2_0, 9, 3, 3],
])(
	'%s follows %d images, %d videos and %d sounds, and no more',
	async (model, mostImages, mostVideos, mostAudios) => {
		const all = (counts: readonly [number, number, number]) => [
			...text,
			...images(counts[0]),
			...videos(counts[1]),
			...audios(counts[2]),
		];
		expect(
			(await create({ model, content: all([mostImages, mostVideos, mostAudios]) })).status,
		).toBe(200);
		await expectRefused({ model, content: all([mostImages + 1, 0, 0]) }, 'content');
		await expectRefused({ model, content: all([0, mostVideos + 1, 0]) }, 'content');
		await expectRefused({ model, content: all([1, 0, mostAudios + 1]) }, 'content');
	},
);

test('only 2.5 follows a sound alone', async () => {
	expect((await create({ model: V2_5, content: audios(1) })).status).toBe(200);
	await expectRefused({ model: V2_0, content: [...text, ...audios(1)] }, 'content');
});

describe('2.5 and its kinds of task', () => {
	const TASK_TYPE = 'InvalidParameter.TaskTypeConstraint';
	const framed = () => ({ model: V2_5, content: [...text, ...images(1, 'first_frame')] });

	test('has no ratio but that of its frames', async () => {
		await expectRefused({ ...framed(), ratio: '9:16' }, 'ratio', TASK_TYPE);
		await expectRefused(
			{
				model: V2_5,
				ratio: '1:1',
				content: [...images(1, 'first_frame'), ...images(1, 'last_frame')],
			},
			'ratio',
			TASK_TYPE,
		);
		for (const body of [
			framed(),
			{ ...framed(), ratio: 'adaptive' },
			{ ...framed(), model: V2_0, ratio: '9:16' },
			{ model: V2_5, ratio: '9:16' },
		]) {
			expect((await create(body)).status).toBe(200);
		}
	});

	test('says so later where it is told to', async () => {
		sandbox.behaviour.frameRatio = 'fail';
		sandbox.behaviour.taskSeconds = 60;
		const id = await created({ ...framed(), ratio: '9:16' });
		expect(lastApiRequest(sandbox).paid).toBe(true);
		expect(await seen(id)).toMatchObject({ status: 'queued' });
		sandbox.behaviour.taskSeconds = 0;
		expect(await seen(id)).toMatchObject({
			status: 'failed',
			error: { code: TASK_TYPE, message: expect.stringContaining('adaptive') },
		});
		expect(await made({ ...framed(), ratio: 'adaptive' })).toMatchObject({ status: 'succeeded' });
	});

	test.each([
		['an edit', { omni_reference_task_type: 'edit' }, 200],
		[
			'an edit of its own length',
			{ omni_reference_task_type: 'edit', duration: -1, ratio: 'adaptive' },
			200,
		],
		['an edit of 5 seconds', { omni_reference_task_type: 'edit', duration: 5 }, 'duration'],
		['an edit of 16:9', { omni_reference_task_type: 'edit', ratio: '16:9' }, 'ratio'],
		['what goes on, for 5 seconds', { omni_reference_task_type: 'extend', duration: 5 }, 200],
		['what goes on in 16:9', { omni_reference_task_type: 'extend', ratio: '16:9' }, 'ratio'],
		[
			'what follows, in 16:9',
			{ omni_reference_task_type: 'reference', ratio: '16:9', duration: 5 },
			200,
		],
		['whatever it is', { omni_reference_task_type: 'auto', ratio: '16:9', duration: 5 }, 200],
	])('%s', async (_what, body, expected) => {
		const order = { model: V2_5, content: [...text, ...videos(1)], ...body };
		if (typeof expected === 'string') await expectRefused(order, expected, TASK_TYPE);
		else expect((await create(order)).status).toBe(expected);
	});

	test('an edit or what goes on needs a video', async () => {
		for (const type of ['edit', 'extend']) {
			await expectRefused(
				{ model: V2_5, omni_reference_task_type: type, content: [...text, ...images(1)] },
				'content',
				TASK_TYPE,
			);
		}
	});
});

describe('a draft', () => {
	const finalOf = (id: string) => [{ type: 'draft_task', draft_task: { id } }];

	test.each([
		[V2_5, '1080p', 10],
		[V1_5, '720p', 5],
	])('by %s is small, and becomes a final video in %s', async (model, resolution, duration) => {
		const id = await created({ model, draft: true, ratio: '9:16' });
		expect(await seen(id)).toMatchObject({
			status: 'succeeded',
			draft: true,
			resolution: '480p',
			ratio: '9:16',
			duration,
		});
		const final = await made({ model, content: finalOf(id) });
		expect(final).toMatchObject({
			status: 'succeeded',
			draft: false,
			draft_task_id: id,
			resolution,
			ratio: '9:16',
			duration,
		});
	});

	test.each([
		['in 720p', { model: V2_5, draft: true, resolution: '720p' }, 'resolution'],
		[
			'with its last frame, by 1.5',
			{ model: V1_5, draft: true, return_last_frame: true },
			'return_last_frame',
		],
		['flex', { model: V1_5, draft: true, service_tier: 'flex' }, 'service_tier'],
	])('is not made %s', async (_what, body, param) => {
		await expectRefused(body, param);
	});

	test('goes alone, to its own model, and 2.5 repeats nothing', async () => {
		const id = await created({ model: V2_5, draft: true });
		await expectRefused({ model: V2_5, content: [...text, ...finalOf(id)] }, 'content');
		await expectRefused({ model: V1_5, content: finalOf(id) }, 'content');
		await expectRefused({ model: V2_0, content: finalOf(id) }, 'content');
		await expectRefused({ model: V2_5, content: finalOf('cgt-none') }, 'content');
		await expectRefused(
			{ model: V2_5, content: finalOf(await created({ model: V2_5 })) },
			'content',
		);
		await expectRefused({ model: V2_5, content: finalOf(id), resolution: '720p' }, 'resolution');
		for (const [field, value] of [
			['duration', 10],
			['ratio', 'adaptive'],
			['generate_audio', true],
			['omni_reference_task_type', 'auto'],
		] as const) {
			await expectRefused({ model: V2_5, content: finalOf(id), [field]: value }, field);
		}
		await expectRefused({ model: V2_5, content: finalOf(id), draft: true }, 'draft');
		const other = await created({ model: V1_5, draft: true, duration: 4 });
		expect(
			(
				await create({
					model: V1_5,
					content: finalOf(other),
					resolution: '1080p',
					duration: 4,
					return_last_frame: true,
				})
			).status,
		).toBe(200);
		sandbox.behaviour.taskSeconds = 60;
		await expectRefused(
			{ model: V2_5, content: finalOf(await created({ model: V2_5, draft: true })) },
			'content',
		);
	});
});

describe('the models of 1.0 Lite', () => {
	test('are gone at BytePlus, and there at AgentsFlare', async () => {
		const model = 'seedance-1-0-lite-t2v-250428';
		expect(await create({ model })).toMatchObject({
			status: 404,
			data: { error: { code: 'InvalidEndpointOrModel.NotFound' } },
		});
		expect((await create({ model }, 'agentsFlare')).status).toBe(200);
		expect((await create({ model: 'doubao-seedance-2-0-260128' }, 'agentsFlare')).status).toBe(400);
	});
});

describe('the list', () => {
	const list = async (query = '') =>
		z
			.object({
				total: z.number(),
				items: z.array(z.object({ id: z.string(), status: z.string() }).passthrough()),
			})
			.parse((await ask(`?${query}`)).data);
	const several = async (count: number, body: object) => {
		const ids: string[] = [];
		for (let index = 0; index < count; index++) ids.push(await created(body));
		return ids.reverse();
	};

	test('has 20 tasks a page, and those alone that are not flex', async () => {
		const ids = await several(21, { model: V2_0 });
		const [flex] = await several(1, { model: V1_5, service_tier: 'flex' });
		const page = await list();
		expect(page.items.map(({ id }) => id)).toEqual(ids.slice(0, 20));
		expect((await list('page_num=2&page_size=20')).items[0]?.id).toBe(ids[20]);
		expect((await list('filter.service_tier=flex')).items[0]?.id).toBe(flex);
	});

	test('finds by ids and by state, and no model by its name', async () => {
		const [second, first] = await several(2, { model: V1_0 });
		const byIds = await list(`filter.task_ids=${first}&filter.task_ids=${second}`);
		expect([byIds.total, byIds.items.map(({ id }) => id)]).toEqual([2, [second, first]]);
		expect((await list(`filter.task_ids=${first}&filter.status=failed`)).total).toBe(0);
		expect((await list(`filter.model=${V1_0}`)).total).toBe(0);
		for (const query of [
			'filter.status=expired',
			'page_size=501',
			'page_num=0',
			'filter.service_tier=any',
			'other=1',
		]) {
			expect(await ask(`?${query}`)).toMatchObject({
				status: 400,
				data: { error: { code: 'InvalidParameter' } },
			});
		}
	});

	test('forgets after a week', async () => {
		const [id] = await several(1, { model: V2_0 });
		const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 7 * 24 * 3600 * 1000 + 1000);
		try {
			expect((await list(`filter.task_ids=${id}`)).total).toBe(0);
		} finally {
			clock.mockRestore();
		}
	});
});

test.each(['modelArk', 'agentsFlare'] as const)(
	'%s takes as many tasks at once as the switch says',
	async (gateway) => {
		sandbox.behaviour.taskSeconds = 60;
		sandbox.behaviour.queueLimit = 2;
		const first = await created({ model: V2_0 }, gateway);
		await created({ model: V2_0 }, gateway);
		const full = {
			status: 429,
			data: { error: { code: 'QuotaExceeded', message: 'The request has exceeded the quota.' } },
		};
		expect(await create({ model: V2_0 }, gateway)).toMatchObject(full);
		expect(lastApiRequest(sandbox)).toMatchObject({ gateway, paid: false });
		// A wrong order is refused as such.
		expect((await create({ model: V2_0, duration: 99 }, gateway)).status).toBe(400);

		await axios.delete(`${sandbox.apiUrl}${PATHS[gateway]}/${first}`, {
			headers: { Authorization: key(gateway) },
		});
		await created({ model: V2_0 }, gateway);
		expect(await create({ model: V2_0 }, gateway)).toMatchObject(full);
		sandbox.behaviour.taskSeconds = 0;
		await created({ model: V2_0 }, gateway);
	},
);

describe('callback_url', () => {
	const SECONDS = 0.2;
	const untilCalled = async (count: number) => {
		for (const end = Date.now() + 10_000; sandbox.calls.length < count && Date.now() < end; )
			await new Promise((resolve) => setTimeout(resolve, 10));
		return sandbox.calls.map(({ body: { status }, attempt }) => `${status} ${attempt}`);
	};
	const order = async () => {
		const url = sandbox.addFile('taken', Buffer.from('x'), 'text/plain');
		await created({ model: V1_0, callback_url: url.replace('localhost', '127.0.0.1') });
	};

	it('is called at each change, three times for an end that nobody takes', async () => {
		sandbox.behaviour = { ...sandbox.behaviour, taskSeconds: SECONDS };
		// The storage takes no POST.
		await order();
		expect(await untilCalled(5)).toEqual([
			'queued 1',
			'running 1',
			'succeeded 1',
			'succeeded 2',
			'succeeded 3',
		]);
		// The last one is still on its way.
		expect(sandbox.calls.slice(0, -1).every(({ status }) => status >= 400)).toBe(true);
	});

	it('may be lost, late and doubled', async () => {
		sandbox.behaviour = {
			...sandbox.behaviour,
			taskSeconds: SECONDS,
			callbacks: {
				losesCall: () => true,
				lateSeconds: ({ status }) => (status === 'queued' ? 2 * SECONDS : 0),
				copies: 2,
			},
		};
		await order();
		expect((await untilCalled(6)).slice(0, 6).sort()).toEqual(
			['queued 1', 'queued 1', 'running 1', 'running 1', 'succeeded 1', 'succeeded 1'].sort(),
		);
		expect(sandbox.calls[0]?.body.status).toBe('running');
		expect(sandbox.calls.every(({ status }) => status === 0)).toBe(true);
	});

	it('is called at AgentsFlare as well, and never outside of this machine', async () => {
		await created({ model: V1_0, callback_url: 'https://example.com/hook' });
		await created({ model: V1_0, callback_url: `${sandbox.filesUrl}/x` }, 'agentsFlare');
		await untilCalled(1);
		expect(new Set(sandbox.calls.map(({ url }) => url))).toEqual(
			new Set([`${sandbox.filesUrl}/x`]),
		);
	});
});
