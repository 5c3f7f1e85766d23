/** Nobody waits longer, and a larger number may be infinite. */
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/**
 * Reads how long a server asks to wait from its header `Retry-After`.
 * @param header seconds, or a date; anything else is ignored
 * @param nowMs Unix time, for a date
 * @returns seconds, or undefined if it does not ask to wait
 */
export function parseRetryAfter(header: string, nowMs: number): number | undefined {
	const text = header.trim();
	if (text === '') return undefined;
	const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : (Date.parse(text) - nowMs) / 1000;
	return seconds > 0 ? Math.min(seconds, YEAR_SECONDS) : undefined;
}
