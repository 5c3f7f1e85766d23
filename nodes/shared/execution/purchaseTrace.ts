import { ABANDONED, GenerationError } from '../errors/failure';
import { referenceTo, type Purchase } from '../ledger/purchase';
import type { PurchaseLedger } from '../ledger/purchaseLedger';
import { withPurchase, type ItemFailure, type PurchaseReference } from '../output/nodeError';
import type { Job } from './job';

/** What an earlier try has bought for an item; of one whose form cannot be read, whatever it asked for. */
function recallFor(ledger: PurchaseLedger, job: Job | ItemFailure): Purchase | undefined {
	const { itemIndex } = job;
	return 'start' in job && 'requestHash' in job.start
		? ledger.of(itemIndex, job.start.requestHash).find()
		: ledger.findFor(itemIndex);
}

/** By what that is found at the gateway. */
export const findEarlierPurchase = (
	ledger: PurchaseLedger,
	job: Job | ItemFailure,
): PurchaseReference => referenceTo(recallFor(ledger, job));

/** An item that has no turn any more, with what was bought for it before, or how that failed. */
export function toAbandoned(ledger: PurchaseLedger, job: Job | ItemFailure): ItemFailure {
	const { itemIndex, gateway } = job;
	const purchase = recallFor(ledger, job);
	const failed = { itemIndex, ...(gateway ? { gateway } : {}) };
	if (purchase && 'failure' in purchase)
		return { ...failed, error: new GenerationError(purchase.failure) };
	return withPurchase({ ...failed, error: new GenerationError(ABANDONED) }, referenceTo(purchase));
}
