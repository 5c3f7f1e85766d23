/** Presses a credential's "Test" button. Runs in jest only. */
import { ExecuteContext, RoutingNode } from 'n8n-core';
import {
	createEmptyRunExecutionData,
	NodeConnectionTypes,
	Workflow,
	type ICredentialTestRequest,
	type INode,
	type INodeType,
} from 'n8n-workflow';
import { z } from 'zod';

import {
	credentialReferences,
	MemoryCredentialsHelper,
	type CredentialData,
} from './credentials.mjs';
import { additionalData, nodeTypesOf } from './n8nHost.mjs';
import { createCredentialTypes, type CredentialClass } from './packageClasses.mjs';

export interface CredentialTestResult {
	status: 'OK' | 'Error';
	message: string;
}

const failedRequest = z.object({
	message: z.string(),
	cause: z
		.object({
			code: z.string().optional(),
			response: z.object({ status: z.number(), statusText: z.string().optional() }).optional(),
		})
		.optional()
		.catch(undefined),
});

/**
 * Runs the declarative `test` of a credential type as n8n's CredentialsTester does: its request
 * through the routing node, then its rules.
 *
 * @param credential a built credential type by name (`'gptunnelApi'`), or any credential class
 * @param data what the user filled in; the rest gets the type's defaults
 */
export async function credentialTest(
	credential: string | CredentialClass,
	data: CredentialData[string],
): Promise<CredentialTestResult> {
	const types = createCredentialTypes(typeof credential === 'string' ? undefined : [credential]);
	const type = typeof credential === 'string' ? types.get(credential) : types.values().next().value;
	if (!type?.test) throw new Error(`No credential type with a test: ${String(credential)}`);

	const credentialsHelper = new MemoryCredentialsHelper(types, { [type.name]: data });
	const noOp = probeNodeType(type.name, type.test.request);
	const node: INode = {
		id: 'temp',
		name: 'Temp-Node',
		type: noOp.description.name,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		credentials: credentialReferences({ [type.name]: data }),
	};
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: nodeTypesOf({ [noOp.description.name]: noOp }),
	});
	const execution = {
		...additionalData(credentialsHelper, 'credential-test'),
		currentNodeParameters: {},
	};
	const context = new ExecuteContext(
		workflow,
		node,
		execution,
		'internal',
		createEmptyRunExecutionData(),
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node, data: {}, source: null },
		[],
	);
	const decrypted = await credentialsHelper.getDecrypted(
		execution,
		{ id: null, name: '' },
		type.name,
	);
	const routingNode = new RoutingNode(context, noOp, {
		id: 'temp',
		name: 'Tested',
		type: type.name,
		data: decrypted,
	});

	await workflow.expression.acquireIsolate();
	try {
		const output = await routingNode.runNode();
		return judgeAnswer(type.test, output?.[0]?.[0]?.json);
	} catch (error) {
		return judgeFailure(type.test, error);
	} finally {
		await workflow.expression.releaseIsolate();
	}
}

function judgeAnswer(test: ICredentialTestRequest, body: unknown): CredentialTestResult {
	for (const rule of test.rules ?? []) {
		if (rule.type !== 'responseSuccessBody' || !('key' in rule.properties)) continue;
		if (valueAt(body, rule.properties.key) === rule.properties.value) {
			return { status: 'Error', message: rule.properties.message };
		}
	}
	return { status: 'OK', message: 'Connection successful!' };
}

function judgeFailure(test: ICredentialTestRequest, error: unknown): CredentialTestResult {
	const { message, cause } = failedRequest.parse(error);
	const response = cause?.response;
	if (!response) return { status: 'Error', message: cause?.code ?? message };
	for (const rule of test.rules ?? []) {
		if (rule.type === 'responseCode' && rule.properties.value === response.status) {
			return { status: 'Error', message: rule.properties.message };
		}
	}
	if (response.status >= 199 && response.status <= 299) return { status: 'Error', message };
	const fallback = `Received HTTP status code: ${response.status}`;
	return { status: 'Error', message: response.statusText || fallback };
}

/** The value at a dotted path. n8n takes lodash's `get` here; keys with brackets are not for this one. */
function valueAt(value: unknown, path: string): unknown {
	if (path.includes('[')) throw new Error(`Not a dotted path: ${path}`);
	return path
		.split('.')
		.reduce<unknown>(
			(part, key) =>
				part === undefined || part === null ? undefined : Reflect.get(Object(part), key),
			value,
		);
}

/** n8n's "No Operation" node, made to send the test's request. */
function probeNodeType(
	credentialType: string,
	request: ICredentialTestRequest['request'],
): INodeType {
	return {
		description: {
			displayName: 'No Operation',
			name: 'n8n-nodes-base.noOp',
			group: ['organization'],
			version: 1,
			description: '',
			defaults: { name: 'No Operation' },
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main],
			credentials: [{ name: credentialType, required: true }],
			properties: [
				{ displayName: 'Temp', name: 'temp', type: 'string', default: '', routing: { request } },
			],
		},
	};
}
