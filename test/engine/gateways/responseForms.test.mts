import type { INodeParameters } from 'n8n-workflow';
import { runNode, type RunOptions } from '../../support/engine.mjs';
import { useSandbox } from '../../support/fixtures.mjs';
import nock from '../../support/nock.mjs';
import { summaryOf } from '../../support/wording.mjs';

const { sandbox, credentials: sandboxCredentials } = useSandbox();
afterEach(() => nock.cleanAll());

const HOST = 'https://gateway.test';
const apiKey = 'sk-very-secret-0123456789';
const credentials = Object.fromEntries(
	['gptunnel', 'myRouter', 'agentsFlare', 'modelArk'].map((name) => [
		`${name}Api`,
		{ apiKey, baseUrl: HOST },
	]),
);

const run = async (node: string, parameters: INodeParameters, options: Partial<RunOptions> = {}) =>
	await runNode({
		node,
		parameters: { gateway: 'modelArk', prompt: 'A red fox', ...parameters },
		credentials,
		...options,
	});

describe('a task whose id is a number of 64 bits', () => {
	const id = '7412345678901234567';

	it.each([
		['gptunnel', { code: 0, id: 0, status: 'idle' }],
		['myRouter', { task_id: 0 }],
		['agentsFlare', { id: 0 }],
		['modelArk', { id: 0 }],
	])('%s: is named and asked for by all its digits', async (gateway, answer) => {
		nock(HOST)
			.post(/.*/)
			.reply(200, JSON.stringify(answer).replace(/id":0/, `id":${id}`));
		const { items, error } = await run('Seedance', { gateway, operation: 'createTask' });
		expect(error).toBeUndefined();
		expect(items[0]?.[0]?.json.taskId).toBe(id);
	});

	it('is listed and cancelled by all its digits', async () => {
		const task = `{"id":${id},"status":"queued","seed":-9223372036854775808}`;
		const asked: string[] = [];
		nock(HOST)
			.get(/service_tier=default/)
			.reply(200, `{"total":1,"items":[${task}]}`);
		nock(HOST)
			.get(/service_tier=flex/)
			.reply(200, '{"total":0,"items":null}');
		nock(HOST)
			.get(/tasks\/\d+$/)
			.reply(200, task);
		nock(HOST)
			.delete(/.*/)
			.reply((uri) => {
				asked.push(uri);
				return [200, {}];
			});
		const listed = await run('Seedance', { operation: 'list' });
		expect(listed.items[0]?.map(({ json }) => json.taskId)).toEqual([id]);
		const cancelled = await run('Seedance', { operation: 'cancel', taskId: id });
		expect(cancelled.error).toBeUndefined();
		expect(asked).toEqual([`/api/v3/contents/generations/tasks/${id}`]);
	});
});

describe('a set whose stream has heartbeats', () => {
	const whole = JSON.stringify({
		data: [{ url: 'https://files.test/0.jpeg' }, { url: 'https://files.test/1.jpeg' }],
	});
	it.each([
		['events before a whole answer', `event: ping\ndata: {"type":"ping"}\n\n${whole}`],
		['comments before a whole answer', `: PING\n\n: PING\n\n${whole}`],
		['a text before a whole answer', `data: PING\n\n${whole}\n`],
		['events between', `data: {}\n\ndata: ${whole}\n\ndata: {"type":"ping"}\n\ndata: [DONE]\n\n`],
	])('%s: has all its pictures, for one order', async (_name, body) => {
		nock(HOST).post(/.*/).reply(200, body, { 'content-type': 'text/event-stream' });
		const { items, error } = await run('Seedream', {
			gateway: 'agentsFlare',
			options: { maxImages: 2, download: false },
		});
		expect(error).toBeUndefined();
		expect(items[0]?.map(({ json }) => json.url)).toEqual([
			'https://files.test/0.jpeg',
			'https://files.test/1.jpeg',
		]);
	});
});

describe('Get Many', () => {
	const flex = (answer: unknown) =>
		nock(HOST)
			.get(/service_tier=flex/)
			.reply(200, Object(answer));
	const page = (from: number, count: number) =>
		Array.from({ length: count }, (_none, index) => ({
			id: `cgt-${from + index}`,
			status: 'failed',
		}));
	/** The default tier, page by page. */
	const pages = (answers: ReadonlyArray<readonly [status: number, body: unknown]>) => {
		const asked: string[] = [];
		nock(HOST)
			.get(/service_tier=default/)
			.times(answers.length)
			.reply((uri) => {
				const number = new URL(uri, HOST).searchParams.get('page_num') ?? '';
				asked.push(number);
				const [status, body] = answers[Number(number) - 1] ?? [404, {}];
				return [status, Object(body)];
			});
		return asked;
	};
	const list = async (
		options: Partial<RunOptions> = {},
		parameters: INodeParameters = { returnAll: true },
	) => await run('Seedance', { operation: 'list', ...parameters }, options);

	it.each([
		{ total: 0, items: null },
		{ total: 0, items: [] },
		{ total: 0 },
		{ total: 0, items: {} },
	])('%j is an empty list', async (nothing) => {
		pages([[200, nothing]]);
		flex(nothing);
		const { items, error } = await list();
		expect(error).toBeUndefined();
		expect(items[0]).toEqual([]);
	});

	it('goes on where a page has fewer tasks than were asked for', async () => {
		sandbox().behaviour = { taskSeconds: 60, mostListed: 2 };
		const order = { gateway: 'modelArk', operation: 'createTask', prompt: 'A fox' };
		const ofSandbox = { credentials: sandboxCredentials() };
		await runNode({
			node: 'Seedance',
			parameters: order,
			items: Array.from({ length: 5 }, () => ({ json: {} })),
			...ofSandbox,
		});
		const { items } = await list(ofSandbox);
		expect(items[0]).toHaveLength(5);
		expect((await list(ofSandbox, { limit: 3 })).items[0]).toHaveLength(3);
	});

	it('goes on without a total, until a page has nothing new', async () => {
		const asked = pages([
			[200, { items: page(0, 100) }],
			[200, { items: page(100, 30) }],
			[200, { items: page(100, 30) }],
		]);
		flex({ items: [] });
		const { items } = await list();
		expect(items[0]).toHaveLength(130);
		expect(asked).toEqual(['1', '2', '3']);
	});

	it('says that tasks are missing where each page is the same', async () => {
		pages([
			[200, { total: 250, items: page(0, 100) }],
			[200, { total: 250, items: page(0, 100) }],
		]);
		const { items } = await list({ onError: 'continueRegularOutput' });
		expect(items[0]).toHaveLength(101);
		expect(items[0]?.at(-1)?.json.error).toMatchObject({
			message: expect.stringContaining('100 of 250 tasks'),
			gateway: 'modelArk',
		});
	});

	it('keeps what it has found where a page fails, or tells how much that was', async () => {
		for (const onError of ['continueRegularOutput', 'stopWorkflow'] as const) {
			pages([
				[200, { total: 250, items: page(0, 100) }],
				[500, { message: 'later' }],
			]);
			const { items, error } = await list({ onError });
			const told = error ?? items[0]?.at(-1)?.json.error;
			expect(told).toMatchObject({
				message: expect.stringContaining(
					`${summaryOf('tasksNotSeen')} (later; 100 tasks were read before)`,
				),
			});
			expect(items[0] ?? []).toHaveLength(error ? 0 : 101);
			expect(
				(items[0] ?? []).every(({ pairedItem }) => JSON.stringify(pairedItem) === '{"item":0}'),
			).toBe(true);
		}
	});

	it('ends, and says so, where a gateway lists without end', async () => {
		let from = 0;
		nock(HOST)
			.get(/.*/)
			.times(5)
			.reply(() => [200, { items: page((from += 2500), 2500) }]);
		const { items } = await list({ onError: 'continueRegularOutput' });
		expect(items[0]).toHaveLength(10_001);
		expect(items[0]?.at(-1)?.json.error).toMatchObject({
			message: expect.stringContaining('there are more than 10000'),
		});
	});
});

it('a lifetime of a link that no date can hold leaves the finished task as it is', async () => {
	const video_url = 'https://files.test/1.mp4';
	const body = {
		task: { status: 'TASK_STATUS_SUCCEED' },
		videos: [{ video_url, video_url_ttl: 8.64e15 }],
	};
	nock(HOST).post(/.*/).reply(200, { task_id: 'a' }).get(/.*/).reply(200, body);
	const { items, error } = await run('Seedance', {
		gateway: 'myRouter',
		options: { download: false, pollInterval: 0.2 },
	});
	expect(error).toBeUndefined();
	expect(items[0]?.[0]?.json).toMatchObject({ status: 'succeeded', url: video_url });
	expect(items[0]?.[0]?.json).not.toHaveProperty('expiresAt');
});

it('an answer of too many parts is refused before they are made', async () => {
	nock(HOST)
		.post(/.*/)
		.reply(200, `{"data":[${'{},'.repeat(400_000)}{}]}`);
	const { error } = await run('GptImage', { gateway: 'myRouter' });
	expect(error?.message).toContain('the answer is too large: it has more than 100000 parts');
	expect(error?.description).toContain('may have been accepted');
});
