import { GenerationError } from '../errors/failure';
import type { GenerationResult } from '../generation/result';
import type { StoredFileReference } from '../ledger/purchase';
import {
	createRecorder,
	type EarlierPurchase,
	type PurchaseRecorder,
} from '../ledger/purchaseRecorder';
import type { Item } from './item';
import type { PreparedRequest } from './job';
import { bindWithImages, submit } from './submit';

/** What a request has brought so far, whether it was sent just now or in an earlier try of the node. */
export interface Submission {
	readonly taskId?: string | undefined;
	/** When it was sent, by the scheduler's clock, in milliseconds. Absent for what was sent before. */
	readonly submittedAtMs?: number | undefined;
	/** When an earlier run of the node has created the task. */
	readonly purchasedAt?: Date | undefined;
	/** What is known of the task from its creation, or all files. */
	readonly initialResult?: GenerationResult;
	/** Files that came as data in an earlier try, and that n8n has stored. */
	readonly storedFiles: readonly StoredFileReference[];
	/** What the next try of the node is told; absent where it knows already. */
	readonly recorder?: PurchaseRecorder;
	/**
	 * Whether the task exists for certain: it was created here, or a poll has seen it. The only field that changes:
	 * the poll that sees the task sets it, since whatever fails after that names the task as existing.
	 */
	isConfirmed: boolean;
}

/**
 * Submits the request of an item, unless the item names a task, or an earlier try of the node has bought the same.
 * @throws GenerationError of any kind that `submit` knows, and what an earlier try has failed with for good
 */
export async function submitOrResume(item: Item): Promise<Submission> {
	const { start, tasks } = item.job;
	const submission: Submission =
		'taskId' in start
			? { taskId: start.taskId, storedFiles: [], isConfirmed: false }
			: await submitUnlessBought(item, start);
	const { taskId } = submission;
	if (tasks && taskId !== undefined) {
		// What is resumed has been logged by the run that created it.
		item.log.setTask(taskId, submission.submittedAtMs !== undefined);
	}
	return submission;
}

async function submitUnlessBought(item: Item, request: PreparedRequest): Promise<Submission> {
	const { run, job, session } = item;
	const recorder = createRecorder(
		run.ledger.of(job.itemIndex, request.requestHash),
		job.tasks !== undefined,
		session.credentials.redact,
	);
	const earlier = recorder.find();
	return earlier ? resume(earlier, recorder) : await submitNow(item, request, recorder);
}

async function submitNow(
	item: Item,
	request: PreparedRequest,
	recorder: PurchaseRecorder,
): Promise<Submission> {
	const { job, log, files } = item;
	const sent = await bindAndSubmit(item, request).catch((error: unknown) => ({ error }));
	if ('error' in sent) {
		if (sent.error instanceof GenerationError) recorder.onRejected(sent.error.failure);
		throw sent.error;
	}
	const { result, submittedAtMs } = sent;
	if (!job.tasks) log.setFiles(result.files, true);
	recorder.onAccepted(result, files.files);
	return {
		taskId: result.metadata.taskId,
		submittedAtMs,
		initialResult: result,
		storedFiles: [],
		recorder,
		isConfirmed: true,
	};
}

async function bindAndSubmit(
	{ run, session, log, files, received }: Item,
	request: PreparedRequest,
): Promise<{ result: GenerationResult; submittedAtMs: number | undefined }> {
	let submittedAtMs: number | undefined;
	const result = await submit(session, bindWithImages(request), {
		onSending() {
			submittedAtMs = run.scheduler.clock.now();
			log.onSending();
		},
		onResubmitting: () => log.onResubmitting(),
		onFile(file) {
			log.setFiles([file], true);
			files.add(file);
		},
		received,
		isResubmissionAllowed: !run.limiter.isThrottled,
		nodeFailed: run.nodeFailed,
	});
	return { result, submittedAtMs };
}

/**
 * What an earlier try of the node has bought is not bought again.
 * @throws GenerationError what the earlier try has failed with, if it must not be sent again
 */
function resume(earlier: EarlierPurchase, recorder: PurchaseRecorder): Submission {
	// It stays in the ledger as it is.
	if ('failure' in earlier) throw new GenerationError(earlier.failure);
	if ('taskId' in earlier) {
		const { taskId, purchasedAt, isUnconfirmed = false } = earlier;
		return { taskId, purchasedAt, storedFiles: [], recorder, isConfirmed: !isUnconfirmed };
	}
	const { result: initialResult, storedFiles } = earlier;
	const { taskId } = initialResult.metadata;
	return { taskId, initialResult, storedFiles, recorder, isConfirmed: true };
}
