import { Router } from 'express';

import { exchangeOf } from './exchange.mjs';
import { refuse } from './myRouterAnswers.mjs';
import { myRouterSeedanceRoutes } from './myRouterSeedance.mjs';
import { myRouterSeedreamRoutes } from './myRouterSeedream.mjs';
import type { SandboxContext } from './sandbox.mjs';

/** MyRouter: `Bearer <key>`. Its pictures in OpenAI's dialect are `myRouterImageRoutes`. */
export function myRouterRoutes(context: SandboxContext): Router {
	const routes = Router();

	routes.all('/v3/{*path}', (request, _response, next) => {
		exchangeOf(request).record.gateway = 'myRouter';
		next();
	});

	routes.use(myRouterSeedreamRoutes(context), myRouterSeedanceRoutes(context));

	routes.all('/v3/{*path}', (request, response) => {
		const message = `${request.method} ${request.path} is unknown`;
		refuse(exchangeOf(request), response, 404, 'NOT_FOUND', message);
	});

	return routes;
}
