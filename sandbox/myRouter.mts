import { Router } from 'express';

import { exchangeOf } from './exchange.mjs';
import { refuse } from './myRouterAnswers.mjs';
import { myRouterSeedancePages } from './myRouterSeedance.mjs';
import { myRouterSeedreamPages } from './myRouterSeedream.mjs';
import type { GatewayBench } from './sandbox.mjs';

/** MyRouter: `Bearer <key>`. Its pictures in OpenAI's dialect are `myRouterImagePages`. */
export function myRouterPages(bench: GatewayBench): Router {
	const pages = Router();

	pages.all('/v3/{*path}', (request, _response, next) => {
		exchangeOf(request).record.gateway = 'myRouter';
		next();
	});

	pages.use(myRouterSeedreamPages(bench), myRouterSeedancePages(bench));

	pages.all('/v3/{*path}', (request, response) => {
		const message = `${request.method} ${request.path} is unknown`;
		refuse(exchangeOf(request), response, 404, 'NOT_FOUND', message);
	});

	return pages;
}
