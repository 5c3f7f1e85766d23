import { pixelsFor, type PixelRules } from '../../../generation/imageSize';
import { REFERENCE_IMAGES } from '../../../generation/labels';
import type { Known } from '../../../generation/request';
import type { ImageModel, ImageRequest } from '../../../generation/seedreamRequest';
import type { SeedreamService } from '../../types';
import type { KnownByMaker, Offer } from './offer';
import {
	MODELS,
	otherNames,
	PIXELS_OF_ANY,
	PRICES,
	REFERENCES,
	volcengineModels,
} from './seedreamModels';
import { parseSeedreamResponse } from './seedreamResponse';
import { createSeedreamParser } from './seedreamStream';

/**
 * Returns `size` as the API takes it: 1K to 4K, or pixels, which are the only way to set a ratio (the vendor's docs).
 */
function sizeOnWire({ size, aspectRatio, model }: ImageRequest): string {
	if (typeof size === 'string' && aspectRatio === 'auto') return size;
	const { width, height } =
		typeof size === 'string' ? pixelsFor(size, aspectRatio, pixelRulesOf(model)) : size;
	return `${width}x${height}`;
}

function pixelRulesOf(model: string): PixelRules {
	return (
		[...MODELS, ...otherNames(), ...volcengineModels()].find(({ id }) => id === model)?.pixels ??
		PIXELS_OF_ANY
	);
}

/**
 * Creates Seedream in BytePlus's own dialect. A field is sent only if it differs from the default: models that do not
 * have it reject it even with its default. A set is streamed unless the user wants it whole, since a proxy that drops
 * idle connections would lose a long one.
 */
export function seedreamOf({
	path,
	description,
	parseError,
	sourceOf,
	isMaker = false,
	moreNames,
	modelList,
}: Offer<ImageModel>): SeedreamService {
	const known = (model: KnownByMaker<ImageModel>): Known<ImageModel> => ({
		...model,
		source: sourceOf(model.id),
		...(isMaker && PRICES[model.id] !== undefined ? { price: PRICES[model.id] } : {}),
	});
	const [first, ...others] = MODELS;
	return {
		description,
		inputImagesLabel: REFERENCE_IMAGES,
		models: [known(first), ...others.map(known)],
		otherNames: () => [...otherNames(), ...(moreNames?.() ?? [])].map(known),
		anyModel: {
			resolutions: ['1K', '1.5K', '2K', '3K', '4K'],
			pixels: PIXELS_OF_ANY,
			options: ['fastPrompt', 'outputFormat', 'webSearch', 'background', 'layers'],
		},
		aspectRatios: ['auto', '1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '21:9'],
		references: REFERENCES,
		offers: { sets: true, watermark: true, responseFormat: true, stream: true },
		...(modelList ? { modelList } : {}),

		buildRequest(request: ImageRequest) {
			const { model, prompt, images, maxImages, watermark, responseFormat, stream, options } =
				request;
			return {
				method: 'POST',
				path,
				body: {
					model,
					prompt,
					...(images.length > 0 ? { image: images } : {}),
					size: sizeOnWire(request),
					...(maxImages > 1
						? {
								sequential_image_generation: 'auto',
								sequential_image_generation_options: { max_images: maxImages },
							}
						: {}),
					...(stream ? { stream } : {}),
					response_format: responseFormat === 'base64' ? 'b64_json' : 'url',
					watermark,
					...(options.fastPrompt ? { optimize_prompt_options: { mode: 'fast' } } : {}),
					...(options.outputFormat === undefined ? {} : { output_format: options.outputFormat }),
					...(options.webSearch ? { tools: [{ type: 'web_search' }] } : {}),
					...(options.background === undefined ? {} : { background: options.background }),
					...(options.layers ? { layer_decomposition: true } : {}),
				},
			};
		},

		parseResponse: (body) => parseSeedreamResponse(body, parseError),

		createStreamParser: (request) => createSeedreamParser(request, parseError),
	};
}
