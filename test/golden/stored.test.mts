/**
 * What n8n keeps of a purchase and of a pause. An execution that failed or paused before an update is taken up after it,
 * so this form has to be written, and read, for good: what reads it otherwise forgets what was paid for.
 */
import { runNode, type EngineRun, type RunOptions } from '../support/engine.mjs';
import nock from '../support/nock.mjs';
import { picture } from '../support/pictures.mjs';

const baseUrl = 'https://gateway.test';
const storage = 'https://files.test';
const access = { apiKey: 'a-key-of-a-test', baseUrl };
const credentials = { gptunnelApi: access, agentsFlareApi: access };
const CREATED = 1_764_000_000;

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
	expect(nock.pendingMocks()).toEqual([]);
	nock.cleanAll();
});

/** The same in every run: what is not is replaced by its name. */
function shown({ nodeContext }: EngineRun): unknown {
	const text = JSON.stringify(nodeContext)
		.replace(/"executionId":"\d+"/g, '"executionId":"<execution>"')
		.replace(/"boughtAt":"[^"]+"/g, '"boughtAt":"<date>"')
		.replace(/"began":("[^"]*"|[\d.]+)/g, '"began":"<time>"')
		.replace(/"id":"filesystem[^"]+"/g, '"id":"<file>"');
	return JSON.parse(text);
}

const IMAGES = '/v1/images/generations';
const SEEDREAM = '/byteplus/v3/images/generations';
const CREATE = '/v1/media/create';
const RESULT = '/v1/media/result';
const seedream: RunOptions = {
	node: 'Seedream',
	parameters: {
		gateway: 'agentsFlare',
		prompt: 'A red fox',
		options: { stream: false, maxImages: 2 },
	},
	credentials,
};
const task: RunOptions = {
	node: 'GptImage',
	parameters: { gateway: 'gptunnel', prompt: 'A red fox', options: { pollInterval: 0.2 } },
	credentials,
};
const files = (...names: string[]) => ({
	model: 'seedream',
	created: CREATED,
	data: names.map((name) => ({ url: `${storage}/${name}`, size: '64x64' })),
	usage: { generated_images: names.length },
});

/** How each comes about; the gateway is there for the first try alone. */
const PURCHASES: Array<[string, RunOptions, () => Promise<void> | void]> = [
	[
		'what was made, by its links',
		seedream,
		() => {
			nock(baseUrl).post(SEEDREAM).reply(200, files('1.png', '2.png'));
			nock(storage).get('/1.png').reply(404, 'gone');
			nock(storage).get('/2.png').reply(404, 'gone');
		},
	],
	[
		'what was made, one of it refused',
		seedream,
		() => {
			nock(baseUrl)
				.post(SEEDREAM)
				.reply(200, {
					...files('1.png'),
					data: [
						...files('1.png').data,
						{ error: { code: 'OutputImageSensitiveContentDetected', message: 'Sensitive' } },
					],
				});
			nock(storage).get('/1.png').reply(404, 'gone');
		},
	],
	[
		'what came as data, and is in n8n’s store',
		{
			node: 'GptImage',
			parameters: { gateway: 'agentsFlare', prompt: 'A red fox', options: { maxImages: 2 } },
			credentials,
		},
		async () => {
			const b64_json = (await picture(64, 64)).toString('base64');
			nock(baseUrl)
				.post(IMAGES)
				.reply(200, { created: CREATED, data: [{ b64_json }, { url: `${storage}/2.png` }] });
			nock(storage).get('/2.png').reply(404, 'gone');
		},
	],
	[
		'a task',
		task,
		() => {
			nock(baseUrl)
				.post(CREATE)
				.reply(200, { code: 0, id: 'task-1', status: 'idle', created_at: CREATED });
			nock(baseUrl).post(RESULT).reply(200, { code: 2, message: 'Invalid token' });
		},
	],
	[
		'a task that was named by a refusal',
		task,
		() => {
			nock(baseUrl).post(CREATE).reply(200, { code: 6, id: 'task-1', message: 'Heavy load' });
		},
	],
	[
		'a task that failed',
		task,
		() => {
			nock(baseUrl)
				.post(CREATE)
				.reply(200, { code: 0, id: 'task-1', status: 'idle', created_at: CREATED });
			nock(baseUrl)
				.post(RESULT)
				.reply(200, { code: 0, id: 'task-1', status: 'failed', message: 'The maker broke' });
		},
	],
	[
		'what may have been charged',
		seedream,
		() => {
			nock(baseUrl).post(SEEDREAM).reply(200, { nobody: 'understands this' });
		},
	],
	[
		'what a content filter refused',
		seedream,
		() => {
			nock(baseUrl)
				.post(SEEDREAM)
				.reply(400, { error: { code: 'InputTextSensitiveContentDetected', message: 'Sensitive' } });
		},
	],
];

it.each(PURCHASES)('%s', async (_name, options, prepare) => {
	await prepare();
	const run = await runNode(options);
	expect(run.error).toBeDefined();
	expect(shown(run)).toMatchSnapshot();
});

it('a pause', async () => {
	nock(baseUrl)
		.post(CREATE)
		.reply(200, { code: 0, id: 'task-1', status: 'idle', created_at: CREATED });
	const run = await runNode({
		...task,
		backInto: [0],
		parameters: { ...task.parameters, options: { whileWaiting: 'pauseExecution' } },
	});
	expect(run.status).toBe('waiting');
	expect(shown(run)).toMatchSnapshot();
});
