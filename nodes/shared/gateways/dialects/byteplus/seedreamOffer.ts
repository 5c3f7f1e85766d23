import { REFERENCE_IMAGES } from '../../../generation/labels';
import type { Known } from '../../../generation/request';
import type { ImageModel } from '../../../generation/seedreamRequest';
import type { SeedreamOffer } from '../../types';
import type { KnownByMaker, OwnOffer } from './offer';
import { MODELS, otherNames, PIXELS_OF_ANY, PRICES, REFERENCES } from './seedreamModels';

/** Creates the offer of Seedream that BytePlus's dialect makes possible. */
export function seedreamOfferOf({
	description,
	sourceOf,
	isMaker = false,
	moreNames,
}: OwnOffer<ImageModel>): SeedreamOffer {
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
	};
}
