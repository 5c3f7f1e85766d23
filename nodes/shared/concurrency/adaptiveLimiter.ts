/** After so many items have ended without a refusal, one more is tried at once. */
const CALM = 10;

/**
 * Pauses before an item that was refused alone is sent again, where the gateway has taken others: some take so many in
 * a minute, and no more. Milliseconds.
 */
const RATE_PAUSES = [5000, 10_000, 20_000, 30_000];

/** The place of one item among those at work. */
export interface Slot {
	/** Its order is still on its way. */
	isOrdering: boolean;
}

/** How many items are at work at once, and how many of their orders on the way. */
export class AdaptiveConcurrencyLimiter {
	private limit: number;

	private busy = 0;

	private orders = 0;

	private calm = 0;

	/** Whether the gateway has refused an item to the end that was alone, and taken none since. */
	isClosed = false;

	/** How many were at work at once, at most, whose orders had been answered. */
	private proven = 0;

	/** Those that are left since the gateway has last taken an item. */
	private pauses: number[] = [];

	/** Who waits for a slot: those that the gateway has refused come before those that have not begun. */
	private readonly refused: Array<() => void> = [];

	private readonly waiting: Array<() => void> = [];

	/**
	 * @param most the user's own limit
	 * @param mostOrders how many orders may be on their way to the gateway
	 */
	constructor(
		private readonly most: number,
		private readonly mostOrders = most,
	) {
		this.limit = most;
	}

	/**
	 * Does the work of all tasks, beginning in their order, and gives the results in it.
	 * @param run must not throw
	 */
	async runAll<Task, Result>(tasks: readonly Task[], run: (task: Task, slot: Slot) => Promise<Result>): Promise<Result[]> {
		return await Promise.all(
			tasks.map(async (task) => {
				const slot: Slot = { isOrdering: false };
				await this.enter(slot, this.waiting);
				const result = await run(task, slot);
				this.leave(slot);
				return result;
			}),
		);
	}

	/** The order has been answered: another may be on its way. */
	ordered(slot: Slot): void {
		if (!slot.isOrdering) return;
		slot.isOrdering = false;
		this.orders -= 1;
		this.proven = Math.max(this.proven, this.busy - this.orders);
		this.callNext();
	}

	/** The gateway has taken a task, which has ended. */
	accepted(): void {
		this.pauses = [...RATE_PAUSES];
		if (this.isClosed) {
			this.isClosed = false;
			// It had refused one that was alone: not because there were too many at work.
			this.limit = Math.max(this.limit, this.proven);
			this.callNext();
		}
		this.calm += 1;
		if (this.calm < CALM || this.limit >= this.most) return;
		this.calm = 0;
		this.limit += 1;
		this.callNext();
	}

	/**
	 * For a task that the gateway still refuses to take after pauses, while others are at work: lowers the limit to
	 * those that it has taken, and waits until one of them has ended, or the signal ends the wait.
	 * @returns false when no other is at work, so that there is nothing to wait for
	 */
	async makeRoom(slot: Slot, signal: AbortSignal): Promise<boolean> {
		this.calm = 0;
		if (signal.aborted) return true;
		this.isClosed = this.busy === 1;
		if (this.isClosed) return false;
		this.limit = Math.min(this.limit, this.busy - 1);
		this.leave(slot);
		await this.enter(slot, this.refused, signal);
		return true;
	}

	/**
	 * For a task that was refused alone: how long it may wait, in milliseconds, until the gateway takes it; undefined
	 * where it has taken none, or none for long.
	 */
	nextPause(): number | undefined {
		return this.pauses.shift();
	}

	/** Takes a slot as soon as one is free; at once where the wait is ended. */
	private async enter(slot: Slot, queue: Array<() => void>, signal?: AbortSignal): Promise<void> {
		if (this.hasRoom()) {
			this.take(slot);
			return;
		}
		await new Promise<void>((resolve) => {
			const go = () => {
				signal?.removeEventListener('abort', go);
				queue.splice(queue.indexOf(go), 1);
				this.take(slot);
				resolve();
			};
			queue.push(go);
			signal?.addEventListener('abort', go);
		});
	}

	private hasRoom(): boolean {
		return this.busy < this.limit && this.orders < this.mostOrders;
	}

	private take(slot: Slot): void {
		slot.isOrdering = true;
		this.busy += 1;
		this.orders += 1;
	}

	private leave(slot: Slot): void {
		this.busy -= 1;
		if (slot.isOrdering) this.orders -= 1;
		slot.isOrdering = false;
		this.callNext();
	}

	private callNext(): void {
		while (this.hasRoom()) {
			const next = this.refused[0] ?? this.waiting[0];
			if (!next) return;
			next();
		}
	}
}
