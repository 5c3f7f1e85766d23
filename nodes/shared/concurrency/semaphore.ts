/** Lets so many do something at the same time; the others wait for their turn, first come, first served. */
export class Semaphore {
	private free: number;

	private readonly waiting: Array<() => void> = [];

	constructor(maxConcurrency: number) {
		this.free = maxConcurrency;
	}

	/**
	 * Does it as soon as there is room, or at once when the signal ends the wait: then it is to see that itself.
	 * Throws what `work` throws.
	 */
	async run<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
		const hasRoom = await this.enter(signal);
		try {
			return await work();
		} finally {
			if (hasRoom) this.leave();
		}
	}

	/** @returns false when the signal has ended the wait */
	private async enter(signal: AbortSignal): Promise<boolean> {
		if (this.free > 0) {
			this.free -= 1;
			return true;
		}
		if (signal.aborted) return false;
		return await new Promise<boolean>((resolve) => {
			const go = () => {
				signal.removeEventListener('abort', giveUp);
				resolve(true);
			};
			const giveUp = () => {
				signal.removeEventListener('abort', giveUp);
				this.waiting.splice(this.waiting.indexOf(go), 1);
				resolve(false);
			};
			this.waiting.push(go);
			signal.addEventListener('abort', giveUp);
		});
	}

	private leave(): void {
		const next = this.waiting.shift();
		// Whoever waits for longest takes over the room.
		if (next) next();
		else this.free += 1;
	}
}
