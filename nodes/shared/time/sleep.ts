import { sleep as n8nSleep } from 'n8n-workflow';

/**
 * Waits, or ends the wait early when the signal fires. Never throws. n8n's own `sleep` throws then, and accepts no
 * signal in older versions.
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
