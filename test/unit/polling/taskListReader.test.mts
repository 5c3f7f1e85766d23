import type { GenerationResult, TaskStatus } from '../../../nodes/shared/generation/result.js';
import type { ListedStatuses } from '../../../nodes/shared/polling/fetchTaskStatuses.js';
import type { StatusResult } from '../../../nodes/shared/polling/pollTask.js';
import { TaskListReader } from '../../../nodes/shared/polling/taskListReader.js';

const { signal } = new AbortController();

const resultOf = (taskId: string, status: TaskStatus, url?: string): GenerationResult => ({
	files: url === undefined ? [] : [{ index: 0, source: { url } }],
	failedFiles: [],
	metadata: { taskId, status, gatewayStatus: status },
});

interface Rules {
	maxTaskIds?: number;
	serviceTiers?: string[];
	/** What comes in place of a list; undefined for a good one. */
	failure?: (tier: string | undefined) => ListedStatuses | undefined;
}

/** A gateway whose list has the tasks that `statusOf` knows, and what it was asked for. */
function gateway(
	statusOf: (taskId: string, tier: string | undefined) => GenerationResult | undefined,
	{ maxTaskIds = 100, serviceTiers, failure }: Rules = {},
) {
	const lists: Array<{ taskIds: readonly string[]; serviceTier?: string }> = [];
	const singlePolls: string[] = [];
	const reader = new TaskListReader({
		list: {
			idFilter: { maxTaskIds, minIntervalMs: 0 },
			...(serviceTiers ? { serviceTiers } : {}),
			buildRequest: () => ({ method: 'GET', path: '' }),
			parseResponse: () => ({ tasks: [], entries: 0 }),
			matches: () => true,
		},
		delayMs: () => 0,
		async fetch(filter): Promise<ListedStatuses> {
			lists.push(filter);
			const failed = failure?.(filter.serviceTier);
			if (failed) return failed;
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

it('leaves a task that is in no list to itself for fourteen rounds, and takes half of them as no list', async () => {
	const { reader, lists, read } = gateway((taskId) =>
		taskId === 'task-3' ? undefined : resultOf(taskId, 'running'),
	);
	expect((await read(ids(5))).has('task-3')).toBe(false);
	expect(lists).toHaveLength(1);
	for (let round = 1; round < 15; round++) {
		await read(ids(5));
		expect(lists.at(-1)?.taskIds).not.toContain('task-3');
	}
	await read(ids(5));
	expect(lists.at(-1)?.taskIds).toContain('task-3');
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
	[
		'no state',
		{ files: [], failedFiles: [], metadata: { taskId: 'task-1', status: 'running' as const } },
	],
])('a task that has %s by the list is polled by itself', async (_name, listed) => {
	const { read } = gateway((taskId) =>
		taskId === 'task-1' ? listed : resultOf(taskId, 'succeeded', 'https://files.test/1.mp4'),
	);
	const results = await read(ids(4));
	expect([...results.keys()].sort()).toEqual(['task-0', 'task-2', 'task-3']);
});

it('polls one task after another by itself, in one of fifteen rounds, and finds a list that lags', async () => {
	const { reader, singlePolls, read } = gateway((taskId) => resultOf(taskId, 'running'));
	for (let round = 0; round < 15; round++) await read(ids(3));
	expect(singlePolls).toEqual(['task-0']);
	expect(reader.isUseless()).toBe(false);
	const ended = { result: resultOf('task-1', 'succeeded', 'https://files.test/1.mp4') };
	const results = await read(ids(3), () => ended);
	expect(singlePolls).toEqual(['task-0', 'task-1']);
	expect(results.get('task-1')).toBe(ended);
	expect(reader.isUseless()).toBe(true);
	expect((await read(ids(3))).size).toBe(0);
});

it('a check that fails ends nothing: what the list tells counts', async () => {
	const { reader, read } = gateway((taskId) => resultOf(taskId, 'running'));
	const results = await read(ids(3), () => {
		throw new Error('out of order');
	});
	expect([...results.keys()]).toEqual(ids(3));
	expect(reader.isUseless()).toBe(false);
});

describe('two tiers', () => {
	const serviceTiers = ['default', 'flex'];
	const isFlex = (taskId: string) => taskId >= 'task-2';
	const statusOf = (taskId: string, tier: string | undefined) =>
		(tier === 'flex') === isFlex(taskId) ? resultOf(taskId, 'running') : undefined;

	it('a list that fails once leaves its tasks to the next round, and no other', async () => {
		let failures = 0;
		const { reader, singlePolls, read } = gateway(statusOf, {
			serviceTiers,
			failure: (tier) =>
				tier === 'flex' && failures++ === 0 ? { isRefused: false, retryAfter: 7 } : undefined,
		});
		const first = await read(ids(5));
		expect(first.get('task-1')).toHaveProperty('result');
		expect(first.get('task-4')).toEqual({ isPostponed: true, retryAfter: 7 });
		const second = await read(ids(5));
		expect(second.get('task-4')).toHaveProperty('result');
		expect(singlePolls).toEqual(['task-0']);
		expect(reader.isUseless()).toBe(false);
	});

	it('a tier that the gateway does not know leaves its tasks to themselves', async () => {
		const { reader, read } = gateway(statusOf, {
			serviceTiers,
			failure: (tier) => (tier === 'flex' ? { isRefused: true } : undefined),
		});
		const results = await read(['task-0', 'task-1', 'task-2']);
		expect([...results.keys()].sort()).toEqual(['task-0', 'task-1']);
		expect(reader.isUseless()).toBe(false);
	});
});

it('a round that nobody waits for tells nothing about the list', async () => {
	const { reader } = gateway(() => undefined, { failure: () => ({ isRefused: true }) });
	const poll = async () => ({ result: resultOf('task-0', 'running') });
	const polls = new Map(ids(3).map((taskId) => [taskId, poll]));
	expect((await reader.read(polls, AbortSignal.abort())).size).toBe(0);
	expect(reader.isUseless()).toBe(false);
});

it('a check that the gateway defers defers the list as well', async () => {
	const { lists, read } = gateway((taskId) => resultOf(taskId, 'running'));
	const error = { kind: 'rateLimited' as const, message: 'slow down' };
	const results = await read(ids(3), () => ({ error, retryAfter: 60 }));
	expect(lists).toEqual([]);
	expect(results.get('task-0')).toEqual({ error, retryAfter: 60 });
	expect(results.get('task-2')).toEqual({ isPostponed: true, retryAfter: 60 });
});
