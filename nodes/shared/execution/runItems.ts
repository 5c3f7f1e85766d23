import type {
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';
import { AdaptiveConcurrencyLimiter, type Slot } from '../concurrency/adaptiveLimiter';
import { Semaphore } from '../concurrency/semaphore';
import { GenerationError } from '../errors/failure';
import { MAX_PARALLEL_TRANSFERS } from '../generation/defaults';
import type { GenerationResult } from '../generation/result';
import { describePurchase, withPurchaseLog, type PurchaseLog } from '../ledger/purchaseLog';
import { referenceTo } from '../ledger/purchase';
import { openLedger, type PurchaseLedger } from '../ledger/purchaseLedger';
import type { ItemResult } from '../output/itemResult';
import { withPurchase, type ItemFailure, type PurchaseReference } from '../output/itemFailure';
import { failedItem, nodeError } from '../output/nodeError';
import { toResultItem } from '../output/resultItem';
import {
	isRateLimited,
	isRetriedForOthers,
	referenceToItem,
	selectPrimaryFailure,
	summarizeOthers,
} from '../output/summary';
import { GOALS } from '../polling/goals';
import { PollScheduler } from '../polling/scheduler';
import { StatusBatches } from '../polling/statusBatch';
import { sleep } from '../time/sleep';
import type { RunContext } from './context';
import { runItem } from './itemRun';
import { toResultSource, type Job } from './job';
import { findEarlierPurchase, toAbandoned } from './earlierPurchase';

/** How much of a run may happen at the same time. */
export interface ConcurrencyLimits {
	/** Items that are processed. */
	maxConcurrency: number;
	/** Requests that the gateway has not answered yet; all of the above if absent. */
	maxInFlightSubmissions?: number;
}

/** Reads and checks the parameters of one item; never throws. */
export type Prepare = (itemIndex: number, ledger: PurchaseLedger) => Promise<Job | ItemFailure>;

/** One run of a node. */
export interface Work {
	context: IExecuteFunctions;
	limits: ConcurrencyLimits;
	ledger: PurchaseLedger;
	purchaseLog: PurchaseLog;
	statusBatches: StatusBatches;
	/** Is told how long a task has taken that has brought a result, if the gateway tells. */
	onTaskEnded?(modelId: string, seconds: number): void;
	/** What the jobs have read of tasks that have succeeded, if all their files have URLs, by item. */
	succeededTasks?: Map<number, GenerationResult>;
}

/**
 * Processes every item of the input. All are prepared before the first request is sent, so that an invalid value in
 * the last one costs nothing.
 * @param purchaseRunIndex the run under whose number purchases are kept, if that is an earlier one
 * @returns one output item for each file or status, in input order; with "On Error: Continue" failed ones in their
 * place
 * @throws NodeApiError or NodeOperationError for one failure otherwise, naming what was generated, and what else
 * may have been charged
 */
export async function runItems(
	context: IExecuteFunctions,
	limits: ConcurrencyLimits,
	prepare: Prepare,
	purchaseRunIndex?: number,
): Promise<INodeExecutionData[]> {
	return await withPurchaseLog(context, async (purchaseLog) => {
		const ledger = openLedger(context, purchaseRunIndex);
		const statusBatches = new StatusBatches();
		const work = { context, limits, purchaseLog, ledger, statusBatches };
		return toOutput(work, await runJobs(work, await prepareAll(work, prepare)));
	});
}

/**
 * Prepares all items.
 * @param earlier what earlier runs have brought, for the message; what earlier tries of this run have bought is
 * known anyway
 * @throws NodeApiError or NodeOperationError if one of them is invalid, unless the node is to continue
 */
export async function prepareAll(
	work: Work,
	prepare: Prepare,
	earlier: ReadonlyArray<{ itemIndex: number; item: INodeExecutionData }> = [],
): Promise<Array<Job | ItemFailure>> {
	const { context, limits, ledger } = work;
	const cancel = context.getExecutionCancelSignal();
	const itemIndexes = context.getInputData().map((_item, itemIndex) => itemIndex);
	for (const { itemIndex, item } of earlier)
		setLogEntry(work, { itemIndex }, referenceToItem(item));
	for (const itemIndex of itemIndexes) {
		setLogEntry(work, { itemIndex }, referenceTo(ledger.findFor(itemIndex)));
	}
	const limiter = new AdaptiveConcurrencyLimiter(
		Math.min(limits.maxConcurrency, MAX_PARALLEL_TRANSFERS),
	);
	const jobs = await limiter.map(itemIndexes, async (itemIndex): Promise<Job | ItemFailure> => {
		const job = cancel?.aborted
			? { itemIndex, error: new GenerationError({ kind: 'cancelled', message: '' }) }
			: await prepare(itemIndex, ledger);
		const reference = findEarlierPurchase(ledger, job);
		setLogEntry(work, job, reference);
		return 'error' in job ? withPurchase(job, reference) : job;
	});
	if (jobs.some((job) => 'error' in job) && !context.continueOnFail()) {
		const known = new Set(earlier.map(({ itemIndex }) => itemIndex));
		const others = jobs.filter((job) => 'error' in job || !known.has(job.itemIndex));
		throw toNodeError(work, [
			...earlier,
			...others.map((job) => ({ failed: 'error' in job ? job : toAbandoned(ledger, job) })),
		]);
	}
	return jobs;
}

/** For n8n's log, in case the execution is stopped. */
function setLogEntry(
	{ purchaseLog }: Work,
	{ itemIndex, gateway }: Pick<ItemFailure, 'itemIndex' | 'gateway'>,
	reference: PurchaseReference,
): void {
	const entry = describePurchase(gateway, reference);
	if (entry !== undefined) purchaseLog.set(itemIndex, entry);
}

/** Runs the jobs, and returns what came of each, in their order. Never throws. */
export async function runJobs(
	work: Work,
	jobs: ReadonlyArray<Job | ItemFailure>,
): Promise<ItemResult[][]> {
	const { context, limits, ledger } = work;
	const continues = context.continueOnFail();
	const cancel = context.getExecutionCancelSignal();
	const failing = new AbortController();
	const nodeFailed = failing.signal;
	const limiter = new AdaptiveConcurrencyLimiter(
		limits.maxConcurrency,
		limits.maxInFlightSubmissions,
	);
	const ended = cancel ? AbortSignal.any([cancel, nodeFailed]) : nodeFailed;
	const downloads = new Semaphore(MAX_PARALLEL_TRANSFERS);
	const scheduler = new PollScheduler();
	const run = { ...work, limiter, downloads, scheduler, nodeFailed };
	return await limiter.map(jobs, async (job, slot): Promise<ItemResult[]> => {
		if ('error' in job) return [{ failed: job }];
		// What is bought after a failure that stops the node would be thrown away.
		if (nodeFailed.aborted) return [{ failed: toAbandoned(ledger, job) }];
		const results = await runWithBackpressure(run, job, slot, ended);
		// Nothing waits for what is still running: the message names it.
		if (!continues && results.some((result) => 'failed' in result)) failing.abort();
		return results;
	});
}

/**
 * The output of the node, when all jobs have ended.
 * @throws NodeApiError or NodeOperationError for one failure, unless the node is to continue
 */
export function toOutput(work: Work, results: readonly ItemResult[][]): INodeExecutionData[] {
	const all = results.flat();
	const hasFailed = all.some((result) => 'failed' in result);
	if (hasFailed && !work.context.continueOnFail()) throw toNodeError(work, all);
	work.ledger.close(hasFailed);
	return all.map((result) => ('item' in result ? result.item : failedItem(result.failed)));
}

/** The error that stops the node: the failure with the most to tell, and what there is to tell of all others. */
function toNodeError(
	{ context, ledger }: Work,
	results: readonly ItemResult[],
): NodeApiError | NodeOperationError {
	const failed = results.flatMap((result) => ('failed' in result ? [result.failed] : []));
	const primary = selectPrimaryFailure(failed) ?? { itemIndex: 0, error: undefined };
	return nodeError(context, primary, {
		...summarizeOthers(results, primary),
		isHeldBack: ledger.close(true, isRetriedForOthers(failed)),
	});
}

/**
 * Runs a job. One that the gateway rejects as one too many waits until another has ended, and then has its whole
 * timeout again or, if the execution pauses, what is left of it.
 */
async function runWithBackpressure(
	run: RunContext,
	job: Job,
	slot: Slot,
	ended: AbortSignal,
): Promise<ItemResult[]> {
	for (;;) {
		const results = await runItem(run, job, slot);
		if (results.some((result) => 'item' in result)) run.limiter.onSuccess();
		// A set that was rejected in part has generated the rest of it, and is not requested again.
		if (!results.every(isRateLimited)) return results;
		if (await run.limiter.waitForFreeSlot(slot, ended)) continue;
		const delayMs = run.limiter.nextRateLimitDelayMs();
		if (delayMs === undefined) {
			// It can be submitted after the pause of the execution.
			return GOALS[job.goal].onUnreadable === 'assumeRunning' ? [toQueued(job)] : results;
		}
		await sleep(delayMs, ended);
	}
}

/** The output of a job that was not submitted yet. */
const toQueued = (job: Job): ItemResult => ({
	itemIndex: job.itemIndex,
	item: toResultItem({
		source: toResultSource(job),
		metadata: { status: 'queued' },
		taskId: undefined,
		redact: (text) => text,
	}),
});
