/** After so many items have ended without a refusal, one more is tried at once. */
const CALM = 10;

/** How many items are at work at once. */
export class Lanes {
	private limit: number;

	private busy = 0;

	private calm = 0;

	/** Whether the gateway has refused an item to the end that was alone, and taken none since. */
	isClosed = false;

	/** Who waits for a lane: those that the gateway has refused come before those that have not begun. */
	private readonly refused: Array<() => void> = [];

	private readonly waiting: Array<() => void> = [];

	/** @param most the user's own limit */
	constructor(private readonly most: number) {
		this.limit = most;
	}

	/**
	 * Does the work of all tasks, beginning in their order, and gives the results in it.
	 * @param run must not throw
	 */
	async runAll<Task, Result>(tasks: readonly Task[], run: (task: Task) => Promise<Result>): Promise<Result[]> {
		return await Promise.all(
			tasks.map(async (task) => {
				await this.enter(this.waiting);
				const result = await run(task);
				this.leave();
				return result;
			}),
		);
	}

	/** The gateway has taken a task, which has ended. */
	accepted(): void {
		this.isClosed = false;
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
	async makeRoom(signal: AbortSignal): Promise<boolean> {
		this.calm = 0;
		if (signal.aborted) return true;
		this.isClosed = this.busy === 1;
		if (this.isClosed) return false;
		this.limit = Math.min(this.limit, this.busy - 1);
		this.leave();
		await this.enter(this.refused, signal);
		return true;
	}

	/** Takes a lane as soon as one is free; at once where the wait is ended. */
	private async enter(queue: Array<() => void>, signal?: AbortSignal): Promise<void> {
		if (this.busy < this.limit) {
			this.busy += 1;
			return;
		}
		await new Promise<void>((resolve) => {
			const go = () => {
				signal?.removeEventListener('abort', go);
				queue.splice(queue.indexOf(go), 1);
				this.busy += 1;
				resolve();
			};
			queue.push(go);
			signal?.addEventListener('abort', go);
		});
	}

	private leave(): void {
		this.busy -= 1;
		this.callNext();
	}

	private callNext(): void {
		if (this.busy >= this.limit) return;
		const next = this.refused[0] ?? this.waiting[0];
		next?.();
	}
}
