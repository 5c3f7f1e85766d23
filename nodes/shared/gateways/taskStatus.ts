import { TASK_STATUSES, type TaskStatus } from '../generation/result';

/** The words for the statuses of a task that mean the same at every gateway. */
const WORDS: Record<TaskStatus, readonly string[]> = {
	queued: ['queued', 'pending', 'submitted'],
	running: ['running', 'processing'],
	succeeded: ['succeeded', 'succeed', 'success', 'completed', 'complete', 'done', 'finished'],
	failed: ['failed', 'failure', 'fail', 'error', 'rejected', 'aborted'],
	cancelled: ['cancelled', 'canceled'],
	expired: ['expired'],
};

const STATUSES: ReadonlyMap<string, TaskStatus> = new Map(
	TASK_STATUSES.flatMap((status) => WORDS[status].map((word) => [word, status] as const)),
);

/**
 * Returns the status of a task.
 * @param word the gateway's own
 * @param hasFile whether the URL of the result stands beside it: then an unknown word means that the task is done
 * @param own words, in lower case, that only this gateway has
 */
export function statusOf(
	word: string,
	hasFile: boolean,
	own?: ReadonlyMap<string, TaskStatus>,
): TaskStatus {
	const known = word.trim().toLowerCase();
	return own?.get(known) ?? STATUSES.get(known) ?? (hasFile ? 'succeeded' : 'running');
}
