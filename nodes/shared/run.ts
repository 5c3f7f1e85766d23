import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { runJob, type Place } from './course';
import { failedItem, nodeError, type Failed } from './io/errors';
import { inFlight } from './io/inFlight';
import { openStopLog } from './io/stopLog';
import type { Job } from './job';
import { MediaError } from './media/failure';

/**
 * Does the work of every item of the input.
 * All items are prepared before the first is sent, so that a slip in the last one costs nothing.
 * @param prepare reads and checks the form of one item; never throws
 * @returns one output item a file or state, in input order; with "On Error: Continue" failed ones in their place
 * @throws NodeApiError or NodeOperationError for the first failure else, naming what was made
 */
export async function runAll(
	context: IExecuteFunctions,
	maxConcurrency: number,
	prepare: (itemIndex: number) => Promise<Job | Failed>,
): Promise<INodeExecutionData[]> {
	const goOn = context.continueOnFail();
	const itemIndexes = context.getInputData().map((_item, itemIndex) => itemIndex);
	const jobs = await inFlight(maxConcurrency, itemIndexes, prepare);
	const slip = jobs.find((job): job is Failed => 'error' in job);
	if (slip && !goOn) throw nodeError(context, slip);

	const stopLog = openStopLog(context);
	let anyFailed = false;
	const places = await inFlight(maxConcurrency, jobs, async (job): Promise<Place[]> => {
		if ('error' in job) return [{ failed: job }];
		// What is bought after a failure that stops the node would be thrown away.
		if (anyFailed && !goOn) return [];
		const made = await runJob(context, job, stopLog);
		anyFailed ||= made.some((place) => 'failed' in place);
		return made;
	});
	stopLog.close();

	const all = places.flat();
	const allFailed = all.filter((place): place is { failed: Failed } => 'failed' in place);
	// A stopped execution is to be seen as that, whatever else went wrong before.
	const stopper = allFailed.find(({ failed }) => isCancelled(failed)) ?? allFailed[0];
	if (stopper && !goOn) {
		const others = all.filter((place) => place !== stopper);
		throw nodeError(context, stopper.failed, others.map(whereItIs).filter((place) => place !== ''));
	}
	return all.map((place) => ('item' in place ? place.item : failedItem(place.failed)));
}

const isCancelled = ({ error }: Failed) => error instanceof MediaError && error.failure.kind === 'cancelled';

/** Where a user finds what was paid for: its link and its task, else the name of the file. */
function whereItIs(place: Place): string {
	if ('failed' in place) {
		const { error } = place.failed;
		return error instanceof MediaError ? found(error.failure.link, error.failure.taskId) : '';
	}
	const { url, taskId, fileName } = place.item.json;
	return found(url, taskId) || String(fileName ?? '');
}

function found(link: unknown, taskId: unknown): string {
	const task = taskId === undefined ? '' : `task ${String(taskId)}`;
	if (link === undefined) return task;
	return task ? `${String(link)} (${task})` : String(link);
}
