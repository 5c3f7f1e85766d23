import { z } from 'zod';
import type { WorkflowJson } from '../../../tools/n8nClient.mjs';
import { importInto, readExample, type Bench } from './bench.mjs';

const urlSchema = z.object({ callbackUrl: z.string().url() });

/**
 * The first workflow of the example as its user sets it up: with the production URL of the other one.
 * @param origin where n8n takes calls
 */
export async function creatingWorkflow(origin: string): Promise<WorkflowJson> {
	const workflow = await readExample('seedance-callback-create.json');
	return {
		...workflow,
		nodes: workflow.nodes.map((node) => {
			if (node.name !== 'Create Task') return node;
			const options = urlSchema.parse(node.parameters.options);
			const { pathname } = new URL(options.callbackUrl);
			const callbackUrl = new URL(pathname, origin).href;
			return { ...node, parameters: { ...node.parameters, options: { callbackUrl } } };
		}),
	};
}

/** Puts the second workflow to work; returns its ID. */
export async function activateCollecting(bench: Bench): Promise<string> {
	const id = await importInto(bench, await readExample('seedance-callback-collect.json'));
	await bench.n8n.activateWorkflow(id);
	return id;
}
