import sharp from 'sharp';
import type { INodeParameters } from 'n8n-workflow';
import type { Sandbox } from '../../../sandbox/sandbox.mjs';
import { runNode, type RunOptions } from '../../support/engine.mjs';
import { listen, useSandbox } from '../../support/fixtures.mjs';
import { picture } from '../../support/pictures.mjs';
import { adviceOf, NOTHING_CHARGED, summaryOf } from '../../support/wording.mjs';
import { probeVideo } from '../../../tools/video.mjs';

const CREATE = '/v1/media/create';
const RESULT = '/v1/media/result';
const NODES = ['Seedance', 'GptImage'] as const;
type NodeName = (typeof NODES)[number];

const { sandbox, credentials, charged, requestsTo } = useSandbox({ taskSeconds: 0 });
afterEach(() => {
	// Whatever a test did: the storage saw no key (it refuses one), and all that was charged was a create request.
	expect(charged().every(({ path }) => path === CREATE)).toBe(true);
});

/** Runs a node; what is paid for waits as briefly as it may. */
async function run(
	node: NodeName,
	operation: string,
	parameters: INodeParameters = {},
	options: Partial<RunOptions> = {},
) {
	const { options: own = {}, ...rest } = parameters;
	return await runNode({
		node,
		parameters: {
			gateway: 'gptunnel',
			operation,
			...(operation === 'generate' || operation === 'createTask' ? { prompt: 'A red fox' } : {}),
			options: {
				...(operation === 'generate' || operation === 'waitUntilDone' ? { pollInterval: 0.2 } : {}),
				...Object(own),
			},
			...rest,
		},
		credentials: credentials(),
		...options,
	});
}

async function createTask(node: NodeName = 'GptImage'): Promise<string> {
	const { items } = await run(node, 'createTask');
	return String(items[0]?.[0]?.json.taskId);
}

describe.each(NODES)('%s', (node) => {
	const model = { Seedance: 'seedance-1-pro-1080P-5s', GptImage: 'gpt-image-1-low' }[node];

	it('Generate: creates, waits and brings the file', async () => {
		sandbox().behaviour.taskSeconds = 0.5;
		const result = await run(node, 'generate', { aspectRatio: '9:16' });
		expect(result.error).toBeUndefined();
		expect(requestsTo(CREATE).map(({ body }) => body)).toEqual([
			{ model, prompt: 'A red fox', ar: '9:16' },
		]);
		expect(requestsTo(CREATE)[0]?.headers).toMatchObject({
			authorization: sandbox().keys.gptunnel,
			'content-type': 'application/json',
		});
		const [item] = result.items[0] ?? [];
		expect(item?.json).toMatchObject({
			gateway: 'gptunnel',
			model,
			taskId: expect.stringMatching(/^[0-9a-f]{24}$/),
			status: 'succeeded',
			gatewayStatus: 'done',
			isDone: true,
			url: expect.stringContaining(sandbox().filesUrl),
			index: 0,
			count: 1,
		});
		expect(item?.pairedItem).toEqual({ item: 0 });
		for (const { body } of requestsTo(RESULT)) expect(body).toEqual({ task_id: item?.json.taskId });
		const { createdAt, expiresAt } = item?.json ?? {};
		expect(Date.parse(String(expiresAt)) - Date.parse(String(createdAt))).toBe(48 * 3600 * 1000);

		const bytes = await result.binary(item);
		expect(item?.json.fileSize).toBe(bytes.length);
		if (node === 'Seedance') {
			expect(item?.json).toMatchObject({
				mimeType: 'video/mp4',
				fileName: expect.stringMatching(/_result\.mp4$/),
			});
			expect(item?.binary?.data).toMatchObject({
				mimeType: 'video/mp4',
				fileExtension: 'mp4',
				fileType: 'video',
			});
			const video = await probeVideo(bytes);
			expect([video.width, video.height, Math.round(video.seconds)]).toEqual([1080, 1920, 5]);
		} else {
			expect(item?.json).toMatchObject({
				mimeType: 'image/webp',
				fileName: expect.stringMatching(/\.webp$/),
			});
			const { format, width, height } = await sharp(bytes).metadata();
			expect(format).toBe('webp');
			expect(item?.json).toMatchObject({ width, height });
		}
	});

	it('Create Task: gives the id at once, and no file', async () => {
		sandbox().behaviour.taskSeconds = 3600;
		const result = await run(node, 'createTask');
		expect(result.error).toBeUndefined();
		expect(result.items[0]).toEqual([
			{
				json: {
					gateway: 'gptunnel',
					model,
					taskId: expect.stringMatching(/^[0-9a-f]{24}$/),
					status: 'queued',
					gatewayStatus: 'idle',
					isDone: false,
					createdAt: expect.any(String),
					...(node === 'GptImage' ? { modelEndsAt: '2026-10-23T00:00:00.000Z' } : {}),
				},
				pairedItem: { item: 0 },
			},
		]);
		expect(requestsTo(CREATE)).toHaveLength(1);
		expect(requestsTo(RESULT)).toHaveLength(0);
	});

	it('Get Result: reports a task at work, and brings the file of one that is done, free of charge', async () => {
		sandbox().behaviour.taskSeconds = 3600;
		sandbox().behaviour.runningStatus = 'rendering';
		const taskId = await createTask(node);
		const atWork = await run(node, 'getResult', { taskId });
		expect(atWork.error).toBeUndefined();
		expect(atWork.items[0]).toHaveLength(1);
		expect(atWork.items[0]?.[0]?.json).toMatchObject({
			taskId,
			model,
			status: 'running',
			gatewayStatus: 'rendering',
			isDone: false,
		});
		expect(atWork.items[0]?.[0]?.binary).toBeUndefined();
		expect(requestsTo(RESULT)).toHaveLength(1);

		sandbox().behaviour.taskSeconds = 0;
		const other = await createTask(node);
		const done = await run(node, 'getResult', { taskId: ` ${other}\n` });
		expect(done.items[0]?.[0]?.json).toMatchObject({
			taskId: other,
			status: 'succeeded',
			isDone: true,
		});
		expect(await done.binary(done.items[0]?.[0])).not.toHaveLength(0);
		expect(charged()).toHaveLength(2);
	});

	it('Get Result: a failed task is a state, no failure of the node', async () => {
		sandbox().behaviour.taskEnd = 'failed';
		const taskId = await createTask(node);
		const result = await run(node, 'getResult', { taskId });
		expect(result.error).toBeUndefined();
		expect(result.items[0]?.[0]?.json).toMatchObject({
			taskId,
			status: 'failed',
			isDone: true,
			errorMessage: expect.stringMatching(/\w/),
		});
		expect(result.items[0]?.[0]?.json).not.toHaveProperty('url');
	});

	it('Wait Until Done: waits, and brings the file', async () => {
		sandbox().behaviour.taskSeconds = 1;
		const taskId = await createTask(node);
		const result = await run(node, 'waitUntilDone', { taskId });
		expect(result.items[0]?.[0]?.json).toMatchObject({ taskId, status: 'succeeded', isDone: true });
		expect(await result.binary(result.items[0]?.[0])).not.toHaveLength(0);
		expect(charged()).toHaveLength(1);
	});

	it.each(['generate', 'waitUntilDone'])(
		'%s: a failed task is a failure that names it',
		async (operation) => {
			sandbox().behaviour.taskEnd = 'failed';
			const result = await run(
				node,
				operation,
				operation === 'generate' ? {} : { taskId: await createTask(node) },
			);
			const [id = 'none'] = /[0-9a-f]{24}/.exec(result.error?.message ?? '') ?? [];
			expect(result.error?.message).toContain(`GPTunnel: ${summaryOf('taskFailed')} (`);
			expect(result.error?.description).toContain(`Task ID: ${id}`);
			expect(result.error?.description).not.toContain('not lost');
			expect(charged()).toHaveLength(1);
		},
	);
});

describe('a task that is not finished in time', () => {
	it.each(['generate', 'waitUntilDone'])(
		'%s: fails with its id, and Get Result collects it later',
		async (operation) => {
			sandbox().behaviour.taskSeconds = 4;
			const parameters = operation === 'generate' ? {} : { taskId: await createTask() };
			const result = await run('GptImage', operation, { ...parameters, options: { timeout: 3 } });
			expect(result.error?.message).toContain(
				`${summaryOf('taskTimedOut')} (no result within 3 seconds`,
			);
			expect(result.error?.description).toContain('not lost');
			const [taskId = ''] = /[0-9a-f]{24}/.exec(result.error?.description ?? '') ?? [];
			const waited = await run('GptImage', 'waitUntilDone', { taskId });
			expect(waited.items[0]?.[0]?.json).toMatchObject({ taskId, status: 'succeeded' });
			const collected = await run('GptImage', 'getResult', { taskId });
			expect(collected.items[0]?.[0]?.binary?.data?.mimeType).toBe('image/webp');
			expect(charged()).toHaveLength(1);
		},
	);

	it.each(['generate', 'waitUntilDone'])(
		'%s: returns the state if that is wanted',
		async (operation) => {
			sandbox().behaviour.taskSeconds = 3600;
			const parameters = operation === 'generate' ? {} : { taskId: await createTask() };
			const result = await run('GptImage', operation, {
				...parameters,
				options: { timeout: 3, onTimeout: 'returnState' },
			});
			expect(result.error).toBeUndefined();
			expect(result.items[0]).toHaveLength(1);
			expect(result.items[0]?.[0]?.json).toMatchObject({
				taskId: expect.any(String),
				status: 'queued',
				isDone: false,
			});
			expect(charged()).toHaveLength(1);
		},
	);

	it('names itself in the item under "On Error: Continue"', async () => {
		sandbox().behaviour.taskSeconds = 3600;
		const result = await run(
			'GptImage',
			'generate',
			{ options: { timeout: 3 } },
			{ onError: 'continueRegularOutput' },
		);
		expect(result.items[0]?.[0]?.json.error).toMatchObject({
			taskId: expect.stringMatching(/^[0-9a-f]{24}$/),
			gateway: 'gptunnel',
			code: 'taskTimedOut',
		});
	});
});

describe('trouble while a task is looked at', () => {
	const html = { status: 200, body: '<html><title>Maintenance</title></html>' };
	it.each<[string, NonNullable<Sandbox['behaviour']['resultFaults']>]>([
		['connections that are cut', ['reset', 'reset']],
		['HTTP 429', [{ status: 429, body: { message: 'Too many requests' } }]],
		['HTTP 502', [{ status: 502, body: '<html>Bad Gateway</html>' }]],
		['HTTP 503', [{ status: 503, body: '' }]],
		['HTTP 403 of a proxy', [{ status: 403, body: '<html><title>Blocked</title></html>' }]],
		['HTTP 404 of a proxy', [{ status: 404, body: '<html>Not Found</html>' }]],
		['a page of HTML', [html]],
		['broken JSON', [{ status: 200, body: '{"code":0,"id":' }]],
		['an empty answer', [{ status: 200, body: '' }]],
		['code 1', [{ status: 200, body: { code: 1, message: 'Internal error' } }]],
		['code 6', [{ status: 200, body: { code: 6, message: 'Heavy load' } }]],
		['code 500', [{ status: 200, body: { code: 500, message: 'Internal exception' } }]],
	])('%s: the wait goes on', async (_name, faults) => {
		sandbox().behaviour.resultFaults = [...faults];
		const result = await run('GptImage', 'generate');
		expect(result.error).toBeUndefined();
		expect(result.items[0]?.[0]?.json).toMatchObject({ status: 'succeeded' });
		expect(requestsTo(RESULT)).toHaveLength(faults.length + 1);
		expect(charged()).toHaveLength(1);
	});

	it.each([
		[summaryOf('keyNotAccepted'), { code: 2, message: 'Invalid token' }],
		[summaryOf('taskNotFound'), { code: 4, message: 'Record not found' }],
		[summaryOf('balanceExhausted'), { code: 5, message: 'No money' }],
	])('%s: the wait ends, with the task in the message', async (happened, body) => {
		const taskId = await createTask();
		sandbox().behaviour.resultFaults = [{ status: 200, body }];
		const result = await run('GptImage', 'waitUntilDone', { taskId });
		expect(result.error?.message).toContain(
			`GPTunnel: ${happened} (${body.message}) [task ${taskId}] [item 0]`,
		);
		expect(requestsTo(RESULT)).toHaveLength(1);
		expect(charged()).toHaveLength(1);
	});

	it('what the content filter refused has failed', async () => {
		const taskId = await createTask();
		const body = { code: 1001, message: 'Sensitive content' };
		sandbox().behaviour.resultFaults = [
			{ status: 200, body },
			{ status: 200, body },
		];
		const waited = await run('GptImage', 'waitUntilDone', { taskId });
		expect(waited.error?.message).toContain(`${summaryOf('contentRefused')} (Sensitive content)`);
		expect(waited.error?.message).toContain(taskId);
		const looked = await run('GptImage', 'getResult', { taskId });
		expect(looked.items[0]?.[0]?.json).toMatchObject({
			taskId,
			status: 'failed',
			isDone: true,
			errorMessage: 'Sensitive content',
		});
	});

	it('Get Result lets it pass a few times, then names the task', async () => {
		const taskId = await createTask();
		sandbox().behaviour.resultFaults = ['reset'];
		const seen = await run('GptImage', 'getResult', { taskId });
		expect(seen.items[0]?.[0]?.json).toMatchObject({ status: 'succeeded' });

		sandbox().behaviour.resultFaults = Array.from({ length: 9 }, () => 'reset');
		const unseen = await run('GptImage', 'getResult', { taskId });
		expect(unseen.error?.message).toContain(summaryOf('taskNotSeen'));
		expect(unseen.error?.description).toContain(`Task ID: ${taskId}`);
		expect(charged()).toHaveLength(1);
	});

	it('Retry-After is kept to, and said where it is longer than the time allowed', async () => {
		const taskId = await createTask();
		sandbox().behaviour.resultFaults = [
			{ status: 429, headers: { 'retry-after': '3600' }, body: { message: 'Slow down' } },
		];
		const result = await run('GptImage', 'waitUntilDone', { taskId, options: { timeout: 60 } });
		expect(result.error?.message).toContain(
			`${summaryOf('taskNotSeen')} (the gateway asks to wait 3600 seconds`,
		);
		expect(result.error?.message).toContain(`the last look: Slow down) [task ${taskId}]`);
		expect(requestsTo(RESULT)).toHaveLength(1);
	});

	it('a task that was created just now may not be known at once', async () => {
		const unknown = { status: 200, body: { code: 4, message: 'Record not found' } };
		sandbox().behaviour.resultFaults = [unknown, unknown];
		const known = await run('GptImage', 'generate');
		expect(known.items[0]?.[0]?.json).toMatchObject({ status: 'succeeded' });

		sandbox().reset();
		sandbox().behaviour.resultFaults = Array.from({ length: 9 }, () => unknown);
		const lost = await run('GptImage', 'generate');
		expect(lost.error?.message).toContain(`${summaryOf('taskNotFound')} (Record not found) [task `);
		expect(requestsTo(RESULT)).toHaveLength(4);
		expect(charged()).toHaveLength(1);
	});

	it('the last look is told when the time is over', async () => {
		const taskId = await createTask();
		sandbox().behaviour.resultFaults = Array.from({ length: 99 }, () => ({
			status: 503,
			body: { message: 'Busy' },
		}));
		const result = await run('GptImage', 'waitUntilDone', { taskId, options: { timeout: 3 } });
		expect(result.error?.message).toContain('no result within 3 seconds, the last look: Busy');
	});
});

describe('Create Task of a task that has ended when its ID comes', () => {
	it('one that succeeded is told with its link, and nothing is downloaded', async () => {
		const url = sandbox().addFile('fox.webp', await picture(64, 64, 'webp'), 'image/webp');
		sandbox().behaviour.submitFaults = [
			{ status: 200, body: { code: 0, id: 'task-1', status: 'done', url } },
		];
		const { error, items } = await run('GptImage', 'createTask');
		expect(error).toBeUndefined();
		expect(items[0]?.map(({ json, binary }) => [json.status, json.url, binary])).toEqual([
			['succeeded', url, undefined],
		]);
		expect(sandbox().requests.filter(({ origin }) => origin === 'files')).toEqual([]);
	});

	it('one that failed is a failure', async () => {
		sandbox().behaviour.submitFaults = [
			{ status: 200, body: { code: 0, id: 'task-1', status: 'failed' } },
		];
		const { error, items } = await run('GptImage', 'createTask');
		expect(error?.message).toContain(`GPTunnel: ${summaryOf('taskFailed')}`);
		expect(items.flat()).toEqual([]);
	});
});

describe('unusual responses to a poll', () => {
	const ID = '687fbd658a5526000178d729';
	const look = async (body: Record<string, unknown>, options: INodeParameters = {}) => {
		sandbox().behaviour.resultFaults = [{ status: 200, body: { code: 0, id: ID, ...body } }];
		return await run('GptImage', 'getResult', { taskId: ID, options });
	};

	it('a link that is none is named, with the task', async () => {
		const result = await look({ status: 'done', url: 'pending' });
		expect(result.error?.message).toContain(`its link is none: pending) [task ${ID}]`);
		expect(requestsTo(RESULT)).toHaveLength(1);
	});

	it('blanks around a state and a link do no harm', async () => {
		const url = sandbox().addFile('fox.webp', await picture(64, 64, 'webp'), 'image/webp');
		const result = await look({ status: ' Done ', url: ` ${url} ` });
		expect(result.items[0]?.[0]?.json).toMatchObject({ status: 'succeeded', url, width: 64 });
	});

	it('a date that is none does not cost the file, and a price is told', async () => {
		const url = sandbox().addFile('fox.webp', await picture(64, 64, 'webp'), 'image/webp');
		const result = await look({ status: 'done', url, created_at: 8_640_000_000_000, cost: '12' });
		expect(result.items[0]?.[0]?.json).toMatchObject({ status: 'succeeded', cost: 12 });
		expect(result.items[0]?.[0]?.json).not.toHaveProperty('createdAt');
	});

	it('an unknown state with a link is done; one at work with a link is not, and the link is not lost', async () => {
		const url = sandbox().addFile('fox.webp', await picture(64, 64, 'webp'), 'image/webp');
		expect((await look({ status: 'polished', url })).items[0]?.[0]?.json).toMatchObject({
			status: 'succeeded',
			isDone: true,
			url,
			width: 64,
		});
		expect((await look({ status: 'processing', url })).items[0]?.[0]?.json).toMatchObject({
			status: 'running',
			isDone: false,
			url,
		});
		sandbox().behaviour.resultFaults = Array.from({ length: 99 }, () => ({
			status: 200,
			body: { code: 0, id: ID, status: 'processing', url },
		}));
		const result = await run('GptImage', 'waitUntilDone', { taskId: ID, options: { timeout: 3 } });
		expect(result.error?.message).toContain('it was still running ("processing")');
		expect(result.error?.description).toContain(`Link: ${url}`);
	});

	it('states that are names of something else in JavaScript are unknown', async () => {
		expect((await look({ status: 'constructor' })).items[0]?.[0]?.json).toMatchObject({
			status: 'running',
		});
	});

	it('what failed for its content says so', async () => {
		const result = await look({ code: 1001, status: 'failed', message: 'Sensitive content' });
		expect(result.items[0]?.[0]?.json).toMatchObject({
			status: 'failed',
			errorMessage: 'Sensitive content',
		});
	});

	it('the key is not repeated, whatever the gateway puts it into', async () => {
		const key = sandbox().keys.gptunnel;
		const words = { model: `m-${key}`, status: `s-${key}` };
		const running = await look(words);
		expect(running.items[0]?.[0]?.json).toMatchObject({ status: 'running' });
		expect(running.everything()).not.toContain(key);
		const failed = await look({ ...words, status: 'failed', message: `no ${key}` });
		expect(failed.items[0]?.[0]?.json).toMatchObject({ errorMessage: 'no …' });
		expect(failed.everything()).not.toContain(key);
	});

	it('what was said when the task was created still holds', async () => {
		sandbox().behaviour.submitFaults = [
			{
				status: 200,
				body: { code: 0, id: ID, status: 'idle', url: null, created_at: 1_753_202_021, cost: 7 },
			},
		];
		const url = sandbox().addFile('fox.webp', await picture(64, 64, 'webp'), 'image/webp');
		sandbox().behaviour.resultFaults = [
			{ status: 200, body: { id: 'another', status: 'done', url } },
		];
		const result = await run('GptImage', 'generate');
		expect(result.items[0]?.[0]?.json).toMatchObject({
			taskId: ID,
			model: 'gpt-image-1-low',
			createdAt: '2025-07-22T16:33:41.000Z',
			expiresAt: '2025-07-24T16:33:41.000Z',
			cost: 7,
		});
	});
});

describe('a create request that goes wrong', () => {
	it('names the task that was made in spite of it', async () => {
		const id = '687fbd658a5526000178d729';
		sandbox().behaviour.submitFaults = [
			{ status: 200, body: { code: 1, id, message: 'Internal error', status: 'idle' } },
		];
		const result = await run('GptImage', 'generate', {}, { onError: 'continueRegularOutput' });
		expect(result.items[0]?.[0]?.json.error).toMatchObject({
			taskId: id,
			message: `GPTunnel: ${summaryOf('gatewayFailed')} (Internal error) [task ${id}] [item 0]`,
			description: expect.stringContaining('not lost'),
		});
	});

	it('whose answer is lost is not sent again, and may have been paid for', async () => {
		sandbox().behaviour.submitFaults = ['reset'];
		const result = await run('GptImage', 'generate');
		expect(result.error?.message).toContain(summaryOf('answerLost'));
		expect(result.error?.description).toContain(adviceOf('answerLost'));
		expect(charged()).toHaveLength(1);
	});

	it.each([
		['the key', { code: 2, message: 'Invalid token' }, summaryOf('keyNotAccepted')],
		['the balance', { code: 5, message: 'No money' }, summaryOf('balanceExhausted')],
		['the filter', { code: 1002, message: 'Unsafe prompt' }, summaryOf('contentRefused')],
	])('%s: says so, and nothing is looked at', async (_name, body, happened) => {
		sandbox().behaviour.submitFaults = [{ status: 200, body }];
		const result = await run('GptImage', 'generate');
		expect(result.error?.message).toContain(`GPTunnel: ${happened} (${body.message}) [item 0]`);
		expect(requestsTo(RESULT)).toHaveLength(0);
		expect(charged()).toHaveLength(0);
	});

	it('ends the waits of the others, which the message names', async () => {
		sandbox().behaviour.taskSeconds = 3600;
		sandbox().behaviour.submitFaults = [{ status: 200, body: { code: 5, message: 'No money' } }];
		const result = await run(
			'GptImage',
			'generate',
			{},
			{ items: [{ json: {} }, { json: {} }, { json: {} }] },
		);
		expect(result.error?.message).toContain(`${summaryOf('balanceExhausted')} (No money) [item 0]`);
		expect(result.error?.description).toContain(NOTHING_CHARGED);
		expect(
			result.error?.description?.match(
				/on its way: item 1: task [0-9a-f]{24} , item 2: task [0-9a-f]{24} \./,
			),
		).toHaveLength(1);
		expect(charged()).toHaveLength(2);
	});

	it('stops the node, which names the tasks that were created besides', async () => {
		sandbox().behaviour.submitFaults = [{ status: 200, body: { code: 5, message: 'No money' } }];
		const result = await run(
			'GptImage',
			'createTask',
			{ options: { maxConcurrency: 3 } },
			{ items: [{ json: {} }, { json: {} }, { json: {} }] },
		);
		expect(result.error?.message).toContain(`${summaryOf('balanceExhausted')} (No money) [item 0]`);
		expect(result.error?.description?.match(/task [0-9a-f]{24}/g)).toHaveLength(2);
		expect(charged()).toHaveLength(2);
	});
});

describe('a gateway that takes only a few tasks at once', () => {
	const REFUSED = { status: 200, body: { code: 6, message: 'Heavy load' } };
	const collected = () => sandbox().requests.filter(({ origin }) => origin === 'files').length;

	it('the others wait until one has ended, and none is lost', async () => {
		let refused = 0;
		sandbox().behaviour = {
			taskSeconds: 2,
			get submitFaults() {
				if (charged().length - collected() < 3) return [];
				refused += 1;
				return [REFUSED];
			},
		};
		const items = Array.from({ length: 8 }, (_none, number) => ({ json: { number } }));
		const result = await run(
			'GptImage',
			'generate',
			{ prompt: '=Fox {{ $json.number }}' },
			{ items },
		);
		expect(result.error).toBeUndefined();
		expect(result.items[0]?.map(({ pairedItem }) => pairedItem)).toEqual(
			items.map((_none, item) => ({ item })),
		);
		expect(new Set(result.items[0]?.map(({ json }) => json.taskId)).size).toBe(8);
		expect(charged()).toHaveLength(8);
		expect(refused).toBeGreaterThan(4);
	});

	it('one that is refused when no other is at work is sent again, since others were taken', async () => {
		let refusals = 3;
		sandbox().behaviour = {
			taskSeconds: 0.5,
			get submitFaults() {
				return charged().length >= 3 && refusals-- > 0 ? [REFUSED] : [];
			},
		};
		const items = Array.from({ length: 4 }, (_none, number) => ({ json: { number } }));
		const result = await run(
			'GptImage',
			'generate',
			{ prompt: '=Fox {{ $json.number }}' },
			{ items },
		);
		expect(result.error).toBeUndefined();
		expect(result.items[0]).toHaveLength(4);
		expect(charged()).toHaveLength(4);
		expect(refusals).toBeLessThan(0);
	});

	it('an item that had to wait has all its time before it', async () => {
		sandbox().behaviour = {
			taskSeconds: 4,
			get submitFaults() {
				return charged().length - collected() < 1 ? [] : [REFUSED];
			},
		};
		const items = Array.from({ length: 4 }, (_none, number) => ({ json: { number } }));
		const result = await run('GptImage', 'generate', { options: { timeout: 13 } }, { items });
		expect(result.error).toBeUndefined();
		expect(result.items[0]).toHaveLength(4);
		expect(charged()).toHaveLength(4);
	});
});

describe('input images', () => {
	const withFile = async () => ({
		items: [
			{
				json: {},
				binary: {
					data: { bytes: await picture(640, 360), mimeType: 'image/png', fileName: 'fox.png' },
				},
			},
		],
	});
	const binary = { image: [{ source: 'binary', binaryPropertyName: 'data' }] };

	it('a file and base64 go as data URIs, a link as it is', async () => {
		const bytes = await picture(640, 360);
		const uri = `data:image/png;base64,${bytes.toString('base64')}`;
		const link = sandbox().addFile('fox.png', bytes, 'image/png');
		const images = {
			image: [
				{ source: 'binary', binaryPropertyName: 'data' },
				{ source: 'base64', base64: bytes.toString('base64') },
				{ source: 'url', url: link },
			],
		};
		const result = await run('GptImage', 'createTask', { images }, await withFile());
		expect(result.error).toBeUndefined();
		expect(requestsTo(CREATE)[0]?.body).toMatchObject({ images: [uri, uri, link] });
	});

	it('the first frame of a video', async () => {
		const result = await run('Seedance', 'createTask', { images: binary }, await withFile());
		expect(result.error).toBeUndefined();
		expect(requestsTo(CREATE)[0]?.body).toMatchObject({
			images: [expect.stringMatching(/^data:image\/png;base64,/)],
		});
	});

	it.each([
		['Seedance', 'First Frame'],
		['GptImage', 'Reference Images'],
	] as const)(
		'%s: where the gateway takes no data, the message says that it may want a link',
		async (node, label) => {
			sandbox().behaviour.gptunnelDataUris = 'refuse';
			const result = await run(node, 'generate', { images: binary }, await withFile());
			expect(result.error?.message).toContain(`GPTunnel: ${summaryOf('invalidInput')}`);
			expect(result.error?.message).toContain('this gateway may want a link');
			expect(result.error?.description).toContain(`Change "${label}"`);
			expect(charged()).toHaveLength(0);

			const link = sandbox().addFile('fox.png', await picture(640, 360), 'image/png');
			const linked = await run(node, 'createTask', {
				images: { image: [{ source: 'url', url: link }] },
			});
			expect(linked.error).toBeUndefined();
			expect(charged()).toHaveLength(1);
		},
	);

	it.each([
		[
			'two first frames',
			{
				image: [
					{ source: 'url', url: 'https://a.test/1.png' },
					{ source: 'url', url: 'https://a.test/2.png' },
				],
			},
			'First Frame: 2 images are too many, at most 1 is taken [item 0]',
		],
		[
			'a field that is not there',
			{ image: [{ source: 'binary', binaryPropertyName: 'nothing' }] },
			'nothing',
		],
		[
			'a link that is none',
			{ image: [{ source: 'url', url: 'fox' }] },
			'First Frame: image 1 is not an http or https link',
		],
	])('%s: refused before anything is sent', async (_name, images, message) => {
		const result = await run('Seedance', 'generate', { images });
		expect(result.error?.message).toContain(message);
		expect(sandbox().requests).toHaveLength(0);
	});
});

describe('what is wrong in the form is said before anything is sent', () => {
	it.each<[NodeName, string, INodeParameters, string]>([
		['Seedance', 'waitUntilDone', { taskId: '={{ " " }}' }, 'Task ID: it is empty'],
		['Seedance', 'generate', { aspectRatio: '4:3' }, 'Aspect Ratio: 4:3 is not offered here'],
		['Seedance', 'generate', { prompt: '={{ " " }}' }, 'Prompt: the prompt is empty'],
		[
			'GptImage',
			'generate',
			{ model: { __rl: true, mode: 'id', value: ' ' } },
			'Model: no model is chosen',
		],
		[
			'GptImage',
			'generate',
			{ options: { pollInterval: -1 } },
			'Poll Interval: has to be 0 or more seconds',
		],
		['GptImage', 'generate', { options: { timeout: 0 } }, 'Timeout: has to be more than 0 seconds'],
		[
			'GptImage',
			'generate',
			{ options: { onTimeout: '={{ "wait" }}' } },
			'On Timeout: wait is not offered',
		],
		[
			'GptImage',
			'generate',
			{ gateway: 'modelArk' },
			'Gateway: "modelArk" does not make this, choose one of gptunnel, myRouter, agentsFlare',
		],
	])('%s %s %p', async (node, operation, parameters, message) => {
		const result = await run(node, operation, parameters);
		expect(result.error?.message).toContain(message);
		expect(sandbox().requests).toHaveLength(0);
	});

	it('a model by its own id goes as it was typed', async () => {
		await run('GptImage', 'createTask', {
			model: { __rl: true, mode: 'id', value: ' gpt-image-2 ' },
		});
		expect(requestsTo(CREATE)[0]?.body).toMatchObject({ model: 'gpt-image-2' });
	});
});

describe('files', () => {
	it.each([403, 404] as const)(
		'a link that is dead with %d is asked for once more',
		async (status) => {
			sandbox().behaviour.deadLinks = { results: 1, status };
			const result = await run('GptImage', 'generate');
			expect(result.error).toBeUndefined();
			expect(result.items[0]?.[0]?.binary?.data?.mimeType).toBe('image/webp');
			expect(requestsTo(RESULT)).toHaveLength(2);
			expect(charged()).toHaveLength(1);
		},
	);

	it('a link that stays dead is named with its task, and Get Result collects the file later', async () => {
		sandbox().behaviour.deadLinks = { results: 2, status: 403 };
		const result = await run('GptImage', 'generate');
		expect(result.error?.message).toContain(summaryOf('fileGone'));
		expect(result.error?.description).toContain(`Link: ${sandbox().filesUrl}/`);
		const [, taskId = ''] = /Task ID: ([0-9a-f]{24})/.exec(result.error?.description ?? '') ?? [];
		expect(requestsTo(RESULT)).toHaveLength(2);
		const collected = await run('GptImage', 'getResult', { taskId });
		expect(collected.items[0]?.[0]?.binary?.data?.mimeType).toBe('image/webp');
		expect(charged()).toHaveLength(1);
	});

	it('own names and fields are kept to, and links alone if that is wanted', async () => {
		const options = { fileName: 'fox.final.png', putOutputInField: 'picture' };
		const named = await run('GptImage', 'generate', { options });
		expect(named.items[0]?.[0]?.binary?.picture).toMatchObject({ fileName: 'fox.final.webp' });
		const linked = await run('GptImage', 'generate', { options: { download: false } });
		expect(linked.items[0]?.[0]?.binary).toBeUndefined();
		expect(linked.items[0]?.[0]?.json).toMatchObject({ url: expect.any(String), isDone: true });
		expect(sandbox().requests.filter(({ origin }) => origin === 'files')).toHaveLength(1);
	});
});

describe('many items', () => {
	it('are all created before the first is waited for, and come out in their order', async () => {
		const ids = new Map<string, string>();
		// The first takes longest.
		sandbox().behaviour.taskSeconds = ({ number, prompt, id }) => {
			ids.set(prompt, id);
			return (9 - number) / 5;
		};
		const items = Array.from({ length: 10 }, (_none, number) => ({ json: { number } }));
		const result = await run(
			'GptImage',
			'generate',
			{ prompt: '=Fox {{ $json.number }}', options: { pollInterval: 0 } },
			{ items },
		);
		expect(result.error).toBeUndefined();
		const output = result.items[0] ?? [];
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
			items.map((_item, item) => ({ item })),
		);
		expect(requestsTo(CREATE)).toHaveLength(10);
		expect(
			sandbox()
				.requests.slice(0, 10)
				.every(({ path }) => path === CREATE),
		).toBe(true);
		expect(output.map(({ json }) => json.taskId)).toEqual(
			items.map((_item, item) => ids.get(`Fox ${item}`)),
		);
	});

	it('keep their places when some fail, with "On Error: Continue"', async () => {
		sandbox().behaviour.taskEnd = ({ prompt }) => (/[13]/.test(prompt) ? 'failed' : 'done');
		const items = Array.from({ length: 5 }, (_none, number) => ({ json: { number } }));
		const result = await run(
			'GptImage',
			'generate',
			{ prompt: '=Fox {{ $json.number }}' },
			{ items, onError: 'continueRegularOutput' },
		);
		const output = result.items[0] ?? [];
		expect(output.map(({ json }) => (json.error ? 'failed' : json.status))).toEqual([
			'succeeded',
			'failed',
			'succeeded',
			'failed',
			'succeeded',
		]);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
			items.map((_item, item) => ({ item })),
		);
		expect(charged()).toHaveLength(5);
	});

	it('are never more at a gateway than Max Concurrency', async () => {
		sandbox().behaviour.taskSeconds = 0.3;
		const items = Array.from({ length: 5 }, () => ({ json: {} }));
		await run('GptImage', 'generate', { options: { maxConcurrency: 2 } }, { items });
		const unfinished = new Set<unknown>();
		let most = 0;
		const files = sandbox().requests.filter(({ origin }) => origin === 'files');
		expect(files).toHaveLength(5);
		for (const request of sandbox().requests) {
			if (request.path === CREATE) unfinished.add(request);
			if (request.origin === 'files') unfinished.delete([...unfinished][0]);
			most = Math.max(most, unfinished.size);
		}
		expect(most).toBe(2);
	});

	it('are ordered ten at a time: each reads its input images then', async () => {
		const pictures = await openSlowPictures();
		const items = Array.from({ length: 30 }, (_none, number) => ({ json: { number } }));
		const image = [{ source: 'url', url: `=${pictures.url}/{{ $json.number }}.png` }];
		const { items: output } = await run('GptImage', 'createTask', { images: { image } }, { items });
		await pictures.close();
		expect(output[0]).toHaveLength(30);
		expect(charged()).toHaveLength(30);
		expect(pictures.most()).toBe(10);
	});

	it('are downloaded ten at a time', async () => {
		const pictures = await openSlowPictures();
		const done = {
			status: 200,
			body: { id: 'x', model: 'gpt-image-1-high', status: 'done', url: `${pictures.url}/0.png` },
		};
		sandbox().behaviour.resultFaults = Array.from({ length: 30 }, () => done);
		const items = Array.from({ length: 30 }, (_none, number) => ({ json: { number } }));
		const { items: output } = await run(
			'GptImage',
			'getResult',
			{ taskId: '=task-{{ $json.number }}' },
			{ items },
		);
		await pictures.close();
		expect(output[0]?.filter(({ binary }) => binary)).toHaveLength(30);
		expect(pictures.most()).toBe(10);
	});

	it('that wait for their download when another fails are named, and not downloaded', async () => {
		const pictures = await openSlowPictures(() => requestsTo(RESULT).length > 30);
		const done = {
			status: 200,
			body: { id: 'x', model: 'gpt-image-1-high', status: 'done', url: `${pictures.url}/0.png` },
		};
		const others = ['processing', 'failed'].map((status) => ({
			status: 200,
			body: { id: 'x', model: 'gpt-image-1-high', status },
		}));
		sandbox().behaviour.resultFaults = [...Array.from({ length: 29 }, () => done), ...others];
		const items = Array.from({ length: 30 }, (_none, number) => ({ json: { number } }));
		const { error } = await run(
			'GptImage',
			'waitUntilDone',
			{ taskId: '=task-{{ $json.number }}' },
			{ items },
		);
		await pictures.close();
		expect(error?.description?.match(/0\.png \(task task-\d+\)/g)).toHaveLength(29);
		expect(pictures.asked()).toBeLessThan(29);
	});

	it('are downloaded ten at a time, also those whose links were dead at first', async () => {
		const pictures = await openSlowPictures();
		const done = (name: string) => ({
			status: 200,
			body: {
				id: 'x',
				model: 'gpt-image-1-high',
				status: 'done',
				url: `${pictures.url}/${name}.png`,
			},
		});
		sandbox().behaviour.resultFaults = Array.from({ length: 60 }, (_none, look) =>
			done(look < 30 ? 'dead' : 'good'),
		);
		const items = Array.from({ length: 30 }, (_none, number) => ({ json: { number } }));
		const { items: output } = await run(
			'GptImage',
			'getResult',
			{ taskId: '=task-{{ $json.number }}' },
			{ items },
		);
		await pictures.close();
		expect(output[0]?.filter(({ binary }) => binary)).toHaveLength(30);
		expect(pictures.most()).toBe(10);
	});
});

/**
 * A server whose pictures come ten at a time: none before so many are asked for, and a moment later, in which one more
 * would be seen.
 * @param isReady until then no picture comes
 */
async function openSlowPictures(isReady = () => true) {
	const bytes = await picture(300, 200);
	const waiting: Array<() => void> = [];
	let most = 0;
	let asked = 0;
	const send = () => {
		if (isReady()) waiting.splice(0).forEach((answer) => answer());
		else setTimeout(send, 50);
	};
	const { url, close } = await listen(({ url: path }, response) => {
		if (path === '/dead.png') {
			response.writeHead(404).end();
			return;
		}
		waiting.push(() => response.end(bytes));
		asked += 1;
		most = Math.max(most, waiting.length);
		if (waiting.length === 10) setTimeout(send, 50);
	});
	return { url, close, most: () => most, asked: () => asked };
}
