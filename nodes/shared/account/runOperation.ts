import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { AdaptiveConcurrencyLimiter } from '../concurrency/adaptiveLimiter';
import { GenerationError, type Failure } from '../errors/failure';
import { shownFailure } from '../errors/retryPolicy';
import type { GatewayService } from '../gateways/registry';
import type { Gateway } from '../gateways/types';
import { MAX_PARALLEL_TRANSFERS } from '../generation/defaults';
import type { ItemFailure } from '../output/itemFailure';
import { failedItem, nodeError } from '../output/nodeError';
import { getGatewayService } from '../parameters/choices';
import { startDeadline } from '../time/deadline';
import {
	loadCredentials,
	type GatewayCredentials,
	type GatewaySession,
} from '../transport/session';

/** For all pages of a list together: a gateway may return only one per second. */
const OPERATION_TIMEOUT_SECONDS = 300;

/** What an operation returns for one item, and why the rest is missing if it could not read everything. */
export interface OperationResult {
	items: INodeExecutionData[];
	failure?: Failure;
}

/** A free operation on the account at a gateway. */
export type AccountOperation<Service> = (
	session: GatewaySession,
	gatewayService: GatewayService<Service>,
	itemIndex: number,
) => Promise<OperationResult>;

/**
 * Runs a free operation for every item of the input.
 * @param services the gateways that the node can choose from
 * @returns the results in input order; with "On Error: Continue" a failed one follows what was read before it
 * @throws NodeApiError or NodeOperationError for the first failure otherwise
 */
export async function runAccountOperation<Service>(
	context: IExecuteFunctions,
	services: ReadonlyArray<GatewayService<Service>>,
	operation: AccountOperation<Service>,
): Promise<INodeExecutionData[]> {
	const continueOnFail = context.continueOnFail();
	const itemIndexes = context.getInputData().map((_item, itemIndex) => itemIndex);
	const results = await new AdaptiveConcurrencyLimiter(MAX_PARALLEL_TRANSFERS).map(
		itemIndexes,
		async (itemIndex) => await runForItem(context, services, operation, itemIndex),
	);
	const [firstFailure] = results.flatMap(({ failed }) => failed ?? []);
	if (firstFailure && !continueOnFail) throw nodeError(context, firstFailure);
	return results.flatMap(({ items, failed }) => (failed ? [...items, failedItem(failed)] : items));
}

/** Never throws. */
async function runForItem<Service>(
	context: IExecuteFunctions,
	services: ReadonlyArray<GatewayService<Service>>,
	operation: AccountOperation<Service>,
	itemIndex: number,
): Promise<{ items: INodeExecutionData[]; failed?: ItemFailure }> {
	const deadline = startDeadline(OPERATION_TIMEOUT_SECONDS, context.getExecutionCancelSignal());
	let known: { gateway?: Gateway } = {};
	let credentials: GatewayCredentials | undefined;
	try {
		const gatewayService = getGatewayService(services, context, itemIndex);
		const { gateway } = gatewayService;
		known = { gateway };
		credentials = await loadCredentials(context, gateway, itemIndex);
		const session = { context, gateway, credentials, deadline };
		const { items, failure } = await operation(session, gatewayService, itemIndex);
		const paired = items.map((item) => ({ ...item, pairedItem: { item: itemIndex } }));
		return {
			items: paired,
			...(failure ? { failed: { itemIndex, error: new GenerationError(failure), gateway } } : {}),
		};
	} catch (thrown) {
		// A gateway may repeat the key in its message.
		const error =
			credentials && thrown instanceof GenerationError
				? new GenerationError(shownFailure(thrown.failure, credentials.redact))
				: thrown;
		return { items: [], failed: { itemIndex, error, ...known } };
	} finally {
		deadline.close();
	}
}
