import {
	describeFiles,
	describeRequest,
	describePurchase,
	type PurchaseLog,
} from '../ledger/purchaseLog';
import type { Failure } from '../errors/failure';
import type { GeneratedFile } from '../generation/result';
import type { Job } from './job';

/**
 * What n8n's log gets to know of one item: what was submitted for it, and where the result is. The key is taken
 * out, since a gateway may repeat it.
 */
export class ItemLog {
	/** Whether a request was sent, and not rejected before any work. */
	isSent = false;

	constructor(
		private readonly log: PurchaseLog,
		private readonly job: Pick<Job, 'itemIndex' | 'gateway' | 'tasks'>,
		private readonly redact: (text: string) => string,
	) {}

	onSending(): void {
		this.isSent = true;
		this.set(describeRequest(this.job.gateway));
	}

	onResubmitting(): void {
		this.isSent = false;
		this.clear();
	}

	/** @param isNew whether the task was created just now, and is logged immediately */
	setTask(taskId: string, isNew: boolean): void {
		this.set(describePurchase(this.job.gateway, { taskId, recoverable: 'confirmed' }), isNew);
	}

	/**
	 * For files without a task by which they could be fetched again.
	 * @param isNew whether they have arrived just now, and are logged immediately
	 */
	setFiles(files: readonly GeneratedFile[], isNew = false): void {
		if (files.length > 0) this.set(describeFiles(this.job.gateway, files), isNew);
	}

	/**
	 * For a request that failed before its task was known, or any file. n8n shows the failure of one item when all
	 * have ended, if at all, so it is logged immediately.
	 */
	setFailed({ kind, taskId, url }: Failure): void {
		const { gateway, tasks } = this.job;
		const trace = {
			...(taskId === undefined ? {} : { taskId }),
			...(url === undefined ? {} : { url }),
			...(tasks ? { recoverable: 'unconfirmed' as const } : {}),
		};
		const end = kind === 'gatewayFailed' ? 'that it could not do' : 'without an answer';
		this.set(describePurchase(gateway, trace) ?? describeRequest(gateway, end), true);
	}

	/** Nothing was bought for the item after all. */
	clear(): void {
		this.log.clear(this.job.itemIndex);
	}

	private set(entry: string | undefined, isNew = false): void {
		if (entry === undefined) return;
		const { itemIndex } = this.job;
		const shown = this.redact(entry);
		this.log.set(itemIndex, shown);
		if (isNew) this.log.logPurchase(itemIndex, shown);
	}
}
