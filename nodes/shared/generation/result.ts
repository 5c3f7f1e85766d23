import type { Failure } from '../errors/failure';
import type { Pixels } from './imageSize';

/** The statuses of a task, the same at every gateway. */
export const TASK_STATUSES = [
	'queued',
	'running',
	'succeeded',
	'failed',
	'cancelled',
	'expired',
] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

const PENDING_STATUSES: readonly TaskStatus[] = ['queued', 'running'];

/** Returns whether a task with this status will not change any more. */
export const isTerminal = (status: TaskStatus) => !PENDING_STATUSES.includes(status);

/** One file that a gateway has generated: its URL, or its data as base64. */
export interface GeneratedFile {
	/** Index in the set, from 0. */
	index: number;
	source: { url: string } | { base64: string };
	/** Its size, if the gateway tells. */
	pixels?: Pixels;
	/** Present if it is a layer of an image. */
	layer?: ImageLayer;
}

/** Where a layer belongs in the image that was split. */
export interface ImageLayer {
	/** 0 is the background, the highest lies on top. */
	zIndex: number;
	name?: string;
	description?: string;
	/** Left, top, right and bottom, in pixels of the background. Absent for the background itself. */
	box?: number[];
}

/** One file of a set that could not be generated. */
export interface FailedFile {
	index: number;
	failure: Failure;
}

/** What a gateway tells about a generation besides its files. */
export interface GenerationMetadata {
	taskId?: string;
	status: TaskStatus;
	/** The gateway's own word for the status. */
	gatewayStatus?: string;
	/** The model that was used, if the gateway tells. */
	model?: string;
	cost?: number;
	createdAt?: Date;
	/** When the task ended, if the gateway tells. */
	endedAt?: Date;
	/** How long the URLs are valid, if known. Seconds. */
	urlTtlSeconds?: number;
	/** Counts, by the gateway's own names. */
	usage?: Record<string, number>;
}

/**
 * What is known about a generation: its files, the failed ones, and the metadata. While it is running, it has no files
 * yet.
 */
export interface GenerationResult {
	files: GeneratedFile[];
	failedFiles: FailedFile[];
	metadata: GenerationMetadata;
	/** Why the task ended without a result, if its status tells that it did. */
	failure?: Failure;
}

/** Removes the API key from a text. */
type Redact = (text: string) => string;

/**
 * Returns metadata that may be shown: the gateway's texts may repeat the API key. The task ID stays, since it is needed
 * to read the task.
 */
export function shownFacts(
	{ model, gatewayStatus, usage, ...rest }: GenerationMetadata,
	redact: Redact,
): GenerationMetadata {
	return {
		...rest,
		...(model === undefined ? {} : { model: redact(model) }),
		...(gatewayStatus === undefined ? {} : { gatewayStatus: redact(gatewayStatus) }),
		...(usage && {
			usage: Object.fromEntries(
				Object.entries(usage).map(([name, count]) => [redact(name), count]),
			),
		}),
	};
}

/** Returns a layer that may be shown. */
export function shownLayer({ name, description, ...rest }: ImageLayer, redact: Redact): ImageLayer {
	return {
		...rest,
		...(name === undefined ? {} : { name: redact(name) }),
		...(description === undefined ? {} : { description: redact(description) }),
	};
}
