import { intervalOfBatch } from './intervals';
import type { PlannedTask, Schedule } from './schedule';
import { FIRST_POLL_MS, MIN_LISTED_AGE_MS } from './tuning';

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

	/**
	 * @param chance from 0 to 1, for example `Math.random`
	 * @param minIntervalMs the shortest between two polls that the gateway accepts
	 */
	constructor(
		private readonly chance: () => number,
		private readonly minIntervalMs: number,
	) {}

	add(task: Task, nowMs: number): void {
		this.entries.set(task, task.createdAtMs ?? nowMs);
		// A task that somebody else has created is polled as soon as it is waited for.
		if (task.createdAtMs === undefined && this.lastPollMs === NEVER) this.lastPollMs = nowMs;
	}

	remove(task: Task): void {
		this.entries.delete(task);
	}

	next(nowMs: number): { tasks: Task[]; atMs: number } | undefined {
		const waiting = [...this.entries.keys()].filter(({ isWaiting }) => isWaiting);
		if (waiting.length === 0) return undefined;
		const regularMs = this.nextRegularPollMs();
		const atMs = Math.max(
			nowMs,
			Math.min(...waiting.map((task) => this.pollTimeOf(task, regularMs))),
		);
		return { tasks: waiting.filter((task) => this.mayComeAlong(task, atMs)), atMs };
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

	/** Whether a task is polled when another is due. A list may not have it yet if it was created just now. */
	private mayComeAlong({ createdAtMs, earliestMs, latestMs }: Task, atMs: number): boolean {
		const listedMs = createdAtMs === undefined ? NEVER : createdAtMs + MIN_LISTED_AGE_MS;
		return atMs >= Math.min(latestMs, Math.max(listedMs, earliestMs, this.deferredUntilMs));
	}

	/** @param regularMs when a poll is due as far as the task's age, the gateway, an error and the timeout allow */
	private pollTimeOf({ createdAtMs, earliestMs, latestMs }: Task, regularMs: number): number {
		const ripeMs = createdAtMs === undefined ? NEVER : createdAtMs + FIRST_POLL_MS;
		return Math.min(latestMs, Math.max(ripeMs, regularMs, earliestMs, this.deferredUntilMs));
	}

	private nextRegularPollMs(): number {
		if (this.lastPollMs === NEVER) return NEVER;
		const oldestMs = Math.min(...this.entries.values());
		const elapsedMs = this.lastPollMs - oldestMs;
		// Those that ended before the oldest of the others was created tell nothing about them.
		const completion =
			this.lastCompletionMs < oldestMs
				? {}
				: { sinceCompletionMs: this.lastPollMs - this.lastCompletionMs };
		const { minIntervalMs } = this;
		const times = { elapsedMs, ...completion, minIntervalMs };
		return this.lastPollMs + intervalOfBatch(times, this.chance());
	}
}
