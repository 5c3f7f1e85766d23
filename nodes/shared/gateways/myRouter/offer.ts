import { endOfPath } from '../../media/patterns';
import { OPENAI_PATHS } from '../dialects/openai/paths';
import type { GatewayOffer } from '../types';
import { gptImageOffer } from './gptImageOffer';
import { seedanceOffer } from './seedanceOffer';
import { seedreamOffer } from './seedreamOffer';

export const myRouterOffer = {
	name: 'myRouter',
	displayName: 'MyRouter',
	credential: 'myRouterApi',
	// The ID of a model is part of its path.
	apiPaths: {
		endpoints: endOfPath(
			/v3(\/async)?(\/([\w.-]*(seedream|seedance)[\w.-]*|task-result))?/,
			OPENAI_PATHS,
		),
	},
	seedream: seedreamOffer,
	seedance: seedanceOffer,
	gptImage: gptImageOffer,
} satisfies GatewayOffer;
