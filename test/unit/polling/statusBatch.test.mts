import type { GenerationResult } from '../../../nodes/shared/generation/result.js';
import type { StatusResult } from '../../../nodes/shared/polling/pollTask.js';
import { StatusBatch } from '../../../nodes/shared/polling/statusBatch.js';
import { TaskListReader } from '../../../nodes/shared/polling/taskListReader.js';
import { FEW_POLLS, MAX_PARALLEL_POLLS } from '../../../nodes/shared/polling/tuning.js';
import { startDeadline, type TimedDeadline } from '../../../nodes/shared/time/deadline.js';

const RUNNING: StatusResult = {
	result: { files: [], failedFiles: [], metadata: { status: 'running', gatewayStatus: 'running' } },
};

const failed = (taskId: string): GenerationResult => ({
	files: [],
	failedFiles: [],
	metadata: { taskId, status: 'failed', gatewayStatus: 'failed' },
});

let deadline: TimedDeadline;
beforeEach(() => (deadline = startDeadline(60)));
afterEach(() => deadline.close());

/** @param delayMs until the gateway accepts the next list */
function account(delayMs: number) {
	const lists: number[] = [];
	const slept: number[] = [];
	const atWork = { now: 0, most: 0, total: 0 };
	const reader = new TaskListReader({
		list: {
			idFilter: { maxTaskIds: 100, minIntervalMs: 0 },
			buildRequest: () => ({ method: 'GET', path: '' }),
			parseResponse: () => ({ tasks: [], entries: 0 }),
			matches: () => true,
		},
		delayMs: () => delayMs,
		async fetch({ taskIds }) {
			lists.push(taskIds.length);
			// A list ends no task without a file.
			return {
				found: new Map(taskIds.map((taskId) => [taskId, failed(taskId)])),
				hasOthers: false,
			};
		},
	});
	const clock = {
		now: () => 0,
		sleep: async (milliseconds: number) => void slept.push(milliseconds),
		chance: () => 0,
	};
	const batch = new StatusBatch(reader, 0, clock, FEW_POLLS);
	const pollAll = async (count: number) =>
		await Promise.all(
			Array.from({ length: count }, async (_none, index) => {
				const pollAlone = async () => {
					atWork.total += 1;
					atWork.most = Math.max(atWork.most, ++atWork.now);
					await new Promise((resolve) => setImmediate(resolve));
					atWork.now -= 1;
					return RUNNING;
				};
				return await batch.poll(`task-${index}`, pollAlone, deadline);
			}),
		);
	return { pollAll, lists, slept, atWork };
}

it('polls no more than ten tasks by themselves at once, whatever the list lacks', async () => {
	const { pollAll, lists, atWork } = account(0);
	const results = await pollAll(25);
	expect(results).toEqual(Array.from({ length: 25 }, () => RUNNING));
	expect(lists).toEqual([25]);
	expect(atWork.most).toBe(MAX_PARALLEL_POLLS);
});

it('does not let a few wait for a list: each is polled by itself', async () => {
	const { pollAll, lists, slept, atWork } = account(500);
	await pollAll(FEW_POLLS);
	expect(lists).toEqual([]);
	expect(slept).not.toContain(500);
	expect(atWork.total).toBe(FEW_POLLS);
});

it.each([
	['more of them', FEW_POLLS + 1, 500],
	['a few that need not wait for long', 2, 300],
])('lets %s wait for it', async (_who, count, delayMs) => {
	const { pollAll, lists, slept } = account(delayMs);
	await pollAll(count);
	expect(lists).toEqual([count]);
	expect(slept).toContain(delayMs);
});
