import { SlotPool, type Slot } from './slotPool';

export type { Slot } from './slotPool';

/** After this many completed items without a rejection, one more is processed at the same time. */
const SUCCESSES_BEFORE_INCREASE = 10;

/**
 * Delays before an item that was rejected alone is sent again, if the gateway has accepted others: some gateways accept
 * only so many per minute.
 */
const RATE_LIMIT_DELAYS_MS = [5000, 10_000, 20_000, 30_000];

/**
 * Limits how many items are processed at the same time, and how many of their requests are unanswered. The limit
 * follows what the gateway accepts: additive increase, by one after a number of successes, and after a rejection a
 * decrease to what was accepted.
 */
export class AdaptiveConcurrencyLimiter {
	private readonly slots: SlotPool;

	private successesSinceThrottle = 0;

	/** Whether the gateway has finally rejected an item that was processed alone, and accepted none since. */
	isThrottled = false;

	/** The highest number of items that were processed at the same time after their requests had been answered. */
	private highestAccepted = 0;

	/** Those that are left since the gateway last accepted an item. */
	private rateLimitDelaysMs: number[] = [];

	/**
	 * @param maxConcurrency the user's own limit
	 * @param maxInFlightSubmissions how many requests may be unanswered at the same time
	 */
	constructor(
		private readonly maxConcurrency: number,
		maxInFlightSubmissions = maxConcurrency,
	) {
		this.slots = new SlotPool(maxConcurrency, maxInFlightSubmissions);
	}

	/**
	 * Runs all tasks, starting them in their order, and returns the results in that order.
	 * @param run must not throw
	 */
	async map<Task, Result>(
		tasks: readonly Task[],
		run: (task: Task, slot: Slot) => Promise<Result>,
	): Promise<Result[]> {
		return await Promise.all(
			tasks.map(async (task) => {
				const slot: Slot = { isSubmitting: false };
				await this.slots.enter(slot);
				const result = await run(task, slot);
				this.slots.leave(slot);
				return result;
			}),
		);
	}

	/** The request has been answered: another may be sent. */
	onSubmitted(slot: Slot): void {
		if (!slot.isSubmitting) return;
		this.slots.onAnswered(slot);
		this.highestAccepted = Math.max(this.highestAccepted, this.slots.answeredCount);
		this.slots.fill();
	}

	/** The gateway had accepted a task, which has ended. */
	onSuccess(): void {
		this.rateLimitDelaysMs = [...RATE_LIMIT_DELAYS_MS];
		if (this.isThrottled) {
			this.isThrottled = false;
			// It had rejected one that was processed alone, so there had not been too many.
			this.slots.resize(Math.max(this.slots.size, this.highestAccepted));
			this.slots.fill();
		}
		this.successesSinceThrottle += 1;
		if (
			this.successesSinceThrottle < SUCCESSES_BEFORE_INCREASE ||
			this.slots.size >= this.maxConcurrency
		)
			return;
		this.successesSinceThrottle = 0;
		this.slots.resize(this.slots.size + 1);
		this.slots.fill();
	}

	/**
	 * For an item that the gateway still rejects after several attempts, while others are processed: lowers the limit to
	 * those that it has accepted, and waits until one of them has ended, or the signal ends the wait.
	 * @returns false if no other item is processed, so that there is nothing to wait for
	 */
	async waitForFreeSlot(slot: Slot, signal: AbortSignal): Promise<boolean> {
		this.successesSinceThrottle = 0;
		if (signal.aborted) return true;
		const { busyCount } = this.slots;
		this.isThrottled = busyCount === 1;
		if (this.isThrottled) return false;
		this.slots.resize(Math.min(this.slots.size, busyCount - 1));
		this.slots.leave(slot);
		await this.slots.enterAgain(slot, signal);
		return true;
	}

	/**
	 * For an item that was rejected alone: how long to wait until the gateway may accept it, in milliseconds; undefined
	 * if it has accepted none, or none for a long time.
	 */
	nextRateLimitDelayMs(): number | undefined {
		return this.rateLimitDelaysMs.shift();
	}
}
