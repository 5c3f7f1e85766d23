import { systemClock, type Clock } from '../time/clock';
import { PollSchedule, type PlannedTask } from './schedule';

/** The turns of one task among those that are waited for. */
export interface PollTurn {
	/**
	 * Waits until it is the task's turn to be polled, or the signal ends the wait.
	 * @param minDelayMs the shortest wait
	 * @param maxDelayMs the longest
	 */
	waitForTurn(minDelayMs: number, maxDelayMs: number, signal: AbortSignal): Promise<void>;
	/** The gateway wants no poll of this kind of task for so long. */
	deferBy(milliseconds: number): void;
	/** A poll has found the task in progress. */
	onPending(): void;
	/** A poll has found that the task has ended. */
	onTerminal(): void;
	/** The task is no longer waited for. */
	remove(): void;
}

interface ScheduledTask extends PlannedTask {
	/** Ends the wait: it is this task's turn. */
	startTurn(): void;
}

/** Gives the tasks of one run their turns, those of one kind by one schedule. */
export class PollScheduler {
	private readonly groups = new Map<string, TaskGroup>();

	constructor(readonly clock: Clock = systemClock) {}

	/**
	 * @param kind tasks of one kind need about the same time
	 * @param submittedAtMs when the request was sent, for a task that was created just now; by `clock`
	 */
	add(kind: string, submittedAtMs: number | undefined): PollTurn {
		const group = this.groups.get(kind) ?? new TaskGroup(this.clock);
		this.groups.set(kind, group);
		return group.add(submittedAtMs);
	}
}

/** Tasks of one kind, with one timer for all. */
class TaskGroup {
	private readonly schedule: PollSchedule<ScheduledTask>;

	/** Ends the current sleep: the schedule has changed. */
	private changed = new AbortController();

	constructor(private readonly clock: Clock) {
		this.schedule = new PollSchedule(() => clock.chance());
	}

	add(submittedAtMs: number | undefined): PollTurn {
		const nowMs = this.clock.now();
		const task: ScheduledTask = {
			...(submittedAtMs === undefined ? {} : { createdAtMs: nowMs, submittedAtMs }),
			isWaiting: false,
			earliestMs: 0,
			latestMs: 0,
			startTurn: () => undefined,
		};
		this.schedule.add(task, nowMs);
		return {
			waitForTurn: async (minDelayMs, maxDelayMs, signal) => {
				const now = this.clock.now();
				task.earliestMs = now + minDelayMs;
				task.latestMs = now + maxDelayMs;
				await this.waitForTurn(task, signal);
			},
			deferBy: (milliseconds) => this.schedule.deferUntil(this.clock.now() + milliseconds),
			onPending: () => this.schedule.onPending(task),
			onTerminal: () => this.reschedule(() => this.schedule.onTerminal(task, this.clock.now())),
			remove: () => this.reschedule(() => this.schedule.remove(task)),
		};
	}

	private async waitForTurn(task: ScheduledTask, signal: AbortSignal): Promise<void> {
		await new Promise<void>((resolve) => {
			const end = () => {
				signal.removeEventListener('abort', end);
				task.isWaiting = false;
				resolve();
			};
			task.startTurn = end;
			task.isWaiting = !signal.aborted;
			if (!task.isWaiting) {
				resolve();
				return;
			}
			signal.addEventListener('abort', end);
			this.reschedule(() => undefined);
		});
	}

	/** Changes the schedule, and starts the next sleep by it. */
	private reschedule(change: () => void): void {
		change();
		this.changed.abort();
		this.changed = new AbortController();
		void this.startNextTurn(this.changed.signal);
	}

	private async startNextTurn(changed: AbortSignal): Promise<void> {
		for (;;) {
			const nowMs = this.clock.now();
			const next = this.schedule.next(nowMs);
			if (!next) return;
			if (next.atMs > nowMs) await this.clock.sleep(next.atMs - nowMs, changed);
			if (changed.aborted) return;
			this.schedule.onPolled(next.task, this.clock.now());
			next.task.startTurn();
		}
	}
}
