import { z } from 'zod';
import {
	DEFAULT_MAX_IMAGES,
	DEFAULT_TASK_TIMEOUT,
	DEFAULT_WIDTH,
	DEFAULT_HEIGHT,
} from '../shared/generation/defaults';
import { adviceOn, checkLife, getModel } from '../shared/parameters/choices';
import { COMMON_FALLBACKS, commonFields, commonOptions } from '../shared/parameters/common';
import { imageSchema, referencesOf } from '../shared/parameters/inputImages';
import { numberParamOr, enumParamOr, stringParam } from '../shared/parameters/schemas';
import type { GptImageService } from '../shared/gateways/types';
import { gptImageServices } from '../shared/gateways/registry';
import { bindRequest } from '../shared/execution/job';
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
import { checkOptions } from '../shared/generation/requestChecks';
import type { Asked } from '../shared/generation/request';
import type { GenerationNode } from '../shared/parameters/prepareJob';

const gptImageForm = z.object({
	...commonFields,
	resolution: enumParamOr([...GPT_IMAGE_RESOLUTIONS, 'custom'], 'auto'),
	width: numberParamOr(DEFAULT_WIDTH),
	height: numberParamOr(DEFAULT_HEIGHT),
	options: z
		.object({
			...commonOptions(DEFAULT_TASK_TIMEOUT),
			// `auto` leaves it to the model.
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

type GptImageForm = z.output<typeof gptImageForm>;
type Chosen = Omit<GptImageModel, 'id' | 'name'>;

/** Pictures of GPT Image. */
export const gptImageNode: GenerationNode<GptImageService, GptImageForm> = {
	services: gptImageServices,
	schema: gptImageForm,
	hiddenDefaults: {
		...COMMON_FALLBACKS,
		resolution: 'auto',
		width: DEFAULT_WIDTH,
		height: DEFAULT_HEIGHT,
	},
	wish(form, references, gatewayService) {
		const { service } = gatewayService;
		const { options } = form;
		const model = getModel(gptImageServices, gatewayService, form.model);
		const maxImages = model.maxImageCount > 1 ? options.maxImages : 1;
		const request = {
			model: model.id,
			prompt: form.prompt,
			...shapeOf(form),
			maxImages,
			options: optionsOf(model, options),
		};
		const { image } = options.mask;
		const masks = image && model.mask ? referencesOf({ image: [image] }, MASK, false) : [];
		const [mask] = masks;
		const now = new Date();
		return {
			model: model.id,
			request,
			isSet: maxImages > 1,
			maxFiles: maxImages,
			...(mask && model.mask ? { last: { reference: mask, label: MASK, rules: model.mask } } : {}),
			check() {
				checkLife(service, model.id, now);
				checkOptions(model.name, askedOptions(model, options));
				if (masks.length > 1)
					throw invalidInput(MASK, `${masks.length} images are named, there is one mask`);
				checkGptImageRequest(
					{ ...request, hasMask: mask !== undefined },
					references.length,
					model,
					service,
					service.imagesLabel,
				);
			},
			bind: (images) => {
				const sent = mask ? { images: images.slice(0, -1), mask: images.at(-1) ?? '' } : { images };
				return bindRequest(service, { ...request, ...sent }, adviceOn(service, model.id, now));
			},
		};
	},
};

/** What is said of the size, in the terms of the form. */
function shapeOf({
	resolution,
	width,
	height,
	aspectRatio,
}: GptImageForm): Pick<Asked<GptImageRequest>, 'aspectRatio' | 'size'> {
	if (resolution === 'auto') return { aspectRatio };
	return resolution === 'custom'
		? { aspectRatio: 'auto', size: { width, height } }
		: { aspectRatio, size: resolution };
}

/** Of what the form says, what the model has. */
function optionsOf({ options: offered }: Chosen, form: GptImageForm['options']): GptImageOptions {
	const { background, moderation, outputCompression, outputFormat, quality, safetyIdentifier } =
		form;
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

/** The options that ask for something, which not every model has. */
function askedOptions({ options: offered, mask }: Chosen, form: GptImageForm['options']) {
	const { background, moderation, outputCompression, outputFormat, quality, safetyIdentifier } =
		form;
	const request: Record<keyof GptImageOptions, boolean> = {
		background: background !== 'auto',
		moderation: moderation !== 'auto',
		outputCompression: outputCompression !== 100,
		outputFormat: outputFormat !== 'auto',
		quality: quality !== 'auto',
		safetyIdentifier: safetyIdentifier !== '',
	};
	const names = Object.keys(GPT_IMAGE_OPTION_LABELS).filter(
		(name): name is keyof GptImageOptions => name in request,
	);
	return [
		...names.map((name) => ({
			label: GPT_IMAGE_OPTION_LABELS[name],
			isTaken: offered.includes(name),
			isAsked: request[name],
		})),
		{ label: MASK, isTaken: mask !== undefined, isAsked: form.mask.image !== undefined },
	];
}
