import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { runJob, type Place, type Run } from './course';
import { MOST_TRANSFERS } from './defaults';
import { failedItem, nodeError, withTrace, type Failed } from './io/errors';
import { Lanes, type Lane } from './io/lanes';
import { Lookout } from './io/lookout';
import { pause } from './io/pause';
import { firstRunOf } from './io/pausing';
import { Slots } from './io/slots';
import { filesInLog, openStopLog, taskInLog } from './io/stopLog';
import { openSubmissions, type Submissions } from './io/submissions';
import type { Job } from './job';
import { LEFT_BEHIND, MediaError, type FailureKind } from './media/failure';
import { boughtBefore } from './memory';
import { itemOf } from './output';

/** How much of a run may go on at the same time. */
export interface Limits {
	/** Items at work. */
	maxConcurrency: number;
	/** Orders on their way to the gateway; all that are at work when it is not given. */
	mostOrders?: number;
}

/** Reads and checks the form of one item; never throws. */
export type Prepare = (itemIndex: number, submissions: Submissions) => Promise<Job | Failed>;

/**
 * Does the work of every item of the input.
 * All items are prepared before the first is sent, so that a slip in the last one costs nothing.
 * @returns one output item a file or state, in input order; with "On Error: Continue" failed ones in their place
 * @throws NodeApiError or NodeOperationError for the first failure else, naming what was made
 */
export async function runAll(context: IExecuteFunctions, limits: Limits, prepare: Prepare): Promise<INodeExecutionData[]> {
	const submissions = openSubmissions(context, firstRunOf(context));
	const jobs = await prepareAll(context, limits, submissions, prepare);
	return itemsOf(context, submissions, await workOff(context, limits, submissions, jobs));
}

/**
 * Prepares all items.
 * @param made where to find what earlier runs have bought, for the message; else what earlier tries of this one have
 * @throws NodeApiError or NodeOperationError for a slip in one of them, unless the node is to continue
 */
export async function prepareAll(
	context: IExecuteFunctions,
	{ maxConcurrency }: Limits,
	submissions: Submissions,
	prepare: Prepare,
	made: readonly string[] = [],
): Promise<Array<Job | Failed>> {
	const cancel = context.getExecutionCancelSignal();
	const itemIndexes = context.getInputData().map((_item, itemIndex) => itemIndex);
	const jobs = await new Lanes(Math.min(maxConcurrency, MOST_TRANSFERS)).runAll(itemIndexes, async (itemIndex): Promise<Job | Failed> => {
		const job = cancel?.aborted ? { itemIndex, error: new MediaError({ kind: 'cancelled', says: '' }) } : await prepare(itemIndex, submissions);
		return 'error' in job ? withTrace(job, boughtBefore(submissions, job)) : job;
	});
	const slip = mostTelling(jobs.filter((job): job is Failed => 'error' in job));
	if (slip && !context.continueOnFail()) {
		// What an earlier run has bought is still needed.
		submissions.close(true);
		const before = jobs.filter((job) => job !== slip).map((job) => whereItIs({ failed: leftBehind(submissions, job) }));
		throw nodeError(context, slip, { made: made.length > 0 ? made : before.filter((where) => where !== ''), unsent: 0 });
	}
	return jobs;
}

/** An item that has no turn any more, with what was bought for it before. */
function leftBehind(submissions: Submissions, job: Job | Failed): Failed {
	const { itemIndex, gateway } = job;
	return withTrace({ itemIndex, ...(gateway ? { gateway } : {}), error: new MediaError(LEFT_BEHIND) }, boughtBefore(submissions, job));
}

/**
 * Does the work of jobs; what came of each, in their order. Never throws.
 * @param all those besides, too, for which an earlier run may have bought something: a Stop names it
 */
export async function workOff(
	context: IExecuteFunctions,
	{ maxConcurrency, mostOrders }: Limits,
	submissions: Submissions,
	jobs: ReadonlyArray<Job | Failed>,
	all = jobs,
): Promise<Place[][]> {
	const goOn = context.continueOnFail();
	const cancel = context.getExecutionCancelSignal();
	const stopLog = openStopLog(context);
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
	for (const job of all) {
		const { taskId, link, collectable } = boughtBefore(submissions, job);
		if (!job.gateway) continue;
		if (taskId !== undefined && collectable) stopLog.note(job.itemIndex, taskInLog(job.gateway, taskId));
		else if (link !== undefined) stopLog.note(job.itemIndex, filesInLog(job.gateway, link));
	}
	const places = await lanes.runAll(jobs, async (job, lane): Promise<Place[]> => {
		if ('error' in job) return [{ failed: job }];
		// What is bought after a failure that stops the node would be thrown away.
		if (stopped.signal.aborted) return [{ failed: leftBehind(submissions, job) }];
		const made = await inTurn(run, job, lane, ended);
		// Nobody waits for what goes on: the message names it.
		if (!goOn && made.some((place) => 'failed' in place)) stopped.abort();
		return made;
	});
	stopLog.close();
	return places;
}

/**
 * The output items, when all has ended.
 * @throws NodeApiError or NodeOperationError for the first failure, unless the node is to continue
 */
export function itemsOf(context: IExecuteFunctions, submissions: Submissions, places: readonly Place[][]): INodeExecutionData[] {
	const all = places.flat();
	const failed = all.flatMap((place) => ('failed' in place ? [place.failed] : []));
	submissions.close(failed.length > 0);
	const stopper = mostTelling(failed);
	if (stopper && !context.continueOnFail()) {
		const others = all.filter((place) => !('failed' in place && place.failed === stopper));
		const unsent = others.filter(isUnsent).length;
		throw nodeError(context, stopper, { made: others.map(whereItIs).filter((place) => place !== ''), unsent });
	}
	return all.map((place) => ('item' in place ? place.item : failedItem(place.failed)));
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
	return failure.kind === kind && failure.taskId === undefined && failure.link === undefined;
}

const kindOf = ({ error }: Failed) => (error instanceof MediaError ? error.failure.kind : undefined);

/**
 * The failure that stops the node: a stopped execution is to be seen as that, whatever else went wrong, and
 * what was only left behind says nothing of the reason.
 */
function mostTelling(failed: readonly Failed[]): Failed | undefined {
	return (
		failed.find((one) => kindOf(one) === 'cancelled') ?? failed.find((one) => kindOf(one) !== 'leftBehind') ?? failed[0]
	);
}

/** Where a user finds what was paid for: its link and its task, else the name of the file. */
export function whereItIs(place: Place): string {
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
