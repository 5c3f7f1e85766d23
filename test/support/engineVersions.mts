/** What n8n's engine has otherwise in its major versions. */
import type { WorkflowExecute } from 'n8n-core';
import type { INode, Workflow } from 'n8n-workflow';
import { z } from 'zod';
import { chosenMajor } from '../../tools/runtime.mjs';

/** Whether the engine is that of n8n 2. */
export const IS_SINCE_2 = chosenMajor() === '2';

/** `it`, for what n8n 1.123 cannot do: there it is skipped, and said why. */
export function itSince2(why: string): typeof it | typeof it.skip {
	if (IS_SINCE_2) return it;
	console.log(`Skipped on n8n 1.123: ${why}`);
	return it.skip;
}

type Started = ReturnType<WorkflowExecute['run']>;

/** Runs a workflow from a node on: n8n 2 takes it all as one object, 1.123 one after another. */
export function startExecution(
	execute: WorkflowExecute,
	workflow: Workflow,
	startNode: INode | undefined,
): Started {
	if (IS_SINCE_2) return execute.run({ workflow, startNode });
	const run = z
		.custom<(workflow: Workflow, startNode: INode | undefined) => Started>()
		.parse(execute.run.bind(execute));
	return run(workflow, startNode);
}
