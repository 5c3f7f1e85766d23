import { z } from 'zod';
import { MediaError, type Failure } from '../../media/failure';
import type { MediaModel, MediaRequest, ReferenceRules } from '../../media/mediaRequest';
import type { MediaStatus, Outcome } from '../../media/outcome';
import { REFERENCE_IMAGES } from '../../labels';
import { linkSchema, notUnderstood, unixSeconds, wordsIn } from '../answers';
import type { Answer, MediaService } from '../gateway';
import { failureOf } from './failures';

/** A link lives 48 hours (gptunnel-seedance-pro.md, gptunnel-gpt-image-1.md). */
const LINK_LIFETIME = 48 * 60 * 60;

/**
 * The pages have `idle` and `done`; the others were seen in others' code. A state that is not here
 * counts as running.
 */
const STATES: Partial<Record<string, MediaStatus>> = {
	idle: 'queued',
	processing: 'running',
	running: 'running',
	done: 'succeeded',
	failed: 'failed',
	error: 'failed',
};

/**
 * "Пример ответа /create" and "Пример ответа /result" of both pages. The prompt comes back with the ratio
 * appended, and `/result` may come with another id than the one asked for: neither is used.
 */
const taskSchema = z.object({
	id: z.union([z.string().min(1), z.number()]).transform(String),
	status: z.string().optional().catch(undefined),
	model: z.string().min(1).optional().catch(undefined),
	created_at: unixSeconds,
	url: linkSchema.optional().catch(undefined),
});

type Task = z.infer<typeof taskSchema>;

function outcomeOf({ status, model, created_at: createdAt, url }: Task, state: MediaStatus): Outcome {
	return {
		files: url === undefined ? [] : [{ index: 0, source: { url } }],
		missing: [],
		facts: {
			status: state,
			...(status === undefined ? {} : { gatewayStatus: status }),
			...(model === undefined ? {} : { model }),
			...(createdAt === undefined ? {} : { createdAt }),
			linkLifetime: LINK_LIFETIME,
		},
	};
}

const isGood = ({ httpStatus }: Answer) => httpStatus >= 200 && httpStatus < 300;

/** Reads an answer of `/result`, or of `/create`, which has the same shape. */
function readTask(answer: Answer): Outcome {
	const parsed = taskSchema.safeParse(answer.body);
	const state = STATES[parsed.data?.status?.toLowerCase() ?? ''];
	// First of all, since a task that failed may bring its code along. Where its text stands, no page says.
	if (parsed.success && state === 'failed' && isGood(answer)) {
		const words = wordsIn(answer.body);
		return {
			...outcomeOf(parsed.data, state),
			files: [],
			failure: { kind: 'taskFailed', says: words?.says || `the state is "${parsed.data.status}"` },
		};
	}
	const failure = failureOf(answer);
	// A question for a state has no content: what the filter refused is the task itself.
	if (failure?.kind === 'contentRefused') {
		return { files: [], missing: [], facts: { status: 'failed' }, failure };
	}
	if (failure) throw new MediaError(failure);
	if (!parsed.success) throw notUnderstood(answer.body);
	// Done, but its link has not come yet.
	if (state === 'succeeded' && parsed.data.url === undefined) return outcomeOf(parsed.data, 'running');
	return outcomeOf(parsed.data, state ?? 'running');
}

const isData = (image: string) => image.startsWith('data:');

/** What sets one of GPTunnel's task services apart from the others. */
export interface TaskOffer {
	description: string;
	models: readonly [MediaModel, ...MediaModel[]];
	aspectRatios: readonly string[];
	references: Omit<ReferenceRules, 'linksOnly'>;
	/** What the form calls the input images. */
	imagesLabel: string;
}

/**
 * What GPTunnel makes as tasks: `POST /v1/media/create`, then `POST /v1/media/result`
 * (gptunnel-seedance-pro.md, gptunnel-gpt-image-1.md).
 */
export function taskService({ description, models, aspectRatios, references, imagesLabel }: TaskOffer): MediaService {
	return {
		description,
		models,
		anyModel: {},
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

		read(body: unknown): Outcome {
			const task = taskSchema.safeParse(body);
			if (!task.success) throw notUnderstood(body);
			// A task that has no state yet has begun all the same.
			const outcome = task.data.status === undefined ? outcomeOf(task.data, 'queued') : readTask({ httpStatus: 200, body });
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
