import { endOfPath } from '../../media/patterns';
import { OPENAI_PATHS } from '../dialects/openai/paths';
import { FAMILIES, openAiModelList } from '../modelList';
import { seedanceOf } from '../dialects/byteplus/seedance';
import { seedreamOf } from '../dialects/byteplus/seedream';
import type { Gateway } from '../types';
import { parseError } from './errors';
import { gptImage, MODEL_LIST } from './gptImage';

/** agentsflare-seedream.md */
const SEEDREAM_OF_THE_PAGE = 'seedream-4-5-251128';

/** The vendor's docs: docs.agentsflare.com/en/api-examples/seedance.html. */
const SEEDANCE_OF_THE_PAGE = 'seedance-1-0-pro-250528';

/** AgentsFlare hands requests on to BytePlus unchanged (agentsflare-seedream.md). */
export const agentsFlare: Gateway = {
	name: 'agentsFlare',
	displayName: 'AgentsFlare',
	credential: 'agentsFlareApi',
	apiPaths: {
		endpoints: endOfPath(
			/byteplus(\/v3(\/(images\/generations|contents\/generations\/tasks(\/[\w-]+)?))?)?/,
			OPENAI_PATHS,
		),
	},
	parseError,
	seedream: seedreamOf({
		path: '/byteplus/v3/images/generations',
		description: 'Image sets, streamed as they are made',
		parseError,
		sourceOf: (model) => (model === SEEDREAM_OF_THE_PAGE ? 'page' : 'guess'),
		modelList: openAiModelList(MODEL_LIST, FAMILIES.seedream),
	}),
	seedance: seedanceOf({
		path: '/byteplus/v3/contents/generations/tasks',
		description: 'First, last and reference images, length, sound',
		parseError,
		sourceOf: (model) => (model === SEEDANCE_OF_THE_PAGE ? 'docs' : 'guess'),
		modelList: openAiModelList(MODEL_LIST, FAMILIES.seedance),
	}),
	gptImage,
};
