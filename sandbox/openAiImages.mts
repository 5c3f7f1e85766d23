import { type RequestHandler, type Response, Router } from 'express';
import sharp from 'sharp';
import { z } from 'zod';

import { type Exchange, exchangeOf } from './exchange.mjs';
import { type Fault, faultsOf } from './faults.mjs';
import type { Form } from './forms.mjs';
import { base64Of } from './longFile.mjs';
import type { ImageOrder, OrderSchema } from './openAiOrders.mjs';
import { makeSet } from './pictureSet.mjs';
import { readPicture, RefusedReference } from './references.mjs';
import type { GatewayBench, SandboxGateway } from './sandbox.mjs';
import { parsePixelSize, type PixelSize, sizeText } from './sizes.mjs';
import { spoilAnswers } from './spoil.mjs';

/** OpenAI's docs: the last parts of its two paths. */
const PATHS = ['generations', 'edits'] as const;

type Path = (typeof PATHS)[number];

/** What an answer may tell besides the pictures and the usage. */
interface Told {
	background: string;
	output_format: string;
	quality: string;
	size: string;
}

/** Who answers in OpenAI's dialect. */
export interface OpenAiFront {
	gateway: SandboxGateway;
	/** as a reader knows it */
	displayName: string;
	models: readonly string[];
	orders: Record<Path, OrderSchema>;
	/** several images may be called `image` each, not only `image[]` */
	repeatsImage: boolean;
	/** in the order of the answer */
	tells: Record<Path, ReadonlyArray<keyof Told>>;
	/** whether a request is for this gateway: several gateways have these paths, and the sandbox has one address for all */
	isMeantBy(authorization: string | undefined, bench: GatewayBench): boolean;
	refuseKey(exchange: Exchange, response: Response): void;
	refuseModel(exchange: Exchange, response: Response, model: string): void;
	refuseFault(exchange: Exchange, response: Response, fault: Fault): void;
}

/** OpenAI's docs: images to edit have less than 50 MB, the mask less than 4 MB. */
const IMAGE_RULES = { formats: ['png', 'jpeg', 'webp'], maxBytes: 50 * 1024 * 1024 - 1 } as const;
const MASK_RULES = { formats: ['png'], maxBytes: 4 * 1024 * 1024 - 1 } as const;

/** What the model chooses where it may: a guess. */
const AUTO_QUALITY = 'medium';
const AUTO_SIZE: PixelSize = { width: 1024, height: 1024 };

/** OpenAI's docs. */
const DEFAULT_FORMAT = 'png';

/** Tokens of a picture of 1024x1024, and of an image that is edited: a guess. */
const PICTURE_TOKENS = { low: 272, medium: 1056, high: 4160 } as const;
const IMAGE_TOKENS = 323;
const LETTERS_PER_TOKEN = 4;

const bodyWithModel = z.object({ model: z.string() });

/** OpenAI's image API, as its docs have it: `POST /v1/images/generations` with JSON, `POST /v1/images/edits` with a form. */
export function openAiImagePages(front: OpenAiFront, bench: GatewayBench): Router {
	const pages = Router();
	const takeOwn: RequestHandler = (request, _response, next) => {
		if (!front.isMeantBy(request.headers.authorization, bench)) {
			next('route');
			return;
		}
		exchangeOf(request).record.gateway = front.gateway;
		next();
	};
	const spoilOrders = spoilAnswers(() => bench.behaviour().submitFaults);
	for (const path of PATHS) {
		pages.post(`/v1/images/${path}`, takeOwn, spoilOrders, async (request, response) => {
			const exchange = exchangeOf(request);
			const order = await readOrder(front, path, exchange, response, bench);
			if (order === undefined) return;
			exchange.record.paid = true;
			await answerOrder(front, path, order, response, bench);
		});
	}
	return pages;
}

interface Order {
	asked: ImageOrder;
	references: Buffer[];
}

async function answerOrder(
	front: OpenAiFront,
	path: Path,
	{ asked, references }: Order,
	response: Response,
	bench: GatewayBench,
): Promise<void> {
	const { model, prompt, n, output_format: format = DEFAULT_FORMAT } = asked;
	const quality = asked.quality === 'auto' ? AUTO_QUALITY : asked.quality;
	const size = parsePixelSize(asked.size) ?? AUTO_SIZE;
	const drawing = { gateway: front.displayName, model, prompt, size, watermark: false, references, format };
	const data: Array<{ b64_json: string }> = [];
	for await (const picture of makeSet(drawing, n, bench.behaviour())) {
		data.push({ b64_json: base64Of(picture) });
	}
	const told: Told = {
		background: asked.background === 'transparent' ? 'transparent' : 'opaque',
		output_format: format,
		quality,
		size: sizeText(size),
	};
	const squares = (size.width * size.height) / (AUTO_SIZE.width * AUTO_SIZE.height);
	response.json({
		created: Math.floor(Date.now() / 1000),
		data,
		...Object.fromEntries(front.tells[path].map((name) => [name, told[name]])),
		usage: usageOf(prompt, references.length, n * squares * PICTURE_TOKENS[quality]),
	});
}

function usageOf(prompt: string, images: number, outputTokens: number): object {
	const text = Math.ceil(prompt.length / LETTERS_PER_TOKEN);
	const image = images * IMAGE_TOKENS;
	return {
		input_tokens: text + image,
		input_tokens_details: { image_tokens: image, text_tokens: text },
		output_tokens: outputTokens,
		total_tokens: text + image + outputTokens,
	};
}

/** What was ordered, or undefined when it was refused; first the key, then the model, then the rest. */
async function readOrder(
	front: OpenAiFront,
	path: Path,
	exchange: Exchange,
	response: Response,
	bench: GatewayBench,
): Promise<Order | undefined> {
	if (exchange.record.headers.authorization !== `Bearer ${bench.keys[front.gateway]}`) {
		front.refuseKey(exchange, response);
		return undefined;
	}
	const sent = path === 'edits' ? formOf(front, exchange) : jsonOf(exchange);
	if ('fault' in sent) {
		front.refuseFault(exchange, response, sent.fault);
		return undefined;
	}
	const named = bodyWithModel.safeParse(sent.input);
	if (named.success && !front.models.includes(named.data.model)) {
		front.refuseModel(exchange, response, named.data.model);
		return undefined;
	}
	const parsed = front.orders[path].safeParse(sent.input);
	if (!parsed.success) {
		front.refuseFault(exchange, response, faultsOf(parsed.error)[0] ?? faultAt('', 'the body is invalid'));
		return undefined;
	}
	const asked = parsed.data;
	const looked = combinationFault(asked) ?? (await lookAtImages(asked));
	if (!Array.isArray(looked)) {
		front.refuseFault(exchange, response, looked);
		return undefined;
	}
	return { asked, references: looked };
}

type Sent = { input: unknown } | { fault: Fault };

function jsonOf({ bodyFault, record }: Exchange): Sent {
	return bodyFault === undefined ? { input: record.body } : { fault: faultAt('', bodyFault) };
}

/** A form, with its images under one name: OpenAI's docs call one `image`, and several `image[]`. */
function formOf({ repeatsImage }: OpenAiFront, { form, formFault }: Exchange): Sent {
	if (form === undefined) return { fault: faultAt('', formFault ?? 'Content-Type must be multipart/form-data') };
	const { image, 'image[]': several, ...fields }: Form = form;
	if (image !== undefined && several !== undefined) return { fault: faultAt('image', 'image and image[] do not go together') };
	if (Array.isArray(image) && !repeatsImage) return { fault: faultAt('image', 'a list goes by the name image[]') };
	const images = image ?? several;
	return { input: images === undefined ? fields : { ...fields, image: [images].flat() } };
}

function faultAt(path: string, message: string): Fault {
	return { path, expected: message, message, missing: false };
}

/** Fields that do not go together: OpenAI's docs. */
function combinationFault(asked: ImageOrder): Fault | undefined {
	const { model, background, output_format: format = DEFAULT_FORMAT, output_compression: compression = 100 } = asked;
	if (background === 'transparent' && format === 'jpeg') return faultAt('background', 'jpeg has no transparent background');
	if (background === 'transparent' && model === 'gpt-image-2') return faultAt('background', 'this model has no transparent background');
	if (compression < 100 && format === 'png') return faultAt('output_compression', 'png is not compressed');
	return undefined;
}

/** Thumbnails of the images to edit, or what is wrong with one, or with the mask. */
async function lookAtImages({ images, mask }: ImageOrder): Promise<Buffer[] | Fault> {
	const references: Buffer[] = [];
	for (const [index, { bytes, type }] of images.entries()) {
		try {
			references.push(await readPicture(bytes, IMAGE_RULES, type.replace('image/', '')));
		} catch (error) {
			if (!(error instanceof RefusedReference)) throw error;
			return faultAt(`image.${index}`, error.message);
		}
	}
	const [first] = images;
	if (mask === undefined || first === undefined) return references;
	try {
		await readPicture(mask.bytes, MASK_RULES);
	} catch (error) {
		if (!(error instanceof RefusedReference)) throw error;
		return faultAt('mask', error.message);
	}
	const pixels = sizeText(await sharp(first.bytes).metadata());
	return sizeText(await sharp(mask.bytes).metadata()) === pixels
		? references
		: faultAt('mask', `it must have the first image's ${pixels} pixels`);
}
