import type { INodeExecutionData } from 'n8n-workflow';
import { GenerationError } from '../errors/failure';
import { FAILURES, type FailureKind } from '../errors/policy';
import { isChargeUncertain } from '../errors/retryPolicy';
import type { ItemResult } from './itemResult';
import { mayHaveCost, type ItemFailure, type PurchaseReference } from './itemFailure';
import type { StopDetails } from './nodeError';

/** Whether the gateway has rejected an item as one too many, and nothing was created for it. */
export const isRateLimited = (result: ItemResult) => failedWithoutTask(result, 'rateLimited');

/** Whether nothing was sent for an item, or what was sent was rejected, when another had failed. */
const isUnsent = (result: ItemResult) => failedWithoutTask(result, 'leftBehind');

function failedWithoutTask(result: ItemResult, wanted: FailureKind): boolean {
	if (!('failed' in result) || !(result.failed.error instanceof GenerationError)) return false;
	const { kind, taskId, url, wasSentBefore } = result.failed.error.failure;
	return kind === wanted && taskId === undefined && url === undefined && !wasSentBefore;
}

/** The kind of a failure; undefined for what n8n itself has thrown. */
const kindOf = ({ error }: ItemFailure) =>
	error instanceof GenerationError ? error.failure.kind : undefined;

/** Whether only the gateway's history can tell if it was charged. */
const isUncertain = ({ error }: ItemFailure) =>
	error instanceof GenerationError && isChargeUncertain(error.failure);

/** The failure that the node's error is about, of all that a run has seen: the one with the most to tell. */
export function selectPrimaryFailure(failed: readonly ItemFailure[]): ItemFailure | undefined {
	return [...failed].sort((one, other) => rankOf(one) - rankOf(other))[0];
}

/**
 * The lower, the more a failure tells. Unless the policy sets the rank, what may have been charged and is found nowhere
 * comes before what may have cost something in another way.
 */
function rankOf(failed: ItemFailure): number {
	const kind = kindOf(failed);
	const shown = kind === undefined ? 'by cost' : FAILURES[kind].shown;
	if (shown === 'first') return 0;
	if (isUncertain(failed)) return 1;
	if (shown === 'last') return 4;
	return mayHaveCost(failed) ? 2 : 3;
}

/** Whether there is a failure for which a person may retry whatever became of the items that may have been charged. */
export const isRetriedForOthers = (failed: readonly ItemFailure[]) =>
	failed.some((one) => !isUncertain(one) && kindOf(one) !== 'leftBehind');

/** What the node's error tells of all results but its own. */
export function summarizeOthers(
	results: readonly ItemResult[],
	primary: ItemFailure,
): Omit<StopDetails, 'isHeldBack'> {
	const others = results.filter((result) => !('failed' in result && result.failed === primary));
	const locations = others.map(describeLocation);
	const lost = others.flatMap((result, index) =>
		'failed' in result && locations[index] === '' && !isUnsent(result) ? [result.failed] : [],
	);
	// What cost nothing is told where it is what has to be put right, once.
	const [free] = mayHaveCost(primary) ? lost.filter((one) => !mayHaveCost(one)) : [];
	return {
		purchased: [...new Set(locations)].filter((location) => location !== ''),
		failed: lost.filter((one) => one === free || mayHaveCost(one)),
		notSubmitted: others.filter(isUnsent).length,
	};
}

/** By what a file or a status of the output is found at the gateway. */
export function referenceToItem({ json }: INodeExecutionData): PurchaseReference {
	const { url, taskId, isDone, status } = json;
	const isRecoverable = isDone !== true || status === 'succeeded';
	return {
		...(typeof url === 'string' ? { url } : {}),
		...(typeof taskId === 'string'
			? { taskId, ...(isRecoverable ? { recoverable: 'confirmed' } : {}) }
			: {}),
	};
}

/**
 * Where a user finds what was charged: its URL and its task, or else the name of the file. Empty if there is
 * nothing.
 */
function describeLocation(result: ItemResult): string {
	if ('item' in result) {
		const { url, taskId, fileName } = result.item.json;
		const location = joinLocation(url, taskId) || String(fileName ?? '');
		return location && `item ${result.itemIndex}: ${location}`;
	}
	const { itemIndex, error, taskId } = result.failed;
	const { failure } = error instanceof GenerationError ? error : { failure: undefined };
	const location = failure
		? joinLocation(failure.url, failure.recoverable && failure.taskId)
		: joinLocation(undefined, taskId);
	return location && `item ${itemIndex}: ${location}`;
}

function joinLocation(url: unknown, taskId: unknown): string {
	const task = taskId === undefined ? '' : `task ${String(taskId)}`;
	return url === undefined ? task : String(url) + (task && ` (${task})`);
}
