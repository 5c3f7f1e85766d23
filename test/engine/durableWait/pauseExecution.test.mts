import { runNode, type EngineRun } from '../../support/engine.mjs';
import {
	ENDLESS,
	expectWaiting,
	HOUR,
	ids,
	items,
	later,
	setUpPausing,
} from '../../support/pausing.mjs';
import { NOTHING_CHARGED, summaryOf } from '../../support/wording.mjs';

const { sandbox, credentials, charged, submissions, polls, pausing } = setUpPausing();

const TASKS_PATH = '/api/v3/contents/generations/tasks';
const AT_MODEL_ARK = { gateway: 'modelArk', operation: 'generate' };

/** How long the pause is, in seconds, less what the run has taken since. */
function expectPause({ waitTill }: EngineRun, seconds: number): void {
	const left = ((waitTill?.getTime() ?? 0) - Date.now()) / 1000;
	expect(left).toBeLessThanOrEqual(seconds + 1);
	expect(left).toBeGreaterThan(seconds - 20);
}

describe('Pause Execution', () => {
	it('Generate: buys once, waits as often as it must, and brings every file', async () => {
		const first = await pausing({}, { items: items(3) });
		expectWaiting(first, 3);
		expect([charged().length, polls()]).toEqual([3, 0]);

		const second = await first.resume();
		expectWaiting(second, 3);
		expect([charged().length, polls()]).toEqual([3, 3]);
		const bought = ids(second, 0);
		expect(bought).toEqual(ids(first, 0));

		sandbox().behaviour.taskSeconds = 0;
		const last = await second.resume();
		expect(last.error).toBeUndefined();
		expect(last.status).toBe('success');
		// What the poll has read is where the files are: none is polled again for its file.
		expect(polls()).toBe(6);
		expect(last.items[0]).toEqual([]);
		expect(ids(last, 1)).toEqual(bought);
		expect(last.items[1]?.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2].map((item) => ({ item })),
		);
		for (const item of last.items[1] ?? []) {
			expect(item.json).toMatchObject({
				status: 'succeeded',
				isDone: true,
				mimeType: 'image/webp',
			});
			expect((await last.binary(item)).length).toBe(item.json.fileSize);
		}
		expect([charged().length, submissions()]).toEqual([3, 3]);
	});

	it('Wait Until Done: the same for a task that was bought before', async () => {
		const { items: created } = await runNode({
			node: 'GptImage',
			parameters: { operation: 'createTask', prompt: 'A red fox' },
			credentials: credentials(),
		});
		const taskId = String(created[0]?.[0]?.json.taskId);
		const first = await pausing({ operation: 'waitUntilDone', taskId });
		expectWaiting(first, 1);
		expect(ids(first, 0)).toEqual([taskId]);
		sandbox().behaviour.taskSeconds = 0;
		const last = await first.resume();
		expect(last.items[1]).toEqual([
			expect.objectContaining({
				json: expect.objectContaining({ taskId, status: 'succeeded' }),
				binary: expect.anything(),
			}),
		]);
		expect(charged()).toHaveLength(1);
	});

	it('a prompt that is empty by the time of the second look holds back nothing that was bought', async () => {
		const first = await pausing({ prompt: '={{ $runIndex === 0 ? "A fox" : "" }}' });
		expectWaiting(first, 1);
		sandbox().behaviour.taskSeconds = 0;
		const last = await first.resume();
		expect(last.error).toBeUndefined();
		expect(ids(last, 1)).toEqual(ids(first, 0));
		expect(submissions()).toBe(1);
	});

	it('a prompt that is another each time it is read is ordered once all the same', async () => {
		const first = await pausing({ prompt: '={{ "A fox " + Math.random() }}' }, { items: items(2) });
		const second = await first.resume();
		expect(ids(second, 0)).toEqual(ids(first, 0));
		sandbox().behaviour.taskSeconds = 0;
		expect((await second.resume()).status).toBe('success');
		expect(submissions()).toBe(2);
	});

	it('several items wait as one, and those that have ended are asked about no more', async () => {
		sandbox().behaviour.taskSeconds = ({ number }) => (number === 0 ? 0 : ENDLESS);
		const first = await pausing({}, { items: items(2) });
		const second = await first.resume();
		expectWaiting(second, 2);
		const third = await second.resume();
		// What has ended is still told: an execution that is stopped now leaves nothing else.
		expectWaiting(third, 2);
		expect(third.items[0]?.map(({ json }) => json.isDone)).toEqual([true, false]);
		expect(polls()).toBe(2 + 1);
		sandbox().behaviour.taskSeconds = 0;
		const last = await third.resume();
		expect(ids(last, 1)).toEqual(ids(first, 0));
		expect(charged()).toHaveLength(2);
	});

	it('a look that comes to nothing is made up for by the next', async () => {
		const first = await pausing();
		sandbox().behaviour.resultFaults = Array.from({ length: 4 }, () => ({
			status: 502,
			body: 'Bad gateway',
		}));
		expectWaiting(await first.resume(), 1);
		expect(charged()).toHaveLength(1);
	});

	it('the time allowed is counted from the first run: then the task is named, and can be collected', async () => {
		const first = await pausing({ options: { timeout: 600 } });
		const taskId = String(ids(first, 0)?.[0]);
		later(HOUR);
		const last = await first.resume();
		expect(last.status).toBe('error');
		expect(last.error?.message).toContain('no result within 600 seconds');
		expect(last.error?.message).toContain(`[task ${taskId}]`);
		expect(last.error?.description).toContain(taskId);
		expect(charged()).toHaveLength(1);
	});

	it('On Timeout: Return State gives the state at the output Done', async () => {
		const first = await pausing({ options: { timeout: 600, onTimeout: 'returnState' } });
		later(HOUR);
		const last = await first.resume();
		expect(last.items).toEqual([
			[],
			[
				expect.objectContaining({
					json: expect.objectContaining({ taskId: ids(first, 0)?.[0], isDone: false }),
				}),
			],
		]);
	});

	it('what has ended when the time is over is collected', async () => {
		const first = await pausing({ options: { timeout: 600 } });
		sandbox().behaviour.taskSeconds = 0;
		later(HOUR);
		const last = await first.resume();
		expect(last.items[1]).toEqual([
			expect.objectContaining({
				json: expect.objectContaining({ status: 'succeeded' }),
				binary: expect.anything(),
			}),
		]);
	});

	it('the pause is the user’s own, and ends with the time allowed', async () => {
		expectPause(await pausing({ options: { pollInterval: 400 } }), 400);
		expectPause(await pausing({ options: { pollInterval: 400, timeout: 100 } }), 100);
		// n8n ends no shorter one on time.
		expectPause(await pausing(), 61);
		const pollInterval = '={{ $json.index === 0 ? 400 : 0 }}';
		expectPause(await pausing({ options: { pollInterval } }, { items: items(2) }), 61);
	});

	it('the longer it takes the rarer it looks, up to every five minutes', async () => {
		const first = await pausing({ options: { timeout: 86_400 } });
		later(HOUR / 3);
		const second = await first.resume();
		expectPause(second, 120);
		later(2 * HOUR);
		expectPause(await second.resume(), 300);
	});

	it('where it is known how long a task takes, the pause is as long as the next one needs', async () => {
		sandbox().behaviour.taskSeconds = ({ number }) => (number === 0 ? 400 : ENDLESS);
		const first = await pausing(AT_MODEL_ARK, { node: 'Seedance', items: items(2) });
		expectPause(first, 61);
		later(401_000);
		// 12 seconds more than the only one that is known, and a second.
		expectPause(await first.resume(), 12);
	});

	it('at most three requests for each resume of fifty tasks', async () => {
		const COUNT = 50;
		// So few that each could be polled by itself when its file is collected.
		const ENDED_FIRST = 3;
		let readBefore = 0;
		const readSince = () => {
			const reads = sandbox().requests.filter(
				({ method, path }) => method === 'GET' && path.includes(TASKS_PATH),
			).length;
			const since = reads - readBefore;
			readBefore = reads;
			return since;
		};
		const expectFew = (reads: number) => {
			expect(reads).toBeGreaterThan(0);
			expect(reads).toBeLessThanOrEqual(3);
		};
		const first = await pausing(AT_MODEL_ARK, { node: 'Seedance', items: items(COUNT) });
		expectWaiting(first, COUNT);
		expect(readSince()).toBe(0);
		const second = await first.resume();
		expectWaiting(second, COUNT);
		expectFew(readSince());
		sandbox().behaviour.taskSeconds = ({ number }) => (number < ENDED_FIRST ? 0 : ENDLESS);
		const third = await second.resume();
		expectWaiting(third, COUNT);
		expectFew(readSince());
		sandbox().behaviour.taskSeconds = 0;
		const last = await third.resume();
		expect(last.status).toBe('success');
		expect(ids(last, 1)).toEqual(ids(first, 0));
		expectFew(readSince());
		expect(charged()).toHaveLength(COUNT);
	});

	it('a URL that is dead when the file is collected is requested again', async () => {
		const first = await pausing(AT_MODEL_ARK, { node: 'Seedance' });
		sandbox().behaviour.taskSeconds = 0;
		sandbox().behaviour.fileFaults = [{ status: 404, body: 'gone' }];
		const last = await first.resume();
		expect(last.status).toBe('success');
		expect(ids(last, 1)).toEqual(ids(first, 0));
		expect(charged()).toHaveLength(1);
	});

	it('a task that fails ends the execution with its ID', async () => {
		const first = await pausing();
		sandbox().behaviour.taskSeconds = 0;
		sandbox().behaviour.taskEnd = 'failed';
		const last = await first.resume();
		expect(last.status).toBe('error');
		expect(last.error?.message).toContain(`[task ${String(ids(first, 0)?.[0])}]`);
		expect(charged()).toHaveLength(1);
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'On Error %s: what fails leaves by it, and is not ordered again',
		async (onError) => {
			sandbox().behaviour.submitFaults = [
				{ status: 400, body: { code: 2, error: { message: 'no such size' } } },
			];
			sandbox().behaviour.taskEnd = ({ number }) => (number === 0 ? 'failed' : 'done');
			const first = await pausing({ options: { maxConcurrency: 1 } }, { items: items(3), onError });
			const second = await first.resume();
			for (const {
				status,
				items: [running = [], ...others],
			} of [first, second]) {
				expect([status, ...others.flat()]).toEqual(['waiting']);
				expect(running.map(({ json }) => json)).toEqual([
					{
						gateway: 'gptunnel',
						isDone: true,
						errorMessage: expect.stringContaining('no such size'),
						errorDescription: expect.stringContaining(NOTHING_CHARGED),
					},
					expect.objectContaining({ taskId: expect.any(String) }),
					expect.objectContaining({ taskId: expect.any(String) }),
				]);
			}
			sandbox().behaviour.taskSeconds = 0;
			const last = await first.resume();
			expect(last.status).toBe('success');
			const [, done = [], failed = []] = last.items;
			const inError = onError === 'continueRegularOutput' ? done.slice(0, 2) : failed;
			expect(inError.map(({ json }) => json.error)).toEqual([
				expect.objectContaining({ message: expect.stringContaining('no such size') }),
				expect.objectContaining({ taskId: ids(first, 0)?.[1] }),
			]);
			expect(done.at(-1)?.json).toMatchObject({ taskId: ids(first, 0)?.[2], status: 'succeeded' });
			expect(done).toHaveLength(onError === 'continueRegularOutput' ? 3 : 1);
			expect([submissions(), charged().length]).toEqual([3, 2]);
		},
	);

	it('a refused order stops the node at once, and names what was bought', async () => {
		const model = {
			__rl: true,
			mode: 'id',
			value: '={{ $itemIndex === 1 ? "no-such-model" : "gpt-image-1-low" }}',
		};
		const run = await pausing({ model, options: { maxConcurrency: 1 } }, { items: items(3) });
		expect(run.status).toBe('error');
		expect(run.error?.message).toContain('[item 1]');
		expect(run.error?.description).toMatch(/Also made or on its way: item 0: task \w+ \./);
		expect([submissions(), charged().length]).toEqual([2, 1]);
	});

	it('a failure names what had ended before, too', async () => {
		sandbox().behaviour.taskSeconds = ({ number }) => (number === 0 ? 0 : ENDLESS);
		const first = await pausing({}, { items: items(3) });
		const second = await first.resume();
		sandbox().behaviour.taskSeconds = 0;
		sandbox().behaviour.taskEnd = ({ number }) => (number === 1 ? 'failed' : 'done');
		const last = await second.resume();
		const [ended, failed, other] = ids(first, 0) ?? [];
		expect(last.error?.message).toContain(`[task ${String(failed)}]`);
		expect(last.error?.description).toContain(`task ${String(ended)}`);
		expect(last.error?.description).toContain(`task ${String(other)}`);
		expect(charged()).toHaveLength(3);
	});

	it('Retry On Fail: the next try takes up what was bought, after a pause, too', async () => {
		const first = await pausing({}, { retryOnFail: { maxTries: 2 } });
		sandbox().behaviour.taskSeconds = 0;
		sandbox().behaviour.fileFaults = Array.from({ length: 2 }, () => ({
			status: 410,
			body: 'gone',
		}));
		const last = await first.resume();
		expect(last.thrown).toHaveLength(1);
		expect(ids(last, 1)).toEqual(ids(first, 0));
		expect(submissions()).toBe(1);
	});

	it('stopped in a run between two pauses, it ends, and the log names the task', async () => {
		const first = await pausing();
		const stop = new AbortController();
		sandbox().behaviour.resultFaults = ['hang'];
		const resumed = first.resume({ cancelSignal: stop.signal });
		const asked = async () => {
			while (polls() === 0) await new Promise((resolve) => setImmediate(resolve));
		};
		await asked();
		stop.abort();
		const last = await resumed;
		expect(last.status).toBe('canceled');
		expect(last.logs.join('\n')).toContain(String(ids(first, 0)?.[0]));
		expect(charged()).toHaveLength(1);
	});

	describe('where it could not end well, it says so before anything is sent', () => {
		afterEach(() => expect(sandbox().requests).toEqual([]));

		it('“Still Running” leads nowhere', async () => {
			const { error } = await pausing({}, { backInto: [] });
			expect(error?.message).toContain('Still Running');
			expect(error?.message).toContain('While Waiting');
			expect(error?.description).toBe(`Then run the whole workflow again. ${NOTHING_CHARGED}`);
		});

		it('nor does On Error: Continue make a loop of it', async () => {
			const run = await pausing(
				{},
				{ calledByAgent: true, onError: 'continueRegularOutput', items: items(2) },
			);
			expect(run.status).toBe('success');
			expect(run.runData.Tested).toHaveLength(1);
			expect(run.items).toEqual([
				[],
				[0, 1].map((item) => ({
					json: { error: expect.objectContaining({ message: expect.stringContaining('agent') }) },
					pairedItem: { item },
				})),
			]);
		});

		it('only “Done” leads back', async () =>
			expect((await pausing({}, { backInto: [1] })).error?.message).toContain('Still Running'));

		it('Always Output Data is on', async () =>
			expect((await pausing({}, { alwaysOutputData: true })).error?.message).toContain(
				'Always Output Data',
			));

		it.each(['pauseExecution', 'keepRunning'])(
			'nor do Always Output Data and On Error: Continue together make a loop of it (%s)',
			async (whileWaiting) => {
				const run = await pausing(
					{ options: { whileWaiting } },
					{ alwaysOutputData: true, onError: 'continueRegularOutput' },
				);
				expect(run.status).toBe('waiting');
				expect(run.runData.Tested).toHaveLength(1);
				expect(run.items.flat().map(({ json }) => json.error)).toContainEqual(
					expect.objectContaining({ message: expect.stringContaining('While Waiting') }),
				);
			},
		);

		it('an input item would be taken for a failure', async () => {
			const run = await pausing(
				{},
				{ items: [{ json: { error: 'of before' } }, { json: {} }], onError: 'continueErrorOutput' },
			);
			expect(run.items[2]?.map(({ json }) => json.error)).toEqual(
				[0, 1].map(() =>
					expect.objectContaining({ message: expect.stringContaining('the field “error”') }),
				),
			);
		});

		it.each(['generate', 'createTask'])(
			'the wire is left over, and %s would order without end',
			async (operation) => {
				const run = await pausing({ operation, options: { whileWaiting: 'keepRunning' } });
				expect(run.error?.message).toContain('wired straight back');
			},
		);

		it('nor does On Error: Continue make a loop of that', async () => {
			const run = await pausing(
				{ options: { whileWaiting: 'keepRunning' } },
				{ onError: 'continueRegularOutput' },
			);
			expect(run.status).toBe('success');
			expect(run.runData.Tested?.[0]?.data?.main?.[0]?.[0]?.json.error).toMatchObject({
				message: expect.stringContaining('wired straight back'),
			});
			expect(run.runData.Tested?.length).toBeLessThan(3);
		});

		it('an agent has called the workflow as a tool', async () =>
			expect((await pausing({}, { calledByAgent: true })).error?.message).toContain('agent'));
	});

	it('what could not be ordered in time is not ordered after it', async () => {
		sandbox().behaviour.submitFaults = Array.from({ length: 10 }, () => ({
			status: 429,
			body: { code: 6, error: { message: 'busy' } },
		}));
		const first = await pausing({ options: { timeout: 600 } });
		expect(first.status).toBe('waiting');
		expect(first.items[0]?.[0]?.json).toMatchObject({ status: 'queued', isDone: false });
		sandbox().behaviour.submitFaults = [];
		later(HOUR);
		const last = await first.resume();
		expect(last.error?.message).toContain(summaryOf('notSent'));
		expect(charged()).toHaveLength(0);
	});

	it('one that the gateway did not take at first is ordered after the pause', async () => {
		sandbox().behaviour.submitFaults = Array.from({ length: 10 }, () => ({
			status: 429,
			body: { code: 6, error: { message: 'busy' } },
		}));
		const first = await pausing();
		sandbox().behaviour.submitFaults = [];
		const second = await first.resume();
		expectWaiting(second, 1);
		sandbox().behaviour.taskSeconds = 0;
		expect((await second.resume()).items[1]).toHaveLength(1);
		expect(charged()).toHaveLength(1);
	});

	it('what slips after a pause names the tasks that were bought', async () => {
		const first = await pausing({
			options: { whileWaiting: 'pauseExecution', timeout: '={{ $runIndex === 0 ? 600 : "soon" }}' },
		});
		const last = await first.resume();
		expect(last.status).toBe('error');
		expect(last.error?.description).toContain(String(ids(first, 0)?.[0]));
		expect(charged()).toHaveLength(1);
	});

	it.each(['stopWorkflow', 'continueRegularOutput'] as const)(
		'%s: a credential that is spoilt after a pause costs no task',
		async (onError) => {
			const changed = credentials();
			const first = await pausing({}, { credentials: changed, onError });
			const [task] = ids(first, 0) ?? [];
			for (const credential of Object.values(changed)) credential.baseUrl = 'ftp://nowhere';
			const last = await first.resume();
			const told = last.error ?? last.items[1]?.[0]?.json.error;
			expect(told).toMatchObject({
				message: expect.stringMatching(`Base URL: .* \\[task ${String(task)}\\] \\[item 0\\]`),
				description: expect.stringContaining('is paid for and not lost'),
			});
			expect(told).toMatchObject({
				description: expect.not.stringContaining(NOTHING_CHARGED),
			});
			expect(charged()).toHaveLength(1);
		},
	);

	it('On Error: Continue: what slips after a pause names its task', async () => {
		const timeout = '={{ $runIndex === 0 || $itemIndex === 1 ? 600 : "soon" }}';
		const first = await pausing(
			{ options: { whileWaiting: 'pauseExecution', timeout } },
			{ items: items(2), onError: 'continueRegularOutput' },
		);
		const second = await first.resume();
		expectWaiting(second, 2);
		sandbox().behaviour.taskSeconds = 0;
		const last = await second.resume();
		const [slipped, other] = ids(first, 0) ?? [];
		expect(last.items[1]?.[0]?.json.error).toMatchObject({
			message: expect.stringContaining('Timeout'),
			taskId: slipped,
		});
		expect(last.items[1]?.[1]?.json).toMatchObject({ taskId: other, status: 'succeeded' });
		expect(charged()).toHaveLength(2);
	});

	it('“Done” wired back into the node, too, buys nothing more', async () => {
		const first = await pausing({}, { backInto: [0, 1] });
		sandbox().behaviour.taskSeconds = 0;
		const last = await first.resume();
		expect(last.error?.message).toContain('without a pause before');
		expect(submissions()).toBe(1);
	});

	it('a node that nothing leads into is executed as ever', async () => {
		sandbox().behaviour.taskSeconds = 0;
		const run = await runNode({
			node: 'GptImage',
			parameters: { prompt: 'A red fox' },
			credentials: credentials(),
			isFirst: true,
		});
		expect(run.error).toBeUndefined();
		expect(run.items[0]).toHaveLength(1);
	});

	it('left over from another operation, it changes nothing', async () => {
		const { items: created, status } = await pausing({ operation: 'createTask' }, { backInto: [] });
		expect(status).toBe('success');
		expect(created).toHaveLength(1);
		expect(created[0]?.[0]?.json).toMatchObject({ status: 'queued' });
	});
});
