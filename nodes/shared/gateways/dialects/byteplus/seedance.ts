import { z } from 'zod';
import { IMAGES } from '../../../generation/labels';
import { GenerationError, type Failure } from '../../../errors/failure';
import { fileSourceFrom } from '../../../generation/fileSource';
import type { Known } from '../../../generation/request';
import { isTerminal, type GeneratedFile, type GenerationResult } from '../../../generation/result';
import {
	ADAPTIVE,
	VIDEO_OPTION_LABELS,
	type ImageRole,
	type VideoModel,
	type VideoOptions,
	type VideoRequest,
} from '../../../generation/seedanceRequest';
import { refusalOfTask } from '../../classifyError';
import { isGood } from '../../httpStatus';
import { taskIdSchema, unixSeconds, usageSchema } from '../../responseSchemas';
import { statusOf } from '../../taskStatus';
import { unexpectedResponse, withUrl } from '../../unexpectedResponse';
import type {
	ApiResponse,
	Gateway,
	GatewayRequest,
	TaskFilter,
	SeedanceService,
} from '../../types';
import { renamed } from '../../renameKeys';
import type { KnownByMaker, Offer } from './offer';
import { ANY_MODEL, MODELS, PRICES, REFERENCES } from './seedanceModels';

/** A link lives 24 hours, a task can be asked for for 7 days (the vendor's docs of the video API). */
const URL_TTL_SECONDS = 24 * 60 * 60;

const ROLES: Record<ImageRole, string> = {
	firstFrame: 'first_frame',
	lastFrame: 'last_frame',
	reference: 'reference_image',
};
const OPTIONS = {
	seed: 'seed',
	cameraFixed: 'camera_fixed',
	generateAudio: 'generate_audio',
	returnLastFrame: 'return_last_frame',
	watermark: 'watermark',
	serviceTier: 'service_tier',
	executionExpiresAfter: 'execution_expires_after',
	frames: 'frames',
	outputFormat: 'output_format',
	draft: 'draft',
	priority: 'priority',
	referenceTask: 'omni_reference_task_type',
	safetyIdentifier: 'safety_identifier',
} satisfies Partial<Record<keyof VideoOptions, string>>;

/** A draft is always this large (the vendor's docs of the video API, 2026-10-08). */
const DRAFT_RESOLUTION = '480p';

/**
 * Seedance 2.5 left to itself chooses up to 30 seconds, six times what a video of the usual length costs (the vendor's
 * docs of the video API, 2026-10-08: "duration", default -1). All other models take this where nothing is said. Seconds.
 */
const USUAL_LENGTH = 5;
const isVersion25 = (model: string) => /seedance-2[-.]5/.test(model);

const createdSchema = z.object({ id: taskIdSchema });

/** The answer for one task (the vendor's docs of the video API). */
const taskSchema = z.object({
	id: taskIdSchema,
	model: z.string().min(1).optional().catch(undefined),
	status: z.string().optional().catch(undefined),
	content: z
		.object({
			video_url: z.string().optional().catch(undefined),
			last_frame_url: z.string().optional().catch(undefined),
		})
		.optional()
		.catch(undefined),
	error: z.unknown(),
	// What a list calls it in the vendor's SDK for Go (2026-08).
	failure_reason: z.unknown(),
	created_at: unixSeconds,
	usage: usageSchema,
});

type Task = z.infer<typeof taskSchema>;

/** The video, and the last frame where it was asked for. */
function filesOf({ content }: Task): GeneratedFile[] {
	const sources = [content?.video_url, content?.last_frame_url].map((url) =>
		fileSourceFrom(url ?? ''),
	);
	return sources.flatMap((source, index) => (source === undefined ? [] : [{ index, source }]));
}

/** Reference videos were taken for another task than the request was made for (the vendor's table of error codes, 2026-07-17). */
const OTHER_TASK = /TaskType(Constraint|Mismatch)/;
const OTHER_TASK_HINT = `say what the reference videos are for with the option "${VIDEO_OPTION_LABELS.referenceTask}": to be edited or extended, or, with Auto, to be followed, with a prompt that does not speak of editing or extending`;

function resultOf(task: Task, parseError: Gateway['parseError']): GenerationResult {
	const { id: taskId, status: word, model, created_at: createdAt, usage } = task;
	const files = filesOf(task);
	const isMade = files[0]?.index === 0;
	const status = statusOf(word ?? '', isMade);
	const facts: GenerationResult['metadata'] = {
		taskId,
		status,
		...(word === undefined ? {} : { gatewayStatus: word }),
		urlTtlSeconds: URL_TTL_SECONDS,
		...(model === undefined ? {} : { model }),
		...(createdAt === undefined ? {} : { createdAt }),
		...(usage === undefined ? {} : { usage }),
	};
	if (status !== 'succeeded' && isTerminal(status)) {
		const [error] = [task.error, task.failure_reason].flatMap(
			(told) => parseError({ httpStatus: 200, body: { error: told } }) ?? [],
		);
		const message = error?.message || `the state is "${word ?? ''}"`;
		const hint = OTHER_TASK.test(error?.code ?? '') ? { detail: OTHER_TASK_HINT } : {};
		const failure: Failure =
			error?.kind === 'contentRefused'
				? error
				: {
						kind: 'taskFailed',
						message,
						...hint,
						...(error?.code === undefined ? {} : { code: error.code }),
					};
		return {
			files: [],
			failedFiles: [],
			metadata: facts,
			failure: withUrl(failure, isMade ? files : []),
		};
	}
	// Done, but its link has not come yet.
	if (status === 'succeeded' && !isMade) {
		if (task.content?.video_url)
			throw new GenerationError({
				kind: 'fileGone',
				message: `its link is none: ${task.content.video_url}`,
			});
		return { files: [], failedFiles: [], metadata: { ...facts, status: 'running' } };
	}
	return { files, failedFiles: [], metadata: facts };
}

/** An account without tasks may have `null`, or nothing. A gateway may give fewer at a time than it was asked for. */
const listSchema = z.object({
	total: z.number().int().nonnegative().optional().catch(undefined),
	items: z.array(z.unknown()).nullish().catch(undefined),
});

/** As many as the page takes (the vendor's docs of the video API, the list of tasks). */
const PAGE_SIZE = 500;

/**
 * One task of a list. What the list says of a link is not looked at more closely: nothing is downloaded. One that tells
 * no state is there all the same.
 */
function listed(item: unknown, parseError: Gateway['parseError']): GenerationResult[] {
	const task = taskSchema.safeParse(item);
	if (!task.success) return [];
	try {
		return [resultOf(task.data, parseError)];
	} catch {
		return [
			{
				files: [],
				failedFiles: [],
				metadata: {
					taskId: task.data.id,
					status: 'succeeded',
					...(task.data.status === undefined ? {} : { gatewayStatus: task.data.status }),
				},
			},
		];
	}
}

/** What a request says of the video itself. The final video of a draft takes nearly all of that from the draft. */
function videoFields(request: VideoRequest): Record<string, unknown> {
	const { draftTaskId, resolution, aspectRatio, options } = request;
	const size = options.draft ? DRAFT_RESOLUTION : resolution;
	return {
		content:
			draftTaskId === undefined
				? contentOf(request)
				: [{ type: 'draft_task', draft_task: { id: draftTaskId } }],
		...(size === 'auto' ? {} : { resolution: size }),
		...(draftTaskId === undefined ? shapeOf(request) : {}),
		...renamed<unknown>(OPTIONS, new Map(Object.entries(options))),
		...(options.webSearch ? { tools: [{ type: 'web_search' }] } : {}),
	};

	/** Its ratio and its length. A video that is edited keeps both, one that is extended its ratio. */
	function shapeOf({ model, duration }: VideoRequest): Record<string, unknown> {
		if (options.referenceTask === 'edit') return { ratio: ADAPTIVE, duration: -1 };
		const ratio = options.referenceTask === 'extend' ? ADAPTIVE : aspectRatio;
		const length = duration === 0 && isVersion25(model) ? USUAL_LENGTH : duration;
		return {
			...(ratio === 'auto' ? {} : { ratio }),
			// The pictures are counted in place of the seconds.
			...(length === 0 || options.frames !== undefined ? {} : { duration: length }),
		};
	}
}

const contentOf = ({ prompt, images, roles, videos, audios }: VideoRequest): unknown[] => [
	...(prompt.trim() === '' ? [] : [{ type: 'text', text: prompt }]),
	...images.map((url, index) => ({
		type: 'image_url',
		image_url: { url },
		role: ROLES[roles[index] ?? 'firstFrame'],
	})),
	...videos.map((url) => ({ type: 'video_url', video_url: { url }, role: 'reference_video' })),
	...audios.map((url) => ({ type: 'audio_url', audio_url: { url }, role: 'reference_audio' })),
];

/** An inference endpoint of the user's own. Only by its id does the gateway itself tell tasks apart. */
const isEndpoint = (model: string) => /^ep-/.test(model);

/** A request for a page of tasks (the vendor's docs of the list, 2026-10-08). */
function listRequest(
	path: string,
	{ status, model, taskIds = [], serviceTier }: TaskFilter,
	page: number,
): GatewayRequest {
	const query = new URLSearchParams({ page_num: String(page), page_size: String(PAGE_SIZE) });
	// "expired" is none of the values that the filter takes.
	if (status !== undefined && status !== 'expired') query.set('filter.status', status);
	if (model !== undefined && isEndpoint(model)) query.set('filter.model', model);
	if (serviceTier !== undefined) query.set('filter.service_tier', serviceTier);
	for (const taskId of taskIds) query.append('filter.task_ids', taskId);
	return { method: 'GET', path: `${path}?${query.toString()}` };
}

/** Seedance in BytePlus's own dialect: `POST /contents/generations/tasks`, then `GET …/{id}`. */
export function seedanceOf({
	path,
	description,
	parseError,
	sourceOf,
	isMaker = false,
	moreNames,
	modelList,
}: Offer<VideoModel>): SeedanceService {
	const known = (model: KnownByMaker<VideoModel>): Known<VideoModel> => ({
		...model,
		...(isMaker && PRICES[model.id] !== undefined ? { price: PRICES[model.id] } : {}),
		source: sourceOf(model.id),
		...(model.end && isMaker ? { end: { ...model.end, isRefused: true } } : {}),
	});
	const [first, ...others] = MODELS;
	return {
		description,
		models: [known(first), ...others.map(known)],
		otherNames: () => (moreNames?.() ?? []).map(known),
		anyModel: ANY_MODEL,
		aspectRatios: ['auto', ADAPTIVE, '16:9', '9:16', '4:3', '3:4', '1:1', '21:9'],
		references: REFERENCES,
		imagesLabel: IMAGES,
		...(modelList ? { modelList } : {}),

		buildRequest: (request: VideoRequest) => ({
			method: 'POST',
			path,
			body: { model: request.model, ...videoFields(request) },
		}),

		parseResponse(body: unknown): GenerationResult {
			const created = createdSchema.safeParse(body);
			if (!created.success) throw unexpectedResponse(body);
			return {
				files: [],
				failedFiles: [],
				metadata: { status: 'queued', taskId: created.data.id, urlTtlSeconds: URL_TTL_SECONDS },
			};
		},

		explainError: (failure) =>
			OTHER_TASK.test(failure.code ?? '') ? { ...failure, detail: OTHER_TASK_HINT } : failure,

		tasks: {
			getTask: (taskId) => ({ method: 'GET', path: `${path}/${encodeURIComponent(taskId)}` }),
			parseResponse(answer: ApiResponse): GenerationResult {
				const task = taskSchema.safeParse(answer.body);
				// Before any other failure: that of a task stands in it. And what was made wins, whatever the HTTP status.
				const tellsState = task.data?.status !== undefined && isGood(answer.httpStatus);
				if (task.success && (tellsState || filesOf(task.data).length > 0))
					return resultOf(task.data, parseError);
				const failure = parseError(answer);
				throw failure
					? new GenerationError(refusalOfTask(failure))
					: unexpectedResponse(answer.body);
			},
			list: {
				// Without the filter a list has the tasks of the default tier alone (the vendor's docs of the list, 2026-10-08).
				serviceTiers: ['default', 'flex'],
				buildRequest: (filter, page) => listRequest(path, filter, page),
				parseResponse(body) {
					const page = listSchema.safeParse(body);
					const { items, total } = page.data ?? {};
					if (!page.success || (items === undefined && total !== 0)) throw unexpectedResponse(body);
					return {
						tasks: (items ?? []).flatMap((item) => listed(item, parseError)),
						entries: items?.length ?? 0,
						...(total === undefined ? {} : { total }),
					};
				},
				matches: ({ metadata }, { model, status }) =>
					(status === undefined || metadata.status === status) &&
					(model === undefined || isEndpoint(model) || metadata.model === model),
			},
			cancel: (taskId) => ({ method: 'DELETE', path: `${path}/${encodeURIComponent(taskId)}` }),
		},
	};
}
