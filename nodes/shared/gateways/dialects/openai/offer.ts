import { REFERENCE_IMAGES } from '../../../generation/labels';
import type { GptImageOffer } from '../../types';

/** Creates the offer of GPT Image that OpenAI's dialect makes possible. */
export const gptImageOfferOf = (
	own: Pick<GptImageOffer, 'description' | 'models' | 'otherNames' | 'anyModel'>,
): GptImageOffer => ({
	...own,
	aspectRatios: own.anyModel.aspectRatios ?? [],
	// OpenAI's docs of its image API, and MyRouter's.
	references: {
		maxCount: 16,
		maxBytes: 50 * 1024 * 1024,
		formats: ['image/png', 'image/jpeg', 'image/webp'],
	},
	inputImagesLabel: REFERENCE_IMAGES,
});
