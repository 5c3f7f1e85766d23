import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Gateway } from '../gateways/types';
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

/** What an output item tells of the job that it came of. */
interface Source {
	itemIndex: number;
	gateway: Pick<Gateway, 'name'>;
	start: { modelId: string } | { taskId: string };
	/** When its maker has shut a model down, or will: ISO 8601, undefined where no date is known. */
	endOf(model: string | undefined): string | undefined;
	output: { putOutputInField: string };
}

/** What an output item is made of: the job, what the gateway told, and one file of it. */
export interface Result {
	job: Source;
	/** Takes the key out of a gateway's words. */
	redact: (words: string) => string;
	/** The id that was asked for. */
	taskId: string | undefined;
	metadata: GenerationMetadata;
	/** Why the task failed, in the gateway's words. */
	errorMessage?: string;
	file?: GeneratedFile;
	storedFile?: Collected['storedFile'];
	/** How many files there are in all. */
	count?: number;
}

/**
 * The output item of one file, or of a state, with the fields in the order in which a reader wants them. The key is
 * taken out of what came from outside; our own values stay as they are, whatever the key is.
 */
export function toResultItem({
	job,
	redact,
	taskId,
	metadata: told,
	errorMessage,
	file: made,
	storedFile: stored,
	count,
}: Result): INodeExecutionData {
	const { itemIndex, gateway, start, output } = job;
	const facts = shownFacts(told, redact);
	const url = made && 'url' in made.source ? made.source.url : undefined;
	const model = facts.model ?? ('modelId' in start ? start.modelId : undefined);
	const endsAt = job.endOf('modelId' in start ? start.modelId : told.model);
	const createdAt = facts.createdAt ?? ('modelId' in start ? new Date() : undefined);
	const fields: IDataObject = {
		gateway: gateway.name,
		model,
		taskId: taskId === undefined ? undefined : redact(taskId),
		status: facts.status,
		gatewayStatus: facts.gatewayStatus,
		isDone: isTerminal(facts.status),
		errorMessage: errorMessage === undefined ? undefined : redact(errorMessage),
		url: url === undefined ? undefined : redact(url),
		expiresAt:
			url === undefined
				? undefined
				: toExpiryDate(url, createdAt, facts.urlTtlSeconds)?.toISOString(),
		index: count === undefined ? undefined : made?.index,
		count,
		fileName: stored?.fileName,
		mimeType: stored?.mimeType,
		fileSize: stored?.fileSize,
		width: stored?.width ?? made?.pixels?.width,
		height: stored?.height ?? made?.pixels?.height,
		layer: made?.layer && { ...shownLayer(made.layer, redact) },
		cost: facts.cost,
		createdAt: createdAt?.toISOString(),
		usage: facts.usage,
	};
	const known = Object.entries({
		...fields,
		modelEndsAt: endsAt && new Date(endsAt).toISOString(),
	}).filter(([, value]) => value !== undefined);
	return {
		json: Object.fromEntries(known),
		...(stored ? { binary: { [output.putOutputInField]: stored.binary } } : {}),
		pairedItem: { item: itemIndex },
	};
}

/** The link's own signature knows best when it dies. */
function toExpiryDate(
	url: string,
	createdAt: Date | undefined,
	lifetime: number | undefined,
): Date | undefined {
	const signed = signedLinkExpiry(url);
	if (signed || lifetime === undefined || createdAt === undefined) return signed;
	return dateAt(createdAt.getTime() + lifetime * 1000);
}
