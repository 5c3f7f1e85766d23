import { NodeApiError, NodeOperationError, type IDataObject, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import type { Gateway } from '../gateways/gateway';
import { MediaError, oneLine, type Failure } from '../media/failure';
import { describeFailure } from '../media/failureWords';

/** What failed, for which item, and as far as it had come. */
export interface Failed {
	itemIndex: number;
	error: unknown;
	gateway?: Gateway;
	/** The task that was paid for before it failed. */
	taskId?: string;
}

/** By what a purchase is found at the gateway, and whether it can be. */
export type Trace = Pick<Failure, 'taskId' | 'link' | 'collectable'>;

/** The same failure, naming what had been bought before it, which is not lost by it. */
export function withTrace(failed: Failed, trace: Trace): Failed {
	const { taskId, link } = trace;
	if (taskId === undefined && link === undefined) return failed;
	if (!(failed.error instanceof MediaError)) return { ...failed, ...(taskId === undefined ? {} : { taskId }) };
	const failure = { ...failed.error.failure };
	// What is said of it here is newer.
	delete failure.collectable;
	return { ...failed, error: new MediaError({ ...failure, ...trace }) };
}

interface Explained {
	message: string;
	description: string;
	code?: string;
	httpCode?: string;
	taskId?: string;
}

function explain({ itemIndex, error, gateway, taskId }: Failed): Explained {
	if (error instanceof MediaError) {
		const { failure } = error;
		return {
			...describeFailure(failure, { gateway: gateway?.displayName ?? 'The gateway', itemIndex }),
			code: failure.code ?? (failure.kind === 'modelUnknown' ? 'modelNotAvailable' : failure.kind),
			...(failure.httpStatus === undefined ? {} : { httpCode: String(failure.httpStatus) }),
			...(failure.taskId === undefined ? {} : { taskId: failure.taskId }),
		};
	}
	// n8n's own words, e.g. for a binary field or a credential that is not there.
	const words = error instanceof Error ? oneLine(error.message) : 'something unexpected happened';
	const description = error instanceof NodeOperationError && error.description ? oneLine(error.description) : '';
	const item = words.includes(`[item ${itemIndex}]`) ? '' : ` [item ${itemIndex}]`;
	if (taskId === undefined) return { message: words + item, description };
	return { message: `${words} [task ${taskId}]${item}`, description: `${description} Task ID: ${taskId}`.trim(), taskId };
}

/** What else there is to say of a node that stops. */
export interface Besides {
	/** Where to find what was made and paid for. */
	made: readonly string[];
	/** How many items were not begun. */
	unsent: number;
}

function inWords({ made, unsent }: Besides, isCollectable: boolean): string {
	return [
		// A link ends at a space.
		made.length === 0 ? '' : `Also made or on its way: ${made.join(' , ')} .`,
		made.length === 0 && !isCollectable
			? ''
			: 'Retrying this execution (Executions → Retry) takes up what was bought, if the same is asked for; a new run pays for all again.',
		unsent === 0 ? '' : `${unsent} ${unsent === 1 ? 'item was' : 'items were'} not sent.`,
	]
		.filter((sentence) => sentence !== '')
		.join(' ');
}

/** The error that stops the node. */
export function nodeError(
	context: IExecuteFunctions,
	failed: Failed,
	besides: Besides = { made: [], unsent: 0 },
): NodeApiError | NodeOperationError {
	const { message, description, httpCode } = explain(failed);
	const { collectable, link, kind } = failed.error instanceof MediaError ? failed.error.failure : {};
	// What failed in spite of its link is ordered anew where a person retries.
	const isCollectable = collectable === 'paid' || (link !== undefined && kind !== 'gatewayFailed');
	const options = {
		message,
		description: [description, inWords(besides, isCollectable)].filter((part) => part !== '').join(' '),
		itemIndex: failed.itemIndex,
	};
	const error =
		httpCode === undefined
			? new NodeOperationError(context.getNode(), message, options)
			: new NodeApiError(context.getNode(), {}, { ...options, httpCode });
	// n8n puts its own words in place of a message that holds a code of the network, and some of them
	// advise to send the request again.
	error.message = message;
	return error;
}

/** The item that stands in for a failed one under "On Error: Continue". */
export function failedItem(failed: Failed): INodeExecutionData {
	const { message, description, code, httpCode, taskId } = explain(failed);
	const error: IDataObject = {
		message,
		description,
		...(code === undefined ? {} : { code }),
		...(httpCode === undefined ? {} : { httpCode }),
		...(taskId === undefined ? {} : { taskId }),
		...(failed.gateway === undefined ? {} : { gateway: failed.gateway.name }),
	};
	return { json: { error }, pairedItem: { item: failed.itemIndex } };
}
