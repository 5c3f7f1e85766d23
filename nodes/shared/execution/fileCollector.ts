import { collect, collectAgain, type Collected } from '../files/collect';
import type { FileNaming } from '../files/fileName';
import type { StoredFile } from '../files/storeBinary';
import type { GeneratedFile } from '../generation/result';
import { shareDeadline } from '../time/deadline';
import type { ItemContext } from './context';
import type { Job } from './job';

/**
 * Some gateways generate a few files more than requested. Beyond these only the URLs are returned: a file may have
 * gigabytes.
 */
const SPARE_FILES = 3;

/** The number of files that a task has at most, if its request is not known. */
const MAX_FILES_OF_TASK = 17;

/** Where a file can be had from, besides its own source. */
export interface OtherSources {
	/** n8n has stored it in an earlier try of the node. */
	storedFile?: StoredFile;
	/** Fetches its URL again, as it is now; undefined where the file is gone. */
	refetch?: () => Promise<GeneratedFile | undefined>;
}

/** Downloads the files of one item. Those of a stream are added while the rest of it is still being generated. */
export interface FileCollector {
	/** All that were added so far. */
	readonly files: readonly GeneratedFile[];
	/** Starts to download a file. */
	add(file: GeneratedFile, others?: OtherSources): void;
	/** What became of all of them, in the order in which they were added. Never rejects. */
	finish(): Promise<Collected[]>;
}

export function createFileCollector(item: ItemContext): FileCollector {
	const { job, log } = item;
	const files: GeneratedFile[] = [];
	const collecting: Array<Promise<Collected>> = [];
	return {
		files,
		add(file, others = {}) {
			files.push(file);
			if (!job.tasks) log.setFiles(files);
			const { storedFile } = others;
			if (storedFile) collecting.push(Promise.resolve({ file, storedFile }));
			else if (isLeftOut(item, file, files.length)) collecting.push(Promise.resolve({ file }));
			else collecting.push(collectFile(item, file, others));
		},
		finish: async () => await Promise.all(collecting),
	};
}

/** Whether only the URL is wanted. A file that came inside the response has none: leaving it out would lose it. */
function isLeftOut(
	{ job }: Pick<ItemContext, 'job'>,
	{ source }: GeneratedFile,
	count: number,
): boolean {
	const { maxFiles = MAX_FILES_OF_TASK } = 'requestHash' in job.start ? job.start : {};
	return (!job.output.download || count > maxFiles + SPARE_FILES) && 'url' in source;
}

async function collectFile(
	{ run, job, session: whole, received }: ItemContext,
	first: GeneratedFile,
	{ refetch }: OtherSources,
): Promise<Collected> {
	const { downloads, nodeFailed } = run;
	const naming = namingOf(job, first);
	const session = { ...whole, deadline: shareDeadline(whole.deadline) };
	const collectOne = async (file: GeneratedFile) =>
		await downloads.run(
			// Once the node has failed, nobody gets the file any more: its URL is named, and another try downloads it.
			async () =>
				nodeFailed.aborted && 'url' in file.source
					? { file }
					: await collect(session, file, naming, received),
			session.deadline.signal,
		);
	const collected = await collectOne(first);
	return refetch ? await collectAgain(session, collected, refetch, collectOne) : collected;
}

/** What the name of a file is made from. @param index its place in the set, from 0 */
export function namingOf(
	{ start, output }: Job,
	{ index }: Pick<GeneratedFile, 'index'>,
): FileNaming {
	return {
		fallback: 'modelId' in start ? start.modelId : start.taskId,
		...(output.fileName ? { wanted: output.fileName } : {}),
		...('producesSet' in start && start.producesSet ? { number: index + 1 } : {}),
	};
}
