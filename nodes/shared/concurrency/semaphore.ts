/** Lets a number of callers work at the same time; the others wait for their turn, first come, first served. */
export class Semaphore {
	private free: number;

	private readonly waiting: Array<() => void> = [];

	constructor(maxConcurrency: number) {
		this.free = maxConcurrency;
	}

	/**
	 * Runs the work as soon as there is room, or immediately when the signal ends the wait: the work then has to check
	 * the signal itself.
	 * @throws what `work` throws
	 */
	async run<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
		const hasRoom = await this.enter(signal);
		try {
			return await work();
		} finally {
			if (hasRoom) this.leave();
		}
	}

	/** @returns false if the signal has ended the wait */
	private async enter(signal: AbortSignal): Promise<boolean> {
		if (this.free > 0) {
			this.free -= 1;
			return true;
		}
		if (signal.aborted) return false;
		return await new Promise<boolean>((resolve) => {
			const start = () => {
				signal.removeEventListener('abort', giveUp);
				resolve(true);
			};
			const giveUp = () => {
				signal.removeEventListener('abort', giveUp);
				this.waiting.splice(this.waiting.indexOf(start), 1);
				resolve(false);
			};
			this.waiting.push(start);
			signal.addEventListener('abort', giveUp);
		});
	}

	private leave(): void {
		const next = this.waiting.shift();
		// The one that has waited longest takes over the room.
		if (next) next();
		else this.free += 1;
	}
}
