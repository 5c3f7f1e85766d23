import type { Gateway } from '../gateway';
import { failureOf } from './failures';
import { seedream } from './seedream';

export const gptunnel: Gateway = {
	name: 'gptunnel',
	displayName: 'GPTunnel',
	description: 'One image a request, pay in roubles',
	credential: 'gptunnelApi',
	apiRoots: ['/v1'],
	failureOf,
	seedream,
};
