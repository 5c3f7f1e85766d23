/** Nobody waits longer, and a number without end is no time. */
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/**
 * How long a server asks to wait, from its header `Retry-After`.
 * @param header seconds, or a date; anything else counts as nothing
 * @param now Unix time in milliseconds, for a date
 * @returns seconds, or undefined where it asks for nothing
 */
export function secondsToWait(header: string, now: number): number | undefined {
	const text = header.trim();
	if (text === '') return undefined;
	const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : (Date.parse(text) - now) / 1000;
	return seconds > 0 ? Math.min(seconds, YEAR_SECONDS) : undefined;
}
