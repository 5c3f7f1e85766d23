import { createHash } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';
import { FAILURE_KINDS, type Failure } from '../errors/failure';
import { isFree, mayBeCharged } from '../errors/retryPolicy';
import type { GenerationResult } from '../generation/result';
import type { PurchaseReference } from '../output/nodeError';
import type { StoredFile } from '../files/download';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const failureSchema = z.object({
	kind: z.enum(FAILURE_KINDS),
	says: z.string(),
	hint: z.string().optional(),
	code: z.string().optional(),
	httpStatus: z.number().optional(),
	parameter: z.string().optional(),
	link: z.string().optional(),
	taskId: z.string().optional(),
	model: z.string().optional(),
	next: z.string().optional(),
});

const outcomeSchema = z.object({
	files: z.array(
		z.object({
			index: z.number(),
			// What came as data is kept as the file that it has become.
			source: z.union([z.object({ url: z.string() }), z.object({ base64: z.literal('') })]),
			pixels: z.object({ width: z.number(), height: z.number() }).optional(),
			layer: z.object({ zIndex: z.number(), name: z.string().optional(), description: z.string().optional(), box: z.array(z.number()).optional() }).optional(),
		}),
	),
	missing: z.array(z.object({ index: z.number(), failure: failureSchema })),
	facts: z.object({
		taskId: z.string().optional(),
		status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired']),
		gatewayStatus: z.string().optional(),
		model: z.string().optional(),
		cost: z.number().optional(),
		createdAt: z.string().pipe(z.coerce.date()).optional(),
		linkLifetime: z.number().optional(),
		usage: z.record(z.number()).optional(),
	}),
});

/** A file in n8n's store, which its id leads to. */
const isStoredBinary = (value: unknown) => isRecord(value) && typeof value.id === 'string' && typeof value.mimeType === 'string';
const storedSchema = z.object({
	index: z.number(),
	file: z.object({
		binary: z.custom<StoredFile['binary']>(isStoredBinary),
		fileName: z.string(),
		mimeType: z.string(),
		fileSize: z.number(),
		width: z.number().optional(),
		height: z.number().optional(),
	}),
});

/** A file that came as data, by its place in the set: n8n has it. */
export interface StoredFileReference {
	index: number;
	file: StoredFile;
}

/**
 * What became of a paid request: a task, what was made, a failure that must not be repeated, or a task that
 * failed and may be ordered once more.
 */
export type Purchase = TaskPurchase | { outcome: GenerationResult; kept: StoredFileReference[] } | { failure: Failure } | FailedTask;

/** A task that was ordered. */
interface TaskPurchase {
	taskId: string;
	boughtAt?: Date | undefined;
	/** A refusal has named it, so that it may not be there. */
	isDoubtful?: boolean | undefined;
}

/** A task that failed, and the gateway's words for it. */
interface FailedTask {
	failedTask: string;
	says?: string | undefined;
}

/** By what that is found at the gateway: its task, and the links of what was made. */
export function referenceTo(bought: Purchase | undefined): PurchaseReference {
	if (!bought) return {};
	if ('failedTask' in bought) return { taskId: bought.failedTask };
	if ('taskId' in bought) return { taskId: bought.taskId, collectable: bought.isDoubtful ? 'perhaps' : 'paid' };
	const { taskId, links } =
		'failure' in bought
			? { taskId: bought.failure.taskId, links: [bought.failure.link ?? []].flat() }
			: { taskId: bought.outcome.facts.taskId, links: bought.outcome.files.flatMap(({ source }) => ('url' in source ? [source.url] : [])) };
	if (taskId === undefined && links.length === 0) return 'failure' in bought && isFree(bought.failure) ? {} : { wasSentBefore: true };
	return { ...(taskId === undefined ? {} : { taskId }), ...(links.length === 0 ? {} : { link: links.join(' , ') }) };
}

const entrySchema = z.object({
	asked: z.string(),
	// A trigger that serves tools to agents elsewhere has no execution of its own.
	executionId: z.string().optional(),
	bought: z.union([
		z.object({ taskId: z.string(), boughtAt: z.string().pipe(z.coerce.date()).optional(), isDoubtful: z.boolean().optional() }),
		z.object({ outcome: outcomeSchema, kept: z.array(storedSchema) }),
		z.object({ failure: failureSchema }),
		z.object({ failedTask: z.string(), says: z.string().optional() }),
	]),
	isHeldBack: z.boolean().optional(),
});

interface Entry {
	asked: string;
	executionId?: string | undefined;
	bought: Purchase;
	/**
	 * Whether the next execution does not send again what may have been charged: another item has failed, too, which may
	 * be what the person retries for. Undefined until that was decided, which is done once.
	 */
	isHeldBack?: boolean | undefined;
}

/** The memory of one paid request. n8n keeps it with the execution, for the next try of a node that failed. */
export interface PurchaseEntry {
	/** What became of the same request of this item in an earlier try. */
	recall(): Purchase | undefined;
	/** Whether that leaves nothing to be sent. */
	isBought(): boolean;
	remember(bought: Purchase): void;
}

/** What a node has bought in this execution. */
export interface PurchaseLedger {
	/** @param asked what was asked for, as `digestOf` writes it */
	of(itemIndex: number, asked: string): PurchaseEntry;
	/** What an earlier try has bought for an item, whatever that asks for now; not as a tool. */
	boughtFor(itemIndex: number): Purchase | undefined;
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
	const kept = keptFor(context);
	const placeOf = placesOf(context, run);
	/** Of this run alone while it is at work: another that asks for the same at the same time buys for itself. */
	const own = new Map<string, Entry | undefined>();

	/** What an earlier try has left is taken over. */
	function takeOver(place: string): void {
		if (own.has(place)) return;
		own.set(place, entrySchema.safeParse(kept[place]).data);
		delete kept[place];
	}

	return {
		of(itemIndex, asked) {
			const place = placeOf(itemIndex, asked);
			takeOver(place);
			const recall = () => {
				const entry = own.get(place);
				// Within one execution the workflow is the same, even if `$now` in its prompt is not.
				if (!entry) return undefined;
				const isRetry = entry.executionId !== executionId;
				if (isRetry && (entry.asked !== asked || (isLeftToPersons(entry.bought) && !entry.isHeldBack))) return undefined;
				// From now on it is this execution's own, and a Retry asks as this try does.
				own.set(place, { ...entry, asked, executionId, ...(isRetry && entry.isHeldBack ? { isHeldBack: false } : {}) });
				return entry.bought;
			};
			return {
				recall,
				isBought() {
					const bought = recall();
					return bought !== undefined && !('failedTask' in bought);
				},
				remember: (bought) => void own.set(place, { asked, executionId, bought }),
			};
		},
		boughtFor(itemIndex) {
			const place = placeOf(itemIndex, '');
			takeOver(place);
			return own.get(place)?.bought;
		},
		close(isNeeded, isForOthers = false) {
			const entries = isNeeded ? [...own] : [];
			let isHeldBack = false;
			for (const [place, entry] of entries) {
				if (!entry) continue;
				if (isForOthers && 'failure' in entry.bought && mayBeCharged(entry.bought.failure)) entry.isHeldBack ??= true;
				isHeldBack ||= entry.isHeldBack === true;
				// As it will be read again: n8n keeps plain JSON.
				kept[place] = JSON.parse(JSON.stringify(entry));
			}
			return isHeldBack;
		},
	};
}

/**
 * Under what name a purchase is found again: the run and the item. As a tool of an agent every try is another
 * run to n8n, so there it is what was asked for.
 */
function placesOf(context: IExecuteFunctions, run?: number): (itemIndex: number, asked: string) => string {
	if (context.getNode().type.endsWith('Tool')) return (_itemIndex, asked) => `tool.${asked}`;
	const runIndex: unknown = run ?? context.getWorkflowDataProxy(0).$runIndex;
	return (itemIndex) => `${String(runIndex)}.${itemIndex}`;
}

/**
 * With the editor's "Retry" a person decides, who may have looked at the gateway's history; but what a content
 * filter refused would be refused once more.
 */
function isLeftToPersons(bought: Purchase): boolean {
	return 'failedTask' in bought || ('failure' in bought && bought.failure.kind !== 'contentRefused');
}

/** The place in the execution's own data; without such data, as in some tools, the memory ends with the run. */
function keptFor(context: IExecuteFunctions): Record<string, unknown> {
	const fresh: Record<string, unknown> = {};
	try {
		const own = context.getContext('node');
		const kept: unknown = own[NAME];
		if (isRecord(kept)) return kept;
		own[NAME] = fresh;
	} catch {
		// What is bought is remembered as long as it can be.
	}
	return fresh;
}

/** Two requests are the same if the same was asked for. What is asked with is too large to be kept. */
export function digestOf(asked: unknown): string {
	return createHash('sha256').update(JSON.stringify(asked)).digest('hex');
}
