import type { GenerationResult, TaskStatus } from '../../../nodes/shared/generation/result.js';
import type { ListedStatuses } from '../../../nodes/shared/polling/fetchTaskStatuses.js';
import type { StatusResult } from '../../../nodes/shared/polling/pollTask.js';
import { TaskListReader } from '../../../nodes/shared/polling/taskListReader.js';

const { signal } = new AbortController();

const resultOf = (taskId: string, status: TaskStatus, url?: string): GenerationResult => ({
	files: url === undefined ? [] : [{ index: 0, source: { url } }],
	failedFiles: [],
	metadata: { taskId, status },
});

/** A gateway whose list has the tasks that `statusOf` knows, and what it was asked for. */
function gateway(
	statusOf: (taskId: string, tier: string | undefined) => GenerationResult | undefined,
	{ maxTaskIds = 100, serviceTiers }: { maxTaskIds?: number; serviceTiers?: string[] } = {},
) {
	const lists: Array<{ taskIds: readonly string[]; serviceTier?: string }> = [];
	const singlePolls: string[] = [];
	const reader = new TaskListReader({
		list: {
			maxTaskIds,
			...(serviceTiers ? { serviceTiers } : {}),
			buildRequest: () => ({ method: 'GET', path: '' }),
			parseResponse: () => ({ tasks: [], entries: 0 }),
			matches: () => true,
		},
		delayMs: () => 0,
		async fetch(filter): Promise<ListedStatuses> {
			lists.push(filter);
			const found = filter.taskIds.flatMap((taskId) => {
				const status = statusOf(taskId, filter.serviceTier);
				return status ? [[taskId, status] as const] : [];
			});
			return { found: new Map(found), hasOthers: false };
		},
	});
	const read = async (
		taskIds: readonly string[],
		alone: (taskId: string) => StatusResult = (taskId) => ({ result: resultOf(taskId, 'running') }),
	) =>
		await reader.read(
			new Map(
				taskIds.map((taskId) => [
					taskId,
					async () => {
						singlePolls.push(taskId);
						return alone(taskId);
					},
				]),
			),
			signal,
		);
	return { reader, lists, singlePolls, read };
}

const ids = (count: number) => Array.from({ length: count }, (_none, index) => `task-${index}`);

it('requests no more IDs at once than the list takes', async () => {
	const { lists, read } = gateway((taskId) => resultOf(taskId, 'running'), { maxTaskIds: 100 });
	const results = await read(ids(250));
	expect(lists.map(({ taskIds }) => taskIds.length)).toEqual([100, 100, 50]);
	expect([...results.keys()].sort()).toEqual(ids(250).sort());
});

it('requests the list of the tier in which a task was found, from then on', async () => {
	const tierOf = (taskId: string) => (taskId.endsWith('1') ? 'flex' : 'default');
	const { lists, read } = gateway(
		(taskId, tier) => (tier === tierOf(taskId) ? resultOf(taskId, 'running') : undefined),
		{ serviceTiers: ['default', 'flex'] },
	);
	await read(ids(4));
	await read(ids(4));
	const rest = ['task-0', 'task-2', 'task-3'];
	expect(lists).toEqual([
		{ taskIds: ids(4), serviceTier: 'default' },
		{ taskIds: ['task-1'], serviceTier: 'flex' },
		{ taskIds: rest, serviceTier: 'default' },
		{ taskIds: ['task-1'], serviceTier: 'flex' },
	]);
});

it('leaves a task that is in no list to itself from then on, and takes half of them as no list', async () => {
	const { reader, lists, read } = gateway((taskId) =>
		taskId === 'task-3' ? undefined : resultOf(taskId, 'running'),
	);
	expect((await read(ids(5))).has('task-3')).toBe(false);
	expect(lists).toHaveLength(1);
	await read(ids(5));
	expect(lists[1]?.taskIds).not.toContain('task-3');
	expect(reader.isUseless()).toBe(false);

	const half = gateway((taskId) => (taskId < 'task-2' ? resultOf(taskId, 'running') : undefined));
	const results = await half.read(ids(4));
	expect(half.reader.isUseless()).toBe(true);
	expect(results.get('task-1')).toEqual({ result: resultOf('task-1', 'running') });
	expect(results.get('task-3')).toEqual({ isPostponed: true });
});

it.each([
	['succeeded without a file', resultOf('task-1', 'succeeded')],
	['failed', resultOf('task-1', 'failed')],
	['expired', resultOf('task-1', 'expired')],
	['cancelled', resultOf('task-1', 'cancelled')],
])('a task that has %s by the list is polled by itself', async (_name, listed) => {
	const { read } = gateway((taskId) =>
		taskId === 'task-1' ? listed : resultOf(taskId, 'succeeded', 'https://files.test/1.mp4'),
	);
	const results = await read(ids(4));
	expect([...results.keys()].sort()).toEqual(['task-0', 'task-2', 'task-3']);
});

it('polls the first task by itself in one of ten rounds, and finds a list that lags', async () => {
	const { reader, singlePolls, read } = gateway((taskId) => resultOf(taskId, 'running'));
	for (let round = 0; round < 10; round++) await read(ids(3));
	expect(singlePolls).toEqual(['task-0']);
	expect(reader.isUseless()).toBe(false);
	const ended = { result: resultOf('task-0', 'succeeded', 'https://files.test/0.mp4') };
	const results = await read(ids(3), () => ended);
	expect(results.get('task-0')).toBe(ended);
	expect(reader.isUseless()).toBe(true);
	expect((await read(ids(3))).size).toBe(0);
});

it('a check that fails ends nothing: the task is polled by itself once more', async () => {
	const { reader, read } = gateway((taskId) => resultOf(taskId, 'running'));
	const results = await read(ids(3), () => {
		throw new Error('out of order');
	});
	expect([...results.keys()]).toEqual(ids(3));
	expect(reader.isUseless()).toBe(false);
});
