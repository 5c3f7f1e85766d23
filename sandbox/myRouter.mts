import { type Response, Router } from 'express';
import { z } from 'zod';

import { type Exchange, exchangeOf } from './exchange.mjs';
import { faultsOf, faultsText } from './faults.mjs';
import { makeSet } from './pictureSet.mjs';
import { readReference, RefusedReference, TEN_MEGABYTES } from './references.mjs';
import type { GatewayBench } from './sandbox.mjs';
import { parsePixelSize, pixelSizeFault, type PixelSize, sizeFor } from './sizes.mjs';
import { spoilAnswers } from './spoil.mjs';

/** References and pictures together, per request: myrouter-seedream-4.0.md. */
const MOST_PICTURES = 15;

const DEFAULT_SIZE = '2048x2048';
const PIXEL_LIMITS = { minPixels: 1024 * 1024, maxPixels: 4096 * 4096 };

const RESOLUTIONS = z.enum(['1K', '2K', '4K']);

/** Body of POST /v3/seedream-4.0: myrouter-seedream-4.0.md. */
const seedreamBody = z
	.object({
		prompt: z.string().trim().min(1, 'the prompt is empty'),
		images: z.array(z.string()).max(10).optional(),
		size: z
			.string()
			.default(DEFAULT_SIZE)
			.transform((text, context): PixelSize => {
				const resolution = RESOLUTIONS.safeParse(text);
				if (resolution.success) return sizeFor(resolution.data);
				const size = parsePixelSize(text);
				const fault =
					size === undefined
						? 'allowed are 1K, 2K, 4K or <width>x<height>'
						: pixelSizeFault(size, PIXEL_LIMITS);
				if (size !== undefined && fault === undefined) return size;
				context.addIssue({ code: 'custom', message: fault });
				return z.NEVER;
			}),
		sequential_image_generation: z.enum(['auto', 'disabled']).default('disabled'),
		max_images: z.number().int().min(1).max(15).default(15),
		watermark: z.boolean().default(true),
	})
	.strict();

/** Rules for reference pictures: myrouter-seedream-4.0.md. */
const REFERENCE_RULES = {
	forms: ['url', 'dataUri'],
	formats: ['jpeg', 'png'],
	maxBytes: TEN_MEGABYTES,
	sidesOver: 14,
	maxPixels: 6000 * 6000,
	mostElongated: 3,
} as const;

/** MyRouter: `Bearer <key>`; the page shows no refusal, so theirs have the usual `{code, reason, message, metadata}`. */
export function myRouterPages(bench: GatewayBench): Router {
	const pages = Router();

	pages.all('/v3/{*path}', (request, _response, next) => {
		exchangeOf(request).record.gateway = 'myRouter';
		next();
	});

	const spoilOrders = spoilAnswers(() => bench.behaviour().submitFaults);
	pages.post('/v3/seedream-4.0', spoilOrders, async (request, response) => {
		const exchange = exchangeOf(request);
		const order = await readOrder(exchange, response, bench);
		if (order === undefined) return;
		exchange.record.paid = true;
		const { body, references } = order;
		const made = makeSet(
			{
				gateway: 'MyRouter',
				model: 'seedream-4.0',
				prompt: body.prompt,
				size: body.size,
				watermark: body.watermark,
				references,
				format: 'jpeg',
			},
			picturesOf(body, references.length),
			bench.behaviour(),
		);
		const images: string[] = [];
		for await (const picture of made) {
			images.push(bench.files.publish('seedream-4-0', images.length, picture, 'jpeg'));
		}
		response.json({ images });
	});

	pages.all('/v3/{*path}', (request, response) => {
		const message = `${request.method} ${request.path} is unknown`;
		refuse(exchangeOf(request), response, 404, 'NOT_FOUND', message);
	});

	return pages;
}

/**
 * The real model decides how many pictures a set gets, up to max_images; the sandbox draws as many as are allowed, so
 * that the outcome is predictable. The page's note lowers the number where references take up the room.
 */
function picturesOf(body: z.infer<typeof seedreamBody>, references: number): number {
	if (body.sequential_image_generation === 'disabled') return 1;
	return Math.min(body.max_images, MOST_PICTURES - references);
}

interface Order {
	body: z.infer<typeof seedreamBody>;
	references: Buffer[];
}

/** What was ordered, or undefined when it was refused; the key is looked at before the body. */
async function readOrder(
	exchange: Exchange,
	response: Response,
	bench: GatewayBench,
): Promise<Order | undefined> {
	if (exchange.record.headers.authorization !== `Bearer ${bench.keys.myRouter}`) {
		refuse(exchange, response, 401, 'INVALID_API_KEY', 'The API key is invalid');
		return undefined;
	}
	if (exchange.bodyFault !== undefined) {
		refuseBody(exchange, response, exchange.bodyFault);
		return undefined;
	}
	const parsed = seedreamBody.safeParse(exchange.record.body);
	if (!parsed.success) {
		refuseBody(exchange, response, faultsText(faultsOf(parsed.error)));
		return undefined;
	}
	const references: Buffer[] = [];
	for (const [index, image] of (parsed.data.images ?? []).entries()) {
		try {
			references.push(await readReference(image, REFERENCE_RULES));
		} catch (error) {
			if (!(error instanceof RefusedReference)) throw error;
			refuseBody(exchange, response, `images.${index}: ${error.message}`);
			return undefined;
		}
	}
	return { body: parsed.data, references };
}

function refuseBody(exchange: Exchange, response: Response, message: string): void {
	refuse(exchange, response, 400, 'INVALID_REQUEST_BODY', message);
}

function refuse(
	exchange: Exchange,
	response: Response,
	code: number,
	reason: string,
	message: string,
): void {
	exchange.remark = `refused: ${message}`;
	response.status(code).json({ code, reason, message, metadata: {} });
}
