import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { CommonForm } from './parameters/common';
import { maxConcurrencyOf } from './parameters/read';
import type { Server } from './gateways/registry';
import { failedItem, nodeError } from './output/nodeError';
import { breakSelfLoop, purchaseRunIndexOf, assertNoSelfLoop, runBefore } from './durableWait/state';
import { createReferenceCache } from './files/inputImages';
import { prepareJob, waits, type Product, type ServiceBasics } from './parameters/prepareJob';
import { runItems, type Prepare } from './execution/runItems';
import { runDurably } from './durableWait/runDurably';
import { runQuestions, type Question } from './account/runOperation';
import { cancelTask, listTasks, tellBalance } from './account/operations';

/** How much of a run may go on at the same time. */
export interface AtOnce {
	/** Items at work, where the user does not say it. */
	items: number;
	/** Orders on their way to the gateway; all that are at work when it is not given. */
	orders?: number;
}

/** The operations that cost nothing. */
const QUESTIONS = new Map<string, Question<ServiceBasics>>([
	['cancel', cancelTask],
	['getBalance', tellBalance],
	['list', listTasks],
]);

/**
 * Executes a node, whatever it makes.
 * @throws NodeApiError or NodeOperationError for the first failure, unless the node is to continue
 */
export async function routeOperation<Service extends ServiceBasics, Form extends CommonForm>(
	context: IExecuteFunctions,
	product: Product<Service, Form>,
	{ items, orders }: AtOnce,
): Promise<INodeExecutionData[][]> {
	// The form takes no expression for the operation, so it holds for all items.
	const question = QUESTIONS.get(String(context.getNodeParameter('operation', 0, '')));
	if (question) return [await runQuestions(context, product.servers, question)];
	const cache = createReferenceCache();
	const limits = { maxConcurrency: maxConcurrencyOf(context, items), ...(orders === undefined ? {} : { mostOrders: orders }) };
	const prepare: Prepare = async (itemIndex, ledger) => await prepareJob({ context, itemIndex, cache, ledger }, product);
	if (pauses(context, product.servers)) return await runDurably(context, limits, prepare);
	const loop = await loopOf(context);
	if (loop) return [loop];
	return [await runItems(context, limits, prepare, purchaseRunIndexOf(context))];
}

/**
 * The items of a node that leads straight back into itself without pausing; undefined for any other. With "On Error:
 * Continue" its own failed items come back to it, and end there.
 * @throws NodeOperationError otherwise
 */
async function loopOf(context: IExecuteFunctions): Promise<INodeExecutionData[] | undefined> {
	try {
		assertNoSelfLoop(context);
		return undefined;
	} catch (error) {
		if (!context.continueOnFail()) throw nodeError(context, { itemIndex: 0, error });
		await breakSelfLoop(context);
		return runBefore(context) !== undefined ? [] : context.getInputData().map((_item, itemIndex) => failedItem({ itemIndex, error }));
	}
}

/** Whether the user wants the execution paused while the gateway is at work; the form takes no expression for any of it. */
function pauses(context: IExecuteFunctions, servers: ReadonlyArray<Server<ServiceBasics>>): boolean {
	const of = (name: string) => context.getNodeParameter(name, 0, '');
	const server = servers.find(({ gateway }) => gateway.name === of('gateway'));
	return server?.service.tasks !== undefined && of('options.whileWaiting') === 'pauseExecution' && waits(of('operation'));
}
