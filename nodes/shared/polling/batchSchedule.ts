import { intervalOfBatch } from './intervals';
import type { PlannedTask, Schedule } from './schedule';
import { FIRST_POLL_MS } from './tuning';

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * Schedules the polls of tasks whose status is read together: whenever one is due, all others that wait are polled as
 * well, since that costs no further request. Pure: it is told the time.
 */
export class BatchSchedule<Task extends PlannedTask> implements Schedule<Task> {
	/** The tasks, and since when each is known. */
	private readonly entries = new Map<Task, number>();

	private lastPollMs = NEVER;

	private lastCompletionMs = NEVER;

	/** The gateway wants no poll before. */
	private deferredUntilMs = 0;

	/** @param chance from 0 to 1, for example `Math.random` */
	constructor(private readonly chance: () => number) {}

	add(task: Task, nowMs: number): void {
		this.entries.set(task, task.createdAtMs ?? nowMs);
		// A task that somebody else has created is polled as soon as it is waited for.
		if (task.createdAtMs === undefined) this.lastPollMs = nowMs;
	}

	remove(task: Task): void {
		this.entries.delete(task);
	}

	next(nowMs: number): { tasks: Task[]; atMs: number } | undefined {
		const waiting = [...this.entries.keys()].filter(({ isWaiting }) => isWaiting);
		if (waiting.length === 0) return undefined;
		const regularMs = this.nextRegularPollMs(waiting);
		const atMs = Math.max(
			nowMs,
			Math.min(...waiting.map((task) => this.pollTimeOf(task, regularMs))),
		);
		return { tasks: waiting.filter((task) => this.pollTimeOf(task, NEVER) <= atMs), atMs };
	}

	onPolled(task: Task, nowMs: number): void {
		task.isWaiting = false;
		this.lastPollMs = nowMs;
	}

	deferUntil(untilMs: number): void {
		this.deferredUntilMs = Math.max(this.deferredUntilMs, untilMs);
	}

	onPending(): void {}

	onTerminal(task: Task, nowMs: number): void {
		this.remove(task);
		this.lastCompletionMs = nowMs;
	}

	/** @param regularMs when a poll is due as far as the gateway, an error and the timeout allow */
	private pollTimeOf({ earliestMs, latestMs }: Task, regularMs: number): number {
		return Math.min(latestMs, Math.max(regularMs, earliestMs, this.deferredUntilMs));
	}

	private nextRegularPollMs(waiting: readonly Task[]): number {
		const sinceMs = (tasks: Iterable<Task>) =>
			Math.min(...[...tasks].map((task) => this.entries.get(task) ?? 0));
		const oldestMs = sinceMs(this.entries.keys());
		if (this.lastPollMs === NEVER) return sinceMs(waiting) + FIRST_POLL_MS;
		const elapsedMs = this.lastPollMs - oldestMs;
		// Those that ended before the oldest of the others was created tell nothing about them.
		const completion =
			this.lastCompletionMs < oldestMs
				? {}
				: { sinceCompletionMs: this.lastPollMs - this.lastCompletionMs };
		return this.lastPollMs + intervalOfBatch({ elapsedMs, ...completion }, this.chance());
	}
}
