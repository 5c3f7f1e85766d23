import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import { GenerationError, oneLine } from '../errors/failure';
import { FAILURES } from '../errors/policy';
import { isChargeUncertain } from '../errors/retryPolicy';
import { describeFailure } from '../errors/messages';
import { SENT_BEFORE, type ItemFailure } from './itemFailure';

/** A failure as n8n shows it. */
interface Explanation {
	message: string;
	description: string;
	code?: string;
	httpCode?: string;
	taskId?: string;
}

function explain({ itemIndex, error, gateway, taskId, wasSentBefore }: ItemFailure): Explanation {
	if (error instanceof GenerationError) {
		const { failure } = error;
		return {
			...describeFailure(failure, { gateway: gateway?.displayName ?? 'The gateway', itemIndex }),
			code: failure.code ?? (failure.kind === 'modelUnknown' ? 'modelNotAvailable' : failure.kind),
			...(failure.httpStatus === undefined ? {} : { httpCode: String(failure.httpStatus) }),
			...(failure.taskId === undefined ? {} : { taskId: failure.taskId }),
		};
	}
	// A message of n8n itself, e.g. for a binary field or a credential that does not exist.
	const own = error instanceof Error ? oneLine(error.message) : 'something unexpected happened';
	const text = wasSentBefore ? `${own} (${SENT_BEFORE})` : own;
	const description =
		error instanceof NodeOperationError && error.description ? oneLine(error.description) : '';
	const item = text.includes(`[item ${itemIndex}]`) ? '' : ` [item ${itemIndex}]`;
	if (taskId === undefined) return { message: text + item, description };
	return {
		message: `${text} [task ${taskId}]${item}`,
		description: `${description} Task ID: ${taskId}`.trim(),
		taskId,
	};
}

/** What else a node that stops has to tell. */
export interface StopDetails {
	/** Where to find what was generated and charged. */
	purchased: readonly string[];
	/** What else has failed, and left nothing that could be found there. */
	failed: readonly ItemFailure[];
	/** Whether a retry does not send again what may have been charged. */
	isHeldBack: boolean;
	/** The number of items for which nothing was sent. */
	notSubmitted: number;
}

/** What else has failed; the same message stands once for all its items. */
function describeOthers(failed: readonly ItemFailure[]): string {
	const items = new Map<string, Set<number>>();
	for (const one of failed) {
		const { error, itemIndex } = one;
		const event = explain(one).message.replace(` [item ${itemIndex}]`, '');
		const isUncertain =
			error instanceof GenerationError &&
			isChargeUncertain(error.failure) &&
			!error.failure.wasSentBefore;
		const message = isUncertain
			? `${event}, which may have been charged: look at the history there`
			: event;
		items.set(message, (items.get(message) ?? new Set()).add(itemIndex));
	}
	const messages = [...items].map(
		([message, of]) => `${of.size === 1 ? 'item' : 'items'} ${[...of].join(', ')}: ${message}`,
	);
	return messages.length === 0 ? '' : `Also failed: ${messages.join('; ')}.`;
}

function describeDetails(
	{ purchased, failed, isHeldBack, notSubmitted }: StopDetails,
	{ isRecoverable, isPart }: { isRecoverable: boolean; isPart: boolean },
): string {
	return [
		// A link ends at a space.
		purchased.length === 0 ? '' : `Also made or on its way: ${purchased.join(' , ')} .`,
		describeOthers(failed),
		purchased.length === 0 && !isRecoverable
			? ''
			: 'Retrying this execution (Executions → Retry) takes up what was bought, if the same is asked for; a new run pays for all again.',
		isPart
			? 'The rest of the set comes out where "On Error" of this node is set to continue: set that, save, and choose Retry with currently saved workflow; what was bought is not ordered again.'
			: '',
		isHeldBack
			? 'Since another item has failed, too, a Retry does not send again what may have been charged; one after that does.'
			: '',
		notSubmitted === 0
			? ''
			: `${notSubmitted} ${notSubmitted === 1 ? 'item was' : 'items were'} not sent.`,
	]
		.filter((sentence) => sentence !== '')
		.join(' ');
}

/**
 * n8n takes an execution for stopped, and not for failed, if the message of its error contains the word "canceled"
 * (n8n-core, `processSuccessExecution`). The British spelling does not count.
 */
const withoutStopWord = (message: string) => message.replaceAll('canceled', 'cancelled');

/** The error that stops the node. */
export function nodeError(
	context: IExecuteFunctions,
	failed: ItemFailure,
	details: StopDetails = { purchased: [], failed: [], isHeldBack: false, notSubmitted: 0 },
): NodeApiError | NodeOperationError {
	const explanation = explain(failed);
	const { recoverable, url, kind, isPart } =
		failed.error instanceof GenerationError ? failed.error.failure : {};
	const { description, httpCode } = explanation;
	const message = kind === 'cancelled' ? explanation.message : withoutStopWord(explanation.message);
	const isRecoverable =
		recoverable === 'confirmed' ||
		(url !== undefined && kind !== undefined && FAILURES[kind].urlIsRecoverable);
	const options = {
		message,
		description: [
			description,
			describeDetails(details, {
				isRecoverable,
				isPart: isPart === true && kind === 'contentRefused',
			}),
		]
			.filter((part) => part !== '')
			.join(' '),
		itemIndex: failed.itemIndex,
	};
	const error =
		httpCode === undefined
			? new NodeOperationError(context.getNode(), message, options)
			: new NodeApiError(context.getNode(), {}, { ...options, httpCode });
	// n8n replaces a message that contains a network error code by its own, and some of these recommend sending the
	// request again.
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
 * What has failed, while the execution is paused for other items. Because of a field `error` n8n would run the node
 * again immediately ("Retry On Fail"), or move the item to another output.
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
