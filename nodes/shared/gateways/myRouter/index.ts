import { endOfPath } from '../../media/patterns';
import { OPENAI_PATHS } from '../dialects/openai/paths';
import type { Gateway } from '../types';
import { parseError } from './errors';
import { gptImage } from './gptImage';
import { seedance } from './seedance';
import { seedream } from './seedream';

export const myRouter: Gateway = {
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
	parseError,
	seedream,
	seedance,
	gptImage,
};
