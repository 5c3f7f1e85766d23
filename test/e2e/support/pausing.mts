import { waitFor, type Bench } from './bench.mjs';

/** Two starts of n8n, on a machine that is busy with the other tests, and several pauses, of a minute as a rule. */
export const PAUSING_TIMEOUT_MS = 420_000;

/** Seconds that a task takes which does not end in a test. */
export const ENDLESS = 1_000_000;

export async function untilWaiting({ n8n: client }: Bench, executionId: string): Promise<void> {
	await waitFor(
		'the execution to be put aside',
		async () => ((await client.statusOf(executionId)) === 'waiting' ? true : undefined),
		120,
	);
}
