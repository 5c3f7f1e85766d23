/**
 * Runs one node on n8n's own execution engine: a feeder node with the input items, wired to the node
 * under test, with real credentials, the real binary data store and the engine's own handling of
 * failures, retries and cancellation.
 *
 * Runs in jest only. A limit of that: n8n cannot look into bytes for their MIME type here (it loads
 * an ES module for it), so a node has to name the type when it stores a buffer.
 */
import { AsyncResource } from 'node:async_hooks';

import { parse, stringify } from 'flatted';
import { ExecutionLifecycleHooks, WebhookContext, WorkflowExecute } from 'n8n-core';
import {
	NodeConnectionTypes,
	Workflow,
	type ExecutionStatus,
	type IBinaryKeyData,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type IRun,
	type IRunData,
	type IRunExecutionData,
	type IWebhookResponseData,
	type OnError,
} from 'n8n-workflow';
import { z } from 'zod';

import {
	credentialReferences,
	MemoryCredentialsHelper,
	type CredentialData,
} from './credentials.mjs';
import { startExecution } from './engineVersions.mjs';
import {
	additionalData,
	binaryDataService,
	inspectFully,
	nodeTypesOf,
	withLog,
} from './n8nHost.mjs';
import {
	createCredentialTypes,
	createNode,
	type CredentialClass,
	type NodeClass,
} from './packageClasses.mjs';

export interface InputFile {
	bytes: Buffer;
	mimeType: string;
	fileName: string;
}

export interface InputItem {
	json: IDataObject;
	/** Files by field name. */
	binary?: Record<string, InputFile>;
}

export interface RunOptions {
	/** A built node by name (`'Seedream'`), or any node class. */
	node: string | NodeClass;
	/** As stored in a workflow: what is left out gets the node's default. */
	parameters: INodeParameters;
	/** Default: one empty item. */
	items?: InputItem[];
	credentials?: CredentialData;
	/** Default: the built ones, all in `dist/credentials`. */
	credentialTypes?: CredentialClass[];
	/** Default: `stopWorkflow`. */
	onError?: OnError;
	/** n8n takes 2 to 5 tries; the wait between them is 1 ms unless told. */
	retryOnFail?: { maxTries: number; waitMs?: number };
	/** Aborting it stops the execution, as the Stop button does. */
	cancelSignal?: AbortSignal;
	/** How many wires lead from the feeder into the node, each with an equal share of the items, one after another. Default: one. */
	wires?: number;
	/** Default: `v1`. */
	executionOrder?: 'v0' | 'v1';
	/** Which of the node's outputs lead back into it, by their numbers. */
	backInto?: readonly number[];
	/** Whether nothing leads into the node, and its step is executed: n8n hands it one empty item, from nowhere. */
	isFirst?: boolean;
	/** The node's setting of that name. */
	alwaysOutputData?: boolean;
	/** Whether a workflow tool of an agent has called the workflow. */
	calledByAgent?: boolean;
	/** The workflow's setting of that name: `combined` keeps files in the JSON of the items. Default: `separate`. */
	binaryMode?: 'separate' | 'combined';
	/** Where n8n keeps input files: in its store, by id (default), or as base64 inside the items. */
	inputFiles?: 'stored' | 'inline';
}

export interface RunError {
	name: string;
	message: string;
	description?: string | null;
	httpCode?: string | null;
	/** The error as the engine keeps it. */
	raw: unknown;
}

export interface EngineRun {
	/** `success`, `error` or `canceled`; `waiting` after putExecutionToWait. */
	status: ExecutionStatus;
	/** The node's items by output. Nothing if it failed and the workflow stopped. */
	items: INodeExecutionData[][];
	/** What the node threw, also if the workflow went on; else why the execution did not succeed. */
	error?: RunError;
	/** Errors as the node threw them, one a try: with their causes, which the engine drops. */
	thrown: unknown[];
	runData: IRunData;
	/** Lines of n8n's log at every level, e.g. `warn: Text { metadata }`. */
	logs: string[];
	durationMs: number;
	/** What n8n keeps with the execution for the node: `getContext('node')` there. */
	nodeContext: IDataObject;
	/** When n8n is to take it up again, after putExecutionToWait. */
	waitTill?: Date;
	/**
	 * What n8n does with an execution that waits, when its time has come: it reads it from its database, and goes on.
	 * @param again what is different from then on
	 */
	resume(again?: Partial<RunOptions>): Promise<EngineRun>;
	/**
	 * What the node does with a call to the URL that resumes an execution that waits, as n8n hands it on from what it has
	 * stored.
	 */
	answerCall(body: unknown): Promise<{ response: IWebhookResponseData; logs: string[] }>;
	/**
	 * What the editor's Retry does with an execution that has failed: a new one goes on from the node that did.
	 * @param again what the user has changed before
	 */
	retry(again?: Partial<RunOptions>): Promise<EngineRun>;
	/** The bytes of an item's file. Throws if there is none in that field. */
	binary(item: INodeExecutionData | undefined, field?: string): Promise<Buffer>;
	/** The name under which n8n keeps a file: that of a download from the editor. */
	storedName(item: INodeExecutionData | undefined): Promise<string | undefined>;
	/**
	 * All that the execution leaves behind (its data, errors with every property, the log) as one text:
	 * for "the key is nowhere". Not `thrown`: n8n's own NodeApiError has the request as its cause.
	 */
	everything(): string;
}

const feederName = 'Feeder';
const testedName = 'Tested';

const errorSchema = z.object({
	// The engine copies an error's own properties: a plain Error loses its name on the way.
	name: z.string().default('Error'),
	message: z.string(),
	description: z.string().nullish(),
	httpCode: z.string().nullish(),
});

let executions = 0;

/**
 * Runs the node once in an execution of its own; resolves when the execution has ended, however it
 * ended. A workflow that n8n would refuse to start (a required parameter is missing) is an `error` too.
 */
export async function runNode(options: RunOptions): Promise<EngineRun> {
	return await runOrResume(options, String(++executions));
}

/** What n8n has stored of an execution that waits, or has failed. */
interface Stored {
	data: string;
	isRetry: boolean;
}

async function runOrResume(
	options: RunOptions,
	executionId: string,
	stored?: Stored,
): Promise<EngineRun> {
	const startedAt = Date.now();
	const binaryData = await binaryDataService();
	const thrown: unknown[] = [];
	const { result: outcome, logs } = await withLog(
		async () => await execute(options, thrown, executionId, stored),
	);

	const runData = outcome.run?.data.resultData.runData ?? {};
	const task = runData[testedName]?.at(-1);
	const raw: unknown = task?.error ?? outcome.run?.data.resultData.error ?? outcome.refusal;
	const everything = () => inspectFully({ ...outcome, logs });
	if (typeof options.node === 'string') expectNoKey(options.credentials, everything());
	return {
		status: outcome.run?.status ?? 'error',
		items: (task?.data?.main ?? []).map((items) => items ?? []),
		...(raw ? { error: { ...errorSchema.parse(raw), raw } } : {}),
		thrown,
		runData,
		logs,
		durationMs: Date.now() - startedAt,
		nodeContext: outcome.run?.data.executionData?.contextData[`node:${testedName}`] ?? {},
		...(outcome.run?.waitTill ? { waitTill: outcome.run.waitTill } : {}),
		resume: async (again = {}) =>
			await runOrResume({ ...options, ...again }, executionId, {
				data: stringify(outcome.run?.data),
				isRetry: false,
			}),
		answerCall: async (body) =>
			await answerCall(options, executionId, parse(stringify(outcome.run?.data)), body),
		retry: async (again = {}) =>
			await runOrResume({ ...options, ...again }, String(++executions), {
				data: stringify(outcome.run?.data),
				isRetry: true,
			}),
		storedName: async (item) => {
			const id = item?.binary?.data?.id;
			return id === undefined ? undefined : (await binaryData.getMetadata(id)).fileName;
		},
		binary: async (item, field = 'data') => {
			const file = item?.binary?.[field];
			if (!file) throw new Error(`No file in field "${field}"`);
			return await binaryData.getAsBuffer(file);
		},
		everything,
	};
}

async function answerCall(
	options: RunOptions,
	executionId: string,
	stored: IRunExecutionData,
	body: unknown,
): Promise<{ response: IWebhookResponseData; logs: string[] }> {
	const type = createNode(options.node);
	const workflow = buildWorkflow(options, type);
	const node = workflow.getNode(testedName);
	const [description] = type.description.webhooks ?? [];
	if (!node || !description || !type.webhook) throw new Error('The node takes no calls');
	const credentialsHelper = new MemoryCredentialsHelper(createCredentialTypes([]), {});
	const data = additionalData(credentialsHelper, executionId);
	data.httpRequest = z.custom<NonNullable<typeof data.httpRequest>>().parse({ body });
	const context = new WebhookContext(
		workflow,
		node,
		data,
		'manual',
		{
			httpMethod: 'POST',
			node: node.name,
			path: node.id,
			webhookDescription: description,
			workflowId: workflow.id,
			workflowExecuteAdditionalData: data,
		},
		[],
		stored,
	);
	const { result: response, logs } = await withLog(async () => await type.webhook?.call(context));
	return { response: response ?? {}, logs };
}

/** Holds in every test: nothing that an execution of ours leaves behind has a key in it. */
function expectNoKey(credentials: CredentialData = {}, everything: string): void {
	for (const { apiKey } of Object.values(credentials)) {
		if (
			typeof apiKey !== 'string' ||
			apiKey.trim().length < SHORTEST_KEY ||
			!everything.includes(apiKey.trim())
		)
			continue;
		throw new Error('The key of a credential is in what the execution leaves behind');
	}
}

/** Shorter ones, of tests of what is no key, may be in any text. */
const SHORTEST_KEY = 8;

async function execute(
	options: RunOptions,
	thrown: unknown[],
	executionId: string,
	stored?: Stored,
): Promise<{ run?: IRun; refusal?: unknown }> {
	const workflow = buildWorkflow(options, noteThrown(createNode(options.node), thrown));
	const credentialsHelper = new MemoryCredentialsHelper(
		createCredentialTypes(options.credentials ? options.credentialTypes : []),
		options.credentials ?? {},
	);
	const data = additionalData(credentialsHelper, executionId);
	if (options.calledByAgent)
		data.parentCallbackManager = z
			.custom<NonNullable<typeof data.parentCallbackManager>>()
			.parse({});
	data.hooks = new ExecutionLifecycleHooks('manual', executionId, {
		id: workflow.id,
		name: 'Engine test',
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: new Date(),
		updatedAt: new Date(),
		nodes: Object.values(workflow.nodes),
		connections: workflow.connectionsBySourceNode,
	});

	let running;
	try {
		if (stored !== undefined) {
			const revived: IRunExecutionData = parse(stored.data);
			if (stored.isRetry) forgetFailure(revived, workflow);
			running = new WorkflowExecute(data, 'manual', revived).processRunExecutionData(workflow);
		} else {
			running = startExecution(
				new WorkflowExecute(data, 'manual'),
				workflow,
				workflow.nodes[options.isFirst ? testedName : feederName],
			);
		}
	} catch (refusal) {
		return { refusal };
	}
	const execution = running;
	// Bound, so that what the node logs while being stopped is still this run's.
	const stop = AsyncResource.bind(() => execution.cancel());
	const { cancelSignal } = options;
	if (cancelSignal?.aborted) stop();
	cancelSignal?.addEventListener('abort', stop);
	try {
		return { run: await execution };
	} finally {
		cancelSignal?.removeEventListener('abort', stop);
	}
}

/** The failed run is done once more, by the node as it is now. */
function forgetFailure({ resultData, executionData }: IRunExecutionData, workflow: Workflow): void {
	delete resultData.error;
	const runs = resultData.runData[testedName] ?? [];
	if (runs.at(-1)?.error !== undefined) runs.pop();
	// One of its own, as in n8n: the engine disables it for its first run if the execution was paused.
	for (const entry of executionData?.nodeExecutionStack ?? [])
		entry.node = { ...(workflow.getNode(entry.node.name) ?? entry.node) };
}

/** The same node, its errors noted in `thrown` on their way to the engine. */
function noteThrown(node: INodeType, thrown: unknown[]): INodeType {
	const { execute } = node;
	if (!execute) throw new Error(`${node.description.name} has nothing to execute`);
	node.execute = async function () {
		try {
			return await execute.call(this);
		} catch (error) {
			thrown.push(error);
			throw error;
		}
	};
	return node;
}

function buildWorkflow(options: RunOptions, tested: INodeType): Workflow {
	const {
		items = [{ json: {} }],
		inputFiles = 'stored',
		wires = 1,
		executionOrder = 'v1',
		binaryMode = 'separate',
	} = options;
	const feeder = createFeeder(items, inputFiles, wires);
	const intoTested = [{ node: testedName, type: NodeConnectionTypes.Main, index: 0 }];
	const testedType = `n8n-nodes-seedream.${tested.description.name}`;
	const nodes: INode[] = [
		{
			id: 'feeder',
			name: feederName,
			type: feeder.description.name,
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		},
		{
			id: 'tested',
			name: testedName,
			type: testedType,
			typeVersion: 1,
			position: [200, 0],
			parameters: options.parameters,
			...(options.credentials ? { credentials: credentialReferences(options.credentials) } : {}),
			...(options.onError ? { onError: options.onError } : {}),
			...(options.alwaysOutputData ? { alwaysOutputData: true } : {}),
			...(options.retryOnFail
				? {
						retryOnFail: true,
						maxTries: options.retryOnFail.maxTries,
						// The engine takes 0 for "not set" and waits a second.
						waitBetweenTries: options.retryOnFail.waitMs ?? 1,
					}
				: {}),
		},
	];
	return new Workflow({
		id: 'workflow',
		name: 'Engine test',
		active: false,
		nodes,
		connections: {
			[feederName]: { main: Array.from({ length: wires }, () => intoTested) },
			...(options.backInto && {
				[testedName]: {
					main: [0, 1].map((output) => (options.backInto?.includes(output) ? intoTested : [])),
				},
			}),
		},
		nodeTypes: nodeTypesOf({ [feeder.description.name]: feeder, [testedType]: tested }),
		settings: { executionOrder, binaryMode },
	});
}

/** A node that puts the given items out, their files stored by n8n. */
function createFeeder(
	items: InputItem[],
	inputFiles: 'stored' | 'inline',
	wires: number,
): INodeType {
	return {
		description: {
			displayName: 'Feeder',
			name: 'seedreamTest.feeder',
			group: ['input'],
			version: 1,
			description: 'Puts out the items of a test',
			defaults: { name: feederName },
			inputs: [NodeConnectionTypes.Main],
			outputs: Array.from({ length: wires }, () => NodeConnectionTypes.Main),
			properties: [],
		},
		async execute() {
			const output: INodeExecutionData[] = [];
			for (const { json, binary } of items) {
				const files: IBinaryKeyData = {};
				for (const [field, { bytes, fileName, mimeType }] of Object.entries(binary ?? {})) {
					files[field] =
						inputFiles === 'stored'
							? await this.helpers.prepareBinaryData(bytes, fileName, mimeType)
							: { data: bytes.toString('base64'), fileName, mimeType };
				}
				output.push({ json, ...(binary ? { binary: files } : {}), pairedItem: { item: 0 } });
			}
			const share = Math.ceil(output.length / wires);
			return Array.from({ length: wires }, (_none, wire) =>
				output.slice(wire * share, (wire + 1) * share),
			);
		},
	};
}
