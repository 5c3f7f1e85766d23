import { z } from 'zod';
import type { StoredFile } from '../files/storeBinary';
import type { Failure } from '../errors/failure';
import { isFailureKind } from '../errors/policy';
import { TASK_STATUSES, type GenerationMetadata } from '../generation/result';
import { isRecord } from '../media/json';
import type { LedgerEntry, Purchase } from './purchase';

const STORED_VERSION = 1;

const failureSchema = z.object({
	kind: z.string().refine(isFailureKind),
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

const metadataSchema = z.object({
	taskId: z.string().optional(),
	status: z.enum(TASK_STATUSES),
	gatewayStatus: z.string().optional(),
	model: z.string().optional(),
	cost: z.number().optional(),
	createdAt: z.string().pipe(z.coerce.date()).optional(),
	linkLifetime: z.number().optional(),
	usage: z.record(z.number()).optional(),
});

const outcomeSchema = z.object({
	files: z.array(
		z.object({
			index: z.number(),
			// What came as data is kept as the file that it has become.
			source: z.union([z.object({ url: z.string() }), z.object({ base64: z.literal('') })]),
			pixels: z.object({ width: z.number(), height: z.number() }).optional(),
			layer: z
				.object({
					zIndex: z.number(),
					name: z.string().optional(),
					description: z.string().optional(),
					box: z.array(z.number()).optional(),
				})
				.optional(),
		}),
	),
	missing: z.array(z.object({ index: z.number(), failure: failureSchema })),
	facts: metadataSchema,
});

/** A file in n8n's store, which its id leads to. */
const isStoredBinary = (value: unknown) =>
	isRecord(value) && typeof value.id === 'string' && typeof value.mimeType === 'string';
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

/**
 * The form in which n8n keeps a purchase with the execution. Its names are those of version 0.1 and stay: an execution
 * that was stored before an update is retried after it. An entry without a version is of version 1.
 */
const entrySchema = z.object({
	version: z.literal(STORED_VERSION).optional(),
	asked: z.string(),
	// A trigger that serves tools to agents elsewhere has no execution of its own.
	executionId: z.string().optional(),
	bought: z.union([
		z.object({
			taskId: z.string(),
			boughtAt: z.string().pipe(z.coerce.date()).optional(),
			isDoubtful: z.boolean().optional(),
		}),
		z.object({ outcome: outcomeSchema, kept: z.array(storedSchema) }),
		z.object({ failure: failureSchema }),
		z.object({ failedTask: z.string(), says: z.string().optional() }),
	]),
	isHeldBack: z.boolean().optional(),
});

/** What can be told even of an entry that cannot be read. */
const taskSchema = z.object({
	bought: z.object({ taskId: z.string().optional(), failedTask: z.string().optional() }),
});

/** Told of an entry that cannot be read: it was written by another version of the package, or damaged. */
const UNREADABLE: Failure = {
	kind: 'answerLost',
	message:
		'what an earlier try of this node has bought for this item was stored in a form that this version of the package cannot read',
};

/**
 * Reads what n8n has kept of a purchase.
 * @param stored as it was kept; undefined where nothing was
 * @param executionId of the execution that reads it
 * @returns undefined where nothing was kept. What cannot be read is never taken for that: it is a failure of kind
 * `answerLost`, as of this execution, so that nothing is sent before a person has decided to.
 */
export function parseStoredEntry(
	stored: unknown,
	executionId: string | undefined,
): LedgerEntry | undefined {
	if (stored === undefined) return undefined;
	const { data } = entrySchema.safeParse(stored);
	if (!data) {
		const { taskId, failedTask } = taskSchema.safeParse(stored).data?.bought ?? {};
		const named = {
			...(taskId === undefined ? {} : { taskId }),
			// It cannot be collected, so it is no task of this failure.
			...(failedTask === undefined ? {} : { detail: `task ${failedTask} had failed before` }),
		};
		return { requestHash: '', executionId, purchase: { failure: { ...UNREADABLE, ...named } } };
	}
	const { asked, bought: purchase, executionId: writtenBy, isHeldBack } = data;
	return { requestHash: asked, executionId: writtenBy, purchase: toPurchase(purchase), isHeldBack };
}

/** @returns plain JSON, which is all that n8n keeps */
export function toStoredEntry({
	requestHash: asked,
	executionId,
	purchase,
	isHeldBack,
}: LedgerEntry): unknown {
	return JSON.parse(
		JSON.stringify({ asked, executionId, bought: toStoredPurchase(purchase), isHeldBack }),
	);
}

type StoredFailure = z.infer<typeof failureSchema>;
type StoredPurchase = z.infer<typeof entrySchema>['bought'];

function toPurchase(stored: StoredPurchase): Purchase {
	if ('taskId' in stored)
		return {
			taskId: stored.taskId,
			purchasedAt: stored.boughtAt,
			isUnconfirmed: stored.isDoubtful,
		};
	if ('failure' in stored) return { failure: toFailure(stored.failure) };
	if ('failedTask' in stored) return { failedTaskId: stored.failedTask, message: stored.says };
	const { files, missing, facts: metadata } = stored.outcome;
	const failedFiles = missing.map(({ index, failure }) => ({ index, failure: toFailure(failure) }));
	return {
		result: { files, failedFiles, metadata: toMetadata(metadata) },
		storedFiles: stored.kept,
	};
}

function toStoredPurchase(purchase: Purchase): unknown {
	if ('taskId' in purchase)
		return {
			taskId: purchase.taskId,
			boughtAt: purchase.purchasedAt,
			isDoubtful: purchase.isUnconfirmed,
		};
	if ('failure' in purchase) return { failure: toStoredFailure(purchase.failure) };
	if ('failedTaskId' in purchase)
		return { failedTask: purchase.failedTaskId, says: purchase.message };
	const { files, failedFiles, metadata } = purchase.result;
	const missing = failedFiles.map(({ index, failure }) => ({
		index,
		failure: toStoredFailure(failure),
	}));
	return {
		outcome: { files, missing, facts: toStoredMetadata(metadata) },
		kept: purchase.storedFiles,
	};
}

const toFailure = ({ says, hint, next, link, ...rest }: StoredFailure): Failure => ({
	...rest,
	message: says,
	...(hint === undefined ? {} : { detail: hint }),
	...(next === undefined ? {} : { advice: next }),
	...(link === undefined ? {} : { url: link }),
});

const toStoredFailure = ({ message, detail, advice, url, recoverable, ...rest }: Failure) =>
	({
		...rest,
		says: message,
		hint: detail,
		next: advice,
		link: url,
		collectable: recoverable && (recoverable === 'confirmed' ? 'paid' : 'perhaps'),
	}) satisfies StoredFailure & { collectable: unknown };

const toMetadata = ({
	linkLifetime,
	...rest
}: z.infer<typeof metadataSchema>): GenerationMetadata => ({
	...rest,
	...(linkLifetime === undefined ? {} : { urlTtlSeconds: linkLifetime }),
});

const toStoredMetadata = ({ urlTtlSeconds, ...rest }: GenerationMetadata) => ({
	...rest,
	linkLifetime: urlTtlSeconds,
});
