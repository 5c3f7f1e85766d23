import { invalidInput } from './failure';
import { checkMediaRequest, list, type Asked, type MediaLimits, type MediaModel, type MediaRequest } from './mediaRequest';

/** The names that the form uses for how large a video is. */
export const VIDEO_RESOLUTIONS = ['480p', '720p', '1080p'] as const;
export type VideoResolution = (typeof VIDEO_RESOLUTIONS)[number];

/** The aspect ratio of the first frame, or one that suits the words. */
export const ADAPTIVE = 'adaptive';

/** What an input image is to a video. */
export const IMAGE_ROLES = ['firstFrame', 'lastFrame', 'reference'] as const;
export type ImageRole = (typeof IMAGE_ROLES)[number];

/** What else may be said about a video. What is not said here is left to the model. */
export interface VideoOptions {
	/** The same one gives a similar video. */
	seed?: number;
	cameraFixed?: boolean;
	generateAudio?: boolean;
	/** Also brings the last frame, as a picture. */
	returnLastFrame?: boolean;
	watermark?: boolean;
	/** `flex` is cheaper and slower. */
	serviceTier?: 'default' | 'flex';
	/** How long the task may wait and work at the gateway before it gives it up, in seconds. */
	executionExpiresAfter?: number;
}

/** A video, in the form's own terms. */
export interface VideoRequest extends MediaRequest {
	/** What each of the images is, in their order. */
	roles: readonly ImageRole[];
	/** `auto` leaves it to the model. */
	resolution: VideoResolution | 'auto';
	/** Seconds; 0 leaves it to the model. */
	duration: number;
	options: VideoOptions;
}

/** What a model takes. The form offers this, and the check refuses all else. */
export interface VideoModel extends MediaModel {
	/** None where the model's id says how large the video is. */
	resolutions: readonly VideoResolution[];
	/** Seconds; absent where the model's id says how long the video is. */
	duration?: { shortest: number; longest: number };
	/** Whether it makes a video of words alone. */
	fromText: boolean;
	roles: readonly ImageRole[];
	/** Whether it chooses an aspect ratio that suits the words, where there is no image to follow. */
	adaptsToText: boolean;
	/** Of the images that are references: how many at most, and how large the video may be then. */
	references?: { maxCount: number; resolutions: readonly VideoResolution[] };
	options: ReadonlyArray<keyof VideoOptions>;
}

/** What the form calls the roles and the options, for what is said about them. */
export const ROLE_LABELS: Record<ImageRole, string> = { firstFrame: 'First Frame', lastFrame: 'Last Frame', reference: 'Reference' };
export const VIDEO_OPTION_LABELS: Record<keyof VideoOptions, string> = {
	seed: 'Seed',
	cameraFixed: 'Fixed Camera',
	generateAudio: 'Generate Audio',
	returnLastFrame: 'Return Last Frame',
	watermark: 'Watermark',
	serviceTier: 'Service Tier',
	executionExpiresAfter: 'Expire After',
};

/**
 * Refuses what the model or the gateway would refuse, before anything is sent.
 * @param imagesLabel what the form calls the input images
 * @throws MediaError of kind `invalidInput`, naming the parameter
 */
export function checkVideoRequest(request: Asked<VideoRequest>, model: VideoModel, limits: MediaLimits, imagesLabel: string): void {
	const { roles, resolution, duration, aspectRatio, options } = request;
	const follows = roles.includes('reference');
	checkMediaRequest(request, roles.length, limits, imagesLabel);
	checkRoles(roles, model, imagesLabel);
	if (resolution !== 'auto' && model.resolutions.length > 0) {
		const allowed = follows ? (model.references?.resolutions ?? []) : model.resolutions;
		if (!allowed.includes(resolution)) {
			const place = follows ? ' with reference images' : '';
			throw invalidInput('Resolution', `${model.name} does not offer ${resolution}${place}, choose one of ${list(allowed)}`);
		}
	}
	if (aspectRatio === ADAPTIVE && (follows || (!model.adaptsToText && roles.length === 0))) {
		throw invalidInput('Aspect Ratio', `${model.name} is adaptive to a first frame only, and there is none: choose another`);
	}
	if (follows && options.cameraFixed) throw invalidInput(VIDEO_OPTION_LABELS.cameraFixed, 'it does not go with reference images');
	const { shortest = 0, longest = Infinity } = model.duration ?? {};
	if (duration !== 0 && (!Number.isInteger(duration) || duration < shortest || duration > longest)) {
		throw invalidInput('Duration', `${model.name} makes videos of ${shortest} to ${longest} whole seconds, not of ${duration}`);
	}
}

function checkRoles(roles: readonly ImageRole[], model: VideoModel, imagesLabel: string): void {
	const count = (role: ImageRole) => roles.filter((one) => one === role).length;
	if (roles.length === 0 && !model.fromText) throw invalidInput(imagesLabel, `${model.name} makes videos of images, so one is needed`);
	const unfit = roles.find((role) => !model.roles.includes(role));
	if (unfit !== undefined) {
		const offered = model.roles.map((role) => ROLE_LABELS[role]);
		const instead = offered.length === 0 ? 'it takes no images' : `choose one of ${list(offered)}`;
		throw invalidInput(imagesLabel, `${model.name} takes no image as ${ROLE_LABELS[unfit]}, ${instead}`);
	}
	for (const role of ['firstFrame', 'lastFrame'] as const) {
		if (count(role) > 1) throw invalidInput(imagesLabel, `${count(role)} images are ${ROLE_LABELS[role]}, a video has one`);
	}
	if (count('lastFrame') === 1 && count('firstFrame') === 0) throw invalidInput(imagesLabel, 'a last frame needs a first frame, too');
	const references = count('reference');
	if (references > 0 && references < roles.length) throw invalidInput(imagesLabel, 'reference images cannot go together with a first or last frame');
	const { maxCount = 0 } = model.references ?? {};
	if (references > maxCount) throw invalidInput(imagesLabel, `${references} reference images are too many, ${model.name} takes ${maxCount}`);
}
