/** Lets so many do something at the same time; the others wait for their turn, first come, first served. */
export class Slots {
	private free: number;

	private readonly waiting: Array<() => void> = [];

	constructor(most: number) {
		this.free = most;
	}

	/** Does it as soon as there is room. Throws what `work` throws. */
	async use<Result>(work: () => Promise<Result>): Promise<Result> {
		if (this.free > 0) this.free -= 1;
		else await new Promise<void>((resolve) => this.waiting.push(resolve));
		try {
			return await work();
		} finally {
			const next = this.waiting.shift();
			// Whoever waits for longest takes over the room.
			if (next) next();
			else this.free += 1;
		}
	}
}
