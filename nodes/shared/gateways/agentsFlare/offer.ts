import { endOfPath } from '../../media/patterns';
import { seedanceOfferOf } from '../dialects/byteplus/seedanceOffer';
import { seedreamOfferOf } from '../dialects/byteplus/seedreamOffer';
import {
	MASK_RULES,
	MODELS,
	otherNames,
	VERSION_2_5,
	type GptImageLine,
} from '../dialects/openai/models';
import { gptImageOfferOf } from '../dialects/openai/offer';
import { OPENAI_PATHS } from '../dialects/openai/paths';
import type { GatewayOffer } from '../types';

/** agentsflare-seedream.md */
const SEEDREAM_OF_THE_PAGE = 'seedream-4-5-251128';

/** The vendor's docs: docs.agentsflare.com/en/api-examples/seedance.html. */
const SEEDANCE_OF_THE_PAGE = 'seedance-1-0-pro-250528';

const guessed = (line: GptImageLine) => ({ ...line, mask: MASK_RULES, source: 'guess' }) as const;
const [first, ...others] = MODELS;

export const agentsFlareOffer = {
	name: 'agentsFlare',
	displayName: 'AgentsFlare',
	credential: 'agentsFlareApi',
	apiPaths: {
		endpoints: endOfPath(
			/byteplus(\/v3(\/(images\/generations|contents\/generations\/tasks(\/[\w-]+)?))?)?/,
			OPENAI_PATHS,
		),
	},
	seedream: seedreamOfferOf({
		description: 'Image sets, streamed as they are made',
		sourceOf: (model) => (model === SEEDREAM_OF_THE_PAGE ? 'page' : 'guess'),
	}),
	seedance: seedanceOfferOf({
		description: 'First, last and reference images, length, sound',
		sourceOf: (model) => (model === SEEDANCE_OF_THE_PAGE ? 'docs' : 'guess'),
	}),
	gptImage: gptImageOfferOf({
		description: 'Several images at once; size, quality and format of your choice',
		models: [guessed(first), ...others.map(guessed)],
		otherNames: () => otherNames().map(guessed),
		anyModel: { ...VERSION_2_5, mask: MASK_RULES },
	}),
} satisfies GatewayOffer;
