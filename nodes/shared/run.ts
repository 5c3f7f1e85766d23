import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Answer, Gateway, ImageService, ResultReader } from './gateways/gateway';
import { startDeadline, type Deadline } from './io/deadline';
import { failedItem, nodeError, type Failed } from './io/errors';
import { storeFile, type StoredFile } from './io/files';
import {
	accessTo,
	asAnswer,
	bytesOf,
	gatherBytes,
	MAX_ANSWER_BYTES,
	readAnswer,
	sendToGateway,
	type Access,
	type HttpResponse,
} from './io/http';
import { inFlight } from './io/inFlight';
import type { CheckedReference } from './io/references';
import { MediaError, type Failure } from './media/failure';
import type { ImageRequest } from './media/imageRequest';
import { signedLinkExpiry } from './media/link';
import type { GenerationFacts, MadeFile, Outcome } from './media/outcome';
import { createEventStreamParser, EventTooLargeError, type ServerSentEvent } from './media/serverSentEvents';

/** One input item, read and checked, ready to be sent. */
export interface ImageJob {
	itemIndex: number;
	gateway: Gateway;
	service: ImageService;
	request: Omit<ImageRequest, 'images'>;
	references: readonly CheckedReference[];
	output: { download: boolean; putOutputInField: string; fileName: string; timeout: number };
}

/** One place of the output: a finished item, or what failed there. */
type Place = { item: INodeExecutionData } | { failed: Failed };

/**
 * Generates for every item of the input.
 * All items are prepared before the first is sent, so that a slip in the last one costs nothing.
 * @param prepare reads and checks the form of one item; never throws
 * @returns one output item a file, in input order; with "On Error: Continue" failed ones in their place
 * @throws NodeApiError or NodeOperationError for the first failure else, naming what was made
 */
export async function generateAll(
	context: IExecuteFunctions,
	maxConcurrency: number,
	prepare: (itemIndex: number) => Promise<ImageJob | Failed>,
): Promise<INodeExecutionData[]> {
	const goOn = context.continueOnFail();
	const itemIndexes = context.getInputData().map((_item, itemIndex) => itemIndex);
	const jobs = await inFlight(maxConcurrency, itemIndexes, prepare);
	const slip = jobs.find((job): job is Failed => 'error' in job);
	if (slip && !goOn) throw nodeError(context, slip);

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
	const stopper = all.find((place): place is { failed: Failed } => 'failed' in place);
	if (stopper && !goOn) {
		const others = all.filter((place) => place !== stopper);
		throw nodeError(context, stopper.failed, others.map(whereItIs).filter((place) => place !== ''));
	}
	return all.map((place) => ('item' in place ? place.item : failedItem(place.failed)));
}

/** Where a user finds what was paid for: its link, else its task, else the name of the file. */
function whereItIs(place: Place): string {
	if ('item' in place) return String(place.item.json.url ?? place.item.json.fileName ?? '');
	const { error } = place.failed;
	return error instanceof MediaError ? (error.failure.link ?? error.failure.taskId ?? '') : '';
}

/** Makes what one job asks for. Never throws. */
async function generate(context: IExecuteFunctions, job: ImageJob): Promise<Place[]> {
	const { itemIndex, gateway } = job;
	let access: Access;
	try {
		access = await accessTo(context, gateway, itemIndex);
	} catch (error) {
		return [{ failed: { itemIndex, gateway, error } }];
	}
	const failed = (failure: Failure, taskId = failure.taskId): Place => {
		const error = new MediaError({
			...failure,
			says: access.withoutKey(failure.says),
			...(failure.code === undefined ? {} : { code: access.withoutKey(failure.code) }),
			...(taskId === undefined ? {} : { taskId }),
		});
		return { failed: { itemIndex, gateway, error } };
	};
	const deadline = startDeadline(job.output.timeout, context.getExecutionCancelSignal());
	try {
		// Files are collected as they are made, while the rest of a set is still being drawn.
		const collecting: Array<ReturnType<typeof collect>> = [];
		const { missing, facts } = await submit(context, job, access, deadline, (made) => {
			collecting.push(collect(context, job, made, deadline));
		});
		const collected = await Promise.all(collecting);
		const count = collected.length + missing.length;
		if (count === 0) return [failed({ kind: 'gatewayFailed', says: 'it made no image' }, facts.taskId)];
		const places = [
			...collected.map(({ made, stored, failure }) => ({
				index: made.index,
				place: failure ? failed(failure, facts.taskId) : { item: finishedItem(job, made, stored, facts, count) },
			})),
			...missing.map(({ index, failure }) => ({ index, place: failed(failure, facts.taskId) })),
		];
		return places.sort((a, b) => a.index - b.index).map(({ place }) => place);
	} catch (error) {
		return [error instanceof MediaError ? failed(error.failure) : { failed: { itemIndex, gateway, error } }];
	}
}

/** What a request brought besides its files. */
type Rest = Pick<Outcome, 'missing' | 'facts'>;

/**
 * Sends one request and hands every file on as soon as it is known.
 * @throws MediaError when the gateway refused, or answered nothing that can be read
 */
async function submit(
	context: IExecuteFunctions,
	{ gateway, service, references, request: asked }: ImageJob,
	access: Access,
	deadline: Deadline,
	onFile: (made: MadeFile) => void,
): Promise<Rest> {
	const images = await Promise.all(references.map(async (read) => await read(deadline)));
	const request = { ...asked, images };
	const response = await sendToGateway(context, gateway, access, service.submit(request), deadline);
	const reader = response.httpStatus === 200 ? service.readStream?.(request) : undefined;
	const read = reader ? await readEvents(response, reader, deadline, onFile) : await readAnswer(response, deadline);
	if ('missing' in read) return read;
	const failure = gateway.failureOf(read);
	if (failure) throw new MediaError(failure);
	const outcome = service.read(read.body, request);
	outcome.files.forEach(onFile);
	return outcome;
}

/**
 * Reads a stream of results. When it breaks off after the first file, what has come is kept.
 * @returns a whole answer instead, when not one event was in it: proxies do not keep to content types,
 * so the body alone decides
 */
async function readEvents(
	response: HttpResponse,
	reader: ResultReader,
	deadline: Deadline,
	onFile: (made: MadeFile) => void,
): Promise<Rest | Answer> {
	// A whole answer in one line passes through here, too.
	const parser = createEventStreamParser({ maxEventBytes: MAX_ANSWER_BYTES });
	const unread = gatherBytes();
	let events = 0;
	let files = 0;
	const take = (found: ServerSentEvent[]) => {
		for (const { data } of found) {
			events++;
			const made = reader.read(data);
			files += made.length;
			made.forEach(onFile);
		}
	};
	let broken: Failure | undefined;
	try {
		for await (const chunk of bytesOf(response.body, deadline)) {
			take(parser.push(chunk));
			if (events === 0) unread.add(chunk);
		}
	} catch (error) {
		broken = failureOf(error);
	}
	try {
		// The last event may lack its blank line. One that was cut is no JSON, and is passed over.
		take(parser.end());
	} catch (error) {
		broken ??= failureOf(error);
	}
	if (broken && files === 0) throw new MediaError(broken);
	if (events === 0) return asAnswer(response, unread.all());
	return reader.finish(broken);
}

/** The failure behind what was thrown. */
function failureOf(error: unknown): Failure {
	if (error instanceof MediaError) return error.failure;
	return { kind: 'answerLost', says: error instanceof EventTooLargeError ? error.message : 'what came could not be read' };
}

/** Brings one file into n8n's store. Never throws. */
async function collect(
	context: IExecuteFunctions,
	{ output, request }: ImageJob,
	made: MadeFile,
	deadline: Deadline,
): Promise<{ made: MadeFile; stored?: StoredFile; failure?: Failure }> {
	// A file that came inside the answer has no link, so leaving it out would lose it.
	if (!output.download && 'url' in made.source) return { made };
	const naming = {
		fallback: request.model,
		...(output.fileName ? { wanted: output.fileName } : {}),
		...(request.maxImages > 1 ? { number: made.index + 1 } : {}),
	};
	try {
		return { made, stored: await storeFile(context, made.source, naming, deadline) };
	} catch (error) {
		return { made, failure: failureOf(error) };
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
