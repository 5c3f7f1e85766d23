import { FAMILIES, openAiModelList } from '../modelList';
import { seedanceOf } from '../dialects/byteplus/seedance';
import { seedreamOf } from '../dialects/byteplus/seedream';
import { gptImageOf } from '../dialects/openai/images';
import type { Gateway } from '../types';
import { parseError } from './errors';
import { agentsFlareOffer as offer } from './offer';

/** A guess: `/v1` is OpenAI's dialect (the vendor's docs). */
const MODEL_LIST = '/v1/models';

/** AgentsFlare hands requests on to BytePlus unchanged (agentsflare-seedream.md). */
export const agentsFlare: Gateway = {
	...offer,
	parseError,
	seedream: seedreamOf(offer.seedream, {
		path: '/byteplus/v3/images/generations',
		parseError,
		modelList: openAiModelList(MODEL_LIST, FAMILIES.seedream),
	}),
	seedance: seedanceOf(offer.seedance, {
		path: '/byteplus/v3/contents/generations/tasks',
		parseError,
		modelList: openAiModelList(MODEL_LIST, FAMILIES.seedance),
	}),
	// Its `/v1` is OpenAI's dialect (the vendor's docs); that this includes the images is a guess.
	gptImage: gptImageOf(offer.gptImage, {
		root: '/v1',
		parseError,
		modelList: openAiModelList(MODEL_LIST, FAMILIES.gptImage),
	}),
};
