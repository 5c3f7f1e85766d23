import { invalidInput } from '../errors/failure';
import { joinOr } from './joinOr';
import { checkIdentifier, checkMediaRequest, list } from './requestChecks';
import type { WithoutImages, MediaLimits } from './request';
import { checkFinalVideo } from './seedanceDraftChecks';
import { checkReferenceTask, checkReferenceUrls, checkRoles } from './seedanceReferenceChecks';
import {
	ADAPTIVE,
	ADAPTS_TO,
	lengthsIn,
	REFERENCE_AUDIOS,
	REFERENCE_VIDEOS,
	VIDEO_LIMITS,
	VIDEO_OPTION_LABELS,
	type VideoLengths,
	type VideoModel,
	type VideoOptions,
	type VideoRequest,
} from './seedanceRequest';

/**
 * Rejects what the model or the gateway would reject, before anything is sent.
 * @throws {GenerationError} kind `invalidInput`, naming the parameter
 */
export function checkVideoRequest(
	request: WithoutImages<VideoRequest>,
	model: Omit<VideoModel, 'id'>,
	limits: MediaLimits,
): void {
	checkNumbers(request.options, model);
	checkIdentifier(VIDEO_OPTION_LABELS.safetyIdentifier, request.options.safetyIdentifier ?? '');
	if (request.draftTaskId === undefined) checkNewVideo(request, model, limits);
	else checkFinalVideo(request, model);
}

function checkNewVideo(
	request: WithoutImages<VideoRequest>,
	model: Omit<VideoModel, 'id'>,
	limits: MediaLimits,
): void {
	const { roles, resolution, duration, aspectRatio, options, videos, audios } = request;
	const urlCount = videos.length + audios.length;
	const follows = roles.includes('reference');
	checkMediaRequest(request, roles.length, limits, {
		needsPrompt: !model.wordless || roles.length + urlCount === 0,
	});
	checkRoles(roles, model, urlCount);
	checkReferenceUrls(model.name, {
		label: REFERENCE_VIDEOS,
		urls: videos,
		maxCount: model.maxVideos,
	});
	checkReferenceUrls(model.name, {
		label: REFERENCE_AUDIOS,
		urls: audios,
		maxCount: model.maxAudios,
		otherSchemes: /^(asset:\/\/|data:audio\/)/,
	});
	if (audios.length > 0 && videos.length + roles.length === 0 && !model.audioAlone) {
		throw invalidInput(
			REFERENCE_AUDIOS,
			`${model.name} follows a sound only together with an image or a video`,
		);
	}
	checkReferenceTask(request, model);
	if (options.webSearch && roles.length + urlCount > 0)
		throw invalidInput(
			VIDEO_OPTION_LABELS.webSearch,
			'it goes with words alone, without images, videos and sounds',
		);
	const { draftWithout = [] } = model;
	const excluded = options.draft
		? draftWithout.find(
				(option) => ![undefined, false, 'default'].some((nothing) => options[option] === nothing),
			)
		: undefined;
	if (excluded !== undefined)
		throw invalidInput(
			VIDEO_OPTION_LABELS[excluded],
			`it does not go together with a draft of ${model.name}`,
		);
	if (resolution !== 'auto' && model.resolutions.length > 0) {
		const allowed = follows ? (model.references?.resolutions ?? []) : model.resolutions;
		if (!allowed.includes(resolution)) {
			const place = follows ? ' with reference images' : '';
			throw invalidInput(
				'Resolution',
				`${model.name} does not offer ${resolution}${place}, choose one of ${list(allowed)}`,
			);
		}
	}
	const shownBy = follows || urlCount > 0 ? 'references' : roles.length > 0 ? 'frame' : 'words';
	if (aspectRatio === ADAPTIVE && !model.adaptsTo.includes(shownBy)) {
		const supported = joinOr(model.adaptsTo.map((one) => ADAPTS_TO[one]));
		throw invalidInput(
			'Aspect Ratio',
			`${model.name} is ${supported === '' ? 'never adaptive' : `adaptive to ${supported} only, and there is none`}: choose another`,
		);
	}
	if (
		model.followsFrame &&
		shownBy === 'frame' &&
		aspectRatio !== 'auto' &&
		aspectRatio !== ADAPTIVE
	) {
		throw invalidInput(
			'Aspect Ratio',
			`${model.name} gives a video the shape of its first frame, so ${aspectRatio} is not possible`,
			'Choose Auto or Adaptive, and a first frame of the shape that you want.',
		);
	}
	if (follows && options.cameraFixed)
		throw invalidInput(VIDEO_OPTION_LABELS.cameraFixed, 'it does not go with reference images');
	if (duration !== 0 && !isLength(duration, model.duration)) {
		throw invalidInput(
			'Duration',
			`${model.name} makes videos of ${lengthsIn(model.duration)} whole seconds, not of ${duration}`,
		);
	}
}

/** @throws {GenerationError} kind `invalidInput` for a number that the model does not accept */
function checkNumbers(
	options: VideoOptions,
	{ name, maxSeed = VIDEO_LIMITS.seed.most }: Omit<VideoModel, 'id'>,
): void {
	const { seed = VIDEO_LIMITS.seed.least, frames = VIDEO_LIMITS.frames.least } = options;
	if (seed < VIDEO_LIMITS.seed.least || seed > maxSeed) {
		throw invalidInput(
			VIDEO_OPTION_LABELS.seed,
			`${name} takes ${VIDEO_LIMITS.seed.least} to ${maxSeed}, not ${seed}`,
		);
	}
	for (const option of ['executionExpiresAfter', 'frames', 'priority'] as const) {
		const { least, most } = VIDEO_LIMITS[option];
		const { [option]: value = least } = options;
		if (!Number.isInteger(value) || value < least || value > most) {
			throw invalidInput(
				VIDEO_OPTION_LABELS[option],
				`${value} is not possible, it is a whole number from ${least} to ${most}`,
			);
		}
	}
	if ((frames - 25) % 4 !== 0)
		throw invalidInput(
			VIDEO_OPTION_LABELS.frames,
			`${frames} is not possible, it is 29, 33, 37 and so on`,
		);
}

function isLength(
	duration: number,
	{ shortest, longest, only, canChoose = false }: VideoLengths = { shortest: 0, longest: Infinity },
): boolean {
	if (duration === -1) return canChoose;
	return (
		Number.isInteger(duration) &&
		duration >= shortest &&
		duration <= longest &&
		(only?.includes(duration) ?? true)
	);
}
