import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { MAX_PARALLEL_TRANSFERS } from '../generation/defaults';
import { serverOf } from '../parameters/choices';
import type { Gateway } from '../gateways/types';
import type { Server } from '../gateways/registry';
import { startDeadline } from '../time/deadline';
import { failedItem, nodeError, type ItemFailure } from '../output/nodeError';
import { accessTo, type Access, type GatewaySession } from '../transport/client';
import { AdaptiveConcurrencyLimiter } from '../concurrency/adaptiveLimiter';
import { MediaError, type Failure } from '../errors/failure';
import { shownFailure } from '../errors/retryPolicy';

/** For all the pages of a list together, of which a gateway may give one a second. Seconds. */
const QUESTION_SECONDS = 300;

/** What a gateway told, and why the rest of it did not come, where not all did. */
export interface Told {
	items: INodeExecutionData[];
	failure?: Failure;
}

/** What an item asks of its gateway. */
export type Question<Service> = (session: GatewaySession, server: Server<Service>, itemIndex: number) => Promise<Told>;

/**
 * Asks a gateway something that costs nothing, for every item of the input.
 * @param servers the gateways that the node can choose from
 * @returns the answers in input order; with "On Error: Continue" failed ones in their place, behind what came before
 * @throws NodeApiError or NodeOperationError for the first failure else
 */
export async function runQuestions<Service>(
	context: IExecuteFunctions,
	servers: ReadonlyArray<Server<Service>>,
	question: Question<Service>,
): Promise<INodeExecutionData[]> {
	const goOn = context.continueOnFail();
	const itemIndexes = context.getInputData().map((_item, itemIndex) => itemIndex);
	const places = await new AdaptiveConcurrencyLimiter(MAX_PARALLEL_TRANSFERS).runAll(itemIndexes, async (itemIndex) => await askFor(context, servers, question, itemIndex));
	const [failed] = places.flatMap((place) => place.failed ?? []);
	if (failed && !goOn) throw nodeError(context, failed);
	return places.flatMap(({ items, failed: of }) => (of ? [...items, failedItem(of)] : items));
}

/** Never throws. */
async function askFor<Service>(
	context: IExecuteFunctions,
	servers: ReadonlyArray<Server<Service>>,
	question: Question<Service>,
	itemIndex: number,
): Promise<{ items: INodeExecutionData[]; failed?: ItemFailure }> {
	const deadline = startDeadline(QUESTION_SECONDS, context.getExecutionCancelSignal());
	let known: { gateway?: Gateway } = {};
	let access: Access | undefined;
	try {
		const server = serverOf(servers, context, itemIndex);
		const { gateway } = server;
		known = { gateway };
		access = await accessTo(context, gateway, itemIndex);
		const session = { context, gateway, access, deadline };
		const { items, failure } = await question(session, server, itemIndex);
		const paired = items.map((item) => ({ ...item, pairedItem: { item: itemIndex } }));
		return { items: paired, ...(failure ? { failed: { itemIndex, error: new MediaError(failure), gateway } } : {}) };
	} catch (thrown) {
		// A gateway may repeat the key in its words.
		const error = access && thrown instanceof MediaError ? new MediaError(shownFailure(thrown.failure, access.redact)) : thrown;
		return { items: [], failed: { itemIndex, error, ...known } };
	} finally {
		deadline.close();
	}
}
