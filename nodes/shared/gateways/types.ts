import type { Failure } from '../errors/failure';
import type { GptImageModel, GptImageRequest } from '../generation/gptImageRequest';
import type { ImageModel, ImageRequest } from '../generation/seedreamRequest';
import type { Known, MediaLimits, MediaModel, MediaRequest } from '../generation/request';
import type { GeneratedFile, TaskStatus, GenerationResult } from '../generation/result';
import type { VideoModel, VideoRequest } from '../generation/seedanceRequest';
import type { ApiPaths } from '../credentials/normalize';

/** A request to a gateway, without its API key and host. */
export interface GatewayRequest {
	method: 'GET' | 'POST' | 'DELETE';
	/** Appended to the normalized base URL, e.g. "/v1/media/generate". May have a query. */
	path: string;
	/** Sent as JSON. A request that only reads something may have none. */
	body?: Record<string, unknown>;
	/** Sent as multipart/form-data, instead of `body`. */
	form?: readonly FormPart[];
}

/** A field of a multipart form, or a file as a data URI. */
export interface FormPart {
	name: string;
	value: string;
	isFile?: boolean;
}

/** A response of a gateway, read but not yet interpreted. */
export interface ApiResponse {
	httpStatus: number;
	/** The parsed JSON, or the text if it is not JSON. */
	body: unknown;
	/** How long the gateway asks to wait before the next request. Seconds. */
	retryAfter?: number;
	/** The target of a redirect, as the gateway writes it. */
	location?: string;
}

/** Parses a stream of results, event by event. Its only state is what it has seen. */
export interface StreamParser {
	/**
	 * Parses the data of one event. Never throws.
	 * @returns the files in this event
	 */
	parseResponse(data: string): GeneratedFile[];
	/** Returns the error that an event reported, as long as no file has come. One may still come. */
	failure(): Failure | undefined;
	/**
	 * Returns what is known at the end of the stream, whether or not it was complete.
	 * @param broken why the connection broke off, if it did
	 */
	finish(broken?: Failure): Pick<GenerationResult, 'failedFiles' | 'metadata'>;
}

/** The models of a service. */
export interface ModelOffer<Model extends MediaModel = MediaModel> {
	/** The known models of the gateway. The first is the default. */
	models: readonly [Known<Model>, ...Array<Known<Model>>];
	/** Models that are not in the list, but known if their ID is typed: other names, earlier versions. */
	otherNames?(): ReadonlyArray<Known<Model>>;
	/** Used for a typed ID that is not known: rejects only what no model accepts. */
	anyModel: Omit<Model, 'id' | 'name'>;
}

/** The models of a service, and how to ask the gateway which it has. */
export interface ModelSource<Model extends MediaModel = MediaModel> extends ModelOffer<Model> {
	/** Present if the gateway lists its models for free. */
	modelList?: ModelListApi;
}

/** What a gateway offers of a service: all that the form shows of it. */
export interface ServiceOffer<Model extends MediaModel = MediaModel>
	extends ModelOffer<Model>,
		MediaLimits {
	/** What is special about this gateway, for the list in the form. */
	description: string;
	/** The name of the input images in the form. */
	inputImagesLabel: string;
	/**
	 * Present if the gateway works with tasks: whether it lists them, whether it cancels one, and whether it takes an
	 * address that it calls when the status of a task changes.
	 */
	taskFeatures?: { list: boolean; cancel: boolean; callback?: 'always' | 'perhaps' };
}

/** How a gateway generates something: what it offers, how to request it, and how to parse the response. */
export interface GenerationService<
	Request extends MediaRequest = MediaRequest,
	Model extends MediaModel = MediaModel,
> extends ServiceOffer<Model>,
		ModelSource<Model> {
	/** Builds the request to the API. */
	buildRequest(request: Request): GatewayRequest;
	/**
	 * Parses a whole response: a finished result, or a task that was created.
	 * @throws {GenerationError} kind `answerLost` if its shape is not documented, and of other kinds if it reports a
	 * failure
	 */
	parseResponse(body: unknown, request: Request): GenerationResult;
	/** Present if the response may come as Server-Sent Events. */
	createStreamParser?(request: Request): StreamParser;
	/** Adds to a failure what follows from the request. */
	explainError?(failure: Failure, request: Request): Failure;
	/** Present if the gateway works with tasks. */
	tasks?: TaskApi;
}

/** How the tasks of a gateway are requested, and how its responses are parsed. */
export interface TaskApi {
	/** Builds the request for the status of a task. Free. */
	getTask(taskId: string): GatewayRequest;
	/**
	 * Parses the status of a task. An unknown one counts as running.
	 * @throws {GenerationError} if the response does not contain the task: of the kind of its error, or `answerLost`; and
	 * kind `fileGone` if the URL of the file is invalid
	 */
	parseResponse(answer: ApiResponse): GenerationResult;
	/** Present if the gateway lists its tasks. */
	list?: TaskListApi;
	/**
	 * Parses what the gateway posts when the status of a task has changed: which task, and whether it has ended. Never
	 * throws; undefined if it names no task. Present if the gateway calls.
	 */
	parseCallback?(body: unknown): { taskId: string; hasEnded: boolean } | undefined;
	/**
	 * Builds the request that cancels a queued task. Present if the gateway has it. It may delete a task that has ended.
	 */
	cancel?(taskId: string): GatewayRequest;
}

/** Which tasks to list. */
export interface TaskFilter {
	status?: TaskStatus;
	/** The ID of a model in the API. */
	model?: string;
	taskIds?: readonly string[];
	serviceTier?: string;
}

/** How the list of tasks is requested, page by page, and how the responses are parsed. */
export interface TaskListApi {
	/** The service tiers with a list of their own, if there are several: all tasks are those of all lists. */
	serviceTiers?: readonly string[];
	/**
	 * How many task IDs the filter takes, and how long the gateway wants to have between two lists. Absent if it does not
	 * filter by IDs.
	 */
	idFilter?: { maxTaskIds: number; minIntervalMs: number };
	/**
	 * Builds the request for a page. Free.
	 * @param page from 1
	 */
	buildRequest(filter: TaskFilter, page: number): GatewayRequest;
	/**
	 * Parses a page: its tasks, each with its ID, in the gateway's order; how many entries it has; and how many there are
	 * on all pages, if the gateway tells.
	 * @throws {GenerationError} kind `answerLost` if the response is not a list
	 */
	parseResponse(body: unknown): { tasks: GenerationResult[]; entries: number; total?: number };
	/** Returns whether a task matches the parts of the filter that the gateway does not apply itself. */
	matches(task: GenerationResult, filter: TaskFilter): boolean;
}

/** How the models of a gateway are requested, and how its response is parsed. */
export interface ModelListApi {
	/** Builds the request. Free. */
	buildRequest(): GatewayRequest;
	/**
	 * Returns the IDs of the models of this service, in the gateway's order.
	 * @throws {GenerationError} kind `answerLost` if the response is not a list
	 */
	parseResponse(answer: ApiResponse): string[];
}

/** The balance of an account. */
export interface Balance {
	/** Negative if the gateway grants credit and some is used. */
	balance: number;
	/** How far below zero the balance may go, if the gateway tells. */
	creditLimit?: number;
	/** The currency of both amounts, as an ISO 4217 code. */
	currency: string;
}

/** How the balance is requested, and how the response is parsed. */
export interface BalanceApi {
	/** Builds the request. Free. */
	buildRequest(): GatewayRequest;
	/** @throws {GenerationError} kind `answerLost` if the response has no balance */
	parseResponse(body: unknown): Balance;
}

/** What a gateway offers of Seedream. */
export interface SeedreamOffer extends ServiceOffer<ImageModel> {
	/** Which optional parameters the gateway has. */
	offers: { sets: boolean; watermark: boolean; responseFormat: boolean; stream: boolean };
}

/** What a gateway offers of Seedance. */
export type SeedanceOffer = ServiceOffer<VideoModel>;

/** What a gateway offers of GPT Image. */
export type GptImageOffer = ServiceOffer<GptImageModel>;

/** How a gateway generates Seedream images. */
export type SeedreamService = GenerationService<ImageRequest, ImageModel> & SeedreamOffer;

/** How a gateway generates Seedance videos. */
export type SeedanceService = GenerationService<VideoRequest, VideoModel>;

/** How a gateway generates images with GPT Image. */
export type GptImageService = GenerationService<GptImageRequest, GptImageModel>;

/**
 * What a gateway offers: all that n8n needs of it at its start, for the forms of the nodes and of the credential. How
 * to talk to it is in a module of its own, which is loaded with the first run.
 */
export interface GatewayOffer {
	/** The value of the parameter `gateway`. Stored in workflows, so it never changes. */
	name: string;
	displayName: string;
	/** The name of its credential type. */
	credential: string;
	apiPaths: ApiPaths;
	/** Whether the gateway tells the balance of the account. False by default. */
	tellsBalance?: boolean;
	seedream?: SeedreamOffer;
	seedance?: SeedanceOffer;
	gptImage?: GptImageOffer;
}

/** All that the rest of the package knows about a gateway. Pure: it never sends, waits, logs or uses n8n. */
export interface Gateway extends GatewayOffer {
	/** Returns the failure in a response, or undefined if it reports none. */
	parseError(answer: ApiResponse): Failure | undefined;
	/** Present if the gateway tells the balance of the account. */
	balance?: BalanceApi;
	seedream?: SeedreamService;
	seedance?: SeedanceService;
	gptImage?: GptImageService;
}
