import { sleep as n8nSleep } from 'n8n-workflow';
import { unlessAborted } from './unlessAborted';

/**
 * Waits, or ends the wait early when the signal fires. Never throws. n8n's own `sleep` throws then, and accepts no
 * signal in older versions.
 */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
	if (signal.aborted) return;
	const slept = n8nSleep(milliseconds, signal).catch(() => undefined);
	await unlessAborted(slept, signal);
}
