import { seedanceOfferOf } from '../dialects/byteplus/seedanceOffer';
import { volcengineModels as seedanceAtVolcengine } from '../dialects/byteplus/seedanceModels';
import { volcengineModels as seedreamAtVolcengine } from '../dialects/byteplus/seedreamModels';
import { seedreamOfferOf } from '../dialects/byteplus/seedreamOffer';
import type { GatewayOffer } from '../types';

/** The vendor's docs do not have these models yet. */
const GUESSED = /seedream-5-5/;

export const modelArkOffer = {
	name: 'modelArk',
	displayName: 'BytePlus ModelArk',
	credential: 'modelArkApi',
	// Ark has other roots for its subscription plans, e.g. "/api/plan/v3".
	apiPaths: {
		root: '/api/v3',
		endpoints:
			/\/(images\/generations|contents\/generations\/tasks(\/[\w-]+)?|chat\/completions|models)$/,
	},
	seedream: seedreamOfferOf({
		description: 'The maker’s own API: image sets, streamed as they are made',
		sourceOf: (model) => (GUESSED.test(model) ? 'code' : 'docs'),
		isMaker: true,
		moreNames: seedreamAtVolcengine,
	}),
	seedance: seedanceOfferOf({
		description: 'The maker’s own API: first, last and reference images, length, sound',
		sourceOf: () => 'docs',
		isMaker: true,
		moreNames: seedanceAtVolcengine,
	}),
} satisfies GatewayOffer;
