import type { Failure } from '../errors/failure';
import type { GptImageModel, GptImageRequest } from '../generation/gptImageRequest';
import type { ImageModel, ImageRequest } from '../generation/seedreamRequest';
import type { Known, MediaLimits, MediaModel, MediaRequest } from '../generation/request';
import type { GeneratedFile, TaskStatus, GenerationResult } from '../generation/result';
import type { VideoModel, VideoRequest } from '../generation/seedanceRequest';
import type { ApiPaths } from '../credentials/normalize';

/** A request to a gateway, without its key and its host. */
export interface GatewayRequest {
	method: 'GET' | 'POST' | 'DELETE';
	/** Behind the base URL, as `cleanBaseUrl` gives it, e.g. "/v1/media/generate"; a query goes behind it. */
	path: string;
	/** Sent as JSON. A question may have none. */
	body?: Record<string, unknown>;
	/** Sent as multipart/form-data, in the place of `body`. */
	form?: readonly FormPart[];
}

/** A field of a multipart form, or a file, which is given as a data URI. */
export interface FormPart {
	name: string;
	value: string;
	isFile?: boolean;
}

/** What a gateway answered, read but not yet understood. */
export interface ApiResponse {
	httpStatus: number;
	/** The parsed JSON, or the text where it was none. */
	body: unknown;
	/** How long the gateway asks to wait before the next request, in seconds. */
	retryAfter?: number;
	/** Where a redirect leads, as the gateway writes it. */
	location?: string;
}

/** Reads a stream of results, event by event. It keeps what it has seen, and nothing else. */
export interface StreamParser {
	/**
	 * Takes the data of one event.
	 * @returns the files that this event brought
	 */
	parseResponse(data: string): GeneratedFile[];
	/** What an event has said that went wrong, while no file has come. One may come all the same. */
	failure(): Failure | undefined;
	/**
	 * What is known when the stream is over, whether or not it said that it was complete.
	 * @param broken why it broke off, if it did
	 */
	finish(broken?: Failure): Pick<GenerationResult, 'failedFiles' | 'metadata'>;
}

/** The models of a service. */
export interface ModelOffer<Model extends MediaModel = MediaModel> {
	/** What is known of the gateway, the first being the default. */
	models: readonly [Known<Model>, ...Array<Known<Model>>];
	/** Models that are not in the list, but known where they are typed: other names, earlier versions. */
	otherNames?(): ReadonlyArray<Known<Model>>;
	/** Present where the gateway tells at no cost which models it has. */
	modelList?: ModelListApi;
	/** Used for an id that the user typed and that is not in the list: refuses only what no model takes. */
	anyModel: Omit<Model, 'id' | 'name'>;
}

/** How a gateway makes something: what it offers, how to ask, how to read. */
export interface GenerationService<
	Request extends MediaRequest = MediaRequest,
	Model extends MediaModel = MediaModel,
> extends ModelOffer<Model>,
		MediaLimits {
	/** What is special about it at this gateway, for the list in the form. */
	description: string;
	/** What the form calls the input images. */
	inputImagesLabel: string;
	/** The request for what was asked for. */
	buildRequest(request: Request): GatewayRequest;
	/**
	 * Reads a whole answer: a finished result, or a task that has begun.
	 * @throws MediaError when it is none that the gateway documents
	 */
	parseResponse(body: unknown, request: Request): GenerationResult;
	/** Present where the answer may come as Server-Sent Events. */
	createStreamParser?(request: Request): StreamParser;
	/** Says more of a refusal than its words do, from what was asked for. */
	explainError?(failure: Failure, request: Request): Failure;
	/** Present where the gateway makes it as a task. */
	tasks?: TaskApi;
}

/** How a gateway is asked for a task, and how it answers. */
export interface TaskApi {
	/** The request for the state of a task; it costs nothing. */
	getTask(taskId: string): GatewayRequest;
	/**
	 * Reads the state. One that is unknown counts as running.
	 * @throws MediaError when the answer tells nothing of the task
	 */
	parseResponse(answer: ApiResponse): GenerationResult;
	/** Present where the gateway lists its tasks. */
	list?: TaskListApi;
	/** The request that cancels a task which waits for its turn. Present where the gateway has it; one that is done it may forget. */
	cancel?(taskId: string): GatewayRequest;
}

/** Which tasks are wanted. */
export interface TaskFilter {
	status?: TaskStatus;
	/** A model's id on the wire. */
	model?: string;
	taskIds?: readonly string[];
	serviceTier?: string;
}

/** How a gateway is asked for its tasks, page by page, and how it answers. */
export interface TaskListApi {
	/** The tiers of service that have lists of their own, where there is more than one: whoever wants all asks for each. */
	serviceTiers?: readonly string[];
	/** @param page from 1 */
	buildRequest(filter: TaskFilter, page: number): GatewayRequest;
	/**
	 * The tasks of a page, each with its id, in the gateway's own order; how many entries it had, and how many all pages
	 * together have, where the gateway says so.
	 * @throws MediaError when the answer is no list
	 */
	parseResponse(body: unknown): { tasks: GenerationResult[]; entries: number; total?: number };
	/** Whether a task is one of those that are wanted, as far as the gateway does not choose by itself. */
	matches(task: GenerationResult, filter: TaskFilter): boolean;
}

/** How a gateway is asked which models it has, and how it answers. */
export interface ModelListApi {
	/** The request; it costs nothing. */
	buildRequest(): GatewayRequest;
	/**
	 * The ids of the models of this service, in the gateway's order.
	 * @throws MediaError when the answer is no list
	 */
	parseResponse(answer: ApiResponse): string[];
}

/** What is left on an account. */
export interface Balance {
	/** Below zero where the gateway gives credit. */
	balance: number;
	/** How far below zero it may go, where the gateway says so. */
	creditLimit?: number;
	/** Of both, by its code of three letters (ISO 4217). */
	currency: string;
}

/** How a gateway is asked for what is left on the account, and how it answers. */
export interface BalanceApi {
	/** The request; it costs nothing. */
	buildRequest(): GatewayRequest;
	/** @throws MediaError when the answer tells no balance */
	parseResponse(body: unknown): Balance;
}

/** How a gateway makes Seedream pictures. */
export interface SeedreamService extends GenerationService<ImageRequest, ImageModel> {
	/** Which of the optional parameters the gateway has. */
	offers: { sets: boolean; watermark: boolean; responseFormat: boolean; stream: boolean };
}

/** How a gateway makes Seedance videos. */
export type SeedanceService = GenerationService<VideoRequest, VideoModel>;

/** How a gateway makes pictures with GPT Image. */
export type GptImageService = GenerationService<GptImageRequest, GptImageModel>;

/** All that the rest of the package knows about a gateway. Pure: it never sends, waits, logs or knows n8n. */
export interface Gateway {
	/** The value of the parameter `gateway`. */
	name: string;
	displayName: string;
	/** The name of its credential type. */
	credential: string;
	apiPaths: ApiPaths;
	/** What kind of failure an answer is, or undefined when it is none. */
	parseError(answer: ApiResponse): Failure | undefined;
	/** Present where the gateway tells what is left on the account. */
	balance?: BalanceApi;
	seedream?: SeedreamService;
	seedance?: SeedanceService;
	gptImage?: GptImageService;
}
