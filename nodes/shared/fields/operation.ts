import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { Server } from '../gateways/registry';
import { balanceOperation } from './balance';

/** There is one for each node, so nobody has to choose it. */
const RESOURCE = 'media';

/**
 * The choice of the operation, in alphabetical order, as n8n wants it; and the resource, which is not shown: only where
 * there is one does n8n tell an agent what a tool's operation does, rather than what the node does in all.
 * @param own the node's own; the balance is added where a gateway tells it
 */
export function operationFields(own: readonly INodePropertyOptions[], servers: ReadonlyArray<Server<unknown>>): INodeProperties[] {
	const operations = [...own, ...balanceOperation(servers)];
	// Called "Resource", it would take the operations out of the nodes panel.
	const resource: INodeProperties = { displayName: 'What Is Made', name: 'resource', type: 'hidden', default: RESOURCE };
	const operation: INodeProperties = {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [RESOURCE] } },
		options: operations.sort((a, b) => a.name.localeCompare(b.name)),
		default: 'generate',
	};
	return [resource, operation];
}
