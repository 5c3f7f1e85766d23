import type { Collected } from '../files/collect';
import { referenceTo, type Purchase, type StoredFileReference } from './purchase';
import type { PurchaseEntry } from './purchaseLedger';
import type { Failure } from '../errors/failure';
import { isFree, mustNotBeResent, shownFailure } from '../errors/retryPolicy';
import {
	shownFacts,
	shownLayer,
	type GeneratedFile,
	type FailedFile,
	type GenerationResult,
} from '../generation/result';

/** What is not bought again. */
export type EarlierPurchase = Exclude<Purchase, { failedTaskId: unknown }>;

/** What one job tells the next try of its node about the paid request. */
export interface PurchaseRecorder {
	/** What an earlier try has bought with the same request, or undefined where it may be sent. */
	find(): EarlierPurchase | undefined;
	/** The gateway has accepted it. Files of a stream are in `files`, all others in the outcome. */
	onAccepted(result: GenerationResult, files: readonly GeneratedFile[]): void;
	/** The gateway has refused it, or its answer was lost. */
	onRejected(failure: Failure): void;
	/** There is no such task: a refusal had named it. */
	onNotFound(failure: Failure): void;
	/**
	 * The task ended without a result. It may be ordered once more, not with every try.
	 * @returns the failure, which names the task that an earlier try had ordered, if that failed, too
	 */
	onTaskFailed(failure: Failure, taskId: string | undefined): Failure;
	/** What came as data has become files in n8n's store, or could not be stored. */
	onStored(result: GenerationResult, collected: readonly Collected[]): void;
}

/**
 * Decides what of a paid request is worth keeping: a task by its ID, what was made by its links, data by the
 * file in n8n's store, and a refusal that must not be repeated.
 * @param inTasks whether the gateway works in tasks, which are known by their ID
 * @param redact takes the key out of a text
 */
export function createRecorder(
	entry: PurchaseEntry,
	inTasks: boolean,
	redact: (text: string) => string,
): PurchaseRecorder {
	const clean = (failure: Failure) => shownFailure(failure, redact);
	const remember = (purchase: Purchase) =>
		entry.record(holdsKey(purchase, redact) ? { failure: REPEATS_KEY } : purchase);

	/** @param kept what came as data, once n8n has it: before, it is too large to be kept */
	function recordResult(
		{ files, failedFiles, metadata }: GenerationResult,
		kept: StoredFileReference[],
	): void {
		const failed = failedFiles
			.filter((file) => !fileFrom(file))
			.map((file) => ({ ...file, failure: clean(file.failure) }));
		const all = [...files, ...failedFiles.flatMap((file) => fileFrom(file) ?? [])];
		if (all.length > 0) {
			const shown = all.map(({ layer, ...file }) =>
				layer ? { ...file, layer: shownLayer(layer, redact) } : file,
			);
			remember({
				result: { files: shown, failedFiles: failed, metadata: shownFacts(metadata, redact) },
				storedFiles: kept,
			});
			return;
		}
		const failure = failed.map((file) => file.failure).find(mustNotBeResent);
		const { taskId } = metadata;
		if (failure) remember({ failure: { ...failure, ...(taskId === undefined ? {} : { taskId }) } });
	}

	let failedBefore: string | undefined;
	return {
		find() {
			const purchase = entry.find();
			if (!purchase || !('failedTaskId' in purchase)) return purchase;
			failedBefore = purchase.failedTaskId;
			return undefined;
		},
		onAccepted({ files: rest, failedFiles, metadata }, streamed) {
			const files = [...streamed, ...rest];
			if (inTasks && metadata.taskId !== undefined)
				remember({ taskId: metadata.taskId, purchasedAt: new Date() });
			// What came as data is too large to be kept, until n8n has it.
			else if (files.every(({ source }) => 'url' in source))
				recordResult({ files, failedFiles, metadata }, []);
		},
		onRejected(failure) {
			const { taskId } = failure;
			const made = fileFrom({ index: 0, failure });
			if (inTasks && taskId !== undefined && !isFree(failure))
				remember({ taskId, purchasedAt: new Date(), isUnconfirmed: true });
			else if (made)
				remember({
					result: { files: [made], failedFiles: [], metadata: { status: 'succeeded' } },
					storedFiles: [],
				});
			// With a link something was made, whatever else the answer says.
			else if (mustNotBeResent(failure) || failure.url !== undefined)
				remember({ failure: clean(failure) });
		},
		onNotFound: (failure) => remember({ failure: clean(failure) }),
		onTaskFailed(failure, taskId) {
			const whole =
				failedBefore === undefined
					? failure
					: { ...failure, detail: `so did task ${failedBefore} before it` };
			if (taskId !== undefined && failedBefore === undefined && !mustNotBeResent(failure))
				remember({ failedTaskId: taskId, message: clean(failure).message });
			else remember({ failure: clean({ ...whole, ...(taskId === undefined ? {} : { taskId }) }) });
			return whole;
		},
		onStored({ failedFiles, metadata }, collected) {
			if (inTasks || collected.every(({ file: made }) => 'url' in made.source)) return;
			const files: GeneratedFile[] = [];
			const kept: StoredFileReference[] = [];
			const lost: FailedFile[] = [];
			for (const { file: made, storedFile: stored, failure } of collected) {
				const { index } = made;
				if ('url' in made.source) files.push(made);
				else if (stored?.binary.id !== undefined) {
					files.push({ ...made, source: { base64: '' } });
					kept.push({ index, file: stored });
				} else if (failure) lost.push({ index, failure });
				// n8n keeps its files in memory, where they end with the try.
				else return;
			}
			recordResult({ files, failedFiles: [...failedFiles, ...lost], metadata }, kept);
		},
	};
}

/** A link in what was not understood is what was made, as far as anyone knows: another try downloads it. */
function fileFrom({ index, failure }: FailedFile): GeneratedFile | undefined {
	return failure.kind === 'answerLost' && failure.url !== undefined
		? { index, source: { url: failure.url } }
		: undefined;
}

/** In a link or an ID the key cannot be hidden, and what is kept is stored with the execution. */
function holdsKey(purchase: Purchase, redact: (text: string) => string): boolean {
	const { taskId = '', url = '' } = referenceTo(purchase);
	return redact(taskId) !== taskId || redact(url) !== url;
}

/** Kept in place of what holds the key, so that it is not bought again either. */
const REPEATS_KEY: Failure = {
	kind: 'answerLost',
	message: 'the link or the ID in the answer has the key in it, and was not kept for another try',
};
