import type { Gateway } from '../gateway';
import { balance } from './balance';
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
	balance,
	seedream,
	seedance,
	gptImage,
};
