import { ABANDONED, GenerationError, oneLine, type Failure } from '../errors/failure';
import { FAILURES } from '../errors/policy';
import { isFree, shownFailure } from '../errors/retryPolicy';
import type { Collected } from '../files/collect';
import { isTerminal, type GenerationMetadata, type GenerationResult } from '../generation/result';
import type { ItemResult } from '../output/itemResult';
import { toResultItem } from '../output/resultItem';
import { GOALS } from '../polling/goals';
import type { PollOutcome } from '../polling/pollTask';
import { noResultWithin } from '../time/deadline';
import type { Item } from './item';
import { toResultSource } from './job';
import type { Submission } from './submitOrResume';

/**
 * The output of an item that has reached its goal: its files, or its status.
 * @param collected what became of the files; undefined if they are not wanted, or not generated yet
 * @returns one result for each file of a set, in the order of the set
 */
export function toResults(
	item: Item,
	submission: Submission,
	result: GenerationResult,
	collected: readonly Collected[] | undefined,
): ItemResult[] {
	if (collected) return toFiles(item, submission, result, collected);
	const { status } = result.metadata;
	const isFailed = isTerminal(status) && status !== 'succeeded';
	if (!isFailed || !GOALS[item.job.goal].failsWithTask) return [toStatus(item, submission, result)];
	const failure = result.failure ?? { kind: 'taskFailed', message: `the state is "${status}"` };
	const { recorder, taskId } = submission;
	return [toFailed(item, submission, recorder?.onTaskFailed(failure, taskId) ?? failure)];
}

function toFiles(
	item: Item,
	submission: Submission,
	{ failedFiles, metadata }: GenerationResult,
	collected: readonly Collected[],
): ItemResult[] {
	const count = collected.length + failedFiles.length;
	if (count === 0) {
		const failure: Failure = { kind: 'gatewayFailed', message: 'it made no file' };
		return [toFailed(item, submission, failure)];
	}
	const results = [
		...collected.map((one) => ({
			index: one.file.index,
			result: toFile(item, submission, one, { metadata, count }),
		})),
		...failedFiles.map(({ index, failure }) => ({
			index,
			result: toFailed(item, submission, {
				...namePlace(failure, index, count),
				isPart: collected.length > 0,
			}),
		})),
	];
	return results.sort((a, b) => a.index - b.index).map(({ result }) => result);
}

/** A file that failed names its place in the set. */
function namePlace(failure: Failure, index: number, count: number): Failure {
	if (count === 1) return failure;
	const place = `picture ${index + 1} of ${count}`;
	return {
		...failure,
		detail: failure.detail === undefined ? place : `${failure.detail}; ${place}`,
	};
}

function toFile(
	item: Item,
	submission: Submission,
	{ file, storedFile, failure }: Collected,
	{ metadata, count }: { metadata: GenerationMetadata; count: number },
): ItemResult {
	const { job, session } = item;
	const isLate = failure && session.deadline.reason()?.kind === 'timedOut';
	if (failure && !(isLate && job.tasks && job.output.onTimeout === 'returnState')) {
		return toFailed(item, submission, namePlace(failure, file.index, count));
	}
	return {
		itemIndex: job.itemIndex,
		item: toResultItem({
			...originOf(item, submission),
			metadata,
			file,
			count,
			...(storedFile ? { storedFile } : {}),
		}),
	};
}

function toStatus(
	item: Item,
	submission: Submission,
	{ files: [file], metadata, failure }: GenerationResult,
): ItemResult {
	// What is shortened first may end in the middle of the key.
	const errorMessage = failure && oneLine(item.session.credentials.redact(failure.message));
	return {
		itemIndex: item.job.itemIndex,
		item: toResultItem({
			...originOf(item, submission),
			metadata,
			...(errorMessage ? { errorMessage } : {}),
			...(file ? { file } : {}),
		}),
	};
}

const originOf = ({ job, session }: Item, { taskId }: Submission) => ({
	source: toResultSource(job),
	taskId,
	redact: session.credentials.redact,
});

/** The output of an item whose goal was not reached when the polling ended. */
export function toUnfinished(
	item: Item,
	submission: Submission,
	{ result, error, deferBy }: PollOutcome,
): ItemResult {
	const { onTimeout, timeout } = item.job.output;
	if (item.run.nodeFailed.aborted) return toFailed(item, submission, ABANDONED);
	if (result && onTimeout === 'returnState') return toStatus(item, submission, result);
	const { status, gatewayStatus = status } = result?.metadata ?? {};
	const source = result?.files[0]?.source;
	const parts = [
		deferBy === undefined
			? noResultWithin(timeout)
			: `the gateway asks to wait ${Math.ceil(deferBy)} seconds, which is longer than what is left of the time allowed`,
		status === undefined
			? ''
			: `it was still ${status}${gatewayStatus === status ? '' : ` ("${gatewayStatus}")`}`,
		error && error.kind !== 'timedOut' ? `the last look: ${error.message}` : '',
	];
	return toFailed(item, submission, {
		kind: result ? 'taskTimedOut' : 'taskNotSeen',
		message: parts.filter((part) => part !== '').join(', '),
		...(source && 'url' in source ? { url: source.url } : {}),
	});
}

/**
 * The output of an item that failed, naming its task as far as one is known.
 * @param submission undefined where the request was not accepted
 */
export function toFailed(
	item: Item,
	submission: Submission | undefined,
	failure: Failure,
): ItemResult {
	const { job, session, log, files } = item;
	const { itemIndex, gateway, start, tasks } = job;
	const isConfirmed = submission?.isConfirmed ?? false;
	const taskId = submission?.taskId ?? failure.taskId;
	// Most rejections that name a task have not created it.
	const mayExist = submission?.taskId !== undefined || !isFree(failure);
	// An ID from the form that the gateway does not know was not bought by anyone.
	const isUnknown = failure.kind === 'taskNotFound' && 'taskId' in start && !isConfirmed;
	if (!mayExist || isUnknown) log.clear();
	else if (log.isSent && submission?.taskId === undefined && files.files.length === 0) {
		if (failure.kind !== 'cancelled') log.setFailed(failure);
	}
	const isRecoverable =
		taskId !== undefined && tasks && mayExist && !FAILURES[failure.kind].losesTask;
	const whole: Failure = {
		...failure,
		...(taskId === undefined ? {} : { taskId }),
		...(isRecoverable ? { recoverable: isConfirmed ? 'confirmed' : 'unconfirmed' } : {}),
	};
	const error = new GenerationError(shownFailure(whole, session.credentials.redact));
	return { failed: { itemIndex, gateway, error } };
}
