import { createHash } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { FAILURES } from '../errors/policy';
import { isChargeUncertain } from '../errors/retryPolicy';
import { isRecord } from '../media/json';
import type { LedgerEntry, Purchase } from './purchase';
import { parseStoredEntry, toStoredEntry } from './storedPurchase';

/** The record of one paid request. n8n stores it with the execution, for the next try of a node that failed. */
export interface PurchaseEntry {
	/**
	 * What an earlier try has bought for this item: in a retry by a person with the same request, within an execution with
	 * any, as the workflow is the same. From then on it belongs to this try.
	 */
	find(): Purchase | undefined;
	/** Whether nothing is left to be sent. */
	isSettled(): boolean;
	record(purchase: Purchase): void;
}

/** What a node has bought in this execution. */
export interface PurchaseLedger {
	/** @param requestHash of the request that the item makes now, by `hashRequest` */
	of(itemIndex: number, requestHash: string): PurchaseEntry;
	/**
	 * What an earlier try has bought for an item, whatever the item requests now. For a tool of an agent nothing is
	 * known.
	 */
	findFor(itemIndex: number): Purchase | undefined;
	/**
	 * Stores what this run knows of the ledger with the execution, or drops it.
	 * @param isNeeded whether another try or run follows this one: after a failure, or before a pause
	 * @param isForOthers whether a person may retry because of another item, of which it is known whether it was charged
	 * @returns whether something that may have been charged is held back in that retry
	 */
	close(isNeeded: boolean, isForOthers?: boolean): boolean;
}

/** The key in the node's context under which n8n stores it. */
const CONTEXT_KEY = 'submissions';

/**
 * Opens the ledger of this run of the node. When a loop comes back to the node, that is another run, which buys again.
 * Purchases also hold for the editor's "Retry" of a failed execution, if the request is the same.
 * @param purchaseRunIndex the run that has bought, if that is an earlier one
 */
export function openLedger(context: IExecuteFunctions, purchaseRunIndex?: number): PurchaseLedger {
	const executionId = context.getExecutionId();
	const { stored, unreadable } = storedEntriesOf(context);
	const keyOf = keysOf(context, purchaseRunIndex);
	/** Only of this run while it is running: another one that makes the same request at the same time buys for itself. */
	const entries = new Map<string, LedgerEntry | undefined>();

	/** Takes over what an earlier try has left. */
	function load(key: string): LedgerEntry | undefined {
		if (!entries.has(key)) {
			entries.set(key, parseStoredEntry(key in stored ? stored[key] : unreadable, executionId));
			delete stored[key];
		}
		return entries.get(key);
	}

	function find(key: string, requestHash: string): Purchase | undefined {
		const entry = load(key);
		if (!entry) return undefined;
		// Within one execution the workflow is the same, even if `$now` in its prompt is not.
		const isRetry = entry.executionId !== executionId;
		if (isRetry && !isValidInRetry(entry, requestHash)) return undefined;
		// From now on it belongs to this execution, and the next retry compares with the request of this one.
		const released = isRetry && entry.isHeldBack ? { isHeldBack: false } : {};
		entries.set(key, { ...entry, requestHash, executionId, ...released });
		return entry.purchase;
	}

	return {
		of(itemIndex, requestHash) {
			const key = keyOf(itemIndex, requestHash);
			load(key);
			return {
				find: () => find(key, requestHash),
				isSettled() {
					const purchase = find(key, requestHash);
					return purchase !== undefined && !('failedTaskId' in purchase);
				},
				record: (purchase) => void entries.set(key, { requestHash, executionId, purchase }),
			};
		},
		findFor: (itemIndex) => load(keyOf(itemIndex, ''))?.purchase,
		close(isNeeded, isForOthers = false) {
			let isHeldBack = false;
			for (const [key, entry] of isNeeded ? entries : []) {
				if (!entry) continue;
				const { purchase } = entry;
				const isUncertain = 'failure' in purchase && isChargeUncertain(purchase.failure);
				if (isForOthers && isUncertain) entry.isHeldBack ??= true;
				isHeldBack ||= entry.isHeldBack === true;
				stored[key] = toStoredEntry(entry);
			}
			return isHeldBack;
		},
	};
}

/** Whether the editor's "Retry" takes over an entry, rather than sending the request again. */
function isValidInRetry(
	{ requestHash, purchase, isHeldBack }: LedgerEntry,
	wanted: string,
): boolean {
	if (requestHash !== wanted) return false;
	const isUpToPerson =
		'failedTaskId' in purchase ||
		('failure' in purchase && FAILURES[purchase.failure.kind].personRetry === 'submits');
	return !isUpToPerson || isHeldBack === true;
}

/**
 * The keys under which purchases are found again: by run and item. For a tool of an agent each try is another run
 * in n8n, so there the request is the key.
 */
function keysOf(
	context: IExecuteFunctions,
	purchaseRunIndex?: number,
): (itemIndex: number, requestHash: string) => string {
	if (context.getNode().type.endsWith('Tool')) {
		return (_itemIndex, requestHash) => `tool.${requestHash}`;
	}
	const runIndex: unknown = purchaseRunIndex ?? context.getWorkflowDataProxy(0).$runIndex;
	return (itemIndex) => `${String(runIndex)}.${itemIndex}`;
}

/**
 * What the execution's own data has of the ledger. Without such data, as in some tools, the ledger ends with the
 * run.
 * @returns `unreadable` if something else is stored in its place: it counts for every item as an entry that cannot
 * be read
 */
function storedEntriesOf(context: IExecuteFunctions): {
	stored: Record<string, unknown>;
	unreadable?: unknown;
} {
	const fresh: Record<string, unknown> = {};
	try {
		const own = context.getContext('node');
		const stored: unknown = own[CONTEXT_KEY];
		if (isRecord(stored)) return { stored };
		own[CONTEXT_KEY] = fresh;
		return { stored: fresh, unreadable: stored };
	} catch {
		return { stored: fresh };
	}
}

/** Tells requests apart. The request itself may be too large to be stored. */
export function hashRequest(request: unknown): string {
	return createHash('sha256').update(JSON.stringify(request)).digest('hex');
}
