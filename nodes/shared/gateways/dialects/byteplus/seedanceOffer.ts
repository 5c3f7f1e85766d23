import { IMAGES } from '../../../generation/labels';
import type { Known } from '../../../generation/request';
import { ADAPTIVE, type VideoModel } from '../../../generation/seedanceRequest';
import type { SeedanceOffer } from '../../types';
import type { KnownByMaker, OwnOffer } from './offer';
import { ANY_MODEL, MODELS, PRICES, REFERENCES } from './seedanceModels';

/** Creates the offer of Seedance that BytePlus's dialect makes possible. */
export function seedanceOfferOf({
	description,
	sourceOf,
	isMaker = false,
	moreNames,
}: OwnOffer<VideoModel>): SeedanceOffer {
	const known = (model: KnownByMaker<VideoModel>): Known<VideoModel> => ({
		...model,
		...(isMaker && PRICES[model.id] !== undefined ? { price: PRICES[model.id] } : {}),
		source: sourceOf(model.id),
		...(model.end && isMaker ? { end: { ...model.end, isRefused: true } } : {}),
	});
	const [first, ...others] = MODELS;
	return {
		description,
		models: [known(first), ...others.map(known)],
		otherNames: () => (moreNames?.() ?? []).map(known),
		anyModel: ANY_MODEL,
		aspectRatios: ['auto', ADAPTIVE, '16:9', '9:16', '4:3', '3:4', '1:1', '21:9'],
		references: REFERENCES,
		inputImagesLabel: IMAGES,
		// Whether a reseller passes the maker's calls on is not documented.
		taskFeatures: { list: true, cancel: true, callback: isMaker ? 'always' : 'perhaps' },
	};
}
