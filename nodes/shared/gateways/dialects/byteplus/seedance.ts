import {
	ADAPTIVE,
	type ImageRole,
	type VideoOptions,
	type VideoRequest,
} from '../../../generation/seedanceRequest';
import { renamed } from '../../renameKeys';
import type { SeedanceOffer, SeedanceService } from '../../types';
import type { Endpoint } from './offer';
import { explainOtherTask, parseCreatedTask, taskApi } from './seedanceTasks';

const ROLES: Record<ImageRole, string> = {
	firstFrame: 'first_frame',
	lastFrame: 'last_frame',
	reference: 'reference_image',
};
const API_FIELDS = {
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
} satisfies Record<Exclude<keyof VideoOptions, 'webSearch'>, string>;

/** The resolution of every draft (the vendor's docs of the video API, 2026-10-08). */
const DRAFT_RESOLUTION = '480p';

/**
 * Without a duration, Seedance 2.5 chooses up to 30 seconds, six times what a video of the usual length costs (the
 * vendor's docs of the video API, 2026-10-08: "duration", default -1). All other models use this as their default.
 */
const USUAL_DURATION_SECONDS = 5;
const isVersion25 = (model: string) => /seedance-2[-.]5/.test(model);

/** Returns the fields about the video itself. The final video of a draft takes nearly all of them from the draft. */
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
		...renamed<unknown>(API_FIELDS, new Map(Object.entries(options))),
		...(options.webSearch ? { tools: [{ type: 'web_search' }] } : {}),
	};

	/** Returns its ratio and its length. An edited video keeps both, an extended one its ratio. */
	function shapeOf({ model, duration }: VideoRequest): Record<string, unknown> {
		if (options.referenceTask === 'edit') return { ratio: ADAPTIVE, duration: -1 };
		const ratio = options.referenceTask === 'extend' ? ADAPTIVE : aspectRatio;
		const length = duration === 0 && isVersion25(model) ? USUAL_DURATION_SECONDS : duration;
		return {
			...(ratio === 'auto' ? {} : { ratio }),
			// The frames are counted instead of the seconds.
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

/** Creates Seedance in BytePlus's own dialect: `POST /contents/generations/tasks`, then `GET …/{id}`. */
export const seedanceOf = (
	offer: SeedanceOffer,
	{ path, parseError, ...listing }: Endpoint,
): SeedanceService => ({
	...offer,
	...listing,

	buildRequest: (request: VideoRequest) => ({
		method: 'POST',
		path,
		body: {
			model: request.model,
			...videoFields(request),
			...(request.callbackUrl === undefined ? {} : { callback_url: request.callbackUrl }),
		},
	}),

	parseResponse: parseCreatedTask,
	explainError: explainOtherTask,
	tasks: taskApi(path, parseError),
});
