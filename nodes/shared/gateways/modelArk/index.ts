import { FAMILIES, openAiModelList } from '../modelList';
import { seedanceOf } from '../dialects/byteplus/seedance';
import { volcengineModels as seedanceAtVolcengine } from '../dialects/byteplus/seedanceModels';
import { seedreamOf } from '../dialects/byteplus/seedream';
import { volcengineModels as seedreamAtVolcengine } from '../dialects/byteplus/seedreamModels';
import { classifyError } from '../classifyError';
import { BYTEPLUS } from '../makerErrors';
import type { Gateway } from '../types';

/** The list also has models that were shut down (third-party code, 2026-08). */
const MODEL_LIST = '/models';

/** The vendor's docs do not have these models yet. */
const GUESSED = /seedream-5-5/;

const parseError: Gateway['parseError'] = (response) => classifyError(response, [], [BYTEPLUS]);

/** BytePlus's own API, and Volcengine Ark's by its base URL: the same paths (the vendor's docs). */
export const modelArk: Gateway = {
	name: 'modelArk',
	displayName: 'BytePlus ModelArk',
	credential: 'modelArkApi',
	// Ark has other roots for its subscription plans, e.g. "/api/plan/v3".
	apiPaths: {
		root: '/api/v3',
		endpoints:
			/\/(images\/generations|contents\/generations\/tasks(\/[\w-]+)?|chat\/completions|models)$/,
	},
	parseError,
	seedream: seedreamOf({
		path: '/images/generations',
		description: 'The maker’s own API: image sets, streamed as they are made',
		parseError,
		sourceOf: (model) => (GUESSED.test(model) ? 'code' : 'docs'),
		isMaker: true,
		moreNames: seedreamAtVolcengine,
		modelList: openAiModelList(MODEL_LIST, FAMILIES.seedream),
	}),
	seedance: seedanceOf({
		path: '/contents/generations/tasks',
		description: 'The maker’s own API: first, last and reference images, length, sound',
		parseError,
		sourceOf: () => 'docs',
		isMaker: true,
		moreNames: seedanceAtVolcengine,
		modelList: openAiModelList(MODEL_LIST, FAMILIES.seedance),
	}),
};
