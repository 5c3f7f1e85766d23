import { seedanceOf } from '../byteplus/seedance';
import { seedreamOf } from '../byteplus/seedream';
import type { Gateway } from '../gateway';
import { failureOf } from './failures';
import { gptImage } from './gptImage';

/** agentsflare-seedream.md */
const MODEL_OF_THE_PAGE = 'seedream-4-5-251128';

/** AgentsFlare hands requests on to BytePlus as they are (agentsflare-seedream.md). */
export const agentsFlare: Gateway = {
	name: 'agentsFlare',
	displayName: 'AgentsFlare',
	credential: 'agentsFlareApi',
	apiRoots: ['/byteplus', '/v1'],
	failureOf,
	seedream: seedreamOf('/byteplus/v3/images/generations', 'Image sets, streamed as they are made', (model) => (model === MODEL_OF_THE_PAGE ? 'page' : 'guess')),
	seedance: seedanceOf('/byteplus/v3/contents/generations/tasks', 'First, last and reference images, length, sound', failureOf, 'guess'),
	gptImage,
};
