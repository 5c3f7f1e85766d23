import type { SandboxContext } from './sandbox.mjs';
import type { Task } from './tasks.mjs';

/** A link that leads nowhere, when it is this result's turn to carry one; `fileName` is that of the task's file. */
export function deadLink(
	task: Task,
	fileName: string,
	context: SandboxContext,
): string | undefined {
	const { deadLinks } = context.behaviour();
	if (deadLinks === undefined || task.deadResults >= deadLinks.results) return undefined;
	task.deadResults += 1;
	return context.files.addDead(
		fileName.replace(/(?=\.\w+$)/, `-gone-${task.deadResults}`),
		deadLinks.status,
	);
}
