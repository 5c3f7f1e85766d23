import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Job } from './job';
import type { Collected } from './io/collect';
import { dateAt } from './media/date';
import { shownLink, signedLinkExpiry } from './media/link';
import type { GenerationFacts, MadeFile } from './media/outcome';
import { isDone } from './media/task';

/** What an output item is made of: the job, what the gateway told, and one file of it. */
export interface Result {
	job: Pick<Job, 'itemIndex' | 'gateway' | 'start' | 'endOf'> & { output: Pick<Job['output'], 'putOutputInField'> };
	/** Takes the key out of a gateway's words. */
	withoutKey: (words: string) => string;
	/** The id that was asked for. */
	taskId: string | undefined;
	facts: GenerationFacts;
	/** Why the task failed, in the gateway's words. */
	errorMessage?: string;
	made?: MadeFile;
	stored?: Collected['stored'];
	/** How many files there are in all. */
	count?: number;
}

/** The output item of one file, or of a state, with the fields in the order in which a reader wants them. */
export function itemOf({ job, withoutKey, taskId, facts, errorMessage, made, stored, count }: Result): INodeExecutionData {
	const { itemIndex, gateway, start, output } = job;
	const url = made && 'url' in made.source ? made.source.url : undefined;
	const model = facts.model ?? ('model' in start ? start.model : undefined);
	const endsAt = job.endOf('model' in start ? start.model : model);
	const createdAt = facts.createdAt ?? ('model' in start ? new Date() : undefined);
	const fields: IDataObject = {
		gateway: gateway.name,
		model,
		taskId,
		status: facts.status,
		gatewayStatus: facts.gatewayStatus,
		isDone: isDone(facts.status),
		errorMessage,
		url: url === undefined ? undefined : shownLink(url, withoutKey),
		expiresAt: url === undefined ? undefined : expiryOf(url, createdAt, facts.linkLifetime)?.toISOString(),
		index: count === undefined ? undefined : made?.index,
		count,
		fileName: stored?.fileName,
		mimeType: stored?.mimeType,
		fileSize: stored?.fileSize,
		width: stored?.width ?? made?.pixels?.width,
		height: stored?.height ?? made?.pixels?.height,
		layer: made?.layer && mapText({ ...made.layer }, withoutKey),
		cost: facts.cost,
		createdAt: createdAt?.toISOString(),
		usage: facts.usage && Object.fromEntries(Object.entries(facts.usage).map(([name, count]) => [withoutKey(name), count])),
	};
	const told = Object.entries({ ...fields, modelEndsAt: endsAt && new Date(endsAt).toISOString() }).filter(([, value]) => value !== undefined);
	// A gateway may repeat the key in its words.
	const json = Object.fromEntries(
		told.map(([name, value]) => [name, typeof value === 'string' && name !== 'url' ? withoutKey(value) : value]),
	);
	return {
		json,
		...(stored ? { binary: { [output.putOutputInField]: { ...stored.binary, fileName: withoutKey(stored.fileName) } } } : {}),
		pairedItem: { item: itemIndex },
	};
}

const mapText = (fields: IDataObject, change: (text: string) => string): IDataObject =>
	Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? change(value) : value]));

/** The link's own signature knows best when it dies. */
function expiryOf(url: string, createdAt: Date | undefined, lifetime: number | undefined): Date | undefined {
	const signed = signedLinkExpiry(url);
	if (signed || lifetime === undefined || createdAt === undefined) return signed;
	return dateAt(createdAt.getTime() + lifetime * 1000);
}
