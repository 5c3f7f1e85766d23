import type {
	Gateway,
	GatewayRequest,
	GenerationService,
	StreamParser,
	TaskApi,
} from '../gateways/types';
import type { CheckedReference } from '../files/inputImages';
import type { Failure } from '../errors/failure';
import type { MediaRequest } from '../generation/request';
import type { GenerationResult } from '../generation/result';
import type { ResultSource } from '../output/resultItem';
import type { Goal } from '../polling/goals';

/** What is to be bought, read and checked, ready to be sent. */
export interface PreparedRequest {
	model: string;
	/** Tells this order from others, by all that the form says. */
	requestHash: string;
	/** Whether several files may come of it. */
	isSet: boolean;
	/** How many files were asked for, at most. */
	maxFiles: number;
	references: readonly CheckedReference[];
	/** @param images the references as the gateway gets them */
	bind(images: string[]): BoundRequest;
}

/** One paid request together with all that its answer may be. */
export interface BoundRequest {
	request: GatewayRequest;
	/** Whether the answer brings the files themselves, and not a task that is to make them. */
	bringsFiles: boolean;
	parseResponse(body: unknown): GenerationResult;
	createStreamParser?(): StreamParser;
	explainError(failure: Failure): Failure;
}

/** One input item, read and checked: what it starts from, and how far it goes. */
export interface Job {
	itemIndex: number;
	gateway: Gateway;
	/** What is bought, or a task that was bought before. */
	start: PreparedRequest | { taskId: string };
	/** Present where the gateway works in tasks. */
	tasks?: TaskApi;
	goal: Goal;
	/** How much of the time allowed is left, in seconds, where it does not begin now. */
	timeLeft?: number;
	/** When its maker has shut a model down, or will: ISO 8601, undefined where no date is known. */
	endOf(model: string | undefined): string | undefined;
	output: JobOutput;
}

/** A job as the source of its output items. */
export function toResultSource(job: Job): ResultSource {
	const { itemIndex, gateway, start, output } = job;
	return {
		itemIndex,
		gatewayName: gateway.name,
		...('model' in start ? { model: start.model } : {}),
		endOf: (model) => job.endOf(model),
		binaryField: output.putOutputInField,
	};
}

/** The options that hold whatever is made. Times in seconds. */
export interface JobOutput {
	download: boolean;
	putOutputInField: string;
	fileName: string;
	timeout: number;
	/** 0 for a pace that adapts. */
	pollInterval: number;
	onTimeout: 'error' | 'returnState';
}

/**
 * A service's way to ask and to read, for one request.
 * @param advice what to do where the gateway refuses the model, if more is known of it
 */
export function bindRequest<Request extends MediaRequest>(
	service: GenerationService<Request>,
	request: Request,
	advice?: string,
): BoundRequest {
	const { createStreamParser } = service;
	return {
		request: service.buildRequest(request),
		bringsFiles: service.tasks === undefined,
		parseResponse: (body) => service.parseResponse(body, request),
		...(createStreamParser
			? { createStreamParser: () => createStreamParser.call(service, request) }
			: {}),
		explainError: (failure) =>
			aboutModel(service.explainError?.(failure, request) ?? failure, request.model, advice),
	};
}

/** A refusal of the model names it. Of one that has been shut down, what was refused without a reason may be for that. */
function aboutModel(failure: Failure, model: string, advice: string | undefined): Failure {
	const isOfModel = failure.kind === 'modelUnknown' || failure.kind === 'modelNotAvailable';
	const isUnexplained =
		failure.kind === 'invalidInput' &&
		failure.parameter === undefined &&
		failure.advice === undefined;
	const own = advice !== undefined && (isOfModel || isUnexplained) ? { advice } : {};
	return { ...failure, ...(isOfModel ? { model } : {}), ...own };
}
