import type { WorkflowJson } from '../../../tools/n8nClient.mjs';

/** One of the two nodes whose gateways make tasks. */
export interface TaskNode {
	displayName: string;
	type: string;
	/** a cheap one, of the node's list */
	model: string;
	aspectRatio: string;
	extension: string;
	mimeType: string;
}

export const SEEDANCE: TaskNode = {
	displayName: 'Seedance',
	type: 'n8n-nodes-seedream.seedance',
	model: 'seedance-1-pro-1080P-5s',
	aspectRatio: '16:9',
	extension: 'mp4',
	mimeType: 'video/mp4',
};
export const GPT_IMAGE: TaskNode = {
	displayName: 'GPT Image',
	type: 'n8n-nodes-seedream.gptImage',
	model: 'gpt-image-1-low',
	aspectRatio: '1:1',
	extension: 'webp',
	mimeType: 'image/webp',
};
export const TASK_NODES: readonly TaskNode[] = [SEEDANCE, GPT_IMAGE];

type Order = { operation: 'generate' | 'createTask'; prompt: string };
type Question = { operation: 'getResult' | 'waitUntilDone'; taskId: string };

const TRIGGER = 'When clicking ‘Execute workflow’';

/**
 * A workflow of a Manual Trigger and the node, which is called by its display name. With `prompts`, a Code
 * node between them gives one item for each, with the text in `prompt`.
 */
export function workflowOf(
	{ displayName, type, model, aspectRatio }: TaskNode,
	asked: Order | Question,
	{
		options = {},
		prompts,
	}: { options?: Record<string, unknown>; prompts?: readonly string[] } = {},
): WorkflowJson {
	const chain = [
		{ name: TRIGGER, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		...(prompts === undefined
			? []
			: [
					{
						name: 'Prompts',
						type: 'n8n-nodes-base.code',
						typeVersion: 2,
						parameters: {
							jsCode: `return ${JSON.stringify(prompts)}.map((prompt) => ({ json: { prompt } }));`,
						},
					},
				]),
		{
			name: displayName,
			type,
			typeVersion: 1,
			parameters: {
				gateway: 'gptunnel',
				...asked,
				...('prompt' in asked && { model: { __rl: true, mode: 'id', value: model }, aspectRatio }),
				options,
			},
			credentials: { gptunnelApi: { id: null, name: 'GPTunnel account' } },
		},
	];
	return {
		name: `${displayName}: ${asked.operation}`,
		nodes: chain.map((node, index) => ({
			...node,
			id: `node-${index}`,
			position: [index * 220, 0],
		})),
		connections: Object.fromEntries(
			chain
				.slice(1)
				.map(({ name }, index) => [
					chain[index]?.name ?? '',
					{ main: [[{ node: name, type: 'main', index: 0 }]] },
				]),
		),
		settings: { executionOrder: 'v1' },
	};
}
