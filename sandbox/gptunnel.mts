import { randomBytes } from 'node:crypto';

import { type Response, Router } from 'express';
import { z } from 'zod';

import type { SandboxFile } from './behaviour.mjs';
import { type Exchange, exchangeOf } from './exchange.mjs';
import { injectFaults } from './faultInjection.mjs';
import {
	hasKey,
	readOrderBody,
	readReferences,
	refuse,
	UNKNOWN_METHOD,
} from './gptunnelAnswers.mjs';
import { gptunnelTaskRoutes } from './gptunnelTasks.mjs';
import { base64Of } from './longFile.mjs';
import { makeSet } from './pictureSet.mjs';
import type { SandboxContext } from './sandbox.mjs';
import { sizeFor } from './sizes.mjs';

/** gptunnel-seedream-4.md. */
const MODELS = ['seedream-4'] as const;

/** Body of POST /v1/media/generate: gptunnel-seedream-4.md. */
const generateBody = z
	.object({
		model: z.enum(MODELS),
		prompt: z.string().trim().min(1, 'the prompt is empty'),
		images: z.array(z.string()).optional(),
		aspect_ratio: z.enum(['1:1', '16:9', '9:16', '4:3', '3:4', '21:9', '9:21']).optional(),
		response_format: z.enum(['base64', 'url']).optional(),
		size: z.enum(['1K', '2K', '3K', '4K']).optional(),
	})
	.strict();

/** The page names no default size. */
const DEFAULT_SIZE = '2K';

/** Roubles, and as text: gptunnel-seedream-4.md. */
const COST = '8';

/** GPTunnel: the bare key in Authorization, refusals as HTTP 200 with a non-zero `code`. */
export function gptunnelRoutes(context: SandboxContext): Router {
	const routes = Router();

	routes.all('/v1/{*path}', (request, _response, next) => {
		exchangeOf(request).record.gateway = 'gptunnel';
		next();
	});

	// docs.gptunnel.ru/balance: the one call that answers with HTTP 401, in OpenAI's shape.
	routes.get('/v1/balance', (request, response) => {
		if (request.headers.authorization !== context.keys.gptunnel) {
			exchangeOf(request).remark = 'wrong key';
			response.status(401).json({
				error: {
					message: 'Unauthorized',
					type: 'unauthorized_request_error',
					param: null,
					code: null,
				},
			});
			return;
		}
		response.json({ orgId: 'sandbox', object: 'balance', balance: 1000.5, creditLimit: 15000 });
	});

	const injectSubmitFaults = injectFaults(() => context.behaviour().submitFaults);
	routes.post('/v1/media/generate', injectSubmitFaults, async (request, response) => {
		const exchange = exchangeOf(request);
		const order = await readOrder(exchange, response, context);
		if (order === undefined) return;
		exchange.record.paid = true;
		const { body, references } = order;
		const made = makeSet(
			{
				gateway: 'GPTunnel',
				model: body.model,
				prompt: body.prompt,
				size: sizeFor(body.size ?? DEFAULT_SIZE, body.aspect_ratio),
				watermark: false,
				references,
				format: 'jpeg',
			},
			1,
			context.behaviour(),
		);
		for await (const picture of made) {
			response.json({
				code: 0,
				id: randomBytes(12).toString('hex'),
				created_at: Math.floor(Date.now() / 1000),
				status: 'done',
				result:
					body.response_format === 'base64'
						? base64Result(picture, context)
						: context.files.publish(`${body.model}-0`, 0, picture, 'jpeg'),
				cost: COST,
			});
		}
	});

	routes.use(gptunnelTaskRoutes(context));

	routes.all('/v1/media/{*path}', (request, response) => {
		const message = `Unknown method ${request.method} ${request.path}`;
		refuse(exchangeOf(request), response, { code: UNKNOWN_METHOD, message });
	});

	routes.all('/v1/{*path}', (request, response) => {
		const message = `Unknown request URL: ${request.method} ${request.path}`;
		exchangeOf(request).remark = message;
		response.status(404).json({
			error: { message, type: 'invalid_request_error', param: null, code: 'unknown_url' },
		});
	});

	return routes;
}

interface Order {
	body: z.infer<typeof generateBody>;
	references: Buffer[];
}

/** What was ordered, or undefined when it was refused; the key is looked at before the body. */
async function readOrder(
	exchange: Exchange,
	response: Response,
	context: SandboxContext,
): Promise<Order | undefined> {
	if (!hasKey(exchange, response, context)) return undefined;
	const body = await readOrderBody(exchange, response, context, {
		models: MODELS,
		schema: generateBody,
	});
	if (body === undefined) return undefined;
	const references = await readReferences(exchange, response, body.images, ['url', 'dataUri']);
	return references === undefined ? undefined : { body, references };
}

/** Not documented which of the two it is (README section 5, trap 3): a switch tries both. */
function base64Result(picture: Buffer | SandboxFile, context: SandboxContext): string {
	const data = base64Of(picture);
	return context.behaviour().gptunnelBase64 === 'dataUri' ? `data:image/jpeg;base64,${data}` : data;
}
