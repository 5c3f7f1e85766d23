import { z } from 'zod';
import {
	DEFAULT_DURATION,
	DEFAULT_TASK_TIMEOUT,
	DEFAULT_VIDEO_RESOLUTION,
} from '../shared/generation/defaults';
import type { ChosenModel } from '../shared/parameters/choices';
import { COMMON_HIDDEN_DEFAULTS, commonParams, commonOptions } from '../shared/parameters/common';
import {
	numberParamOr,
	enumParamOr,
	optionalNumberParam,
	optionalEnumParam,
	optionalBooleanParam,
	stringParam,
	stringListParam,
	booleanParamOr,
} from '../shared/parameters/schemas';
import type { SeedanceService } from '../shared/gateways/types';
import { seedanceServices } from '../shared/gateways/registry';
import { linksIn } from '../shared/media/url';
import { checkOptions, type RequestedOption } from '../shared/generation/requestChecks';
import { checkVideoRequest } from '../shared/generation/seedanceChecks';
import {
	DRAFT_TASK_ID,
	REFERENCE_AUDIOS,
	REFERENCE_TASKS,
	REFERENCE_VIDEOS,
	VIDEO_OPTION_LABELS,
	VIDEO_RESOLUTIONS,
	type VideoModel,
	type VideoOptions,
	type VideoRequest,
} from '../shared/generation/seedanceRequest';
import type { GenerationNode } from '../shared/parameters/generationNode';

const videoOptions = {
	cameraFixed: optionalBooleanParam,
	draft: optionalBooleanParam,
	draftTaskId: stringParam,
	executionExpiresAfter: optionalNumberParam,
	frames: optionalNumberParam,
	outputFormat: optionalEnumParam(['mp4', 'mov']),
	generateAudio: optionalBooleanParam,
	priority: optionalNumberParam,
	referenceAudio: stringListParam,
	referenceTask: optionalEnumParam(['auto', ...REFERENCE_TASKS]),
	referenceVideos: stringListParam,
	returnLastFrame: optionalBooleanParam,
	safetyIdentifier: stringParam,
	seed: optionalNumberParam.refine(
		(seed) => seed === undefined || Number.isInteger(seed),
		'has to be a whole number',
	),
	serviceTier: optionalEnumParam(['default', 'flex']),
	watermark: booleanParamOr(false),
	webSearch: optionalBooleanParam,
};

const seedanceParams = z.object({
	...commonParams,
	resolution: enumParamOr(VIDEO_RESOLUTIONS, DEFAULT_VIDEO_RESOLUTION),
	duration: numberParamOr(DEFAULT_DURATION),
	options: z.object({ ...commonOptions(DEFAULT_TASK_TIMEOUT), ...videoOptions }).default({}),
});

type SeedanceParams = z.output<typeof seedanceParams>;
type Model = ChosenModel<VideoModel>;

/** Videos of Seedance. */
export const seedanceNode: GenerationNode<
	SeedanceParams,
	VideoRequest,
	VideoModel,
	SeedanceService
> = {
	services: seedanceServices,
	schema: seedanceParams,
	hiddenDefaults: {
		...COMMON_HIDDEN_DEFAULTS,
		resolution: DEFAULT_VIDEO_RESOLUTION,
		duration: DEFAULT_DURATION,
	},
	toRequest(params, { model, inputImages }) {
		const { prompt, aspectRatio, resolution, duration, options } = params;
		const draftTaskId = options.draftTaskId.trim();
		const videos = splitUrls(options.referenceVideos);
		const audios = splitUrls(options.referenceAudio);
		return {
			request: {
				model: model.id,
				prompt,
				aspectRatio,
				roles: inputImages.map(({ role }) => role),
				// Some gateways have a model ID for each resolution, so there is nothing to choose.
				resolution: model.resolutions.length === 0 ? 'auto' : resolution,
				duration: model.duration === undefined ? 0 : duration,
				options: toOptions(model, options),
				videos,
				audios,
				...(draftTaskId === '' ? {} : { draftTaskId }),
			},
			producesSet: false,
			// The video and its last frame.
			maxFiles: 2,
			gatewayUrls: [
				...videos.map((url) => ({ label: REFERENCE_VIDEOS, url })),
				...audios.map((url) => ({ label: REFERENCE_AUDIOS, url })),
			],
			...(model.imageRules === undefined ? {} : { imageRules: model.imageRules }),
		};
	},
	validate({ request }, { options }, { service, model }) {
		checkOptions(model.name, listRequestedOptions(options, model));
		checkVideoRequest(request, model, service);
	},
};

/** No URL has a blank inside, so several may also be separated by blanks. */
const splitUrls = (texts: readonly string[]): string[] =>
	texts.flatMap(linksIn).flatMap((url) => url.split(/\s+/));

/** The options of a video, `undefined` for those that are left to the model. */
function listOptions(
	params: SeedanceParams['options'],
): Array<[keyof VideoOptions, VideoOptions[keyof VideoOptions]]> {
	const names = Object.keys(VIDEO_OPTION_LABELS).filter(
		(name): name is keyof VideoOptions => name in videoOptions,
	);
	return names.map((name) => {
		const value = params[name];
		return [name, value === 'auto' || value === '' ? undefined : value];
	});
}

/** The options that the model has, and that are not left to it. */
function toOptions({ options: offered }: Model, params: SeedanceParams['options']): VideoOptions {
	const { draft, webSearch, ...options }: VideoOptions = Object.fromEntries(
		listOptions(params).filter(([name, value]) => value !== undefined && offered.includes(name)),
	);
	return { ...options, ...(draft ? { draft } : {}), ...(webSearch ? { webSearch } : {}) };
}

/** The values that a model without the option has anyway. */
const WITHOUT_OPTION = new Map<keyof VideoOptions, unknown>([
	['outputFormat', 'mp4'],
	['priority', 0],
	['seed', -1],
	['serviceTier', 'default'],
]);

/** Every option that not all models have: whether the parameters request it, and whether the model supports it. */
function listRequestedOptions(
	params: SeedanceParams['options'],
	{ options: offered }: Model,
): RequestedOption[] {
	return [
		...listOptions(params).map(([name, value]) => ({
			label: VIDEO_OPTION_LABELS[name],
			isSupported: offered.includes(name),
			isRequested: value !== undefined && value !== false && value !== WITHOUT_OPTION.get(name),
		})),
		{
			label: DRAFT_TASK_ID,
			isSupported: offered.includes('draft'),
			isRequested: params.draftTaskId.trim() !== '',
		},
	];
}
