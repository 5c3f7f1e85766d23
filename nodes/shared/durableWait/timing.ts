import type { Job } from '../execution/job';
import { systemClock } from '../time/clock';

/** n8n checks once a minute which executions are due, so a shorter pause would save nothing. */
const FIRST_CHECK_SECONDS = 30;

/**
 * A pause lasts this fraction of the time that the task has taken already: the result is noticed so much later at
 * most.
 */
const INTERVAL_FRACTION_OF_AGE = 0.1;

/** Nobody wants to be later than this, however long a task takes. */
const MAX_INTERVAL_SECONDS = 300;

/** The time for a poll when the timeout has expired, or nearly so. */
export const FINAL_CHECK_SECONDS = 5;

/** How long the tasks of a durable wait have been running. */
export interface Timing {
	/** When the first run submitted them, in milliseconds since 1970. */
	startedAtMs(): number;
	/** What is left of the timeout of a job; negative when it has expired. */
	secondsLeft(job: Job): number;
	/** When the next status check is due, for tasks that are still running. */
	nextCheckAt(waiting: readonly Job[]): Date;
}

/**
 * The time of day tells what has passed between two runs, and only that: within a run somebody may set the clock.
 * @param startedAtMs when the first run submitted the tasks, in milliseconds since 1970; now if this is the first
 */
export function startTiming(startedAtMs = Date.now()): Timing {
	const ageAtStartMs = Math.max(0, Date.now() - startedAtMs);
	const start = systemClock.now();
	const ageMs = () => ageAtStartMs + systemClock.now() - start;
	const secondsLeft = ({ output }: Job) => output.timeout - ageMs() / 1000;
	return {
		startedAtMs: () => Date.now() - ageMs(),
		secondsLeft,
		nextCheckAt(waiting) {
			const adaptive = Math.max(FIRST_CHECK_SECONDS, (ageMs() / 1000) * INTERVAL_FRACTION_OF_AGE);
			const intervals = waiting.map((job) => {
				const { pollInterval } = job.output;
				const interval = pollInterval > 0 ? pollInterval : Math.min(adaptive, MAX_INTERVAL_SECONDS);
				return Math.min(interval, secondsLeft(job));
			});
			return new Date(Date.now() + Math.min(...intervals) * 1000);
		},
	};
}
