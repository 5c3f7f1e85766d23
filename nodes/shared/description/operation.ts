import type {
	IDisplayOptions,
	INodeProperties,
	INodePropertyOptions,
	NodeHint,
} from 'n8n-workflow';
import type { TaskApi } from '../gateways/types';
import type { GatewayService } from '../gateways/registry';
import { accountOperations } from './accountOperations';

/**
 * The choice of the operation, in alphabetical order, as n8n wants it; and the resource, which is not shown: only where
 * there is one does n8n tell an agent what a tool's operation does, rather than what the node does in all.
 * @param thing what the node makes, as it stands in a title, e.g. "Video"
 * @param own the node's own; what asks something is added where a gateway answers
 */
export function operationFields(
	thing: string,
	own: readonly INodePropertyOptions[],
	services: ReadonlyArray<GatewayService<{ tasks?: TaskApi }>>,
): INodeProperties[] {
	const operations = [...own, ...accountOperations(services)];
	const value = thing.toLowerCase();
	// Without its options the operations would not be in the nodes panel.
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
 * Where a collection, or what is in it, belongs by the operation. Told from the root of the form: the editor empties a
 * collection that depends on its neighbour "operation" whenever that is changed.
 */
export const ofOperations = (operations: string[]): IDisplayOptions => ({
	show: { '/operation': operations },
});

/**
 * Says beside the output that the step costs money each time: building a workflow means running its steps again
 * and again.
 * @param operations the values of those that cost money
 */
export const paidHint = (operations: readonly string[]): NodeHint => ({
	type: 'info',
	location: 'outputPane',
	displayCondition: `={{ ${JSON.stringify(operations)}.includes($parameter["operation"]) }}`,
	message:
		'Each run of this step orders anew and is paid for. While you build the steps after it, pin it on the canvas (right-click → Pin), or execute those steps alone and change nothing before them: then nothing is ordered again.',
});
