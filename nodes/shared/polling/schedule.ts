import { CompletionHistory } from './completionHistory';
import {
	alignWithBaselineLoop,
	completionLikelihood,
	initialDelay,
	intervalAfterCompletion,
	intervalByAge,
	intervalWhileAllPending,
} from './intervals';

/** A task as the schedule sees it. All times are in milliseconds of the same clock. */
export interface PlannedTask {
	/** When it was created; undefined if somebody else created it. */
	createdAtMs?: number;
	/** When its request was sent: a gateway processes requests that arrived together in this order. */
	submittedAtMs?: number;
	/** Whether it can be polled: it is not being polled already. */
	isWaiting: boolean;
	/** The gateway, or an error, delays the next poll until then. */
	earliestMs: number;
	/** The next poll comes no later, because of the timeout. */
	latestMs: number;
}

/** Decides which tasks are polled when. It is told what happens, by one clock. */
export interface Schedule<Task extends PlannedTask> {
	add(task: Task, nowMs: number): void;
	remove(task: Task): void;
	/** Returns which tasks are to be polled next, and when, as things are now; undefined if none can be. */
	next(nowMs: number): { tasks: Task[]; atMs: number } | undefined;
	/** A poll of the task begins. */
	onPolled(task: Task, nowMs: number): void;
	/** The gateway wants no poll of any of the tasks until then. */
	deferUntil(untilMs: number): void;
	/** A poll has found the task in progress. */
	onPending(task: Task): void;
	/** A poll has found that the task has ended. */
	onTerminal(task: Task, nowMs: number): void;
}

interface Entry<Task> {
	task: Task;
	/** When it was created, as far as that is known. */
	sinceMs: number;
	submittedAtMs: number;
	polledAtMs: number;
	/** Whether it is being polled because a sibling has ended. */
	isUrgent: boolean;
}

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * Schedules the polls of tasks of one kind that are waited for together, one poll at a time. They tend to end together:
 * when one has ended the others are polled as well, and until then few polls reveal much. Pure: it is told the time.
 */
export class PollSchedule<Task extends PlannedTask> implements Schedule<Task> {
	/** In the order in which they were submitted, or added. */
	private readonly entries: Array<Entry<Task>> = [];

	private readonly completions = new CompletionHistory();

	private lastPollMs = NEVER;

	/** The gateway wants no poll before. */
	private deferredUntilMs = 0;

	/** @param chance from 0 to 1, for example `Math.random` */
	constructor(private readonly chance: () => number) {}

	add(task: Task, nowMs: number): void {
		const { createdAtMs, submittedAtMs = nowMs } = task;
		// A task that somebody else has created is polled as soon as it is waited for.
		const entry = {
			task,
			sinceMs: createdAtMs ?? nowMs,
			submittedAtMs,
			polledAtMs: createdAtMs === undefined ? nowMs : NEVER,
			isUrgent: false,
		};
		const later = this.entries.findIndex((other) => other.submittedAtMs > submittedAtMs);
		this.entries.splice(later < 0 ? this.entries.length : later, 0, entry);
	}

	remove(task: Task): void {
		const position = this.positionOf(task);
		if (position >= 0) this.entries.splice(position, 1);
	}

	next(nowMs: number): { tasks: Task[]; atMs: number } | undefined {
		const regularMs = this.nextRegularPollMs(nowMs);
		const waiting = this.entries
			.map((entry, position) => ({ entry, position, atMs: this.pollTimeOf(entry, regularMs) }))
			.filter(({ entry }) => entry.task.isWaiting);
		const soonestMs = Math.min(...waiting.map(({ atMs }) => atMs));
		const atMs = Math.max(nowMs, soonestMs);
		const due = waiting.filter((candidate) => candidate.atMs <= atMs);
		const chosen = this.choose(due, atMs);
		return chosen && { tasks: [chosen.task], atMs };
	}

	onPolled(task: Task, nowMs: number): void {
		const entry = this.entryOf(task);
		task.isWaiting = false;
		this.lastPollMs = nowMs;
		if (!entry) return;
		entry.isUrgent = this.completions.requiresPoll(entry);
		if (entry.isUrgent) this.completions.onSiblingPolled();
		entry.polledAtMs = nowMs;
	}

	deferUntil(untilMs: number): void {
		this.deferredUntilMs = Math.max(this.deferredUntilMs, untilMs);
	}

	onPending(task: Task): void {
		if (this.entryOf(task)?.isUrgent) this.completions.onSiblingPending();
	}

	onTerminal(task: Task, nowMs: number): void {
		const { createdAtMs } = task;
		const isFirst = !this.completions.includes(this.oldestMs());
		const position = this.positionOf(task);
		this.remove(task);
		const unpolledSiblings = this.entries.filter(
			({ sinceMs, polledAtMs }) => sinceMs < nowMs && polledAtMs < nowMs,
		).length;
		const duration = createdAtMs === undefined ? {} : { durationMs: nowMs - createdAtMs };
		this.completions.add({ atMs: nowMs, ...duration, position, unpolledSiblings }, isFirst);
	}

	/** Position in the order of the entries, from 0; -1 if it is no longer one of them. */
	private positionOf(task: Task): number {
		return this.entries.findIndex((entry) => entry.task === task);
	}

	private entryOf(task: Task): Entry<Task> | undefined {
		return this.entries.find((entry) => entry.task === task);
	}

	private oldestMs(): number {
		return Math.min(...this.entries.map(({ sinceMs }) => sinceMs));
	}

	/** @param regularMs when a poll is due that no sibling requires */
	private pollTimeOf(entry: Entry<Task>, regularMs: number): number {
		const { createdAtMs, earliestMs, latestMs } = entry.task;
		const firstMs = initialDelay(this.entries.length);
		const ripeAgeMs = this.completions.ripeAgeMs();
		const isKindKnown = createdAtMs !== undefined && ripeAgeMs > 0;
		const ripeMs = entry.sinceMs + (isKindKnown ? Math.min(firstMs, ripeAgeMs) : firstMs);
		const turnMs = this.completions.requiresPoll(entry) ? NEVER : regularMs;
		return Math.min(latestMs, Math.max(ripeMs, turnMs, earliestMs, this.deferredUntilMs));
	}

	/** When the next poll is due that no sibling requires. */
	private nextRegularPollMs(nowMs: number): number {
		const { completions, lastPollMs } = this;
		const polledAtMs = lastPollMs === NEVER ? nowMs : lastPollMs;
		const oldestMs = this.oldestMs();
		const elapsedMs = polledAtMs - oldestMs;
		const ripe = this.entries.filter(
			({ sinceMs }) => polledAtMs - sinceMs >= completions.ripeAgeMs(),
		).length;
		const pendingMs = intervalWhileAllPending(elapsedMs, Math.max(1, ripe), this.chance());
		if (ripe === 0) return lastPollMs + Math.max(pendingMs, intervalByAge(elapsedMs));
		if (completions.includes(oldestMs))
			return (
				lastPollMs + intervalAfterCompletion(completions.spreadMs(polledAtMs), elapsedMs, ripe)
			);
		return ripe > 1
			? alignWithBaselineLoop(lastPollMs, pendingMs, oldestMs, ripe)
			: lastPollMs + pendingMs;
	}

	/**
	 * Chooses the task that deserves a poll most: the time since its last one, weighted by how likely a task in its
	 * position is to end next.
	 * @param due the tasks whose turn it is, with their positions among all
	 */
	private choose(
		due: ReadonlyArray<{ entry: Entry<Task>; position: number }>,
		nowMs: number,
	): Entry<Task> | undefined {
		let chosen: Entry<Task> | undefined;
		let highest = NEVER;
		for (const { entry, position } of due) {
			const unpolledMs = nowMs - Math.max(entry.sinceMs, entry.polledAtMs);
			const worth = unpolledMs * completionLikelihood(position, this.completions.meanOvertaken);
			if (worth <= highest) continue;
			highest = worth;
			chosen = entry;
		}
		return chosen;
	}
}
