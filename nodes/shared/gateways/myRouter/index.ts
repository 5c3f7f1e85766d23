import type { Gateway } from '../gateway';
import { failureOf } from './failures';
import { gptImage } from './gptImage';
import { seedance } from './seedance';
import { seedream } from './seedream';

export const myRouter: Gateway = {
	name: 'myRouter',
	displayName: 'MyRouter',
	credential: 'myRouterApi',
	apiRoots: ['/v3', '/v1'],
	failureOf,
	seedream,
	seedance,
	gptImage,
};
