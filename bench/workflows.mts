import type { SandboxGateway } from '../sandbox/sandbox.mjs';
import type { ExecutedItem, WorkflowJson } from '../tools/n8nClient.mjs';
import type { Job, Way } from './jobs.mjs';
import type { WaitJob } from './waitJobs.mjs';

type Item = Pick<ExecutedItem, 'json' | 'binary'>;

/** One item for each prompt. */
export const itemsOf = (prompts: readonly string[]): Item[] =>
	prompts.map((prompt) => ({ json: { prompt } }));

const TRIGGER = 'When clicking ‘Execute workflow’';
/** The node whose items are the result. */
export const LAST: Record<Way, string> = { ours: 'Generate', core: 'Download' };

/** As often as a user looks. */
const WAIT_SECONDS = 5;

/** A node of a workflow to be run. */
export interface Node {
	name: string;
	type: string;
	typeVersion: number;
	parameters: Record<string, unknown>;
	credentials?: WorkflowJson['nodes'][number]['credentials'];
	/** The nodes that each output leads to. */
	to?: ReadonlyArray<readonly string[]>;
	/** How far it lies above the row of the others. */
	above?: number;
}

/** A workflow whose Manual Trigger gives these items; pinned, so that no node has to work for it. */
export function workflow(
	name: string,
	items: readonly Item[],
	nodes: readonly Node[],
): WorkflowJson {
	const trigger: Node = {
		name: TRIGGER,
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		parameters: {},
		to: [nodes.slice(0, 1).map((first) => first.name)],
	};
	const all = [trigger, ...nodes];
	return {
		name,
		nodes: all.map(({ to: _, above = 0, ...node }, index) => ({
			...node,
			id: `node-${index}`,
			position: [index * 220, -above],
		})),
		connections: Object.fromEntries(
			all.map(({ name: from, to = [] }) => [
				from,
				{
					main: to.map((nodesThere) =>
						nodesThere.map((node) => ({ node, type: 'main', index: 0 })),
					),
				},
			]),
		),
		pinData: { [TRIGGER]: items },
		settings: { executionOrder: 'v1' },
	};
}

/** What everything is compared with: n8n at work, but with nothing to do. */
export function emptyWorkflow(items: readonly Item[]): WorkflowJson {
	return workflow('Bench: nothing', items, [
		{ name: 'Nothing', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
	]);
}

/** Long enough to look into n8n meanwhile; n8n keeps so short a wait in its memory. */
const HOLD_SECONDS = 20;

/** A workflow that goes on for a while when its work is done. */
export function holdingWorkflow(work: WorkflowJson, last: string): WorkflowJson {
	const hold = {
		id: 'hold',
		name: 'Hold',
		type: 'n8n-nodes-base.wait',
		typeVersion: 1.1,
		position: [660, 0],
		parameters: { amount: HOLD_SECONDS, unit: 'seconds' },
	};
	return {
		...work,
		nodes: [...work.nodes, hold],
		connections: {
			...work.connections,
			[last]: { main: [[{ node: hold.name, type: 'main', index: 0 }]] },
		},
	};
}

/** The workflow with other parameters of one of its nodes. */
export function withParameter(
	workflow: WorkflowJson,
	name: string,
	parameters: Record<string, unknown>,
): WorkflowJson {
	const nodes = workflow.nodes.map((node) =>
		node.name === name ? { ...node, parameters: { ...node.parameters, ...parameters } } : node,
	);
	return { ...workflow, nodes };
}

/** The job in one of the ways; `apiUrl` is the sandbox's. */
export function workflowFor(
	way: Way,
	job: Job,
	prompts: readonly string[],
	apiUrl: string,
): WorkflowJson {
	const nodes =
		way === 'ours'
			? [ourNode(job)]
			: job.node === 'seedance'
				? coreTask(apiUrl)
				: corePicture(job.gateway, apiUrl);
	return workflow(`Bench: ${job.name}, ${way}`, itemsOf(prompts), nodes);
}

function ourNode({ node, gateway, options = {} }: Pick<Job, 'node' | 'gateway' | 'options'>): Node {
	return {
		name: LAST.ours,
		type: `n8n-nodes-seedream.${node}`,
		typeVersion: 1,
		parameters: { gateway, operation: 'generate', prompt: '={{ $json.prompt }}', options },
		credentials: { [`${gateway}Api`]: { id: null, name: gateway } },
	};
}

const LOOP = 'Loop';

/** Our node, which pauses if its options say so; in a loop the items come one after another. */
export function waitWorkflow(
	job: Pick<WaitJob, 'name' | 'gateway' | 'options' | 'isLoop'>,
	prompts: readonly string[],
): WorkflowJson {
	const pauses = job.options.whileWaiting !== undefined;
	const done = job.isLoop ? [LOOP] : [];
	const loop: Node = {
		name: LOOP,
		type: 'n8n-nodes-base.splitInBatches',
		typeVersion: 3,
		parameters: { batchSize: 1, options: {} },
		to: [[], [LAST.ours]],
	};
	const node = { ...ourNode({ ...job, node: 'seedance' }), to: [done] };
	return workflow(`Bench: ${job.name}`, itemsOf(prompts), [
		...(job.isLoop ? [loop] : []),
		pauses ? { ...node, to: [[LAST.ours], done] } : node,
	]);
}

/** The newest HTTP Request node, with the key in a credential for a header. */
function request(name: string, parameters: Record<string, unknown>, to?: Node['to']): Node {
	return {
		name,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.5,
		parameters: {
			authentication: 'genericCredentialType',
			genericAuthType: 'httpHeaderAuth',
			...parameters,
			options: {},
		},
		credentials: { httpHeaderAuth: { id: null, name: 'Key' } },
		to,
	};
}

function post(name: string, url: string, body: Record<string, string>, to: Node['to']): Node {
	const parameters = Object.entries({ ...body, prompt: '={{ $json.prompt }}' }).map(
		([field, value]) => ({ name: field, value }),
	);
	return request(name, { method: 'POST', url, sendBody: true, bodyParameters: { parameters } }, to);
}

/** Without a key: the storage refuses one. */
function download(url: string): Node {
	return {
		name: LAST.core,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.5,
		parameters: { url, options: { response: { response: { responseFormat: 'file' } } } },
	};
}

/** Create → Wait → Result → If it is done → Download, else back to Wait. */
function coreTask(apiUrl: string): Node[] {
	return [
		post('Create', `${apiUrl}/v1/media/create`, { model: 'seedance-1-pro-1080P-5s' }, [['Wait']]),
		{
			name: 'Wait',
			type: 'n8n-nodes-base.wait',
			typeVersion: 1.1,
			parameters: { amount: WAIT_SECONDS, unit: 'seconds' },
			to: [['Result']],
		},
		request(
			'Result',
			{
				url: `${apiUrl}/v1/media/result`,
				sendQuery: true,
				queryParameters: { parameters: [{ name: 'task_id', value: '={{ $json.id }}' }] },
			},
			[['If']],
		),
		{
			name: 'If',
			type: 'n8n-nodes-base.if',
			typeVersion: 2.3,
			parameters: {
				conditions: {
					options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 3 },
					combinator: 'and',
					conditions: [
						{
							id: 'done',
							leftValue: '={{ $json.status }}',
							rightValue: 'done',
							operator: { type: 'string', operation: 'equals' },
						},
					],
				},
				options: {},
			},
			to: [[LAST.core], ['Wait']],
		},
		// Of two nodes that an If leads to, n8n does the higher one first: so what is done is downloaded before the next
		// Wait, and not after the last. The editor, too, puts what follows "true" higher.
		{ ...download('={{ $json.url }}'), above: 100 },
	];
}

/** Where each synchronous gateway takes an order, what has to be in it, and where its answer has the links. */
const SYNCHRONOUS: Record<
	SandboxGateway,
	{ path: string; body: Record<string, string>; list?: string; url: string }
> = {
	gptunnel: {
		path: '/v1/media/generate',
		body: { model: 'seedream-4' },
		url: '={{ $json.result }}',
	},
	myRouter: { path: '/v3/seedream-4.0', body: {}, list: 'images', url: '={{ $json.images }}' },
	agentsFlare: {
		path: '/byteplus/v3/images/generations',
		body: { model: 'seedream-4-5-251128' },
		list: 'data',
		url: '={{ $json.url }}',
	},
	modelArk: {
		path: '/api/v3/images/generations',
		body: { model: 'seedream-4-5-251128' },
		list: 'data',
		url: '={{ $json.url }}',
	},
};

/** Generate → Split Out, where the links come in a list → Download. */
function corePicture(gateway: SandboxGateway, apiUrl: string): Node[] {
	const { path, body, list, url } = SYNCHRONOUS[gateway];
	const split: Node[] =
		list === undefined
			? []
			: [
					{
						name: 'Split Out',
						type: 'n8n-nodes-base.splitOut',
						typeVersion: 1,
						parameters: { fieldToSplitOut: list, options: {} },
						to: [[LAST.core]],
					},
				];
	return [
		post('Generate', apiUrl + path, body, [[split[0]?.name ?? LAST.core]]),
		...split,
		download(url),
	];
}
