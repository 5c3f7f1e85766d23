import type { Collected } from '../files/collect';
import { referenceTo, type Purchase, type StoredFileReference, type PurchaseEntry } from './purchaseLedger';
import type { Failure } from '../errors/failure';
import { isFree, mustNotBeRepeated, shownFailure } from '../errors/retryPolicy';
import { shownFacts, shownLayer, type GeneratedFile, type FailedFile, type GenerationResult } from '../generation/result';

/** What is not bought again. */
export type Recalled = Exclude<Purchase, { failedTask: unknown }>;

/** What one job tells the next try of its node about the paid request. */
export interface PurchaseRecorder {
	/** What an earlier try has bought with the same request, or undefined where it may be sent. */
	recall(): Recalled | undefined;
	/** The gateway has accepted it. Files of a stream are in `files`, all others in the outcome. */
	accepted(outcome: GenerationResult, files: readonly GeneratedFile[]): void;
	/** The gateway has refused it, or its answer was lost. */
	refused(failure: Failure): void;
	/** There is no such task: a refusal had named it. */
	notThere(failure: Failure): void;
	/**
	 * The task ended without a result. It may be ordered once more, not with every try.
	 * @returns the failure, which names the task that an earlier try had ordered, if that failed, too
	 */
	taskFailed(failure: Failure, taskId: string | undefined): Failure;
	/** What came as data has become files in n8n's store, or could not be stored. */
	stored(outcome: GenerationResult, collected: readonly Collected[]): void;
}

/**
 * Decides what of a paid request is worth keeping: a task by its ID, what was made by its links, data by the
 * file in n8n's store, and a refusal that must not be repeated.
 * @param inTasks whether the gateway works in tasks, which are known by their ID
 * @param redact takes the key out of a text
 */
export function createRecorder(entry: PurchaseEntry, inTasks: boolean, redact: (text: string) => string): PurchaseRecorder {
	const clean = (failure: Failure) => shownFailure(failure, redact);
	const remember = (bought: Purchase) => entry.remember(holdsKey(bought, redact) ? { failure: REPEATS_KEY } : bought);

	/** @param kept what came as data, once n8n has it: before, it is too large to be kept */
	function rememberMade({ files, missing, facts }: GenerationResult, kept: StoredFileReference[]): void {
		const failed = missing.filter((file) => !madeOf(file)).map((file) => ({ ...file, failure: clean(file.failure) }));
		const all = [...files, ...missing.flatMap((file) => madeOf(file) ?? [])];
		if (all.length > 0) {
			const shown = all.map(({ layer, ...file }) => (layer ? { ...file, layer: shownLayer(layer, redact) } : file));
			remember({ outcome: { files: shown, missing: failed, facts: shownFacts(facts, redact) }, kept });
			return;
		}
		const failure = failed.map((file) => file.failure).find(mustNotBeRepeated);
		const { taskId } = facts;
		if (failure) remember({ failure: { ...failure, ...(taskId === undefined ? {} : { taskId }) } });
	}

	let failedBefore: string | undefined;
	return {
		recall() {
			const bought = entry.recall();
			if (!bought || !('failedTask' in bought)) return bought;
			failedBefore = bought.failedTask;
			return undefined;
		},
		accepted({ files: rest, missing, facts }, streamed) {
			const files = [...streamed, ...rest];
			if (inTasks && facts.taskId !== undefined) remember({ taskId: facts.taskId, boughtAt: new Date() });
			// What came as data is too large to be kept, until n8n has it.
			else if (files.every(({ source }) => 'url' in source)) rememberMade({ files, missing, facts }, []);
		},
		refused(failure) {
			const { taskId } = failure;
			const made = madeOf({ index: 0, failure });
			if (inTasks && taskId !== undefined && !isFree(failure)) remember({ taskId, boughtAt: new Date(), isDoubtful: true });
			else if (made) remember({ outcome: { files: [made], missing: [], facts: { status: 'succeeded' } }, kept: [] });
			// With a link something was made, whatever else the answer says.
			else if (mustNotBeRepeated(failure) || failure.link !== undefined) remember({ failure: clean(failure) });
		},
		notThere: (failure) => remember({ failure: clean(failure) }),
		taskFailed(failure, taskId) {
			const whole = failedBefore === undefined ? failure : { ...failure, hint: `so did task ${failedBefore} before it` };
			if (taskId !== undefined && failedBefore === undefined && !mustNotBeRepeated(failure)) remember({ failedTask: taskId, says: clean(failure).says });
			else remember({ failure: clean({ ...whole, ...(taskId === undefined ? {} : { taskId }) }) });
			return whole;
		},
		stored({ missing, facts }, collected) {
			if (inTasks || collected.every(({ made }) => 'url' in made.source)) return;
			const files: GeneratedFile[] = [];
			const kept: StoredFileReference[] = [];
			const lost: FailedFile[] = [];
			for (const { made, stored, failure } of collected) {
				const { index } = made;
				if ('url' in made.source) files.push(made);
				else if (stored?.binary.id !== undefined) {
					files.push({ ...made, source: { base64: '' } });
					kept.push({ index, file: stored });
				} else if (failure) lost.push({ index, failure });
				// n8n keeps its files in memory, where they end with the try.
				else return;
			}
			rememberMade({ files, missing: [...missing, ...lost], facts }, kept);
		},
	};
}

/** A link in what was not understood is what was made, as far as anyone knows: another try downloads it. */
function madeOf({ index, failure }: FailedFile): GeneratedFile | undefined {
	return failure.kind === 'answerLost' && failure.link !== undefined ? { index, source: { url: failure.link } } : undefined;
}

/** In a link or an ID the key cannot be hidden, and what is kept is stored with the execution. */
function holdsKey(bought: Purchase, redact: (text: string) => string): boolean {
	const { taskId = '', link = '' } = referenceTo(bought);
	return redact(taskId) !== taskId || redact(link) !== link;
}

/** Kept in place of what holds the key, so that it is not bought again either. */
const REPEATS_KEY: Failure = {
	kind: 'answerLost',
	says: 'the link or the ID in the answer has the key in it, and was not kept for another try',
};
