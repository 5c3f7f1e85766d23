/** What the gateways say of their models: their lists, and the switches that say otherwise. */
import axios from 'axios';
import { z } from 'zod';

import { type Sandbox, startSandbox } from '../../sandbox/sandbox.mjs';
import { gptunnelRefusal, lastApiRequest, post } from './support.mjs';

const list = z.object({
	object: z.literal('list'),
	data: z.array(
		z
			.object({
				id: z.string(),
				object: z.literal('model'),
				created: z.number().int(),
				owned_by: z.string(),
			})
			.strict(),
	),
});

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.close());

const get = async (path: string, key: string) =>
	await axios.get<unknown>(sandbox.apiUrl + path, {
		headers: { Authorization: `Bearer ${key}` },
		validateStatus: () => true,
	});
const listAt = {
	modelArk: async () =>
		list.parse((await get('/api/v3/models', sandbox.keys.modelArk)).data).data.map(({ id }) => id),
	agentsFlare: async () =>
		list.parse((await get('/v1/models', sandbox.keys.agentsFlare)).data).data.map(({ id }) => id),
	gptunnel: async () => {
		const { data } = await post(`${sandbox.apiUrl}/v1/media/create`, sandbox.keys.gptunnel, {});
		const { code, issues = [] } = gptunnelRefusal.parse(data);
		expect([code, issues.length, issues[0]?.path]).toEqual([3, 1, 'model']);
		return issues[0]?.expected.split(' | ') ?? [];
	},
};
const GATEWAYS = ['modelArk', 'agentsFlare', 'gptunnel'] as const;

test.each(GATEWAYS)('%s lists its models, and it costs nothing', async (gateway) => {
	const ids = await listAt[gateway]();
	expect(ids).toEqual(
		expect.arrayContaining(
			{
				modelArk: [
					'dola-seedream-5-5-261028',
					'seedream-4-0-250828',
					'dreamina-seedance-2-0-mini-260615',
					'seedance-1-0-lite-t2v-250428',
				],
				agentsFlare: [
					'gpt-image-2.6-flare',
					'dola-seedream-5-5-261028',
					'dreamina-seedance-2-5-260628',
				],
				gptunnel: ['seedance-1-pro-1080P-5s', 'gpt-image-1.5-low'],
			}[gateway],
		),
	);
	expect(new Set(ids).size).toBe(ids.length);
	expect(lastApiRequest(sandbox)).toMatchObject({ gateway, paid: false, status: 200 });
});

test.each(GATEWAYS)('%s lists what it is told to, and no sooner', async (gateway) => {
	sandbox.behaviour = { listedModels: ['one', 'two'], modelListSeconds: 0.2 };
	const start = performance.now();
	expect(await listAt[gateway]()).toEqual(['one', 'two']);
	expect(performance.now() - start).toBeGreaterThanOrEqual(198);
});

test('a list is for who has the key', async () => {
	expect(await get('/api/v3/models', 'wrong')).toMatchObject({
		status: 401,
		data: { error: { code: 'AuthenticationError' } },
	});
	expect(await get('/v1/models', 'wrong')).toMatchObject({
		status: 404,
		data: { message: 'Key not found' },
	});
	expect(lastApiRequest(sandbox).gateway).toBe('agentsFlare');
	// MyRouter's docs have no such page.
	expect((await get('/v1/models', sandbox.keys.myRouter)).status).toBe(404);
});

/** Orders of a model that is there, and how its gateway refuses one that is not. */
const ORDERS = {
	'ModelArk, pictures': [
		'modelArk',
		'/api/v3/images/generations',
		'seedream-4-0-250828',
		404,
		{ error: { code: 'InvalidEndpointOrModel.NotFound' } },
	],
	'ModelArk, videos': [
		'modelArk',
		'/api/v3/contents/generations/tasks',
		'seedance-1-5-pro-251215',
		404,
		{ error: { code: 'InvalidEndpointOrModel.NotFound' } },
	],
	'AgentsFlare, pictures': [
		'agentsFlare',
		'/byteplus/v3/images/generations',
		'seedream-4-0-250828',
		400,
		{ message: 'Model seedream-4-0-250828 is not available' },
	],
	'AgentsFlare, GPT Image': [
		'agentsFlare',
		'/v1/images/generations',
		'gpt-image-1.5',
		400,
		{ message: 'Model gpt-image-1.5 is not available' },
	],
	'MyRouter, GPT Image': [
		'myRouter',
		'/v1/images/generations',
		'gpt-image-1',
		404,
		{ reason: 'MODEL_NOT_FOUND' },
	],
	'MyRouter, pictures': [
		'myRouter',
		'/v3/seedream-4.0',
		'seedream-4.0',
		404,
		{ reason: 'NOT_FOUND' },
	],
	'MyRouter, videos': [
		'myRouter',
		'/v3/async/seedance-v1-lite-t2v',
		'seedance-v1-lite-t2v',
		404,
		{ reason: 'NOT_FOUND' },
	],
	'GPTunnel, pictures': [
		'gptunnel',
		'/v1/media/generate',
		'seedream-4',
		200,
		{ code: 3, issues: [{ path: 'model' }] },
	],
	'GPTunnel, tasks': [
		'gptunnel',
		'/v1/media/create',
		'gpt-image-1-low',
		200,
		{ code: 3, issues: [{ path: 'model' }] },
	],
} as const;

/** MyRouter has the model in the path. */
const EXTRA: Record<string, object> = {
	'seedream-4.0': {},
	'seedance-v1-lite-t2v': { resolution: '480p', duration: 5 },
};
const bodyOf = (path: string, model: string) => {
	if (path.includes('/contents/')) return { model, content: [{ type: 'text', text: 'A cat' }] };
	return { prompt: 'A cat', ...(EXTRA[model] ?? { model }) };
};

test.each(Object.entries(ORDERS))(
	'%s: a model that is off is one that nobody knows',
	async (_what, [gateway, path, model, status, refusal]) => {
		const key = sandbox.keys[gateway];
		const order = async () =>
			await post(
				sandbox.apiUrl + path,
				gateway === 'gptunnel' ? key : `Bearer ${key}`,
				bodyOf(path, model),
			);
		sandbox.behaviour = { file: { head: Buffer.from('a head'), length: 10 }, offModels: [model] };
		expect(await order()).toMatchObject({ status, data: refusal });
		expect(lastApiRequest(sandbox)).toMatchObject({ gateway, paid: false });

		delete sandbox.behaviour.offModels;
		expect((await order()).status).toBe(200);
		expect(lastApiRequest(sandbox)).toMatchObject({ gateway, paid: true });
	},
);

test('GPTunnel does not name a model that is off', async () => {
	sandbox.behaviour.offModels = ['gpt-image-1.5'];
	expect(await listAt.gptunnel()).not.toContain('gpt-image-1.5');
});
