import type { StoredFile } from '../files/storeBinary';
import type { Failure } from '../errors/failure';
import { isFree } from '../errors/retryPolicy';
import type { GenerationResult } from '../generation/result';
import type { PurchaseReference } from '../output/itemFailure';

/** A file that came as data and that n8n has stored, by its place in the set. */
export interface StoredFileReference {
	index: number;
	file: StoredFile;
}

/**
 * What became of a paid request: a task, files, a failure that must not be repeated, or a task that failed and may be
 * created once more.
 */
export type Purchase =
	| TaskPurchase
	| { result: GenerationResult; storedFiles: StoredFileReference[] }
	| { failure: Failure }
	| FailedTask;

/** A task that was created. */
interface TaskPurchase {
	taskId: string;
	purchasedAt?: Date | undefined;
	/** A rejection has named it, so it may not exist. */
	isUnconfirmed?: boolean | undefined;
}

/** A task that failed, and the gateway's message. */
interface FailedTask {
	failedTaskId: string;
	message?: string | undefined;
}

/** By what a purchase is found at the gateway: its task, and the URLs of its files. */
export function referenceTo(purchase: Purchase | undefined): PurchaseReference {
	if (!purchase) return {};
	if ('failedTaskId' in purchase) return { taskId: purchase.failedTaskId };
	if ('taskId' in purchase)
		return {
			taskId: purchase.taskId,
			recoverable: purchase.isUnconfirmed ? 'unconfirmed' : 'confirmed',
		};
	const { taskId, urls } =
		'failure' in purchase
			? { taskId: purchase.failure.taskId, urls: [purchase.failure.url ?? []].flat() }
			: {
					taskId: purchase.result.metadata.taskId,
					urls: purchase.result.files.flatMap(({ source }) =>
						'url' in source ? [source.url] : [],
					),
				};
	if (taskId === undefined && urls.length === 0)
		return 'failure' in purchase && isFree(purchase.failure) ? {} : { wasSentBefore: true };
	return {
		...(taskId === undefined ? {} : { taskId }),
		...(urls.length === 0 ? {} : { url: urls.join(' , ') }),
	};
}

/** A purchase as the ledger keeps it. */
export interface LedgerEntry {
	requestHash: string;
	executionId?: string | undefined;
	purchase: Purchase;
	/**
	 * Whether the next execution does not send again what may have been charged, since the person may retry because of
	 * another item that failed. Undefined until this was decided, which happens once.
	 */
	isHeldBack?: boolean | undefined;
}
