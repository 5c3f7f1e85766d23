import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ItemResult } from '../execution/itemRun';
import {
	FIRST_RESUME,
	FINAL_CHECK_SECONDS,
	MAX_INTERVAL_SECONDS,
	INTERVAL_FRACTION_OF_AGE,
} from '../generation/defaults';
import { systemClock } from '../time/clock';
import {
	failedItem,
	failedState,
	nodeError,
	withPurchase,
	type ItemFailure,
	type PurchaseReference,
} from '../output/nodeError';
import { breakSelfLoop } from './preconditions';
import { resumeOrStartWait, type DurableWait } from './state';
import type { TaskStates } from './storedWait';
import { withCancellationLog } from '../ledger/cancellationLog';
import { openLedger, type PurchaseLedger } from '../ledger/purchaseLedger';
import type { Job } from '../execution/job';
import { GenerationError, type Failure } from '../errors/failure';
import {
	toItems,
	prepareAll,
	runJobs,
	type ConcurrencyLimits,
	type Prepare,
	type Work,
} from '../execution/runItems';

/**
 * Does the work of every item of the input, and holds nothing while the gateway is at work: what is not there yet is
 * bought and polled once, then n8n puts the execution aside and comes back. All items wait as one, since n8n keeps
 * nothing of an output before the last run of the node. When none is at work any more, or the time allowed is over,
 * all are collected.
 * @returns what is still running, and what is done; one of them is empty
 * @throws NodeApiError or NodeOperationError for the first failure, unless the node is to continue
 */
export async function runDurably(
	context: IExecuteFunctions,
	limits: ConcurrencyLimits,
	prepare: Prepare,
): Promise<INodeExecutionData[][]> {
	const wait = await open(context);
	if ('error' in wait) return [[], wait.error];
	const ledger = openLedger(context, wait.purchaseRunIndex);
	return await withCancellationLog(
		context,
		async (cancellationLog) =>
			await runUntilPause({ context, limits, ledger, cancellationLog }, wait, prepare),
	);
}

/** One run between two pauses. */
async function runUntilPause(
	work: Work,
	wait: DurableWait,
	prepare: Prepare,
): Promise<INodeExecutionData[][]> {
	const { context, ledger } = work;
	const prepared = await prepareAll(work, prepare, placesOf(wait.taskStates));
	const jobs = prepared.map((job) =>
		'error' in job ? withPurchase(job, taskIn(wait.taskStates, job.itemIndex)) : job,
	);
	// Reading input images takes no time from the tasks.
	const { startedAtMs = Date.now() } = wait;
	const ageAtStart = Math.max(0, Date.now() - startedAtMs);
	const start = systemClock.now();
	/** Milliseconds since the first run. The time of day tells it between two runs alone: it may be set while this one is at work. */
	const age = () => ageAtStart + systemClock.now() - start;
	const left = ({ output }: Job) => output.timeout - age() / 1000;

	// What has ended needs no poll any more; but a person who retries may ask for something else.
	const seen = new Map(
		wait.startedAtMs === undefined
			? []
			: [...wait.taskStates].filter(([, { isDone }]) => isDone === true),
	);
	const checked = jobs.filter((job): job is Job => !('error' in job) && !seen.has(job.itemIndex));
	const statusChecks = checked.map((job) =>
		unlessResubmission(ledger, job, left(job) > 0, {
			goal: 'statusIfReadable',
			timeLeftSeconds: Math.max(left(job), FINAL_CHECK_SECONDS),
		}),
	);
	const places = await runJobs(work, statusChecks);
	if (places.flat().some((place) => 'failed' in place) && !context.continueOnFail()) {
		return [[], toItems(work, [...places, placesOf(seen)])];
	}
	checked.forEach((job, index) => remember(ledger, job, places[index]));
	for (const place of places.flat())
		if ('item' in place) seen.set(place.itemIndex, place.item.json);

	const isDone = ({ itemIndex }: Job) => seen.get(itemIndex)?.isDone === true;
	const endedUnsuccessfully = context.continueOnFail()
		? []
		: checked.filter((job) => isDone(job) && seen.get(job.itemIndex)?.status !== 'succeeded');
	if (endedUnsuccessfully.length > 0) {
		// It stops the node, so it is told at once. The other tasks go on, and are named.
		const again = endedUnsuccessfully.map((job) => ({
			...job,
			timeLeftSeconds: FINAL_CHECK_SECONDS,
			output: { ...job.output, onTimeout: 'returnState' as const },
		}));
		const told = await runJobs(work, again);
		const failed = told
			.flat()
			.filter((place): place is { failed: ItemFailure } => 'failed' in place);
		for (const {
			failed: { itemIndex },
		} of failed)
			seen.delete(itemIndex);
		if (failed.length > 0) return [[], toItems(work, [failed, placesOf(seen)])];
		// Now the gateway says otherwise.
		for (const place of told.flat())
			if ('item' in place) seen.set(place.itemIndex, place.item.json);
	}
	const waiting = checked.filter((job) => seen.has(job.itemIndex) && !isDone(job) && left(job) > 0);
	if (waiting.length === 0) {
		const last = jobs.map((job) =>
			'error' in job
				? job
				: unlessResubmission(
						ledger,
						job,
						false,
						isDone(job) ? {} : { timeLeftSeconds: FINAL_CHECK_SECONDS },
					),
		);
		const done = await runJobs(work, last);
		if (done.flat().every((place) => 'item' in place)) wait.end();
		return [[], toItems(work, done)];
	}
	ledger.close(true);
	const states = new Map([...wait.taskStates, ...seen]);
	await wait.suspend(nextCheckAt(waiting, left, age() / 1000), {
		startedAtMs: Date.now() - age(),
		taskStates: states,
	});
	return [
		stillRunning(states, [
			...prepared.filter((job): job is ItemFailure => 'error' in job),
			...places.flat().flatMap((place) => ('failed' in place ? [place.failed] : [])),
		]),
		[],
	];
}

/** What is known of the tasks, as output items in the order of the input. */
function placesOf(states: TaskStates): Array<{ itemIndex: number; item: INodeExecutionData }> {
	return [...states]
		.sort(([one], [other]) => one - other)
		.map(([itemIndex, json]) => ({ itemIndex, item: { json, pairedItem: { item: itemIndex } } }));
}

/** What is shown meanwhile: the tasks, and what has failed and has none. It may have been charged, and n8n would tell it at the end alone. */
function stillRunning(states: TaskStates, failed: readonly ItemFailure[]): INodeExecutionData[] {
	const failures = failed
		.filter(({ itemIndex }) => !states.has(itemIndex))
		.map((one) => [one.itemIndex, failedState(one)] as const);
	return placesOf(new Map([...states, ...failures])).map(({ item }) => item);
}

/** A slip in the form after a pause: the task goes on at the gateway. */
function taskIn(states: TaskStates, itemIndex: number): PurchaseReference {
	const { taskId, isDone, status } = states.get(itemIndex) ?? {};
	if (typeof taskId !== 'string') return {};
	return isDone === true && status !== 'succeeded'
		? { taskId }
		: { taskId, recoverable: 'confirmed' };
}

/** A job as it is now to be done; one whose order was not sent yet has failed, where it is too late for it. */
function unlessResubmission(
	ledger: PurchaseLedger,
	job: Job,
	mayOrder: boolean,
	change: Partial<Job>,
): Job | ItemFailure {
	const { itemIndex, gateway, start } = job;
	if ('taskId' in start) return { ...job, ...change };
	const purchase = ledger.of(itemIndex, start.requestHash).find();
	const hasFailed = purchase !== undefined && 'failedTaskId' in purchase;
	if (purchase ? !hasFailed : mayOrder) return { ...job, ...change };
	// Each pause would bring another try, and so another order.
	const failure: Failure = hasFailed
		? {
				kind: 'taskFailed',
				message: purchase.message ?? '',
				detail: 'it is not ordered again after a pause',
				taskId: purchase.failedTaskId,
			}
		: { kind: 'notSent', message: '' };
	return { itemIndex, gateway, error: new GenerationError(failure) };
}

/**
 * Opens what the last pause has left. Where that cannot be, all items have failed: with "On Error: Continue" n8n would
 * hand the input to the first output, and so back to the node, without end.
 */
async function open(
	context: IExecuteFunctions,
): Promise<DurableWait | { error: INodeExecutionData[] }> {
	try {
		return resumeOrStartWait(context);
	} catch (error) {
		if (!context.continueOnFail()) throw nodeError(context, { itemIndex: 0, error });
		await breakSelfLoop(context);
		return {
			error: context.getInputData().map((_item, itemIndex) => failedItem({ itemIndex, error })),
		};
	}
}

/** What was refused is not ordered again after each pause. */
function remember(
	ledger: PurchaseLedger,
	{ itemIndex, start }: Job,
	places: readonly ItemResult[] = [],
): void {
	const [place] = places;
	if (
		'taskId' in start ||
		!place ||
		!('failed' in place) ||
		!(place.failed.error instanceof GenerationError)
	)
		return;
	const entry = ledger.of(itemIndex, start.requestHash);
	if (!entry.isSettled()) entry.record({ failure: place.failed.error.failure });
}

/** The moment of the next poll: at the user's own pace, or the rarer the longer it takes; not after the time allowed. */
function nextCheckAt(waiting: readonly Job[], left: (job: Job) => number, age: number): Date {
	const pauses = waiting.map((job) => {
		const own = job.output.pollInterval;
		const pace =
			own > 0
				? own
				: Math.min(Math.max(FIRST_RESUME, age * INTERVAL_FRACTION_OF_AGE), MAX_INTERVAL_SECONDS);
		return Math.min(pace, left(job));
	});
	return new Date(Date.now() + Math.min(...pauses) * 1000);
}
