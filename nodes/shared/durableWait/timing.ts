import type { Job } from '../execution/job';
import { systemClock } from '../time/clock';
import type { DurationRange, TaskDurations } from './taskDurations';

/**
 * The shortest pause that n8n ends on time. Once a minute it schedules what is due in the next 70 seconds, so that the
 * end of a shorter pause may pass before (measured on n8n 2.41, 2026-11-29: 15 to 72 ms late from 62 seconds on; 8 s on
 * average with 30 seconds, 28 s at most).
 */
const MIN_PAUSE_SECONDS = 61;

/**
 * A pause lasts this fraction of the time that the task has taken already: the result is noticed so much later at
 * most.
 */
const INTERVAL_FRACTION_OF_AGE = 0.1;

/** Nobody wants to be later than this, however long a task takes. */
const MAX_INTERVAL_SECONDS = 300;

/**
 * How much longer, or shorter, a task may take than the only one that is known of its model: if tasks differ by 5 %
 * from their mean, the longest takes a tenth more than the shortest. The more are known, the smaller it becomes.
 */
const MARGIN_OF_ONE = 0.1;
const MIN_MARGIN = 0.02;

/** With more than this, tasks of many minutes would be late for certain, to spare a few of them another pause. */
const MAX_MARGIN_SECONDS = 12;

/** The gateway tells when a task began and ended in whole seconds, and n8n takes some time to resume. */
const ROUNDING_SECONDS = 1;

/** The time for a poll when the timeout has expired, or nearly so. */
export const FINAL_CHECK_SECONDS = 5;

/** How long the tasks of a durable wait have been running. */
export interface Timing {
	/** When the first run submitted them, in milliseconds since 1970. */
	startedAtMs(): number;
	/** What is left of the timeout of a job; negative when it has expired. */
	secondsLeft(job: Job): number;
	/**
	 * When the next status check is due, for tasks that are still running. All are waited for together, so it is the
	 * task that is expected to end last which counts.
	 * @param durations how long earlier tasks have taken. If the gateway calls, a check only makes up for a call that is
	 * lost, and need not come just after the longest.
	 */
	nextCheckAt(waiting: readonly Job[], durations?: TaskDurations): Date;
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
		nextCheckAt(waiting, durations) {
			const ageSeconds = ageMs() / 1000;
			const chosen = waiting.filter(({ output }) => output.pollInterval > 0);
			const adaptive = waiting
				.filter((job) => !chosen.includes(job))
				.map(({ start }) =>
					nextPause(ageSeconds, 'modelId' in start ? durations?.rangeOf(start.modelId) : undefined),
				);
			const pauseSeconds = Math.min(
				...chosen.map(({ output }) => output.pollInterval),
				...(adaptive.length > 0 ? [Math.max(...adaptive)] : []),
				...waiting.map(secondsLeft),
			);
			return new Date(Date.now() + pauseSeconds * 1000);
		},
	};
}

/**
 * How long to pause, in seconds. Where it is known how long tasks of the model take, a check comes just after the
 * longest would have ended, and others before it as long as that is worth a check. Such a pause may be shorter than n8n
 * can keep: it ends on time, or when n8n next schedules, which is still earlier than a pause that n8n can keep.
 * @param ageSeconds how long the task has been running
 * @param known how long tasks of its model have taken
 */
export function nextPause(ageSeconds: number, known?: DurationRange): number {
	if (known) {
		const margin = Math.max(MIN_MARGIN, MARGIN_OF_ONE / known.count);
		const marginOf = (seconds: number) => Math.min(seconds * margin, MAX_MARGIN_SECONDS);
		const soonest = Math.max(ageSeconds, known.shortest - marginOf(known.shortest));
		const last = known.longest + marginOf(known.longest) + ROUNDING_SECONDS;
		// A check comes after another by a whole pause, give or take a second.
		const checksBefore = Math.ceil((last - soonest - ROUNDING_SECONDS) / MIN_PAUSE_SECONDS) - 1;
		if (last > ageSeconds + ROUNDING_SECONDS) {
			const pause = last - checksBefore * MIN_PAUSE_SECONDS - ageSeconds;
			// Another task of the model may be much shorter. What is left is a pause that n8n can keep.
			const isTooLong = pause > MAX_INTERVAL_SECONDS + MIN_PAUSE_SECONDS;
			return isTooLong ? MAX_INTERVAL_SECONDS : pause;
		}
	}
	const interval = Math.max(MIN_PAUSE_SECONDS, ageSeconds * INTERVAL_FRACTION_OF_AGE);
	return Math.min(interval, MAX_INTERVAL_SECONDS);
}
