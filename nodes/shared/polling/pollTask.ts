import { MediaError, type Failure } from '../errors/failure';
import type { GenerationResult } from '../generation/result';
import { GOALS, type Goal } from './goals';
import { userInterval, errorBackoff } from './intervals';
import { isDone } from '../generation/task';
import type { Deadline } from '../time/deadline';
import type { Clock } from '../time/clock';
import type { PollScheduler, Turns } from './scheduler';

/** One poll of a task: its state, or why it could not be seen just now. */
export type PollResult = ({ outcome: GenerationResult } | { lastError: Failure }) & {
	/** How long the gateway asks to wait before the next one, in seconds. */
	retryAfter?: number;
};

/** How a task is waited for. */
export interface Wait {
	/** What is known of a task that was created just now: then the first poll comes after a pause. */
	known?: GenerationResult;
	/** When the order of such a task was sent, by the scheduler's clock. */
	ordered?: number;
	/** Whether the gateway gave the ID itself, in this execution: then the task is there, if not seen everywhere yet. */
	isOurs: boolean;
	goal: Goal;
	/** The user's own pace in seconds, 0 for one that adapts. */
	pollInterval: number;
	/** What kind of task it is: those of one kind need much the same time. */
	kind: string;
}

/** What the wait came to. Without a state that is enough, the time allowed is over. */
export interface Watched {
	latest?: GenerationResult;
	/** Why the last poll brought no state. */
	lastError?: Failure;
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
export async function watchTask(poll: () => Promise<PollResult>, wait: Wait, deadline: Deadline, scheduler: PollScheduler): Promise<Watched> {
	const isScheduled = GOALS[wait.goal].isScheduled && wait.pollInterval === 0;
	const turns = isScheduled ? scheduler.join(wait.kind, wait.known && (wait.ordered ?? scheduler.clock.now())) : ownTurns(wait.pollInterval * 1000, scheduler.clock);
	try {
		return await watch(poll, wait, deadline, turns);
	} finally {
		turns.leave();
	}
}

/** The pace of a task that nobody plans for. */
function ownTurns(pollInterval: number, clock: Clock): Turns {
	const nothing = () => undefined;
	const next: Turns['next'] = async (earliest, latest, signal) =>
		await clock.sleep(Math.min(Math.max(userInterval(pollInterval), earliest), latest), signal);
	return { next, deferBy: nothing, sawWork: nothing, sawEnd: nothing, leave: nothing };
}

async function watch(poll: () => Promise<PollResult>, { known, isOurs, goal }: Wait, deadline: Deadline, turns: Turns): Promise<Watched> {
	const { acceptsAnyStatus, onUnreadable } = GOALS[goal];
	const lastPoll = Math.min(FINAL_POLL_MARGIN_MS, deadline.remaining() / 10);
	const seen: Watched = known ? { latest: known } : {};
	let consecutiveErrors = 0;
	let retryAfter = 0;
	for (let polls = known ? 1 : 0; ; polls++) {
		if (polls > 0) {
			const left = deadline.remaining() - lastPoll;
			if (left <= 0) return seen;
			// What the gateway asks for is kept to, and a poll at the end would come too early.
			if (retryAfter > left && seen.lastError) return { ...seen, deferBy: retryAfter / 1000 };
			await turns.next(Math.max(errorBackoff(consecutiveErrors), retryAfter), left, deadline.signal);
			const ended = deadline.failure();
			if (ended?.kind === 'cancelled') throw new MediaError(ended);
			if (ended) return seen;
		}
		const now = await poll();
		const asked = (now.retryAfter ?? 0) * 1000;
		retryAfter = putsOff(now) ? asked : Math.min(asked, MAX_COURTESY_MS);
		turns.deferBy(retryAfter);
		if ('outcome' in now) {
			seen.latest = now.outcome;
			delete seen.lastError;
			consecutiveErrors = 0;
			if (isDone(now.outcome.facts.status)) {
				turns.sawEnd();
				return seen;
			}
			if (acceptsAnyStatus) return seen;
			turns.sawWork();
		} else {
			seen.lastError = now.lastError;
			consecutiveErrors += 1;
			// What was not created here is not there.
			if (now.lastError.kind === 'taskNotFound' && (!isOurs || consecutiveErrors >= MAX_CONSECUTIVE_ERRORS)) throw new MediaError(now.lastError);
			if (consecutiveErrors < MAX_CONSECUTIVE_ERRORS) continue;
			if (onUnreadable === 'assumeRunning') return seen;
			if (onUnreadable === 'fail') throw new MediaError({ ...now.lastError, kind: 'taskNotSeen' });
		}
	}
}

/** Whether the gateway refuses to be asked for now, the case that the header is made for. */
function putsOff(poll: PollResult): boolean {
	return 'lastError' in poll && (poll.lastError.kind === 'rateLimited' || poll.lastError.httpStatus === 503);
}
