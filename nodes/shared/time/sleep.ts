import { sleep as n8nSleep } from 'n8n-workflow';

/**
 * Waits, but not beyond the signal: older versions of n8n know no signal in their `sleep`.
 * @param milliseconds how long
 */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
	if (signal.aborted) return;
	let stop = () => {};
	const aborted = new Promise<void>((resolve) => {
		stop = resolve;
		signal.addEventListener('abort', stop);
	});
	try {
		await Promise.race([n8nSleep(milliseconds, signal).catch(() => undefined), aborted]);
	} finally {
		signal.removeEventListener('abort', stop);
	}
}
