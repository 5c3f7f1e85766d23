import { MediaError, type Failure } from '../errors/failure';
import type { GenerationResult } from '../generation/result';
import { userInterval, errorBackoff } from './intervals';
import { isDone } from '../generation/task';
import type { Deadline } from '../time/deadline';
import type { Clock } from '../time/clock';
import type { PollScheduler, Turns } from './scheduler';

/** One look at a task: its state, or why it could not be seen just now. */
export type PollResult = ({ outcome: GenerationResult } | { lastError: Failure }) & {
	/** How long the gateway asks to wait before the next one, in seconds. */
	retryAfter?: number;
};

/** How a task is waited for. */
export interface Wait {
	/** What is known of a task that was created just now: then the first look comes after a pause. */
	known?: GenerationResult;
	/** When the order of such a task was sent, by the lookout's clock. */
	ordered?: number;
	/** Whether the gateway gave the ID itself, in this execution: then the task is there, if not seen everywhere yet. */
	isOurs: boolean;
	/**
	 * Whether any state is enough, or only one that will not change any more; `glimpsed`: any state, and none if it
	 * cannot be seen just now.
	 */
	until: 'seen' | 'glimpsed' | 'done';
	/** The user's own pace in seconds, 0 for one that adapts. */
	pollInterval: number;
	/** What kind of task it is: those of one kind need much the same time. */
	kind: string;
}

/** What the wait came to. Without a state that is enough, the time allowed is over. */
export interface Watched {
	latest?: GenerationResult;
	/** Why the last look brought no state. */
	lastError?: Failure;
	/** What the gateway asks to wait, in seconds, where that is longer than the time allowed. */
	deferBy?: number;
}

/** So many looks in a row may go wrong where one good one is enough, or the task is not known yet. */
const PATIENCE = 4;

/**
 * What a gateway asks to wait beside an answer that refuses nothing is believed for so long, in milliseconds: whatever
 * stands before it may send the header along with everything.
 */
const LONGEST_COURTESY = 120_000;

/** The last look comes so long before the end, at most, in milliseconds: time to read it, and to fetch a picture. */
const FINAL_POLL_MARGIN_MS = 1000;

/**
 * Looks at a task until its state is enough, or the time is over. Looks at once, unless something is known; then
 * at the user's own pace, or whenever the lookout says so.
 * @param poll throws what ends the wait, and gives what passes as trouble
 * @throws MediaError when the execution was stopped, when a look ended the wait, and of kind `taskNotSeen`
 * when any state would do and none could be read
 */
export async function watchTask(poll: () => Promise<PollResult>, wait: Wait, deadline: Deadline, scheduler: PollScheduler): Promise<Watched> {
	const isPlanned = wait.until === 'done' && wait.pollInterval === 0;
	const turns = isPlanned ? scheduler.join(wait.kind, wait.known && (wait.ordered ?? scheduler.clock.now())) : ownTurns(wait.pollInterval * 1000, scheduler.clock);
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

async function watch(poll: () => Promise<PollResult>, { known, isOurs, until }: Wait, deadline: Deadline, turns: Turns): Promise<Watched> {
	const lastPoll = Math.min(FINAL_POLL_MARGIN_MS, deadline.remaining() / 10);
	const seen: Watched = known ? { latest: known } : {};
	let consecutiveErrors = 0;
	let retryAfter = 0;
	for (let polls = known ? 1 : 0; ; polls++) {
		if (polls > 0) {
			const left = deadline.remaining() - lastPoll;
			if (left <= 0) return seen;
			// What the gateway asks for is kept to, and a look at the end would come too early.
			if (retryAfter > left && seen.lastError) return { ...seen, deferBy: retryAfter / 1000 };
			await turns.next(Math.max(errorBackoff(consecutiveErrors), retryAfter), left, deadline.signal);
			const ended = deadline.failure();
			if (ended?.kind === 'cancelled') throw new MediaError(ended);
			if (ended) return seen;
		}
		const now = await poll();
		const asked = (now.retryAfter ?? 0) * 1000;
		retryAfter = putsOff(now) ? asked : Math.min(asked, LONGEST_COURTESY);
		turns.deferBy(retryAfter);
		if ('outcome' in now) {
			seen.latest = now.outcome;
			delete seen.lastError;
			consecutiveErrors = 0;
			if (isDone(now.outcome.facts.status)) {
				turns.sawEnd();
				return seen;
			}
			if (until !== 'done') return seen;
			turns.sawWork();
		} else {
			seen.lastError = now.lastError;
			consecutiveErrors += 1;
			// What was not created here is not there.
			if (now.lastError.kind === 'taskNotFound' && (!isOurs || consecutiveErrors >= PATIENCE)) throw new MediaError(now.lastError);
			if (until === 'glimpsed' && consecutiveErrors >= PATIENCE) return seen;
			if (until === 'seen' && consecutiveErrors >= PATIENCE) throw new MediaError({ ...now.lastError, kind: 'taskNotSeen' });
		}
	}
}

/** Whether the gateway refuses to be asked for now, the case that the header is made for. */
function putsOff(poll: PollResult): boolean {
	return 'lastError' in poll && (poll.lastError.kind === 'rateLimited' || poll.lastError.httpStatus === 503);
}
