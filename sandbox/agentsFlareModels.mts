import { Router } from 'express';

import { refuseItself } from './agentsFlare.mjs';
import { exchangeOf } from './exchange.mjs';
import { GPT_IMAGE } from './gptImageModels.mjs';
import { listedModels, modelList } from './modelLists.mjs';
import type { SandboxContext } from './sandbox.mjs';
import { SEEDANCE, SEEDANCE_1_0_LITE } from './seedanceModels.mjs';
import { SEEDREAM } from './seedreamModels.mjs';

const LISTED = [
	...GPT_IMAGE.keys(),
	...SEEDREAM.keys(),
	...SEEDANCE.keys(),
	...SEEDANCE_1_0_LITE.keys(),
];

/** AgentsFlare's `GET /v1/models`: its docs say that `/v1` is OpenAI's API, and that this is among it is a guess. */
export function agentsFlareModelRoutes(context: SandboxContext): Router {
	const routes = Router();
	routes.get('/v1/models', async (request, response, next) => {
		const { authorization } = request.headers;
		// The other gateways have answers of their own there.
		if (
			authorization === context.keys.gptunnel ||
			authorization === `Bearer ${context.keys.myRouter}`
		) {
			next();
			return;
		}
		const exchange = exchangeOf(request);
		exchange.record.gateway = 'agentsFlare';
		if (authorization !== `Bearer ${context.keys.agentsFlare}`) {
			refuseItself(exchange, response, 404, 'Key not found');
			return;
		}
		response.json(modelList('agentsflare', await listedModels(LISTED, context.behaviour())));
	});
	return routes;
}
