import type { IExecuteFunctions, INodeExecutionData, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { runJob, type Place, type Run } from './itemRun';
import { MOST_TRANSFERS } from '../generation/defaults';
import type { Gateway } from '../gateways/types';
import { failedItem, mayHaveCost, nodeError, withTrace, type Failed, type Trace } from '../output/nodeError';
import { Lanes, type Lane } from '../concurrency/adaptiveLimiter';
import { Lookout } from '../polling/scheduler';
import { pause } from '../time/sleep';
import { Slots } from '../concurrency/semaphore';
import { traceInLog, withStopLog, type StopLog } from '../ledger/cancellationLog';
import { openSubmissions, traceOf, type Submissions } from '../ledger/purchaseLedger';
import type { Job } from './job';
import { MediaError, type FailureKind } from '../errors/failure';
import { mayBeCharged } from '../errors/retryPolicy';
import { boughtBefore, leftBehind } from './purchaseTrace';
import { itemOf } from '../output/resultItem';

/** How much of a run may go on at the same time. */
export interface Limits {
	/** Items at work. */
	maxConcurrency: number;
	/** Orders on their way to the gateway; all that are at work when it is not given. */
	mostOrders?: number;
}

/** Reads and checks the form of one item; never throws. */
export type Prepare = (itemIndex: number, submissions: Submissions) => Promise<Job | Failed>;

/** One run of a node. */
export interface Work {
	context: IExecuteFunctions;
	limits: Limits;
	submissions: Submissions;
	stopLog: StopLog;
}

/**
 * Does the work of every item of the input.
 * All items are prepared before the first is sent, so that a slip in the last one costs nothing.
 * @param run the run under whose number purchases are kept, where that is an earlier one
 * @returns one output item a file or state, in input order; with "On Error: Continue" failed ones in their place
 * @throws NodeApiError or NodeOperationError for one failure else, naming what was made, and what else may be paid for
 */
export async function runAll(context: IExecuteFunctions, limits: Limits, prepare: Prepare, run?: number): Promise<INodeExecutionData[]> {
	return await withStopLog(context, async (stopLog) => {
		const work = { context, limits, stopLog, submissions: openSubmissions(context, run) };
		const jobs = await prepareAll(work, prepare);
		return itemsOf(work, await workOff(work, jobs));
	});
}

/**
 * Prepares all items.
 * @param made what earlier runs have made, for the message; else what earlier tries of this one have
 * @throws NodeApiError or NodeOperationError for a slip in one of them, unless the node is to continue
 */
export async function prepareAll(work: Work, prepare: Prepare, made: readonly Place[] = []): Promise<Array<Job | Failed>> {
	const { context, limits, submissions, stopLog } = work;
	const cancel = context.getExecutionCancelSignal();
	const itemIndexes = context.getInputData().map((_item, itemIndex) => itemIndex);
	for (const place of made) if ('item' in place) noteBought(stopLog, place, traceOfItem(place));
	for (const itemIndex of itemIndexes) noteBought(stopLog, { itemIndex }, traceOf(submissions.boughtFor(itemIndex)));
	const jobs = await new Lanes(Math.min(limits.maxConcurrency, MOST_TRANSFERS)).runAll(itemIndexes, async (itemIndex): Promise<Job | Failed> => {
		const job = cancel?.aborted ? { itemIndex, error: new MediaError({ kind: 'cancelled', says: '' }) } : await prepare(itemIndex, submissions);
		const trace = boughtBefore(submissions, job);
		noteBought(stopLog, job, trace);
		return 'error' in job ? withTrace(job, trace) : job;
	});
	if (jobs.some((job) => 'error' in job) && !context.continueOnFail()) {
		const known = new Set(made.map((place) => ('item' in place ? place.itemIndex : undefined)));
		const others = jobs.filter((job) => 'error' in job || !known.has(job.itemIndex));
		throw stopping(work, [...made, ...others.map((job) => ({ failed: 'error' in job ? job : leftBehind(submissions, job) }))]);
	}
	return jobs;
}

/** For n8n's log, should the execution be stopped. */
function noteBought(stopLog: StopLog, { itemIndex, gateway }: { itemIndex: number; gateway?: Gateway }, trace: Trace): void {
	const told = traceInLog(gateway, trace);
	if (told !== undefined) stopLog.note(itemIndex, told);
}

/**
 * Does the work of jobs; what came of each, in their order. Never throws.
 */
export async function workOff({ context, limits, submissions, stopLog }: Work, jobs: ReadonlyArray<Job | Failed>): Promise<Place[][]> {
	const { maxConcurrency, mostOrders } = limits;
	const goOn = context.continueOnFail();
	const cancel = context.getExecutionCancelSignal();
	const stopped = new AbortController();
	const lanes = new Lanes(maxConcurrency, mostOrders);
	const ended = cancel ? AbortSignal.any([cancel, stopped.signal]) : stopped.signal;
	const run = {
		context,
		lanes,
		downloads: new Slots(MOST_TRANSFERS),
		stopLog,
		submissions,
		lookout: new Lookout(),
		leave: stopped.signal,
	};
	return await lanes.runAll(jobs, async (job, lane): Promise<Place[]> => {
		if ('error' in job) return [{ failed: job }];
		// What is bought after a failure that stops the node would be thrown away.
		if (stopped.signal.aborted) return [{ failed: leftBehind(submissions, job) }];
		const made = await inTurn(run, job, lane, ended);
		// Nobody waits for what goes on: the message names it.
		if (!goOn && made.some((place) => 'failed' in place)) stopped.abort();
		return made;
	});
}

/**
 * The output items, when all has ended.
 * @throws NodeApiError or NodeOperationError for one failure, unless the node is to continue
 */
export function itemsOf(work: Work, places: readonly Place[][]): INodeExecutionData[] {
	const all = places.flat();
	const hasFailed = all.some((place) => 'failed' in place);
	if (hasFailed && !work.context.continueOnFail()) throw stopping(work, all);
	work.submissions.close(hasFailed);
	return all.map((place) => ('item' in place ? place.item : failedItem(place.failed)));
}

/** The error that stops the node: the most telling failure of all places, with what else there is to say. */
function stopping({ context, submissions }: Work, places: readonly Place[]): NodeApiError | NodeOperationError {
	const failed = places.flatMap((place) => ('failed' in place ? [place.failed] : []));
	const told = failed.reduce((best, one) => (rankOf(one) < rankOf(best) ? one : best));
	const others = places.filter((place) => !('failed' in place && place.failed === told));
	const found = others.map(whereItIs);
	const lost = others.flatMap((place, index) => ('failed' in place && found[index] === '' && !isUnsent(place) ? [place.failed] : []));
	// What cost nothing is told where it is what has to be put right, once.
	const [free] = mayHaveCost(told) ? lost.filter((one) => !mayHaveCost(one)) : [];
	return nodeError(context, told, {
		made: [...new Set(found)].filter((where) => where !== ''),
		failed: lost.filter((one) => one === free || mayHaveCost(one)),
		isHeldBack: submissions.close(true, failed.some((one) => !isLost(one) && kindOf(one) !== 'leftBehind')),
		unsent: others.filter(isUnsent).length,
	});
}

/**
 * Does the work of a job. One that the gateway refuses as one too many waits until another has ended, and then has
 * all its time before it, or, where the execution pauses, what is left of it.
 */
async function inTurn(run: Run, job: Job, lane: Lane, ended: AbortSignal): Promise<Place[]> {
	for (;;) {
		const places = await runJob(run, job, lane);
		if (places.some((place) => 'item' in place)) run.lanes.accepted();
		// A set that was refused in part has made the rest of it, and is not ordered again.
		if (!places.every(isRefused)) return places;
		if (await run.lanes.makeRoom(lane, ended)) continue;
		const milliseconds = run.lanes.nextPause();
		// It can be ordered after the pause of the execution.
		if (milliseconds === undefined) return job.until === 'glimpsed' ? [stateOf(job)] : places;
		await pause(milliseconds, ended);
	}
}

/** For a job that was not ordered yet. */
const stateOf = (job: Job): Place => ({
	itemIndex: job.itemIndex,
	item: itemOf({ job, facts: { status: 'queued' }, taskId: undefined, withoutKey: (words) => words }),
});

const isRefused = (place: Place) => isWithoutTask(place, 'rateLimited');

/** Whether nothing of an item was sent, or what was sent was refused, when another had failed. */
const isUnsent = (place: Place) => isWithoutTask(place, 'leftBehind');

function isWithoutTask(place: Place, kind: FailureKind): boolean {
	if (!('failed' in place) || !(place.failed.error instanceof MediaError)) return false;
	const { failure } = place.failed.error;
	return failure.kind === kind && failure.taskId === undefined && failure.link === undefined && !failure.wasSentBefore;
}

const kindOf = ({ error }: Failed) => (error instanceof MediaError ? error.failure.kind : undefined);

/** Whether nobody but the gateway's history can tell if it was charged. */
const isLost = ({ error }: Failed) => error instanceof MediaError && mayBeCharged(error.failure);

/**
 * How little a failure tells. A stopped execution is to be seen as that, whatever else went wrong. Then comes what may
 * have been charged and is found nowhere, and what may have cost something in any way; what was only left behind says
 * nothing of the reason.
 */
function rankOf(failed: Failed): number {
	const kind = kindOf(failed);
	if (kind === 'cancelled') return 0;
	if (isLost(failed)) return 1;
	if (kind === 'leftBehind') return 4;
	return mayHaveCost(failed) ? 2 : 3;
}

/** By what a file or a state of the output is found at the gateway. */
function traceOfItem({ item: { json } }: { item: INodeExecutionData }): Trace {
	const { url, taskId, isDone, status } = json;
	const isCollectable = isDone !== true || status === 'succeeded';
	return {
		...(typeof url === 'string' ? { link: url } : {}),
		...(typeof taskId === 'string' ? { taskId, ...(isCollectable ? { collectable: 'paid' } : {}) } : {}),
	};
}

/** Where a user finds what was paid for: its link and its task, else the name of the file. */
function whereItIs(place: Place): string {
	if ('item' in place) {
		const { url, taskId, fileName } = place.item.json;
		return whereFound(place.itemIndex, { link: url, taskId }, String(fileName ?? ''));
	}
	const { itemIndex, error, taskId } = place.failed;
	if (!(error instanceof MediaError)) return whereFound(itemIndex, { taskId });
	const { failure } = error;
	return whereFound(itemIndex, { link: failure.link, taskId: failure.collectable && failure.taskId });
}

function whereFound(itemIndex: number, { link, taskId }: { link?: unknown; taskId?: unknown }, otherwise = ''): string {
	const task = taskId === undefined ? '' : `task ${String(taskId)}`;
	const found = link === undefined ? task : String(link) + (task && ` (${task})`);
	const where = found || otherwise;
	return where === '' ? '' : `item ${itemIndex}: ${where}`;
}
