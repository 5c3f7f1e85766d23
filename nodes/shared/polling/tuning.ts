/**
 * All constants that decide when a task is polled. They are tuned, not derived: each names the jobs of
 * bench/RESULTS.md, or the test on a simulated clock (test/unit/polling/schedule.test.mts), that hold it, and what
 * gets worse if it is changed. Measure a change with `npm run bench`; see
 * docs/contributing/decisions/0003-poll-schedule.md.
 */

// One task.

/**
 * The first poll of a task that is waited for alone: hardly anything is generated faster.
 * Held by: "1 video of 3 s". Lower: a poll in vain for each task. Higher: the shortest tasks are late.
 */
export const FIRST_POLL_MS = 2600;

/**
 * The interval at first: on average a result is late by half of it.
 * Held by: "1 video of 3 s", "1 video of 10 s ± 20 %". Lower: more requests. Higher: later results of short tasks.
 */
export const STEADY_INTERVAL_MS = 840;

/**
 * How long that interval stays the same. It ends where the interval that grows with the age has become longer.
 * Held by: "1 video of 10 s ± 20 %". Lower or higher: the interval jumps, and tasks around that age are late or cost
 * more requests.
 */
export const STEADY_PHASE_MS = 10_000;

/**
 * Afterwards a poll may be late by this part of the time waited, which nobody minds. After a minute there have been
 * thirty polls.
 * Held by: "1 video of 60 s ± 20 %", and the simulated task of 300 s. Lower: more requests. Higher: later results.
 */
export const LATENESS_FRACTION = 0.1;

/**
 * A longer interval is never needed: this one is three requests a minute.
 * Held by: the simulated task of 300 s. Lower: more requests for long tasks. Higher: their results are later.
 */
export const MAX_INTERVAL_MS = 20_000;

/**
 * The part of an interval that may be cut off at random, so that executions that started together drift apart.
 * Lower: they keep polling at the same moments. Higher: more requests.
 */
export const JITTER_FRACTION = 0.01;

// Several tasks, while none has ended. Compared with the loop that people build from n8n's own nodes (HTTP Request,
// Wait, If), which polls each of its tasks once per pass.

/**
 * A pass of that loop: the five seconds of the Wait node, and the time that n8n needs for the rest. For ten tasks and
 * more no more requests are sent here than there, and no result is seen later.
 * Held by: "Ten videos of one length". Lower: more requests than the loop. Higher: later than the loop.
 */
export const BASELINE_LOOP_MS = 5060;

/**
 * The loop is never faster: on a machine with nothing else to do a pass took about 5040 milliseconds.
 * Held by: "Ten videos of one length". Higher: a fast pass of the loop sees a result before it is seen here.
 */
export const FASTEST_BASELINE_LOOP_MS = 5020;

/**
 * From this many tasks on a poll in vain before the loop's first pass is one too many, so the first poll comes with it.
 * Held by: "10 videos of 3 s" (as many requests as the loop). Lower: smaller batches of short tasks are later.
 * Higher: more requests than the loop.
 */
export const LARGE_BATCH_TASKS = 10;

/**
 * The part of the loop's polls that is used while no task has ended. The others are left for the time when tasks end.
 * Held by: "10 videos of 11 to 29 s" (44 requests, as many as the loop), "10 videos of 17 s". Lower: the first
 * completion is seen later. Higher: too few requests are left for the others.
 */
export const BASELINE_POLL_SHARE = 0.7;

/**
 * From this many tasks on one of these polls is reserved for the pass of a faster loop. Held by: the simulated
 * batches in test/unit/polling/schedule.test.mts. Lower: small batches have too few polls in between.
 */
export const MIN_TASKS_FOR_SPARE_POLL = 4;

/** The shortest interval of a batch while no task has ended. Lower: more requests for very large batches. */
export const MIN_BATCH_INTERVAL_MS = 500;

/**
 * A poll may be moved to the next pass of the loop if that is no further away than this many intervals.
 * Held by: "Ten videos of one length". Lower: results that the loop sees first. Higher: gaps between the polls.
 */
export const MAX_INTERVALS_TO_PASS = 1.5;

/** A timer may fire this much too early: a pass that has been polled for is not polled for again. */
export const TIMER_TOLERANCE_MS = 2;

// Several tasks, once some have ended.

/**
 * If one task ends every so often, the mean lateness for a number of polls is smallest when the interval grows with
 * the square root of that time per task; this is the factor under the root.
 * Held by: "10 videos of 11 to 29 s". Lower: more requests. Higher: later results.
 */
export const COMPLETION_FACTOR_MS = 1160;

/** The shortest interval after a completion. Lower: bursts of requests when tasks end together. */
export const MIN_COMPLETION_INTERVAL_MS = 50;

/**
 * How many siblings are polled immediately when a task is found to have ended. Each that has also ended brings more.
 * Held by: "10 videos of 17 s" (tasks that end together), "10 videos of 11 to 29 s" (tasks that do not).
 * Lower: tasks that end together are seen later. Higher: more polls in vain.
 */
export const SIBLING_POLLS = 2;

/**
 * Tasks of one kind need about the same time: before this part of the shortest time seen, a poll is mostly in vain.
 * Held by: test/unit/polling/schedule.test.mts ("learns from the first wave"). Lower: polls in vain. Higher: faster
 * tasks are late.
 */
export const RIPE_FRACTION = 0.8;

/**
 * How many older tasks a completed one is assumed to have overtaken, as long as nothing is known: roughly as in a
 * queue. Held by: "10 videos of 11 to 29 s", in order and shuffled. Lower: shuffled tasks are later. Higher: queued
 * ones are.
 */
export const INITIAL_OVERTAKEN = 1.5;

/**
 * The weight of the newest completion in that mean.
 * Held by: "10 videos of 11 to 29 s", in order and shuffled. Lower: the order is recognized later. Higher: one
 * exception counts too much.
 */
export const LEARNING_RATE = 0.4;

/** No task is so unlikely that it is never polled: the first in a queue may hang. Lower: such a batch is later. */
export const MIN_LIKELIHOOD = 0.05;

/**
 * How far behind the oldest task a completion is likely, in positions: for tasks in a queue, and in addition for each
 * task overtaken on average, to the power of the exponent. With these values ten tasks that end one after the other
 * were seen soonest, whether in order, almost in order, or in none.
 * Held by: "10 videos of 11 to 29 s", in order and shuffled. Lower: shuffled tasks are later. Higher: queued ones are.
 */
export const LIKELY_POSITIONS_IN_QUEUE = 0.5;
export const LIKELY_POSITIONS_PER_OVERTAKEN = 2;
export const OVERTAKEN_EXPONENT = 1.5;

// Several tasks whose status is read from one list. All figures are of test/unit/polling/batchSchedule.test.mts.

/**
 * While no task has ended, a list may be late by this part of the time waited.
 * Held by: "50 videos of 60 s ± 20 %, ModelArk". Lower: more requests. Higher: the first completion is seen later, and
 * with it all others.
 */
export const BATCH_LATENESS_FRACTION = 0.05;

/**
 * While no task has ended, lists are no closer than this: the first completion alone would be seen sooner.
 * Held by: "10 videos of 11 to 29 s, ModelArk". Lower: more requests. Higher: short tasks are late.
 */
export const MIN_FIRST_BATCH_INTERVAL_MS = 1800;

/** A longer interval is not needed, as one request is for all. Lower: more requests. Higher: later results. */
export const MAX_BATCH_INTERVAL_MS = 5000;

/**
 * Once a task has ended, the next list comes after this part of the time since then: others tend to follow.
 * Held by: "50 videos of 60 s ± 20 %, ModelArk". Lower: more requests. Higher: later results.
 */
export const BATCH_COMPLETION_FRACTION = 0.3;

/**
 * A task that was created later does not come along when others are polled: the list may not have it yet. Lower: tasks
 * that are missing, and are polled by themselves. Higher: requests for some of the tasks.
 */
export const MIN_LISTED_AGE_MS = 1000;

/**
 * So long a poll waits for others that begin at about the same time, before they share a request. Lower: a resumed
 * execution sends several requests where one would do. Higher: later results.
 */
export const BATCH_WINDOW_MS = 20;

/**
 * In one of so many rounds a task is polled by itself as well, to see whether the list is up to date. Lower: more
 * requests. Higher: a list that lags is noticed later.
 */
export const ROUNDS_PER_CHECK = 15;

/** Such a poll that takes longer is not waited for. Lower: fewer checks of a slow gateway. Higher: later results. */
export const MAX_CHECK_MS = 5000;

/**
 * How many tasks are polled by themselves at once, where the list has not told enough. Lower: later results. Higher:
 * bursts of requests when many tasks fail together.
 */
export const MAX_PARALLEL_POLLS = 10;

/**
 * With no more polls than this, a list is not waited for any longer than that. Lower: finished tasks that are collected
 * a few at a time are later, and so are all. Higher: more requests.
 */
export const FEW_POLLS = 5;
export const MAX_WAIT_OF_FEW_MS = 300;

/** After so many rounds in a row without a readable list, each task is polled by itself. */
export const MAX_UNREADABLE_ROUNDS = 2;

// The user's own interval, errors, and the end of the wait. Not measured.

/** The user's own interval is not shorter than this, for the gateway's sake. */
export const MIN_USER_INTERVAL_MS = 200;

/**
 * The delay after the first failed poll. It doubles with each further one. Higher: a short outage delays the
 * result.
 */
export const FIRST_ERROR_BACKOFF_MS = 900;
/** The longest of these delays. Lower: more requests to a gateway that is down. */
export const MAX_ERROR_BACKOFF_MS = 10_000;

/**
 * So many polls in a row may fail if a single status is enough, or if the task is not visible yet. Lower: a short
 * outage fails the item. Higher: the error of a task that does not exist comes later.
 */
export const MAX_CONSECUTIVE_ERRORS = 4;

/**
 * A `Retry-After` beside a successful response is obeyed for this long at most: a proxy in between may send the header
 * with every response. Higher: such a proxy delays the result.
 */
export const MAX_COURTESY_MS = 120_000;

/**
 * The last poll comes this long before the timeout, or at a tenth of the remaining time if that is shorter: time to
 * read the response, and to download an image. Lower: a result that is there at the end may not be downloaded in
 * time.
 */
export const FINAL_POLL_MARGIN_MS = 1000;
/** See above. */
export const FINAL_POLL_MARGIN_DIVISOR = 10;

/**
 * A status has a few hundred bytes: a poll that takes longer than this is repeated. Lower: a slow gateway is not
 * read.
 */
export const POLL_TIMEOUT_SECONDS = 30;
