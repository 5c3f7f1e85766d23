import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { readMaxConcurrency } from './parameters/read';
import type { GatewayService } from './gateways/registry';
import type { GenerationService } from './gateways/types';
import { PAUSES, UNTIL_CALLED } from './generation/defaults';
import { failedItem, nodeError } from './output/nodeError';
import { assertNoSelfLoop, breakSelfLoop } from './durableWait/preconditions';
import { purchaseRunIndexOf } from './durableWait/state';
import { previousRunIndex } from './durableWait/wiring';
import { createReferenceCache } from './files/referenceCache';
import type { GenerationNode } from './parameters/generationNode';
import { prepareJob, waitsForResult } from './parameters/prepareJob';
import { runItems, type Prepare } from './execution/runItems';
import { runDurably } from './durableWait/runDurably';
import { findResumeUrls } from './durableWait/resumeUrl';
import { runAccountOperation, type AccountOperation } from './account/runOperation';
import { cancelTask } from './account/cancelTask';
import { getBalance } from './account/getBalance';
import { listTasks } from './account/listTasks';

/** The limits of a run if the user has not set any. */
export interface ConcurrencyDefaults {
	/** Items that are processed at the same time. */
	items: number;
	/** Requests that are submitted at the same time. If absent, only the number of items limits them. */
	submissions?: number;
}

/** The free operations. */
const ACCOUNT_OPERATIONS = new Map<string, AccountOperation<GenerationService>>([
	['cancel', cancelTask],
	['getBalance', getBalance],
	['list', listTasks],
]);

/**
 * Runs the operation of a node.
 * @throws NodeApiError or NodeOperationError for the first failure, unless the node continues on failure
 */
export async function routeOperation(
	context: IExecuteFunctions,
	node: GenerationNode,
	{ items, submissions }: ConcurrencyDefaults,
): Promise<INodeExecutionData[][]> {
	// The operation cannot be an expression, so it is the same for all items.
	const accountOperation = ACCOUNT_OPERATIONS.get(
		String(context.getNodeParameter('operation', 0, '')),
	);
	if (accountOperation)
		return [await runAccountOperation(context, node.services, accountOperation)];
	const cache = createReferenceCache();
	const limits = {
		maxConcurrency: readMaxConcurrency(context, items),
		...(submissions === undefined ? {} : { maxInFlightSubmissions: submissions }),
	};
	const pause = findPause(context, node.services);
	const resumeUrlOf = pause?.isCalled ? findResumeUrls(context) : undefined;
	const prepare: Prepare = async (itemIndex, ledger) =>
		await prepareJob(
			{ context, itemIndex, cache, ledger, resumeUrl: resumeUrlOf?.(itemIndex) },
			node,
		);
	if (pause) return await runDurably(context, limits, prepare, pause);
	const ended = await endSelfLoop(context);
	if (ended) return [ended];
	const run = findPurchaseRun(context);
	if ('failed' in run) return [run.failed];
	return [await runItems(context, limits, prepare, run.purchaseRunIndex)];
}

/**
 * Ends a node that is wired to itself without pausing the execution: with "On Error: Continue" its failed items
 * return to it, and end there. Undefined for any other node.
 * @throws NodeOperationError unless the node continues on failure
 */
async function endSelfLoop(context: IExecuteFunctions): Promise<INodeExecutionData[] | undefined> {
	try {
		assertNoSelfLoop(context);
		return undefined;
	} catch (error) {
		const failed = failAllItems(context, error);
		await breakSelfLoop(context);
		return previousRunIndex(context) === undefined ? failed : [];
	}
}

/**
 * Finds the run whose purchases apply, if the input came out of a pause.
 * @throws NodeOperationError if what the pause has stored cannot be read, unless the node continues on failure
 */
function findPurchaseRun(
	context: IExecuteFunctions,
): { purchaseRunIndex: number | undefined } | { failed: INodeExecutionData[] } {
	try {
		return { purchaseRunIndex: purchaseRunIndexOf(context) };
	} catch (error) {
		return { failed: failAllItems(context, error) };
	}
}

/** @throws NodeOperationError unless the node continues on failure */
function failAllItems(context: IExecuteFunctions, error: unknown): INodeExecutionData[] {
	if (!context.continueOnFail()) throw nodeError(context, { itemIndex: 0, error });
	return context.getInputData().map((_item, itemIndex) => failedItem({ itemIndex, error }));
}

/**
 * Whether the execution pauses during the generation, and whether the gateway is to end the pause. None of these
 * parameters can be an expression.
 */
function findPause(
	context: IExecuteFunctions,
	services: ReadonlyArray<GatewayService<GenerationService>>,
): { isCalled: boolean } | undefined {
	const read = (name: string) => String(context.getNodeParameter(name, 0, ''));
	const { service } = services.find(({ gateway }) => gateway.name === read('gateway')) ?? {};
	const [whileWaiting, operation] = [read('options.whileWaiting'), read('operation')];
	const pauses = PAUSES.some((pause) => pause === whileWaiting);
	if (!service?.tasks || !pauses || !waitsForResult(operation)) return undefined;
	return { isCalled: whileWaiting === UNTIL_CALLED };
}
