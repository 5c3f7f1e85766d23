import { z } from 'zod';
import { GenerationError, type Failure } from '../../../errors/failure';
import { fileSourceFrom } from '../../../generation/fileSource';
import { isTerminal, type GeneratedFile, type GenerationResult } from '../../../generation/result';
import { VIDEO_OPTION_LABELS } from '../../../generation/seedanceRequest';
import { refusalOfTask } from '../../classifyError';
import { isGood } from '../../httpStatus';
import { taskIdSchema, unixSeconds, usageSchema } from '../../responseSchemas';
import { statusOf } from '../../taskStatus';
import type { ApiResponse, Gateway, GatewayRequest, TaskApi, TaskFilter } from '../../types';
import { unexpectedResponse, withUrl } from '../../unexpectedResponse';

/** A URL is valid for 24 hours, and a task can be read for 7 days (the vendor's docs of the video API). */
const URL_TTL_SECONDS = 24 * 60 * 60;

const createdSchema = z.object({ id: taskIdSchema });

/** The response for one task (the vendor's docs of the video API). */
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
	// The name of `error` in a list, by the vendor's SDK for Go (2026-08).
	failure_reason: z.unknown(),
	created_at: unixSeconds,
	// When the status last changed.
	updated_at: unixSeconds,
	usage: usageSchema,
});

type Task = z.infer<typeof taskSchema>;

/** Returns the video, and the last frame if it was requested. */
function filesOf({ content }: Task): GeneratedFile[] {
	const sources = [content?.video_url, content?.last_frame_url].map((url) =>
		fileSourceFrom(url ?? ''),
	);
	return sources.flatMap((source, index) => (source === undefined ? [] : [{ index, source }]));
}

/**
 * Reference videos were taken for a different task than the request was created for (the vendor's table of error codes,
 * 2026-07-17).
 */
const OTHER_TASK = /TaskType(Constraint|Mismatch)/;
const OTHER_TASK_DETAIL = `say what the reference videos are for with the option "${VIDEO_OPTION_LABELS.referenceTask}": to be edited or extended, or, with Auto, to be followed, with a prompt that does not speak of editing or extending`;

/** Adds what to do if reference videos were taken for a different task. */
export const explainOtherTask = (failure: Failure): Failure =>
	OTHER_TASK.test(failure.code ?? '') ? { ...failure, detail: OTHER_TASK_DETAIL } : failure;

/** Returns why a task ended without a video. */
function failureOf(task: Task, parseError: Gateway['parseError']): Failure {
	const [error] = [task.error, task.failure_reason].flatMap(
		(reason) => parseError({ httpStatus: 200, body: { error: reason } }) ?? [],
	);
	if (error?.kind === 'contentRefused') return error;
	return explainOtherTask({
		kind: 'taskFailed',
		message: error?.message || `the state is "${task.status ?? ''}"`,
		...(error?.code === undefined ? {} : { code: error.code }),
	});
}

function toResult(task: Task, parseError: Gateway['parseError']): GenerationResult {
	const { id: taskId, status: word, model, created_at: createdAt, updated_at: updatedAt } = task;
	const files = filesOf(task);
	const hasVideo = files[0]?.index === 0;
	const status = statusOf(word ?? '', hasVideo);
	const metadata: GenerationResult['metadata'] = {
		taskId,
		status,
		...(word === undefined ? {} : { gatewayStatus: word }),
		urlTtlSeconds: URL_TTL_SECONDS,
		...(model === undefined ? {} : { model }),
		...(createdAt === undefined ? {} : { createdAt }),
		...(updatedAt === undefined || !isTerminal(status) ? {} : { endedAt: updatedAt }),
		...(task.usage === undefined ? {} : { usage: task.usage }),
	};
	if (status !== 'succeeded' && isTerminal(status)) {
		const failure = withUrl(failureOf(task, parseError), hasVideo ? files : []);
		return { files: [], failedFiles: [], metadata, failure };
	}
	if (status !== 'succeeded' || hasVideo) return { files, failedFiles: [], metadata };
	if (task.content?.video_url)
		throw new GenerationError({
			kind: 'fileGone',
			message: `its link is none: ${task.content.video_url}`,
		});
	// The task is done, but its URL is not available yet.
	return { files: [], failedFiles: [], metadata: { ...metadata, status: 'running' } };
}

/**
 * Parses the response to the request that creates a task.
 * @throws {GenerationError} kind `answerLost` if it has no ID
 */
export function parseCreatedTask(body: unknown): GenerationResult {
	const created = createdSchema.safeParse(body);
	if (!created.success) throw unexpectedResponse(body);
	return {
		files: [],
		failedFiles: [],
		metadata: { status: 'queued', taskId: created.data.id, urlTtlSeconds: URL_TTL_SECONDS },
	};
}

/** An account without tasks may have `null`, or nothing. A page may have fewer entries than requested. */
const listSchema = z.object({
	total: z.number().int().nonnegative().optional().catch(undefined),
	items: z.array(z.unknown()).nullish().catch(undefined),
});

/** The most entries that a page can have (the vendor's docs of the video API, the list of tasks). */
const PAGE_SIZE = 500;

/**
 * The most IDs in one filter. No limit is documented; with 100 the URL has 6 kB, and published clients send as many
 * (2026-11-29).
 */
const MAX_TASK_IDS = 100;

/**
 * One list is returned per second (the vendor's docs, 2026-10-08; those of 2026-11-29 no longer state a number).
 */
const MIN_LIST_INTERVAL_MS = 1100;

/** Returns a task of a list. Its URL is not checked, since nothing is downloaded. A task without a status counts. */
function parseListed(item: unknown, parseError: Gateway['parseError']): GenerationResult[] {
	const task = taskSchema.safeParse(item);
	if (!task.success) return [];
	const { id: taskId, status: word } = task.data;
	try {
		const result = toResult(task.data, parseError);
		// By itself, a finished task without its URL is polled until it has one.
		const hasNoUrl =
			!isTerminal(result.metadata.status) && statusOf(word ?? '', false) === 'succeeded';
		if (!hasNoUrl) return [result];
		return [{ ...result, metadata: { ...result.metadata, status: 'succeeded' } }];
	} catch {
		const gatewayStatus = word === undefined ? {} : { gatewayStatus: word };
		return [
			{ files: [], failedFiles: [], metadata: { taskId, status: 'succeeded', ...gatewayStatus } },
		];
	}
}

/**
 * Returns whether a model is an inference endpoint of the user's own: the gateway itself filters by these IDs alone.
 */
const isEndpoint = (model: string) => /^ep-/.test(model);

/** Builds the request for a page of tasks (the vendor's docs of the list, 2026-10-08). */
function listRequest(
	path: string,
	{ status, model, taskIds = [], serviceTier }: TaskFilter,
	page: number,
): GatewayRequest {
	const query = new URLSearchParams({ page_num: String(page), page_size: String(PAGE_SIZE) });
	// "expired" is not among the values of the filter.
	if (status !== undefined && status !== 'expired') query.set('filter.status', status);
	if (model !== undefined && isEndpoint(model)) query.set('filter.model', model);
	if (serviceTier !== undefined) query.set('filter.service_tier', serviceTier);
	for (const taskId of taskIds) query.append('filter.task_ids', taskId);
	return { method: 'GET', path: `${path}?${query.toString()}` };
}

/**
 * The tasks of Seedance in BytePlus's own dialect.
 * @param path where the gateway has them
 */
export const taskApi = (path: string, parseError: Gateway['parseError']): Required<TaskApi> => ({
	getTask: (taskId) => ({ method: 'GET', path: `${path}/${encodeURIComponent(taskId)}` }),

	parseResponse(response: ApiResponse): GenerationResult {
		const task = taskSchema.safeParse(response.body);
		// Checked before any other failure, since the task contains its own. A finished video counts, whatever the status.
		const hasStatus = task.data?.status !== undefined && isGood(response.httpStatus);
		if (task.success && (hasStatus || filesOf(task.data).length > 0))
			return toResult(task.data, parseError);
		const failure = parseError(response);
		throw failure ? new GenerationError(refusalOfTask(failure)) : unexpectedResponse(response.body);
	},

	list: {
		// Without the filter, a list has the tasks of the default tier only (the vendor's docs of the list, 2026-10-08).
		serviceTiers: ['default', 'flex'],
		idFilter: { maxTaskIds: MAX_TASK_IDS, minIntervalMs: MIN_LIST_INTERVAL_MS },
		buildRequest: (filter, page) => listRequest(path, filter, page),
		parseResponse(body) {
			const page = listSchema.safeParse(body);
			const { items, total } = page.data ?? {};
			if (!page.success || (items === undefined && total !== 0)) throw unexpectedResponse(body);
			return {
				tasks: (items ?? []).flatMap((item) => parseListed(item, parseError)),
				entries: items?.length ?? 0,
				...(total === undefined ? {} : { total }),
			};
		},
		matches: ({ metadata }, { model, status }) =>
			(status === undefined || metadata.status === status) &&
			(model === undefined || isEndpoint(model) || metadata.model === model),
	},

	// The body has the structure of the response for one task (the vendor's docs of the video API, 2026-10-08).
	parseCallback(body) {
		const task = taskSchema.safeParse(body);
		if (!task.success) return undefined;
		const { id: taskId, status = '' } = task.data;
		return { taskId, hasEnded: isTerminal(statusOf(status, filesOf(task.data).length > 0)) };
	},

	cancel: (taskId) => ({ method: 'DELETE', path: `${path}/${encodeURIComponent(taskId)}` }),
});
