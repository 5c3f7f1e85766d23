import { encode, encodeData } from 'eventsource-encoder';
import { type Response, Router } from 'express';

import type { SandboxFile } from './behaviour.mjs';
import type { BytePlusFront } from './byteplus.mjs';
import { writeInPieces } from './eventStream.mjs';
import { exchangeOf } from './exchange.mjs';
import { injectFaults } from './faultInjection.mjs';
import { base64Of } from './longFile.mjs';
import { makeSet } from './pictureSet.mjs';
import type { SandboxContext } from './sandbox.mjs';
import { makeLayers } from './seedreamLayers.mjs';
import { readSeedreamOrder, type SeedreamOrder } from './seedreamOrders.mjs';
import { sizeText } from './sizes.mjs';

/** agentsflare-seedream.md: a picture of 2848x1600 counts as 17800 tokens. */
const PIXELS_PER_TOKEN = 256;

/** Seedream as BytePlus makes it: `POST …/images/generations` (agentsflare-seedream.md, README section 4). */
export function seedreamRoutes(front: BytePlusFront, context: SandboxContext): Router {
	const routes = Router();
	const injectSubmitFaults = injectFaults(() => context.behaviour().submitFaults);
	routes.post(`${front.root}/images/generations`, injectSubmitFaults, async (request, response) => {
		const exchange = exchangeOf(request);
		const order = await readSeedreamOrder(front, exchange, response, context);
		if (order === undefined) return;
		exchange.record.paid = true;
		await (order.body.stream ? answerStream : answerAtOnce)(order, response, context);
	});
	return routes;
}

/** One finished picture as both kinds of answer carry it. */
type Generated = ({ url: string } | { b64_json: string }) & { size: string };

/** Draws and stores what was ordered, one picture after the other. */
async function* generate(order: SeedreamOrder, context: SandboxContext): AsyncGenerator<Generated> {
	const { gateway, body, prompt, model, size, count, format, references } = order;
	const carry = (picture: Buffer | SandboxFile, index: number, type: typeof format) =>
		body.response_format === 'b64_json'
			? { b64_json: base64Of(picture) }
			: { url: context.files.publish(model.folder, index, picture, type) };
	let index = 0;
	if (body.layer_decomposition) {
		for await (const { layer, picture } of makeLayers(order, context.behaviour())) {
			yield { ...carry(picture, index++, 'png'), ...layer };
		}
		return;
	}
	const transparent = body.background === 'transparent';
	const drawing = {
		gateway,
		model: body.model,
		prompt,
		size,
		watermark: body.watermark,
		references,
		format,
		transparent,
	};
	for await (const picture of makeSet(drawing, count, context.behaviour())) {
		yield { ...carry(picture, index++, format), size: sizeText(size) };
	}
}

/** README section 4: the answer without a stream. */
async function answerAtOnce(
	order: SeedreamOrder,
	response: Response,
	context: SandboxContext,
): Promise<void> {
	const data: Generated[] = [];
	for await (const generated of generate(order, context)) data.push(generated);
	const created = Math.floor(Date.now() / 1000);
	response.json({ model: order.body.model, created, data, usage: usageOf(order, data.length) });
}

/** agentsflare-seedream.md: one event per picture as it is drawn, then the usage, then `[DONE]`, which is no JSON. */
async function answerStream(
	order: SeedreamOrder,
	response: Response,
	context: SandboxContext,
): Promise<void> {
	const { model } = order.body;
	const created = Math.floor(Date.now() / 1000);
	const send = async (frame: string) => {
		await writeInPieces(response, frame, context.behaviour().streamChunkBytes);
	};
	const sendEvent = async (type: string, content: object) => {
		await send(encode({ event: type, data: JSON.stringify({ type, model, created, ...content }) }));
	};

	response.set('Content-Type', 'text/event-stream').set('Cache-Control', 'no-cache');
	response.flushHeaders();
	let index = 0;
	for await (const generated of generate(order, context)) {
		// Nobody is left to draw for.
		if (response.closed) return;
		await sendEvent('image_generation.partial_succeeded', { image_index: index, ...generated });
		index++;
	}
	await sendEvent('image_generation.completed', { usage: usageOf(order, index) });
	await send(encodeData('[DONE]'));
	response.end();
}

/** The models that decompose count what came in, and a search is told as an object (BytePlus's docs, read 2026-10-08; its Go SDK). */
function usageOf({ size, model, references, body }: SeedreamOrder, pictures: number): object {
	const tokens = pictures * Math.floor((size.width * size.height) / PIXELS_PER_TOKEN);
	return {
		...(model.decomposes && { input_images: references.length }),
		generated_images: pictures,
		output_tokens: tokens,
		total_tokens: tokens,
		...(body.tools && { tool_usage: { web_search: 1 } }),
	};
}
