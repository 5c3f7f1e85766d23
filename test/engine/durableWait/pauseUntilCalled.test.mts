/** Pause Until Called, on n8n's engine: when the gateway is told where to call, and what a call may bring about. */
import fc from 'fast-check';
import { join } from 'node:path';
import { z } from 'zod';
import type { EngineRun, RunOptions } from '../../support/engine.mjs';
import { runNode } from '../../support/engine.mjs';
import { IS_SINCE_2, itSince2 } from '../../support/engineVersions.mjs';
import { useSandbox } from '../../support/fixtures.mjs';
import nock from '../../support/nock.mjs';
import { ENDLESS, expectWaiting, ids, items } from '../../support/pausing.mjs';

const PATH = '/api/v3/contents/generations/tasks';
const MAX_CALLED = 5;
/** A single step, and n8n 1.123, give out no URL that is signed. */
const itIfSigned = itSince2('it does not sign the URL that resumes an execution');

const { sandbox, credentials, charged, requestsTo } = useSandbox({ taskSeconds: ENDLESS });
afterEach(() => jest.restoreAllMocks());

const pausing = async (
	parameters: RunOptions['parameters'] = {},
	more: Partial<RunOptions> = {},
): Promise<EngineRun> =>
	await runNode({
		node: 'Seedance',
		credentials: credentials(),
		backInto: [0],
		...more,
		parameters: {
			gateway: 'modelArk',
			prompt: 'A red fox',
			...parameters,
			options: {
				whileWaiting: 'pauseUntilCalled',
				...(typeof parameters.options === 'object' ? parameters.options : {}),
			},
		},
	});

const orderSchema = z.object({ callback_url: z.string().url().optional() });
const urls = () =>
	requestsTo(PATH)
		.filter(({ method }) => method === 'POST')
		.map(({ body }) => orderSchema.parse(body).callback_url);

const hintsOf = ({ runData }: EngineRun) =>
	(runData.Tested ?? []).flatMap(({ hints = [] }) => hints.map(({ message }) => message));

const ended = (id: unknown, status = 'succeeded') => ({ id, model: 'm', status, content: {} });

describe('where to call', () => {
	itIfSigned('the gateway is told the signed URL of this node and execution', async () => {
		const run = await pausing();
		expectWaiting(run, 1);
		const [url = ''] = urls();
		expect(url).toMatch(/^http:\/\/127\.0\.0\.1\/webhook-waiting\/\d+\/tested\?signature=\w{32,}$/);
		expect(hintsOf(run)).toEqual([]);
	});

	const itUnsigned = IS_SINCE_2 ? it.skip : it;
	if (IS_SINCE_2) console.log('Skipped on n8n 2: it signs the URL that resumes an execution');
	itUnsigned(
		'n8n 1.123 does not sign it: the gateway is not told, and a stranger’s call resumes nothing',
		async () => {
			const run = await pausing();
			expectWaiting(run, 1);
			expect(urls()).toEqual([undefined]);
			expect(hintsOf(run)).toEqual([expect.stringContaining('WEBHOOK_URL')]);
			const { response } = await run.answerCall(ended(ids(run, 0)?.[0]));
			expect(response).toEqual({ webhookResponse: { received: true } });
		},
	);

	itIfSigned('the last five of more items, whose calls are worth their price', async () => {
		const run = await pausing({ options: { maxConcurrency: 1 } }, { items: items(7) });
		expectWaiting(run, 7);
		expect(urls().map((url) => url !== undefined)).toEqual([
			...Array.from({ length: 7 - MAX_CALLED }, () => false),
			...Array.from({ length: MAX_CALLED }, () => true),
		]);
	});

	it.each([
		['with Pause Execution', { options: { whileWaiting: 'pauseExecution' } }, [0]],
		['with Keep Running', { options: { whileWaiting: 'keepRunning', timeout: 1 } }, []],
		['by Create Task', { operation: 'createTask' }, []],
	])('not %s', async (_when, parameters, backInto) => {
		await pausing(parameters, { backInto });
		expect(urls()).toEqual([undefined]);
	});

	it('not at a gateway that calls nobody', async () => {
		const run = await pausing({ gateway: 'gptunnel' });
		expectWaiting(run, 1);
		expect(requestsTo('/v1/media/create')[0]?.body).not.toHaveProperty('callback_url');
		expect(hintsOf(run)).toEqual([expect.stringContaining('A gateway that calls')]);
	});

	it('not at an address in a private network, which a public gateway could not call', async () => {
		const baseUrl = 'https://ark.example.com';
		const orders: unknown[] = [];
		nock(baseUrl)
			.post(PATH, (body) => orders.push(body) > 0)
			.reply(200, { id: 'cgt-1' });
		const run = await pausing(
			{},
			{ credentials: { modelArkApi: { apiKey: 'a-key-of-a-test', baseUrl } } },
		);
		expectWaiting(run, 1);
		expect(orders).toHaveLength(1);
		expect(orders[0]).not.toHaveProperty('callback_url');
		expect(hintsOf(run)).toEqual([expect.stringContaining('WEBHOOK_URL')]);
	});

	it('a tool cannot pause, and orders nothing', async () => {
		const run = await pausing({}, { calledByAgent: true });
		expect(run.error?.message).toContain('as a tool cannot pause');
		expect(charged()).toHaveLength(0);
	});
});

itIfSigned('what makes the URL a secret is not in what a refusal repeats', async () => {
	const baseUrl = 'http://127.0.0.1:9';
	let url = '';
	nock(baseUrl)
		.post(PATH)
		.reply((_path, body) => {
			url = orderSchema.parse(body).callback_url ?? '';
			return [400, { error: { code: 'InvalidParameter', message: `${url} is not allowed` } }];
		});
	const modelArkApi = { apiKey: 'a-key-of-a-test', baseUrl };
	const run = await pausing({}, { onError: 'continueErrorOutput', credentials: { modelArkApi } });
	const signature = new URL(url).searchParams.get('signature') ?? '';
	expect(signature.length).toBeGreaterThan(8);
	const shown = JSON.stringify([run.items, run.error?.message, run.nodeContext, run.logs]);
	expect(shown).toContain('is not allowed');
	expect(shown).not.toContain(signature);
});

describe('a call', () => {
	/** A run that waits for a task, which n8n would sign the URL for. */
	const waiting = async () => {
		const run = await pausing({}, { items: items(2) });
		expectWaiting(run, 2);
		return { run, taskIds: ids(run, 0) ?? [] };
	};

	for (const status of ['succeeded', 'failed', 'expired', 'cancelled'])
		itIfSigned(`that a task has ${status} leads the input back into the node, once`, async () => {
			const { run, taskIds } = await waiting();
			const { response } = await run.answerCall(ended(taskIds[0], status));
			expect(response.webhookResponse).toEqual({ received: true });
			expect(response.workflowData?.map((output) => output.map(({ json }) => json))).toEqual([
				[{ index: 0 }, { index: 1 }],
				[],
			]);
			// n8n may have read the same pause for another call, and would go on from there a second time.
			for (const taskId of taskIds)
				expect((await run.answerCall(ended(taskId))).response.workflowData).toBeUndefined();
		});

	itIfSigned('that comes when the pause is over leaves it to the timer', async () => {
		const { run, taskIds } = await waiting();
		const now = Date.now.bind(Date);
		jest.spyOn(Date, 'now').mockImplementation(() => now() + 61_000);
		expect((await run.answerCall(ended(taskIds[0]))).response.workflowData).toBeUndefined();
	});

	itIfSigned('of another task, or that none has ended, changes nothing', async () => {
		const { run, taskIds } = await waiting();
		for (const body of [
			ended('cgt-of-another'),
			ended(taskIds[0], 'queued'),
			ended(taskIds[0], 'running'),
			ended(taskIds[0], 'resting'),
		])
			expect((await run.answerCall(body)).response).toEqual({
				webhookResponse: { received: true },
			});
	});

	itIfSigned('that comes again when the task is known to have ended changes nothing', async () => {
		const { run, taskIds } = await waiting();
		sandbox().behaviour.taskSeconds = ({ number }) => (number === 0 ? 0 : ENDLESS);
		const next = await run.resume();
		expectWaiting(next, 2);
		expect((await next.answerCall(ended(taskIds[0]))).response.workflowData).toBeUndefined();
		expect((await next.answerCall(ended(taskIds[1]))).response.workflowData).toBeDefined();
	});

	it('finds nothing to resume where no call is expected', async () => {
		const run = await pausing({ options: { whileWaiting: 'pauseExecution' } });
		expectWaiting(run, 1);
		const { response } = await run.answerCall(ended(ids(run, 0)?.[0]));
		expect(response).toEqual({ webhookResponse: { received: true } });
	});

	itIfSigned('may hold anything: it never throws, and resumes nothing', async () => {
		const { run, taskIds } = await waiting();
		const bodies = fc.oneof(
			fc.anything(),
			fc.record({ id: fc.anything(), status: fc.constantFrom('succeeded', 'failed') }),
			fc.record({ id: fc.constantFrom(...taskIds), status: fc.anything(), content: fc.anything() }),
		);
		await fc.assert(
			fc.asyncProperty(bodies, async (body) => {
				const { response, logs } = await run.answerCall(body);
				expect(response.webhookResponse).toEqual({ received: true });
				const { status } = z.object({ status: z.string() }).catch({ status: '' }).parse(body);
				if (!/succe|fail|error|done|complete|finish|reject|abort|cancel|expired/i.test(status))
					expect(response.workflowData).toBeUndefined();
				expect(logs.join()).not.toContain('error:');
			}),
			{ numRuns: 300 },
		);
	});
});

describe('in the middle of an update', () => {
	const file = join(process.cwd(), 'dist', 'nodes', 'shared', 'durableWait', 'resumeCall.js');
	afterEach(() => jest.dontMock(file));

	itIfSigned('a call ends nothing, though the code for it is gone', async () => {
		const run = await pausing();
		jest.doMock(file, () => {
			throw new Error('Cannot find module');
		});
		const call = ended(ids(run, 0)?.[0]);
		const { response } = await run.answerCall(call);
		expect(response).toEqual({ webhookResponse: { received: false } });
		jest.dontMock(file);
		const again = await run.answerCall(call);
		expect(again.response.workflowData).toBeDefined();
	});
});

describe('a run that a call has resumed', () => {
	const resumedByCall = async (run: EngineRun) => {
		// n8n's own timer would not have resumed it yet.
		expect(run.waitTill?.getTime()).toBeGreaterThan(Date.now() + 30_000);
		return await run.resume();
	};
	const reads = () => sandbox().requests.filter(({ method }) => method === 'GET').length;

	itIfSigned('brings what has ended, bought once', async () => {
		const run = await pausing();
		sandbox().behaviour.taskSeconds = 0;
		const last = await resumedByCall(run);
		expect(last.status).toBe('success');
		expect(ids(last, 1)).toEqual(ids(run, 0));
		expect(charged()).toHaveLength(1);
	});

	itIfSigned('polls twice more if the status is older than the call, then waits on', async () => {
		const run = await pausing({}, { items: items(2) });
		const next = await resumedByCall(run);
		expectWaiting(next, 2);
		// Each poll is one list, and the first of them is compared with a task.
		expect(reads()).toBe(1 + 3);
		expect(charged()).toHaveLength(2);
	});

	itIfSigned(
		'polls once more for those that have ended meanwhile, and called in vain',
		async () => {
			sandbox().behaviour.taskSeconds = ({ number }) => (number === 0 ? 0 : ENDLESS);
			const run = await pausing({}, { items: items(2) });
			const next = await resumedByCall(run);
			expectWaiting(next, 2);
			expect(next.items[0]?.map(({ json }) => json.isDone)).toEqual([true, false]);
			expect(reads()).toBe(1 + 2);
		},
	);

	itIfSigned('ends if n8n resumes the same pause once more, and orders nothing again', async () => {
		const run = await pausing();
		sandbox().behaviour.taskSeconds = 0;
		expect((await resumedByCall(run)).status).toBe('success');
		const again = await run.resume();
		expect(again.status).toBe('error');
		expect(again.error?.message).toContain('resumed the execution twice');
		expect(charged()).toHaveLength(1);
	});

	itIfSigned('Retry of it: nobody calls that execution, and the user is told so', async () => {
		const run = await pausing();
		const retried = await run.retry();
		expectWaiting(retried, 1);
		expect(ids(retried, 0)).toEqual(ids(run, 0));
		expect(hintsOf(retried)).toEqual([expect.stringContaining('Nobody calls this execution')]);
		expect((await retried.answerCall(ended(ids(run, 0)?.[0]))).response.workflowData).toBe(
			undefined,
		);
		expect(charged()).toHaveLength(1);
	});

	itIfSigned('polls once if n8n has resumed it on time', async () => {
		const run = await pausing({}, { items: items(2) });
		const now = Date.now.bind(Date);
		jest.spyOn(Date, 'now').mockImplementation(() => now() + 61_000);
		expectWaiting(await run.resume(), 2);
		expect(reads()).toBe(1 + 1);
	});
});
