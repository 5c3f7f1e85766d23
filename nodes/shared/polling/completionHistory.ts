import { INITIAL_OVERTAKEN, LEARNING_RATE, RIPE_FRACTION, SIBLING_POLLS } from './tuning';

const NEVER = Number.NEGATIVE_INFINITY;

/** A task that was found to have ended. */
export interface Completion {
	atMs: number;
	/** How long it took; undefined if it was created by somebody else. */
	durationMs?: number;
	/** Position among the tasks that were waited for, by age, from 0; -1 if it was no longer one of them. */
	position: number;
	/** How many of the others have not been polled since. */
	unpolledSiblings: number;
}

/** What the completed tasks of one kind reveal about those that are still waited for. */
export class CompletionHistory {
	/** When a task was last found to have ended. */
	private lastAtMs = NEVER;

	/** How long that was after the one before it. */
	private lastGapMs = 0;

	/** The shortest time in which a task has ended; 0 as long as none is known. */
	private shortestMs = 0;

	/** How many siblings have to be polled immediately. */
	private siblingPolls = 0;

	/** Whether the siblings that were polled immediately had also ended. */
	private endTogether = true;

	/** How many older tasks a completed one had overtaken, averaged over the last ones. */
	meanOvertaken = INITIAL_OVERTAKEN;

	/** The age before which a poll is mostly in vain; 0 as long as nothing is known. */
	ripeAgeMs(): number {
		return RIPE_FRACTION * this.shortestMs;
	}

	/** Whether a task has ended since the oldest of the others was created. Before that, nothing is known about these. */
	includes(oldestMs: number): boolean {
		return this.lastAtMs >= oldestMs;
	}

	/** The time since the last completion, or between the last two, whichever is longer. */
	spreadMs(nowMs: number): number {
		return Math.max(nowMs - this.lastAtMs, this.lastGapMs);
	}

	/** Whether a task has to be polled immediately, since a sibling has ended. */
	requiresPoll({ sinceMs, polledAtMs }: { sinceMs: number; polledAtMs: number }): boolean {
		return this.siblingPolls > 0 && sinceMs < this.lastAtMs && polledAtMs < this.lastAtMs;
	}

	/** One of the siblings is being polled. */
	onSiblingPolled(): void {
		this.siblingPolls -= 1;
	}

	/** A sibling that was polled immediately has not ended. */
	onSiblingPending(): void {
		this.endTogether = false;
		this.siblingPolls = 0;
	}

	/** @param isFirst whether it is the first completion since the oldest of the others was created */
	add({ atMs, durationMs, position, unpolledSiblings }: Completion, isFirst: boolean): void {
		if (durationMs !== undefined)
			this.shortestMs = Math.min(this.shortestMs || Number.POSITIVE_INFINITY, durationMs);
		if (!isFirst && position >= 0)
			this.meanOvertaken += LEARNING_RATE * (position - this.meanOvertaken);
		this.lastGapMs = isFirst ? 0 : atMs - this.lastAtMs;
		this.lastAtMs = atMs;
		this.endTogether ||= isFirst;
		const polls = (isFirst ? 0 : this.siblingPolls) + SIBLING_POLLS;
		this.siblingPolls = this.endTogether ? Math.min(unpolledSiblings, polls) : 0;
	}
}
