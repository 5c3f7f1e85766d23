/** How many items are at work at once. */
export class Lanes {
	private busy = 0;

	/** Who waits for a lane: those that the gateway has refused come before those that have not begun. */
	private readonly refused: Array<() => void> = [];

	private readonly waiting: Array<() => void> = [];

	constructor(private limit: number) {}

	/**
	 * Does the work of all tasks, beginning in their order, and gives the results in it.
	 * @param run must not throw
	 */
	async runAll<Task, Result>(tasks: readonly Task[], run: (task: Task) => Promise<Result>): Promise<Result[]> {
		return await Promise.all(
			tasks.map(async (task) => {
				await this.free(this.waiting);
				const result = await run(task);
				this.leave();
				return result;
			}),
		);
	}

	/**
	 * For a task that the gateway does not take at present: lowers the limit to those that it has taken, and
	 * waits until one of them has ended, or the signal ends the wait.
	 * @returns false when no other is at work, so that there is nothing to wait for
	 */
	async makeRoom(signal: AbortSignal): Promise<boolean> {
		if (this.busy === 1 || signal.aborted) return false;
		this.limit = Math.min(this.limit, this.busy - 1);
		this.leave();
		await this.free(this.refused, signal);
		return true;
	}

	/** Takes a lane; at once where the wait is ended. */
	private async free(queue: Array<() => void>, signal?: AbortSignal): Promise<void> {
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
		if (this.busy >= this.limit) return;
		const next = this.refused[0] ?? this.waiting[0];
		next?.();
	}
}
