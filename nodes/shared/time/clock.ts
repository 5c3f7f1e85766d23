import { sleep } from './sleep';

/** The clock and the chance, which tests may replace. */
export interface Clock {
	/** Milliseconds since some fixed moment. */
	now(): number;
	/** Waits, or ends the wait early when the signal fires. */
	sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
	/** A random number from 0 to 1. */
	chance(): number;
}

export const systemClock: Clock = {
	// Unlike the time of day it never goes back.
	now: () => performance.now(),
	sleep,
	chance: () => Math.random(),
};
