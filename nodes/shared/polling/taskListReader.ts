import { isTerminal, type GenerationResult } from '../generation/result';
import { isReliable } from './fetchTaskStatuses';
import type { PollResult, StatusResult } from './pollTask';
import type { TaskListClient } from './taskListClient';
import { MAX_UNREADABLE_ROUNDS, ROUNDS_PER_CHECK } from './tuning';

/** Polls a task by itself. */
export type PollAlone = () => Promise<StatusResult>;

/** What the lists of all service tiers have shown. */
interface Listed {
	found: Map<string, GenerationResult>;
	/** Whether a list is of no use: it is refused, or not filtered by task ID. */
	isUseless: boolean;
	/** Present if a list could not be read, so that nothing is known of what was not found. */
	unreadable?: { retryAfter?: number };
}

/** Stands for the service tier of a task that is in no list. */
const NO_TIER = -1;

/**
 * Reads the status of tasks from the gateway's lists. No list ends a task without a file, as whatever it lacks is
 * polled by itself; and if lists turn out to be of no use, none is requested again.
 */
export class TaskListReader {
	private isOff = false;

	private rounds = 0;

	private unreadableRounds = 0;

	/** The service tier in whose list a task was found, by its position. */
	private readonly tiers = new Map<string, number>();

	constructor(private readonly client: Pick<TaskListClient, 'list' | 'delayMs' | 'fetch'>) {}

	/** Whether lists have turned out to be of no use. */
	isUseless(): boolean {
		return this.isOff;
	}

	/** How long it takes until the gateway accepts the next request. */
	delayMs(): number {
		return this.client.delayMs();
	}

	/**
	 * Reads the status of several tasks.
	 * @param polls how to poll each by itself
	 * @param signal ends the requests for lists
	 * @returns what is known; the others have to be polled by themselves
	 */
	async read(
		polls: ReadonlyMap<string, PollAlone>,
		signal: AbortSignal,
	): Promise<ReadonlyMap<string, PollResult>> {
		const taskIds = [...polls.keys()].filter((taskId) => this.tiers.get(taskId) !== NO_TIER);
		if (this.isOff || taskIds.length < 2) return new Map();
		const checked = await this.checkOldest(taskIds, polls);
		const { found, isUseless, unreadable } = await this.fetchAll(taskIds, signal);
		const missing = taskIds.filter((taskId) => !found.has(taskId));
		this.unreadableRounds = unreadable ? this.unreadableRounds + 1 : 0;
		this.isOff =
			isUseless ||
			isLagging(found, checked) ||
			(unreadable
				? this.unreadableRounds >= MAX_UNREADABLE_ROUNDS
				: missing.length * 2 >= taskIds.length);
		const areKnownToBeMissing = !this.isOff && !unreadable;
		if (areKnownToBeMissing) for (const taskId of missing) this.tiers.set(taskId, NO_TIER);
		const postponed = { isPostponed: true as const, ...unreadable };
		return new Map<string, PollResult>([
			...[...found].flatMap(([taskId, result]) =>
				isReliable(result) ? [[taskId, { result }] as const] : [],
			),
			// Polled all at once, they would be too many.
			...(areKnownToBeMissing ? [] : missing.map((taskId) => [taskId, postponed] as const)),
			...checked,
		]);
	}

	/** Now and then, one task is polled by itself before the list is requested, which then has to show the same. */
	private async checkOldest(
		taskIds: readonly string[],
		polls: ReadonlyMap<string, PollAlone>,
	): Promise<ReadonlyMap<string, StatusResult>> {
		const isDue = this.rounds % ROUNDS_PER_CHECK === 0;
		this.rounds += 1;
		const [oldest = ''] = taskIds;
		// If it fails, it is polled again like a task that is not in the list.
		const poll = isDue
			? await polls
					.get(oldest)?.()
					.catch(() => undefined)
			: undefined;
		return new Map(poll ? [[oldest, poll]] : []);
	}

	private async fetchAll(taskIds: readonly string[], signal: AbortSignal): Promise<Listed> {
		const { maxTaskIds, serviceTiers } = this.client.list;
		const tiers: ReadonlyArray<string | undefined> = serviceTiers ?? [undefined];
		const found = new Map<string, GenerationResult>();
		for (const [position, serviceTier] of tiers.entries()) {
			const tier = serviceTier === undefined ? {} : { serviceTier };
			const wanted = taskIds.filter(
				(taskId) => !found.has(taskId) && (this.tiers.get(taskId) ?? position) === position,
			);
			for (let start = 0; start < wanted.length; start += maxTaskIds) {
				const filter = { taskIds: wanted.slice(start, start + maxTaskIds), ...tier };
				const listed = await this.client.fetch(filter, signal);
				if ('found' in listed) {
					for (const taskId of filter.taskIds) {
						const result = listed.found.get(taskId);
						if (!result) continue;
						found.set(taskId, result);
						this.tiers.set(taskId, position);
					}
					if (listed.hasOthers) return { found, isUseless: true };
				} else if (position === 0) {
					// A gateway may not know the other tiers.
					const { isRefused, retryAfter } = listed;
					const unreadable = retryAfter === undefined ? {} : { retryAfter };
					return { found, isUseless: isRefused, unreadable };
				}
			}
		}
		return { found, isUseless: false };
	}
}

/** Whether the list shows a task in progress that has ended before. */
function isLagging(
	found: ReadonlyMap<string, GenerationResult>,
	checked: ReadonlyMap<string, StatusResult>,
): boolean {
	return [...checked].some(([taskId, poll]) => {
		const listed = found.get(taskId);
		const hasEnded = 'result' in poll && isTerminal(poll.result.metadata.status);
		return hasEnded && listed !== undefined && !isTerminal(listed.metadata.status);
	});
}
