import type { Collected } from '../files/collect';
import type { Failure } from '../errors/failure';
import { isFree, mustNotBeResent, shownFailure } from '../errors/retryPolicy';
import {
	shownFacts,
	shownLayer,
	type FailedFile,
	type GeneratedFile,
	type GenerationResult,
} from '../generation/result';
import { referenceTo, type Purchase, type StoredFileReference } from './purchase';
import type { PurchaseEntry } from './purchaseLedger';

/** What is not bought again. */
export type EarlierPurchase = Exclude<Purchase, { failedTaskId: unknown }>;

/** What one job tells the next try of its node about the paid request. */
export interface PurchaseRecorder {
	/** What an earlier try has bought with the same request, or undefined if the request may be sent. */
	find(): EarlierPurchase | undefined;
	/** The gateway has accepted the request. Files of a stream are in `files`, all others in the result. */
	onAccepted(result: GenerationResult, files: readonly GeneratedFile[]): void;
	/** The gateway has rejected the request, or its response was lost. */
	onRejected(failure: Failure): void;
	/** The task does not exist; a rejection had named it. */
	onNotFound(failure: Failure): void;
	/**
	 * The task ended without a result. It may be created once more, but not with every try.
	 * @returns the failure, naming the task that an earlier try had created, if that one failed as well
	 */
	onTaskFailed(failure: Failure, taskId: string | undefined): Failure;
	/** What came as data has become files in n8n's store, or could not be stored. */
	onStored(result: GenerationResult, collected: readonly Collected[]): void;
}

/**
 * Decides what is recorded of a paid request: a task by its ID, files by their URLs, data by the file in n8n's
 * store, and a rejection that must not be repeated.
 * @param hasTasks whether the gateway creates tasks, which are found by their ID
 * @param redact takes the key out of a text
 */
export function createRecorder(
	entry: PurchaseEntry,
	hasTasks: boolean,
	redact: (text: string) => string,
): PurchaseRecorder {
	const clean = (failure: Failure) => shownFailure(failure, redact);
	const record = (purchase: Purchase) =>
		entry.record(holdsKey(purchase, redact) ? { failure: REPEATS_KEY } : purchase);

	/** @param storedFiles what came as data, once n8n has stored it: before, it is too large for the ledger */
	function recordResult(
		{ files, failedFiles, metadata }: GenerationResult,
		storedFiles: StoredFileReference[],
	): void {
		const failed = failedFiles
			.filter((file) => !toFile(file))
			.map((file) => ({ ...file, failure: clean(file.failure) }));
		const all = [...files, ...failedFiles.flatMap((file) => toFile(file) ?? [])];
		if (all.length > 0) {
			const shown = all.map(({ layer, ...file }) =>
				layer ? { ...file, layer: shownLayer(layer, redact) } : file,
			);
			const result = { files: shown, failedFiles: failed, metadata: shownFacts(metadata, redact) };
			record({ result, storedFiles });
			return;
		}
		const failure = failed.map((file) => file.failure).find(mustNotBeResent);
		const { taskId } = metadata;
		if (failure) record({ failure: { ...failure, ...(taskId === undefined ? {} : { taskId }) } });
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
			const { taskId } = metadata;
			if (hasTasks && taskId !== undefined) record({ taskId, purchasedAt: new Date() });
			// What came as data is too large to be recorded, until n8n has stored it.
			else if (files.every(({ source }) => 'url' in source)) {
				recordResult({ files, failedFiles, metadata }, []);
			}
		},
		onRejected(failure) {
			const { taskId, url, kind, httpStatus } = failure;
			// An image that could not be read while it was sent: no gateway has judged anything, and the next try may read it.
			if (kind === 'invalidInput' && httpStatus === undefined) return;
			const file = toFile({ index: 0, failure });
			if (hasTasks && taskId !== undefined && !isFree(failure)) {
				record({ taskId, purchasedAt: new Date(), isUnconfirmed: true });
			} else if (file) {
				const metadata = { status: 'succeeded' as const };
				record({ result: { files: [file], failedFiles: [], metadata }, storedFiles: [] });
			} else if (mustNotBeResent(failure) || url !== undefined) {
				// If there is a URL, something was generated, whatever else the response states.
				record({ failure: clean(failure) });
			}
		},
		onNotFound: (failure) => record({ failure: clean(failure) }),
		onTaskFailed(failure, taskId) {
			const isFirst = failedBefore === undefined;
			const whole = isFirst
				? failure
				: { ...failure, detail: `so did task ${failedBefore} before it` };
			if (taskId !== undefined && isFirst && !mustNotBeResent(failure)) {
				record({ failedTaskId: taskId, message: clean(failure).message });
			} else {
				record({ failure: clean({ ...whole, ...(taskId === undefined ? {} : { taskId }) }) });
			}
			return whole;
		},
		onStored({ failedFiles, metadata }, collected) {
			if (hasTasks || collected.every(({ file }) => 'url' in file.source)) return;
			const files: GeneratedFile[] = [];
			const storedFiles: StoredFileReference[] = [];
			const lost: FailedFile[] = [];
			for (const { file, storedFile, failure } of collected) {
				const { index } = file;
				if ('url' in file.source) files.push(file);
				else if (storedFile?.binary.id !== undefined) {
					files.push({ ...file, source: { base64: '' } });
					storedFiles.push({ index, file: storedFile });
				} else if (failure) lost.push({ index, failure });
				// n8n keeps its files in memory, where they end with the try.
				else return;
			}
			recordResult({ files, failedFiles: [...failedFiles, ...lost], metadata }, storedFiles);
		},
	};
}

/** A URL in an unexpected response is that of the file, as far as anyone knows: another try downloads it. */
function toFile({ index, failure }: FailedFile): GeneratedFile | undefined {
	const { kind, url } = failure;
	return kind === 'answerLost' && url !== undefined ? { index, source: { url } } : undefined;
}

/** In a URL or an ID the key cannot be redacted, and the ledger is stored with the execution. */
function holdsKey(purchase: Purchase, redact: (text: string) => string): boolean {
	const { taskId = '', url = '' } = referenceTo(purchase);
	return redact(taskId) !== taskId || redact(url) !== url;
}

/** Recorded in place of what holds the key, so that it is not bought again either. */
const REPEATS_KEY: Failure = {
	kind: 'answerLost',
	message: 'the link or the ID in the answer has the key in it, and was not kept for another try',
};
