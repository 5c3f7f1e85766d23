import { Semaphore } from '../concurrency/semaphore';
import type { TaskApi } from '../gateways/types';
import { systemClock, type Clock } from '../time/clock';
import { withTimeout, type Deadline } from '../time/deadline';
import { unlessAborted } from '../time/unlessAborted';
import type { GatewaySession } from '../transport/session';
import type { PollResult } from './pollTask';
import { TaskListClient } from './taskListClient';
import { TaskListReader, type PollAlone } from './taskListReader';
import { BATCH_WINDOW_MS, FEW_POLLS, MAX_PARALLEL_POLLS, MAX_WAIT_OF_FEW_MS } from './tuning';

type Results = ReadonlyMap<string, PollResult>;

/** Polls that begin at about the same time, and share their requests. */
interface Round {
	/** How to poll each task by itself. */
	polls: Map<string, PollAlone>;
	/** How many polls still wait for the list. */
	waiting: number;
	/** Aborted when none does any longer. */
	abandoned: AbortController;
	/** What is known of the tasks. Those that are not in it have to be polled by themselves. */
	results: Promise<Results>;
}

/** The polls of the tasks that a run waits for in one account, which are sent together where that is of use. */
export class StatusBatch {
	private next: Round | undefined;

	private readonly alone = new Semaphore(MAX_PARALLEL_POLLS);

	constructor(
		private readonly reader: TaskListReader,
		readonly minIntervalMs: number,
		private readonly clock: Clock,
		private readonly fewPolls: number,
	) {}

	/** Whether polls share requests. */
	isActive(): boolean {
		return !this.reader.isUseless();
	}

	/**
	 * Polls a task, together with others if there are any.
	 * @param pollAlone polls it by itself
	 * @param deadline of the task; half of the time left is kept for a poll of the task by itself
	 * @returns its status, or `isPostponed` if it has to be polled again at its next turn
	 * @throws what `pollAlone` throws
	 */
	async poll(taskId: string, pollAlone: PollAlone, deadline: Deadline): Promise<PollResult> {
		if (!this.isActive() || deadline.signal.aborted) return await pollAlone();
		const round = (this.next ??= this.openRound());
		round.polls.set(taskId, pollAlone);
		const results = await waitForRound(round, deadline);
		return results?.get(taskId) ?? (await this.alone.run(pollAlone, deadline.signal));
	}

	private openRound(): Round {
		const polls = new Map<string, PollAlone>();
		const abandoned = new AbortController();
		const results = this.readRound(polls, abandoned.signal);
		return { polls, waiting: 0, abandoned, results };
	}

	private async readRound(
		polls: ReadonlyMap<string, PollAlone>,
		signal: AbortSignal,
	): Promise<Results> {
		await this.clock.sleep(BATCH_WINDOW_MS, signal);
		const delayMs = this.reader.delayMs();
		const isWorthIt = polls.size > (delayMs > MAX_WAIT_OF_FEW_MS ? this.fewPolls : 1);
		// Whoever polls until the gateway accepts the next list comes along.
		if (isWorthIt && delayMs > 0) await this.clock.sleep(delayMs, signal);
		this.next = undefined;
		return isWorthIt ? await this.reader.read(polls, signal) : new Map();
	}
}

/** The batches of one run, one for each account. */
export class StatusBatches {
	private readonly batches = new Map<string, StatusBatch>();

	/** @param fewPolls with no more polls than this, a list is not waited for */
	constructor(
		private readonly clock: Clock = systemClock,
		private readonly fewPolls = FEW_POLLS,
	) {}

	/** Returns the batch of an account; undefined if its gateway does not list tasks by their IDs. */
	batchOf(
		{ context, gateway, credentials }: GatewaySession,
		{ list }: TaskApi,
	): StatusBatch | undefined {
		if (!list?.idFilter) return undefined;
		const { baseUrl, resolved } = credentials;
		const account = JSON.stringify([gateway.name, baseUrl, resolved.apiKey]);
		const known = this.batches.get(account);
		if (known) return known;
		const { idFilter } = list;
		const client = new TaskListClient(
			{ context, gateway, credentials },
			{ ...list, idFilter },
			this.clock,
		);
		const reader = new TaskListReader(client);
		const batch = new StatusBatch(reader, idFilter.minIntervalMs, this.clock, this.fewPolls);
		this.batches.set(account, batch);
		return batch;
	}
}

/** Waits for what a round tells, for half of the time left. The round ends when nobody waits for it any longer. */
async function waitForRound(round: Round, deadline: Deadline): Promise<Results | undefined> {
	const wait = withTimeout(deadline, deadline.remainingMs() / 2000);
	round.waiting += 1;
	try {
		return await unlessAborted(round.results, wait.signal);
	} finally {
		wait.close();
		round.waiting -= 1;
		if (round.waiting === 0) round.abandoned.abort();
	}
}
