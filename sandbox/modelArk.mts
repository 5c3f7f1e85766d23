import { Router } from 'express';

import { type BytePlusFront, isLetIn, refuseWith, withVolcengineNames } from './byteplus.mjs';
import { seedanceRoutes } from './byteplusSeedance.mjs';
import { seedreamRoutes } from './byteplusSeedream.mjs';
import { exchangeOf } from './exchange.mjs';
import { listedModels, modelList } from './modelLists.mjs';
import type { SandboxContext } from './sandbox.mjs';
import { SEEDANCE, SEEDANCE_1_0_LITE } from './seedanceModels.mjs';
import { SEEDREAM } from './seedreamModels.mjs';

const ROOT = '/api/v3';

const FRONT: BytePlusFront = {
	gateway: 'modelArk',
	displayName: 'BytePlus ModelArk',
	root: ROOT,
	seedream: withVolcengineNames(SEEDREAM),
	seedance: withVolcengineNames(SEEDANCE),
	refuseKey: (exchange, response) =>
		refuseWith(exchange, response, 401, {
			code: 'AuthenticationError',
			message: 'The API key in the request is missing or invalid',
			type: 'Unauthorized',
		}),
	refuseBody: (exchange, response, message) =>
		refuseWith(exchange, response, 400, { code: 'InvalidParameter', message }),
	refuseModel: (exchange, response, model) =>
		refuseWith(exchange, response, 404, {
			code: 'InvalidEndpointOrModel.NotFound',
			message: `The model or endpoint ${model} does not exist or you do not have access to it`,
			type: 'NotFound',
		}),
};

/** BytePlus's own names, those that it has switched off among them (TanStack/ai, a probe of 2026-07-31). */
const LISTED = [...SEEDREAM.keys(), ...SEEDANCE.keys(), ...SEEDANCE_1_0_LITE.keys()];

/** BytePlus ModelArk itself: `Bearer <key>`, all refusals as `{error: {code, message}}` (README section 4). */
export function modelArkRoutes(context: SandboxContext): Router {
	const routes = Router();
	routes.all(`${ROOT}/{*path}`, (request, _response, next) => {
		exchangeOf(request).record.gateway = FRONT.gateway;
		next();
	});
	routes.use(seedreamRoutes(FRONT, context), seedanceRoutes(FRONT, context));
	routes.get(`${ROOT}/models`, async (request, response) => {
		if (!isLetIn(FRONT, exchangeOf(request), response, context)) return;
		response.json(modelList('byteplus', await listedModels(LISTED, context.behaviour())));
	});
	routes.all(`${ROOT}/{*path}`, (request, response) => {
		refuseWith(exchangeOf(request), response, 404, {
			code: 'NotFound',
			message: `${request.method} ${request.path} is not known`,
		});
	});
	return routes;
}
