import { Router } from 'express';

import { type BytePlusFront, refuseWith } from './byteplus.mjs';
import { seedancePages } from './byteplusSeedance.mjs';
import { seedreamPages } from './byteplusSeedream.mjs';
import { exchangeOf } from './exchange.mjs';
import type { GatewayBench } from './sandbox.mjs';

const ROOT = '/api/v3';

const FRONT: BytePlusFront = {
	gateway: 'modelArk',
	displayName: 'BytePlus ModelArk',
	root: ROOT,
	refuseKey: (exchange, response) =>
		refuseWith(exchange, response, 401, {
			code: 'AuthenticationError',
			message: 'The API key in the request is missing or invalid',
			type: 'Unauthorized',
		}),
	refuseBody: (exchange, response, message) => refuseWith(exchange, response, 400, { code: 'InvalidParameter', message }),
	refuseModel: (exchange, response, model) =>
		refuseWith(exchange, response, 404, {
			code: 'InvalidEndpointOrModel.NotFound',
			message: `The model or endpoint ${model} does not exist or you do not have access to it`,
			type: 'NotFound',
		}),
};

/** BytePlus ModelArk itself: `Bearer <key>`, all refusals as `{error: {code, message}}` (README section 4). */
export function modelArkPages(bench: GatewayBench): Router {
	const pages = Router();
	pages.all(`${ROOT}/{*path}`, (request, _response, next) => {
		exchangeOf(request).record.gateway = FRONT.gateway;
		next();
	});
	pages.use(seedreamPages(FRONT, bench), seedancePages(FRONT, bench));
	pages.all(`${ROOT}/{*path}`, (request, response) => {
		refuseWith(exchangeOf(request), response, 404, { code: 'NotFound', message: `${request.method} ${request.path} is not known` });
	});
	return pages;
}
