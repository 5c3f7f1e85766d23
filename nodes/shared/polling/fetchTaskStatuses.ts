import { GenerationError } from '../errors/failure';
import { FAILURES } from '../errors/policy';
import { isRefusal } from '../gateways/httpStatus';
import type { TaskListApi } from '../gateways/types';
import { isTerminal, type GenerationResult } from '../generation/result';
import { MAX_LIST_BYTES, readApiResponse } from '../transport/body';
import { sendRequest } from '../transport/client';
import type { GatewaySession } from '../transport/session';

/** What the gateway's list tells of the tasks that were requested, or that it could not be read. */
export type ListedStatuses = (
	| {
			/** The tasks in the list, by their IDs. */
			found: ReadonlyMap<string, GenerationResult>;
			/** Whether it contains other tasks, so that the gateway does not filter by ID. */
			hasOthers: boolean;
	  }
	| {
			/** Whether the gateway refuses the request itself, so that the next one would be refused, too. */
			isRefused: boolean;
	  }
) & {
	/** How long the gateway asks to wait before the next request, in seconds. */
	retryAfter?: number;
};

/**
 * Requests the status of several tasks from the gateway's list of tasks, once. Why that fails is not told: a poll of
 * each task by itself reports what is wrong.
 * @param session its deadline is that of the request
 * @param filter at most as many task IDs as the list takes
 */
export async function fetchTaskStatuses(
	session: GatewaySession,
	list: TaskListApi,
	filter: { taskIds: readonly string[]; serviceTier?: string },
): Promise<ListedStatuses> {
	let courtesy: Pick<ListedStatuses, 'retryAfter'> = {};
	try {
		const response = await sendRequest(session, list.buildRequest(filter, 1));
		const { retryAfter } = response;
		if (retryAfter !== undefined) courtesy = { retryAfter };
		const answer = await readApiResponse(response, session.deadline, { maxBytes: MAX_LIST_BYTES });
		const failure = session.gateway.parseError(answer);
		if (failure) throw new GenerationError(failure);
		const { tasks } = list.parseResponse(answer.body);
		const wanted = new Set(filter.taskIds);
		const found = new Map(tasks.map((task) => [task.metadata.taskId ?? '', task]));
		const hasOthers = [...found.keys()].some((taskId) => !wanted.has(taskId));
		return { found, hasOthers, ...courtesy };
	} catch (error) {
		return { isRefused: isFinal(error), ...courtesy };
	}
}

/** Whether the error is about the request itself, rather than about this moment. */
function isFinal(error: unknown): boolean {
	if (!(error instanceof GenerationError)) throw error;
	const { kind, httpStatus = 0 } = error.failure;
	return FAILURES[kind].polling === 'fatal' || (isRefusal(httpStatus) && kind !== 'rateLimited');
}

/**
 * Whether the status in a list can be relied on as it stands. Not so for a task that has none, or that has ended
 * without a file: its own response tells more, and is the one to conclude that nothing will come of it.
 */
export const isReliable = ({ files, metadata }: GenerationResult): boolean =>
	isTerminal(metadata.status)
		? metadata.status === 'succeeded' && files.length > 0
		: metadata.gatewayStatus !== undefined;
