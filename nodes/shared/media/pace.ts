/** What the next pause between two looks at a task depends on. All times in milliseconds. */
export interface Since {
	/** How long the task has been waited for. */
	elapsed: number;
	/** How many looks in a row went wrong. */
	troubles: number;
	/** What the gateway asked for, 0 where it asked for nothing. */
	retryAfter: number;
	/** The user's own pace, 0 for one that adapts. */
	pollInterval: number;
}

/** Pictures come within seconds, so the first looks are close: nobody notices less. */
const QUICKEST = 900;
/** Up to here the pace may slow down at first: at 20 s a look is less than 2 s late. */
const STEADY = 1800;
/** Later a look may be late by this part of the time waited, which nobody minds. */
const LATE = 0.09;
/** Slower is never needed: it is six requests a minute. */
const SLOWEST = 10_000;
/** A user's own pace is not quicker than this, for the gateway's sake. */
const QUICKEST_OWN = 200;
/** Part of a pause that may be cut off by chance, so that many tasks do not ask in one moment. */
const JITTER = 0.05;

/**
 * How long to wait until the next look at a task: quick at first, slower later, and slower with every
 * look in a row that went wrong. What the gateway asks for holds in any case.
 * @param chance from 0 to 1, e.g. `Math.random()`
 * @returns milliseconds
 */
export function nextPause({ elapsed, troubles, retryAfter, pollInterval }: Since, chance: number): number {
	const adaptive = Math.min(SLOWEST, Math.max(QUICKEST, Math.min(elapsed / 4, STEADY), elapsed * LATE));
	const calm = pollInterval > 0 ? Math.max(QUICKEST_OWN, pollInterval) : adaptive * (1 - JITTER * chance);
	const afterTrouble = troubles === 0 ? 0 : Math.min(SLOWEST, QUICKEST * 2 ** (troubles - 1));
	return Math.max(calm, afterTrouble, retryAfter);
}
