import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Place } from './course';
import { FIRST_RESUME, LAST_GLIMPSE, LONGEST_PAUSE, PAUSE_BY_AGE } from './defaults';
import { failedItem, nodeError } from './io/errors';
import { openPausing, type Pausing } from './io/pausing';
import { openSubmissions, type Submissions } from './io/submissions';
import type { Job } from './job';
import { MediaError } from './media/failure';
import { itemsOf, prepareAll, workOff, type Limits, type Prepare } from './run';

/**
 * Does the work of every item of the input, and holds nothing while the gateway is at work: what is not there yet is
 * bought and looked at once, then n8n puts the execution aside and comes back. All items wait as one, since n8n keeps
 * nothing of an output before the last run of the node. When none is at work any more, or the time allowed is over,
 * all are collected.
 * @returns what is still running, and what is done; one of them is empty
 * @throws NodeApiError or NodeOperationError for the first failure, unless the node is to continue
 */
export async function runPausing(context: IExecuteFunctions, limits: Limits, prepare: Prepare): Promise<INodeExecutionData[][]> {
	const pausing = open(context);
	if ('error' in pausing) return [[], pausing.error];
	const submissions = openSubmissions(context, pausing.firstRun);
	const jobs = await prepareAll(context, limits, submissions, prepare);
	const age = (Date.now() - pausing.began) / 1000;
	const left = ({ output }: Job) => output.timeout - age;

	const looked = jobs.filter((job): job is Job => !('error' in job) && !pausing.ended.includes(job.itemIndex));
	const glimpses = looked.map((job): Job => ({ ...job, until: 'glimpsed', timeLeft: Math.max(left(job), LAST_GLIMPSE) }));
	const places = await workOff(context, limits, submissions, glimpses);
	const isLost = places.flat().some((place) => 'failed' in place);
	if (isLost && !context.continueOnFail()) return [[], itemsOf(context, submissions, places)];
	looked.forEach((job, index) => remember(submissions, job, places[index]));

	const isRunning = (_job: Job, index: number) => places[index]?.some((place) => 'item' in place && place.item.json.isDone !== true) === true;
	const running = looked.filter(isRunning);
	const waiting = running.filter((job) => left(job) > 0);
	if (waiting.length === 0) {
		const last = jobs.map((job) => ('error' in job || !running.some(({ itemIndex }) => itemIndex === job.itemIndex) ? job : { ...job, timeLeft: LAST_GLIMPSE }));
		return [[], itemsOf(context, submissions, await workOff(context, limits, submissions, last))];
	}
	submissions.close(true);
	const ended = jobs.map(({ itemIndex }) => itemIndex).filter((itemIndex) => !running.some((job) => job.itemIndex === itemIndex));
	await pausing.pause(nextLook(waiting, left, age), ended);
	return [places.flat().flatMap((place) => ('item' in place ? [place.item] : [])), []];
}

/**
 * Opens what the last pause has left. Where that cannot be, all items have failed: with "On Error: Continue" n8n would
 * hand the input to the first output, and so back to the node, without end.
 */
function open(context: IExecuteFunctions): Pausing | { error: INodeExecutionData[] } {
	try {
		return openPausing(context);
	} catch (error) {
		if (!context.continueOnFail()) throw nodeError(context, { itemIndex: 0, error });
		return { error: context.getInputData().map((_item, itemIndex) => failedItem({ itemIndex, error })) };
	}
}

/** What was refused is not ordered again after each pause. */
function remember(submissions: Submissions, { itemIndex, start }: Job, places: readonly Place[] = []): void {
	const [place] = places;
	if ('taskId' in start || !place || !('failed' in place) || !(place.failed.error instanceof MediaError)) return;
	const submission = submissions.of(itemIndex, start.asked);
	if (!submission.isBought()) submission.remember({ failure: place.failed.error.failure });
}

/** The moment of the next look: at the user's own pace, or the rarer the longer it takes; not after the time allowed. */
function nextLook(waiting: readonly Job[], left: (job: Job) => number, age: number): Date {
	const pauses = waiting.map((job) => {
		const own = job.output.pollInterval;
		const pace = own > 0 ? own : Math.min(Math.max(FIRST_RESUME, age * PAUSE_BY_AGE), LONGEST_PAUSE);
		return Math.min(pace, left(job));
	});
	return new Date(Date.now() + Math.min(...pauses) * 1000);
}
