import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Gateway, ImageService } from './gateways/gateway';
import { startDeadline, type Deadline } from './io/deadline';
import { failedItem, nodeError, type Failed } from './io/errors';
import { storeFile, type StoredFile } from './io/files';
import { bytesOf, readAnswer, sendToGateway, type HttpResponse } from './io/http';
import { inFlight } from './io/inFlight';
import { MediaError } from './media/failure';
import type { ImageRequest } from './media/imageRequest';
import { signedLinkExpiry } from './media/link';
import type { GenerationFacts, MadeFile, MissingFile, Outcome } from './media/outcome';
import { createEventStreamParser, EventTooLargeError } from './media/serverSentEvents';

/** One input item, read and checked, ready to be sent. */
export interface ImageJob {
	itemIndex: number;
	gateway: Gateway;
	service: ImageService;
	request: ImageRequest;
	output: { download: boolean; putOutputInField: string; fileName: string; timeout: number };
}

/** One place of the output: a finished item, or what failed there. */
type Place = { item: INodeExecutionData } | { failed: Failed };

/**
 * Generates for every item of the input.
 * All items are prepared before the first is sent, so that a slip in the last one costs nothing.
 * @param prepare reads and checks the form of one item
 * @returns one output item a file, in input order; with "On Error: Continue" failed ones in their place
 * @throws NodeApiError or NodeOperationError for the first failure else, naming what was made
 */
export async function generateAll(
	context: IExecuteFunctions,
	maxConcurrency: number,
	prepare: (itemIndex: number) => Promise<ImageJob>,
): Promise<INodeExecutionData[]> {
	const goOn = context.continueOnFail();
	const jobs: Array<ImageJob | Failed> = [];
	for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
		const job = await prepare(itemIndex).catch((error: unknown): Failed => ({ itemIndex, error }));
		if ('error' in job && !goOn) throw nodeError(context, job);
		jobs.push(job);
	}

	let anyFailed = false;
	const places = await inFlight(maxConcurrency, jobs, async (job): Promise<Place[]> => {
		if ('error' in job) return [{ failed: job }];
		// What is bought after a failure that stops the node would be thrown away.
		if (anyFailed && !goOn) return [];
		const made = await generate(context, job);
		anyFailed ||= made.some((place) => 'failed' in place);
		return made;
	});

	const all = places.flat();
	const items = all.flatMap((place) => ('item' in place ? [place.item] : []));
	const failed = all.find((place): place is { failed: Failed } => 'failed' in place);
	if (failed && !goOn) throw nodeError(context, failed.failed, items.map(whereItIs));
	return all.map((place) => ('item' in place ? place.item : failedItem(place.failed)));
}

/** The link of a finished item, or its name where the gateway gave the file itself. */
function whereItIs({ json }: INodeExecutionData): string {
	return String(json.url ?? json.fileName ?? '');
}

/** Makes what one job asks for. Never throws. */
async function generate(context: IExecuteFunctions, job: ImageJob): Promise<Place[]> {
	const { itemIndex, gateway } = job;
	const failed = (error: unknown, taskId?: string): Place => ({
		failed: { itemIndex, gateway, error, ...(taskId === undefined ? {} : { taskId }) },
	});
	const deadline = startDeadline(job.output.timeout, context.getExecutionCancelSignal());
	try {
		// Files are collected as they are made, while the rest of a set is still being drawn.
		const collecting: Array<Promise<{ made: MadeFile; stored?: StoredFile; error?: unknown }>> = [];
		const { missing, facts } = await submit(context, job, deadline, (made) => {
			collecting.push(collect(context, job, made, deadline));
		});
		const collected = await Promise.all(collecting);
		const count = collected.length + missing.length;
		if (collected.length === 0) throw new MediaError(missing[0]?.failure ?? { kind: 'gatewayFailed', says: 'it made no image' }, facts.taskId);
		const places = [
			...collected.map(({ made, stored, error }) => ({
				index: made.index,
				place: error === undefined ? { item: finishedItem(job, made, stored, facts, count) } : failed(error, facts.taskId),
			})),
			...missing.map(({ index, failure }) => ({ index, place: failed(new MediaError(failure), facts.taskId) })),
		];
		return places.sort((a, b) => a.index - b.index).map(({ place }) => place);
	} catch (error) {
		return [failed(error)];
	}
}

/**
 * Sends one request and hands every file on as soon as it is known.
 * @throws MediaError when the gateway refused, or answered nothing that can be read
 */
async function submit(
	context: IExecuteFunctions,
	{ gateway, service, request, itemIndex }: ImageJob,
	deadline: Deadline,
	onFile: (made: MadeFile) => void,
): Promise<{ missing: MissingFile[]; facts: GenerationFacts }> {
	const response = await sendToGateway(context, gateway, service.submit(request), itemIndex, deadline);
	if (service.readStream && response.httpStatus === 200 && response.contentType.includes('text/event-stream')) {
		return await readEvents(response, service.readStream(request), deadline, onFile);
	}
	const answer = await readAnswer(response, deadline);
	const failure = gateway.failureOf(answer);
	if (failure) throw new MediaError(failure);
	const outcome: Outcome = service.read(answer.body, request);
	outcome.files.forEach(onFile);
	return outcome;
}

/** Reads a stream of results. When it breaks off after the first file, what has come is kept. */
async function readEvents(
	response: HttpResponse,
	reader: ReturnType<NonNullable<ImageService['readStream']>>,
	deadline: Deadline,
	onFile: (made: MadeFile) => void,
): Promise<{ missing: MissingFile[]; facts: GenerationFacts }> {
	const parser = createEventStreamParser();
	let files = 0;
	const take = (data: string) => {
		for (const made of reader.read(data)) {
			files++;
			onFile(made);
		}
	};
	let broken: unknown;
	try {
		for await (const chunk of bytesOf(response.body, deadline)) parser.push(chunk).forEach(({ data }) => take(data));
		parser.end().forEach(({ data }) => take(data));
	} catch (error) {
		broken = error instanceof EventTooLargeError ? new MediaError({ kind: 'answerLost', says: error.message }) : error;
	}
	if (broken !== undefined && files === 0) throw broken;
	return reader.finish();
}

/** Brings one file into n8n's store. Never throws. */
async function collect(context: IExecuteFunctions, job: ImageJob, made: MadeFile, deadline: Deadline) {
	// A file that came inside the answer has no link, so leaving it out would lose it.
	if (!job.output.download && 'url' in made.source) return { made };
	const naming = {
		fallback: `${job.request.model}-${made.index + 1}`,
		...(job.output.fileName ? { wanted: job.output.fileName } : {}),
		...(job.request.maxImages > 1 ? { number: made.index + 1 } : {}),
	};
	try {
		return { made, stored: await storeFile(context, made.source, naming, deadline) };
	} catch (error) {
		return { made, error };
	}
}

/** The output item of one file, with the fields in the order in which a reader wants them. */
function finishedItem(
	{ itemIndex, gateway, request, output }: ImageJob,
	{ index, source, pixels }: MadeFile,
	stored: StoredFile | undefined,
	facts: GenerationFacts,
	count: number,
): INodeExecutionData {
	const url = 'url' in source ? source.url : undefined;
	const createdAt = facts.createdAt ?? new Date();
	const fields: IDataObject = {
		gateway: gateway.name,
		model: facts.model ?? request.model,
		taskId: facts.taskId,
		status: facts.status,
		gatewayStatus: facts.gatewayStatus,
		isDone: true,
		url,
		expiresAt: url === undefined ? undefined : expiryOf(url, createdAt, facts.linkLifetime)?.toISOString(),
		index,
		count,
		fileName: stored?.fileName,
		mimeType: stored?.mimeType,
		fileSize: stored?.fileSize,
		width: stored?.width ?? pixels?.width,
		height: stored?.height ?? pixels?.height,
		cost: facts.cost,
		createdAt: createdAt.toISOString(),
		usage: facts.usage,
	};
	const json = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
	return {
		json,
		...(stored ? { binary: { [output.putOutputInField]: stored.binary } } : {}),
		pairedItem: { item: itemIndex },
	};
}

/** The link's own signature knows best when it dies. */
function expiryOf(url: string, createdAt: Date, lifetime: number | undefined): Date | undefined {
	const signed = signedLinkExpiry(url);
	if (signed || lifetime === undefined) return signed;
	return new Date(createdAt.getTime() + lifetime * 1000);
}
