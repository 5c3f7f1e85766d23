import { z } from 'zod';
import { REFERENCE_IMAGES } from '../../generation/labels';
import { GenerationError, type Failure } from '../../errors/failure';
import { fileSourceFrom } from '../../generation/fileSource';
import type { MediaModel, MediaRequest } from '../../generation/request';
import { isTerminal, type TaskStatus, type GenerationResult } from '../../generation/result';
import { isTransient } from '../../errors/retryPolicy';
import { findErrorDetails } from '../errorDetails';
import { isGood } from '../httpStatus';
import { cost, taskIdSchema, unixSeconds } from '../responseSchemas';
import { statusOf } from '../taskStatus';
import { unexpectedResponse, withUrl } from '../unexpectedResponse';
import type { ApiResponse, GenerationService, ModelListApi, ServiceOffer } from '../types';
import { parseError } from './errors';

/** A URL is valid for 48 hours (gptunnel-seedance-pro.md, gptunnel-gpt-image-1.md). */
const URL_TTL_SECONDS = 48 * 60 * 60;

/** The pages have this and `done`; other words were found in third-party code. */
const STATES = new Map<string, TaskStatus>([['idle', 'queued']]);

/**
 * The examples of the responses of `/create` and `/result` on both pages. The prompt comes back with the ratio
 * appended, and `/result` may have another ID than the requested one: neither is used. Neither page has a price; it
 * is taken if there is one.
 */
const taskSchema = z.object({
	id: taskIdSchema,
	status: z.string().optional().catch(undefined),
	model: z.string().min(1).optional().catch(undefined),
	created_at: unixSeconds,
	url: z.string().trim().optional().catch(undefined),
	cost,
});

type Task = z.infer<typeof taskSchema>;

function resultOf(
	{ status, model, created_at: createdAt, url = '', cost: price }: Task,
	state: TaskStatus,
): GenerationResult {
	const source = fileSourceFrom(url);
	return {
		files: source === undefined ? [] : [{ index: 0, source }],
		failedFiles: [],
		metadata: {
			status: state,
			...(status === undefined ? {} : { gatewayStatus: status }),
			...(model === undefined ? {} : { model }),
			...(price === undefined ? {} : { cost: price }),
			...(createdAt === undefined ? {} : { createdAt }),
			urlTtlSeconds: URL_TTL_SECONDS,
		},
	};
}

/** Codes about the gateway, and not about the task: internal, heavy load, internal exception. */
const PASSING_CODES = new Set(['1', '6', '500']);

/**
 * Parses a response of `/result`, or of `/create`, which has the same shape.
 * @throws {GenerationError} if it does not have the task, or has an invalid URL
 */
function readTask(answer: ApiResponse): GenerationResult {
	const { data: task } = taskSchema.safeParse(answer.body);
	const word = task?.status?.trim().toLowerCase() ?? '';
	const isMade = fileSourceFrom(task?.url ?? '') !== undefined;
	const state = task && statusOf(word, isMade, STATES);
	// A finished file counts, whatever else the response contains.
	if (task && state === 'succeeded' && isMade) return resultOf(task, state);
	const failure = parseError(answer);
	const passes = word === 'error' && PASSING_CODES.has(failure?.code ?? '');
	// A request for a status has no content, so the filter rejected the task itself.
	const refused = failure?.kind === 'contentRefused' ? failure : undefined;
	// Checked before any other failure, since a failed task may contain its own code. No page documents where its message
	// is.
	const ended =
		state !== undefined && state !== 'succeeded' && isTerminal(state) ? state : undefined;
	if (refused || (task && ended && isGood(answer.httpStatus) && !passes)) {
		const message = findErrorDetails(answer.body)?.message || `the state is "${word}"`;
		const result: GenerationResult = task
			? resultOf(task, ended ?? 'failed')
			: { files: [], failedFiles: [], metadata: { status: 'failed' } };
		return {
			...result,
			files: [],
			failure: withUrl(refused ?? { kind: 'taskFailed', message }, result.files),
		};
	}
	if (failure) throw new GenerationError(ofTask(failure));
	if (!task) throw unexpectedResponse(answer.body);
	if (state !== 'succeeded') return resultOf(task, state ?? 'running');
	// The task is done, but its URL is not available yet.
	if (!task.url) return resultOf(task, 'running');
	throw new GenerationError({ kind: 'fileGone', message: `its link is none: ${task.url}` });
}

/** Parses the response of `/create`. With an ID the task exists: if the rest is not understood, polling will tell. */
function readCreated(task: Task, body: unknown): GenerationResult {
	if (task.status === undefined) return resultOf(task, 'queued');
	try {
		return readTask({ httpStatus: 200, body });
	} catch {
		return resultOf(task, 'running');
	}
}

/** Returns what a refusal means if only the ID of a task was sent. */
function ofTask(failure: Failure): Failure {
	const { kind, code, httpStatus = 200 } = failure;
	if (kind === 'invalidInput' && code !== undefined) return { ...failure, kind: 'taskNotFound' };
	// Without a code the refusal is not GPTunnel's, but temporarily that of something in front of it.
	const isForNow = code === undefined && httpStatus !== 401 && !isTransient(kind);
	return isForNow ? { ...failure, kind: 'answerLost' } : failure;
}

const isData = (image: string) => image.startsWith('data:');

/**
 * Creates a service that GPTunnel offers as tasks: `POST /v1/media/create`, then `POST /v1/media/result`
 * (gptunnel-seedance-pro.md, gptunnel-gpt-image-1.md).
 * @param family what the IDs of the models have in common
 */
export const taskService = <Model extends MediaModel>(
	offer: ServiceOffer<Model>,
	family: RegExp,
): GenerationService<MediaRequest, Model> => ({
	...offer,
	modelList: modelListOf(family),

	buildRequest: ({ model, prompt, images, aspectRatio }: MediaRequest) => ({
		method: 'POST',
		path: '/v1/media/create',
		body: {
			model,
			prompt,
			...(images.length > 0 ? { images } : {}),
			...(aspectRatio === 'auto' ? {} : { ar: aspectRatio }),
		},
	}),

	parseResponse(body: unknown): GenerationResult {
		const task = taskSchema.safeParse(body);
		if (!task.success) throw unexpectedResponse(body);
		const result = readCreated(task.data, body);
		return { ...result, metadata: { ...result.metadata, taskId: task.data.id } };
	},

	explainError(failure: Failure, { images }: MediaRequest): Failure {
		const ofImages = failure.parameter === undefined || failure.parameter === REFERENCE_IMAGES;
		return {
			...failure,
			...(failure.parameter === REFERENCE_IMAGES ? { parameter: offer.inputImagesLabel } : {}),
			// The pages document URLs only, so an image sent as data may be the reason.
			...(ofImages &&
			images.some(isData) &&
			['invalidInput', 'gatewayFailed'].includes(failure.kind)
				? {
						detail:
							'an image was sent as data, and this gateway may want a link: put it on a public address and choose the source URL',
					}
				: {}),
		};
	},

	tasks: {
		getTask: (taskId) => ({
			method: 'POST',
			path: '/v1/media/result',
			body: { task_id: taskId },
		}),
		parseResponse: readTask,
	},
});

/** GPTunnel's response to a request without a model: it lists every ID that it accepts, in one text. */
const expectedSchema = z.union([z.string(), z.array(z.string()).transform((ids) => ids.join('|'))]);
const orderRefusalSchema = z.object({
	issues: z.array(
		z.object({ path: z.unknown(), expected: expectedSchema.catch('') }).catch({ expected: '' }),
	),
});

/** `"seedance-1-pro-1080P-5s" | "gpt-image-1-low" | …`, with quotation marks and parentheses or without. */
const idsIn = (expected: string): string[] =>
	expected
		.split('|')
		.flatMap((part) => /^[\s"'`(]*([\w.:/-]{1,100})[\s"'`)]*$/.exec(part)?.[1] ?? []);

/**
 * The models of GPTunnel's tasks. No page lists them, but an empty request is rejected, for free, with the IDs that
 * would be accepted (third-party code, 2026-11).
 * @param family what the IDs of the service have in common
 */
const modelListOf = (family: RegExp): ModelListApi => ({
	buildRequest: () => ({ method: 'POST', path: '/v1/media/create', body: {} }),

	parseResponse({ body }) {
		const issues = orderRefusalSchema.safeParse(body).data?.issues ?? [];
		const ofModel = issues.find(({ path }) => [path].flat().join('.') === 'model');
		if (!ofModel) throw unexpectedResponse(body);
		return [...new Set(idsIn(ofModel.expected).filter((id) => family.test(id)))];
	},
});
