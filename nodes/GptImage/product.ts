import { z } from 'zod';
import { DEFAULT_MAX_IMAGES, DEFAULT_TASK_TIMEOUT } from '../shared/defaults';
import { modelOf } from '../shared/form/choices';
import { COMMON_FALLBACKS, commonFields, commonOptions } from '../shared/form/common';
import { number, oneOf } from '../shared/form/values';
import type { GptImageService } from '../shared/gateways/gateway';
import { gptImageServers } from '../shared/gateways/registry';
import { exchangeOf } from '../shared/job';
import { BACKGROUNDS, checkGptImageRequest, OUTPUT_FORMATS, QUALITIES, type GptImageModel, type GptImageOptions } from '../shared/media/gptImageRequest';
import type { Product } from '../shared/prepare';

const gptImageForm = z.object({
	...commonFields,
	options: z
		.object({
			...commonOptions(DEFAULT_TASK_TIMEOUT),
			// `auto` leaves it to the model.
			background: oneOf(['auto', ...BACKGROUNDS]).default('auto'),
			maxImages: number.default(DEFAULT_MAX_IMAGES),
			outputFormat: oneOf(['auto', ...OUTPUT_FORMATS]).default('auto'),
			quality: oneOf(['auto', ...QUALITIES]).default('auto'),
		})
		.default({}),
});

type GptImageForm = z.output<typeof gptImageForm>;

/** Pictures of GPT Image. */
export const gptImageProduct: Product<GptImageService, GptImageForm> = {
	servers: gptImageServers,
	schema: gptImageForm,
	fallbacks: COMMON_FALLBACKS,
	wish({ model: chosen, prompt, aspectRatio, options }, references, server) {
		const { service } = server;
		const model = modelOf(gptImageServers, server, chosen);
		const maxImages = model.mostImages > 1 ? options.maxImages : 1;
		const asked = { model: model.id, prompt, aspectRatio, maxImages, options: optionsOf(model, options) };
		checkGptImageRequest(asked, references.length, model, service, service.imagesLabel);
		return { model: model.id, asked, isSet: maxImages > 1, exchange: (images) => exchangeOf(service, { ...asked, images }) };
	},
};

/** Of what the form says, what the model has. */
function optionsOf({ options: offered }: Pick<GptImageModel, 'options'>, { background, outputFormat, quality }: GptImageForm['options']): GptImageOptions {
	return {
		...(background === 'auto' || !offered.includes('background') ? {} : { background }),
		...(outputFormat === 'auto' || !offered.includes('outputFormat') ? {} : { outputFormat }),
		...(quality === 'auto' || !offered.includes('quality') ? {} : { quality }),
	};
}
