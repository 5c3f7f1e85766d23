import type { Gateway } from '../gateway';
import { failureOf } from './failures';
import { gptImage } from './gptImage';
import { seedance } from './seedance';
import { seedream } from './seedream';

export const gptunnel: Gateway = {
	name: 'gptunnel',
	displayName: 'GPTunnel',
	credential: 'gptunnelApi',
	apiRoots: ['/v1'],
	failureOf,
	seedream,
	seedance,
	gptImage,
};
