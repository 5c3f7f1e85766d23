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

/** One file that a gateway has made: a link to it, or the file itself. */
export interface GeneratedFile {
	/** Place in the set, from 0. */
	index: number;
	source: { url: string } | { base64: string };
	/** Its size, where the gateway says so. */
	pixels?: Pixels;
	/** Present where it is a layer of a picture. */
	layer?: ImageLayer;
}

/** Where a layer belongs in the picture that was split. */
export interface ImageLayer {
	/** 0 is the background, the highest lies on top. */
	zIndex: number;
	name?: string;
	description?: string;
	/** Left, top, right and bottom, in pixels of the background. Absent for the background itself. */
	box?: number[];
}

/** One file of a set that did not come. */
export interface FailedFile {
	index: number;
	failure: Failure;
}

/** What a gateway tells of a generation besides its files. */
export interface GenerationMetadata {
	taskId?: string;
	status: TaskStatus;
	/** The state in the gateway's own word. */
	gatewayStatus?: string;
	/** The model that answered, where the gateway says so. */
	model?: string;
	cost?: number;
	createdAt?: Date;
	/** How long the links live, in seconds, where the gateway says so. */
	urlTtlSeconds?: number;
	/** Counts, by the gateway's own names. */
	usage?: Record<string, number>;
}

/**
 * What is known of a generation: the files that came, those that did not, and the facts. One that is
 * still at work has its files later.
 */
export interface GenerationResult {
	files: GeneratedFile[];
	failedFiles: FailedFile[];
	metadata: GenerationMetadata;
	/** Why it ended without a result, where the state says that it did. */
	failure?: Failure;
}

/** What takes the key out of a text. */
type Hide = (text: string) => string;

/** The facts as they may be shown: whatever came from outside may repeat the key. The task's ID stays, since it is asked for by it. */
export function shownFacts(
	{ model, gatewayStatus, usage, ...rest }: GenerationMetadata,
	redact: Hide,
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

/** A layer as it may be shown. */
export function shownLayer({ name, description, ...rest }: ImageLayer, redact: Hide): ImageLayer {
	return {
		...rest,
		...(name === undefined ? {} : { name: redact(name) }),
		...(description === undefined ? {} : { description: redact(description) }),
	};
}
