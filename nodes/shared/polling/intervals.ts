/** How long to wait between polls. All functions return milliseconds. */
import {
	BASELINE_LOOP_MS,
	BASELINE_POLL_SHARE,
	BATCH_COMPLETION_FRACTION,
	BATCH_LATENESS_FRACTION,
	COMPLETION_FACTOR_MS,
	FASTEST_BASELINE_LOOP_MS,
	FIRST_ERROR_BACKOFF_MS,
	FIRST_POLL_MS,
	JITTER_FRACTION,
	LARGE_BATCH_TASKS,
	LATENESS_FRACTION,
	LIKELY_POSITIONS_IN_QUEUE,
	LIKELY_POSITIONS_PER_OVERTAKEN,
	MAX_BATCH_INTERVAL_MS,
	MAX_ERROR_BACKOFF_MS,
	MAX_INTERVALS_TO_PASS,
	MAX_INTERVAL_MS,
	MIN_BATCH_INTERVAL_MS,
	MIN_COMPLETION_INTERVAL_MS,
	MIN_FIRST_BATCH_INTERVAL_MS,
	MIN_LIKELIHOOD,
	MIN_TASKS_FOR_SPARE_POLL,
	MIN_USER_INTERVAL_MS,
	OVERTAKEN_EXPONENT,
	STEADY_INTERVAL_MS,
	STEADY_PHASE_MS,
	TIMER_TOLERANCE_MS,
} from './tuning';

const sparePolls = (tasks: number) => (tasks < MIN_TASKS_FOR_SPARE_POLL ? 0 : 1);

/**
 * The delay before the first poll of a task, from its creation.
 * @param tasks how many are waited for together
 */
export function initialDelay(tasks: number): number {
	const perTask = (FASTEST_BASELINE_LOOP_MS - FIRST_POLL_MS) / (LARGE_BATCH_TASKS - 1);
	return Math.min(FASTEST_BASELINE_LOOP_MS, FIRST_POLL_MS + perTask * (tasks - 1));
}

/**
 * The interval between two polls while no task has ended. Tasks tend to end together, so each poll reveals something
 * about all of them.
 * @param elapsedMs how long the oldest task has been waited for
 * @param tasks how many there are
 * @param chance from 0 to 1, for example `Math.random()`
 */
export function intervalWhileAllPending(elapsedMs: number, tasks: number, chance: number): number {
	const alone = elapsedMs < STEADY_PHASE_MS ? STEADY_INTERVAL_MS : intervalByAge(elapsedMs);
	const polls = BASELINE_POLL_SHARE * tasks - sparePolls(tasks);
	const together = tasks === 1 ? alone : Math.max(MIN_BATCH_INTERVAL_MS, BASELINE_LOOP_MS / polls);
	return Math.min(alone, together) * (1 - JITTER_FRACTION * chance);
}

/**
 * The interval that grows with the time waited, also while all tasks are younger than those that have ended before:
 * some may be faster, but few are.
 */
export function intervalByAge(elapsedMs: number): number {
	return Math.min(MAX_INTERVAL_MS, elapsedMs * LATENESS_FRACTION);
}

/**
 * The moment of the next poll while no task has ended: after the interval, or with a pass of the baseline loop if
 * one is near, so that the loop sees nothing that is not seen here. Nobody knows how fast that loop would be, so
 * two of its moments are considered.
 * @param lastPollMs the moment of the last poll; -Infinity before the first
 * @param loopStartMs when the loop would have started
 * @param tasks how many there are
 */
export function alignWithBaselineLoop(
	lastPollMs: number,
	intervalMs: number,
	loopStartMs: number,
	tasks: number,
): number {
	if (lastPollMs < loopStartMs) return lastPollMs + intervalMs;
	const loops =
		sparePolls(tasks) === 0 ? [BASELINE_LOOP_MS] : [FASTEST_BASELINE_LOOP_MS, BASELINE_LOOP_MS];
	const sinceStartMs = lastPollMs - loopStartMs + TIMER_TOLERANCE_MS;
	const passes = loops.map(
		(loopMs) => loopStartMs + loopMs * (Math.floor(sinceStartMs / loopMs) + 1),
	);
	const nextPassMs = Math.min(...passes);
	return nextPassMs - lastPollMs <= MAX_INTERVALS_TO_PASS * intervalMs
		? nextPassMs
		: lastPollMs + intervalMs;
}

/**
 * The interval between two polls once tasks have ended.
 * @param spreadMs the time since the last completion, or between the last two, whichever is longer
 * @param elapsedMs how long the oldest task has been waited for
 * @param tasks how many are left
 */
export function intervalAfterCompletion(
	spreadMs: number,
	elapsedMs: number,
	tasks: number,
): number {
	const bySpread = Math.sqrt((COMPLETION_FACTOR_MS * Math.max(0, spreadMs)) / tasks);
	const byLoop = BASELINE_LOOP_MS / tasks;
	const byAge = Math.max(STEADY_INTERVAL_MS, elapsedMs * LATENESS_FRACTION);
	return Math.max(Math.min(MIN_COMPLETION_INTERVAL_MS, byLoop), Math.min(bySpread, byLoop, byAge));
}

/**
 * How likely a task is to end next, compared with the oldest.
 * @param position among the tasks that are waited for, by age, from 0
 * @param meanOvertaken how many older tasks a completed one had overtaken on average: 0 in a queue, else any number
 */
export function completionLikelihood(position: number, meanOvertaken: number): number {
	const likelyPositions =
		LIKELY_POSITIONS_IN_QUEUE +
		LIKELY_POSITIONS_PER_OVERTAKEN * meanOvertaken ** OVERTAKEN_EXPONENT;
	return Math.max(MIN_LIKELIHOOD, Math.exp(-position / likelyPositions));
}

/**
 * The interval between two polls of all tasks together. Each costs one request, however many tasks there are.
 * @param elapsedMs how long the oldest task has been waited for
 * @param sinceCompletionMs the time since the last completion; undefined if none has ended yet
 * @param minIntervalMs the shortest that the gateway accepts
 * @param chance from 0 to 1, for example `Math.random()`
 */
export function intervalOfBatch(
	{
		elapsedMs,
		sinceCompletionMs,
		minIntervalMs,
	}: { elapsedMs: number; sinceCompletionMs?: number; minIntervalMs: number },
	chance: number,
): number {
	const intervalMs =
		sinceCompletionMs === undefined
			? Math.max(MIN_FIRST_BATCH_INTERVAL_MS, elapsedMs * BATCH_LATENESS_FRACTION)
			: sinceCompletionMs * BATCH_COMPLETION_FRACTION;
	const withinLimits = Math.min(MAX_BATCH_INTERVAL_MS, Math.max(minIntervalMs, intervalMs));
	return withinLimits * (1 + JITTER_FRACTION * chance);
}

/** The interval between two polls if the user has chosen it. */
export function userInterval(pollIntervalMs: number): number {
	return Math.max(MIN_USER_INTERVAL_MS, pollIntervalMs);
}

/**
 * Whether polls at the user's own interval may share lists, which the gateway limits.
 * @param pollIntervalSeconds 0 for an interval that adapts
 * @param minIntervalMs between two lists
 */
export const isSlowEnoughForLists = (pollIntervalSeconds: number, minIntervalMs: number) =>
	pollIntervalSeconds === 0 || pollIntervalSeconds * 1000 >= minIntervalMs;

/**
 * The shortest delay after failed polls; it grows with each.
 * @param consecutiveErrors how many there were in a row
 */
export function errorBackoff(consecutiveErrors: number): number {
	return consecutiveErrors === 0
		? 0
		: Math.min(MAX_ERROR_BACKOFF_MS, FIRST_ERROR_BACKOFF_MS * 2 ** (consecutiveErrors - 1));
}
