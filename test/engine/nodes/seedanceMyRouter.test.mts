/** Seedance at MyRouter: on n8n's engine, against the sandbox. */
import type { INodeParameters } from 'n8n-workflow';
import { runNode } from '../../support/engine.mjs';
import { useSandbox } from '../../support/fixtures.mjs';
import { picture } from '../../support/pictures.mjs';
import { summaryOf } from '../../support/wording.mjs';

const LITE = 'seedance-v1-lite-i2v';
const PRO = 'seedance-v1.5-pro-i2v';

const { sandbox, credentials, charged } = useSandbox({ taskSeconds: 0 });

const model = (value: string) => ({ __rl: true, mode: 'id', value });
const DATA = expect.stringMatching(/^data:image\/png;base64,/);

async function run(parameters: INodeParameters) {
	const { options = {}, ...rest } = parameters;
	return await runNode({
		node: 'Seedance',
		parameters: {
			gateway: 'myRouter',
			prompt: 'A red fox',
			resolution: '480p',
			options: { pollInterval: 0.2, ...Object(options) },
			...rest,
		},
		credentials: credentials(),
	});
}

async function images(...roles: string[]): Promise<INodeParameters> {
	const link = sandbox().addFile('fox.png', await picture(640, 360), 'image/png');
	return { image: roles.map((role) => ({ source: 'url', url: link, role })) };
}

it('version 1: its own names, the first and the last frame, no words', async () => {
	const { error } = await run({
		prompt: '',
		model: model(LITE),
		images: await images('lastFrame', 'firstFrame'),
		aspectRatio: '9:16',
		duration: 10,
		options: { seed: 7, cameraFixed: true, generateAudio: true, watermark: true },
	});
	expect(error).toBeUndefined();
	expect(charged().map(({ path, body }) => ({ path, body }))).toEqual([
		{
			path: `/v3/async/${LITE}`,
			body: {
				image: DATA,
				last_image: DATA,
				resolution: '480p',
				aspect_ratio: '9:16',
				duration: 10,
				seed: 7,
				camera_fixed: true,
			},
		},
	]);
});

it('version 1.5: its own names, sound, tier and expiry; the link dies when the gateway says', async () => {
	const { items, error } = await run({
		model: model(PRO),
		images: await images('firstFrame'),
		aspectRatio: 'adaptive',
		duration: 4,
		options: {
			generateAudio: false,
			serviceTier: 'flex',
			executionExpiresAfter: 3600,
			watermark: true,
			seed: -1,
		},
	});
	expect(error).toBeUndefined();
	expect(charged()[0]?.body).toEqual({
		prompt: 'A red fox',
		image: DATA,
		resolution: '480p',
		ratio: 'adaptive',
		duration: 4,
		generate_audio: false,
		service_tier: 'flex',
		execution_expires_after: 3600,
		watermark: true,
		seed: -1,
	});
	expect(items[0]?.[0]?.json).toMatchObject({
		status: 'succeeded',
		gatewayStatus: 'TASK_STATUS_SUCCEED',
		mimeType: 'video/mp4',
		expiresAt: expect.any(String),
	});
});

it('a length that version 1 has to be told is told', async () => {
	await run({ model: model('seedance-v1-lite-t2v'), duration: 0 });
	expect(charged()[0]?.body).toMatchObject({ duration: 5 });
});

it('a task that failed: its words and its id', async () => {
	sandbox().behaviour.taskEnd = 'failed';
	const { error } = await run({});
	expect(error?.message).toMatch(new RegExp(`${summaryOf('taskFailed')} .*\\[task .+\\]`));
	expect(charged()).toHaveLength(1);
});

it('a task that is not there', async () => {
	const { error } = await run({ operation: 'getResult', taskId: 'none' });
	expect(error?.message).toContain(summaryOf('taskNotFound'));
});

it('an image of more than 6000 pixels is refused before anything is sent', async () => {
	const link = sandbox().addFile('wide.png', await picture(6000, 3000), 'image/png');
	const { error } = await run({
		model: model(LITE),
		images: { image: [{ source: 'url', url: link }] },
	});
	expect(error?.message).toContain(
		'First and Last Frame: image 1 is 6000x3000, each side has to be shorter than 6000 pixels',
	);
	expect(charged()).toHaveLength(0);
});

it('an image for a model that takes none: another model is the cure', async () => {
	const { error } = await run({ images: await images('firstFrame') });
	expect(error?.message).toContain(
		'Model: Seedance 1 Pro, Text to Video takes no images: choose one that does',
	);
	expect(charged()).toHaveLength(0);
});

it.each([
	[
		'a length between',
		{ model: model('seedance-v1-lite-t2v'), duration: 7 },
		'Duration: Seedance 1 Lite, Text to Video makes videos of 5 or 10 whole seconds, not of 7',
	],
	[
		'Full HD of 1.5',
		{ model: model('seedance-v1.5-pro-t2v'), resolution: '1080p' },
		'does not offer 1080p',
	],
	[
		'an adaptive ratio of 1',
		{ model: model('seedance-v1-lite-t2v'), aspectRatio: 'adaptive' },
		'is never adaptive',
	],
	['words alone', { model: model(LITE) }, 'makes videos of images, so one is needed'],
	['nothing at all', { prompt: '' }, 'the prompt is empty'],
])('%s is refused before anything is sent', async (_what, parameters, message) => {
	const { error } = await run(parameters);
	expect(error?.message).toContain(message);
	expect(charged()).toHaveLength(0);
});
