/** Gives credentials to nodes the way n8n's own CredentialsHelper does, without a database. */
import {
	ICredentialsHelper,
	isExpression,
	NodeHelpers,
	type ICredentialDataDecryptedObject,
	type ICredentialsExpressionResolveValues,
	type ICredentialType,
	type IExecuteData,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentials,
	type INodeCredentialsDetails,
	type IWorkflowExecuteAdditionalData,
	type Workflow,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import { z } from 'zod';

const simpleValues = z.record(z.union([z.string(), z.number(), z.boolean()]));

/** Credentials' data by credential type name, e.g. `{gptunnelApi: {apiKey, baseUrl}}`. */
export type CredentialData = Record<string, z.infer<typeof simpleValues>>;

/** What a node in a workflow says of its credentials: never more than their id and name. */
export function credentialReferences(data: CredentialData): INodeCredentials {
	return Object.fromEntries(
		Object.keys(data).map((type) => [type, { id: `id-of-${type}`, name: `My ${type}` }]),
	);
}

/** Holds the data in memory, fills in the types' defaults, resolves expressions, and lets the real types authenticate. */
export class MemoryCredentialsHelper extends ICredentialsHelper {
	constructor(
		private readonly types: Map<string, ICredentialType>,
		private readonly data: CredentialData,
	) {
		super();
	}

	async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		_nodeCredentials: INodeCredentialsDetails,
		typeName: string,
		mode: WorkflowExecuteMode = 'internal',
		executeData?: IExecuteData,
		_raw?: boolean,
		resolve?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const stored = this.data[typeName];
		if (!stored) throw new Error(`No credential of type "${typeName}" was given to this run`);
		const properties = this.getCredentialsProperties(typeName);
		const data = simpleValues.parse(
			NodeHelpers.getNodeParameters(properties, stored, true, false, null, null),
		);
		if (!resolve) return data;
		const { workflow, runExecutionData, runIndex, itemIndex, node, connectionInputData } = resolve;
		return simpleValues.parse(
			workflow.expression.getParameterValue(
				data,
				runExecutionData,
				runIndex,
				itemIndex,
				node.name,
				connectionInputData,
				mode,
				{},
				executeData,
				false,
				data,
			),
		);
	}

	/** Changes the request in place, as n8n does: a node that keeps its options object then holds the key. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		request: IHttpRequestOptions,
		workflow: Workflow,
		node: INode,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.type(typeName);
		if (!authenticate) return request;
		if (typeof authenticate === 'function') return await authenticate(credentials, request);

		const resolve = (text: string) =>
			isExpression(text)
				? String(
						workflow.expression.getSimpleParameterValue(
							node,
							text,
							'internal',
							{ $credentials: credentials },
							undefined,
							'',
						) ?? '',
					)
				: text;
		for (const [part, values] of Object.entries(authenticate.properties)) {
			for (const [name, value] of Object.entries(values)) {
				const target: unknown = Reflect.get(request, part) ?? {};
				if (typeof target !== 'object' || target === null)
					throw new Error(`${part} takes no values`);
				Reflect.set(target, resolve(name), resolve(String(value)));
				Reflect.set(request, part, target);
			}
		}
		return request;
	}

	getCredentialsProperties(typeName: string) {
		return this.type(typeName).properties;
	}

	getParentTypes() {
		return [];
	}

	isCredentialUsableByNode() {
		return true;
	}

	/** Only for credentials that fetch a token first; ours have none. */
	async preAuthentication() {
		return undefined;
	}

	async runPreAuthentication() {
		return undefined;
	}

	getCredentials(): never {
		throw new Error('Nothing is stored here');
	}

	async updateCredentials() {}

	async updateCredentialsOauthTokenData() {}

	private type(typeName: string): ICredentialType {
		const type = this.types.get(typeName);
		if (!type) throw new Error(`No credential type "${typeName}"`);
		return type;
	}
}
