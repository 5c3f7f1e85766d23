/** After so many items have ended without a refusal, one more is tried at once. */
const SUCCESSES_BEFORE_INCREASE = 10;

/**
 * Pauses before an item that was refused alone is sent again, where the gateway has taken others: some take so many in
 * a minute, and no more. Milliseconds.
 */
const RATE_LIMIT_DELAYS_MS = [5000, 10_000, 20_000, 30_000];

/** The place of one item among those at work. */
export interface Slot {
	/** Its order is still on its way. */
	isSubmitting: boolean;
}

/** How many items are at work at once, and how many of their orders on the way. */
export class AdaptiveConcurrencyLimiter {
	private limit: number;

	private busy = 0;

	private submissions = 0;

	private successesSinceThrottle = 0;

	/** Whether the gateway has refused an item to the end that was alone, and taken none since. */
	isThrottled = false;

	/** How many were at work at once, at most, whose orders had been answered. */
	private highestAccepted = 0;

	/** Those that are left since the gateway has last taken an item. */
	private rateLimitDelaysMs: number[] = [];

	/** Who waits for a slot: those that the gateway has refused come before those that have not begun. */
	private readonly refused: Array<() => void> = [];

	private readonly waiting: Array<() => void> = [];

	/**
	 * @param maxConcurrency the user's own limit
	 * @param maxInFlightSubmissions how many orders may be on their way to the gateway
	 */
	constructor(
		private readonly maxConcurrency: number,
		private readonly maxInFlightSubmissions = maxConcurrency,
	) {
		this.limit = maxConcurrency;
	}

	/**
	 * Does the work of all tasks, beginning in their order, and gives the results in it.
	 * @param run must not throw
	 */
	async map<Task, Result>(
		tasks: readonly Task[],
		run: (task: Task, slot: Slot) => Promise<Result>,
	): Promise<Result[]> {
		return await Promise.all(
			tasks.map(async (task) => {
				const slot: Slot = { isSubmitting: false };
				await this.enter(slot, this.waiting);
				const result = await run(task, slot);
				this.leave(slot);
				return result;
			}),
		);
	}

	/** The order has been answered: another may be on its way. */
	onSubmitted(slot: Slot): void {
		if (!slot.isSubmitting) return;
		slot.isSubmitting = false;
		this.submissions -= 1;
		this.highestAccepted = Math.max(this.highestAccepted, this.busy - this.submissions);
		this.callNext();
	}

	/** The gateway has taken a task, which has ended. */
	onSuccess(): void {
		this.rateLimitDelaysMs = [...RATE_LIMIT_DELAYS_MS];
		if (this.isThrottled) {
			this.isThrottled = false;
			// It had refused one that was alone: not because there were too many at work.
			this.limit = Math.max(this.limit, this.highestAccepted);
			this.callNext();
		}
		this.successesSinceThrottle += 1;
		if (
			this.successesSinceThrottle < SUCCESSES_BEFORE_INCREASE ||
			this.limit >= this.maxConcurrency
		)
			return;
		this.successesSinceThrottle = 0;
		this.limit += 1;
		this.callNext();
	}

	/**
	 * For a task that the gateway still refuses to take after pauses, while others are at work: lowers the limit to
	 * those that it has taken, and waits until one of them has ended, or the signal ends the wait.
	 * @returns false when no other is at work, so that there is nothing to wait for
	 */
	async waitForFreeSlot(slot: Slot, signal: AbortSignal): Promise<boolean> {
		this.successesSinceThrottle = 0;
		if (signal.aborted) return true;
		this.isThrottled = this.busy === 1;
		if (this.isThrottled) return false;
		this.limit = Math.min(this.limit, this.busy - 1);
		this.leave(slot);
		await this.enter(slot, this.refused, signal);
		return true;
	}

	/**
	 * For a task that was refused alone: how long it may wait, in milliseconds, until the gateway takes it; undefined
	 * where it has taken none, or none for long.
	 */
	nextRateLimitDelayMs(): number | undefined {
		return this.rateLimitDelaysMs.shift();
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
		return this.busy < this.limit && this.submissions < this.maxInFlightSubmissions;
	}

	private take(slot: Slot): void {
		slot.isSubmitting = true;
		this.busy += 1;
		this.submissions += 1;
	}

	private leave(slot: Slot): void {
		this.busy -= 1;
		if (slot.isSubmitting) this.submissions -= 1;
		slot.isSubmitting = false;
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
