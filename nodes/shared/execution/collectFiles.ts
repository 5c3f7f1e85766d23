import type { Collected } from '../files/collect';
import type { GenerationResult } from '../generation/result';
import { GOALS } from '../polling/goals';
import type { Item } from './item';
import { refetchFile } from './pollSubmission';
import type { Submission } from './submitOrResume';

/**
 * Collects the files of an item, together with those of a stream, which are being collected already.
 * @returns undefined if no files are wanted, or the task has not succeeded
 */
export async function collectFiles(
	item: Item,
	submission: Submission,
	result: GenerationResult,
): Promise<Collected[] | undefined> {
	if (result.metadata.status !== 'succeeded' || !GOALS[item.job.goal].collectsFiles) {
		return undefined;
	}
	for (const file of result.files) {
		const stored = submission.storedFiles.find(({ index }) => index === file.index);
		item.files.add(file, {
			...(stored ? { storedFile: stored.file } : {}),
			...(item.job.tasks
				? { refetch: async () => await refetchFile(item, submission, file.index) }
				: {}),
		});
	}
	const collected = await item.files.finish();
	submission.recorder?.onStored(result, collected);
	return collected;
}
