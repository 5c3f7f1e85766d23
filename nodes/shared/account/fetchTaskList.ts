import type { Failure } from '../errors/failure';
import { toFailure } from '../errors/retryPolicy';
import type { TaskFilter, TaskListApi } from '../gateways/types';
import type { GenerationResult } from '../generation/result';
import { MAX_LIST_BYTES } from '../transport/body';
import type { GatewaySession } from '../transport/session';
import { callGateway } from './callGateway';

/** The tasks that a gateway lists. */
export interface TaskList {
	/** By their IDs. */
	found: ReadonlyMap<string, GenerationResult>;
	/** Whether the gateway has more of them than were wanted. */
	hasMore: boolean;
	/** Why the rest could not be read. */
	failure?: Failure;
}

/**
 * Fetches a list page by page, whatever number of tasks the gateway puts on one. Never throws.
 * @param maxTasks no further page is fetched once so many tasks are found
 */
export async function fetchTaskList(
	session: GatewaySession,
	list: TaskListApi,
	filter: TaskFilter,
	maxTasks: number,
): Promise<TaskList> {
	const listed = new Set<string>();
	const found = new Map<string, GenerationResult>();
	let unreadable = 0;
	try {
		for (let page = 1; found.size < maxTasks; page++) {
			const { tasks, entries, total } = await callGateway(session, {
				request: list.buildRequest(filter, page),
				parse: (body) => list.parseResponse(body),
				failureKind: 'tasksNotSeen',
				maxBytes: MAX_LIST_BYTES,
			});
			const listedBefore = listed.size;
			for (const task of tasks) {
				const { taskId = '' } = task.metadata;
				listed.add(taskId);
				if (list.matches(task, filter)) found.set(taskId, task);
			}
			unreadable += entries - tasks.length;
			const isComplete = total !== undefined && listed.size + unreadable >= total;
			if (isComplete || entries === 0) return { found, hasMore: false };
			if (listed.size > listedBefore) continue;
			// The same page again: if the gateway does not state how many tasks there are, that is the end.
			if (total === undefined) return { found, hasMore: false };
			return {
				found,
				hasMore: false,
				failure: {
					kind: 'tasksNotSeen',
					message: `the gateway lists ${listed.size} of ${total} tasks, and the same ones on each page`,
				},
			};
		}
		return { found, hasMore: true };
	} catch (error) {
		return { found, hasMore: true, failure: toFailure(error) };
	}
}
