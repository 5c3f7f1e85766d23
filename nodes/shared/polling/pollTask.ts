import { GenerationError, type Failure } from '../errors/failure';
import { isTerminal, type GenerationResult } from '../generation/result';
import type { Clock } from '../time/clock';
import type { Deadline } from '../time/deadline';
import { GOALS, type Goal } from './goals';
import { errorBackoff, userInterval } from './intervals';
import type { Batch, PollScheduler, PollTurn } from './scheduler';
import {
	FINAL_POLL_MARGIN_DIVISOR,
	FINAL_POLL_MARGIN_MS,
	MAX_CONSECUTIVE_ERRORS,
	MAX_COURTESY_MS,
	TIMER_TOLERANCE_MS,
} from './tuning';

/** What a request for the status of a task brings: the status, or why it could not be read. */
export type StatusResult = ({ result: GenerationResult } | { error: Failure }) & {
	/** How long the gateway asks to wait before the next request, in seconds. */
	retryAfter?: number;
};

/** One poll of a task. It may be postponed to the task's next turn. */
export type PollResult = StatusResult | { isPostponed: true; retryAfter?: number };

/** How a task is waited for. */
export interface PollOptions {
	/** The status of a task that was created just now: then the first poll comes after a delay. */
	known?: GenerationResult;
	/** When the request for such a task was sent, by the scheduler's clock. */
	submittedAtMs?: number;
	/** Whether the gateway returned the ID in this execution: then the task exists, even if it is not visible yet. */
	createdHere: boolean;
	goal: Goal;
	/** The user's own interval in seconds, 0 for one that adapts. */
	pollInterval: number;
	/** The kind of the task: those of one kind need about the same time. */
	kind: string;
	/** The tasks whose status is read together with that of this one. */
	batch?: Batch;
}

/** The end of a wait. Without a status that reaches the goal, the timeout has expired. */
export interface PollOutcome {
	result?: GenerationResult;
	/** Why the last poll returned no status. */
	error?: Failure;
	/** How long the gateway asks to wait, in seconds, if that is longer than the remaining time. */
	deferBy?: number;
}

/**
 * Polls a task until its status reaches the goal, or the timeout expires. Polls immediately, unless a status is known;
 * then at the user's own interval, or whenever the scheduler decides.
 * @param poll throws what ends the wait, and returns what may pass as an error; it is told whether no other follows
 * @throws GenerationError if the execution was stopped, if a poll ended the wait, and of kind `taskNotSeen` if any
 * status would do and none could be read
 */
export async function pollUntil(
	poll: (isLast: boolean) => Promise<PollResult>,
	options: PollOptions,
	deadline: Deadline,
	scheduler: PollScheduler,
): Promise<PollOutcome> {
	const { goal, pollInterval, kind, known, submittedAtMs, batch } = options;
	const isScheduled = GOALS[goal].isScheduled && pollInterval === 0;
	const turns = isScheduled
		? scheduler.add(kind, known && (submittedAtMs ?? scheduler.clock.now()), batch)
		: createUserTurns(pollInterval * 1000, scheduler.clock);
	try {
		return await pollInTurns(poll, options, deadline, turns);
	} finally {
		turns.remove();
	}
}

/** The turns of a task that is polled at the user's interval. */
function createUserTurns(pollIntervalMs: number, clock: Clock): PollTurn {
	const ignore = () => undefined;
	let isPostponed = false;
	return {
		waitForTurn: async (minDelayMs, maxDelayMs, signal) => {
			const intervalMs = isPostponed ? 0 : userInterval(pollIntervalMs);
			isPostponed = false;
			await clock.sleep(Math.min(Math.max(intervalMs, minDelayMs), maxDelayMs), signal);
		},
		onPostponed: () => (isPostponed = true),
		deferBy: ignore,
		onPending: ignore,
		onTerminal: ignore,
		remove: ignore,
	};
}

async function pollInTurns(
	poll: (isLast: boolean) => Promise<PollResult>,
	{ known, createdHere, goal, batch }: PollOptions,
	deadline: Deadline,
	turns: PollTurn,
): Promise<PollOutcome> {
	const { acceptsAnyStatus, onUnreadable } = GOALS[goal];
	const finalMarginMs = Math.min(
		FINAL_POLL_MARGIN_MS,
		deadline.remainingMs() / FINAL_POLL_MARGIN_DIVISOR,
	);
	const latest: PollOutcome = known ? { result: known } : {};
	let consecutiveErrors = 0;
	let retryAfterMs = 0;
	let isLast = false;
	for (let polls = known ? 1 : 0; ; polls++) {
		if (polls > 0) {
			const leftMs = deadline.remainingMs() - finalMarginMs;
			if (leftMs <= 0 && (isLast || !batch)) return latest;
			// The gateway's request is obeyed, so a poll at the end would come too early.
			if (retryAfterMs > leftMs && latest.error) return { ...latest, deferBy: retryAfterMs / 1000 };
			const minDelayMs = Math.max(errorBackoff(consecutiveErrors), retryAfterMs);
			// A poll together with others does not count as the last one, which then follows at once.
			if (leftMs > 0) await turns.waitForTurn(minDelayMs, leftMs, deadline.signal);
			const ended = deadline.reason();
			if (ended?.kind === 'cancelled') throw new GenerationError(ended);
			if (ended) return latest;
		}
		isLast = deadline.remainingMs() - finalMarginMs <= TIMER_TOLERANCE_MS;
		const polled = await poll(isLast);
		retryAfterMs = delayRequestedBy(polled);
		turns.deferBy(retryAfterMs);
		if ('isPostponed' in polled) {
			turns.onPostponed();
			continue;
		}
		if ('result' in polled) {
			latest.result = polled.result;
			delete latest.error;
			consecutiveErrors = 0;
			if (isTerminal(polled.result.metadata.status)) {
				turns.onTerminal();
				return latest;
			}
			if (acceptsAnyStatus) return latest;
			turns.onPending();
			continue;
		}
		const { error } = polled;
		latest.error = error;
		consecutiveErrors += 1;
		const isPersistent = consecutiveErrors >= MAX_CONSECUTIVE_ERRORS;
		// A task that was not created here and is not found does not exist.
		if (error.kind === 'taskNotFound' && (!createdHere || isPersistent))
			throw new GenerationError(error);
		if (!isPersistent) continue;
		if (onUnreadable === 'assumeRunning') return latest;
		if (onUnreadable === 'fail') throw new GenerationError({ ...error, kind: 'taskNotSeen' });
	}
}

/** How long the gateway asks to wait, in milliseconds. Beside a status it is obeyed up to a limit. */
function delayRequestedBy(polled: PollResult): number {
	const requestedMs = (polled.retryAfter ?? 0) * 1000;
	return isDeferred(polled) ? requestedMs : Math.min(requestedMs, MAX_COURTESY_MS);
}

/** Whether the gateway refuses to be polled now, which is what the header is meant for. */
function isDeferred(polled: PollResult): boolean {
	if ('isPostponed' in polled) return true;
	return (
		'error' in polled && (polled.error.kind === 'rateLimited' || polled.error.httpStatus === 503)
	);
}
