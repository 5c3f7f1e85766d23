import { invalidInput } from '../errors/failure';
import { isLink } from '../media/url';
import { IMAGES } from './labels';
import { checkIdentifier, checkMediaRequest, list } from './requestChecks';
import type { Asked, MediaLimits } from './request';
import {
	ADAPTIVE,
	ADAPTS_TO,
	DRAFT_TASK_ID,
	lengthsIn,
	REFERENCE_AUDIOS,
	REFERENCE_VIDEOS,
	ROLE_LABELS,
	VIDEO_LIMITS,
	VIDEO_OPTION_LABELS,
	type ImageRole,
	type VideoLengths,
	type VideoModel,
	type VideoOptions,
	type VideoRequest,
} from './seedanceRequest';

/**
 * Refuses what the model or the gateway would refuse, before anything is sent.
 * @throws MediaError of kind `invalidInput`, naming the parameter
 */
export function checkVideoRequest(
	request: Asked<VideoRequest>,
	model: Omit<VideoModel, 'id'>,
	limits: MediaLimits,
): void {
	checkNumbers(request.options, model);
	checkIdentifier(VIDEO_OPTION_LABELS.safetyIdentifier, request.options.safetyIdentifier ?? '');
	if (request.draftTaskId === undefined) checkNewVideo(request, model, limits);
	else checkFinalVideo(request, model);
}

/** All but a few options is the draft's. What would be passed over in silence is refused, but for the duration, which is always there. */
function checkFinalVideo(
	{
		model: id,
		prompt,
		roles,
		videos,
		audios,
		resolution,
		aspectRatio,
		options,
	}: Asked<VideoRequest>,
	{ name, finalResolution, ...model }: Omit<VideoModel, 'id'>,
): void {
	const refuse = (label: string, why: string) =>
		invalidInput(label, why, `Empty "${label}", or remove "${DRAFT_TASK_ID}".`);
	if (id.trim() === '') throw invalidInput('Model', 'no model is chosen');
	if (!model.options.includes('draft'))
		throw invalidInput(DRAFT_TASK_ID, `${name} makes no drafts`);
	if (prompt.trim() !== '')
		throw refuse('Prompt', 'the final video of a draft has the words of the draft');
	if (roles.length > 0)
		throw refuse(IMAGES, 'the final video of a draft has the images of the draft');
	if (videos.length > 0)
		throw refuse(REFERENCE_VIDEOS, 'the final video of a draft has those of the draft');
	if (audios.length > 0)
		throw refuse(REFERENCE_AUDIOS, 'the final video of a draft has those of the draft');
	if (aspectRatio !== 'auto' && aspectRatio !== ADAPTIVE)
		throw invalidInput(
			'Aspect Ratio',
			'the final video of a draft has the shape of the draft: choose Auto',
		);
	const fixed = OF_THE_DRAFT.find(
		(option) => ![undefined, false, ASKS_FOR_NONE.get(option)].includes(options[option]),
	);
	if (fixed !== undefined)
		throw refuse(
			VIDEO_OPTION_LABELS[fixed],
			'the final video of a draft has what was chosen for the draft',
		);
	if (
		finalResolution === undefined &&
		resolution !== 'auto' &&
		!model.resolutions.includes(resolution)
	) {
		throw invalidInput(
			'Resolution',
			`${name} does not offer ${resolution}, choose one of ${list(model.resolutions)}`,
		);
	}
	if (finalResolution !== undefined && resolution !== finalResolution) {
		throw invalidInput(
			'Resolution',
			`${name} makes the final video of a draft at ${finalResolution} alone, which is what is paid for`,
			`Choose ${finalResolution} under "Resolution".`,
		);
	}
}

/** Values that ask for nothing. */
const ASKS_FOR_NONE = new Map<keyof VideoOptions, unknown>([['seed', -1]]);

/** What a final video takes over from its draft, and may not be told again. */
const OF_THE_DRAFT: ReadonlyArray<keyof VideoOptions> = [
	'seed',
	'cameraFixed',
	'generateAudio',
	'frames',
	'draft',
	'referenceTask',
	'webSearch',
];

function checkNewVideo(
	request: Asked<VideoRequest>,
	model: Omit<VideoModel, 'id'>,
	limits: MediaLimits,
): void {
	const { roles, resolution, duration, aspectRatio, options, videos, audios } = request;
	const urls = videos.length + audios.length;
	const follows = roles.includes('reference');
	checkMediaRequest(request, roles.length, limits, {
		needsPrompt: !model.wordless || roles.length + urls === 0,
	});
	checkRoles(roles, model, urls);
	checkLinks(REFERENCE_VIDEOS, videos, model.name, model.maxVideos);
	checkLinks(REFERENCE_AUDIOS, audios, model.name, model.maxAudios, /^(asset:\/\/|data:audio\/)/);
	if (audios.length > 0 && videos.length + roles.length === 0 && !model.audioAlone) {
		throw invalidInput(
			REFERENCE_AUDIOS,
			`${model.name} follows a sound only together with an image or a video`,
		);
	}
	checkReferenceTask(request, model);
	if (options.webSearch && roles.length + urls > 0)
		throw invalidInput(
			VIDEO_OPTION_LABELS.webSearch,
			'it goes with words alone, without images, videos and sounds',
		);
	const { draftWithout = [] } = model;
	const failedFiles = options.draft
		? draftWithout.find(
				(option) => ![undefined, false, 'default'].some((nothing) => options[option] === nothing),
			)
		: undefined;
	if (failedFiles !== undefined)
		throw invalidInput(
			VIDEO_OPTION_LABELS[failedFiles],
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
	const shownBy = follows || urls > 0 ? 'references' : roles.length > 0 ? 'frame' : 'words';
	if (aspectRatio === ADAPTIVE && !model.adaptsTo.includes(shownBy)) {
		const instead = model.adaptsTo.map((one) => ADAPTS_TO[one]).join(' or ');
		throw invalidInput(
			'Aspect Ratio',
			`${model.name} is ${instead === '' ? 'never adaptive' : `adaptive to ${instead} only, and there is none`}: choose another`,
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

/** An edited or extended video has the shape of its source, and an edited one its length, too. */
function checkReferenceTask(
	{ options: { referenceTask }, videos, aspectRatio }: Asked<VideoRequest>,
	{ name }: Omit<VideoModel, 'id'>,
): void {
	if (referenceTask === undefined) return;
	const label = VIDEO_OPTION_LABELS.referenceTask;
	if (videos.length === 0)
		throw invalidInput(
			label,
			`to ${referenceTask} a video, ${name} needs one under "${REFERENCE_VIDEOS}"`,
		);
	if (aspectRatio !== 'auto' && aspectRatio !== ADAPTIVE)
		throw invalidInput(
			'Aspect Ratio',
			`a video that is to be ${referenceTask === 'edit' ? 'edited' : 'extended'} keeps its shape: choose Auto or Adaptive`,
		);
}

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

function checkLinks(
	label: string,
	urls: readonly string[],
	name: string,
	most = 0,
	others = /^asset:\/\//,
): void {
	if (urls.length > most)
		throw invalidInput(
			label,
			most === 0 ? `${name} follows none` : `${urls.length} are too many, ${name} follows ${most}`,
		);
	const odd = urls.find((url) => !isLink(url) && !others.test(url));
	if (odd !== undefined)
		throw invalidInput(
			label,
			`${odd.slice(0, 100)} is neither an http or https link nor one of the gateway’s own, asset://…`,
		);
}

function checkRoles(
	roles: readonly ImageRole[],
	model: Omit<VideoModel, 'id'>,
	urls: number,
): void {
	const count = (role: ImageRole) => roles.filter((one) => one === role).length;
	if (roles.length === 0 && urls === 0 && !model.fromText)
		throw invalidInput(IMAGES, `${model.name} makes videos of images, so one is needed`);
	const unfit = roles.find((role) => !model.roles.includes(role));
	if (unfit !== undefined && model.roles.length === 0) {
		throw invalidInput(
			'Model',
			`${model.name} takes no images: choose one that does, or remove them`,
		);
	}
	if (unfit !== undefined) {
		const offered = list(model.roles.map((role) => ROLE_LABELS[role]));
		throw invalidInput(
			IMAGES,
			`${model.name} takes no image as ${ROLE_LABELS[unfit]}, choose one of ${offered}`,
		);
	}
	for (const role of ['firstFrame', 'lastFrame'] as const) {
		if (count(role) > 1)
			throw invalidInput(IMAGES, `${count(role)} images are ${ROLE_LABELS[role]}, a video has one`);
	}
	if (count('lastFrame') === 1 && count('firstFrame') === 0)
		throw invalidInput(IMAGES, 'a last frame needs a first frame, too');
	const references = count('reference');
	if (references + urls > 0 && references < roles.length)
		throw invalidInput(IMAGES, 'references cannot go together with a first or last frame');
	const { maxCount = 0 } = model.references ?? {};
	if (references > maxCount)
		throw invalidInput(
			IMAGES,
			`${references} reference images are too many, ${model.name} takes ${maxCount}`,
		);
}
