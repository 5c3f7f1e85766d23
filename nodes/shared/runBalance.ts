import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { MOST_TRANSFERS } from './defaults';
import { GET_BALANCE } from './fields/balance';
import { serverOf } from './form/choices';
import type { Gateway } from './gateways/gateway';
import type { Server } from './gateways/registry';
import { askBalance } from './io/askBalance';
import { startDeadline } from './io/deadline';
import { failedItem, nodeError, type Failed } from './io/errors';
import { accessTo } from './io/http';
import { Lanes } from './io/lanes';
import { invalidInput, MediaError } from './media/failure';

/** A balance is a few bytes: what takes longer does not come. Seconds. */
const BALANCE_SECONDS = 30;

/** Whether the node is to tell the balance. The form takes no expression for the operation, so it holds for all items. */
export function asksForBalance(context: IExecuteFunctions): boolean {
	return context.getNodeParameter('operation', 0, '') === GET_BALANCE;
}

/**
 * Asks for the balance of the account, for every item of the input. It costs nothing.
 * @param servers the gateways that the node can choose from
 * @returns one output item an input item; with "On Error: Continue" failed ones in their place
 * @throws NodeApiError or NodeOperationError for the first failure else
 */
export async function runBalance(context: IExecuteFunctions, servers: ReadonlyArray<Server<unknown>>): Promise<INodeExecutionData[]> {
	const goOn = context.continueOnFail();
	const itemIndexes = context.getInputData().map((_item, itemIndex) => itemIndex);
	const places = await new Lanes(MOST_TRANSFERS).runAll(itemIndexes, async (itemIndex) => await tellBalance(context, servers, itemIndex));
	const [failed] = places.flatMap((place) => ('failed' in place ? [place.failed] : []));
	if (failed && !goOn) throw nodeError(context, failed);
	return places.map((place) => ('failed' in place ? failedItem(place.failed) : place.item));
}

/** Never throws. */
async function tellBalance(
	context: IExecuteFunctions,
	servers: ReadonlyArray<Server<unknown>>,
	itemIndex: number,
): Promise<{ item: INodeExecutionData } | { failed: Failed }> {
	const deadline = startDeadline(BALANCE_SECONDS, context.getExecutionCancelSignal());
	let known: { gateway?: Gateway } = {};
	try {
		const { gateway } = serverOf(servers, context, itemIndex);
		known = { gateway };
		if (!gateway.balance) throw invalidInput('Operation', `${gateway.displayName} does not tell the balance of an account`);
		const access = await accessTo(context, gateway, itemIndex);
		const told = await askBalance({ context, gateway, access, deadline }, gateway.balance);
		if ('failure' in told) return { failed: { itemIndex, gateway, error: new MediaError(told.failure) } };
		return { item: { json: { gateway: gateway.name, ...told.balance }, pairedItem: { item: itemIndex } } };
	} catch (error) {
		return { failed: { itemIndex, error, ...known } };
	} finally {
		deadline.close();
	}
}
