import { z } from 'zod';
import {
	DEFAULT_HEIGHT,
	DEFAULT_MAX_IMAGES,
	DEFAULT_RESOLUTION,
	DEFAULT_RESPONSE_FORMAT,
	DEFAULT_TIMEOUT,
	DEFAULT_WIDTH,
} from '../shared/generation/defaults';
import type { ChosenModel } from '../shared/parameters/choices';
import { COMMON_HIDDEN_DEFAULTS, commonParams, commonOptions } from '../shared/parameters/common';
import {
	numberParamOr,
	enumParamOr,
	optionalBooleanParam,
	booleanParamOr,
} from '../shared/parameters/schemas';
import type { SeedreamService } from '../shared/gateways/types';
import { seedreamServices } from '../shared/gateways/registry';
import { checkImageRequest } from '../shared/generation/seedreamChecks';
import {
	IMAGE_OPTION_LABELS,
	type ImageModel,
	type ImageOptions,
	type ImageRequest,
} from '../shared/generation/seedreamRequest';
import { checkOptions, type RequestedOption } from '../shared/generation/requestChecks';
import { RESOLUTIONS } from '../shared/generation/imageSize';
import type { GenerationNode } from '../shared/parameters/generationNode';

const seedreamParams = z.object({
	...commonParams,
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

/** A background and up to 16 things on it, as the description of the option states. */
const MAX_LAYERS = 17;

type SeedreamParams = z.output<typeof seedreamParams>;
type Model = ChosenModel<ImageModel>;

/** Images of Seedream. */
export const seedreamNode: GenerationNode<
	SeedreamParams,
	ImageRequest,
	ImageModel,
	SeedreamService
> = {
	services: seedreamServices,
	schema: seedreamParams,
	hiddenDefaults: {
		...COMMON_HIDDEN_DEFAULTS,
		resolution: DEFAULT_RESOLUTION,
		width: DEFAULT_WIDTH,
		height: DEFAULT_HEIGHT,
	},
	toRequest(params, { service: { offers }, model }) {
		const { prompt, resolution, width, height, aspectRatio } = params;
		const { watermark, responseFormat, stream } = params.options;
		const isCustom = resolution === 'custom';
		const maxImages = offers.sets ? params.options.maxImages : 1;
		const options = toOptions(model, params.options);
		const maxFiles = options.layers === true ? MAX_LAYERS : maxImages;
		return {
			request: {
				model: model.id,
				prompt,
				size: isCustom ? { width, height } : resolution,
				aspectRatio: isCustom ? 'auto' : aspectRatio,
				maxImages,
				watermark: offers.watermark && watermark,
				responseFormat: offers.responseFormat ? responseFormat : 'url',
				stream: offers.stream && (stream ?? streamsByDefault(model, maxImages)),
				options,
			},
			producesSet: maxFiles > 1,
			maxFiles,
			...(model.references === undefined ? {} : { imageRules: model.references }),
		};
	},
	validate({ request }, { options }, { service, model, inputImages }) {
		checkOptions(model.name, listRequestedOptions(options, model, service));
		checkImageRequest(request, inputImages.length, model, service);
	},
};

/** An unknown ID may belong to a model that does not stream. A set is streamed all the same, as it takes long. */
function streamsByDefault(model: Model, maxImages: number): boolean {
	const isUnknown = model.isSingle === undefined && !('source' in model);
	return isUnknown ? maxImages > 1 : model.isSingle !== true;
}

/** The options that the model has, and that differ from its default. */
function toOptions(
	{ options: offered = [] }: Model,
	{ background, fastPrompt, layers, outputFormat, webSearch }: SeedreamParams['options'],
): ImageOptions {
	return {
		...(fastPrompt && offered.includes('fastPrompt') ? { fastPrompt } : {}),
		...(outputFormat === 'auto' || !offered.includes('outputFormat') ? {} : { outputFormat }),
		...(webSearch && offered.includes('webSearch') ? { webSearch } : {}),
		...(background === 'auto' || !offered.includes('background') ? {} : { background }),
		...(layers && offered.includes('layers') ? { layers } : {}),
	};
}

/** Every option that not all models have: whether the parameters request it, and whether the model supports it. */
function listRequestedOptions(
	{ background, fastPrompt, layers, outputFormat, stream, webSearch }: SeedreamParams['options'],
	{ options: offered = [], isSingle = false }: Model,
	{ offers }: SeedreamService,
): RequestedOption[] {
	const isRequested: Record<keyof ImageOptions, boolean> = {
		background: background !== 'auto',
		fastPrompt,
		layers,
		outputFormat: outputFormat !== 'auto',
		webSearch,
	};
	const names = Object.keys(IMAGE_OPTION_LABELS).filter(
		(name): name is keyof ImageOptions => name in isRequested,
	);
	return [
		...names.map((name) => ({
			label: IMAGE_OPTION_LABELS[name],
			isSupported: offered.includes(name),
			isRequested: isRequested[name],
		})),
		{
			label: 'Stream Images',
			isSupported: !isSingle,
			isRequested: offers.stream && stream === true,
		},
	];
}
