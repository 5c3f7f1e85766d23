import { GATEWAYS } from '../../../tools/gateways.mjs';
import type { WorkflowJson } from '../../../tools/n8nClient.mjs';
import { GPT_IMAGE, SEEDANCE, type TaskNode } from './taskNodes.mjs';

/** A node at one of its gateways, set to the cheapest that it makes. */
export interface PaidNode {
	title: string;
	displayName: string;
	type: string;
	gateway: (typeof GATEWAYS)[number];
	parameters: Record<string, unknown>;
}

const SEEDREAM_MODELS = {
	gptunnel: 'seedream-4',
	myRouter: 'seedream-4.0',
	agentsFlare: 'seedream-4-0-250828',
	modelArk: 'seedream-4-0-250828',
};

export const SEEDREAM_NODES: readonly PaidNode[] = GATEWAYS.map((gateway) => ({
	title: `Seedream at ${gateway.displayName}`,
	displayName: 'Seedream',
	type: 'n8n-nodes-seedream.seedream',
	gateway,
	parameters: {
		model: { __rl: true, mode: 'id', value: SEEDREAM_MODELS[gateway.name] },
		resolution: '1K',
	},
}));

const gptunnelNode = ({ displayName, type, model }: TaskNode): PaidNode[] =>
	GATEWAYS.filter(({ name }) => name === 'gptunnel').map((gateway) => ({
		title: displayName,
		displayName,
		type,
		gateway,
		parameters: { model: { __rl: true, mode: 'id', value: model } },
	}));

/** The nodes that work in tasks. */
export const NODES_WITH_TASKS: readonly PaidNode[] = [SEEDANCE, GPT_IMAGE].flatMap(gptunnelNode);

/** Every node at every gateway that it has. */
export const PAID_NODES: readonly PaidNode[] = [...SEEDREAM_NODES, ...NODES_WITH_TASKS];

/** What is ordered with one item. */
export interface OrderedItem {
	prompt: string;
	aspectRatio: '1:1' | '16:9' | '9:16';
}

/** What the node's settings tab holds, as a workflow has it. */
export interface NodeSettings {
	retryOnFail?: boolean;
	maxTries?: number;
	/** milliseconds */
	waitBetweenTries?: number;
	onError?: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
}

/** The nodes that follow the paid one: where its first output leads, and its error output. */
export const MADE = 'Made';
export const FAILED = 'Failed';
const LOOP = 'Loop Over Items';

interface Shape {
	options?: Record<string, unknown>;
	settings?: NodeSettings;
	/** whether the items go one by one through a Loop Over Items */
	inLoop?: boolean;
}

/**
 * A workflow in which a Manual Trigger and a Code node give the items, and the node, which is called by its display
 * name, generates something of each.
 */
export function generateWorkflow(
	node: PaidNode,
	items: readonly OrderedItem[],
	{ options = {}, settings = {}, inLoop = false }: Shape = {},
): WorkflowJson {
	const { displayName, type, gateway, parameters } = node;
	const nodes = [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		{
			name: 'Items',
			type: 'n8n-nodes-base.code',
			typeVersion: 2,
			parameters: { jsCode: `return ${JSON.stringify(items)}.map((json) => ({ json }));` },
		},
		...(inLoop
			? [
					{
						name: LOOP,
						type: 'n8n-nodes-base.splitInBatches',
						typeVersion: 3,
						parameters: { batchSize: 1, options: {} },
					},
				]
			: []),
		{
			name: displayName,
			type,
			typeVersion: 1,
			parameters: {
				gateway: gateway.name,
				operation: 'generate',
				...parameters,
				prompt: '={{ $json.prompt }}',
				aspectRatio: '={{ $json.aspectRatio }}',
				options,
			},
			credentials: { [gateway.credentialType]: { id: null, name: gateway.credentialName } },
			...settings,
		},
		{ name: MADE, type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
		{ name: FAILED, type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
	];
	const outputs = inLoop
		? { Start: ['Items'], Items: [LOOP], [LOOP]: [MADE, displayName], [displayName]: [LOOP] }
		: { Start: ['Items'], Items: [displayName], [displayName]: [MADE, FAILED] };
	return {
		name: node.title,
		nodes: nodes.map((each, index) => ({
			...each,
			id: `node-${index}`,
			position: [index * 220, 0],
		})),
		connections: Object.fromEntries(
			Object.entries(outputs).map(([from, names]) => [
				from,
				{ main: names.map((to) => [{ node: to, type: 'main', index: 0 }]) },
			]),
		),
		settings: { executionOrder: 'v1' },
	};
}
