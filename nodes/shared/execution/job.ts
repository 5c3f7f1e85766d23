import type { Gateway, GatewayRequest, StreamParser, TaskApi } from '../gateways/types';
import type { CheckedReference } from '../files/inputImages';
import type { Failure } from '../errors/failure';
import type { GenerationResult } from '../generation/result';
import type { ResultSource } from '../output/resultItem';
import type { RequestImages } from '../transport/imageContent';
import type { Goal } from '../polling/goals';

/** A paid request that has been checked: it is complete as soon as its input images have been read. */
export interface PreparedRequest {
	modelId: string;
	/** SHA-256 of the gateway, the request and the names of its images: it identifies the purchase in the ledger. */
	requestHash: string;
	/** Whether the result may be several files of the same kind, which are numbered. */
	producesSet: boolean;
	/** The highest number of files that is expected. */
	maxFiles: number;
	/** Where the gateway calls when the status of the task changes, if that resumes the paused execution. */
	resumeUrl?: ResumeUrl;
	/** In the order that `bind` expects. */
	inputImages: readonly CheckedReference[];
	/** @param images the input images: URLs, or what stands for a file */
	bind(images: string[]): BoundRequest;
}

/** A URL that resumes a paused execution. */
export interface ResumeUrl {
	url: string;
	/** The part of it by which n8n knows who may resume. It is to be in nothing that is shown. */
	secret: string;
}

/** One paid HTTP request, together with the parsers of its response. */
export interface BoundRequest {
	request: GatewayRequest;
	/** The images that are read while it is sent. */
	images?: RequestImages;
	/** Whether the response contains the files, rather than a task that generates them. */
	bringsFiles: boolean;
	parseResponse(body: unknown): GenerationResult;
	createStreamParser?(): StreamParser;
	explainError(failure: Failure): Failure;
}

/** One item whose parameters have been read and checked: what it starts from, and how far it goes. */
export interface Job {
	itemIndex: number;
	gateway: Gateway;
	/** A request to submit, or a task that was created earlier. */
	start: PreparedRequest | { taskId: string };
	/** Absent if the gateway returns the result directly. */
	tasks?: TaskApi;
	goal: Goal;
	/** The rest of the timeout, if it has started in an earlier run. Seconds. */
	timeLeftSeconds?: number;
	/** When the vendor has shut the model down, or will: ISO 8601. Undefined if no date is known. */
	endOf(modelId: string | undefined): string | undefined;
	output: JobOutput;
}

/** A job as the source of its output items. */
export function toResultSource(job: Job): ResultSource {
	const { itemIndex, gateway, start, output } = job;
	return {
		itemIndex,
		gatewayName: gateway.name,
		...('modelId' in start ? { model: start.modelId } : {}),
		endOf: (model) => job.endOf(model),
		binaryField: output.putOutputInField,
	};
}

/** The options that every node has. They have the names of their parameters, and times are in seconds. */
export interface JobOutput {
	download: boolean;
	putOutputInField: string;
	fileName: string;
	timeout: number;
	/** 0 for an interval that adapts to the task. */
	pollInterval: number;
	onTimeout: 'error' | 'returnState';
}
