import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { MAX_PARALLEL_TRANSFERS } from '../generation/defaults';
import { getGatewayService } from '../parameters/choices';
import type { Gateway } from '../gateways/types';
import type { GatewayService } from '../gateways/registry';
import { startDeadline } from '../time/deadline';
import { failedItem, nodeError, type ItemFailure } from '../output/nodeError';
import {
	loadCredentials,
	type GatewayCredentials,
	type GatewaySession,
} from '../transport/session';
import { AdaptiveConcurrencyLimiter } from '../concurrency/adaptiveLimiter';
import { GenerationError, type Failure } from '../errors/failure';
import { shownFailure } from '../errors/retryPolicy';

/** For all the pages of a list together, of which a gateway may give one a second. Seconds. */
const QUESTION_SECONDS = 300;

/** What a gateway told, and why the rest of it did not come, where not all did. */
export interface Told {
	items: INodeExecutionData[];
	failure?: Failure;
}

/** What an item asks of its gateway. */
export type AccountOperation<Service> = (
	session: GatewaySession,
	gatewayService: GatewayService<Service>,
	itemIndex: number,
) => Promise<Told>;

/**
 * Asks a gateway something that costs nothing, for every item of the input.
 * @param services the gateways that the node can choose from
 * @returns the answers in input order; with "On Error: Continue" failed ones in their place, behind what came before
 * @throws NodeApiError or NodeOperationError for the first failure else
 */
export async function runAccountOperation<Service>(
	context: IExecuteFunctions,
	services: ReadonlyArray<GatewayService<Service>>,
	operation: AccountOperation<Service>,
): Promise<INodeExecutionData[]> {
	const goOn = context.continueOnFail();
	const itemIndexes = context.getInputData().map((_item, itemIndex) => itemIndex);
	const places = await new AdaptiveConcurrencyLimiter(MAX_PARALLEL_TRANSFERS).map(
		itemIndexes,
		async (itemIndex) => await askFor(context, services, operation, itemIndex),
	);
	const [failed] = places.flatMap((place) => place.failed ?? []);
	if (failed && !goOn) throw nodeError(context, failed);
	return places.flatMap(({ items, failed: of }) => (of ? [...items, failedItem(of)] : items));
}

/** Never throws. */
async function askFor<Service>(
	context: IExecuteFunctions,
	services: ReadonlyArray<GatewayService<Service>>,
	operation: AccountOperation<Service>,
	itemIndex: number,
): Promise<{ items: INodeExecutionData[]; failed?: ItemFailure }> {
	const deadline = startDeadline(QUESTION_SECONDS, context.getExecutionCancelSignal());
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
		// A gateway may repeat the key in its words.
		const error =
			credentials && thrown instanceof GenerationError
				? new GenerationError(shownFailure(thrown.failure, credentials.redact))
				: thrown;
		return { items: [], failed: { itemIndex, error, ...known } };
	} finally {
		deadline.close();
	}
}
