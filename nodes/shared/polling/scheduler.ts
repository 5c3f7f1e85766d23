import { systemClock, type Clock } from '../time/clock';
import { BatchSchedule } from './batchSchedule';
import { PollSchedule, type PlannedTask, type Schedule } from './schedule';

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
	/** A poll has told nothing: the next one is due as soon as it may be. */
	onPostponed(): void;
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

/** Tasks whose status can be read together, as long as that turns out to be of use. */
export interface Batch {
	isActive(): boolean;
	/** The shortest interval between two polls of all together that the gateway accepts. */
	readonly minIntervalMs: number;
}

/** Gives the tasks of one run their turns. */
export class PollScheduler {
	private readonly groups = new Map<string | Batch, TaskGroup>();

	constructor(readonly clock: Clock = systemClock) {}

	/**
	 * @param kind tasks of one kind need about the same time, and follow one schedule
	 * @param submittedAtMs when the request was sent, for a task that was created just now; by `clock`
	 * @param batch of the task: with others in it, it follows their schedule instead
	 */
	add(kind: string, submittedAtMs: number | undefined, batch?: Batch): PollTurn {
		const chance = () => this.clock.chance();
		const alone = this.groupOf(kind, () => new PollSchedule(chance)).add(submittedAtMs);
		if (!batch) return alone;
		const group = this.groupOf(batch, () => new BatchSchedule(chance, batch.minIntervalMs));
		const together = group.add(submittedAtMs);
		return joinTurns({ alone, together, batch, shared: group.shared, clock: this.clock });
	}

	private groupOf(key: string | Batch, createSchedule: () => Schedule<ScheduledTask>): TaskGroup {
		const group = this.groups.get(key) ?? new TaskGroup(this.clock, createSchedule());
		this.groups.set(key, group);
		return group;
	}
}

/** A task that two schedules know. */
interface JoinedTurns {
	alone: PollTurn;
	together: PollTurn;
	batch: Batch;
	/** Fires when there is another task in the batch: only then turns are given together. */
	shared: AbortSignal;
	clock: Clock;
}

/** The turns of a task by the schedule that is in use. The other one is told nothing of polls that it does not know. */
function joinTurns({ alone, together, batch, shared, clock }: JoinedTurns): PollTurn {
	const both = [alone, together];
	let inUse = alone;
	return {
		async waitForTurn(minDelayMs, maxDelayMs, signal) {
			inUse = alone;
			if (!batch.isActive()) return await alone.waitForTurn(minDelayMs, maxDelayMs, signal);
			const startedMs = clock.now();
			if (!shared.aborted) {
				const ended = AbortSignal.any([signal, shared]);
				await alone.waitForTurn(minDelayMs, maxDelayMs, ended);
				if (signal.aborted || !shared.aborted) return;
			}
			inUse = together;
			const left = (delayMs: number) => Math.max(0, delayMs - (clock.now() - startedMs));
			await together.waitForTurn(left(minDelayMs), left(maxDelayMs), signal);
		},
		deferBy: (milliseconds) => both.forEach((turn) => turn.deferBy(milliseconds)),
		onPostponed: () => inUse.onPostponed(),
		onPending: () => inUse.onPending(),
		onTerminal: () => inUse.onTerminal(),
		remove: () => both.forEach((turn) => turn.remove()),
	};
}

/** Tasks with one schedule, and one timer for all. */
class TaskGroup {
	/** Ends the current sleep: the schedule has changed. */
	private changed = new AbortController();

	private size = 0;

	private readonly several = new AbortController();

	/** Fires when there are several tasks at once, for the first time. */
	readonly shared = this.several.signal;

	constructor(
		private readonly clock: Clock,
		private readonly schedule: Schedule<ScheduledTask>,
	) {}

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
		this.size += 1;
		if (this.size > 1) this.several.abort();
		return {
			waitForTurn: async (minDelayMs, maxDelayMs, signal) => {
				const now = this.clock.now();
				task.earliestMs = now + minDelayMs;
				task.latestMs = now + maxDelayMs;
				await this.waitForTurn(task, signal);
			},
			deferBy: (milliseconds) => this.schedule.deferUntil(this.clock.now() + milliseconds),
			onPostponed: () => undefined,
			onPending: () => this.schedule.onPending(task),
			onTerminal: () => this.reschedule(() => this.schedule.onTerminal(task, this.clock.now())),
			remove: () => {
				this.size -= 1;
				this.reschedule(() => this.schedule.remove(task));
			},
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
			for (const task of next.tasks) {
				this.schedule.onPolled(task, this.clock.now());
				task.startTurn();
			}
		}
	}
}
