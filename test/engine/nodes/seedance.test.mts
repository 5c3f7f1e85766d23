/** Seedance in BytePlus's own dialect, at BytePlus itself and passed on by AgentsFlare: on n8n's engine, against the sandbox. */
import type { INodeParameters } from 'n8n-workflow';
import { probeVideo } from '../../../tools/video.mjs';
import nock from '../../support/nock.mjs';
import { runNode, type RunOptions } from '../../support/engine.mjs';
import { useSandbox } from '../../support/fixtures.mjs';
import { picture } from '../../support/pictures.mjs';
import { summaryOf } from '../../support/wording.mjs';

const TASKS = {
	modelArk: '/api/v3/contents/generations/tasks',
	agentsFlare: '/byteplus/v3/contents/generations/tasks',
};
type GatewayName = keyof typeof TASKS;
const GATEWAYS: GatewayName[] = ['modelArk', 'agentsFlare'];
const MINI = 'dreamina-seedance-2-0-mini-260615';
const SECOND = 'dreamina-seedance-2-0-260128';
const LITE = 'seedance-1-0-lite-i2v-250428';
const PRO = 'seedance-1-0-pro-250528';

const { sandbox, credentials, charged } = useSandbox({ taskSeconds: 0 });

const model = (value: string) => ({ __rl: true, mode: 'id', value });

async function run(
	gateway: GatewayName,
	parameters: INodeParameters = {},
	options: Partial<RunOptions> = {},
) {
	const { options: own = {}, ...rest } = parameters;
	return await runNode({
		node: 'Seedance',
		parameters: {
			gateway,
			operation: 'generate',
			prompt: 'A red fox',
			resolution: '480p',
			options: { pollInterval: 0.2, ...Object(own) },
			...rest,
		},
		credentials: credentials(),
		...options,
	});
}

/** A picture of each role, as a link to the sandbox's own storage. */
async function images(...roles: string[]): Promise<INodeParameters> {
	const link = sandbox().addFile('fox.png', await picture(640, 360), 'image/png');
	return { image: roles.map((role) => ({ source: 'url', url: link, role })) };
}

describe.each(GATEWAYS)('%s', (gateway) => {
	it('Generate: orders with the form’s own defaults, and brings the video', async () => {
		const { items, error } = await run(gateway, { resolution: '720p' });
		expect(error).toBeUndefined();
		expect(charged().map(({ path, body }) => ({ path, body }))).toEqual([
			{
				path: TASKS[gateway],
				body: {
					model: MINI,
					content: [{ type: 'text', text: 'A red fox' }],
					resolution: '720p',
					duration: 5,
					watermark: false,
				},
			},
		]);
		const [item] = items[0] ?? [];
		expect(item?.json).toMatchObject({
			gateway,
			model: MINI,
			taskId: expect.stringMatching(/^cgt-/),
			status: 'succeeded',
			gatewayStatus: 'succeeded',
			isDone: true,
			count: 1,
			mimeType: 'video/mp4',
			usage: { completion_tokens: 100_000, total_tokens: 100_000 },
		});
		const { createdAt, expiresAt } = item?.json ?? {};
		expect(Date.parse(String(expiresAt)) - Date.parse(String(createdAt))).toBe(24 * 3600 * 1000);
	});

	it('Create Task gives the id at once, Get Result tells the state, Wait Until Done brings the file; one is paid for', async () => {
		sandbox().behaviour.taskSeconds = 3600;
		const created = await run(gateway, { operation: 'createTask' });
		const [task] = created.items[0] ?? [];
		expect(task?.json).toMatchObject({ gateway, status: 'queued', isDone: false });
		const { taskId } = task?.json ?? {};
		const seen = await run(gateway, { operation: 'getResult', taskId: String(taskId) });
		expect(seen.items[0]?.[0]?.json).toMatchObject({ taskId, status: 'queued', isDone: false });
		sandbox().behaviour.taskSeconds = 0;
		const done = await run(gateway, { operation: 'waitUntilDone', taskId: String(taskId) });
		expect(done.items[0]?.[0]?.json).toMatchObject({ taskId, status: 'succeeded', isDone: true });
		expect(charged()).toHaveLength(1);
	});

	it('what was asked for is what is sent, and the last frame comes as a second file', async () => {
		const { items, error } = await run(gateway, {
			model: model(PRO),
			resolution: '480p',
			duration: 4,
			aspectRatio: '9:16',
			options: {
				seed: 7,
				cameraFixed: true,
				returnLastFrame: true,
				serviceTier: 'flex',
				executionExpiresAfter: 3600,
				watermark: true,
			},
		});
		expect(error).toBeUndefined();
		expect(charged()[0]?.body).toEqual({
			model: PRO,
			content: [{ type: 'text', text: 'A red fox' }],
			resolution: '480p',
			ratio: '9:16',
			duration: 4,
			seed: 7,
			camera_fixed: true,
			return_last_frame: true,
			watermark: true,
			service_tier: 'flex',
			execution_expires_after: 3600,
		});
		expect(items[0]?.map(({ json }) => [json.index, json.count, json.mimeType])).toEqual([
			[0, 2, 'video/mp4'],
			[1, 2, 'image/png'],
		]);
		expect(new Set(items[0]?.map(({ json }) => json.taskId)).size).toBe(1);
	});

	it('images go with their roles, in their order', async () => {
		const { error } = await run(gateway, {
			model: model(PRO),
			images: await images('firstFrame', 'lastFrame'),
		});
		expect(error).toBeUndefined();
		const { error: ofReferences } = await run(gateway, {
			model: model(SECOND),
			images: await images('reference', 'reference'),
		});
		expect(ofReferences).toBeUndefined();
		const url = expect.stringMatching(/^data:image\/png;base64,/);
		const sent = (role: string) => ({ type: 'image_url', image_url: { url }, role });
		expect(charged().map(({ body }) => body)).toMatchObject([
			{ content: [{ type: 'text' }, sent('first_frame'), sent('last_frame')] },
			{ content: [{ type: 'text' }, sent('reference_image'), sent('reference_image')] },
		]);
	});

	it('a task that failed: Generate throws its words, Get Result tells them; both name the task', async () => {
		sandbox().behaviour.taskEnd = 'failed';
		const { error } = await run(gateway);
		expect(error?.message).toMatch(
			new RegExp(`${summaryOf('taskFailed')} .*could not make this.*\\[task cgt-`),
		);
		const taskId = /cgt-\w+/.exec(error?.message ?? '')?.[0] ?? '';
		const { items } = await run(gateway, { operation: 'getResult', taskId });
		expect(items[0]?.[0]?.json).toMatchObject({
			taskId,
			status: 'failed',
			isDone: true,
			errorMessage: expect.stringContaining('could not make this'),
		});
		expect(charged()).toHaveLength(1);
	});

	it('a task that is not there, and a wrong key', async () => {
		const { error } = await run(gateway, { operation: 'getResult', taskId: 'cgt-none' });
		expect(error?.message).toContain(summaryOf('taskNotFound'));
		const wrong = await run(
			gateway,
			{},
			{ credentials: { [`${gateway}Api`]: { apiKey: 'wrong', baseUrl: sandbox().apiUrl } } },
		);
		expect(wrong.error?.message).toContain(summaryOf('keyNotAccepted'));
		expect(charged()).toHaveLength(0);
	});
});

describe('version 2.0', () => {
	it('follows images and videos, without words if need be', async () => {
		const { error } = await run('modelArk', {
			prompt: '',
			model: model(SECOND),
			images: await images('reference'),
			aspectRatio: 'adaptive',
			duration: 15,
			options: {
				referenceVideos: 'https://example.com/camera.mp4\nasset://asset-1',
				referenceAudio: 'https://example.com/rain.mp3, data:audio/mp3;base64,SUQz',
				generateAudio: true,
				cameraFixed: true,
			},
		});
		expect(error).toBeUndefined();
		expect(charged()[0]?.body).toMatchObject({
			content: [
				{ type: 'image_url', role: 'reference_image' },
				{
					type: 'video_url',
					video_url: { url: 'https://example.com/camera.mp4' },
					role: 'reference_video',
				},
				{ type: 'video_url', video_url: { url: 'asset://asset-1' }, role: 'reference_video' },
				{
					type: 'audio_url',
					audio_url: { url: 'https://example.com/rain.mp3' },
					role: 'reference_audio',
				},
				{
					type: 'audio_url',
					audio_url: { url: 'data:audio/mp3;base64,SUQz' },
					role: 'reference_audio',
				},
			],
			ratio: 'adaptive',
			duration: 15,
			generate_audio: true,
		});
		expect(charged()[0]?.body).not.toHaveProperty('camera_fixed');
	});

	it('chooses its own length where it is told to, and 1.0 counts in pictures', async () => {
		expect((await run('modelArk', { model: model(SECOND), duration: -1 })).error).toBeUndefined();
		expect(
			(await run('modelArk', { model: model(PRO), options: { frames: 29 } })).error,
		).toBeUndefined();
		expect(charged()[0]?.body).toMatchObject({ duration: -1 });
		expect(charged()[1]?.body).toMatchObject({ frames: 29 });
		expect(charged()[1]?.body).not.toHaveProperty('duration');
		const { error } = await run('modelArk', { model: model(PRO), duration: -1 });
		expect(error?.message).toContain(
			'Duration: Seedance 1.0 Pro makes videos of 2 to 12 whole seconds, not of -1',
		);
	});

	it.each([
		[
			'more videos than it follows',
			{
				model: model(SECOND),
				options: {
					referenceVideos: 'https://a.test/1, https://a.test/2, https://a.test/3, https://a.test/4',
				},
			},
			'Reference Videos: 4 are too many, Seedance 2.0 follows 3',
		],
		[
			'a video that is no link',
			{ model: model(SECOND), options: { referenceVideos: 'camera.mp4' } },
			'Reference Videos: camera.mp4 is neither',
		],
		[
			'a sound alone',
			{ model: model(SECOND), options: { referenceAudio: 'https://a.test/1.mp3' } },
			'Reference Audio: Seedance 2.0 follows a sound only together with',
		],
	])('%s', async (_what, parameters, message) => {
		const { error } = await run('modelArk', parameters);
		expect(error?.message).toContain(message);
		expect(charged()).toHaveLength(0);
	});
});

describe('what a model does not take is refused before anything is sent', () => {
	const cases: ReadonlyArray<
		[what: string, parameters: INodeParameters | (() => Promise<INodeParameters>), message: string]
	> = [
		[
			'too short',
			{ duration: 3 },
			'Duration: Seedance 2.0 Mini makes videos of 4 to 15 whole seconds, not of 3',
		],
		[
			'too long',
			{ model: model(PRO), duration: 13 },
			'Duration: Seedance 1.0 Pro makes videos of 2 to 12 whole seconds, not of 13',
		],
		[
			'words alone',
			{ model: model(LITE) },
			'Images: Seedance 1.0 Lite, Image to Video makes videos of images, so one is needed',
		],
		[
			'a ratio that follows nothing',
			{ model: model(PRO), aspectRatio: 'adaptive' },
			'Aspect Ratio: Seedance 1.0 Pro is adaptive to a first frame only',
		],
		[
			'a role that it does not have',
			async () => ({ model: model(PRO), images: await images('reference') }),
			'Images: Seedance 1.0 Pro takes no image as Reference, choose one of First Frame, Last Frame',
		],
		[
			'a seed beyond the last',
			{ model: model(PRO), options: { seed: 4_294_967_296 } },
			'Seed: Seedance 1.0 Pro takes -1 to 4294967295',
		],
		[
			'an expiry of no time',
			{ options: { executionExpiresAfter: 0 } },
			'Expire After: 0 is not possible',
		],
		[
			'frames that are none',
			{ model: model(PRO), options: { frames: 30 } },
			'Frames: 30 is not possible',
		],
		[
			'two first frames',
			async () => ({ images: await images('firstFrame', 'firstFrame') }),
			'Images: 2 images are First Frame, a video has one',
		],
		[
			'an end without a beginning',
			async () => ({ images: await images('lastFrame') }),
			'Images: a last frame needs a first frame, too',
		],
		[
			'five references',
			async () => ({
				model: model(LITE),
				images: await images(...Array<string>(5).fill('reference')),
			}),
			'Images: 5 reference images are too many',
		],
		[
			'references in Full HD',
			async () => ({ model: model(LITE), resolution: '1080p', images: await images('reference') }),
			'Resolution: Seedance 1.0 Lite, Image to Video does not offer 1080p with reference images',
		],
		[
			'references and a fixed camera',
			async () => ({
				model: model(LITE),
				images: await images('reference'),
				options: { cameraFixed: true },
			}),
			'Fixed Camera: it does not go with reference images',
		],
	];

	it.each(cases)('%s', async (_what, parameters, message) => {
		const { error } = await run(
			'agentsFlare',
			typeof parameters === 'function' ? await parameters() : parameters,
		);
		expect(error?.message).toContain(message);
		expect(charged()).toHaveLength(0);
	});

	it('an option that a model does not have is left alone', async () => {
		const { error } = await run('modelArk', {
			model: model(PRO),
			options: { generateAudio: true },
		});
		expect(error).toBeUndefined();
		expect(charged()[0]?.body).not.toHaveProperty('generate_audio');
	});
});

it('a video is as long and as large as was ordered', async () => {
	const result = await run('modelArk', { model: model(PRO), duration: 2, aspectRatio: '1:1' });
	const { width, height, seconds } = await probeVideo(await result.binary(result.items[0]?.[0]));
	expect([width, height, Math.round(seconds)]).toEqual([480, 480, 2]);
});

describe('Get Many and Cancel Task', () => {
	const create = async (gateway: GatewayName, count: number, parameters: INodeParameters = {}) => {
		const { items } = await run(
			gateway,
			{ operation: 'createTask', ...parameters },
			{ items: Array.from({ length: count }, () => ({ json: {} })) },
		);
		return (items[0] ?? []).map(({ json }) => String(json.taskId));
	};
	const list = async (gateway: GatewayName, parameters: INodeParameters = {}) => {
		const { items, error } = await run(gateway, { operation: 'list', ...parameters });
		expect(error).toBeUndefined();
		return items[0] ?? [];
	};

	it.each(GATEWAYS)('%s: lists the tasks, the newest first, without a file', async (gateway) => {
		sandbox().behaviour.taskSeconds = 60;
		const [first, second] = [...(await create(gateway, 1)), ...(await create(gateway, 1))];
		const tasks = await list(gateway, { limit: 2 });
		expect(tasks.map(({ json }) => json.taskId)).toEqual([second, first]);
		expect(tasks[0]?.json).toMatchObject({
			gateway,
			model: MINI,
			status: 'queued',
			gatewayStatus: 'queued',
			isDone: false,
		});
		expect(tasks[0]?.binary).toBeUndefined();
		expect(tasks[0]?.pairedItem).toEqual({ item: 0 });
		expect(charged()).toHaveLength(2);
	});

	it('by state and by model; a finished one has its link', async () => {
		const [done] = await create('modelArk', 1, { model: model(PRO) });
		const found = await list('modelArk', { filters: { status: 'succeeded', model: PRO } });
		expect(found.map(({ json }) => json)).toContainEqual(
			expect.objectContaining({
				taskId: done,
				status: 'succeeded',
				url: expect.stringContaining(sandbox().filesUrl),
			}),
		);
		expect(new Set(found.map(({ json }) => json.model))).toEqual(new Set([PRO]));
		expect(await list('modelArk', { filters: { status: 'expired' } })).toEqual([]);
	});

	it('page by page: all of them, or no more pages than the limit needs', async () => {
		const page = (count: number) =>
			Array.from({ length: count }, (_none, index) => ({
				id: `cgt-${count}-${index}`,
				status: 'failed',
			}));
		const answers: Record<string, unknown> = { 1: page(500), 2: page(2) };
		const asked: string[] = [];
		const host = 'https://ark.example';
		nock(host)
			.get(/.*/)
			.times(5)
			.reply((uri) => {
				const { searchParams } = new URL(uri, host);
				const pageNumber = searchParams.get('page_num') ?? '';
				const tier = searchParams.get('filter.service_tier') ?? '';
				asked.push(`${tier} ${pageNumber}`);
				return [200, { total: 502, items: (tier === 'default' && answers[pageNumber]) || [] }];
			});
		const credentials = { modelArkApi: { apiKey: 'sk-1', baseUrl: host } };
		const all = await run('modelArk', { operation: 'list', returnAll: true }, { credentials });
		expect(all.error).toBeUndefined();
		expect(all.items[0]?.map(({ json }) => json.taskId)).toEqual(
			[...page(500), ...page(2)].map(({ id }) => id),
		);
		expect(asked).toEqual(['default 1', 'default 2', 'flex 1']);
		const few = await run('modelArk', { operation: 'list', limit: 3 }, { credentials });
		expect(few.items[0]).toHaveLength(3);
		expect(asked.slice(3)).toEqual(['default 1', 'flex 1']);
	});

	it('by their ids, and by how they were ordered', async () => {
		const [first, second, third] = await create('modelArk', 3, {
			model: model(PRO),
			options: { serviceTier: 'flex' },
		});
		const byId = await list('modelArk', { filters: { taskIds: `${first}, ${third}` } });
		expect(byId.map(({ json }) => json.taskId).sort()).toEqual([first, third].sort());
		const flex = await list('modelArk', {
			filters: { serviceTier: 'flex', taskIds: String(second) },
		});
		expect(flex.map(({ json }) => json.taskId)).toEqual([second]);
		expect(
			await list('modelArk', { filters: { serviceTier: 'default', taskIds: String(second) } }),
		).toEqual([]);
	});

	it.each([401, 404, 500])(
		'Cancel Task: where the state is refused with HTTP %d, in words that repeat the key',
		async (status) => {
			const [task] = await create('modelArk', 1);
			for (const onError of ['stopWorkflow', 'continueRegularOutput'] as const) {
				const says = `No entry for ${sandbox().keys.modelArk}`;
				sandbox().behaviour.resultFaults = Array.from({ length: 9 }, () => ({
					status,
					body: { error: { code: 'Refused', message: says } },
				}));
				const { error, items } = await run(
					'modelArk',
					{ operation: 'cancel', taskId: task ?? '' },
					{ onError },
				);
				expect(error ?? items[0]?.[0]?.json.error).toMatchObject({
					message: expect.stringMatching(`No entry for ….*\\[task ${String(task)}\\]`),
				});
			}
		},
	);

	it('cancels a task that waits for its turn, and no other', async () => {
		sandbox().behaviour.taskSeconds = 60;
		const [waiting] = await create('modelArk', 1);
		const { items } = await run('modelArk', { operation: 'cancel', taskId: waiting ?? '' });
		expect(items[0]?.[0]?.json).toMatchObject({
			taskId: waiting,
			status: 'cancelled',
			isDone: true,
		});
		const seen = await run('modelArk', { operation: 'getResult', taskId: waiting ?? '' });
		expect(seen.items[0]?.[0]?.json).toMatchObject({ status: 'cancelled', isDone: true });

		const deletes = () => sandbox().requests.filter(({ method }) => method === 'DELETE');
		expect(deletes()).toHaveLength(1);
		sandbox().behaviour = { taskSeconds: 60, runningStatus: 'running' };
		const [working] = await create('modelArk', 1);
		const { error } = await run('modelArk', { operation: 'cancel', taskId: working ?? '' });
		expect(error?.message).toContain(
			`${summaryOf('notCancelled')} (its state is running) [task ${working}]`,
		);
		sandbox().behaviour = { taskSeconds: 0 };
		const finished = await run('modelArk', { operation: 'cancel', taskId: working ?? '' });
		expect(finished.error?.message).toContain('its state is succeeded');
		// What is done would be forgotten with a DELETE, and its file with it.
		expect(deletes()).toHaveLength(1);
		const forgotten = await run('modelArk', {
			operation: 'cancel',
			taskId: working ?? '',
			deleteEnded: true,
		});
		expect(forgotten.items[0]?.[0]?.json).toMatchObject({ taskId: working, status: 'succeeded' });
		expect(deletes()).toHaveLength(2);
		const gone = await run('modelArk', { operation: 'getResult', taskId: working ?? '' });
		expect(gone.error?.message).toContain(summaryOf('taskNotFound'));
	});
});
