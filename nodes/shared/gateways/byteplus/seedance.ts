import { z } from 'zod';
import { IMAGES } from '../../labels';
import { MediaError, type Failure } from '../../media/failure';
import { linkFrom } from '../../media/link';
import type { Known, ReferenceRules, Source } from '../../media/mediaRequest';
import type { MadeFile, MediaStatus, Outcome } from '../../media/outcome';
import { ADAPTIVE, type ImageRole, type VideoModel, type VideoOptions, type VideoRequest, type VideoResolution } from '../../media/videoRequest';
import { notUnderstood, refusalOfTask, taskIdSchema, unixSeconds } from '../answers';
import type { Answer, Gateway, VideoService } from '../gateway';
import { SEEDANCE_REFERENCES } from '../limits';
import { renamed } from '../wire';
import { pictureErrorSchema } from './failures';

/** A link lives 24 hours, a task can be asked for for 7 days (the vendor's docs of the video API). */
const LINK_LIFETIME = 24 * 60 * 60;

/** The states of a task (the vendor's docs of the video API); one that is not here counts as running. */
const STATES = new Map<string, MediaStatus>([
	['queued', 'queued'],
	['running', 'running'],
	['succeeded', 'succeeded'],
	['failed', 'failed'],
	['cancelled', 'cancelled'],
	['expired', 'expired'],
]);

const RESOLUTIONS: readonly VideoResolution[] = ['480p', '720p', '1080p'];
const WITH_4K: readonly VideoResolution[] = [...RESOLUTIONS, '4k'];
const UP_TO_720P: readonly VideoResolution[] = ['480p', '720p'];
const OF_ALL: ReadonlyArray<keyof VideoOptions> = ['seed', 'cameraFixed', 'watermark', 'returnLastFrame', 'serviceTier', 'executionExpiresAfter'];

/** What the models of version 1.0 have in common. */
const VERSION_1_0 = { resolutions: RESOLUTIONS, duration: { shortest: 2, longest: 12 }, adaptsTo: ['frame'], wordless: true, options: [...OF_ALL, 'frames'] } as const;

/** What those of version 2 have in common; 2.0 follows up to nine images, three videos and three sounds. */
const VERSION_2_0 = {
	duration: { shortest: 4, longest: 15, canChoose: true },
	fromText: true,
	adaptsTo: ['words', 'frame', 'references'],
	roles: ['firstFrame', 'lastFrame', 'reference'],
	mostVideos: 3,
	mostAudios: 3,
	wordless: true,
	options: ['seed', 'watermark', 'returnLastFrame', 'executionExpiresAfter', 'generateAudio'],
} as const;

/** What each model takes: the vendor's docs of the video API, the table of its models. */
const MODELS: readonly [VideoModel, ...VideoModel[]] = [
	{
		id: 'seedance-1-5-pro-251215',
		name: 'Seedance 1.5 Pro',
		resolutions: RESOLUTIONS,
		duration: { shortest: 4, longest: 12, canChoose: true },
		fromText: true,
		adaptsTo: ['words', 'frame'],
		roles: ['firstFrame', 'lastFrame'],
		wordless: true,
		options: [...OF_ALL, 'generateAudio'],
	},
	{ ...VERSION_2_0, id: 'dreamina-seedance-2-0-260128', name: 'Seedance 2.0', resolutions: WITH_4K, references: { maxCount: 9, resolutions: WITH_4K } },
	{
		...VERSION_2_0,
		id: 'dreamina-seedance-2-0-fast-260128',
		name: 'Seedance 2.0 Fast',
		resolutions: UP_TO_720P,
		references: { maxCount: 9, resolutions: UP_TO_720P },
	},
	{
		...VERSION_2_0,
		id: 'dreamina-seedance-2-5-260628',
		name: 'Seedance 2.5',
		resolutions: UP_TO_720P,
		duration: { shortest: 4, longest: 30, canChoose: true },
		references: { maxCount: 30, resolutions: UP_TO_720P },
		mostVideos: 10,
		mostAudios: 10,
		audioAlone: true,
		options: [...VERSION_2_0.options, 'outputFormat'],
	},
	{ ...VERSION_1_0, id: 'seedance-1-0-pro-250528', name: 'Seedance 1.0 Pro', fromText: true, roles: ['firstFrame', 'lastFrame'] },
	{ ...VERSION_1_0, id: 'seedance-1-0-pro-fast-251015', name: 'Seedance 1.0 Pro Fast', fromText: true, roles: ['firstFrame'] },
	{ ...VERSION_1_0, id: 'seedance-1-0-lite-t2v-250428', name: 'Seedance 1.0 Lite, Text to Video', fromText: true, roles: [] },
	{
		...VERSION_1_0,
		id: 'seedance-1-0-lite-i2v-250428',
		name: 'Seedance 1.0 Lite, Image to Video',
		fromText: false,
		roles: ['firstFrame', 'lastFrame', 'reference'],
		references: { maxCount: 4, resolutions: UP_TO_720P },
	},
];

/** Only Volcengine's name is known, doubao-seedance-2-5-260628: this one has the form of BytePlus's others. */
const GUESSED = 'dreamina-seedance-2-5-260628';

/** An id that is not in the table is sent as the user filled the form in. */
const ANY_MODEL: VideoService['anyModel'] = {
	resolutions: WITH_4K,
	duration: { shortest: 1, longest: Infinity, canChoose: true },
	fromText: true,
	adaptsTo: ['words', 'frame', 'references'],
	roles: ['firstFrame', 'lastFrame', 'reference'],
	references: { maxCount: Infinity, resolutions: WITH_4K },
	mostVideos: Infinity,
	mostAudios: Infinity,
	audioAlone: true,
	wordless: true,
	options: [...OF_ALL, 'generateAudio', 'frames', 'outputFormat'],
};

/** The vendor's docs of the video API. */
const REFERENCES: ReferenceRules = {
	...SEEDANCE_REFERENCES,
	formats: ['image/jpeg', 'image/png', 'image/webp', 'image/bmp', 'image/tiff', 'image/gif', 'image/heic', 'image/heif'],
	assets: true,
};

const ROLES: Record<ImageRole, string> = { firstFrame: 'first_frame', lastFrame: 'last_frame', reference: 'reference_image' };
const OPTIONS: Record<keyof VideoOptions, string> = {
	seed: 'seed',
	cameraFixed: 'camera_fixed',
	generateAudio: 'generate_audio',
	returnLastFrame: 'return_last_frame',
	watermark: 'watermark',
	serviceTier: 'service_tier',
	executionExpiresAfter: 'execution_expires_after',
	frames: 'frames',
	// Of others' code for 2.5.
	outputFormat: 'output_format',
};

const createdSchema = z.object({ id: taskIdSchema });

/** The answer for one task (the vendor's docs of the video API). */
const taskSchema = z.object({
	id: taskIdSchema,
	model: z.string().min(1).optional().catch(undefined),
	status: z.string(),
	content: z
		.object({ video_url: z.string().optional().catch(undefined), last_frame_url: z.string().optional().catch(undefined) })
		.optional()
		.catch(undefined),
	error: pictureErrorSchema.optional().catch(undefined),
	created_at: unixSeconds,
	usage: z.record(z.number().finite()).optional().catch(undefined),
});

type Task = z.infer<typeof taskSchema>;

/** The video, and the last frame where it was asked for. */
function filesOf({ content }: Task): MadeFile[] {
	const links = [content?.video_url, content?.last_frame_url].map((link) => linkFrom(link ?? ''));
	return links.flatMap((url, index) => (url === undefined ? [] : [{ index, source: { url } }]));
}

function outcomeOf(task: Task): Outcome {
	const { id: taskId, status: word, model, created_at: createdAt, usage, error } = task;
	const status = STATES.get(word.trim().toLowerCase()) ?? 'running';
	const facts: Outcome['facts'] = {
		taskId,
		status,
		gatewayStatus: word,
		linkLifetime: LINK_LIFETIME,
		...(model === undefined ? {} : { model }),
		...(createdAt === undefined ? {} : { createdAt }),
		...(usage === undefined ? {} : { usage }),
	};
	if (status === 'failed' || status === 'cancelled' || status === 'expired') {
		const says = error?.says || `the state is "${word}"`;
		const failure: Failure = error?.kind === 'contentRefused' ? error : { kind: 'taskFailed', says, ...(error?.code === undefined ? {} : { code: error.code }) };
		return { files: [], missing: [], facts, failure };
	}
	const files = filesOf(task);
	// Done, but its link has not come yet.
	if (status === 'succeeded' && files[0]?.index !== 0) {
		if (task.content?.video_url) throw new MediaError({ kind: 'fileGone', says: `its link is none: ${task.content.video_url}` });
		return { files: [], missing: [], facts: { ...facts, status: 'running' } };
	}
	return { files, missing: [], facts };
}

const listSchema = z.object({ items: z.array(z.unknown()) });

/** As many as the page takes (the vendor's docs of the video API, the list of tasks). */
const PAGE_SIZE = 500;

/** One task of a list. What the list says of a link is not looked at more closely: nothing is downloaded. */
function listed(item: unknown): Outcome[] {
	const task = taskSchema.safeParse(item);
	if (!task.success) return [];
	try {
		return [outcomeOf(task.data)];
	} catch {
		return [{ files: [], missing: [], facts: { taskId: task.data.id, status: 'succeeded', gatewayStatus: task.data.status } }];
	}
}

/**
 * Seedance in BytePlus's own dialect: `POST /contents/generations/tasks`, then `GET …/{id}`.
 * @param path where the gateway has BytePlus's `/contents/generations/tasks`
 * @param failureOf what kind of failure an answer of the gateway is
 * @param source where it is known from that the gateway has these models
 */
export function seedanceOf(path: string, description: string, failureOf: Gateway['failureOf'], source: Source): VideoService {
	const known = (model: VideoModel): Known<VideoModel> => ({ ...model, source: model.id === GUESSED ? 'guess' : source });
	const [first, ...others] = MODELS;
	return {
		description,
		models: [known(first), ...others.map(known)],
		anyModel: ANY_MODEL,
		aspectRatios: ['auto', ADAPTIVE, '16:9', '9:16', '4:3', '3:4', '1:1', '21:9'],
		references: REFERENCES,
		imagesLabel: IMAGES,

		submit: ({ model, prompt, images, roles, videos, audios, resolution, aspectRatio, duration, options }: VideoRequest) => ({
			method: 'POST',
			path,
			body: {
				model,
				content: [
					...(prompt.trim() === '' ? [] : [{ type: 'text', text: prompt }]),
					...images.map((url, index) => ({ type: 'image_url', image_url: { url }, role: ROLES[roles[index] ?? 'firstFrame'] })),
					...videos.map((url) => ({ type: 'video_url', video_url: { url }, role: 'reference_video' })),
					...audios.map((url) => ({ type: 'audio_url', audio_url: { url }, role: 'reference_audio' })),
				],
				...(resolution === 'auto' ? {} : { resolution }),
				...(aspectRatio === 'auto' ? {} : { ratio: aspectRatio }),
				// The pictures are counted in place of the seconds.
				...(duration === 0 || options.frames !== undefined ? {} : { duration }),
				...renamed<unknown>(OPTIONS, new Map(Object.entries(options))),
			},
		}),

		read(body: unknown): Outcome {
			const created = createdSchema.safeParse(body);
			if (!created.success) throw notUnderstood(body);
			return { files: [], missing: [], facts: { status: 'queued', taskId: created.data.id, linkLifetime: LINK_LIFETIME } };
		},

		tasks: {
			observe: (taskId) => ({ method: 'GET', path: `${path}/${encodeURIComponent(taskId)}` }),
			read(answer: Answer): Outcome {
				const task = taskSchema.safeParse(answer.body);
				// Before any other failure: that of a task stands in it.
				if (task.success && answer.httpStatus >= 200 && answer.httpStatus < 300) return outcomeOf(task.data);
				const failure = failureOf(answer);
				throw failure ? new MediaError(refusalOfTask(failure)) : notUnderstood(answer.body);
			},
			list: {
				pageSize: PAGE_SIZE,
				ask(filter, page) {
					const query = new URLSearchParams({ page_num: String(page), page_size: String(PAGE_SIZE) });
					if (filter.status !== undefined) query.set('filter.status', filter.status);
					if (filter.model !== undefined) query.set('filter.model', filter.model);
					if (filter.serviceTier !== undefined) query.set('filter.service_tier', filter.serviceTier);
					for (const taskId of filter.taskIds ?? []) query.append('filter.task_ids', taskId);
					return { method: 'GET', path: `${path}?${query.toString()}` };
				},
				read(body) {
					const page = listSchema.safeParse(body);
					if (!page.success) throw notUnderstood(body);
					return { tasks: page.data.items.flatMap(listed), entries: page.data.items.length };
				},
			},
			cancel: (taskId) => ({ method: 'DELETE', path: `${path}/${encodeURIComponent(taskId)}` }),
		},
	};
}
