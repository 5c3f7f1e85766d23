import type { Job } from '../execution/job';
import type { ItemResult } from '../output/itemResult';
import { sleep } from '../time/sleep';

/** The status of a task may be a moment older than the call. */
const RECHECK_STALE_MS = [1000, 2000];

/** Another task that has ended meanwhile calls in vain, since n8n takes no call for an execution that runs. */
const RECHECK_OTHERS_MS = [2000];

/**
 * Checks again what is still running, in a run that a call has resumed.
 * @param first the results of the first check, in the order of the jobs
 * @returns the newest results, in that order
 */
export async function checkAgain(
	jobs: readonly Job[],
	first: ItemResult[][],
	check: (jobs: readonly Job[]) => Promise<ItemResult[][]>,
	cancel = new AbortController().signal,
): Promise<ItemResult[][]> {
	let newest = first;
	for (const delayMs of first.every(isRunning) ? RECHECK_STALE_MS : RECHECK_OTHERS_MS) {
		const running = jobs.filter((_job, index) => isRunning(newest[index]));
		if (running.length === 0 || newest.flat().some((result) => 'failed' in result)) break;
		await sleep(delayMs, cancel);
		const again = await check(running);
		newest = jobs.map((job, index) => again[running.indexOf(job)] ?? newest[index] ?? []);
	}
	return newest;
}

const isRunning = (results: readonly ItemResult[] = []): boolean =>
	results.every((result) => 'item' in result && result.item.json.isDone !== true);
