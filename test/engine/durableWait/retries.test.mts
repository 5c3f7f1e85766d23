import type { EngineRun, RunOptions } from '../../support/engine.mjs';
import {
	ENDLESS,
	expectWaiting,
	HOUR,
	ids,
	items,
	later,
	setUpPausing,
} from '../../support/pausing.mjs';
import { summaryOf } from '../../support/wording.mjs';

const { sandbox, charged, submissions, pausing } = setUpPausing();

const FAILED = { taskEnd: 'failed' } as const;

describe('Retry On Fail', () => {
	it('a task that fails is not ordered again: each pause would bring another try', async () => {
		const first = await pausing({}, { retryOnFail: { maxTries: 3 } });
		const [task] = ids(first, 0) ?? [];
		Object.assign(sandbox().behaviour, { taskSeconds: 0, ...FAILED });
		const last = await first.resume();
		expect(last.thrown).toHaveLength(3);
		expect(last.error?.message).toContain('it is not ordered again after a pause');
		expect(last.error?.message).toContain(`[task ${String(task)}]`);
		expect([submissions(), charged().length]).toEqual([1, 1]);
	});
});

describe('On Error: Stop Workflow', () => {
	it('a task that fails is told at once; the others go on, and are named', async () => {
		const first = await pausing({}, { items: items(3) });
		const [failed, done, working] = ids(first, 0) ?? [];
		sandbox().behaviour.taskSeconds = ({ number }) => (number === 2 ? ENDLESS : 0);
		sandbox().behaviour.taskEnd = ({ number }) => (number === 0 ? 'failed' : 'done');
		const last = await first.resume();
		expect(last.error?.message).toContain(`GPTunnel: ${summaryOf('taskFailed')}`);
		expect(last.error?.message).toContain(`[task ${String(failed)}] [item 0]`);
		expect(last.error?.description).toMatch(
			new RegExp(`item 1: .*task ${String(done)}.* , item 2: task ${String(working)} `),
		);
		expect(charged()).toHaveLength(3);
	});
});

it('a look that is refused names the tasks of all items', async () => {
	const first = await pausing({ options: { maxConcurrency: 1 } }, { items: items(3) });
	const [refused, ...others] = ids(first, 0) ?? [];
	sandbox().behaviour.resultFaults = [{ status: 401, body: { code: 2, message: 'No such key' } }];
	const last = await first.resume();
	expect(last.error?.message).toContain(`[task ${String(refused)}] [item 0]`);
	expect(last.error?.description).toContain(
		`item 1: task ${String(others[0])} , item 2: task ${String(others[1])} `,
	);
	expect(last.error?.description).not.toContain('not sent');
	expect(charged()).toHaveLength(3);
});

it('a task that has failed by one look and is at work by the next is waited for', async () => {
	const first = await pausing();
	const [contradictory] = ids(first, 0) ?? [];
	sandbox().behaviour.resultFaults = [
		{ status: 200, body: { code: 0, id: contradictory, status: 'failed' } },
	];
	expectWaiting(await first.resume(), 1);
	expect(charged()).toHaveLength(1);
});

it('a task that has failed by one look and not by the next is waited for with the others', async () => {
	const first = await pausing({ options: { maxConcurrency: 1 } }, { items: items(2) });
	const [contradictory] = ids(first, 0) ?? [];
	sandbox().behaviour.taskSeconds = ({ number }) => (number === 0 ? 0 : ENDLESS);
	sandbox().behaviour.resultFaults = [
		{ status: 200, body: { code: 0, id: contradictory, status: 'failed' } },
	];
	const second = await first.resume();
	expectWaiting(second, 2);
	sandbox().behaviour.taskSeconds = 0;
	const last = await second.resume();
	expect(last.items[1]?.map(({ json, binary }) => [json.status, binary !== undefined])).toEqual([
		['succeeded', true],
		['succeeded', true],
	]);
	expect(charged()).toHaveLength(2);
});

it('a slip after a task has failed does not call it paid for and not lost', async () => {
	const first = await pausing(
		{ prompt: '={{ $runIndex < 2 || $itemIndex === 1 ? "A fox" : "" }}' },
		{ items: items(2), onError: 'continueRegularOutput' },
	);
	sandbox().behaviour.taskSeconds = ({ number }) => (number === 0 ? 0 : ENDLESS);
	sandbox().behaviour.taskEnd = ({ number }) => (number === 0 ? 'failed' : 'done');
	const second = await first.resume();
	expectWaiting(second, 2);
	sandbox().behaviour.taskSeconds = 0;
	const last = await second.resume();
	expect(last.items[1]?.[0]?.json.error).toMatchObject({
		taskId: ids(first, 0)?.[0],
		description: expect.not.stringContaining('not lost'),
	});
	expect(last.items[1]?.[1]?.json.status).toBe('succeeded');
	expect(charged()).toHaveLength(2);
});

describe('Stop', () => {
	it('during a poll names the tasks that have ended before, and those that were not polled yet', async () => {
		const first = await pausing({ options: { maxConcurrency: 1 } }, { items: items(3) });
		sandbox().behaviour.taskSeconds = ({ number }) => (number === 0 ? 0 : ENDLESS);
		const second = await first.resume();
		expect(second.items[0]?.map(({ json }) => json.isDone)).toEqual([true, false, false]);
		const stop = new AbortController();
		sandbox().behaviour.taskSeconds = () => {
			stop.abort();
			return ENDLESS;
		};
		const { status, logs } = await second.resume({ cancelSignal: stop.signal });
		expect(status).toBe('canceled');
		const line = logs.find((text) => text.includes('was stopped'));
		for (const id of ids(first, 0) ?? []) expect(line).toContain(`GPTunnel task ${String(id)}`);
		expect(charged()).toHaveLength(3);
	});
});

describe('items that come by two wires', () => {
	it.each(['v0', 'v1'] as const)(
		'each wire is a run of its own, ordered once (execution order %s)',
		async (executionOrder) => {
			let run = await pausing({}, { items: items(4), wires: 2, executionOrder });
			expectWaiting(run, 2);
			const bought = [ids(run, 0)];
			run = await run.resume();
			expectWaiting(run, 2);
			expect(charged()).toHaveLength(2);
			sandbox().behaviour.taskSeconds = 0;
			run = await run.resume();
			// The first two are done, and the others ordered.
			expectWaiting(run, 2);
			bought.push(ids(run, 0));
			run = await run.resume();
			expect(run.error).toBeUndefined();
			expect(run.status).toBe('success');
			const done = (run.runData.Tested ?? []).flatMap(({ data }) => data?.main?.[1] ?? []);
			expect(done.map(({ json }) => json.taskId)).toEqual(bought.flat());
			expect([submissions(), charged().length]).toEqual([4, 4]);
		},
	);
});

it('what is kept for a pause is gone when all has ended well', async () => {
	const first = await pausing();
	expect(first.everything()).toContain('firstRun');
	sandbox().behaviour.taskSeconds = 0;
	expect((await first.resume()).everything()).not.toContain('firstRun');
});

it.each([
	['nothing in it', { error: null }],
	['others beside it', { error: 'a column of a sheet', prompt: 'A red fox' }],
])('an input item with the field “error” and %s is no failure', async (_what, json) => {
	const first = await pausing({}, { items: [{ json }], onError: 'continueErrorOutput' });
	expectWaiting(first, 1);
	sandbox().behaviour.taskSeconds = 0;
	const last = await first.resume();
	expect(ids(last, 1)).toEqual(ids(first, 0));
	expect(charged()).toHaveLength(1);
});

describe('the editor’s Retry of an execution that failed after a pause', () => {
	/** The first of two has ended, and the time is over for the other. */
	async function failed(more: Partial<RunOptions> = {}): Promise<EngineRun> {
		sandbox().behaviour.taskSeconds = ({ number }) => (number === 0 ? 0 : ENDLESS);
		const first = await pausing({ options: { timeout: 600 } }, { items: items(2), ...more });
		const second = await first.resume();
		expectWaiting(second, 2);
		later(HOUR);
		const last = await second.resume();
		expect(last.error?.message).toContain('no result within');
		jest.restoreAllMocks();
		return last;
	}

	it('gives new time, and buys nothing', async () => {
		const again = await (await failed()).retry();
		expectWaiting(again, 2);
		sandbox().behaviour.taskSeconds = 0;
		const last = await again.resume();
		expect(last.items[1]?.map(({ json }) => json.status)).toEqual(['succeeded', 'succeeded']);
		expect(charged()).toHaveLength(2);
	});

	it('with another prompt, every item is ordered for that', async () => {
		const run = await failed();
		const again = await run.retry({
			parameters: { prompt: 'A boat', options: { whileWaiting: 'pauseExecution', timeout: 600 } },
		});
		expectWaiting(again, 2);
		sandbox().behaviour.taskSeconds = 0;
		const last = await again.resume();
		expect(last.items[1]?.map(({ json }) => json.status)).toEqual(['succeeded', 'succeeded']);
		expect([submissions(), charged().length]).toEqual([4, 4]);
	});

	it('with Keep Running in place of the pause, takes up what was bought', async () => {
		const run = await failed();
		sandbox().behaviour.taskSeconds = 0;
		const last = await run.retry({
			parameters: { prompt: 'A red fox', options: { timeout: 600 } },
			backInto: [],
		});
		expect(last.error).toBeUndefined();
		expect(last.items[0]?.map(({ json }) => json.status)).toEqual(['succeeded', 'succeeded']);
		expect(charged()).toHaveLength(2);
	});

	it.each(['$runIndex', '$prevNode.name'])(
		'takes up what was bought, and keeps it through the next pauses, though %s is another there',
		async (expression) => {
			const parameters = (second: string) => ({
				prompt: `={{ "A fox " + ${expression} }}`,
				model: {
					__rl: true,
					mode: 'id',
					value: `={{ $itemIndex === 1 ? "${second}" : "gpt-image-1-low" }}`,
				},
				options: { whileWaiting: 'pauseExecution', maxConcurrency: 1 },
			});
			const refused = await pausing(parameters('no-such-model'), { items: items(2) });
			expect(refused.error?.message).toContain('[item 1]');
			expect(charged()).toHaveLength(1);
			const again = await refused.retry({ parameters: parameters('gpt-image-1-medium') });
			expectWaiting(again, 2);
			const next = await again.resume();
			expect(ids(next, 0)).toEqual(ids(again, 0));
			expect(charged()).toHaveLength(2);
		},
	);

	it('asks as the run that failed, though its prompt was another in the first', async () => {
		const first = await pausing({ prompt: '={{ "A fox after " + $prevNode.name }}' });
		sandbox().behaviour.taskSeconds = 0;
		sandbox().behaviour.deadLinks = { results: 3, status: 404 };
		const failed = await first.resume();
		expect(failed.error?.message).toContain('could not be downloaded');
		sandbox().behaviour.deadLinks = { results: 0, status: 404 };
		const last = await failed.retry();
		expect(ids(last, 1)).toEqual(ids(first, 0));
		expect(charged()).toHaveLength(1);
	});
});
