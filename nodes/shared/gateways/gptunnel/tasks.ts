import { z } from 'zod';
import { REFERENCE_IMAGES } from '../../generation/labels';
import { GenerationError, type Failure } from '../../errors/failure';
import { fileSourceFrom } from '../../generation/fileSource';
import type { Known, MediaModel, MediaRequest, ReferenceRules } from '../../generation/request';
import { isTerminal, type TaskStatus, type GenerationResult } from '../../generation/result';
import { isTransient } from '../../errors/retryPolicy';
import { findErrorDetails } from '../errorDetails';
import { isGood } from '../httpStatus';
import { cost, taskIdSchema, unixSeconds } from '../responseSchemas';
import { statusOf } from '../taskStatus';
import { unexpectedResponse, withUrl } from '../unexpectedResponse';
import type { ApiResponse, GenerationService, ModelListApi } from '../types';
import { parseError } from './errors';

/** A link lives 48 hours (gptunnel-seedance-pro.md, gptunnel-gpt-image-1.md). */
const URL_TTL_SECONDS = 48 * 60 * 60;

/** The pages have this and `done`; other words were seen in others' code. */
const STATES = new Map<string, TaskStatus>([['idle', 'queued']]);

/**
 * The examples of the answers of `/create` and `/result` on both pages. The prompt comes back with the ratio
 * appended, and `/result` may come with another id than the one asked for: neither is used. A price is on
 * neither page, and taken where there is one.
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

/** Codes that tell of the gateway, not of the task: internal, heavy load, internal exception. */
const PASSING_CODES = new Set(['1', '6', '500']);

/** Reads an answer of `/result`, or of `/create`, which has the same shape. */
function readTask(answer: ApiResponse): GenerationResult {
	const { data: task } = taskSchema.safeParse(answer.body);
	const word = task?.status?.trim().toLowerCase() ?? '';
	const isMade = fileSourceFrom(task?.url ?? '') !== undefined;
	const state = task && statusOf(word, isMade, STATES);
	// What was made wins, whatever else is said.
	if (task && state === 'succeeded' && isMade) return resultOf(task, state);
	const failure = parseError(answer);
	const passes = word === 'error' && PASSING_CODES.has(failure?.code ?? '');
	// A question for a state has no content: what the filter refused is the task itself.
	const refused = failure?.kind === 'contentRefused' ? failure : undefined;
	// Before any other failure, since a task that failed may bring its code along. Where its text stands, no page says.
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
	// Done, but its link has not come yet.
	if (!task.url) return resultOf(task, 'running');
	throw new GenerationError({ kind: 'fileGone', message: `its link is none: ${task.url}` });
}

/** Whatever else stands beside its id, the task has begun: what cannot be understood yet, the polls of it will tell. */
function readCreated(task: Task, body: unknown): GenerationResult {
	if (task.status === undefined) return resultOf(task, 'queued');
	try {
		return readTask({ httpStatus: 200, body });
	} catch {
		return resultOf(task, 'running');
	}
}

/** What a refusal means where all that was sent was a task's id. */
function ofTask(failure: Failure): Failure {
	const { kind, code, httpStatus = 200 } = failure;
	if (kind === 'invalidInput' && code !== undefined) return { ...failure, kind: 'taskNotFound' };
	// Without a code it is not GPTunnel that refuses, but something before it, for the time being.
	const isForNow = code === undefined && httpStatus !== 401 && !isTransient(kind);
	return isForNow ? { ...failure, kind: 'answerLost' } : failure;
}

const isData = (image: string) => image.startsWith('data:');

/** What sets one of GPTunnel's task services apart from the others. */
export interface TaskOffer<Model extends MediaModel> {
	description: string;
	models: readonly [Known<Model>, ...Array<Known<Model>>];
	anyModel: Omit<Model, 'id' | 'name'>;
	aspectRatios: readonly string[];
	references: Omit<ReferenceRules, 'linksOnly'>;
	/** What the form calls the input images. */
	imagesLabel: string;
	/** What the ids of the models have in common. */
	family: RegExp;
}

/**
 * What GPTunnel makes as tasks: `POST /v1/media/create`, then `POST /v1/media/result`
 * (gptunnel-seedance-pro.md, gptunnel-gpt-image-1.md).
 */
export function taskService<Model extends MediaModel>(
	offer: TaskOffer<Model>,
): GenerationService<MediaRequest, Model> {
	const { description, models, anyModel, aspectRatios, references, imagesLabel, family } = offer;
	return {
		description,
		imagesLabel,
		models,
		anyModel,
		modelList: modelListOf(family),
		aspectRatios: ['auto', ...aspectRatios],
		references: { ...references, linksOnly: true },

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
				...(failure.parameter === REFERENCE_IMAGES ? { parameter: imagesLabel } : {}),
				// The pages have links alone, so what else is sent may be what was refused.
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
	};
}

/** What GPTunnel says of a request without a model: every id that it takes there, in one text. */
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
 * The models of GPTunnel's tasks. No page lists them; but a request without anything in it is refused, at no cost, with
 * the ids that it would take (third-party code, 2026-11).
 * @param family what the ids of the service have in common
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
