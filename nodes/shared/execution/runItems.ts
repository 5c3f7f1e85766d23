import type {
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';
import { runItem, type ItemResult, type RunContext } from './itemRun';
import { MAX_PARALLEL_TRANSFERS } from '../generation/defaults';
import type { Gateway } from '../gateways/types';
import {
	failedItem,
	mayHaveCost,
	nodeError,
	withPurchase,
	type ItemFailure,
	type PurchaseReference,
} from '../output/nodeError';
import { AdaptiveConcurrencyLimiter, type Slot } from '../concurrency/adaptiveLimiter';
import { GOALS } from '../polling/goals';
import { PollScheduler } from '../polling/scheduler';
import { sleep } from '../time/sleep';
import { Semaphore } from '../concurrency/semaphore';
import { traceInLog, withCancellationLog, type CancellationLog } from '../ledger/cancellationLog';
import { referenceTo } from '../ledger/purchase';
import { openLedger, type PurchaseLedger } from '../ledger/purchaseLedger';
import { toResultSource, type Job } from './job';
import { GenerationError, type FailureKind } from '../errors/failure';
import { mayBeCharged } from '../errors/retryPolicy';
import { findEarlierPurchase, toAbandoned } from './purchaseTrace';
import { toResultItem } from '../output/resultItem';

/** How much of a run may go on at the same time. */
export interface ConcurrencyLimits {
	/** Items at work. */
	maxConcurrency: number;
	/** Orders on their way to the gateway; all that are at work when it is not given. */
	maxInFlightSubmissions?: number;
}

/** Reads and checks the form of one item; never throws. */
export type Prepare = (itemIndex: number, ledger: PurchaseLedger) => Promise<Job | ItemFailure>;

/** One run of a node. */
export interface Work {
	context: IExecuteFunctions;
	limits: ConcurrencyLimits;
	ledger: PurchaseLedger;
	cancellationLog: CancellationLog;
}

/**
 * Does the work of every item of the input.
 * All items are prepared before the first is sent, so that a slip in the last one costs nothing.
 * @param run the run under whose number purchases are kept, where that is an earlier one
 * @returns one output item a file or state, in input order; with "On Error: Continue" failed ones in their place
 * @throws NodeApiError or NodeOperationError for one failure else, naming what was made, and what else may be paid for
 */
export async function runItems(
	context: IExecuteFunctions,
	limits: ConcurrencyLimits,
	prepare: Prepare,
	run?: number,
): Promise<INodeExecutionData[]> {
	return await withCancellationLog(context, async (cancellationLog) => {
		const work = { context, limits, cancellationLog, ledger: openLedger(context, run) };
		const jobs = await prepareAll(work, prepare);
		return toItems(work, await runJobs(work, jobs));
	});
}

/**
 * Prepares all items.
 * @param made what earlier runs have made, for the message; else what earlier tries of this one have
 * @throws NodeApiError or NodeOperationError for a slip in one of them, unless the node is to continue
 */
export async function prepareAll(
	work: Work,
	prepare: Prepare,
	made: readonly ItemResult[] = [],
): Promise<Array<Job | ItemFailure>> {
	const { context, limits, ledger, cancellationLog } = work;
	const cancel = context.getExecutionCancelSignal();
	const itemIndexes = context.getInputData().map((_item, itemIndex) => itemIndex);
	for (const place of made)
		if ('item' in place) noteBought(cancellationLog, place, traceOfItem(place));
	for (const itemIndex of itemIndexes)
		noteBought(cancellationLog, { itemIndex }, referenceTo(ledger.findFor(itemIndex)));
	const jobs = await new AdaptiveConcurrencyLimiter(
		Math.min(limits.maxConcurrency, MAX_PARALLEL_TRANSFERS),
	).map(itemIndexes, async (itemIndex): Promise<Job | ItemFailure> => {
		const job = cancel?.aborted
			? { itemIndex, error: new GenerationError({ kind: 'cancelled', message: '' }) }
			: await prepare(itemIndex, ledger);
		const trace = findEarlierPurchase(ledger, job);
		noteBought(cancellationLog, job, trace);
		return 'error' in job ? withPurchase(job, trace) : job;
	});
	if (jobs.some((job) => 'error' in job) && !context.continueOnFail()) {
		const known = new Set(made.map((place) => ('item' in place ? place.itemIndex : undefined)));
		const others = jobs.filter((job) => 'error' in job || !known.has(job.itemIndex));
		throw stopping(work, [
			...made,
			...others.map((job) => ({ failed: 'error' in job ? job : toAbandoned(ledger, job) })),
		]);
	}
	return jobs;
}

/** For n8n's log, should the execution be stopped. */
function noteBought(
	cancellationLog: CancellationLog,
	{ itemIndex, gateway }: { itemIndex: number; gateway?: Gateway },
	trace: PurchaseReference,
): void {
	const told = traceInLog(gateway, trace);
	if (told !== undefined) cancellationLog.set(itemIndex, told);
}

/**
 * Does the work of jobs; what came of each, in their order. Never throws.
 */
export async function runJobs(
	{ context, limits, ledger, cancellationLog }: Work,
	jobs: ReadonlyArray<Job | ItemFailure>,
): Promise<ItemResult[][]> {
	const { maxConcurrency, maxInFlightSubmissions } = limits;
	const goOn = context.continueOnFail();
	const cancel = context.getExecutionCancelSignal();
	const stopped = new AbortController();
	const limiter = new AdaptiveConcurrencyLimiter(maxConcurrency, maxInFlightSubmissions);
	const ended = cancel ? AbortSignal.any([cancel, stopped.signal]) : stopped.signal;
	const run = {
		context,
		limiter,
		downloads: new Semaphore(MAX_PARALLEL_TRANSFERS),
		cancellationLog,
		ledger,
		scheduler: new PollScheduler(),
		nodeFailed: stopped.signal,
	};
	return await limiter.map(jobs, async (job, slot): Promise<ItemResult[]> => {
		if ('error' in job) return [{ failed: job }];
		// What is bought after a failure that stops the node would be thrown away.
		if (stopped.signal.aborted) return [{ failed: toAbandoned(ledger, job) }];
		const made = await runWithBackpressure(run, job, slot, ended);
		// Nobody waits for what goes on: the message names it.
		if (!goOn && made.some((place) => 'failed' in place)) stopped.abort();
		return made;
	});
}

/**
 * The output items, when all has ended.
 * @throws NodeApiError or NodeOperationError for one failure, unless the node is to continue
 */
export function toItems(work: Work, places: readonly ItemResult[][]): INodeExecutionData[] {
	const all = places.flat();
	const hasFailed = all.some((place) => 'failed' in place);
	if (hasFailed && !work.context.continueOnFail()) throw stopping(work, all);
	work.ledger.close(hasFailed);
	return all.map((place) => ('item' in place ? place.item : failedItem(place.failed)));
}

/** The error that stops the node: the most telling failure of all places, with what else there is to say. */
function stopping(
	{ context, ledger }: Work,
	places: readonly ItemResult[],
): NodeApiError | NodeOperationError {
	const failed = places.flatMap((place) => ('failed' in place ? [place.failed] : []));
	const told = failed.reduce((best, one) => (rankOf(one) < rankOf(best) ? one : best));
	const others = places.filter((place) => !('failed' in place && place.failed === told));
	const found = others.map(describeLocation);
	const lost = others.flatMap((place, index) =>
		'failed' in place && found[index] === '' && !isUnsent(place) ? [place.failed] : [],
	);
	// What cost nothing is told where it is what has to be put right, once.
	const [free] = mayHaveCost(told) ? lost.filter((one) => !mayHaveCost(one)) : [];
	return nodeError(context, told, {
		purchased: [...new Set(found)].filter((where) => where !== ''),
		failed: lost.filter((one) => one === free || mayHaveCost(one)),
		isHeldBack: ledger.close(
			true,
			failed.some((one) => !isLost(one) && kindOf(one) !== 'leftBehind'),
		),
		notSubmitted: others.filter(isUnsent).length,
	});
}

/**
 * Does the work of a job. One that the gateway refuses as one too many waits until another has ended, and then has
 * all its time before it, or, where the execution pauses, what is left of it.
 */
async function runWithBackpressure(
	run: RunContext,
	job: Job,
	slot: Slot,
	ended: AbortSignal,
): Promise<ItemResult[]> {
	for (;;) {
		const places = await runItem(run, job, slot);
		if (places.some((place) => 'item' in place)) run.limiter.onSuccess();
		// A set that was refused in part has made the rest of it, and is not ordered again.
		if (!places.every(isRefused)) return places;
		if (await run.limiter.waitForFreeSlot(slot, ended)) continue;
		const milliseconds = run.limiter.nextRateLimitDelayMs();
		// It can be ordered after the pause of the execution.
		if (milliseconds === undefined)
			return GOALS[job.goal].onUnreadable === 'assumeRunning' ? [toQueuedItem(job)] : places;
		await sleep(milliseconds, ended);
	}
}

/** For a job that was not ordered yet. */
const toQueuedItem = (job: Job): ItemResult => ({
	itemIndex: job.itemIndex,
	item: toResultItem({
		source: toResultSource(job),
		metadata: { status: 'queued' },
		taskId: undefined,
		redact: (words) => words,
	}),
});

const isRefused = (place: ItemResult) => isWithoutTask(place, 'rateLimited');

/** Whether nothing of an item was sent, or what was sent was refused, when another had failed. */
const isUnsent = (place: ItemResult) => isWithoutTask(place, 'leftBehind');

function isWithoutTask(place: ItemResult, kind: FailureKind): boolean {
	if (!('failed' in place) || !(place.failed.error instanceof GenerationError)) return false;
	const { failure } = place.failed.error;
	return (
		failure.kind === kind &&
		failure.taskId === undefined &&
		failure.url === undefined &&
		!failure.wasSentBefore
	);
}

const kindOf = ({ error }: ItemFailure) =>
	error instanceof GenerationError ? error.failure.kind : undefined;

/** Whether nobody but the gateway's history can tell if it was charged. */
const isLost = ({ error }: ItemFailure) =>
	error instanceof GenerationError && mayBeCharged(error.failure);

/**
 * How little a failure tells. A stopped execution is to be seen as that, whatever else went wrong. Then comes what may
 * have been charged and is found nowhere, and what may have cost something in any way; what was only left behind says
 * nothing of the reason.
 */
function rankOf(failed: ItemFailure): number {
	const kind = kindOf(failed);
	if (kind === 'cancelled') return 0;
	if (isLost(failed)) return 1;
	if (kind === 'leftBehind') return 4;
	return mayHaveCost(failed) ? 2 : 3;
}

/** By what a file or a state of the output is found at the gateway. */
function traceOfItem({ item: { json } }: { item: INodeExecutionData }): PurchaseReference {
	const { url, taskId, isDone, status } = json;
	const isCollectable = isDone !== true || status === 'succeeded';
	return {
		...(typeof url === 'string' ? { url } : {}),
		...(typeof taskId === 'string'
			? { taskId, ...(isCollectable ? { recoverable: 'confirmed' } : {}) }
			: {}),
	};
}

/** Where a user finds what was paid for: its link and its task, else the name of the file. */
function describeLocation(place: ItemResult): string {
	if ('item' in place) {
		const { url, taskId, fileName } = place.item.json;
		return whereFound(place.itemIndex, { link: url, taskId }, String(fileName ?? ''));
	}
	const { itemIndex, error, taskId } = place.failed;
	if (!(error instanceof GenerationError)) return whereFound(itemIndex, { taskId });
	const { failure } = error;
	return whereFound(itemIndex, {
		link: failure.url,
		taskId: failure.recoverable && failure.taskId,
	});
}

function whereFound(
	itemIndex: number,
	{ link: url, taskId }: { link?: unknown; taskId?: unknown },
	otherwise = '',
): string {
	const task = taskId === undefined ? '' : `task ${String(taskId)}`;
	const found = url === undefined ? task : String(url) + (task && ` (${task})`);
	const where = found || otherwise;
	return where === '' ? '' : `item ${itemIndex}: ${where}`;
}
