import type { TaskListApi } from '../gateways/types';
import type { Clock } from '../time/clock';
import { startDeadline } from '../time/deadline';
import type { GatewaySession } from '../transport/session';
import { fetchTaskStatuses, type ListedStatuses } from './fetchTaskStatuses';
import { POLL_TIMEOUT_SECONDS } from './tuning';

/** A list of tasks that can be filtered by their IDs. */
export type FilteredTaskList = TaskListApi & Required<Pick<TaskListApi, 'idFilter'>>;

/** Requests the lists of one account, no faster than the gateway accepts it. */
export class TaskListClient {
	private nextMs = 0;

	constructor(
		private readonly session: Omit<GatewaySession, 'deadline'>,
		readonly list: FilteredTaskList,
		private readonly clock: Clock,
	) {}

	/** How long it takes until the gateway accepts the next request. */
	delayMs(): number {
		return Math.max(0, this.nextMs - this.clock.now());
	}

	/**
	 * Fetches the status of tasks from one list, as soon as the gateway accepts the request.
	 * @param signal ends it
	 */
	async fetch(
		filter: { taskIds: readonly string[]; serviceTier?: string },
		signal: AbortSignal,
	): Promise<ListedStatuses> {
		const delayMs = this.delayMs();
		// Whoever comes meanwhile is after this one.
		this.nextMs = this.clock.now() + delayMs + this.list.idFilter.minIntervalMs;
		if (delayMs > 0) await this.clock.sleep(delayMs, signal);
		const deadline = startDeadline(POLL_TIMEOUT_SECONDS, signal);
		try {
			return await fetchTaskStatuses({ ...this.session, deadline }, this.list, filter);
		} finally {
			deadline.close();
		}
	}
}
