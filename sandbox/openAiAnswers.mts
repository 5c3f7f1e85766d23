import { encode } from 'eventsource-encoder';
import type { Response } from 'express';

import { writeInPieces } from './eventStream.mjs';
import type { Quality } from './gptImageModels.mjs';
import { DEFAULT_FORMAT } from './gptImageRules.mjs';
import { base64Of } from './longFile.mjs';
import type { ImageOrder } from './openAiOrders.mjs';
import { makePictures } from './openAiPictures.mjs';
import type { SandboxContext } from './sandbox.mjs';
import { parsePixelSize, type PixelSize, sizeText } from './sizes.mjs';

/** OpenAI's docs: the last parts of its two paths. */
export const PATHS = ['generations', 'edits'] as const;

export type Path = (typeof PATHS)[number];

/** What an answer may tell besides the pictures and the usage. */
export interface Told {
	background: string;
	output_format: string;
	quality: string;
	size: string;
	/** undefined where none was sent */
	safety_identifier?: string;
}

/** What was ordered, and of whom. */
export interface OpenAiOrder {
	gateway: string;
	path: Path;
	asked: ImageOrder;
	references: Buffer[];
	/** in the order of the answer */
	tells: ReadonlyArray<keyof Told>;
}

/** What the model chooses where it may: a guess. */
const AUTO_QUALITY: Quality = 'medium';
const AUTO_SIZE: PixelSize = { width: 1024, height: 1024 };

/** Tokens of a picture of 1024x1024, and of an image that is edited: a guess. */
const PICTURE_TOKENS = { low: 272, medium: 1056, high: 4160, xhigh: 8320, max: 16_640 } as const;
const IMAGE_TOKENS = 323;
const LETTERS_PER_TOKEN = 4;

/** docs of openai@7.59.0: what a stream's events are called. */
const EVENTS = { generations: 'image_generation', edits: 'image_edit' } as const;

/** What both kinds of answer have. */
function prepare({ gateway, asked, references }: OpenAiOrder) {
	const { model, prompt, n, output_format: format = DEFAULT_FORMAT, background } = asked;
	const quality = asked.quality === 'auto' ? AUTO_QUALITY : asked.quality;
	const size = parsePixelSize(asked.size) ?? AUTO_SIZE;
	const squares = (size.width * size.height) / (AUTO_SIZE.width * AUTO_SIZE.height);
	const told: Told = {
		background: background === 'transparent' ? 'transparent' : 'opaque',
		output_format: format,
		quality,
		size: sizeText(size),
		safety_identifier: asked.safety_identifier || asked.user,
	};
	const usageOf = (pictures: number) =>
		tokensOf(prompt, references.length, Math.round(pictures * squares * PICTURE_TOKENS[quality]));
	return {
		drawing: { gateway, model, prompt, size, watermark: false, references },
		format,
		told,
		n,
		usageOf,
	};
}

/** All pictures in one JSON. */
export async function answerAtOnce(
	order: OpenAiOrder,
	response: Response,
	context: SandboxContext,
): Promise<void> {
	const { drawing, format, told, n, usageOf } = prepare(order);
	const data: Array<{ b64_json: string }> = [];
	for await (const picture of makePictures(order.asked, drawing, format, context.behaviour())) {
		data.push({ b64_json: base64Of(picture) });
	}
	response.json({
		created: Math.floor(Date.now() / 1000),
		data,
		...Object.fromEntries(order.tells.map((name) => [name, told[name]])),
		usage: usageOf(n),
	});
}

/** Docs of openai@7.59.0: of each picture its sketches, if asked for, and then itself. */
export async function answerStream(
	order: OpenAiOrder,
	response: Response,
	context: SandboxContext,
): Promise<void> {
	const { drawing, format, told, usageOf } = prepare(order);
	const { background, output_format, quality, size, safety_identifier } = told;
	const send = async (event: 'partial_image' | 'completed', content: object) => {
		const type = `${EVENTS[order.path]}.${event}`;
		const common = {
			type,
			created_at: Math.floor(Date.now() / 1000),
			background,
			output_format,
			quality,
			size,
		};
		await writeInPieces(
			response,
			encode({ event: type, data: JSON.stringify({ ...common, ...content }) }),
			context.behaviour().streamChunkBytes,
		);
	};
	response.set('Content-Type', 'text/event-stream').set('Cache-Control', 'no-cache');
	response.flushHeaders();
	for await (const picture of makePictures(order.asked, drawing, format, context.behaviour())) {
		const b64_json = base64Of(picture);
		for (let index = 0; index < (order.asked.partial_images ?? 0); index++) {
			// Nobody is left to draw for.
			if (response.closed) return;
			await send('partial_image', { b64_json, partial_image_index: index });
		}
		await send('completed', { b64_json, usage: usageOf(1), safety_identifier });
	}
	response.end();
}

function tokensOf(prompt: string, images: number, outputTokens: number): object {
	const text = Math.ceil(prompt.length / LETTERS_PER_TOKEN);
	const image = images * IMAGE_TOKENS;
	return {
		input_tokens: text + image,
		input_tokens_details: { image_tokens: image, text_tokens: text },
		output_tokens: outputTokens,
		total_tokens: text + image + outputTokens,
	};
}
