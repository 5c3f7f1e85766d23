/**
 * Runs tasks with at most `limit` in flight, and gives the results in the tasks' order.
 * The tasks themselves must not throw.
 */
export async function inFlight<Task, Result>(
	limit: number,
	tasks: readonly Task[],
	run: (task: Task) => Promise<Result>,
): Promise<Result[]> {
	const results: Result[] = [];
	let next = 0;
	const worker = async () => {
		while (next < tasks.length) {
			const index = next++;
			const [task] = tasks.slice(index, index + 1);
			if (task !== undefined) results[index] = await run(task);
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, tasks.length) }, worker));
	return results;
}
