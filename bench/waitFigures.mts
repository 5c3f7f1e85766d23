import { z } from 'zod';
import type { RecordedRequest, Sandbox } from '../sandbox/sandbox.mjs';
import type { ExecutedItem } from '../tools/n8nClient.mjs';
import { mean, summarize } from './statistics.mjs';
import type { Figure, WaitJob } from './waitJobs.mjs';

/** All that was seen of a job. Times are in milliseconds since 1970. */
export interface SeenWait {
	/** The files that came out, each with the number of its execution. */
	items: ReadonlyArray<{ json: ExecutedItem['json']; execution: number }>;
	/** When the pauses of each execution were to end. */
	pauseEnds: ReadonlyArray<ReadonlySet<number>>;
	requests: readonly RecordedRequest[];
	calls: Sandbox['calls'];
	tasks: ReturnType<Sandbox['taskTimes']>;
}

const itemSchema = z.object({ taskId: z.string(), url: z.string().url() });

/** Requests that are further apart are not of one poll. */
const APART_MS = 5000;

/** How much earlier than the end of a pause the poll for it may come. */
const EARLY_MS = 500;

/** The figures of a job that has been run once. */
export function figuresOf(job: WaitJob, seen: SeenWait): Partial<Record<Figure, number>> {
	const polls = seen.requests.filter(({ origin, paid }) => origin === 'api' && !paid);
	const late = latenessOf(job, seen);
	requireCalls(job, seen);
	const fromCalls = job.bounds.fromCall && secondsFromCalls(seen, polls);
	const resumed = job.bounds.resumed && secondsAfterPauses(seen, polls);
	if (resumed?.length === 0) throw new Error(`${job.name}: no end of a pause was seen`);
	return {
		requests: polls.length / job.executions.length,
		lateness: mean(late),
		mostLate: Math.max(...late),
		...(job.bounds.mostRequestsAtOnce && { mostRequestsAtOnce: mostAtOnce(polls) }),
		...(resumed && { resumed: Math.max(...resumed) }),
		...(fromCalls && {
			fromCall: summarize(fromCalls)?.median ?? NaN,
			mostFromCall: Math.max(...fromCalls),
		}),
	};
}

/** From the end of each task to the last byte of its file, in seconds. */
function latenessOf(job: WaitJob, { items, requests, tasks }: SeenWait): number[] {
	const arrivedAt = new Map(
		requests.flatMap(({ origin, path, endedAt }) =>
			origin === 'files' && endedAt !== undefined ? [[path, endedAt] as const] : [],
		),
	);
	const counted = items.filter(
		({ execution }, index) => !job.isLoop || items[index - 1]?.execution === execution,
	);
	return counted.map(({ json }) => {
		const { taskId, url } = itemSchema.parse(json);
		// Some gateways put something before the ID.
		const { doneAt = NaN } = tasks.find(({ id }) => taskId.endsWith(id)) ?? {};
		return ((arrivedAt.get(new URL(url).pathname) ?? NaN) - doneAt) / 1000;
	});
}

/** The most requests that came within moments of each other, after the first of all. */
function mostAtOnce(polls: readonly RecordedRequest[]): number {
	const times = polls.map(({ receivedAt }) => receivedAt).sort((one, other) => one - other);
	let [most, count] = [0, 0];
	for (const [index, time] of times.entries()) {
		count = time - (times[index - 1] ?? time) > APART_MS ? 1 : count + 1;
		most = Math.max(most, count);
	}
	return most;
}

const pollOf = (taskId: string, polls: readonly RecordedRequest[]) =>
	polls.filter(
		({ path, query }) => path.endsWith(taskId) || JSON.stringify(query).includes(taskId),
	);

const endedCallsFor = (taskId: string, calls: SeenWait['calls']) =>
	calls.filter(({ body }) => body.id === taskId && body.status === 'succeeded');

/** @throws Error if the gateway was not told to call for each task of a job that is about calls */
function requireCalls({ name, losesCalls, bounds }: WaitJob, { items, calls }: SeenWait): void {
	if (losesCalls !== true && bounds.fromCall === undefined) return;
	for (const { json } of items) {
		const { taskId } = itemSchema.parse(json);
		if (endedCallsFor(taskId, calls).length === 0)
			throw new Error(`${name}: nobody was called for task ${taskId}`);
	}
}

/** From the first call that a task has ended to the next poll of it, in seconds; Infinity if none followed. */
function secondsFromCalls({ items, calls }: SeenWait, polls: readonly RecordedRequest[]): number[] {
	return items.map(({ json }) => {
		const { taskId } = itemSchema.parse(json);
		const [first] = endedCallsFor(taskId, calls);
		const after = pollOf(taskId, polls).map(
			({ receivedAt }) => receivedAt - (first?.sentAt ?? Infinity),
		);
		return Math.min(...after.filter((time) => time >= 0)) / 1000;
	});
}

/** From the moment in which a pause was to end to the next poll, in seconds. */
function secondsAfterPauses(
	{ pauseEnds, items }: SeenWait,
	polls: readonly RecordedRequest[],
): number[] {
	return items.flatMap(({ json, execution }) => {
		const own = pollOf(itemSchema.parse(json).taskId, polls);
		return [...(pauseEnds[execution] ?? [])].map((end) => {
			const after = own.map(({ receivedAt }) => receivedAt - end);
			return Math.min(...after.filter((time) => time >= -EARLY_MS)) / 1000;
		});
	});
}
