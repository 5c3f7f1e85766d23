import axios, { isAxiosError } from 'axios';
import { parse } from 'flatted';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ToolError } from './processes.mjs';

const REQUEST_TIMEOUT_MS = 60_000;
/** A real video takes minutes, and the node itself gives up after 20 by default: only it knows the task's id. */
const RUN_TIMEOUT_MS = 1_500_000;
const POLL_MS = 200;
const UNFINISHED = ['new', 'running', 'waiting'];

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** What the REST API of one major version has that the other has not. */
interface Differences {
	/** What besides the trigger is told of a run, to the end or to one step. */
	run(workflow: unknown, step: string | undefined): Record<string, unknown>;
	activate(id: string, versionId: string): [method: Method, path: string, body: unknown];
	/** What asks for the executions after these, which may be the last. */
	nextPage(lastId: string, cursor: string | null | undefined): string;
}

/** n8n 2.41: a workflow is run as it is saved, and published by its version. */
const SINCE_2: Differences = {
	run: (_workflow, step) =>
		step === undefined ? {} : { destinationNode: { nodeName: step, mode: 'inclusive' } },
	activate: (id, versionId) => ['POST', `/rest/workflows/${id}/activate`, { versionId }],
	nextPage: (_lastId, cursor) => (cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''),
};

/** n8n 1.123: the workflow comes with the order to run it. */
const BEFORE_2: Differences = {
	run: (workflow, step) => ({ workflowData: workflow, ...SINCE_2.run(workflow, step) }),
	activate: (id, versionId) => ['PATCH', `/rest/workflows/${id}`, { active: true, versionId }],
	nextPage: (lastId) => `&lastId=${lastId}`,
};

/** The owner of every n8n that the tools start; it lives in a temporary folder, on loopback. */
export const OWNER = {
	email: 'demo@example.com',
	password: 'Seedream-demo-1',
	firstName: 'Demo',
	lastName: 'Owner',
};
/** The folder that the example workflows name, for n8n's Docker image; the tools put their own in its place. */
export const FOLDER_IN_EXAMPLES = '/home/node/.n8n-files';
/** The parameters of n8n's file node that name a file to write, or files to read. */
const FILE_PARAMETERS = ['fileName', 'fileSelector'];
/** The triggers that n8n starts by hand, with nothing from outside. */
const STARTED_BY_HAND = ['n8n-nodes-base.manualTrigger', 'n8n-nodes-base.scheduleTrigger'];

const failureSchema = z.object({ message: z.string(), description: z.string().nullish() });
const itemSchema = z.object({
	json: z.record(z.unknown()),
	binary: z
		.record(
			z.object({
				id: z.string().optional(),
				mimeType: z.string(),
				fileName: z.string().optional(),
				fileExtension: z.string().optional(),
			}),
		)
		.optional(),
	pairedItem: z.unknown(),
});
const executionDataSchema = z.object({
	resultData: z.object({
		runData: z
			.record(
				z.array(
					z.object({
						executionTime: z.number(),
						// A tool of an agent leaves nothing on an output of this kind.
						data: z
							.object({ main: z.array(z.array(itemSchema).nullable()).default([]) })
							.optional(),
					}),
				),
			)
			.default({}),
		error: failureSchema.optional(),
	}),
});
const executionSchema = z.object({
	status: z.string(),
	data: z.string(),
	waitTill: z.coerce.date().nullish(),
});
const idSchema = z.object({ id: z.string() });
const nodeSchema = z
	.object({
		name: z.string(),
		type: z.string(),
		parameters: z.record(z.unknown()),
		credentials: z.record(z.object({ id: z.string().nullable(), name: z.string() })).optional(),
	})
	.passthrough();

/** A workflow as n8n's editor exports it; only what the tools look at is named. */
export const workflowSchema = z
	.object({ name: z.string(), nodes: z.array(nodeSchema), connections: z.record(z.unknown()) })
	.passthrough();
export type WorkflowJson = z.infer<typeof workflowSchema>;

/** One item as n8n's execution data holds it. */
export type ExecutedItem = z.infer<typeof itemSchema>;

/** A credential that n8n keeps. */
export interface Credential {
	id: string;
	type: string;
	name: string;
	data: Readonly<Record<string, unknown>>;
}

/** An execution that has ended. */
export interface Execution {
	id: string;
	status: string;
	/** What stopped it, if anything did. */
	error: z.infer<typeof failureSchema> | undefined;
	/** The items that left one of the node's outputs, the first unless another is given, over all its runs. */
	itemsOf(nodeName: string, output?: number): ExecutedItem[];
	/** How long the node was at work, over all its runs. */
	secondsOf(nodeName: string): number;
	/** All that n8n stored of it, as it answered. */
	stored: string;
}

export type N8nClient = Awaited<ReturnType<typeof connect>>;

/** Makes the owner of a fresh n8n at `url` (no trailing slash). */
export async function setUpOwner(url: string): Promise<void> {
	await axios.post(`${url}/rest/owner/setup`, OWNER, { proxy: false, timeout: REQUEST_TIMEOUT_MS });
}

/**
 * Logs in to the n8n at `url` as OWNER and speaks its REST API. Everything throws ToolError with n8n's
 * own words when n8n refuses.
 */
export async function connect(url: string) {
	const api = axios.create({ baseURL: url, proxy: false, timeout: REQUEST_TIMEOUT_MS });
	const login = await api.post('/rest/login', {
		emailOrLdapLoginId: OWNER.email,
		password: OWNER.password,
	});
	const cookies = z.array(z.string()).parse(login.headers['set-cookie']);
	api.defaults.headers.common.Cookie = cookies.map((cookie) => cookie.split(';')[0]).join('; ');

	async function call<Schema extends z.ZodTypeAny>(
		schema: Schema,
		method: Method,
		path: string,
		data?: unknown,
	): Promise<z.output<Schema>> {
		try {
			const response = await api.request<unknown>({ method, url: path, data });
			// n8n wraps every answer in `data`.
			return schema.parse(z.object({ data: z.unknown() }).parse(response.data).data);
		} catch (error) {
			// An axios error carries the request, keys of credentials included: pass on only the answer.
			if (!isAxiosError(error)) throw error;
			throw new ToolError(
				`n8n refused ${method} ${path}: ${JSON.stringify(error.response?.data ?? error.code)}`,
			);
		}
	}

	const version = await call(z.object({ versionCli: z.string() }), 'GET', '/rest/settings');
	const differences = version.versionCli.startsWith('1.') ? BEFORE_2 : SINCE_2;

	/** Makes a credential of this type, e.g. `gptunnelApi`. */
	async function createCredential(
		type: string,
		name: string,
		data: Readonly<Record<string, unknown>>,
	): Promise<Credential> {
		const { id } = await call(idSchema, 'POST', '/rest/credentials', { type, name, data });
		return { id, type, name, data };
	}

	/** Removes every credential that n8n has. */
	async function deleteCredentials(): Promise<void> {
		for (const { id } of await call(z.array(idSchema), 'GET', '/rest/credentials')) {
			await call(z.unknown(), 'DELETE', `/rest/credentials/${id}`);
		}
	}

	/** What the "Test" of a credential says. n8n wants its data once more, as the editor's form holds it. */
	async function testCredential(credential: Credential) {
		const schema = z.object({ status: z.enum(['OK', 'Error']), message: z.string() });
		return await call(schema, 'POST', '/rest/credentials/test', { credentials: credential });
	}

	/**
	 * Imports a workflow; gives its nodes those of `credentials` that have the type they ask for, and
	 * `filesFolder` in place of the examples' folder. Returns the workflow's id.
	 */
	async function importWorkflow(
		workflow: WorkflowJson,
		credentials: readonly Credential[],
		filesFolder: string,
	): Promise<string> {
		const nodes = workflow.nodes.map((node) => {
			const wanted = Object.keys(node.credentials ?? {});
			const given = credentials.filter(({ type }) => wanted.includes(type));
			const ownFolder = ([name, value]: [string, unknown]) => [
				name,
				typeof value === 'string' && FILE_PARAMETERS.includes(name)
					? value.replace(FOLDER_IN_EXAMPLES, filesFolder)
					: value,
			];
			return {
				...node,
				credentials: Object.fromEntries(given.map(({ id, type, name }) => [type, { id, name }])),
				parameters: Object.fromEntries(Object.entries(node.parameters).map(ownFolder)),
			};
		});
		return (await call(idSchema, 'POST', '/rest/workflows', { ...workflow, nodes, active: false }))
			.id;
	}

	/** Saves a workflow anew, with its nodes as `change` gives them; and with other pinned output, by node, if given. */
	async function changeWorkflow(
		id: string,
		change: (node: WorkflowJson['nodes'][number]) => WorkflowJson['nodes'][number],
		pinData?: Readonly<Record<string, unknown>>,
	): Promise<void> {
		const { name, nodes, connections } = await call(workflowSchema, 'GET', `/rest/workflows/${id}`);
		await call(idSchema, 'PATCH', `/rest/workflows/${id}`, {
			name,
			nodes: nodes.map(change),
			connections,
			...(pinData && { pinData }),
		});
	}

	/** Puts a workflow to work; its trigger answers a moment later. */
	async function activateWorkflow(id: string): Promise<void> {
		const { versionId } = await call(
			z.object({ versionId: z.string() }),
			'GET',
			`/rest/workflows/${id}`,
		);
		await call(idSchema, ...differences.activate(id, versionId));
	}

	/**
	 * Starts a run of a workflow from its Manual or Schedule Trigger, or from one whose output is pinned; returns the
	 * execution's id.
	 * @param step the node at which to end, as the editor's "Execute step" does; the whole workflow otherwise
	 */
	async function startWorkflow(id: string, step?: string): Promise<string> {
		const schema = workflowSchema.extend({ pinData: z.record(z.unknown()).nullish() });
		const workflow = await call(schema, 'GET', `/rest/workflows/${id}`);
		const { nodes, pinData } = workflow;
		const trigger = nodes.find(
			({ name, type }) => STARTED_BY_HAND.includes(type) || pinData?.[name] !== undefined,
		);
		if (trigger === undefined)
			throw new ToolError(`Workflow ${id} has no trigger that can be started by hand.`);
		const run = await call(
			z.object({ executionId: z.string() }),
			'POST',
			`/rest/workflows/${id}/run`,
			{
				triggerToStartFrom: { name: trigger.name },
				...differences.run(workflow, step),
			},
		);
		return run.executionId;
	}

	/** Runs a workflow as `startWorkflow` does, and waits for its end. */
	async function runWorkflow(id: string): Promise<Execution> {
		return await waitForExecution(await startWorkflow(id));
	}

	/** n8n's word for how an execution is: running, waiting, success, error, canceled and others. */
	async function statusOf(id: string): Promise<string> {
		return (await call(executionSchema, 'GET', `/rest/executions/${id}`)).status;
	}

	/** When n8n resumes an execution that waits, unless something else does before; undefined if it does not wait. */
	async function waitsUntil(id: string): Promise<Date | undefined> {
		const { waitTill } = await call(executionSchema, 'GET', `/rest/executions/${id}`);
		return waitTill ?? undefined;
	}

	/** What the editor's Stop does; returns when n8n has answered, which may be before the node has ended. */
	async function stopExecution(id: string): Promise<void> {
		await call(z.unknown(), 'POST', `/rest/executions/${id}/stop`);
	}

	/**
	 * What the editor's Retry does with an execution that failed, and waits for the end of the new one.
	 * @param workflow as it was when the execution ran ("original"), or as it is saved now
	 */
	async function retryExecution(id: string, workflow: 'original' | 'saved'): Promise<Execution> {
		const loadWorkflow = workflow === 'saved';
		const retried = await call(idSchema, 'POST', `/rest/executions/${id}/retry`, { loadWorkflow });
		return await waitForExecution(retried.id);
	}

	/** All that n8n stored of every execution, as it answers; those still at work are there, too. */
	async function readExecutions(): Promise<Array<{ id: string; stored: string }>> {
		const schema = z.object({ results: z.array(idSchema), nextCursor: z.string().nullish() });
		const found: Array<{ id: string; stored: string }> = [];
		let next = '';
		do {
			const { results, nextCursor } = await call(
				schema,
				'GET',
				`/rest/executions?limit=100${next}`,
			);
			for (const { id } of results)
				found.push({
					id,
					stored: JSON.stringify(await call(z.unknown(), 'GET', `/rest/executions/${id}`)),
				});
			const last = results.at(-1);
			next = last ? differences.nextPage(last.id, nextCursor) : '';
		} while (next !== '');
		return found;
	}

	/** The ids of a workflow's executions, the oldest first, however they were started. */
	async function executionsOf(workflowId: string): Promise<string[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await call(
			z.object({ results: z.array(idSchema) }),
			'GET',
			`/rest/executions?limit=100&filter=${filter}`,
		);
		return results.map(({ id }) => id).sort((one, other) => Number(one) - Number(other));
	}

	/** Waits until an execution has ended, however it was started. */
	async function waitForExecution(id: string): Promise<Execution> {
		const deadline = Date.now() + RUN_TIMEOUT_MS;
		for (;;) {
			const { status, data } = await call(executionSchema, 'GET', `/rest/executions/${id}`);
			// n8n 1.123 says how it has ended a moment before it has stored what.
			const whole: unknown = UNFINISHED.includes(status) ? undefined : parse(data);
			if (whole !== undefined) {
				const { resultData } = executionDataSchema.parse(whole);
				const runsOf = (nodeName: string) => resultData.runData[nodeName] ?? [];
				return {
					id,
					status,
					error: resultData.error,
					itemsOf: (nodeName, output = 0) =>
						runsOf(nodeName).flatMap((nodeRun) => nodeRun.data?.main[output] ?? []),
					secondsOf: (nodeName) =>
						runsOf(nodeName).reduce((sum, { executionTime }) => sum + executionTime, 0) / 1000,
					stored: data,
				};
			}
			if (Date.now() > deadline)
				throw new ToolError(`Execution ${id} did not end within ${RUN_TIMEOUT_MS / 1000} s.`);
			await delay(POLL_MS);
		}
	}

	/** Forgets executions that have ended, and their files. */
	async function deleteExecutions(ids: readonly string[]): Promise<void> {
		await call(z.unknown(), 'POST', '/rest/executions/delete', { ids });
	}

	/** The bytes of a file in n8n's binary store, by the `id` that an item's `binary` holds. */
	async function readBinary(id: string): Promise<Buffer> {
		const response = await api.get<unknown>('/rest/binary-data', {
			params: { id, action: 'download' },
			responseType: 'arraybuffer',
		});
		return z.instanceof(Buffer).parse(response.data);
	}

	/** What n8n knows of every version of every node, as its editor reads it. */
	async function readNodeTypes(): Promise<unknown[]> {
		return z.array(z.unknown()).parse((await api.get<unknown>('/types/nodes.json')).data);
	}

	return {
		createCredential,
		deleteCredentials,
		testCredential,
		importWorkflow,
		changeWorkflow,
		activateWorkflow,
		startWorkflow,
		runWorkflow,
		statusOf,
		waitsUntil,
		stopExecution,
		retryExecution,
		readExecutions,
		executionsOf,
		waitForExecution,
		deleteExecutions,
		readBinary,
		readNodeTypes,
	};
}
