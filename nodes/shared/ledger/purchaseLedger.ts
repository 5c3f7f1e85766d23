import { createHash } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { mayBeCharged } from '../errors/retryPolicy';
import { isRecord } from '../media/json';
import type { Entry, Purchase } from './purchase';
import { parseStoredEntry, toStoredEntry } from './storedPurchase';

/** The memory of one paid request. n8n keeps it with the execution, for the next try of a node that failed. */
export interface PurchaseEntry {
	/** What became of the same request of this item in an earlier try. */
	find(): Purchase | undefined;
	/** Whether that leaves nothing to be sent. */
	isSettled(): boolean;
	record(purchase: Purchase): void;
}

/** What a node has bought in this execution. */
export interface PurchaseLedger {
	/** @param requestHash what was asked for, as `digestOf` writes it */
	of(itemIndex: number, requestHash: string): PurchaseEntry;
	/** What an earlier try has bought for an item, whatever that asks for now; not as a tool. */
	findFor(itemIndex: number): Purchase | undefined;
	/**
	 * @param isNeeded whether another try or run follows this one: after a failure, or a pause
	 * @param isForOthers whether a person who retries may do it for an item that was certainly not charged
	 * @returns whether anything that may have been charged is held back in such a Retry
	 */
	close(isNeeded: boolean, isForOthers?: boolean): boolean;
}

/** The name under which it is kept, among whatever else is kept for the node. */
const NAME = 'submissions';

/**
 * Opens the memory of this run of the node. A loop that comes to the node once more is another run, and buys
 * anew. What was bought holds for the editor's "Retry" of a failed execution, too, if the same is asked for.
 * @param run the run that has bought, where that is an earlier one
 */
export function openLedger(context: IExecuteFunctions, run?: number): PurchaseLedger {
	const executionId = context.getExecutionId();
	const { kept, unreadable } = keptFor(context);
	const placeOf = placesOf(context, run);
	/** Of this run alone while it is at work: another that asks for the same at the same time buys for itself. */
	const own = new Map<string, Entry | undefined>();

	/** What an earlier try has left is taken over. */
	function takeOver(place: string): void {
		if (own.has(place)) return;
		own.set(place, parseStoredEntry(kept[place] ?? unreadable, executionId));
		delete kept[place];
	}

	return {
		of(itemIndex, requestHash) {
			const place = placeOf(itemIndex, requestHash);
			takeOver(place);
			const find = () => {
				const entry = own.get(place);
				// Within one execution the workflow is the same, even if `$now` in its prompt is not.
				if (!entry) return undefined;
				const isRetry = entry.executionId !== executionId;
				if (
					isRetry &&
					(entry.requestHash !== requestHash ||
						(isLeftToPersons(entry.purchase) && !entry.isHeldBack))
				)
					return undefined;
				// From now on it is this execution's own, and a Retry asks as this try does.
				own.set(place, {
					...entry,
					requestHash,
					executionId,
					...(isRetry && entry.isHeldBack ? { isHeldBack: false } : {}),
				});
				return entry.purchase;
			};
			return {
				find,
				isSettled() {
					const purchase = find();
					return purchase !== undefined && !('failedTaskId' in purchase);
				},
				record: (purchase) => void own.set(place, { requestHash, executionId, purchase }),
			};
		},
		findFor(itemIndex) {
			const place = placeOf(itemIndex, '');
			takeOver(place);
			return own.get(place)?.purchase;
		},
		close(isNeeded, isForOthers = false) {
			const entries = isNeeded ? [...own] : [];
			let isHeldBack = false;
			for (const [place, entry] of entries) {
				if (!entry) continue;
				if (isForOthers && 'failure' in entry.purchase && mayBeCharged(entry.purchase.failure))
					entry.isHeldBack ??= true;
				isHeldBack ||= entry.isHeldBack === true;
				kept[place] = toStoredEntry(entry);
			}
			return isHeldBack;
		},
	};
}

/**
 * Under what name a purchase is found again: the run and the item. As a tool of an agent every try is another
 * run to n8n, so there it is what was asked for.
 */
function placesOf(
	context: IExecuteFunctions,
	run?: number,
): (itemIndex: number, requestHash: string) => string {
	if (context.getNode().type.endsWith('Tool'))
		return (_itemIndex, requestHash) => `tool.${requestHash}`;
	const runIndex: unknown = run ?? context.getWorkflowDataProxy(0).$runIndex;
	return (itemIndex) => `${String(runIndex)}.${itemIndex}`;
}

/**
 * With the editor's "Retry" a person decides, who may have looked at the gateway's history; but what a content
 * filter refused would be refused once more.
 */
function isLeftToPersons(purchase: Purchase): boolean {
	return (
		'failedTaskId' in purchase ||
		('failure' in purchase && purchase.failure.kind !== 'contentRefused')
	);
}

/**
 * The place in the execution's own data; without such data, as in some tools, the ledger ends with the run. What else
 * may stand there is no record of purchases, and is taken for an entry that cannot be read, of every item.
 */
function keptFor(context: IExecuteFunctions): {
	kept: Record<string, unknown>;
	unreadable?: unknown;
} {
	const fresh: Record<string, unknown> = {};
	try {
		const own = context.getContext('node');
		const kept: unknown = own[NAME];
		if (isRecord(kept)) return { kept };
		own[NAME] = fresh;
		return { kept: fresh, unreadable: kept ?? undefined };
	} catch {
		// What is bought is remembered as long as it can be.
		return { kept: fresh };
	}
}

/** Two requests are the same if the same was asked for. What is asked with is too large to be kept. */
export function hashRequest(requestHash: unknown): string {
	return createHash('sha256').update(JSON.stringify(requestHash)).digest('hex');
}
