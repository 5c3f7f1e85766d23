import { z } from 'zod';
import {
	DEFAULT_MAX_IMAGES,
	DEFAULT_TASK_TIMEOUT,
	DEFAULT_WIDTH,
	DEFAULT_HEIGHT,
} from '../shared/generation/defaults';
import type { ChosenModel } from '../shared/parameters/choices';
import { COMMON_HIDDEN_DEFAULTS, commonParams, commonOptions } from '../shared/parameters/common';
import { imageSchema, readReferences, type Reference } from '../shared/parameters/inputImages';
import { numberParamOr, enumParamOr, stringParam } from '../shared/parameters/schemas';
import type { GptImageService } from '../shared/gateways/types';
import { gptImageServices } from '../shared/gateways/registry';
import { invalidInput } from '../shared/errors/failure';
import { checkGptImageRequest } from '../shared/generation/gptImageChecks';
import {
	BACKGROUNDS,
	GPT_IMAGE_OPTION_LABELS,
	GPT_IMAGE_RESOLUTIONS,
	MASK,
	MODERATIONS,
	OUTPUT_FORMATS,
	QUALITIES,
	type GptImageModel,
	type GptImageOptions,
	type GptImageRequest,
} from '../shared/generation/gptImageRequest';
import { checkOptions, type RequestedOption } from '../shared/generation/requestChecks';
import type { GenerationNode } from '../shared/parameters/generationNode';

const gptImageParams = z.object({
	...commonParams,
	resolution: enumParamOr([...GPT_IMAGE_RESOLUTIONS, 'custom'], 'auto'),
	width: numberParamOr(DEFAULT_WIDTH),
	height: numberParamOr(DEFAULT_HEIGHT),
	options: z
		.object({
			...commonOptions(DEFAULT_TASK_TIMEOUT),
			// With `auto` the model decides.
			background: enumParamOr(['auto', ...BACKGROUNDS], 'auto'),
			mask: z.object({ image: imageSchema.optional() }).default({}),
			maxImages: numberParamOr(DEFAULT_MAX_IMAGES),
			moderation: enumParamOr(['auto', ...MODERATIONS], 'auto'),
			outputCompression: numberParamOr(100),
			outputFormat: enumParamOr(['auto', ...OUTPUT_FORMATS], 'auto'),
			quality: enumParamOr(['auto', ...QUALITIES], 'auto'),
			safetyIdentifier: stringParam,
		})
		.default({}),
});

type GptImageParams = z.output<typeof gptImageParams>;
type Model = ChosenModel<GptImageModel>;

/** Images of GPT Image. */
export const gptImageNode: GenerationNode<
	GptImageParams,
	GptImageRequest,
	GptImageModel,
	GptImageService
> = {
	services: gptImageServices,
	schema: gptImageParams,
	hiddenDefaults: {
		...COMMON_HIDDEN_DEFAULTS,
		resolution: 'auto',
		width: DEFAULT_WIDTH,
		height: DEFAULT_HEIGHT,
	},
	toRequest(params, { model }) {
		const { options } = params;
		const maxImages = model.maxImageCount > 1 ? options.maxImages : 1;
		const [mask] = readMasks(options, model);
		return {
			request: {
				model: model.id,
				prompt: params.prompt,
				...toSize(params),
				maxImages,
				options: toOptions(model, options),
			},
			producesSet: maxImages > 1,
			maxFiles: maxImages,
			...(mask && model.mask ? { mask: { reference: mask, label: MASK, rules: model.mask } } : {}),
		};
	},
	validate({ request, mask }, { options }, { service, model, inputImages }) {
		checkOptions(model.name, listRequestedOptions(options, model));
		const maskCount = readMasks(options, model).length;
		if (maskCount > 1) throw invalidInput(MASK, `${maskCount} images are named, there is one mask`);
		const checked = { ...request, hasMask: mask !== undefined };
		checkGptImageRequest(checked, inputImages.length, model, service);
	},
};

/** The images that the option names as the mask, if the model supports one. */
function readMasks({ mask: { image } }: GptImageParams['options'], model: Model): Reference[] {
	return image && model.mask ? readReferences({ image: [image] }, MASK, false) : [];
}

/** The size and the aspect ratio. The model decides those that are `auto` or absent. */
function toSize({
	resolution,
	width,
	height,
	aspectRatio,
}: GptImageParams): Pick<GptImageRequest, 'aspectRatio' | 'size'> {
	if (resolution === 'auto') return { aspectRatio };
	return resolution === 'custom'
		? { aspectRatio: 'auto', size: { width, height } }
		: { aspectRatio, size: resolution };
}

/** The options that the model has, and that differ from its default. */
function toOptions(
	{ options: offered }: Model,
	params: GptImageParams['options'],
): GptImageOptions {
	const { background, moderation, outputCompression, outputFormat, quality, safetyIdentifier } =
		params;
	return {
		...(background === 'auto' || !offered.includes('background') ? {} : { background }),
		...(outputFormat === 'auto' || !offered.includes('outputFormat') ? {} : { outputFormat }),
		...(quality === 'auto' || !offered.includes('quality') ? {} : { quality }),
		...(moderation === 'auto' || !offered.includes('moderation') ? {} : { moderation }),
		...(outputCompression === 100 || !offered.includes('outputCompression')
			? {}
			: { outputCompression }),
		...(safetyIdentifier === '' || !offered.includes('safetyIdentifier')
			? {}
			: { safetyIdentifier }),
	};
}

/** Every option that not all models have: whether the parameters request it, and whether the model supports it. */
function listRequestedOptions(
	params: GptImageParams['options'],
	{ options: offered, mask }: Model,
): RequestedOption[] {
	const { background, moderation, outputCompression, outputFormat, quality, safetyIdentifier } =
		params;
	const isRequested: Record<keyof GptImageOptions, boolean> = {
		background: background !== 'auto',
		moderation: moderation !== 'auto',
		outputCompression: outputCompression !== 100,
		outputFormat: outputFormat !== 'auto',
		quality: quality !== 'auto',
		safetyIdentifier: safetyIdentifier !== '',
	};
	const names = Object.keys(GPT_IMAGE_OPTION_LABELS).filter(
		(name): name is keyof GptImageOptions => name in isRequested,
	);
	return [
		...names.map((name) => ({
			label: GPT_IMAGE_OPTION_LABELS[name],
			isSupported: offered.includes(name),
			isRequested: isRequested[name],
		})),
		{
			label: MASK,
			isSupported: mask !== undefined,
			isRequested: params.mask.image !== undefined,
		},
	];
}
