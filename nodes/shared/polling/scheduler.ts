import { PollSchedule, type PlannedTask } from './schedule';
import { systemClock, type Clock } from '../time/clock';

/** The place of one task among those that are waited for. */
export interface PollTurn {
	/**
	 * Waits until it is the task's turn to be polled, or the signal ends the wait.
	 * @param earliest the least pause, in milliseconds
	 * @param latest the longest
	 */
	waitForTurn(earliest: number, latest: number, signal: AbortSignal): Promise<void>;
	/** The gateway wants no poll of this kind of task for so long. */
	deferBy(milliseconds: number): void;
	/** A poll has found the task at work. */
	onPending(): void;
	/** A poll has found that the task has ended. */
	onTerminal(): void;
	/** The task is not waited for any longer. */
	remove(): void;
}

interface ScheduledTask extends PlannedTask {
	/** Says that it is this task's turn. */
	call(): void;
}

/** Gives the tasks of one run their turns, those of one kind by one plan. */
export class PollScheduler {
	private readonly groups = new Map<string, Group>();

	constructor(readonly clock: Clock = systemClock) {}

	/**
	 * @param kind tasks of one kind need much the same time
	 * @param submittedAtMs when the order was sent, of a task that was created just now; by `clock`
	 */
	add(kind: string, submittedAtMs: number | undefined): PollTurn {
		const group = this.groups.get(kind) ?? new Group(this.clock);
		this.groups.set(kind, group);
		return group.add(submittedAtMs);
	}
}

/** Tasks of one kind, with one timer for all. */
class Group {
	private readonly plan: PollSchedule<ScheduledTask>;

	/** Ends the present pause: things have changed. */
	private change = new AbortController();

	constructor(private readonly clock: Clock) {
		this.plan = new PollSchedule(() => clock.chance());
	}

	add(submittedAtMs: number | undefined): PollTurn {
		const now = this.clock.now();
		const place: ScheduledTask = {
			...(submittedAtMs === undefined ? {} : { created: now, submittedAtMs }),
			isWaiting: false,
			earliest: 0,
			latest: 0,
			call: () => undefined,
		};
		this.plan.add(place, now);
		return {
			waitForTurn: async (earliest, latest, signal) =>
				await this.wait(place, earliest, latest, signal),
			deferBy: (milliseconds) => this.plan.deferBy(this.clock.now() + milliseconds),
			onPending: () => this.plan.onPending(place),
			onTerminal: () => this.then(() => this.plan.onTerminal(place, this.clock.now())),
			remove: () => this.then(() => this.plan.remove(place)),
		};
	}

	private async wait(
		place: ScheduledTask,
		earliest: number,
		latest: number,
		signal: AbortSignal,
	): Promise<void> {
		const now = this.clock.now();
		await new Promise<void>((resolve) => {
			const end = () => {
				signal.removeEventListener('abort', end);
				place.isWaiting = false;
				resolve();
			};
			place.call = end;
			place.earliest = now + earliest;
			place.latest = now + latest;
			place.isWaiting = !signal.aborted;
			if (!place.isWaiting) {
				resolve();
				return;
			}
			signal.addEventListener('abort', end);
			this.then(() => undefined);
		});
	}

	/** Changes the plan, and begins the next pause by it. */
	private then(change: () => void): void {
		change();
		this.change.abort();
		this.change = new AbortController();
		void this.callNext(this.change.signal);
	}

	private async callNext(changed: AbortSignal): Promise<void> {
		for (;;) {
			const now = this.clock.now();
			const next = this.plan.next(now);
			if (!next) return;
			if (next.at > now) await this.clock.sleep(next.at - now, changed);
			if (changed.aborted) return;
			this.plan.polls(next.task, this.clock.now());
			next.task.call();
		}
	}
}
