import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import type { Gateway } from '../gateways/types';
import { GenerationError, oneLine, type Failure } from '../errors/failure';
import { FAILURES } from '../errors/policy';
import { isFree, mayBeCharged } from '../errors/retryPolicy';
import { describeFailure } from '../errors/messages';

/** What failed, for which item, and as far as it had come. */
export interface ItemFailure {
	itemIndex: number;
	error: unknown;
	gateway?: Gateway;
	/** The task that was paid for before it failed. */
	taskId?: string;
	/** An earlier try of the node has sent the same, and it may have been charged. */
	wasSentBefore?: boolean;
}

/** By what a purchase is found at the gateway, and whether it can be. */
export type PurchaseReference = Pick<Failure, 'taskId' | 'url' | 'recoverable' | 'wasSentBefore'>;

const SENT_BEFORE =
	'what was sent before may have been charged, look at the history at the gateway';

/** The same failure, naming what had been bought before it, which is not lost by it. */
export function withPurchase(failed: ItemFailure, trace: PurchaseReference): ItemFailure {
	const { taskId, url, wasSentBefore } = trace;
	if (taskId === undefined && url === undefined && !wasSentBefore) return failed;
	if (!(failed.error instanceof GenerationError)) {
		return {
			...failed,
			...(taskId === undefined ? {} : { taskId }),
			...(wasSentBefore ? { wasSentBefore } : {}),
		};
	}
	const failure = { ...failed.error.failure };
	// What is said of it here is newer.
	delete failure.recoverable;
	if (wasSentBefore)
		failure.detail =
			failure.detail === undefined ? SENT_BEFORE : `${failure.detail}; ${SENT_BEFORE}`;
	return { ...failed, error: new GenerationError({ ...failure, ...trace }) };
}

interface Explained {
	message: string;
	description: string;
	code?: string;
	httpCode?: string;
	taskId?: string;
}

function explain({ itemIndex, error, gateway, taskId, wasSentBefore }: ItemFailure): Explained {
	if (error instanceof GenerationError) {
		const { failure } = error;
		return {
			...describeFailure(failure, { gateway: gateway?.displayName ?? 'The gateway', itemIndex }),
			code: failure.code ?? (failure.kind === 'modelUnknown' ? 'modelNotAvailable' : failure.kind),
			...(failure.httpStatus === undefined ? {} : { httpCode: String(failure.httpStatus) }),
			...(failure.taskId === undefined ? {} : { taskId: failure.taskId }),
		};
	}
	// n8n's own words, e.g. for a binary field or a credential that is not there.
	const own = error instanceof Error ? oneLine(error.message) : 'something unexpected happened';
	const words = wasSentBefore ? `${own} (${SENT_BEFORE})` : own;
	const description =
		error instanceof NodeOperationError && error.description ? oneLine(error.description) : '';
	const item = words.includes(`[item ${itemIndex}]`) ? '' : ` [item ${itemIndex}]`;
	if (taskId === undefined) return { message: words + item, description };
	return {
		message: `${words} [task ${taskId}]${item}`,
		description: `${description} Task ID: ${taskId}`.trim(),
		taskId,
	};
}

/** What else there is to say of a node that stops. */
export interface Besides {
	/** Where to find what was made and paid for. */
	purchased: readonly string[];
	/** What else has failed and left nothing that could be found there. */
	failed: readonly ItemFailure[];
	/** Whether a Retry does not send again what may have been charged. */
	isHeldBack: boolean;
	/** How many items were not begun. */
	notSubmitted: number;
}

/** Whether what failed may have cost something. */
export function mayHaveCost({ error, taskId, wasSentBefore }: ItemFailure): boolean {
	if (!(error instanceof GenerationError)) return taskId !== undefined || wasSentBefore === true;
	const { failure } = error;
	return (
		!isFree(failure) ||
		failure.taskId !== undefined ||
		failure.url !== undefined ||
		failure.isPart === true
	);
}

/** What else has failed; the same is said once for all its items. */
function alsoFailed(failed: readonly ItemFailure[]): string {
	const items = new Map<string, Set<number>>();
	for (const one of failed) {
		const { error, itemIndex } = one;
		const happened = explain(one).message.replace(` [item ${itemIndex}]`, '');
		const said =
			error instanceof GenerationError &&
			mayBeCharged(error.failure) &&
			!error.failure.wasSentBefore
				? `${happened}, which may have been charged: look at the history there`
				: happened;
		items.set(said, (items.get(said) ?? new Set()).add(itemIndex));
	}
	const said = [...items].map(
		([happened, of]) => `${of.size === 1 ? 'item' : 'items'} ${[...of].join(', ')}: ${happened}`,
	);
	return said.length === 0 ? '' : `Also failed: ${said.join('; ')}.`;
}

function inWords(
	{ purchased: made, failed, isHeldBack, notSubmitted: unsent }: Besides,
	{ isCollectable, isPart }: { isCollectable: boolean; isPart: boolean },
): string {
	return [
		// A link ends at a space.
		made.length === 0 ? '' : `Also made or on its way: ${made.join(' , ')} .`,
		alsoFailed(failed),
		made.length === 0 && !isCollectable
			? ''
			: 'Retrying this execution (Executions → Retry) takes up what was bought, if the same is asked for; a new run pays for all again.',
		isPart
			? 'The rest of the set comes out where "On Error" of this node is set to continue: set that, save, and choose Retry with currently saved workflow; what was bought is not ordered again.'
			: '',
		isHeldBack
			? 'Since another item has failed, too, a Retry does not send again what may have been charged; one after that does.'
			: '',
		unsent === 0 ? '' : `${unsent} ${unsent === 1 ? 'item was' : 'items were'} not sent.`,
	]
		.filter((sentence) => sentence !== '')
		.join(' ');
}

/**
 * n8n takes an execution for stopped, and not for failed, where the message of its error has the word "canceled"
 * (n8n-core, `processSuccessExecution`). In British spelling it does not find it.
 */
const withoutStopWord = (message: string) => message.replaceAll('canceled', 'cancelled');

/** The error that stops the node. */
export function nodeError(
	context: IExecuteFunctions,
	failed: ItemFailure,
	besides: Besides = { purchased: [], failed: [], isHeldBack: false, notSubmitted: 0 },
): NodeApiError | NodeOperationError {
	const { message: words, description, httpCode } = explain(failed);
	const { recoverable, url, kind, isPart } =
		failed.error instanceof GenerationError ? failed.error.failure : {};
	const message = kind === 'cancelled' ? words : withoutStopWord(words);
	const isCollectable =
		recoverable === 'confirmed' ||
		(url !== undefined && kind !== undefined && FAILURES[kind].retryDownloads);
	const options = {
		message,
		description: [
			description,
			inWords(besides, { isCollectable, isPart: isPart === true && kind === 'contentRefused' }),
		]
			.filter((part) => part !== '')
			.join(' '),
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
export function failedItem(failed: ItemFailure): INodeExecutionData {
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

/**
 * What has failed, while the execution is paused for others. A field `error` would have n8n run the node again at once
 * ("Retry On Fail"), or move the item to another output.
 */
export function failedState(failed: ItemFailure): IDataObject {
	const { message, description, taskId } = explain(failed);
	return {
		...(failed.gateway === undefined ? {} : { gateway: failed.gateway.name }),
		...(taskId === undefined ? {} : { taskId }),
		isDone: true,
		errorMessage: message,
		errorDescription: description,
	};
}
