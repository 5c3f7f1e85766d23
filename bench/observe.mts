import { z } from 'zod';
import type { RecordedRequest, Sandbox, SandboxTask } from '../sandbox/sandbox.mjs';

const RESULT = '/v1/media/result';

/** An execution and what it orders: for each item, how long the gateway takes, in seconds. */
export interface Plan {
	/** No other execution of the benchmark has it. */
	number: number;
	seconds: readonly number[];
}

/** What the gateway saw of an execution; times in milliseconds since 1970, in the order in which the items were ordered. */
export interface Seen {
	firstRequestAt: number;
	lastByteAt: number;
	/** When the gateway had finished each item. */
	doneAt: number[];
	/** When the last byte of each file had left. */
	deliveredAt: number[];
	/** How often it was asked for a result. */
	polls: number;
	/** The item of each task, by the task's id; empty where there are no tasks. */
	itemOfTask: Map<string, number>;
}

/** The prompts tell the sandbox what to do, and whose request it is. */
export function promptsOf({ number, seconds }: Plan): string[] {
	return seconds.map(
		(length, item) =>
			`A red fox trots through fresh snow, ${length} s, execution ${number}, item ${item}`,
	);
}

function readPrompt(prompt: string): { seconds: number; execution: number; item: number } {
	const [, seconds, execution, item] =
		/, ([\d.]+) s, execution (\d+), item (\d+)$/.exec(prompt) ?? [];
	return { seconds: Number(seconds), execution: Number(execution), item: Number(item) };
}

/** How long a task takes that a prompt of `promptsOf` ordered. */
export function taskSeconds({ prompt }: SandboxTask): number {
	return readPrompt(prompt).seconds;
}

/** How many files have left the gateway; as base64 they come with the answer to the order. */
export function deliveries({ requests }: Sandbox, asBase64: boolean): number {
	return requests.filter(
		(request) => arrived(request) && (asBase64 ? request.paid : request.origin === 'files'),
	).length;
}

function arrived({ status, endedAt }: RecordedRequest): boolean {
	return status === 200 && endedAt !== undefined;
}

const bodySchema = z.object({ prompt: z.string() });
const askedSchema = z.object({ task_id: z.string() });

/**
 * What was seen of an execution whose files have all been delivered. Of executions side by side only those are told
 * apart that work in tasks: the link to a picture does not say who ordered it.
 */
export function seen(sandbox: Sandbox, plan: Plan, asBase64: boolean): Seen {
	const orders = sandbox.requests.flatMap((request) => {
		const order = bodySchema.safeParse(request.body);
		const { execution, seconds } = readPrompt(order.data?.prompt ?? '');
		return request.paid && execution === plan.number
			? [{ ...request, doneAt: request.receivedAt + seconds * 1000 }]
			: [];
	});
	const tasks = sandbox
		.taskTimes()
		.filter(({ prompt }) => readPrompt(prompt).execution === plan.number);
	const downloads = sandbox.requests.filter(
		(request) => request.origin === 'files' && arrived(request),
	);
	const taskOfPath = (path: string) => /\/([0-9a-f]{24})_/.exec(path)?.[1] ?? '';
	const itemOfTask = new Map(tasks.map(({ id, prompt }) => [id, readPrompt(prompt).item]));

	const polls = sandbox.requests.filter(({ path, query, body }) => {
		const asked = askedSchema.safeParse(
			path === RESULT ? { ...query, ...z.object({}).passthrough().safeParse(body).data } : {},
		);
		return asked.success && itemOfTask.has(asked.data.task_id);
	});
	const own =
		tasks.length === 0
			? downloads
			: downloads.filter(({ path }) => itemOfTask.has(taskOfPath(path)));
	const delivered = asBase64 ? orders : own;
	if (tasks.length > 0) {
		const place = [...itemOfTask.keys()];
		delivered.sort(
			(one, other) => place.indexOf(taskOfPath(one.path)) - place.indexOf(taskOfPath(other.path)),
		);
	}
	const ends = (requests: readonly RecordedRequest[]) =>
		requests.map(({ endedAt = NaN }) => endedAt);
	return {
		firstRequestAt: Math.min(...orders.map(({ receivedAt }) => receivedAt)),
		lastByteAt: Math.max(...ends(delivered)),
		doneAt: (tasks.length === 0 ? orders : tasks).map(({ doneAt }) => doneAt),
		deliveredAt: ends(delivered),
		polls: polls.length,
		itemOfTask,
	};
}
