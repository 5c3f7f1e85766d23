import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { DEFAULT_MAX_CONCURRENCY, MOST_TRANSFERS } from './defaults';
import { maxConcurrencyOf } from './form/read';
import type { MediaService } from './gateways/gateway';
import type { Server } from './gateways/registry';
import { createReferenceCache } from './io/references';
import { prepareTask } from './prepareTask';
import { runAll } from './run';
import { asksForBalance, runBalance } from './runBalance';

/**
 * Executes a node that works in tasks, whatever it makes.
 * @param servers the gateways that the node can choose from
 * @param imagesLabel what its form calls the input images
 * @throws NodeApiError or NodeOperationError for the first failure, unless the node is to continue
 */
export async function runTasks(
	context: IExecuteFunctions,
	servers: ReadonlyArray<Server<MediaService>>,
	imagesLabel: string,
): Promise<INodeExecutionData[]> {
	if (asksForBalance(context)) return await runBalance(context, servers);
	const cache = createReferenceCache();
	return await runAll(
		context,
		{ maxConcurrency: maxConcurrencyOf(context, DEFAULT_MAX_CONCURRENCY), mostOrders: MOST_TRANSFERS },
		async (itemIndex, submissions) => await prepareTask({ context, itemIndex, servers, imagesLabel, cache, submissions }),
	);
}
