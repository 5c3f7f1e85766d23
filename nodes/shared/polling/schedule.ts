import {
	intervalAfterCompletion,
	intervalWhileAllPending,
	initialDelay,
	idlePause,
	likelihood,
	withLoop,
} from './intervals';

/** A task as the plan sees it. Times in milliseconds since any moment. */
export interface PlannedTask {
	/** When it was created; undefined for one that was created by somebody else. */
	created?: number;
	/** When its order was sent: in this order a gateway takes up what came together. */
	submittedAtMs?: number;
	/** Whether it can be polled: it is not being polled already. */
	isWaiting: boolean;
	/** The gateway, or an error, puts the next poll off until then. */
	earliest: number;
	/** The time allowed ends: the next poll comes no later. */
	latest: number;
}

interface Entry<Task> {
	task: Task;
	/** When it was created, as far as that is known. */
	since: number;
	submittedAtMs: number;
	polledAt: number;
	/** Whether it is being polled because a sibling has ended. */
	isUrgent: boolean;
}

const NEVER = Number.NEGATIVE_INFINITY;

/** Tasks of a kind need much the same time: before this part of the shortest seen, a poll is mostly in vain. */
const RIPE = 0.8;

/** Nothing is known yet: somewhat as in a queue. */
const LEFT_BEHIND_AT_FIRST = 1.5;

/** How much the newest end counts among all. */
const LEARNING = 0.4;

/** How many siblings are polled at once when a task is found to have ended: each that has ended, too, brings more. */
const SIBLINGS = 2;

/**
 * Plans the polls of tasks of one kind that are waited for together, one poll at a time: they tend to end together,
 * so when one has ended the others are polled, too, and until then few polls tell much. Pure: it is told the time.
 */
export class PollSchedule<Task extends PlannedTask> {
	/** In the order in which they were ordered, or added. */
	private readonly entries: Array<Entry<Task>> = [];

	private lastPoll = NEVER;

	/** When a task was last seen to have ended, and how long that was after the one before. */
	private lastEnd = NEVER;

	private interval = 0;

	/** How many polls of siblings are due at once. */
	private urgent = 0;

	/** Whether the siblings that were polled at once had ended. */
	private together = true;

	/** How many older ones those that ended had left behind, in the mean of late: none, as in a queue, or any number. */
	private leftBehind = LEFT_BEHIND_AT_FIRST;

	/** The shortest time in which a task has ended. */
	private shortest = 0;

	/** The gateway wants no poll before. */
	private earliest = 0;

	/** @param chance from 0 to 1, e.g. `Math.random` */
	constructor(private readonly chance: () => number) {}

	add(task: Task, now: number): void {
		const { created, submittedAtMs = now } = task;
		// What somebody else has created is polled as soon as it is waited for.
		const entry = {
			task,
			since: created ?? now,
			submittedAtMs,
			polledAt: created === undefined ? now : NEVER,
			isUrgent: false,
		};
		const later = this.entries.findIndex((other) => other.submittedAtMs > submittedAtMs);
		this.entries.splice(later < 0 ? this.entries.length : later, 0, entry);
	}

	remove(task: Task): void {
		const index = this.placeOf(task);
		if (index >= 0) this.entries.splice(index, 1);
	}

	/** Which task is to be polled next, and when, as things are now; undefined where none can be. */
	next(now: number): { task: Task; at: number } | undefined {
		const turn = this.turn(now);
		const waiting = this.entries
			.map((entry, place) => ({ entry, place, at: this.timeOf(entry, turn) }))
			.filter(({ entry }) => entry.task.isWaiting);
		const soonest = Math.min(...waiting.map(({ at }) => at));
		const at = Math.max(now, soonest);
		const chosen = this.choose(
			waiting.filter((one) => one.at <= at),
			at,
		);
		return chosen && { task: chosen.task, at };
	}

	/** A poll begins. */
	polls(task: Task, now: number): void {
		const entry = this.entryOf(task);
		task.isWaiting = false;
		this.lastPoll = now;
		if (!entry) return;
		entry.isUrgent = this.isDue(entry);
		if (entry.isUrgent) this.urgent -= 1;
		entry.polledAt = now;
	}

	/** The gateway wants no poll of any of the tasks until then. */
	deferBy(until: number): void {
		this.earliest = Math.max(this.earliest, until);
	}

	/** A poll has found the task at work. */
	onPending(task: Task): void {
		if (!this.entryOf(task)?.isUrgent) return;
		this.together = false;
		this.urgent = 0;
	}

	/** A poll has found that the task has ended. */
	onTerminal(task: Task, now: number): void {
		const { created } = task;
		if (created !== undefined)
			this.shortest = Math.min(this.shortest || Number.POSITIVE_INFINITY, now - created);
		const isFirst = this.lastEnd < this.oldest();
		const place = this.placeOf(task);
		if (!isFirst && place >= 0) this.leftBehind += LEARNING * (place - this.leftBehind);
		this.interval = isFirst ? 0 : now - this.lastEnd;
		this.lastEnd = now;
		this.remove(task);
		this.together ||= isFirst;
		const siblings = this.entries.filter(
			({ since, polledAt }) => since < now && polledAt < now,
		).length;
		this.urgent = this.together ? Math.min(siblings, (isFirst ? 0 : this.urgent) + SIBLINGS) : 0;
	}

	/** Place in their order, from 0; -1 where it is not one of them any more. */
	private placeOf(task: Task): number {
		return this.entries.findIndex((entry) => entry.task === task);
	}

	private entryOf(task: Task): Entry<Task> | undefined {
		return this.entries.find((entry) => entry.task === task);
	}

	/** Whether it is to be polled at once, since a sibling has ended. */
	private isDue({ since, polledAt }: Entry<Task>): boolean {
		return this.urgent > 0 && since < this.lastEnd && polledAt < this.lastEnd;
	}

	/** @param inTurn when a poll is due that no sibling asks for */
	private timeOf(entry: Entry<Task>, inTurn: number): number {
		const { task, since } = entry;
		const { created, earliest, latest } = task;
		const isKnown = created !== undefined && this.shortest > 0;
		const first = initialDelay(this.entries.length);
		const ripe = since + (isKnown ? Math.min(first, RIPE * this.shortest) : first);
		const turn = this.isDue(entry) ? NEVER : inTurn;
		return Math.min(latest, Math.max(ripe, turn, earliest, this.earliest));
	}

	/** When the next poll is due. */
	private turn(now: number): number {
		const polledAt = this.lastPoll === NEVER ? now : this.lastPoll;
		const elapsed = polledAt - this.oldest();
		const ripe = this.entries.filter(
			({ since }) => polledAt - since >= RIPE * this.shortest,
		).length;
		const calm = intervalWhileAllPending(elapsed, Math.max(1, ripe), this.chance());
		if (ripe === 0) return this.lastPoll + Math.max(calm, idlePause(elapsed));
		// Those that are waited for now were all created after the last end: it tells nothing of them.
		if (this.lastEnd < this.oldest())
			return ripe > 1 ? withLoop(this.lastPoll, calm, this.oldest(), ripe) : this.lastPoll + calm;
		return (
			this.lastPoll +
			intervalAfterCompletion(Math.max(polledAt - this.lastEnd, this.interval), elapsed, ripe)
		);
	}

	private oldest(): number {
		return Math.min(...this.entries.map(({ since }) => since));
	}

	/**
	 * The one most worth a poll: how long it had none, times how likely one in its place is to end next.
	 * @param due those whose turn it is, with their places among all
	 */
	private choose(
		due: ReadonlyArray<{ entry: Entry<Task>; place: number }>,
		now: number,
	): Entry<Task> | undefined {
		let chosen: Entry<Task> | undefined;
		let most = NEVER;
		for (const { entry, place } of due) {
			const worth =
				(now - Math.max(entry.since, entry.polledAt)) * likelihood(place, this.leftBehind);
			if (worth <= most) continue;
			most = worth;
			chosen = entry;
		}
		return chosen;
	}
}
