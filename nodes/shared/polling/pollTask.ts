import { GenerationError, type Failure } from '../errors/failure';
import { isTerminal, type GenerationResult } from '../generation/result';
import { GOALS, type Goal } from './goals';
import { userInterval, errorBackoff } from './intervals';
import type { Deadline } from '../time/deadline';
import type { Clock } from '../time/clock';
import type { PollScheduler, PollTurn } from './scheduler';

/** One poll of a task: its state, or why it could not be seen just now. */
export type PollResult = ({ result: GenerationResult } | { error: Failure }) & {
	/** How long the gateway asks to wait before the next one, in seconds. */
	retryAfter?: number;
};

/** How a task is waited for. */
export interface PollOptions {
	/** What is known of a task that was created just now: then the first poll comes after a pause. */
	known?: GenerationResult;
	/** When the order of such a task was sent, by the scheduler's clock. */
	submittedAtMs?: number;
	/** Whether the gateway gave the ID itself, in this execution: then the task is there, if not seen everywhere yet. */
	createdHere: boolean;
	goal: Goal;
	/** The user's own pace in seconds, 0 for one that adapts. */
	pollInterval: number;
	/** What kind of task it is: those of one kind need much the same time. */
	kind: string;
}

/** What the wait came to. Without a state that is enough, the time allowed is over. */
export interface PollOutcome {
	result?: GenerationResult;
	/** Why the last poll brought no state. */
	error?: Failure;
	/** What the gateway asks to wait, in seconds, where that is longer than the time allowed. */
	deferBy?: number;
}

/** So many polls in a row may go wrong where one good one is enough, or the task is not known yet. */
const MAX_CONSECUTIVE_ERRORS = 4;

/**
 * What a gateway asks to wait beside an answer that refuses nothing is believed for so long, in milliseconds: whatever
 * stands before it may send the header along with everything.
 */
const MAX_COURTESY_MS = 120_000;

/** The last poll comes so long before the end, at most, in milliseconds: time to read it, and to fetch a picture. */
const FINAL_POLL_MARGIN_MS = 1000;

/**
 * Polls a task until its status is enough, or the time is over. Polls at once, unless something is known; then
 * at the user's own pace, or whenever the scheduler says so.
 * @param poll throws what ends the wait, and gives what passes as an error
 * @throws MediaError when the execution was stopped, when a poll ended the wait, and of kind `taskNotSeen`
 * when any state would do and none could be read
 */
export async function pollUntil(
	poll: () => Promise<PollResult>,
	wait: PollOptions,
	deadline: Deadline,
	scheduler: PollScheduler,
): Promise<PollOutcome> {
	const isScheduled = GOALS[wait.goal].isScheduled && wait.pollInterval === 0;
	const turns = isScheduled
		? scheduler.add(wait.kind, wait.known && (wait.submittedAtMs ?? scheduler.clock.now()))
		: ownTurns(wait.pollInterval * 1000, scheduler.clock);
	try {
		return await pollInTurns(poll, wait, deadline, turns);
	} finally {
		turns.remove();
	}
}

/** The pace of a task that nobody plans for. */
function ownTurns(pollInterval: number, clock: Clock): PollTurn {
	const nothing = () => undefined;
	const next: PollTurn['waitForTurn'] = async (earliest, latest, signal) =>
		await clock.sleep(Math.min(Math.max(userInterval(pollInterval), earliest), latest), signal);
	return {
		waitForTurn: next,
		deferBy: nothing,
		onPending: nothing,
		onTerminal: nothing,
		remove: nothing,
	};
}

async function pollInTurns(
	poll: () => Promise<PollResult>,
	{ known, createdHere, goal }: PollOptions,
	deadline: Deadline,
	turns: PollTurn,
): Promise<PollOutcome> {
	const { acceptsAnyStatus, onUnreadable } = GOALS[goal];
	const lastPoll = Math.min(FINAL_POLL_MARGIN_MS, deadline.remainingMs() / 10);
	const seen: PollOutcome = known ? { result: known } : {};
	let consecutiveErrors = 0;
	let retryAfter = 0;
	for (let polls = known ? 1 : 0; ; polls++) {
		if (polls > 0) {
			const left = deadline.remainingMs() - lastPoll;
			if (left <= 0) return seen;
			// What the gateway asks for is kept to, and a poll at the end would come too early.
			if (retryAfter > left && seen.error) return { ...seen, deferBy: retryAfter / 1000 };
			await turns.waitForTurn(
				Math.max(errorBackoff(consecutiveErrors), retryAfter),
				left,
				deadline.signal,
			);
			const ended = deadline.reason();
			if (ended?.kind === 'cancelled') throw new GenerationError(ended);
			if (ended) return seen;
		}
		const now = await poll();
		const requestedMs = (now.retryAfter ?? 0) * 1000;
		retryAfter = putsOff(now) ? requestedMs : Math.min(requestedMs, MAX_COURTESY_MS);
		turns.deferBy(retryAfter);
		if ('result' in now) {
			seen.result = now.result;
			delete seen.error;
			consecutiveErrors = 0;
			if (isTerminal(now.result.metadata.status)) {
				turns.onTerminal();
				return seen;
			}
			if (acceptsAnyStatus) return seen;
			turns.onPending();
		} else {
			seen.error = now.error;
			consecutiveErrors += 1;
			// What was not created here is not there.
			if (
				now.error.kind === 'taskNotFound' &&
				(!createdHere || consecutiveErrors >= MAX_CONSECUTIVE_ERRORS)
			)
				throw new GenerationError(now.error);
			if (consecutiveErrors < MAX_CONSECUTIVE_ERRORS) continue;
			if (onUnreadable === 'assumeRunning') return seen;
			if (onUnreadable === 'fail') throw new GenerationError({ ...now.error, kind: 'taskNotSeen' });
		}
	}
}

/** Whether the gateway refuses to be asked for now, the case that the header is made for. */
function putsOff(poll: PollResult): boolean {
	return 'error' in poll && (poll.error.kind === 'rateLimited' || poll.error.httpStatus === 503);
}
