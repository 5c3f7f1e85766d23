import { z } from 'zod';
import { GenerationError, type Failure } from '../../errors/failure';
import { fileSourceFrom } from '../../generation/fileSource';
import { isTerminal, type GenerationResult } from '../../generation/result';
import { refusalOfTask } from '../classifyError';
import { isGood } from '../httpStatus';
import { taskIdSchema } from '../responseSchemas';
import { statusOf } from '../taskStatus';
import { unexpectedResponse, withUrl } from '../unexpectedResponse';
import type { ApiResponse, TaskApi } from '../types';
import { parseError } from './errors';

/** The prefix of each status in third-party code. */
const PREFIX = /^\s*TASK_STATUS_/i;

/** How long a URL is valid, as text or as a number (the vendor's docs of the task result). Seconds. */
const lifetimeSchema = z
	.union([z.number(), z.string().trim().min(1).pipe(z.coerce.number())])
	.pipe(z.number().int().positive())
	.optional()
	.catch(undefined);

const videoSchema = z.object({ video_url: z.string(), video_url_ttl: lifetimeSchema });

/** The response with the result of a task (the vendor's docs): the status, and the files by kind. */
const resultSchema = z.object({
	task: z.object({
		task_id: taskIdSchema.optional().catch(undefined),
		status: z.string().optional().catch(undefined),
		reason: z.string().catch(''),
	}),
	videos: z.array(z.unknown()).nullish().catch(undefined),
});

const createdSchema = z.union([
	z.object({ task_id: taskIdSchema }).transform(({ task_id: taskId }) => taskId),
	z.object({ id: taskIdSchema }).transform(({ id }) => id),
]);

/**
 * Parses the ID of a created task: `task_id`, or `id` with the newer models (the vendor's docs).
 * @throws {GenerationError} kind `answerLost` if there is none
 */
export function parseCreatedTask(body: unknown): GenerationResult {
	const created = createdSchema.safeParse(body);
	if (!created.success) throw unexpectedResponse(body);
	return { files: [], failedFiles: [], metadata: { status: 'queued', taskId: created.data } };
}

function readResult(body: unknown): GenerationResult | undefined {
	const result = resultSchema.safeParse(body);
	if (!result.success) return undefined;
	const { task, videos } = result.data;
	const made = (videos ?? []).flatMap((entry) => videoSchema.safeParse(entry).data ?? []);
	const sources = made.map(({ video_url: url }) => ({ url, source: fileSourceFrom(url) }));
	const files = sources.flatMap(({ source }, index) =>
		source === undefined ? [] : [{ index, source }],
	);
	if (task.status === undefined && files.length === 0) return undefined;
	const { status: word = '' } = task;
	const status = statusOf(word.replace(PREFIX, ''), files.length > 0);
	const facts: GenerationResult['metadata'] = {
		status,
		...(word === '' ? {} : { gatewayStatus: word }),
	};
	if (status !== 'succeeded' && isTerminal(status)) {
		const message = task.reason || `the state is "${word}"`;
		const refused = parseError({ httpStatus: 200, body: { error: message } });
		const failure: Failure =
			refused?.kind === 'contentRefused'
				? { ...refused, message }
				: { kind: 'taskFailed', message };
		return { files: [], failedFiles: [], metadata: facts, failure: withUrl(failure, files) };
	}
	if (status !== 'succeeded') return { files: [], failedFiles: [], metadata: facts };
	// The task is done, but its URL is not available yet.
	if (made.length === 0)
		return { files: [], failedFiles: [], metadata: { ...facts, status: 'running' } };
	const lifetimes = made.flatMap(({ video_url_ttl: lifetime }) => lifetime ?? []);
	const invalid = sources.find(({ source }) => source === undefined);
	if (invalid && files.length === 0)
		throw new GenerationError({ kind: 'fileGone', message: `its link is none: ${invalid.url}` });
	return {
		files,
		failedFiles: [],
		metadata: {
			...facts,
			...(lifetimes.length > 0 ? { urlTtlSeconds: Math.min(...lifetimes) } : {}),
		},
	};
}

/** The tasks of MyRouter: `GET /v3/async/task-result` (the vendor's docs). */
export const taskApi: TaskApi = {
	getTask: (taskId) => ({
		method: 'GET',
		path: `/v3/async/task-result?${new URLSearchParams({ task_id: taskId }).toString()}`,
	}),

	parseResponse(answer: ApiResponse): GenerationResult {
		const result = readResult(answer.body);
		// A finished video counts, whatever the HTTP status.
		if (result && (isGood(answer.httpStatus) || result.files.length > 0)) return result;
		const failure = parseError(answer);
		throw failure ? new GenerationError(refusalOfTask(failure)) : unexpectedResponse(answer.body);
	},
};
