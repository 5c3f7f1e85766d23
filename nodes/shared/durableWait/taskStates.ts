import type { INodeExecutionData } from 'n8n-workflow';
import type { ItemResult } from '../output/itemResult';
import type { ItemFailure, PurchaseReference } from '../output/itemFailure';
import { failedState } from '../output/nodeError';
import type { TaskStates } from './storedWait';

/** What is known of the tasks, as results in the order of the input. */
export function toResults(
	states: TaskStates,
): Array<{ itemIndex: number; item: INodeExecutionData }> {
	return [...states]
		.sort(([one], [other]) => one - other)
		.map(([itemIndex, json]) => ({ itemIndex, item: { json, pairedItem: { item: itemIndex } } }));
}

/** The states with those of new results. */
export function addResults(states: TaskStates, results: readonly ItemResult[]): TaskStates {
	const added = results.flatMap((result) =>
		'item' in result ? [[result.itemIndex, result.item.json] as const] : [],
	);
	return new Map([...states, ...added]);
}

export const isDone = (states: TaskStates, itemIndex: number) =>
	states.get(itemIndex)?.isDone === true;

/** Whether a task has ended without a result. */
export const hasFailed = (states: TaskStates, itemIndex: number) =>
	isDone(states, itemIndex) && states.get(itemIndex)?.status !== 'succeeded';

/** By what a task is found whose parameters have become invalid after a pause: it keeps running at the gateway. */
export function referenceTo(states: TaskStates, itemIndex: number): PurchaseReference {
	const taskId = states.get(itemIndex)?.taskId;
	if (typeof taskId !== 'string') return {};
	return hasFailed(states, itemIndex) ? { taskId } : { taskId, recoverable: 'confirmed' };
}

/**
 * What is shown during a pause: the tasks, and what has failed without one. That may have been charged, and n8n would
 * not tell it before the end.
 */
export function toStillRunning(
	states: TaskStates,
	failed: readonly ItemFailure[],
): INodeExecutionData[] {
	const failures = failed
		.filter(({ itemIndex }) => !states.has(itemIndex))
		.map((failure) => [failure.itemIndex, failedState(failure)] as const);
	return toResults(new Map([...states, ...failures])).map(({ item }) => item);
}
