import { GenerationError, type Failure } from '../errors/failure';
import { systemClock } from './clock';
import { sleep } from './sleep';

/**
 * One end for all work on one item: the timeout has expired, or the execution was stopped.
 *
 * The reason is not that of the signal: a stopped execution counts as stopped even if its timeout has expired before,
 * and the clock decides about the timeout even if a busy process has not run the timer yet.
 */
export interface Deadline {
	signal: AbortSignal;
	/** Milliseconds left, at least 1. */
	remainingMs(): number;
	/** Why it has ended, or undefined while it has not. */
	reason(): Failure | undefined;
	/** @throws GenerationError if it has ended */
	throwIfExpired(): void;
}

/** A deadline that has a timer of its own. */
export interface TimedDeadline extends Deadline {
	/** Stops the timer: with many items it would keep the memory of each until the timeout. */
	close(): void;
}

/** The message of an expired timeout. */
export const noResultWithin = (seconds: number) =>
	`no result within ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;

/** Timers accept no higher number. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Starts a deadline.
 * @param timeoutSeconds how long from now
 * @param cancelSignal n8n's own signal, which fires when the execution is stopped
 * @param shownSeconds the whole timeout, if some of it has passed before; for the message alone
 */
export function startDeadline(
	timeoutSeconds: number,
	cancelSignal?: AbortSignal,
	shownSeconds = timeoutSeconds,
): TimedDeadline {
	// The time of day may be changed meanwhile.
	const endMs = systemClock.now() + timeoutSeconds * 1000;
	const timeUp = new AbortController();
	const closed = new AbortController();
	const timerMs = Math.min(Math.ceil(timeoutSeconds * 1000), MAX_TIMER_MS);
	void sleep(timerMs, closed.signal).then(() =>
		closed.signal.aborted ? undefined : timeUp.abort(),
	);
	const reason = (): Failure | undefined => {
		if (cancelSignal?.aborted) return { kind: 'cancelled', message: '' };
		if (timeUp.signal.aborted || systemClock.now() >= endMs)
			return { kind: 'timedOut', message: noResultWithin(shownSeconds) };
		return undefined;
	};
	return {
		signal: cancelSignal ? AbortSignal.any([cancelSignal, timeUp.signal]) : timeUp.signal,
		remainingMs: () => Math.max(1, endMs - systemClock.now()),
		reason,
		throwIfExpired: () => throwReason(reason()),
		close: () => closed.abort(),
	};
}

/**
 * A deadline that also ends with another signal.
 * @param signalReason the reason if that signal has ended it
 */
export function withSignal(
	deadline: Deadline,
	signal: AbortSignal,
	signalReason: Failure,
): Deadline {
	const reason = () => deadline.reason() ?? (signal.aborted ? signalReason : undefined);
	return {
		signal: AbortSignal.any([deadline.signal, signal]),
		remainingMs: () => deadline.remainingMs(),
		reason,
		throwIfExpired: () => throwReason(reason()),
	};
}

/**
 * The same deadline for one of many files that are downloaded at the same time: with more than ten listeners on one
 * signal Node.js warns of a leak.
 */
export const shareDeadline = (deadline: Deadline): Deadline => ({
	...deadline,
	signal: AbortSignal.any([deadline.signal]),
});

/**
 * A shorter deadline for one of many requests: when it expires, the response counts as lost, and the rest continues.
 * @param timeoutSeconds how long from now
 */
export function withTimeout(deadline: Deadline, timeoutSeconds: number): TimedDeadline {
	const requestDeadline = startDeadline(timeoutSeconds);
	return {
		...withSignal(deadline, requestDeadline.signal, {
			kind: 'answerLost',
			message: `no answer within ${timeoutSeconds} seconds`,
		}),
		remainingMs: () => Math.min(deadline.remainingMs(), requestDeadline.remainingMs()),
		close: () => requestDeadline.close(),
	};
}

function throwReason(failure: Failure | undefined): void {
	if (failure) throw new GenerationError(failure);
}
