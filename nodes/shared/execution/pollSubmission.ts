import { ABANDONED } from '../errors/failure';
import { isTerminal, type GeneratedFile, type GenerationResult } from '../generation/result';
import { fetchTaskStatus } from '../polling/fetchTaskStatus';
import { GOALS, type Goal } from '../polling/goals';
import { isSlowEnoughForLists } from '../polling/intervals';
import { pollUntil, type PollOptions, type PollOutcome } from '../polling/pollTask';
import { withSignal } from '../time/deadline';
import type { Item } from './item';
import type { Submission } from './submitOrResume';

/** For a task whose status could not be read, where that is no failure. */
const ASSUMED_RUNNING: GenerationResult = {
	files: [],
	failedFiles: [],
	metadata: { status: 'running' },
};

/** Whether a result is all that a goal is after. */
export function isReached(goal: Goal, { metadata }: GenerationResult): boolean {
	return GOALS[goal].acceptsAnyStatus || isTerminal(metadata.status);
}

/**
 * Polls the task of a submission until the goal of the item is reached, or the timeout expires.
 * @throws GenerationError for a failure that ends the polling, e.g. `taskNotFound`
 */
export async function pollSubmission(item: Item, submission: Submission): Promise<PollOutcome> {
	const { initialResult, purchasedAt } = submission;
	const { goal, itemIndex } = item.job;
	const { succeededTasks } = item.run;
	if (initialResult && isReached(goal, initialResult)) return { result: initialResult };
	const succeeded = succeededTasks?.get(itemIndex);
	if (succeeded) {
		submission.isConfirmed = true;
		return { result: succeeded };
	}
	const outcome = await pollForGoal(item, submission, {
		goal,
		...(initialResult ? { known: initialResult } : {}),
	});
	if (GOALS[goal].onUnreadable === 'assumeRunning') outcome.result ??= ASSUMED_RUNNING;
	const { result } = outcome;
	if (!result) return outcome;
	reportDuration(item, result);
	// What was told when the task was created, and is not told again, still holds.
	const known = { ...initialResult?.metadata, ...(purchasedAt && { createdAt: purchasedAt }) };
	const whole = { ...result, metadata: { ...known, ...result.metadata } };
	if (hasAllAsUrls(whole)) succeededTasks?.set(itemIndex, whole);
	return { ...outcome, result: whole };
}

/** Whether a task has brought all that it was to bring, and takes hardly any memory. */
const hasAllAsUrls = ({ files, failedFiles, metadata }: GenerationResult): boolean =>
	metadata.status === 'succeeded' &&
	files.length > 0 &&
	failedFiles.length === 0 &&
	files.every(({ source }) => 'url' in source);

/** Tells the run how long a task has taken: others of the same model need about the same time. */
function reportDuration({ run, job }: Item, { metadata }: GenerationResult): void {
	const { createdAt, endedAt, status } = metadata;
	if (!('modelId' in job.start) || status !== 'succeeded' || !createdAt || !endedAt) return;
	const seconds = (endedAt.getTime() - createdAt.getTime()) / 1000;
	if (seconds > 0) run.onTaskEnded?.(job.start.modelId, seconds);
}

/** Fetches a file of a task as it is now, by its place in the set; undefined where it is gone. */
export async function refetchFile(
	item: Item,
	submission: Submission,
	place: number,
): Promise<GeneratedFile | undefined> {
	const { result } = await pollForGoal(item, submission, { goal: 'status' });
	return result?.files.find(({ index }) => index === place);
}

async function pollForGoal(
	{ run, job, session }: Item,
	submission: Submission,
	options: Pick<PollOptions, 'goal' | 'known'>,
): Promise<PollOutcome> {
	const { taskId, submittedAtMs } = submission;
	const { start, tasks, output } = job;
	if (taskId === undefined || !tasks) return {};
	const deadline = withSignal(session.deadline, run.nodeFailed, ABANDONED);
	const createdHere = 'modelId' in start;
	const { pollInterval } = output;
	const ofAccount = GOALS[options.goal].isBatched
		? run.statusBatches.batchOf(session, tasks)
		: undefined;
	const batch =
		ofAccount && isSlowEnoughForLists(pollInterval, ofAccount.minIntervalMs)
			? ofAccount
			: undefined;
	const pollAlone = async () => await fetchTaskStatus({ ...session, deadline }, tasks, taskId);
	return await pollUntil(
		async (isLast) => {
			// Only the task's own status is up to date for certain.
			const poll =
				batch && !isLast ? await batch.poll(taskId, pollAlone, deadline) : await pollAlone();
			submission.isConfirmed ||= 'result' in poll;
			return poll;
		},
		{
			...options,
			createdHere,
			pollInterval,
			kind: `${session.gateway.name} ${createdHere ? start.modelId : ''}`,
			...(submittedAtMs === undefined ? {} : { submittedAtMs }),
			...(batch ? { batch } : {}),
		},
		deadline,
		run.scheduler,
	);
}
