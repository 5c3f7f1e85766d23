/** The slot of one item that is being processed. */
export interface Slot {
	/** Its request has not been answered yet. */
	isSubmitting: boolean;
}

/** Who waits for a slot, first come, first served. */
type Queue = Array<() => void>;

/** The slots of the items that are processed at the same time, and the items that wait for one. */
export class SlotPool {
	private busy = 0;

	private submitting = 0;

	/** Items that the gateway has rejected: they come before those that have not started. */
	private readonly rejected: Queue = [];

	private readonly notStarted: Queue = [];

	/**
	 * @param limit how many items may be processed at the same time
	 * @param maxSubmitting how many of them may have a request that has not been answered
	 */
	constructor(
		private limit: number,
		private readonly maxSubmitting: number,
	) {}

	get size(): number {
		return this.limit;
	}

	/** How many items are being processed. */
	get busyCount(): number {
		return this.busy;
	}

	/** How many of them have been answered by the gateway. */
	get answeredCount(): number {
		return this.busy - this.submitting;
	}

	/** Waits for a slot. */
	async enter(slot: Slot): Promise<void> {
		await this.waitIn(this.notStarted, slot);
	}

	/** Waits for a slot again, for a rejected item, or until the signal ends the wait: then it takes one immediately. */
	async enterAgain(slot: Slot, signal: AbortSignal): Promise<void> {
		await this.waitIn(this.rejected, slot, signal);
	}

	leave(slot: Slot): void {
		this.busy -= 1;
		if (slot.isSubmitting) this.submitting -= 1;
		slot.isSubmitting = false;
		this.fill();
	}

	/** The request of the slot's item has been answered. */
	onAnswered(slot: Slot): void {
		slot.isSubmitting = false;
		this.submitting -= 1;
	}

	resize(limit: number): void {
		this.limit = limit;
	}

	/** Starts waiting items as long as there is room. */
	fill(): void {
		while (this.hasRoom()) {
			const next = this.rejected[0] ?? this.notStarted[0];
			if (!next) return;
			next();
		}
	}

	private async waitIn(queue: Queue, slot: Slot, signal?: AbortSignal): Promise<void> {
		if (this.hasRoom()) {
			this.take(slot);
			return;
		}
		await new Promise<void>((resolve) => {
			const start = () => {
				signal?.removeEventListener('abort', start);
				queue.splice(queue.indexOf(start), 1);
				this.take(slot);
				resolve();
			};
			queue.push(start);
			signal?.addEventListener('abort', start);
		});
	}

	private hasRoom(): boolean {
		return this.busy < this.limit && this.submitting < this.maxSubmitting;
	}

	private take(slot: Slot): void {
		slot.isSubmitting = true;
		this.busy += 1;
		this.submitting += 1;
	}
}
