import type { INodeProperties, INodePropertyOptions, NodeHint } from 'n8n-workflow';
import type { ServiceOffer } from '../gateways/types';
import type { OfferedService } from '../gateways/offers';
import { listAccountOperations } from './accountOperations';

/**
 * The operation, in alphabetical order, as n8n expects it, and a hidden resource: only a node with a resource lets n8n
 * tell an agent what the tool's operation does, rather than what the node does.
 * @param thing the kind of file that the node generates, in title case, e.g. "Video"
 * @param own the node's own operations; the account operations are added if a gateway supports them
 */
export function operationFields(
	thing: string,
	own: readonly INodePropertyOptions[],
	services: ReadonlyArray<OfferedService<Pick<ServiceOffer, 'taskFeatures'>>>,
): INodeProperties[] {
	const operations = [...own, ...listAccountOperations(services)];
	const value = thing.toLowerCase();
	// Without these options the nodes panel would not list the operations.
	const resource: INodeProperties = {
		displayName: 'Resource',
		name: 'resource',
		type: 'hidden',
		options: [{ name: thing, value }],
		default: value,
	};
	const operation: INodeProperties = {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [value] } },
		options: operations.sort((a, b) => a.name.localeCompare(b.name)),
		default: 'generate',
	};
	return [resource, operation];
}

/**
 * Warns beside the output that every run of the node is charged: whoever builds a workflow runs its nodes again and
 * again.
 * @param operations those that are charged
 */
export const costHint = (operations: readonly string[]): NodeHint => ({
	type: 'info',
	location: 'outputPane',
	displayCondition: `={{ ${JSON.stringify(operations)}.includes($parameter["operation"]) }}`,
	message:
		'Each run of this step orders anew and is paid for. While you build the steps after it, pin it on the canvas (right-click → Pin), or execute those steps alone and change nothing before them: then nothing is ordered again.',
});
