import { type Response, Router } from 'express';

import type { BytePlusFront } from './byteplus.mjs';
import { seedanceRoutes } from './byteplusSeedance.mjs';
import { seedreamRoutes } from './byteplusSeedream.mjs';
import { type Exchange, exchangeOf } from './exchange.mjs';
import type { SandboxContext } from './sandbox.mjs';
import { SEEDANCE, SEEDANCE_1_0_LITE } from './seedanceModels.mjs';
import { SEEDREAM } from './seedreamModels.mjs';

const FRONT: BytePlusFront = {
	gateway: 'agentsFlare',
	displayName: 'AgentsFlare',
	root: '/byteplus/v3',
	seedream: SEEDREAM,
	seedance: new Map([...SEEDANCE, ...SEEDANCE_1_0_LITE]),
	refuseKey: (exchange, response) => refuseItself(exchange, response, 404, 'Key not found'),
	refuseBody: (exchange, response, message) => refuseItself(exchange, response, 400, message),
	refuseModel: (exchange, response, model) =>
		refuseItself(exchange, response, 400, `Model ${model} is not available`),
};

/** AgentsFlare: `Bearer <key>`; its own refusals are flat, those of BytePlus behind it come as `{error}`. */
export function agentsFlareRoutes(context: SandboxContext): Router {
	const routes = Router();

	routes.all('/byteplus/{*path}', (request, _response, next) => {
		exchangeOf(request).record.gateway = 'agentsFlare';
		next();
	});
	routes.use(seedreamRoutes(FRONT, context), seedanceRoutes(FRONT, context));

	// README section 3: an unknown path, whatever the key.
	routes.all('/{*path}', (request, response) => {
		const message = `Cannot ${request.method} ${request.path}`;
		exchangeOf(request).remark = message;
		response.status(404).json({ message, error: 'Not Found', statusCode: 404 });
	});

	return routes;
}

/** README section 3: AgentsFlare's own refusal. */
export function refuseItself(
	exchange: Exchange,
	response: Response,
	statusCode: number,
	message: string,
): void {
	exchange.remark = `refused: ${message}`;
	response.status(statusCode).json({ statusCode, message });
}
