import { z } from 'zod';
import {
	DEFAULT_DURATION,
	DEFAULT_TASK_TIMEOUT,
	DEFAULT_VIDEO_RESOLUTION,
} from '../shared/generation/defaults';
import { adviceOn, checkLife, getModel } from '../shared/parameters/choices';
import { COMMON_FALLBACKS, commonFields, commonOptions } from '../shared/parameters/common';
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
import { bindRequest } from '../shared/execution/job';
import { linksIn } from '../shared/media/url';
import { checkOptions } from '../shared/generation/requestChecks';
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
} from '../shared/generation/seedanceRequest';
import type { GenerationNode } from '../shared/parameters/prepareJob';

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

const seedanceForm = z.object({
	...commonFields,
	resolution: enumParamOr(VIDEO_RESOLUTIONS, DEFAULT_VIDEO_RESOLUTION),
	duration: numberParamOr(DEFAULT_DURATION),
	options: z.object({ ...commonOptions(DEFAULT_TASK_TIMEOUT), ...videoOptions }).default({}),
});

type SeedanceForm = z.output<typeof seedanceForm>;
type Chosen = Pick<VideoModel, 'options'>;

/** Seedance videos. */
export const seedanceNode: GenerationNode<SeedanceService, SeedanceForm> = {
	services: seedanceServices,
	schema: seedanceForm,
	hiddenDefaults: {
		...COMMON_FALLBACKS,
		resolution: DEFAULT_VIDEO_RESOLUTION,
		duration: DEFAULT_DURATION,
	},
	wish(form, references, gatewayService) {
		const { service } = gatewayService;
		const model = getModel(seedanceServices, gatewayService, form.model);
		const { prompt, aspectRatio, resolution, duration } = form;
		const draftTaskId = form.options.draftTaskId.trim();
		const request = {
			model: model.id,
			prompt,
			aspectRatio,
			roles: references.map(({ role }) => role),
			// Where the model's id says it, there is nothing to choose.
			resolution: model.resolutions.length === 0 ? ('auto' as const) : resolution,
			duration: model.duration === undefined ? 0 : duration,
			options: optionsOf(model, form.options),
			videos: linksOf(form.options.referenceVideos),
			audios: linksOf(form.options.referenceAudio),
			...(draftTaskId === '' ? {} : { draftTaskId }),
		};
		const handedOn = [
			...request.videos.map((url) => ({ label: REFERENCE_VIDEOS, url })),
			...request.audios.map((url) => ({ label: REFERENCE_AUDIOS, url })),
		];
		const now = new Date();
		return {
			model: model.id,
			request,
			isSet: false,
			// The last frame is one, too.
			maxFiles: 2,
			handedOn,
			...(model.imageRules === undefined ? {} : { rules: model.imageRules }),
			check() {
				checkLife(service, model.id, now);
				checkOptions(model.name, askedOptions(model, form.options));
				checkVideoRequest(request, model, service, service.imagesLabel);
			},
			bind: (images) =>
				bindRequest(service, { ...request, images }, adviceOn(service, model.id, now)),
		};
	},
};

/** None of them has a blank inside. */
const linksOf = (lists: readonly string[]): string[] =>
	lists.flatMap(linksIn).flatMap((url) => url.split(/\s+/));

/** All options of a video that are in the form. */
function allOptions(
	form: SeedanceForm['options'],
): Array<[keyof VideoOptions, VideoOptions[keyof VideoOptions]]> {
	const names = Object.keys(VIDEO_OPTION_LABELS).filter(
		(name): name is keyof VideoOptions => name in videoOptions,
	);
	return names.map((name) => {
		const value = form[name];
		return [name, value === 'auto' || value === '' ? undefined : value];
	});
}

/** Of what the form says, what the model has. */
function optionsOf({ options: offered }: Chosen, form: SeedanceForm['options']): VideoOptions {
	const { draft, webSearch, ...options }: VideoOptions = Object.fromEntries(
		allOptions(form).filter(([name, value]) => value !== undefined && offered.includes(name)),
	);
	return { ...options, ...(draft ? { draft } : {}), ...(webSearch ? { webSearch } : {}) };
}

/** What a model does anyway that does not have the option. */
const NOTHING_ASKED = new Map<keyof VideoOptions, unknown>([
	['outputFormat', 'mp4'],
	['priority', 0],
	['seed', -1],
	['serviceTier', 'default'],
]);

/** The options that ask for something, which not every model has. */
function askedOptions({ options: offered }: Chosen, form: SeedanceForm['options']) {
	const request = allOptions(form).map(([name, value]) => ({
		label: VIDEO_OPTION_LABELS[name],
		isTaken: offered.includes(name),
		isAsked: value !== undefined && value !== false && value !== NOTHING_ASKED.get(name),
	}));
	return [
		...request,
		{
			label: DRAFT_TASK_ID,
			isTaken: offered.includes('draft'),
			isAsked: form.draftTaskId.trim() !== '',
		},
	];
}
