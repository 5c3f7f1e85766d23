/** How often a gateway is asked for tasks. All times in milliseconds. */

/** A task that is waited for alone is first polled then: hardly anything is made quicker. */
const FIRST = 2600;
/** The pause at first: half of it is how late a poll is in the mean. */
const STEADY = 840;
const STEADY_UNTIL = 10_000;
/** Later a poll may be late by this part of the time waited, which nobody minds. After a minute thirty were made. */
const LATE = 0.1;
/** Slower is never needed: it is three requests a minute. */
const SLOWEST = 20_000;

/** Part of a pause that may be cut off by chance, so that executions that began together drift apart. */
const JITTER = 0.01;

/**
 * The loop that people build by hand asks for each of its tasks once in this time: the Wait node's five seconds, and
 * what n8n takes for the rest of it. Of ten tasks and more no more is asked here, nor are they seen later.
 */
const LOOP = 5060;
/** It is never quicker: on a machine with nothing else to do it took some 5040 milliseconds. */
const QUICKEST_LOOP = 5020;
/** So many tasks that a poll in vain is one too many before that loop's first. */
const MANY = 10;
/** The part of the loop's polls that is made here while no task has ended: the others are for the time when tasks end. */
const SHARE = 0.7;
/** From so many tasks on one of these polls is for the pass of a quicker loop. */
const TASKS_FOR_A_SPARE_LOOK = 4;
const spareLooks = (tasks: number) => (tasks < TASKS_FOR_A_SPARE_LOOK ? 0 : 1);
/** A timer may come so much too early: what was meant for a pass is not polled twice. */
const EARLY = 2;

/** A user's own pace is not quicker than this, for the gateway's sake. */
const QUICKEST_OWN = 200;

const FIRST_ERROR_BACKOFF_MS = 900;
const MAX_ERROR_BACKOFF_MS = 10_000;

/**
 * When a task is polled first after it was created.
 * @param tasks how many are waited for together
 */
export function initialDelay(tasks: number): number {
	return Math.min(QUICKEST_LOOP, FIRST + ((QUICKEST_LOOP - FIRST) / (MANY - 1)) * (tasks - 1));
}

/**
 * The pause between two polls while no task has ended. Tasks tend to end together, so each poll tells of all.
 * @param elapsed how long the oldest has been waited for
 * @param tasks how many there are
 * @param chance from 0 to 1, e.g. `Math.random()`
 */
export function intervalWhileAllPending(elapsed: number, tasks: number, chance: number): number {
	const alone = elapsed < STEADY_UNTIL ? STEADY : Math.min(SLOWEST, elapsed * LATE);
	const together = tasks === 1 ? alone : Math.max(500, LOOP / (SHARE * tasks - spareLooks(tasks)));
	return Math.min(alone, together) * (1 - JITTER * chance);
}

/**
 * When the next poll is while no task has ended: after the pause, or at a pass of that loop, if there is one nearby, so
 * that it sees nothing that is not seen here. How quick it would be nobody knows, so that two of its moments are kept.
 * @param last when the last poll was; -Infinity before the first
 * @param since when the loop would have begun
 * @param tasks how many there are
 */
export function withLoop(last: number, pause: number, since: number, tasks: number): number {
	if (last < since) return last + pause;
	const loops = spareLooks(tasks) === 0 ? [LOOP] : [QUICKEST_LOOP, LOOP];
	const pass = Math.min(
		...loops.map((loop) => since + loop * (Math.floor((last - since + EARLY) / loop) + 1)),
	);
	return pass - last <= 1.5 * pause ? pass : last + pause;
}

/** The pause while the tasks are younger than those that have ended before: some may be quicker, but few are. */
export function idlePause(elapsed: number): number {
	return Math.min(SLOWEST, elapsed * LATE);
}

/**
 * The pause between two polls once tasks have ended: where one ends every `spread`, tasks are late the least for
 * a number of polls if the pause goes with the square root of `spread / tasks`.
 * @param spread how long ago the last one ended, or how long after the one before it, whichever is more
 * @param elapsed how long the oldest has been waited for
 * @param tasks how many there still are
 */
export function intervalAfterCompletion(spread: number, elapsed: number, tasks: number): number {
	const even = Math.sqrt((1160 * Math.max(0, spread)) / tasks);
	return Math.max(
		Math.min(50, LOOP / tasks),
		Math.min(even, LOOP / tasks, Math.max(STEADY, elapsed * LATE)),
	);
}

/** Nothing is so unlikely that it is not polled in the end: the first in a queue may hang. */
const LEAST_LIKELY = 0.05;

/**
 * How likely a task is to end next, against the oldest. The numbers are those with which ten tasks that end one after
 * the other were seen soonest, be it in order, nearly so, or in none.
 * @param place among those that are waited for, by age, from 0
 * @param leftBehind how many older ones those that ended had left behind, in the mean: none, as in a queue, or any number
 */
export function likelihood(place: number, leftBehind: number): number {
	return Math.max(LEAST_LIKELY, Math.exp(-place / (0.5 + 2 * leftBehind ** 1.5)));
}

/** The pause at the user's own pace. */
export function userInterval(pollInterval: number): number {
	return Math.max(QUICKEST_OWN, pollInterval);
}

/**
 * The least pause after polls that went wrong; it grows with each.
 * @param consecutiveErrors how many there were in a row
 */
export function errorBackoff(consecutiveErrors: number): number {
	return consecutiveErrors === 0
		? 0
		: Math.min(MAX_ERROR_BACKOFF_MS, FIRST_ERROR_BACKOFF_MS * 2 ** (consecutiveErrors - 1));
}
