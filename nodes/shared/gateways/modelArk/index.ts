import { FAMILIES, openAiModelList } from '../modelList';
import { seedanceOf } from '../dialects/byteplus/seedance';
import { seedreamOf } from '../dialects/byteplus/seedream';
import { classifyError } from '../classifyError';
import { BYTEPLUS } from '../makerErrors';
import type { Gateway } from '../types';
import { modelArkOffer as offer } from './offer';

/** The list also has models that were shut down (third-party code, 2026-08). */
const MODEL_LIST = '/models';

const parseError: Gateway['parseError'] = (response) => classifyError(response, [], [BYTEPLUS]);

/** BytePlus's own API, and Volcengine Ark's by its base URL: the same paths (the vendor's docs). */
export const modelArk: Gateway = {
	...offer,
	parseError,
	seedream: seedreamOf(offer.seedream, {
		path: '/images/generations',
		parseError,
		modelList: openAiModelList(MODEL_LIST, FAMILIES.seedream),
	}),
	seedance: seedanceOf(offer.seedance, {
		path: '/contents/generations/tasks',
		parseError,
		modelList: openAiModelList(MODEL_LIST, FAMILIES.seedance),
	}),
};
