import type { WorkflowJson } from '../../../tools/n8nClient.mjs';
import { SEEDANCE, workflowOf } from './taskNodes.mjs';

/** The node of `calling` that calls the other workflow. */
export const CALL = 'Call';

/** The workflow as one that another calls. */
export const asCalled = (workflow: WorkflowJson): WorkflowJson => ({
	...workflow,
	nodes: workflow.nodes.map((node) =>
		node.type === 'n8n-nodes-base.manualTrigger'
			? {
					...node,
					type: 'n8n-nodes-base.executeWorkflowTrigger',
					typeVersion: 1.1,
					parameters: { inputSource: 'passthrough' },
				}
			: node,
	),
});

/** A workflow that calls another, with as many items as there are prompts. */
export function calling(
	parameters: Record<string, unknown>,
	prompts: readonly string[] = ['A fox'],
): WorkflowJson {
	const workflow = workflowOf(SEEDANCE, { operation: 'generate', prompt: '' }, { prompts });
	const call = {
		type: 'n8n-nodes-base.executeWorkflow',
		typeVersion: 1.2,
		parameters: { ...parameters, options: {} },
		credentials: {},
	};
	return {
		...workflow,
		nodes: workflow.nodes.map((node) =>
			node.name === SEEDANCE.displayName ? { ...node, ...call, name: CALL } : node,
		),
		connections: {
			...workflow.connections,
			Prompts: { main: [[{ node: CALL, type: 'main', index: 0 }]] },
		},
	};
}
