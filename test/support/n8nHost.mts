/**
 * What surrounds n8n's engine in a real n8n, as far as a node can notice: the log, the binary data
 * store on disk, and the data that n8n gives to every execution. One host serves one test file.
 *
 * Runs in jest only (compiled to CommonJS).
 */
import 'reflect-metadata';

import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';

import { BinaryDataService, ExternalSecretsProxy } from 'n8n-core';
import type {
	ICredentialsHelper,
	INodeType,
	INodeTypes,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

const userFolder = mkdtempSync(join(tmpdir(), 'seedream-engine-'));
// n8n reads its settings from the environment when a service is first asked for. Without a level of its own
// ("silent") its logger prints nothing, and the methods replaced below are all that is left of it.
process.env.N8N_USER_FOLDER = userFolder;
process.env.N8N_LOG_LEVEL = 'silent';
process.env.N8N_DEFAULT_BINARY_DATA_MODE = 'filesystem';

afterAll(async () => await rm(userFolder, { recursive: true, force: true }));

// The engine's own copies: the services it looks up are not those of copies higher up.
const { Container }: typeof import('@n8n/di') = requireAsEngine('@n8n/di');
const { Logger }: typeof import('@n8n/backend-common') = requireAsEngine('@n8n/backend-common');

function requireAsEngine(packageName: string) {
	return require(require.resolve(packageName, { paths: [dirname(require.resolve('n8n-core'))] }));
}

const currentLog = new AsyncLocalStorage<string[]>();
const logger = Container.get(Logger);
for (const level of ['error', 'warn', 'info', 'debug'] as const) {
	logger[level] = (message, metadata) =>
		currentLog
			.getStore()
			?.push(`${level}: ${message}${metadata ? ` ${inspectFully(metadata)}` : ''}`);
}

let binaryDataReady: Promise<void> | undefined;

/** n8n's binary data service, storing in files of a temporary folder that is gone after the tests. */
export async function binaryDataService() {
	const service = Container.get(BinaryDataService);
	binaryDataReady ??= service.init();
	await binaryDataReady;
	return service;
}

/**
 * Runs `work` and hands out, with its result, every line that n8n's log got from it meanwhile, at any
 * level (`info: Text { metadata }`): from nodes, from the engine (its own are `debug`) and from its
 * error reporter.
 */
export async function withLog<Result>(work: () => Promise<Result>) {
	const logs: string[] = [];
	const result = await currentLog.run(logs, work);
	return { result, logs };
}

/** A text of `value` with every own property of every object in it, hidden ones and causes included. */
export function inspectFully(value: unknown): string {
	return inspect(value, {
		depth: Infinity,
		showHidden: true,
		customInspect: false,
		maxArrayLength: null,
		maxStringLength: null,
		breakLength: Infinity,
	});
}

/** Node types by the name they have in a workflow. */
export function nodeTypesOf(types: Record<string, INodeType>): INodeTypes {
	const find = (name: string) => {
		const type = types[name];
		if (!type) throw new Error(`No node type "${name}"`);
		return type;
	};
	return { getByName: find, getByNameAndVersion: find, getKnownTypes: () => ({}) };
}

/** The data n8n gives to an execution; what our nodes have no business with throws when called. */
export function additionalData(
	credentialsHelper: ICredentialsHelper,
	executionId: string,
): IWorkflowExecuteAdditionalData {
	const instance = 'http://127.0.0.1/';
	const notHere = (): never => {
		throw new Error('Not part of this host');
	};
	return {
		credentialsHelper,
		executionId,
		externalSecretsProxy: Container.get(ExternalSecretsProxy),
		currentNodeExecutionIndex: 0,
		variables: {},
		instanceBaseUrl: instance,
		restApiUrl: `${instance}rest`,
		formBaseUrl: `${instance}form`,
		formWaitingBaseUrl: `${instance}form-waiting`,
		formTestBaseUrl: `${instance}form-test`,
		webhookBaseUrl: `${instance}webhook`,
		webhookWaitingBaseUrl: `${instance}webhook-waiting`,
		webhookTestBaseUrl: `${instance}webhook-test`,
		mcpBaseUrl: `${instance}mcp`,
		mcpTestBaseUrl: `${instance}mcp-test`,
		logAiEvent: () => {},
		executeWorkflow: notHere,
		getRunExecutionData: notHere,
		getRuntimeCredential: notHere,
		startRunnerTask: notHere,
	};
}
