import type { GatewayBench } from './sandbox.mjs';
import type { Task } from './tasks.mjs';

/** A link that leads nowhere, when it is this result's turn to carry one; `fileName` is that of the task's file. */
export function deadLink(task: Task, fileName: string, bench: GatewayBench): string | undefined {
	const { deadLinks } = bench.behaviour();
	if (deadLinks === undefined || task.deadResults >= deadLinks.results) return undefined;
	task.deadResults += 1;
	return bench.files.addDead(
		fileName.replace(/(?=\.\w+$)/, `-gone-${task.deadResults}`),
		deadLinks.status,
	);
}
