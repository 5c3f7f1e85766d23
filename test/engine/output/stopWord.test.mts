import { runNode } from '../../support/engine.mjs';
import nock from '../../support/nock.mjs';

const baseUrl = 'https://gateway.test';
const myRouterApi = { apiKey: 'a-key-of-a-test', baseUrl };

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
	expect(nock.pendingMocks()).toEqual([]);
	nock.cleanAll();
});

describe('an execution that failed is not stored as stopped, though its error has the word "canceled"', () => {
	it('in a refusal', async () => {
		nock(baseUrl)
			.post('/v3/seedream-4.0')
			.reply(400, { code: 400, message: 'upstream: context canceled (canceled by peer)' });
		const { status, error } = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'myRouter', prompt: 'A red fox' },
			credentials: { myRouterApi },
		});
		expect(status).toBe('error');
		expect(error?.message).toContain('context cancelled (cancelled by peer)');
	});

	it('in the state of a task', async () => {
		const task = {
			task_id: 'task-1',
			status: 'TASK_STATUS_FAILED',
			reason: 'the job was canceled',
		};
		nock(baseUrl).get('/v3/async/task-result').query({ task_id: 'task-1' }).reply(200, { task });
		const { status, error } = await runNode({
			node: 'Seedance',
			parameters: { gateway: 'myRouter', operation: 'waitUntilDone', taskId: 'task-1' },
			credentials: { myRouterApi },
		});
		expect(status).toBe('error');
		expect(error?.message).toContain('the job was cancelled');
	});

	it('in the ID of a task, which the description has as it is', async () => {
		nock(baseUrl)
			.get('/v3/async/task-result')
			.query({ task_id: 'canceled-1' })
			.reply(404, { message: 'no such task' });
		const { status, error } = await runNode({
			node: 'Seedance',
			parameters: { gateway: 'myRouter', operation: 'getResult', taskId: 'canceled-1' },
			credentials: { myRouterApi },
		});
		expect(status).toBe('error');
		expect(error?.description).toContain('Task ID: canceled-1');
	});

	it('in the name of a field, in words of n8n', async () => {
		const { status, error } = await runNode({
			node: 'Seedream',
			parameters: {
				gateway: 'myRouter',
				prompt: 'A red fox',
				images: { image: [{ source: 'binary', binaryPropertyName: 'canceled' }] },
			},
			credentials: { myRouterApi },
		});
		expect(status).toBe('error');
		expect(error?.message).toContain('cancelled');
	});
});

it('under On Error: Continue the words stay as they came', async () => {
	nock(baseUrl).post('/v3/seedream-4.0').reply(400, { code: 400, message: 'context canceled' });
	const { status, items } = await runNode({
		node: 'Seedream',
		parameters: { gateway: 'myRouter', prompt: 'A red fox' },
		credentials: { myRouterApi },
		onError: 'continueRegularOutput',
	});
	expect(status).toBe('success');
	expect(items[0]?.[0]?.json.error).toMatchObject({
		message: expect.stringContaining('context canceled'),
	});
});
