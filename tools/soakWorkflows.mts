import type { WorkflowJson } from './n8nClient.mjs';

/** Work of one kind: each of its prompts ends with its execution's ID, by which the gateway's tasks are told apart. */
export interface SoakWorkflow {
	workflow: WorkflowJson;
	/** The nodes that bring files. */
	nodeNames: readonly string[];
	/** Whether n8n puts the execution aside meanwhile. */
	pauses: boolean;
	/** How many paid requests an execution makes; one more would be paid twice. */
	orders: number;
}

const TRIGGER = 'Start';
const PROMPT = '={{ "A red fox in snow, execution " + $execution.id }}';
const SEEDANCE = { type: 'n8n-nodes-seedream.seedance', model: 'seedance-1-pro-1080P-5s' };
const GPT_IMAGE = { type: 'n8n-nodes-seedream.gptImage', model: 'gpt-image-1-low' };

type Node = Partial<WorkflowJson['nodes'][number]> & { name: string };

const ours = (
	name: string,
	{ type, model }: typeof SEEDANCE,
	parameters: Record<string, unknown>,
): Node => ({
	name,
	type,
	parameters: {
		gateway: 'gptunnel',
		model: { __rl: true, mode: 'id', value: model },
		...parameters,
		options: {
			timeout: 300,
			...(typeof parameters.options === 'object' ? parameters.options : {}),
		},
	},
	credentials: { gptunnelApi: { id: null, name: 'GPTunnel' } },
});

/** The node at the gateway that lists tasks by their IDs, and calls. */
const atModelArk = (name: string, whileWaiting: string): Node => ({
	...ours(
		name,
		{ type: SEEDANCE.type, model: 'seedance-1-0-pro-250528' },
		{ gateway: 'modelArk', operation: 'generate', prompt: PROMPT, options: { whileWaiting } },
	),
	credentials: { modelArkApi: { id: null, name: 'BytePlus ModelArk' } },
	onError: 'continueRegularOutput',
});

/** Gives as many items as there are to be orders. */
const itemsOf = (count: number): Node => ({
	name: 'Items',
	type: 'n8n-nodes-base.code',
	parameters: { jsCode: `return Array.from({ length: ${count} }, () => ({ json: {} }));` },
});

/** Nodes one after another, behind a trigger that is started by hand. */
function chainOf(name: string, nodes: readonly Node[], pausing?: string): WorkflowJson {
	const chain = [{ name: TRIGGER, type: 'n8n-nodes-base.manualTrigger', parameters: {} }, ...nodes];
	const to = (node: string) => ({ node, type: 'main', index: 0 });
	const connections = chain
		.slice(0, -1)
		.map((node, index): [string, unknown] => [
			node.name,
			{ main: [[to(chain[index + 1]?.name ?? '')]] },
		]);
	return {
		name,
		nodes: chain.map((node, index) => ({
			typeVersion: node.type === 'n8n-nodes-base.code' ? 2 : 1,
			id: node.name,
			position: [index * 220, 0],
			type: '',
			parameters: {},
			...node,
		})),
		connections: Object.fromEntries([
			...connections,
			...(pausing === undefined ? [] : [[pausing, { main: [[to(pausing)], []] }]]),
		]),
		settings: { executionOrder: 'v1' },
	};
}

const generate = { operation: 'generate', prompt: PROMPT };

export const SOAK_WORKFLOWS: readonly SoakWorkflow[] = [
	{
		workflow: chainOf('A video', [ours('Video', SEEDANCE, generate)]),
		nodeNames: ['Video'],
		pauses: false,
		orders: 1,
	},
	{
		workflow: chainOf(
			'A video, paused',
			[ours('Paused', SEEDANCE, { ...generate, options: { whileWaiting: 'pauseExecution' } })],
			'Paused',
		),
		nodeNames: ['Paused'],
		pauses: true,
		orders: 1,
	},
	{
		workflow: chainOf('A task', [
			ours('Create', SEEDANCE, { operation: 'createTask', prompt: PROMPT }),
			ours('Collect', SEEDANCE, { operation: 'waitUntilDone', taskId: '={{ $json.taskId }}' }),
		]),
		nodeNames: ['Collect'],
		pauses: false,
		orders: 1,
	},
	{
		workflow: chainOf('A picture', [ours('Picture', GPT_IMAGE, generate)]),
		nodeNames: ['Picture'],
		pauses: false,
		orders: 1,
	},
	{
		workflow: chainOf('Six videos', [
			itemsOf(6),
			{ ...ours('Videos', SEEDANCE, generate), onError: 'continueRegularOutput' },
		]),
		nodeNames: ['Videos'],
		pauses: false,
		orders: 6,
	},
	{
		workflow: chainOf('Six videos by one list', [
			itemsOf(6),
			atModelArk('Listed Videos', 'keepRunning'),
		]),
		nodeNames: ['Listed Videos'],
		pauses: false,
		orders: 6,
	},
	{
		workflow: chainOf(
			'Three videos by one list, paused',
			[itemsOf(3), atModelArk('Listed, Paused', 'pauseExecution')],
			'Listed, Paused',
		),
		nodeNames: ['Listed, Paused'],
		pauses: true,
		orders: 3,
	},
	{
		workflow: chainOf(
			'Two videos, called',
			[itemsOf(2), atModelArk('Called', 'pauseUntilCalled')],
			'Called',
		),
		nodeNames: ['Called'],
		pauses: true,
		orders: 2,
	},
	{
		workflow: chainOf('A picture at once', [
			ours(
				'At Once',
				{ type: 'n8n-nodes-seedream.seedream', model: 'seedream-4' },
				{ prompt: PROMPT },
			),
		]),
		nodeNames: ['At Once'],
		pauses: false,
		orders: 1,
	},
];
