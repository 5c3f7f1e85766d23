import { z } from 'zod';
import {
	DEFAULT_HEIGHT,
	DEFAULT_MAX_IMAGES,
	DEFAULT_RESOLUTION,
	DEFAULT_RESPONSE_FORMAT,
	DEFAULT_TIMEOUT,
	DEFAULT_WIDTH,
} from '../shared/generation/defaults';
import { adviceOn, checkLife, getModel } from '../shared/parameters/choices';
import { COMMON_FALLBACKS, commonFields, commonOptions } from '../shared/parameters/common';
import {
	numberParamOr,
	enumParamOr,
	optionalBooleanParam,
	booleanParamOr,
} from '../shared/parameters/schemas';
import type { SeedreamService } from '../shared/gateways/types';
import { seedreamServices } from '../shared/gateways/registry';
import { bindRequest } from '../shared/execution/job';
import { checkImageRequest } from '../shared/generation/seedreamChecks';
import {
	IMAGE_OPTION_LABELS,
	type ImageModel,
	type ImageOptions,
	type ImageRequest,
} from '../shared/generation/seedreamRequest';
import { checkOptions } from '../shared/generation/requestChecks';
import type { Asked } from '../shared/generation/request';
import { RESOLUTIONS } from '../shared/generation/imageSize';
import type { GenerationNode } from '../shared/parameters/prepareJob';

const seedreamForm = z.object({
	...commonFields,
	resolution: enumParamOr([...RESOLUTIONS, 'custom'], DEFAULT_RESOLUTION),
	width: numberParamOr(DEFAULT_WIDTH),
	height: numberParamOr(DEFAULT_HEIGHT),
	options: z
		.object({
			...commonOptions(DEFAULT_TIMEOUT),
			maxImages: numberParamOr(DEFAULT_MAX_IMAGES),
			responseFormat: enumParamOr(['url', 'base64'], DEFAULT_RESPONSE_FORMAT),
			stream: optionalBooleanParam,
			background: enumParamOr(['auto', 'opaque', 'transparent'], 'auto'),
			fastPrompt: booleanParamOr(false),
			layers: booleanParamOr(false),
			outputFormat: enumParamOr(['auto', 'jpeg', 'png'], 'auto'),
			webSearch: booleanParamOr(false),
			watermark: booleanParamOr(false),
		})
		.default({}),
});

/** A picture that is split, and what it is split into. */
const MAX_LAYERS = 17;

type SeedreamForm = z.output<typeof seedreamForm>;
type Chosen = Omit<ImageModel, 'id' | 'name'>;

/** Seedream pictures. */
export const seedreamNode: GenerationNode<SeedreamService, SeedreamForm> = {
	services: seedreamServices,
	schema: seedreamForm,
	hiddenDefaults: {
		...COMMON_FALLBACKS,
		resolution: DEFAULT_RESOLUTION,
		width: DEFAULT_WIDTH,
		height: DEFAULT_HEIGHT,
	},
	wish(form, references, gatewayService) {
		const { service } = gatewayService;
		const model = getModel(seedreamServices, gatewayService, form.model);
		const request = { ...askedFor(service, model, form), options: optionsOf(model, form.options) };
		const now = new Date();
		return {
			model: model.id,
			request,
			maxFiles: request.options.layers === true ? MAX_LAYERS : request.maxImages,
			isSet: request.maxImages > 1 || request.options.layers === true,
			...(model.references === undefined ? {} : { rules: model.references }),
			check() {
				checkLife(service, model.id, now);
				checkOptions(model.name, askedOptions(model, service, form.options));
				checkImageRequest(request, references.length, model, service, service.imagesLabel);
			},
			bind: (images) =>
				bindRequest(service, { ...request, images }, adviceOn(service, model.id, now)),
		};
	},
};

/** Of what the form says, what the model has. */
function optionsOf(
	{ options: offered = [] }: Chosen,
	{ background, fastPrompt, layers, outputFormat, webSearch }: SeedreamForm['options'],
): ImageOptions {
	return {
		...(fastPrompt && offered.includes('fastPrompt') ? { fastPrompt } : {}),
		...(outputFormat === 'auto' || !offered.includes('outputFormat') ? {} : { outputFormat }),
		...(webSearch && offered.includes('webSearch') ? { webSearch } : {}),
		...(background === 'auto' || !offered.includes('background') ? {} : { background }),
		...(layers && offered.includes('layers') ? { layers } : {}),
	};
}

/** The options that ask for something, which not every model has. */
function askedOptions(
	{ options: offered = [], isSingle = false }: Chosen,
	{ offers }: SeedreamService,
	form: SeedreamForm['options'],
) {
	const { background, fastPrompt, layers, outputFormat, stream, webSearch } = form;
	const request: Record<keyof ImageOptions, boolean> = {
		background: background !== 'auto',
		fastPrompt,
		layers,
		outputFormat: outputFormat !== 'auto',
		webSearch,
	};
	const names = Object.keys(IMAGE_OPTION_LABELS).filter(
		(name): name is keyof ImageOptions => name in request,
	);
	return [
		...names.map((name) => ({
			label: IMAGE_OPTION_LABELS[name],
			isTaken: offered.includes(name),
			isAsked: request[name],
		})),
		{ label: 'Stream Images', isTaken: !isSingle, isAsked: offers.stream && stream === true },
	];
}

function askedFor(
	{ offers }: SeedreamService,
	model: Chosen & { id: string },
	form: SeedreamForm,
): Omit<Asked<ImageRequest>, 'options'> {
	const { prompt, resolution, width, height, aspectRatio } = form;
	const { watermark, responseFormat } = form.options;
	const custom = resolution === 'custom';
	const maxImages = offers.sets ? form.options.maxImages : 1;
	// Of an id that is not known it is not known either whether it streams; a set, which takes long, does.
	const streams =
		model.isSingle === undefined && !('source' in model) ? maxImages > 1 : model.isSingle !== true;
	return {
		model: model.id,
		prompt,
		size: custom ? { width, height } : resolution,
		aspectRatio: custom ? 'auto' : aspectRatio,
		maxImages,
		watermark: offers.watermark && watermark,
		responseFormat: offers.responseFormat ? responseFormat : 'url',
		stream: offers.stream && (form.options.stream ?? streams),
	};
}
