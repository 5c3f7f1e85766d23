import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { GenerationError, type Failure } from '../errors/failure';
import type { Job } from '../execution/job';
import type { GenerationResult } from '../generation/result';
import {
	prepareAll,
	runJobs,
	toOutput,
	type ConcurrencyLimits,
	type Prepare,
	type Work,
} from '../execution/runItems';
import { withPurchaseLog } from '../ledger/purchaseLog';
import { openLedger, type PurchaseLedger } from '../ledger/purchaseLedger';
import type { ItemResult } from '../output/itemResult';
import { withPurchase, type ItemFailure } from '../output/itemFailure';
import { failedItem, nodeError } from '../output/nodeError';
import { StatusBatches } from '../polling/statusBatch';
import { systemClock } from '../time/clock';
import { checkAgain } from './checkAgain';
import { breakSelfLoop } from './preconditions';
import { hintAtTimer, isToldWhereToCall } from './resumeUrl';
import { FINAL_CHECK_SECONDS, startTiming } from './timing';
import { resumeOrStartWait, type DurableWait } from './state';
import type { TaskStates } from './storedWait';
import { openTaskDurations, type TaskDurations } from './taskDurations';
import {
	addResults,
	hasFailed,
	isDone,
	referenceTo,
	toResults,
	toStillRunning,
} from './taskStates';

/**
 * Processes every item of the input without holding anything while the gateway works: each task is submitted and polled
 * once, then n8n suspends the execution and comes back. All items wait together, since n8n keeps nothing of an output
 * before the last run of the node. When no task is running any more, or the timeout has expired, all are collected.
 * @param pause whether the gateway is to end the pause by a call
 * @returns what is still running, and what is done; one of them is empty
 * @throws NodeApiError or NodeOperationError for one failure, unless the node is to continue
 */
export async function runDurably(
	context: IExecuteFunctions,
	limits: ConcurrencyLimits,
	prepare: Prepare,
	pause: { isCalled: boolean },
): Promise<INodeExecutionData[][]> {
	const wait = await openWait(context);
	if ('failed' in wait) return [[], wait.failed];
	const ledger = openLedger(context, wait.purchaseRunIndex);
	return await withPurchaseLog(context, async (purchaseLog) => {
		// Nobody minds a second here, so that even two polls share a list.
		const statusBatches = new StatusBatches(systemClock, 1);
		const durations = openTaskDurations(context);
		const succeededTasks = new Map<number, GenerationResult>();
		const work = { context, limits, ledger, purchaseLog, statusBatches, succeededTasks };
		return await runUntilPause({ ...work, durations, pause }, wait, prepare);
	});
}

/**
 * Opens what the last pause has left. If that is not possible, all items have failed: with "On Error: Continue" n8n
 * would hand the input to the first output, and so back to the node, endlessly.
 */
async function openWait(
	context: IExecuteFunctions,
): Promise<DurableWait | { failed: INodeExecutionData[] }> {
	try {
		return resumeOrStartWait(context);
	} catch (error) {
		if (!context.continueOnFail()) throw nodeError(context, { itemIndex: 0, error });
		await breakSelfLoop(context);
		const items = context.getInputData();
		return { failed: items.map((_item, itemIndex) => failedItem({ itemIndex, error })) };
	}
}

/** One run between two pauses. */
async function runUntilPause(
	work: Work & { durations: TaskDurations; pause: { isCalled: boolean } },
	wait: DurableWait,
	prepare: Prepare,
): Promise<INodeExecutionData[][]> {
	const { context, ledger } = work;
	const prepared = await prepareAll(work, prepare, toResults(wait.taskStates));
	const jobs = prepared.map((job) =>
		'error' in job ? withPurchase(job, referenceTo(wait.taskStates, job.itemIndex)) : job,
	);
	// Reading input images takes no time from the tasks.
	const timing = startTiming(wait.startedAtMs);
	const ended = endedStates(wait);
	const open = jobs.filter((job): job is Job => !('error' in job) && !ended.has(job.itemIndex));
	const isCalled = wait.expectsCalls || open.some(isToldWhereToCall);
	if (work.pause.isCalled && !isCalled) hintAtTimer(context);
	const check = async (some: readonly Job[]) =>
		await runJobs(
			// A run counts each task once: not again when its files are collected.
			{ ...work, onTaskEnded: work.durations.add },
			some.map((job) => {
				const secondsLeft = timing.secondsLeft(job);
				const timeLeftSeconds = Math.max(secondsLeft, FINAL_CHECK_SECONDS);
				const check = { ...job, goal: 'statusIfReadable' as const, timeLeftSeconds };
				return secondsLeft > 0 ? unlessFailedBefore(ledger, check) : unlessUnsent(ledger, check);
			}),
		);
	const first = await check(open);
	const checks = wait.isCalled
		? await checkAgain(open, first, check, context.getExecutionCancelSignal())
		: first;
	if (checks.flat().some((result) => 'failed' in result) && !context.continueOnFail()) {
		return [[], toOutput(work, [...checks, toResults(ended)])];
	}
	open.forEach((job, index) => recordFailure(ledger, job, checks[index]));
	const { failed, states } = await confirmFailures(work, open, addResults(ended, checks.flat()));
	if (failed.length > 0) return [[], toOutput(work, [failed, toResults(states)])];

	const waiting = open.filter(
		(job) =>
			states.has(job.itemIndex) && !isDone(states, job.itemIndex) && timing.secondsLeft(job) > 0,
	);
	if (waiting.length === 0) return [[], await collectAll(work, wait, jobs, states)];
	ledger.close(true);
	const taskStates = new Map([...wait.taskStates, ...states]);
	const startedAtMs = timing.startedAtMs();
	const nextCheckAt = timing.nextCheckAt(waiting, isCalled ? undefined : work.durations);
	const dueAtMs = isCalled ? { dueAtMs: nextCheckAt.getTime() } : {};
	await wait.suspend(nextCheckAt, { startedAtMs, taskStates, ...dueAtMs });
	const unprepared = prepared.filter((job): job is ItemFailure => 'error' in job);
	return [toStillRunning(taskStates, [...unprepared, ...failuresOf(checks.flat())]), []];
}

/** The tasks that need no poll any more. A person who retries may want something else: then all are polled again. */
function endedStates({ startedAtMs, taskStates }: DurableWait): TaskStates {
	const states = startedAtMs === undefined ? [] : [...taskStates];
	return new Map(states.filter(([itemIndex]) => isDone(taskStates, itemIndex)));
}

/**
 * A task that ended without a result stops the node, so it is reported immediately. The other tasks keep running,
 * and are named.
 * @returns what has failed, with the states of all others as they were; if nothing has, all states as they are now
 */
async function confirmFailures(
	work: Work,
	open: readonly Job[],
	states: TaskStates,
): Promise<{ failed: ItemResult[]; states: TaskStates }> {
	const failing = work.context.continueOnFail()
		? []
		: open.filter(({ itemIndex }) => hasFailed(states, itemIndex));
	if (failing.length === 0) return { failed: [], states };
	const confirmations = await runJobs(
		work,
		failing.map((job) => ({
			...job,
			timeLeftSeconds: FINAL_CHECK_SECONDS,
			output: { ...job.output, onTimeout: 'returnState' as const },
		})),
	);
	const results = confirmations.flat();
	const failed = results.filter((result) => 'failed' in result);
	const failedItems = new Set(failuresOf(failed).map(({ itemIndex }) => itemIndex));
	const others = new Map([...states].filter(([itemIndex]) => !failedItems.has(itemIndex)));
	// The status may have changed in the meantime.
	return { failed, states: failed.length > 0 ? others : addResults(others, results) };
}

/** When nothing is running any more, or no time is left: the files of all that succeeded, and the failures. */
async function collectAll(
	work: Work,
	wait: DurableWait,
	jobs: ReadonlyArray<Job | ItemFailure>,
	states: TaskStates,
): Promise<INodeExecutionData[]> {
	const results = await runJobs(
		work,
		jobs.map((job) => {
			if ('error' in job) return job;
			const timeLeft = isDone(states, job.itemIndex)
				? {}
				: { timeLeftSeconds: FINAL_CHECK_SECONDS };
			return unlessUnsent(work.ledger, { ...job, ...timeLeft });
		}),
	);
	if (failuresOf(results.flat()).length === 0) wait.end();
	return toOutput(work, results);
}

const failuresOf = (results: readonly ItemResult[]): ItemFailure[] =>
	results.flatMap((result) => ('failed' in result ? [result.failed] : []));

/** A task that failed may be created once more by a retry, but not after a pause: each would bring another one. */
function unlessFailedBefore(ledger: PurchaseLedger, job: Job): Job | ItemFailure {
	const { itemIndex, start } = job;
	const purchase = 'taskId' in start ? undefined : ledger.of(itemIndex, start.requestHash).find();
	if (!purchase || !('failedTaskId' in purchase)) return job;
	return toFailure(job, {
		kind: 'taskFailed',
		message: purchase.message ?? '',
		detail: 'it is not ordered again after a pause',
		taskId: purchase.failedTaskId,
	});
}

/** A request that was not sent yet has failed if it is too late for it. */
function unlessUnsent(ledger: PurchaseLedger, job: Job): Job | ItemFailure {
	const { itemIndex, start } = job;
	if ('taskId' in start || ledger.of(itemIndex, start.requestHash).find()) {
		return unlessFailedBefore(ledger, job);
	}
	return toFailure(job, { kind: 'notSent', message: '' });
}

const toFailure = ({ itemIndex, gateway }: Job, failure: Failure): ItemFailure => ({
	itemIndex,
	gateway,
	error: new GenerationError(failure),
});

/** What was rejected is not sent again after each pause. */
function recordFailure(
	ledger: PurchaseLedger,
	{ itemIndex, start }: Job,
	[result]: readonly ItemResult[] = [],
): void {
	if ('taskId' in start || !result || !('failed' in result)) return;
	const { error } = result.failed;
	if (!(error instanceof GenerationError)) return;
	const entry = ledger.of(itemIndex, start.requestHash);
	if (!entry.isSettled()) entry.record({ failure: error.failure });
}
