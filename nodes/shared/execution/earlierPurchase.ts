import { ABANDONED, GenerationError } from '../errors/failure';
import { referenceTo, type Purchase } from '../ledger/purchase';
import type { PurchaseLedger } from '../ledger/purchaseLedger';
import { withPurchase, type ItemFailure, type PurchaseReference } from '../output/itemFailure';
import type { Job } from './job';

/** What an earlier try has bought for an item; if its parameters cannot be read, whatever it requested. */
function findPurchase(ledger: PurchaseLedger, job: Job | ItemFailure): Purchase | undefined {
	const { itemIndex } = job;
	return 'start' in job && 'requestHash' in job.start
		? ledger.of(itemIndex, job.start.requestHash).find()
		: ledger.findFor(itemIndex);
}

/** By what an earlier purchase of an item is found at the gateway. */
export const findEarlierPurchase = (
	ledger: PurchaseLedger,
	job: Job | ItemFailure,
): PurchaseReference => referenceTo(findPurchase(ledger, job));

/**
 * The failure of an item that does not get its turn any more, with what was bought for it before, or how that
 * failed.
 */
export function toAbandoned(ledger: PurchaseLedger, job: Job | ItemFailure): ItemFailure {
	const { itemIndex, gateway } = job;
	const purchase = findPurchase(ledger, job);
	const failed = { itemIndex, ...(gateway ? { gateway } : {}) };
	if (purchase && 'failure' in purchase) {
		return { ...failed, error: new GenerationError(purchase.failure) };
	}
	return withPurchase({ ...failed, error: new GenerationError(ABANDONED) }, referenceTo(purchase));
}
