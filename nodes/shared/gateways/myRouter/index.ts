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
		endpoints:
			/\/(v3(\/async)?(\/([\w.-]*(seedream|seedance)[\w.-]*|task-result))?|v1(\/(images\/(generations|edits)|chat\/completions|models))?)$/,
	},
	parseError,
	seedream,
	seedance,
	gptImage,
};
