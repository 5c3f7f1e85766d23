import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Collected } from '../files/collect';
import { dateAt } from '../media/date';
import { signedLinkExpiry } from '../media/url';
import {
	isTerminal,
	shownFacts,
	shownLayer,
	type GenerationMetadata,
	type GeneratedFile,
} from '../generation/result';

/** Where a result comes from. */
export interface ResultSource {
	itemIndex: number;
	gatewayName: string;
	/** The ID of the model in the request; undefined for a task that was created before. */
	model?: string;
	/** When a model is shut down by its maker: ISO 8601, undefined if no date is known. */
	endOf(model: string | undefined): string | undefined;
	/** The field of the output item for the file; undefined if no file is stored. */
	binaryField?: string;
}

/** What an output item is made from: the source, what the gateway returned, and one of its files. */
export interface Result {
	source: ResultSource;
	/** Removes the key from a gateway's text. */
	redact: (text: string) => string;
	taskId: string | undefined;
	metadata: GenerationMetadata;
	/** The gateway's message if the task failed. */
	errorMessage?: string;
	file?: GeneratedFile;
	storedFile?: Collected['storedFile'];
	/** The total number of files. */
	count?: number;
}

/**
 * Builds the output item of one file, or of a status, with the fields in the order that is most useful to read. The key
 * is removed from what came from outside; our own values stay as they are, whatever the key is.
 */
export function toResultItem({
	source,
	redact,
	taskId,
	metadata,
	errorMessage,
	file,
	storedFile,
	count,
}: Result): INodeExecutionData {
	const { itemIndex, gatewayName, model: requestedModel, binaryField } = source;
	const shown = shownFacts(metadata, redact);
	const url = file && 'url' in file.source ? file.source.url : undefined;
	const endsAt = source.endOf(requestedModel ?? metadata.model);
	const createdAt = shown.createdAt ?? (requestedModel === undefined ? undefined : new Date());
	const fields: IDataObject = {
		gateway: gatewayName,
		model: shown.model ?? requestedModel,
		taskId: taskId === undefined ? undefined : redact(taskId),
		status: shown.status,
		gatewayStatus: shown.gatewayStatus,
		isDone: isTerminal(shown.status),
		errorMessage: errorMessage === undefined ? undefined : redact(errorMessage),
		url: url === undefined ? undefined : redact(url),
		expiresAt:
			url === undefined
				? undefined
				: toExpiryDate(url, createdAt, shown.urlTtlSeconds)?.toISOString(),
		index: count === undefined ? undefined : file?.index,
		count,
		fileName: storedFile?.fileName,
		mimeType: storedFile?.mimeType,
		fileSize: storedFile?.fileSize,
		width: storedFile?.width ?? file?.pixels?.width,
		height: storedFile?.height ?? file?.pixels?.height,
		layer: file?.layer && { ...shownLayer(file.layer, redact) },
		cost: shown.cost,
		createdAt: createdAt?.toISOString(),
		usage: shown.usage,
	};
	const known = Object.entries({
		...fields,
		modelEndsAt: endsAt && new Date(endsAt).toISOString(),
	}).filter(([, value]) => value !== undefined);
	return {
		json: Object.fromEntries(known),
		...(storedFile && binaryField !== undefined
			? { binary: { [binaryField]: storedFile.binary } }
			: {}),
		pairedItem: { item: itemIndex },
	};
}

/** The URL's own signature is the best source of its expiry. */
function toExpiryDate(
	url: string,
	createdAt: Date | undefined,
	ttlSeconds: number | undefined,
): Date | undefined {
	const signed = signedLinkExpiry(url);
	if (signed || ttlSeconds === undefined || createdAt === undefined) return signed;
	return dateAt(createdAt.getTime() + ttlSeconds * 1000);
}
