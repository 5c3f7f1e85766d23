import type { IExecuteFunctions } from 'n8n-workflow';
import type { Gateway } from '../gateways/types';
import type { GeneratedFile } from '../generation/result';
import type { PurchaseReference } from '../output/itemFailure';

/**
 * What n8n's log gets to know of a run: n8n keeps nothing of a node that was stopped, and little of one that
 * failed.
 */
export interface PurchaseLog {
	/** Sets what is logged for an item: a request that is being sent, its task, or the URLs of its files. */
	set(itemIndex: number, entry: string): void;
	/** Logs immediately what was bought just now, or may have been: a process that is killed leaves nothing else. */
	logPurchase(itemIndex: number, entry: string): void;
	/** Nothing was bought for the item after all. */
	clear(itemIndex: number): void;
}

/** The gateway of a purchase; undefined if it is not known yet. */
type LoggedGateway = Pick<Gateway, 'displayName'> | undefined;

/** A task, so that it can be collected. */
const describeTask = (gateway: LoggedGateway, taskId: string) =>
	`${gateway ? `${gateway.displayName} ` : ''}task ${taskId}, which Get Result collects`;

/** Files without a task. */
const describeUrls = (gateway: LoggedGateway, urls: string) =>
	`made${gateway ? ` by ${gateway.displayName}` : ''}: ${urls}`;

/** A request of which no more is known. */
export const describeRequest = (gateway: LoggedGateway, end = 'without an answer') =>
	`a request to ${gateway?.displayName ?? 'the gateway'} ${end}, look at the history there`;

/** Files as they arrive: what came as data has no URL. */
export function describeFiles(gateway: LoggedGateway, files: readonly GeneratedFile[]): string {
	const urls = files.flatMap(({ source }) => ('url' in source ? [source.url] : []));
	const asData = files.length - urls.length;
	const others = `${asData === 1 ? 'a file' : `${asData} files`} that came as data`;
	return describeUrls(gateway, [...urls, ...(asData === 0 ? [] : [others])].join(' , '));
}

/** What is known of a purchase, or undefined if nothing was bought. */
export function describePurchase(
	gateway: LoggedGateway,
	{ taskId, url, recoverable, wasSentBefore }: PurchaseReference,
): string | undefined {
	if (taskId !== undefined && recoverable) return describeTask(gateway, taskId);
	if (url !== undefined) return describeUrls(gateway, url);
	if (taskId !== undefined) return describeRequest(gateway, `that has failed with task ${taskId}`);
	return wasSentBefore ? describeRequest(gateway) : undefined;
}

/**
 * Runs the work of a node, and writes to n8n's log what it has bought the moment the execution is stopped, and when the
 * node fails: n8n may keep nothing of an error but its message.
 */
export async function withPurchaseLog<Result>(
	context: IExecuteFunctions,
	work: (purchaseLog: PurchaseLog) => Promise<Result>,
): Promise<Result> {
	const signal = context.getExecutionCancelSignal();
	const entries = new Map<number, string>();
	const { name } = context.getNode();
	const write = (event: string) => {
		if (entries.size === 0) return;
		const items = [...entries].map(([itemIndex, entry]) => `item ${itemIndex}: ${entry}`);
		context.logger.warn(
			`"${name}" ${event}. This is paid for, or may be, and goes on at the gateway: ${items.join('; ')}`,
		);
	};
	const onStop = () => write('was stopped');
	// n8n runs a node again that was stopped between two tries.
	const wasStopped = signal?.aborted === true;
	let hasFailed = true;
	signal?.addEventListener('abort', onStop, { once: true });
	try {
		const result = await work({
			set: (itemIndex, entry) => void entries.set(itemIndex, entry),
			logPurchase: (itemIndex, entry) =>
				context.logger.info(`"${name}" has ordered, for item ${itemIndex}: ${entry}`),
			clear: (itemIndex) => void entries.delete(itemIndex),
		});
		hasFailed = false;
		return result;
	} finally {
		if (wasStopped) onStop();
		else if (hasFailed && !signal?.aborted) write('has failed');
		signal?.removeEventListener('abort', onStop);
	}
}
