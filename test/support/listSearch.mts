/** Opens a resource locator's list. Runs in jest only. */
import { LoadOptionsContext } from 'n8n-core';
import {
	Workflow,
	type INode,
	type INodeListSearchResult,
	type INodeParameters,
} from 'n8n-workflow';

import {
	credentialReferences,
	MemoryCredentialsHelper,
	type CredentialData,
} from './credentials.mjs';
import { additionalData, nodeTypesOf } from './n8nHost.mjs';
import {
	createCredentialTypes,
	createNode,
	type CredentialClass,
	type NodeClass,
} from './packageClasses.mjs';

export interface ListSearchOptions {
	/** A built node by name (`'Seedream'`), or any node class. */
	node: string | NodeClass;
	/** The name in the node's `methods.listSearch`. */
	method: string;
	/** The form as filled in so far; the rest gets the node's defaults. */
	parameters: INodeParameters;
	/** The parameter whose list it is, as the editor names it. Default: the model. */
	path?: string;
	filter?: string;
	credentials?: CredentialData;
	/** Default: the built ones. */
	credentialTypes?: CredentialClass[];
}

/** Calls a node's list search as the editor does and hands out what the user would choose from. */
export async function listSearch(options: ListSearchOptions): Promise<INodeListSearchResult> {
	const nodeType = createNode(options.node);
	const search = nodeType.methods?.listSearch?.[options.method];
	if (!search) throw new Error(`No list search "${options.method}"`);

	const credentials = options.credentials ?? {};
	const typeName = `n8n-nodes-seedream.${nodeType.description.name}`;
	const node: INode = {
		id: 'temp',
		name: 'Temp-Node',
		type: typeName,
		typeVersion: 1,
		position: [0, 0],
		parameters: options.parameters,
		credentials: credentialReferences(credentials),
	};
	// Fills in the defaults, which the editor sends along.
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: nodeTypesOf({ [typeName]: nodeType }),
	});
	const types = createCredentialTypes(options.credentials ? options.credentialTypes : []);
	const context = new LoadOptionsContext(
		workflow,
		node,
		{
			...additionalData(new MemoryCredentialsHelper(types, credentials), 'list-search'),
			currentNodeParameters: node.parameters,
		},
		options.path ?? 'parameters.model',
	);
	return await search.call(context, options.filter);
}
