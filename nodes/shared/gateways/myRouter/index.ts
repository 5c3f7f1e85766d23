import { gptImageOf } from '../dialects/openai/images';
import type { Gateway } from '../types';
import { parseError } from './errors';
import { myRouterOffer as offer } from './offer';
import { seedance } from './seedance';
import { seedream } from './seedream';

export const myRouter: Gateway = {
	...offer,
	parseError,
	seedream,
	seedance,
	gptImage: gptImageOf(offer.gptImage, { root: '/v1', parseError }),
};
