import { encode, encodeData } from 'eventsource-encoder';
import { type Response, Router } from 'express';
import { z } from 'zod';

import { type BytePlusFront, readModelOrder, refuseParameter } from './byteplus.mjs';
import { writeInPieces } from './eventStream.mjs';
import { type Exchange, exchangeOf } from './exchange.mjs';
import { base64Of } from './longFile.mjs';
import { makeSet } from './pictureSet.mjs';
import { COMMON_FORMATS, readReference, RefusedReference, TEN_MEGABYTES } from './references.mjs';
import type { GatewayBench } from './sandbox.mjs';
import {
	parsePixelSize,
	pixelSizeFault,
	type PixelSize,
	type Resolution,
	sizeFor,
	sizeText,
} from './sizes.mjs';
import { spoilAnswers } from './spoil.mjs';

interface Model {
	/** folder in the links, as on the page */
	folder: string;
	resolutions: Resolution[];
	minPixels: number;
	/** optimize_prompt_options.mode "fast" */
	fast: boolean;
	/** output_format, and the search of the web (the vendor's docs of 5.0) */
	choosesFormat: boolean;
}

/** Models and what each allows: README section 4. Pixels of 5.0 are assumed to be those of 4.5. */
const MODELS = new Map<string, Model>([
	[
		'seedream-4-0-250828',
		{
			folder: 'seedream-4-0',
			resolutions: ['1K', '2K', '4K'],
			minPixels: 921_600,
			fast: true,
			choosesFormat: false,
		},
	],
	[
		'seedream-4-5-251128',
		{
			folder: 'seedream-4-5',
			resolutions: ['2K', '4K'],
			minPixels: 3_686_400,
			fast: false,
			choosesFormat: false,
		},
	],
	[
		'seedream-5-0-260128',
		{
			folder: 'seedream-5-0',
			resolutions: ['2K', '3K', '4K'],
			minPixels: 3_686_400,
			fast: false,
			choosesFormat: true,
		},
	],
]);
const MAX_PIXELS = 16_777_216;

/** References and pictures together, per request, and references alone: README section 4. */
const MOST_PICTURES = 15;
const MOST_REFERENCES = 14;

/** Without a ratio the model picks one: agentsflare-seedream.md asks for 2K and gets this. */
const PICKED_AT_2K: PixelSize = { width: 2848, height: 1600 };
const DEFAULT_SIZE = '2K';

/** agentsflare-seedream.md: a picture of 2848x1600 counts as 17800 tokens. */
const PIXELS_PER_TOKEN = 256;

const REFERENCE_RULES = {
	forms: ['url', 'dataUri'],
	formats: COMMON_FORMATS,
	maxBytes: TEN_MEGABYTES,
} as const;

/** Body of POST …/images/generations: agentsflare-seedream.md and README section 4. */
const generationsBody = z
	.object({
		model: z.string(),
		prompt: z.string().trim().min(1, 'the prompt is empty'),
		image: z
			.union([z.string(), z.array(z.string()).max(MOST_REFERENCES)], {
				errorMap: () => ({
					message: `expected one picture or up to ${MOST_REFERENCES} in an array`,
				}),
			})
			.default([])
			.transform((image) => (typeof image === 'string' ? [image] : image)),
		size: z.string().default(DEFAULT_SIZE),
		sequential_image_generation: z.enum(['auto', 'disabled']).default('disabled'),
		sequential_image_generation_options: z
			.object({ max_images: z.number().int().min(1).max(15).default(15) })
			.strict()
			.default({}),
		stream: z.boolean().default(false),
		response_format: z.enum(['url', 'b64_json']).default('url'),
		watermark: z.boolean().default(true),
		optimize_prompt_options: z
			.object({ mode: z.enum(['standard', 'fast']).optional() })
			.strict()
			.optional(),
		output_format: z.enum(['jpeg', 'png']).optional(),
		tools: z.array(z.object({ type: z.literal('web_search') }).strict()).max(1).optional(),
	})
	.strict();

type GenerationsBody = z.infer<typeof generationsBody>;

/** Seedream as BytePlus makes it: `POST …/images/generations` (agentsflare-seedream.md, README section 4). */
export function seedreamPages(front: BytePlusFront, bench: GatewayBench): Router {
	const pages = Router();
	const spoilOrders = spoilAnswers(() => bench.behaviour().submitFaults);
	pages.post(`${front.root}/images/generations`, spoilOrders, async (request, response) => {
		const exchange = exchangeOf(request);
		const order = await readOrder(front, exchange, response, bench);
		if (order === undefined) return;
		exchange.record.paid = true;
		await (order.body.stream ? answerStream : answerAtOnce)(order, response, bench);
	});
	return pages;
}

interface Order {
	gateway: string;
	body: GenerationsBody;
	model: Model;
	size: PixelSize;
	references: Buffer[];
}

/** One finished picture as both kinds of answer carry it. */
type Generated = { url: string; size: string } | { b64_json: string; size: string };

/** Draws and stores what was ordered, one picture after the other. */
async function* generate(
	{ gateway, body, model, size, references }: Order,
	bench: GatewayBench,
): AsyncGenerator<Generated> {
	const format = body.output_format ?? 'jpeg';
	const count =
		body.sequential_image_generation === 'disabled'
			? 1
			: Math.min(
					body.sequential_image_generation_options.max_images,
					MOST_PICTURES - references.length,
				);
	const { prompt, watermark } = body;
	const order = {
		gateway,
		model: body.model,
		prompt,
		size,
		watermark,
		references,
		format,
	} as const;
	let index = 0;
	for await (const picture of makeSet(order, count, bench.behaviour())) {
		yield body.response_format === 'b64_json'
			? { b64_json: base64Of(picture), size: sizeText(size) }
			: { url: bench.files.publish(model.folder, index, picture, format), size: sizeText(size) };
		index++;
	}
}

/** README section 4: the answer without a stream. */
async function answerAtOnce(order: Order, response: Response, bench: GatewayBench): Promise<void> {
	const data: Generated[] = [];
	for await (const generated of generate(order, bench)) data.push(generated);
	const created = Math.floor(Date.now() / 1000);
	response.json({ model: order.body.model, created, data, usage: usageOf(order, data.length) });
}

/** agentsflare-seedream.md: one event per picture as it is drawn, then the usage, then `[DONE]`, which is no JSON. */
async function answerStream(order: Order, response: Response, bench: GatewayBench): Promise<void> {
	const { model } = order.body;
	const created = Math.floor(Date.now() / 1000);
	const send = async (frame: string) => {
		await writeInPieces(response, frame, bench.behaviour().streamChunkBytes);
	};
	const sendEvent = async (type: string, content: object) => {
		await send(encode({ event: type, data: JSON.stringify({ type, model, created, ...content }) }));
	};

	response.set('Content-Type', 'text/event-stream').set('Cache-Control', 'no-cache');
	response.flushHeaders();
	let index = 0;
	for await (const generated of generate(order, bench)) {
		// Nobody is left to draw for.
		if (response.closed) return;
		await sendEvent('image_generation.partial_succeeded', { image_index: index, ...generated });
		index++;
	}
	await sendEvent('image_generation.completed', { usage: usageOf(order, index) });
	await send(encodeData('[DONE]'));
	response.end();
}

function usageOf({ size }: Order, pictures: number): object {
	const tokens = pictures * Math.floor((size.width * size.height) / PIXELS_PER_TOKEN);
	return { generated_images: pictures, output_tokens: tokens, total_tokens: tokens };
}

/** What was ordered, or undefined when it was refused; first the key, then the model, then the rest. */
async function readOrder(
	front: BytePlusFront,
	exchange: Exchange,
	response: Response,
	bench: GatewayBench,
): Promise<Order | undefined> {
	const order = readModelOrder(front, exchange, response, bench, { models: MODELS, schema: generationsBody, modelFault });
	if (order === undefined) return undefined;
	const { body, model } = order;
	const references: Buffer[] = [];
	for (const image of body.image) {
		try {
			references.push(await readReference(image, REFERENCE_RULES));
		} catch (error) {
			if (!(error instanceof RefusedReference)) throw error;
			const { message } = error;
			refuseParameter(exchange, response, { code: 'InvalidParameter', param: 'image', message });
			return undefined;
		}
	}
	return { gateway: front.displayName, body, model, size: sizeOf(body.size), references };
}

/** What this model does not take, though another would. */
function modelFault(
	body: GenerationsBody,
	model: Model,
): { param: string; message: string } | undefined {
	if (!model.resolutions.some((resolution) => resolution === body.size)) {
		const size = parsePixelSize(body.size);
		const message =
			size === undefined
				? `allowed are ${model.resolutions.join(', ')} or <width>x<height>`
				: pixelSizeFault(size, { minPixels: model.minPixels, maxPixels: MAX_PIXELS });
		if (message !== undefined) return { param: 'size', message };
	}
	if (body.optimize_prompt_options?.mode === 'fast' && !model.fast) {
		return { param: 'optimize_prompt_options.mode', message: 'this model has no fast mode' };
	}
	if (body.tools !== undefined && !model.choosesFormat) return { param: 'tools', message: 'this model has no tools' };
	if (body.output_format !== undefined && !model.choosesFormat) {
		return { param: 'output_format', message: 'this model has no choice of format' };
	}
	return undefined;
}

const resolutionText = z.enum(['1K', '2K', '3K', '4K']);

/** Pixels of a size that the model allows. */
function sizeOf(text: string): PixelSize {
	const size = parsePixelSize(text);
	if (size !== undefined) return size;
	return text === '2K' ? PICKED_AT_2K : sizeFor(resolutionText.parse(text));
}
