import type { IExecuteFunctions } from 'n8n-workflow';
import type { Gateway } from '../gateways/types';
import type { GeneratedFile } from '../generation/result';
import type { PurchaseReference } from '../output/nodeError';

/** What a run has bought so far. n8n keeps nothing of a node that was stopped, only its log; of one that failed, little. */
export interface CancellationLog {
	/** What is to be said of an item: a request on its way, its task, or where its files are. */
	set(itemIndex: number, what: string): void;
	/** Something was bought just now, or may be. It is logged at once: a process that is killed leaves nothing else. */
	logPurchase(itemIndex: number, what: string): void;
	/** Nothing was bought for it after all. */
	clear(itemIndex: number): void;
}

/** What is logged of a purchase of a gateway; without one where it is not known yet. */
type Told = Pick<Gateway, 'displayName'> | undefined;

/** How a task is named in n8n's log, so that it can be collected. */
const taskInLog = (gateway: Told, taskId: string) =>
	`${gateway ? `${gateway.displayName} ` : ''}task ${taskId}, which Get Result collects`;

/** How files are named that have no task. */
const linksInLog = (gateway: Told, urls: string) =>
	`made${gateway ? ` by ${gateway.displayName}` : ''}: ${urls}`;

/** How a request is named of which no more is known. */
export const requestInLog = (gateway: Told, end = 'without an answer') =>
	`a request to ${gateway?.displayName ?? 'the gateway'} ${end}, look at the history there`;

/** The same for files as they come: what came as data has no link. */
export function filesInLog(gateway: Told, files: readonly GeneratedFile[]): string {
	const urls = files.flatMap(({ source }) => ('url' in source ? [source.url] : []));
	const asData = files.length - urls.length;
	return linksInLog(
		gateway,
		[
			...urls,
			...(asData === 0 ? [] : [`${asData === 1 ? 'a file' : `${asData} files`} that came as data`]),
		].join(' , '),
	);
}

/** How what is known of a purchase is named, or undefined where nothing was bought. */
export function traceInLog(
	gateway: Told,
	{ taskId, url, recoverable, wasSentBefore }: PurchaseReference,
): string | undefined {
	if (taskId !== undefined && recoverable) return taskInLog(gateway, taskId);
	if (url !== undefined) return linksInLog(gateway, url);
	if (taskId !== undefined) return requestInLog(gateway, `that has failed with task ${taskId}`);
	return wasSentBefore ? requestInLog(gateway) : undefined;
}

/**
 * Does the work of a run, and writes what it has bought to n8n's log in the moment in which the execution is stopped,
 * and when the run fails: n8n may keep nothing of an error but its message.
 */
export async function withCancellationLog<Result>(
	context: IExecuteFunctions,
	work: (cancellationLog: CancellationLog) => Promise<Result>,
): Promise<Result> {
	const signal = context.getExecutionCancelSignal();
	const notes = new Map<number, string>();
	const { name } = context.getNode();
	const write = (happened: string) => {
		if (notes.size === 0) return;
		const items = [...notes].map(([itemIndex, what]) => `item ${itemIndex}: ${what}`);
		context.logger.warn(
			`"${name}" ${happened}. This is paid for, or may be, and goes on at the gateway: ${items.join('; ')}`,
		);
	};
	const stopped = () => write('was stopped');
	// n8n runs a node once more that was stopped between two tries.
	const wasStopped = signal?.aborted === true;
	let hasFailed = true;
	signal?.addEventListener('abort', stopped, { once: true });
	try {
		const result = await work({
			set: (itemIndex, what) => void notes.set(itemIndex, what),
			logPurchase: (itemIndex, what) =>
				context.logger.info(`"${name}" has ordered, for item ${itemIndex}: ${what}`),
			clear: (itemIndex) => void notes.delete(itemIndex),
		});
		hasFailed = false;
		return result;
	} finally {
		if (wasStopped) stopped();
		else if (hasFailed && !signal?.aborted) write('has failed');
		signal?.removeEventListener('abort', stopped);
	}
}
