import { pixelsFor, type PixelRules } from '../../../generation/imageSize';
import type { ImageRequest } from '../../../generation/seedreamRequest';
import type { SeedreamOffer, SeedreamService } from '../../types';
import type { Endpoint } from './offer';
import { MODELS, otherNames, PIXELS_OF_ANY, volcengineModels } from './seedreamModels';
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
export const seedreamOf = (
	offer: SeedreamOffer,
	{ path, parseError, ...listing }: Endpoint,
): SeedreamService => ({
	...offer,
	...listing,

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
});
