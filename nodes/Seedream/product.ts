import { z } from 'zod';
import {
	DEFAULT_HEIGHT,
	DEFAULT_MAX_IMAGES,
	DEFAULT_RESOLUTION,
	DEFAULT_RESPONSE_FORMAT,
	DEFAULT_TIMEOUT,
	DEFAULT_WIDTH,
} from '../shared/defaults';
import { modelOf } from '../shared/form/choices';
import { COMMON_FALLBACKS, commonFields, commonOptions } from '../shared/form/common';
import { number, oneOf, yesOrNo } from '../shared/form/values';
import type { ImageService } from '../shared/gateways/gateway';
import { seedreamServers } from '../shared/gateways/registry';
import { exchangeOf } from '../shared/job';
import { checkImageRequest, type ImageModel, type ImageOptions, type ImageRequest } from '../shared/media/imageRequest';
import type { Asked } from '../shared/media/mediaRequest';
import { RESOLUTIONS } from '../shared/media/pictureSize';
import type { Product } from '../shared/prepare';

const seedreamForm = z.object({
	...commonFields,
	resolution: oneOf([...RESOLUTIONS, 'custom']),
	width: number,
	height: number,
	options: z
		.object({
			...commonOptions(DEFAULT_TIMEOUT),
			maxImages: number.default(DEFAULT_MAX_IMAGES),
			responseFormat: oneOf(['url', 'base64']).default(DEFAULT_RESPONSE_FORMAT),
			stream: yesOrNo.default(true),
			fastPrompt: yesOrNo.default(false),
			outputFormat: oneOf(['auto', 'jpeg', 'png']).default('auto'),
			webSearch: yesOrNo.default(false),
			watermark: yesOrNo.default(false),
		})
		.default({}),
});

type SeedreamForm = z.output<typeof seedreamForm>;

/** Seedream pictures. */
export const seedreamProduct: Product<ImageService, SeedreamForm> = {
	servers: seedreamServers,
	schema: seedreamForm,
	fallbacks: { ...COMMON_FALLBACKS, resolution: DEFAULT_RESOLUTION, width: DEFAULT_WIDTH, height: DEFAULT_HEIGHT },
	wish(form, references, server) {
		const { service } = server;
		const model = modelOf(seedreamServers, server, form.model);
		const asked = { ...askedFor(service, model.id, form), options: optionsOf(model, form.options) };
		checkImageRequest(asked, references.length, model, service, service.imagesLabel);
		return {
			model: model.id,
			asked,
			isSet: asked.maxImages > 1,
			...(model.references === undefined ? {} : { rules: model.references }),
			exchange: (images) => exchangeOf(service, { ...asked, images }),
		};
	},
};

/** Of what the form says, what the model has. */
function optionsOf({ options: offered = [] }: Pick<ImageModel, 'options'>, { fastPrompt, outputFormat, webSearch }: SeedreamForm['options']): ImageOptions {
	return {
		...(fastPrompt && offered.includes('fastPrompt') ? { fastPrompt } : {}),
		...(outputFormat === 'auto' || !offered.includes('outputFormat') ? {} : { outputFormat }),
		...(webSearch && offered.includes('webSearch') ? { webSearch } : {}),
	};
}

function askedFor({ offers }: ImageService, model: string, form: SeedreamForm): Omit<Asked<ImageRequest>, 'options'> {
	const { prompt, resolution, width, height, aspectRatio } = form;
	const { maxImages, watermark, responseFormat, stream } = form.options;
	const custom = resolution === 'custom';
	return {
		model,
		prompt,
		size: custom ? { width, height } : resolution,
		aspectRatio: custom ? 'auto' : aspectRatio,
		maxImages: offers.sets ? maxImages : 1,
		watermark: offers.watermark && watermark,
		responseFormat: offers.responseFormat ? responseFormat : 'url',
		stream: offers.stream && stream,
	};
}
