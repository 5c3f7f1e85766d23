import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { Server } from '../gateways/registry';
import { balanceOperation } from './balance';

/**
 * The choice of the operation, in alphabetical order, as n8n wants it.
 * @param own the node's own; the balance is added where a gateway tells it
 */
export function operationField(own: readonly INodePropertyOptions[], servers: ReadonlyArray<Server<unknown>>): INodeProperties {
	const operations = [...own, ...balanceOperation(servers)];
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: operations.sort((a, b) => a.name.localeCompare(b.name)),
		default: 'generate',
	};
}
