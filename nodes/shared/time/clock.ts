import { sleep } from './sleep';

/** Time, as tests may replace it. */
export interface Clock {
	/** Milliseconds since any moment. */
	now(): number;
	/** Waits, but not beyond the signal. */
	sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
	/** From 0 to 1. */
	chance(): number;
}

export const systemClock: Clock = {
	// It never goes back, as the time of day may.
	now: () => performance.now(),
	sleep,
	chance: () => Math.random(),
};
