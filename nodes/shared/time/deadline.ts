import { GenerationError, type Failure } from '../errors/failure';
import { systemClock } from './clock';
import { sleep } from './sleep';

/** One end for all that is done for one item: the time allowed is over, or the execution was stopped. */
export interface Deadline {
	signal: AbortSignal;
	/** Milliseconds left, at least 1. */
	remainingMs(): number;
	/** Why it has ended, or undefined while it has not. */
	reason(): Failure | undefined;
	/** @throws MediaError when it has ended */
	throwIfExpired(): void;
}

/** How a time limit says that it is over. */
export const noResultWithin = (seconds: number) =>
	`no result within ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;

/** A deadline that has a timer of its own. */
export interface TimedDeadline extends Deadline {
	/** Stops the timer: with many items it would keep what belongs to each for as long as the time allowed. */
	close(): void;
}

/** Timers take no more milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * @param seconds how long from now
 * @param cancel n8n's own signal, which fires when the execution is stopped
 * @param allowed what was allowed in all, where some of it has passed before; for the words alone
 */
export function startDeadline(
	seconds: number,
	cancel?: AbortSignal,
	allowed = seconds,
): TimedDeadline {
	// The time of day may be set meanwhile.
	const end = systemClock.now() + seconds * 1000;
	const timeUp = new AbortController();
	const closed = new AbortController();
	void sleep(Math.min(Math.ceil(seconds * 1000), MAX_TIMER_MS), closed.signal).then(() =>
		closed.signal.aborted ? undefined : timeUp.abort(),
	);
	const failure = (): Failure | undefined => {
		if (cancel?.aborted) return { kind: 'cancelled', message: '' };
		if (timeUp.signal.aborted || systemClock.now() >= end)
			return { kind: 'timedOut', message: noResultWithin(allowed) };
		return undefined;
	};
	return {
		signal: cancel ? AbortSignal.any([cancel, timeUp.signal]) : timeUp.signal,
		remainingMs: () => Math.max(1, end - systemClock.now()),
		reason: failure,
		throwIfExpired() {
			const ended = failure();
			if (ended) throw new GenerationError(ended);
		},
		close: () => closed.abort(),
	};
}

/**
 * A deadline that also ends with something else.
 * @param other what else ends it
 * @param why what that means
 */
export function withSignal(deadline: Deadline, other: AbortSignal, why: Failure): Deadline {
	const failure = () => deadline.reason() ?? (other.aborted ? why : undefined);
	return {
		signal: AbortSignal.any([deadline.signal, other]),
		remainingMs: () => deadline.remainingMs(),
		reason: failure,
		throwIfExpired() {
			const ended = failure();
			if (ended) throw new GenerationError(ended);
		},
	};
}

/**
 * The same deadline for one of many files that are waited for at once: with more than ten listeners on one signal Node.js
 * warns of a leak.
 */
export const shareDeadline = (deadline: Deadline): Deadline => ({
	...deadline,
	signal: AbortSignal.any([deadline.signal]),
});

/**
 * A shorter end for one request of many: when it is over, the answer counts as lost, and the rest goes on.
 * @param seconds how long from now
 */
export function withTimeout(deadline: Deadline, seconds: number): TimedDeadline {
	const short = startDeadline(seconds);
	const ending = withSignal(deadline, short.signal, {
		kind: 'answerLost',
		message: `no answer within ${seconds} seconds`,
	});
	return {
		...ending,
		remainingMs: () => Math.min(deadline.remainingMs(), short.remainingMs()),
		close: () => short.close(),
	};
}
