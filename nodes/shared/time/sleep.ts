import { sleep } from 'n8n-workflow';

/**
 * Waits, but not beyond the signal: older versions of n8n know no signal in their `sleep`.
 * @param milliseconds how long
 */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
	if (signal.aborted) return;
	let stop = () => {};
	const aborted = new Promise<void>((resolve) => {
		stop = resolve;
		signal.addEventListener('abort', stop);
	});
	try {
		await Promise.race([sleep(milliseconds, signal).catch(() => undefined), aborted]);
	} finally {
		signal.removeEventListener('abort', stop);
	}
}
