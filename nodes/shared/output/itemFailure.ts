import { GenerationError, type Failure } from '../errors/failure';
import { isFree } from '../errors/retryPolicy';
import type { Gateway } from '../gateways/types';

/** What failed, for which item, and how far it had come. */
export interface ItemFailure {
	itemIndex: number;
	error: unknown;
	gateway?: Gateway;
	/** The task that was paid for before the failure. */
	taskId?: string;
	/** An earlier try of the node has sent the same request, and it may have been charged. */
	wasSentBefore?: boolean;
}

/** By what a purchase is found at the gateway, and whether it can be collected. */
export type PurchaseReference = Pick<Failure, 'taskId' | 'url' | 'recoverable' | 'wasSentBefore'>;

export const SENT_BEFORE =
	'what was sent before may have been charged, look at the history at the gateway';

/** The same failure, naming what had been bought before it, which is not lost by it. */
export function withPurchase(failed: ItemFailure, reference: PurchaseReference): ItemFailure {
	const { taskId, url, wasSentBefore } = reference;
	if (taskId === undefined && url === undefined && !wasSentBefore) return failed;
	if (!(failed.error instanceof GenerationError)) {
		return {
			...failed,
			...(taskId === undefined ? {} : { taskId }),
			...(wasSentBefore ? { wasSentBefore } : {}),
		};
	}
	const failure = { ...failed.error.failure };
	// The reference is newer.
	delete failure.recoverable;
	if (wasSentBefore) {
		const { detail } = failure;
		failure.detail = detail === undefined ? SENT_BEFORE : `${detail}; ${SENT_BEFORE}`;
	}
	return { ...failed, error: new GenerationError({ ...failure, ...reference }) };
}

/** Whether something may have been charged for what failed. */
export function mayHaveCost({ error, taskId, wasSentBefore }: ItemFailure): boolean {
	if (!(error instanceof GenerationError)) return taskId !== undefined || wasSentBefore === true;
	const { failure } = error;
	const isNamed = failure.taskId !== undefined || failure.url !== undefined;
	return !isFree(failure) || isNamed || failure.isPart === true;
}
