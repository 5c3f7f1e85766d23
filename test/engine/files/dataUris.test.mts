import { runNode, type RunOptions } from '../../support/engine.mjs';
import nock from '../../support/nock.mjs';
import { picture } from '../../support/pictures.mjs';

const baseUrl = 'https://gateway.test';
const access = { apiKey: 'a-key-of-a-test', baseUrl };
const credentials = {
	gptunnelApi: access,
	myRouterApi: access,
	agentsFlareApi: access,
	modelArkApi: access,
};

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
	expect(nock.pendingMocks()).toEqual([]);
	nock.cleanAll();
});

/** Where each gateway puts the link of what it made. */
const PLACES: Array<
	[string, RunOptions['node'], object, 'get' | 'post', string, (link: string) => object]
> = [
	[
		'MyRouter, an image',
		'Seedream',
		{ gateway: 'myRouter' },
		'post',
		'/v3/seedream-4.0',
		(link) => ({ images: [link] }),
	],
	[
		'GPTunnel, an image',
		'Seedream',
		{ gateway: 'gptunnel' },
		'post',
		'/v1/media/generate',
		(link) => ({ result: link }),
	],
	[
		'AgentsFlare, an image',
		'Seedream',
		{ gateway: 'agentsFlare' },
		'post',
		'/byteplus/v3/images/generations',
		(url) => ({ data: [{ url }] }),
	],
	[
		'AgentsFlare, GPT Image',
		'GptImage',
		{ gateway: 'agentsFlare' },
		'post',
		'/v1/images/generations',
		(url) => ({ data: [{ url }] }),
	],
	[
		'GPTunnel, a task',
		'GptImage',
		{ gateway: 'gptunnel', operation: 'getResult', taskId: 't-1' },
		'post',
		'/v1/media/result',
		(url) => ({ id: 't-1', status: 'done', url }),
	],
	[
		'MyRouter, a task',
		'Seedance',
		{ gateway: 'myRouter', operation: 'getResult', taskId: 't-1' },
		'get',
		'/v3/async/task-result?task_id=t-1',
		(link) => ({
			task: { task_id: 't-1', status: 'TASK_STATUS_SUCCEED' },
			videos: [{ video_url: link }],
		}),
	],
	[
		'BytePlus, a task',
		'Seedance',
		{ gateway: 'modelArk', operation: 'getResult', taskId: 'cgt-1' },
		'get',
		'/api/v3/contents/generations/tasks/cgt-1',
		(link) => ({ id: 'cgt-1', status: 'succeeded', content: { video_url: link } }),
	],
];

it('pictures without a link have a name of their own each: none is written over another', async () => {
	for (const file of [await picture(64, 64), await picture(64, 96), await picture(96, 64)]) {
		nock(baseUrl)
			.post('/v1/images/generations')
			.reply(200, { data: [{ b64_json: file.toString('base64') }] });
	}
	const run = await runNode({
		node: 'GptImage',
		parameters: { prompt: 'A red fox', gateway: 'agentsFlare' },
		items: [{ json: {} }, { json: {} }, { json: {} }],
		credentials,
	});
	const names = run.items[0]?.map(({ json }) => json.fileName) ?? [];
	expect(names).toEqual(
		names.map(() => expect.stringMatching(/^gpt-image-[\w.-]+-[0-9a-f]{8}\.png$/)),
	);
	expect(new Set(names).size).toBe(3);
});

describe.each([
	['a data URI', 'data:image/png;base64,'],
	['base64', ''],
])('%s in place of a link is the file', (_what, prefix) => {
	it.each(PLACES)('%s', async (_name, node, parameters, method, path, answer) => {
		const file = await picture(64, 64);
		nock(baseUrl)
			[method](path)
			.reply(200, answer(`${prefix}${file.toString('base64')}`));
		const run = await runNode({
			node,
			parameters: { prompt: 'A red fox', ...parameters },
			credentials,
		});
		expect(run.error?.message).toBeUndefined();
		expect((await run.binary(run.items[0]?.[0])).equals(file)).toBe(true);
	});
});

it.each([
	['AgentsFlare', 'GptImage', '/v1/images/generations'],
	['AgentsFlare', 'Seedream', '/byteplus/v3/images/generations'],
])('%s, %s: a link in place of base64 is followed', async (_name, node, path) => {
	const file = await picture(64, 64);
	nock(baseUrl)
		.post(path)
		.reply(200, { data: [{ b64_json: `${baseUrl}/fox.png` }] });
	nock(baseUrl).get('/fox.png').reply(200, file);
	const run = await runNode({
		node,
		parameters: { gateway: 'agentsFlare', prompt: 'A red fox' },
		credentials,
	});
	expect((await run.binary(run.items[0]?.[0])).equals(file)).toBe(true);
});
