import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { CommonForm } from './parameters/common';
import { readMaxConcurrency } from './parameters/read';
import type { GatewayService } from './gateways/registry';
import { failedItem, nodeError } from './output/nodeError';
import { assertNoSelfLoop, breakSelfLoop } from './durableWait/preconditions';
import { purchaseRunIndexOf } from './durableWait/state';
import { previousRunIndex } from './durableWait/wiring';
import { createReferenceCache } from './files/referenceCache';
import {
	prepareJob,
	waits,
	type GenerationNode,
	type ServiceBasics,
} from './parameters/prepareJob';
import { runItems, type Prepare } from './execution/runItems';
import { runDurably } from './durableWait/runDurably';
import { runAccountOperation, type AccountOperation } from './account/runOperation';
import { cancelTask } from './account/cancelTask';
import { getBalance } from './account/getBalance';
import { listTasks } from './account/listTasks';

/** How much of a run may go on at the same time. */
export interface ConcurrencyDefaults {
	/** Items at work, where the user does not say it. */
	items: number;
	/** Orders on their way to the gateway; all that are at work when it is not given. */
	orders?: number;
}

/** The operations that cost nothing. */
const ACCOUNT_OPERATIONS = new Map<string, AccountOperation<ServiceBasics>>([
	['cancel', cancelTask],
	['getBalance', getBalance],
	['list', listTasks],
]);

/**
 * Executes a node, whatever it makes.
 * @throws NodeApiError or NodeOperationError for the first failure, unless the node is to continue
 */
export async function routeOperation<Service extends ServiceBasics, Form extends CommonForm>(
	context: IExecuteFunctions,
	node: GenerationNode<Service, Form>,
	{ items, orders }: ConcurrencyDefaults,
): Promise<INodeExecutionData[][]> {
	// The form takes no expression for the operation, so it holds for all items.
	const accountOperation = ACCOUNT_OPERATIONS.get(
		String(context.getNodeParameter('operation', 0, '')),
	);
	if (accountOperation)
		return [await runAccountOperation(context, node.services, accountOperation)];
	const cache = createReferenceCache();
	const limits = {
		maxConcurrency: readMaxConcurrency(context, items),
		...(orders === undefined ? {} : { maxInFlightSubmissions: orders }),
	};
	const prepare: Prepare = async (itemIndex, ledger) =>
		await prepareJob({ context, itemIndex, cache, ledger }, node);
	if (pauses(context, node.services)) return await runDurably(context, limits, prepare);
	const origin = await findOrigin(context);
	if ('failed' in origin) return [origin.failed];
	return [await runItems(context, limits, prepare, origin.purchaseRunIndex)];
}

/**
 * The run that has bought, where the input came out of a pause. For a node that leads straight back into itself without
 * pausing, the failed items with which it ends: with "On Error: Continue" they come back to it, and end there.
 * @throws NodeOperationError for such a node, unless it is to continue, and where what a pause has left cannot be read
 */
async function findOrigin(
	context: IExecuteFunctions,
): Promise<{ purchaseRunIndex?: number | undefined } | { failed: INodeExecutionData[] }> {
	try {
		assertNoSelfLoop(context);
		return { purchaseRunIndex: purchaseRunIndexOf(context) };
	} catch (error) {
		if (!context.continueOnFail()) throw nodeError(context, { itemIndex: 0, error });
		await breakSelfLoop(context);
		const isLoop = previousRunIndex(context) !== undefined;
		return {
			failed: isLoop
				? []
				: context.getInputData().map((_item, itemIndex) => failedItem({ itemIndex, error })),
		};
	}
}

/** Whether the user wants the execution paused while the gateway is at work; the form takes no expression for any of it. */
function pauses(
	context: IExecuteFunctions,
	services: ReadonlyArray<GatewayService<ServiceBasics>>,
): boolean {
	const of = (name: string) => context.getNodeParameter(name, 0, '');
	const gatewayService = services.find(({ gateway }) => gateway.name === of('gateway'));
	return (
		gatewayService?.service.tasks !== undefined &&
		of('options.whileWaiting') === 'pauseExecution' &&
		waits(of('operation'))
	);
}
