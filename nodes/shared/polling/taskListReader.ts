import { isTerminal, type GenerationResult } from '../generation/result';
import { sleep } from '../time/sleep';
import { isReliable } from './fetchTaskStatuses';
import type { PollResult, StatusResult } from './pollTask';
import type { TaskListClient } from './taskListClient';
import { MAX_CHECK_MS, MAX_UNREADABLE_ROUNDS, ROUNDS_PER_CHECK } from './tuning';

/** Polls a task by itself. */
export type PollAlone = () => Promise<StatusResult>;

/** What the lists of all service tiers have shown. */
interface Listed {
	found: Map<string, GenerationResult>;
	/** Whether a list is of no use: it is refused, or not filtered by task ID. */
	isUseless: boolean;
	/** Whether a list could not be read, so that nothing is known of what was not found. */
	isIncomplete: boolean;
	/** How long the gateway asks to wait before the next request, in seconds. */
	retryAfter?: number | undefined;
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
		const isCheckDue = this.rounds % ROUNDS_PER_CHECK === 0;
		const taskIds = [...polls.keys()].filter(
			(taskId) => isCheckDue || this.tiers.get(taskId) !== NO_TIER,
		);
		if (this.isOff || taskIds.length < 2) return new Map();
		const checked: ReadonlyMap<string, StatusResult> = isCheckDue
			? await this.pollOne(taskIds, polls)
			: new Map();
		this.rounds += 1;
		const listed = deferralOf(checked) ?? (await this.fetchAll(taskIds, signal));
		// Nobody waits for it any longer, which tells nothing about the list.
		if (signal.aborted) return new Map();
		return new Map<string, PollResult>([...this.judge(taskIds, listed, checked), ...checked]);
	}

	/** One after another, tasks are polled by themselves before the list is requested, which then has to show the same. */
	private async pollOne(
		taskIds: readonly string[],
		polls: ReadonlyMap<string, PollAlone>,
	): Promise<ReadonlyMap<string, StatusResult>> {
		const taskId = taskIds[(this.rounds / ROUNDS_PER_CHECK) % taskIds.length] ?? '';
		const ended = new AbortController();
		// What fails, or takes too long, is left to the list and to the next poll.
		const poll = await Promise.race([
			polls
				.get(taskId)?.()
				.catch(() => undefined),
			sleep(MAX_CHECK_MS, ended.signal).then(() => undefined),
		]);
		ended.abort();
		return new Map(poll ? [[taskId, poll]] : []);
	}

	private async fetchAll(taskIds: readonly string[], signal: AbortSignal): Promise<Listed> {
		const {
			idFilter: { maxTaskIds },
			serviceTiers,
		} = this.client.list;
		const tiers: ReadonlyArray<string | undefined> = serviceTiers ?? [undefined];
		const listed: Listed = { found: new Map(), isUseless: false, isIncomplete: false };
		for (const [position, serviceTier] of tiers.entries()) {
			const tier = serviceTier === undefined ? {} : { serviceTier };
			const wanted = taskIds.filter(
				(taskId) => !listed.found.has(taskId) && this.mayBeIn(position, taskId),
			);
			for (let start = 0; start < wanted.length; start += maxTaskIds) {
				const filter = { taskIds: wanted.slice(start, start + maxTaskIds), ...tier };
				const page = await this.client.fetch(filter, signal);
				listed.retryAfter = page.retryAfter ?? listed.retryAfter;
				if ('found' in page) {
					this.addPage(listed, filter.taskIds, page.found, position);
					if (page.hasOthers) return { ...listed, isUseless: true };
					continue;
				}
				// A gateway may not know the other tiers.
				if (position > 0 && page.isRefused) break;
				return { ...listed, isUseless: page.isRefused, isIncomplete: true };
			}
		}
		return listed;
	}

	/** Whether a task may be in the list of a tier: it was found there, or in none yet. */
	private mayBeIn(position: number, taskId: string): boolean {
		const known = this.tiers.get(taskId) ?? NO_TIER;
		return known === NO_TIER || known === position;
	}

	private addPage(
		{ found }: Listed,
		taskIds: readonly string[],
		page: ReadonlyMap<string, GenerationResult>,
		position: number,
	): void {
		for (const taskId of taskIds) {
			const result = page.get(taskId);
			if (!result) continue;
			found.set(taskId, result);
			this.tiers.set(taskId, position);
		}
	}

	/** Decides whether lists are of use, and what is known of the tasks. */
	private judge(
		taskIds: readonly string[],
		{ found, isUseless, isIncomplete, retryAfter }: Listed,
		checked: ReadonlyMap<string, StatusResult>,
	): Map<string, PollResult> {
		const missing = taskIds.filter((taskId) => !found.has(taskId));
		this.unreadableRounds = isIncomplete ? this.unreadableRounds + 1 : 0;
		this.isOff ||=
			isUseless ||
			isLagging(found, checked) ||
			(isIncomplete
				? this.unreadableRounds >= MAX_UNREADABLE_ROUNDS
				: missing.length * 2 >= taskIds.length);
		const delay = retryAfter === undefined ? {} : { retryAfter };
		const results = new Map<string, PollResult>();
		for (const [taskId, result] of found)
			if (isReliable(result)) results.set(taskId, { result, ...delay });
		for (const taskId of missing) {
			// So many are not polled all at once.
			if (this.isOff || isIncomplete) results.set(taskId, { isPostponed: true, ...delay });
			else this.tiers.set(taskId, NO_TIER);
		}
		return results;
	}
}

/** A gateway that has just refused a poll, and asks to wait, is not sent another request. */
function deferralOf(checked: ReadonlyMap<string, StatusResult>): Listed | undefined {
	const refused = [...checked.values()].find(
		(poll) => 'error' in poll && poll.retryAfter !== undefined,
	);
	return (
		refused && {
			found: new Map(),
			isUseless: false,
			isIncomplete: true,
			retryAfter: refused.retryAfter,
		}
	);
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
