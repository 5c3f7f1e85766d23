import { z } from 'zod';
import { REFERENCE_IMAGES } from '../../generation/labels';
import { MediaError, type Failure } from '../../errors/failure';
import { fileSourceFrom } from '../../generation/fileSource';
import type { Known, MediaModel, MediaRequest, ReferenceRules } from '../../generation/request';
import type { MediaStatus, GenerationResult } from '../../generation/result';
import { isDone, isPassing } from '../../generation/task';
import { cost, isGood, notUnderstood, statusOf, taskIdSchema, unixSeconds, withLink, wordsIn } from '../errorResponse';
import type { ApiResponse, MediaService, ModelListPage } from '../types';
import { failureOf } from './errors';

/** A link lives 48 hours (gptunnel-seedance-pro.md, gptunnel-gpt-image-1.md). */
const LINK_LIFETIME = 48 * 60 * 60;

/** The pages have this and `done`; other words were seen in others' code. */
const STATES = new Map<string, MediaStatus>([['idle', 'queued']]);

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

function outcomeOf({ status, model, created_at: createdAt, url = '', cost: price }: Task, state: MediaStatus): GenerationResult {
	const source = fileSourceFrom(url);
	return {
		files: source === undefined ? [] : [{ index: 0, source }],
		missing: [],
		facts: {
			status: state,
			...(status === undefined ? {} : { gatewayStatus: status }),
			...(model === undefined ? {} : { model }),
			...(price === undefined ? {} : { cost: price }),
			...(createdAt === undefined ? {} : { createdAt }),
			linkLifetime: LINK_LIFETIME,
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
	if (task && state === 'succeeded' && isMade) return outcomeOf(task, state);
	const failure = failureOf(answer);
	const passes = word === 'error' && PASSING_CODES.has(failure?.code ?? '');
	// A question for a state has no content: what the filter refused is the task itself.
	const refused = failure?.kind === 'contentRefused' ? failure : undefined;
	// Before any other failure, since a task that failed may bring its code along. Where its text stands, no page says.
	const ended = state !== undefined && state !== 'succeeded' && isDone(state) ? state : undefined;
	if (refused || (task && ended && isGood(answer.httpStatus) && !passes)) {
		const says = wordsIn(answer.body)?.says || `the state is "${word}"`;
		const outcome: GenerationResult = task ? outcomeOf(task, ended ?? 'failed') : { files: [], missing: [], facts: { status: 'failed' } };
		return { ...outcome, files: [], failure: withLink(refused ?? { kind: 'taskFailed', says }, outcome.files) };
	}
	if (failure) throw new MediaError(ofTask(failure));
	if (!task) throw notUnderstood(answer.body);
	if (state !== 'succeeded') return outcomeOf(task, state ?? 'running');
	// Done, but its link has not come yet.
	if (!task.url) return outcomeOf(task, 'running');
	throw new MediaError({ kind: 'fileGone', says: `its link is none: ${task.url}` });
}

/** Whatever else stands beside its id, the task has begun: what cannot be understood yet, the polls of it will tell. */
function readCreated(task: Task, body: unknown): GenerationResult {
	if (task.status === undefined) return outcomeOf(task, 'queued');
	try {
		return readTask({ httpStatus: 200, body });
	} catch {
		return outcomeOf(task, 'running');
	}
}

/** What a refusal means where all that was sent was a task's id. */
function ofTask(failure: Failure): Failure {
	const { kind, code, httpStatus = 200 } = failure;
	if (kind === 'invalidInput' && code !== undefined) return { ...failure, kind: 'taskNotFound' };
	// Without a code it is not GPTunnel that refuses, but something before it, for the time being.
	const isForNow = code === undefined && httpStatus !== 401 && !isPassing(kind);
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
export function taskService<Model extends MediaModel>(offer: TaskOffer<Model>): MediaService<MediaRequest, Model> {
	const { description, models, anyModel, aspectRatios, references, imagesLabel, family } = offer;
	return {
		description,
		imagesLabel,
		models,
		anyModel,
		modelList: modelListOf(family),
		aspectRatios: ['auto', ...aspectRatios],
		references: { ...references, linksOnly: true },

		submit: ({ model, prompt, images, aspectRatio }: MediaRequest) => ({
			method: 'POST',
			path: '/v1/media/create',
			body: {
				model,
				prompt,
				...(images.length > 0 ? { images } : {}),
				...(aspectRatio === 'auto' ? {} : { ar: aspectRatio }),
			},
		}),

		read(body: unknown): GenerationResult {
			const task = taskSchema.safeParse(body);
			if (!task.success) throw notUnderstood(body);
			const outcome = readCreated(task.data, body);
			return { ...outcome, facts: { ...outcome.facts, taskId: task.data.id } };
		},

		explain(failure: Failure, { images }: MediaRequest): Failure {
			const ofImages = failure.parameter === undefined || failure.parameter === REFERENCE_IMAGES;
			return {
				...failure,
				...(failure.parameter === REFERENCE_IMAGES ? { parameter: imagesLabel } : {}),
				// The pages have links alone, so what else is sent may be what was refused.
				...(ofImages && images.some(isData) && ['invalidInput', 'gatewayFailed'].includes(failure.kind)
					? { hint: 'an image was sent as data, and this gateway may want a link: put it on a public address and choose the source URL' }
					: {}),
			};
		},

		tasks: {
			observe: (taskId) => ({ method: 'POST', path: '/v1/media/result', body: { task_id: taskId } }),
			read: readTask,
		},
	};
}

/** What GPTunnel says of a request without a model: every id that it takes there, in one text. */
const expectedSchema = z.union([z.string(), z.array(z.string()).transform((ids) => ids.join('|'))]);
const orderRefusalSchema = z.object({ issues: z.array(z.object({ path: z.unknown(), expected: expectedSchema.catch('') }).catch({ expected: '' })) });

/** `"seedance-1-pro-1080P-5s" | "gpt-image-1-low" | …`, with quotation marks and parentheses or without. */
const idsIn = (expected: string): string[] => expected.split('|').flatMap((part) => /^[\s"'`(]*([\w.:/-]{1,100})[\s"'`)]*$/.exec(part)?.[1] ?? []);

/**
 * The models of GPTunnel's tasks. No page lists them; but a request without anything in it is refused, at no cost, with
 * the ids that it would take (third-party code, 2026-11).
 * @param family what the ids of the service have in common
 */
const modelListOf = (family: RegExp): ModelListPage => ({
	ask: () => ({ method: 'POST', path: '/v1/media/create', body: {} }),

	read({ body }) {
		const issues = orderRefusalSchema.safeParse(body).data?.issues ?? [];
		const ofModel = issues.find(({ path }) => [path].flat().join('.') === 'model');
		if (!ofModel) throw notUnderstood(body);
		return [...new Set(idsIn(ofModel.expected).filter((id) => family.test(id)))];
	},
});
