import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ItemResult } from '../execution/itemRun';
import { FIRST_RESUME, FINAL_CHECK_SECONDS, MAX_INTERVAL_SECONDS, INTERVAL_FRACTION_OF_AGE } from '../generation/defaults';
import { systemClock } from '../time/clock';
import { failedItem, failedState, nodeError, withPurchase, type ItemFailure, type PurchaseReference } from '../output/nodeError';
import { breakSelfLoop, resumeOrStartWait, type DurableWait, type States } from './state';
import { withCancellationLog } from '../ledger/cancellationLog';
import { openLedger, type PurchaseLedger } from '../ledger/purchaseLedger';
import type { Job } from '../execution/job';
import { MediaError, type Failure } from '../errors/failure';
import { itemsOf, prepareAll, runJobs, type Limits, type Prepare, type Work } from '../execution/runItems';

/**
 * Does the work of every item of the input, and holds nothing while the gateway is at work: what is not there yet is
 * bought and polled once, then n8n puts the execution aside and comes back. All items wait as one, since n8n keeps
 * nothing of an output before the last run of the node. When none is at work any more, or the time allowed is over,
 * all are collected.
 * @returns what is still running, and what is done; one of them is empty
 * @throws NodeApiError or NodeOperationError for the first failure, unless the node is to continue
 */
export async function runDurably(context: IExecuteFunctions, limits: Limits, prepare: Prepare): Promise<INodeExecutionData[][]> {
	const pausing = await open(context);
	if ('error' in pausing) return [[], pausing.error];
	const ledger = openLedger(context, pausing.firstRun);
	return await withCancellationLog(context, async (cancellationLog) => await goOn({ context, limits, ledger, cancellationLog }, pausing, prepare));
}

/** One run between two pauses. */
async function goOn(work: Work, pausing: DurableWait, prepare: Prepare): Promise<INodeExecutionData[][]> {
	const { context, ledger } = work;
	const prepared = await prepareAll(work, prepare, placesOf(pausing.states));
	const jobs = prepared.map((job) => ('error' in job ? withPurchase(job, taskIn(pausing.states, job.itemIndex)) : job));
	// Reading input images takes no time from the tasks.
	const { began = Date.now() } = pausing;
	const ageAtStart = Math.max(0, Date.now() - began);
	const start = systemClock.now();
	/** Milliseconds since the first run. The time of day tells it between two runs alone: it may be set while this one is at work. */
	const age = () => ageAtStart + systemClock.now() - start;
	const left = ({ output }: Job) => output.timeout - age() / 1000;

	// What has ended needs no poll any more; but a person who retries may ask for something else.
	const seen = new Map(pausing.began === undefined ? [] : [...pausing.states].filter(([, { isDone }]) => isDone === true));
	const looked = jobs.filter((job): job is Job => !('error' in job) && !seen.has(job.itemIndex));
	const statusChecks = looked.map((job) => ordered(ledger, job, left(job) > 0, { goal: 'statusIfReadable', timeLeft: Math.max(left(job), FINAL_CHECK_SECONDS) }));
	const places = await runJobs(work, statusChecks);
	if (places.flat().some((place) => 'failed' in place) && !context.continueOnFail()) {
		return [[], itemsOf(work, [...places, placesOf(seen)])];
	}
	looked.forEach((job, index) => remember(ledger, job, places[index]));
	for (const place of places.flat()) if ('item' in place) seen.set(place.itemIndex, place.item.json);

	const isDone = ({ itemIndex }: Job) => seen.get(itemIndex)?.isDone === true;
	const spoilt = context.continueOnFail() ? [] : looked.filter((job) => isDone(job) && seen.get(job.itemIndex)?.status !== 'succeeded');
	if (spoilt.length > 0) {
		// It stops the node, so it is told at once. The other tasks go on, and are named.
		const again = spoilt.map((job) => ({ ...job, timeLeft: FINAL_CHECK_SECONDS, output: { ...job.output, onTimeout: 'returnState' as const } }));
		const told = await runJobs(work, again);
		const failed = told.flat().filter((place): place is { failed: ItemFailure } => 'failed' in place);
		for (const { failed: { itemIndex } } of failed) seen.delete(itemIndex);
		if (failed.length > 0) return [[], itemsOf(work, [failed, placesOf(seen)])];
		// Now the gateway says otherwise.
		for (const place of told.flat()) if ('item' in place) seen.set(place.itemIndex, place.item.json);
	}
	const waiting = looked.filter((job) => seen.has(job.itemIndex) && !isDone(job) && left(job) > 0);
	if (waiting.length === 0) {
		const last = jobs.map((job) => ('error' in job ? job : ordered(ledger, job, false, isDone(job) ? {} : { timeLeft: FINAL_CHECK_SECONDS })));
		const done = await runJobs(work, last);
		if (done.flat().every((place) => 'item' in place)) pausing.end();
		return [[], itemsOf(work, done)];
	}
	ledger.close(true);
	const states = new Map([...pausing.states, ...seen]);
	await pausing.pause(nextCheckAt(waiting, left, age() / 1000), { began: Date.now() - age(), states });
	return [stillRunning(states, [...prepared.filter((job): job is ItemFailure => 'error' in job), ...places.flat().flatMap((place) => ('failed' in place ? [place.failed] : []))]), []];
}

/** What is known of the tasks, as output items in the order of the input. */
function placesOf(states: States): Array<{ itemIndex: number; item: INodeExecutionData }> {
	return [...states].sort(([one], [other]) => one - other).map(([itemIndex, json]) => ({ itemIndex, item: { json, pairedItem: { item: itemIndex } } }));
}

/** What is shown meanwhile: the tasks, and what has failed and has none. It may have been charged, and n8n would tell it at the end alone. */
function stillRunning(states: States, failed: readonly ItemFailure[]): INodeExecutionData[] {
	const failures = failed.filter(({ itemIndex }) => !states.has(itemIndex)).map((one) => [one.itemIndex, failedState(one)] as const);
	return placesOf(new Map([...states, ...failures])).map(({ item }) => item);
}

/** A slip in the form after a pause: the task goes on at the gateway. */
function taskIn(states: States, itemIndex: number): PurchaseReference {
	const { taskId, isDone, status } = states.get(itemIndex) ?? {};
	if (typeof taskId !== 'string') return {};
	return isDone === true && status !== 'succeeded' ? { taskId } : { taskId, collectable: 'paid' };
}

/** A job as it is now to be done; one whose order was not sent yet has failed, where it is too late for it. */
function ordered(ledger: PurchaseLedger, job: Job, mayOrder: boolean, change: Partial<Job>): Job | ItemFailure {
	const { itemIndex, gateway, start } = job;
	if ('taskId' in start) return { ...job, ...change };
	const bought = ledger.of(itemIndex, start.asked).recall();
	const hasFailed = bought !== undefined && 'failedTask' in bought;
	if (bought ? !hasFailed : mayOrder) return { ...job, ...change };
	// Each pause would bring another try, and so another order.
	const failure: Failure = hasFailed
		? { kind: 'taskFailed', says: bought.says ?? '', hint: 'it is not ordered again after a pause', taskId: bought.failedTask }
		: { kind: 'notSent', says: '' };
	return { itemIndex, gateway, error: new MediaError(failure) };
}

/**
 * Opens what the last pause has left. Where that cannot be, all items have failed: with "On Error: Continue" n8n would
 * hand the input to the first output, and so back to the node, without end.
 */
async function open(context: IExecuteFunctions): Promise<DurableWait | { error: INodeExecutionData[] }> {
	try {
		return resumeOrStartWait(context);
	} catch (error) {
		if (!context.continueOnFail()) throw nodeError(context, { itemIndex: 0, error });
		await breakSelfLoop(context);
		return { error: context.getInputData().map((_item, itemIndex) => failedItem({ itemIndex, error })) };
	}
}

/** What was refused is not ordered again after each pause. */
function remember(ledger: PurchaseLedger, { itemIndex, start }: Job, places: readonly ItemResult[] = []): void {
	const [place] = places;
	if ('taskId' in start || !place || !('failed' in place) || !(place.failed.error instanceof MediaError)) return;
	const entry = ledger.of(itemIndex, start.asked);
	if (!entry.isBought()) entry.remember({ failure: place.failed.error.failure });
}

/** The moment of the next poll: at the user's own pace, or the rarer the longer it takes; not after the time allowed. */
function nextCheckAt(waiting: readonly Job[], left: (job: Job) => number, age: number): Date {
	const pauses = waiting.map((job) => {
		const own = job.output.pollInterval;
		const pace = own > 0 ? own : Math.min(Math.max(FIRST_RESUME, age * INTERVAL_FRACTION_OF_AGE), MAX_INTERVAL_SECONDS);
		return Math.min(pace, left(job));
	});
	return new Date(Date.now() + Math.min(...pauses) * 1000);
}
