import { MediaError, type Failure } from '../errors/failure';
import type { Outcome } from '../generation/result';
import { ownPause, pauseAfterTrouble } from './intervals';
import { isDone } from '../generation/task';
import type { Deadline } from '../time/deadline';
import type { Clock } from '../time/clock';
import type { Lookout, Turns } from './scheduler';

/** One look at a task: its state, or why it could not be seen just now. */
export type Look = ({ outcome: Outcome } | { trouble: Failure }) & {
	/** How long the gateway asks to wait before the next one, in seconds. */
	retryAfter?: number;
};

/** How a task is waited for. */
export interface Wait {
	/** What is known of a task that was created just now: then the first look comes after a pause. */
	known?: Outcome;
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
	latest?: Outcome;
	/** Why the last look brought no state. */
	trouble?: Failure;
	/** What the gateway asks to wait, in seconds, where that is longer than the time allowed. */
	putOff?: number;
}

/** So many looks in a row may go wrong where one good one is enough, or the task is not known yet. */
const PATIENCE = 4;

/**
 * What a gateway asks to wait beside an answer that refuses nothing is believed for so long, in milliseconds: whatever
 * stands before it may send the header along with everything.
 */
const LONGEST_COURTESY = 120_000;

/** The last look comes so long before the end, at most, in milliseconds: time to read it, and to fetch a picture. */
const LAST_LOOK = 1000;

/**
 * Looks at a task until its state is enough, or the time is over. Looks at once, unless something is known; then
 * at the user's own pace, or whenever the lookout says so.
 * @param look throws what ends the wait, and gives what passes as trouble
 * @throws MediaError when the execution was stopped, when a look ended the wait, and of kind `taskNotSeen`
 * when any state would do and none could be read
 */
export async function watchTask(look: () => Promise<Look>, wait: Wait, deadline: Deadline, lookout: Lookout): Promise<Watched> {
	const isPlanned = wait.until === 'done' && wait.pollInterval === 0;
	const turns = isPlanned ? lookout.join(wait.kind, wait.known && (wait.ordered ?? lookout.clock.now())) : ownTurns(wait.pollInterval * 1000, lookout.clock);
	try {
		return await watch(look, wait, deadline, turns);
	} finally {
		turns.leave();
	}
}

/** The pace of a task that nobody plans for. */
function ownTurns(pollInterval: number, clock: Clock): Turns {
	const nothing = () => undefined;
	const next: Turns['next'] = async (earliest, latest, signal) =>
		await clock.pause(Math.min(Math.max(ownPause(pollInterval), earliest), latest), signal);
	return { next, putOff: nothing, sawWork: nothing, sawEnd: nothing, leave: nothing };
}

async function watch(look: () => Promise<Look>, { known, isOurs, until }: Wait, deadline: Deadline, turns: Turns): Promise<Watched> {
	const lastLook = Math.min(LAST_LOOK, deadline.remaining() / 10);
	const seen: Watched = known ? { latest: known } : {};
	let troubles = 0;
	let retryAfter = 0;
	for (let looks = known ? 1 : 0; ; looks++) {
		if (looks > 0) {
			const left = deadline.remaining() - lastLook;
			if (left <= 0) return seen;
			// What the gateway asks for is kept to, and a look at the end would come too early.
			if (retryAfter > left && seen.trouble) return { ...seen, putOff: retryAfter / 1000 };
			await turns.next(Math.max(pauseAfterTrouble(troubles), retryAfter), left, deadline.signal);
			const ended = deadline.failure();
			if (ended?.kind === 'cancelled') throw new MediaError(ended);
			if (ended) return seen;
		}
		const now = await look();
		const asked = (now.retryAfter ?? 0) * 1000;
		retryAfter = putsOff(now) ? asked : Math.min(asked, LONGEST_COURTESY);
		turns.putOff(retryAfter);
		if ('outcome' in now) {
			seen.latest = now.outcome;
			delete seen.trouble;
			troubles = 0;
			if (isDone(now.outcome.facts.status)) {
				turns.sawEnd();
				return seen;
			}
			if (until !== 'done') return seen;
			turns.sawWork();
		} else {
			seen.trouble = now.trouble;
			troubles += 1;
			// What was not created here is not there.
			if (now.trouble.kind === 'taskNotFound' && (!isOurs || troubles >= PATIENCE)) throw new MediaError(now.trouble);
			if (until === 'glimpsed' && troubles >= PATIENCE) return seen;
			if (until === 'seen' && troubles >= PATIENCE) throw new MediaError({ ...now.trouble, kind: 'taskNotSeen' });
		}
	}
}

/** Whether the gateway refuses to be asked for now, the case that the header is made for. */
function putsOff(look: Look): boolean {
	return 'trouble' in look && (look.trouble.kind === 'rateLimited' || look.trouble.httpStatus === 503);
}
