import type { Response } from 'express';
import sharp from 'sharp';
import { z } from 'zod';

import {
	type BytePlusFront,
	readModelOrder,
	type Refusal,
	refuseParameter,
	unsupported,
} from './byteplus.mjs';
import type { Exchange } from './exchange.mjs';
import {
	BYTEPLUS_FORMATS,
	readReference,
	type ReferenceRules,
	RefusedReference,
	THIRTY_MEGABYTES,
} from './references.mjs';
import type { SandboxContext } from './sandbox.mjs';
import type { SeedreamModel } from './seedreamModels.mjs';
import { parsePixelSize, pixelSizeFault, type PixelSize } from './sizes.mjs';

/** References and pictures together, per request: README section 4. */
const MOST_PICTURES = 15;

const DEFAULT_LEVEL = '2K';

/** The size that only a decomposition may be asked for, and what the sandbox takes it for. */
const AUTO = 'auto';
const AUTO_LEVEL = '1K';

/** BytePlus's docs, image generation API, read 2026-10-08. */
const REFERENCE_RULES: ReferenceRules = {
	forms: ['url', 'dataUri'],
	formats: BYTEPLUS_FORMATS,
	maxBytes: THIRTY_MEGABYTES,
	sidesOver: 14,
	minPixels: 196,
	maxPixels: 36_000_000,
	mostElongated: 16,
};

/** The same: what is taken apart into layers. */
const DECOMPOSED_RULES: ReferenceRules = { ...REFERENCE_RULES, formats: ['png', 'jpeg'] };

/** Body of POST …/images/generations: agentsflare-seedream.md, README section 4 and BytePlus's docs, read 2026-10-08. */
const generationsBody = z
	.object({
		model: z.string(),
		prompt: z.string().trim().min(1, 'the prompt is empty').optional(),
		image: z
			.union([z.string(), z.array(z.string())], {
				errorMap: () => ({ message: 'expected one picture or several in an array' }),
			})
			.optional()
			.transform((image) => [image ?? []].flat()),
		size: z.string().optional(),
		sequential_image_generation: z.enum(['auto', 'disabled']).optional(),
		sequential_image_generation_options: z
			.object({ max_images: z.number().int().min(1).max(15).default(15) })
			.strict()
			.optional(),
		stream: z.boolean().optional(),
		response_format: z.enum(['url', 'b64_json']).default('url'),
		watermark: z.boolean().default(true),
		optimize_prompt_options: z
			.object({ mode: z.enum(['standard', 'fast']).optional() })
			.strict()
			.optional(),
		output_format: z.enum(['jpeg', 'png']).optional(),
		background: z.enum(['transparent', 'opaque', 'auto']).optional(),
		layer_decomposition: z.boolean().optional(),
		tools: z
			.array(z.object({ type: z.literal('web_search') }).strict())
			.max(1)
			.optional(),
	})
	.strict();

type GenerationsBody = z.infer<typeof generationsBody>;

/** What was asked for. */
export interface SeedreamOrder {
	gateway: string;
	body: GenerationsBody;
	prompt: string;
	model: SeedreamModel;
	size: PixelSize;
	/** how many pictures; the layers of one are not counted */
	count: number;
	format: 'jpeg' | 'png';
	references: Buffer[];
}

/** What was ordered, or undefined when it was refused; first the key, then the model, then the rest. */
export async function readSeedreamOrder(
	front: BytePlusFront,
	exchange: Exchange,
	response: Response,
	context: SandboxContext,
): Promise<SeedreamOrder | undefined> {
	const order = readModelOrder(front, exchange, response, context, {
		models: front.seedream,
		schema: generationsBody,
		modelFault,
	});
	if (order === undefined) return undefined;
	const { body, model } = order;
	const rules = body.layer_decomposition ? DECOMPOSED_RULES : REFERENCE_RULES;
	const references: Buffer[] = [];
	for (const image of body.image) {
		try {
			references.push(await readReference(image, rules));
		} catch (error) {
			if (!(error instanceof RefusedReference)) throw error;
			refuseParameter(exchange, response, { param: 'image', message: error.message });
			return undefined;
		}
	}
	const transparent = body.background === 'transparent';
	if (transparent && !(await hasAlpha(references))) {
		refuseParameter(exchange, response, {
			param: 'image',
			message: 'a transparent background needs an image with an alpha channel',
		});
		return undefined;
	}
	return {
		gateway: front.displayName,
		body,
		prompt: body.prompt ?? '',
		model,
		size: sizeOf(body, model),
		count: countOf(body, references.length),
		format: body.output_format ?? (transparent ? 'png' : 'jpeg'),
		references,
	};
}

/** What this model does not take, though another would, and what does not go together. */
function modelFault(body: GenerationsBody, model: SeedreamModel): Refusal | undefined {
	if (body.prompt === undefined && !body.layer_decomposition)
		return { code: 'MissingParameter', param: 'prompt', message: 'Required' };
	return fieldFault(body, model) ?? imageFault(body, model) ?? sizeFault(body, model);
}

/** Ark refuses a field that the model does not have, whatever its value (OpenGradient/tee-gateway, pull request 141). */
function fieldFault(body: GenerationsBody, model: SeedreamModel): Refusal | undefined {
	if (!model.sets) {
		if (body.sequential_image_generation !== undefined)
			return unsupported('sequential_image_generation');
		if (body.sequential_image_generation_options !== undefined)
			return unsupported('sequential_image_generation_options');
		// The same source sends "stream": false to 5.0 Pro, and it is taken.
		if (body.stream) return unsupported('stream');
	}
	if (!model.fast && body.optimize_prompt_options?.mode === 'fast')
		return unsupported('optimize_prompt_options.mode');
	if (!model.searches && body.tools !== undefined) return unsupported('tools');
	if (!model.choosesFormat && body.output_format !== undefined) return unsupported('output_format');
	if (!model.decomposes && body.background !== undefined) return unsupported('background');
	if (!model.decomposes && body.layer_decomposition !== undefined)
		return unsupported('layer_decomposition');
	return undefined;
}

/** BytePlus's docs, image generation API, read 2026-10-08. */
function imageFault(
	{ image, background, layer_decomposition: layers, output_format: format }: GenerationsBody,
	model: SeedreamModel,
): Refusal | undefined {
	if (image.length > model.mostReferences)
		return { param: 'image', message: `at most ${model.mostReferences} pictures` };
	if (layers && image.length !== 1)
		return { param: 'image', message: 'layer_decomposition needs exactly one picture' };
	if (background !== 'transparent') return undefined;
	if (format === 'jpeg')
		return { param: 'background', message: 'jpeg has no transparent background' };
	return image.length === 1
		? undefined
		: { param: 'image', message: 'a transparent background needs exactly one picture' };
}

function sizeFault(
	{ size = DEFAULT_LEVEL, layer_decomposition: layers }: GenerationsBody,
	model: SeedreamModel,
): Refusal | undefined {
	if (model.levels.has(size) || (layers && size === AUTO)) return undefined;
	const names = [...model.levels.keys()].join(', ');
	if (layers)
		return { param: 'size', message: `with layer_decomposition allowed are ${names} and ${AUTO}` };
	const pixels = parsePixelSize(size);
	const message =
		pixels === undefined
			? `allowed are ${names} or <width>x<height>`
			: pixelSizeFault(pixels, model);
	return message === undefined ? undefined : { param: 'size', message };
}

/** Pixels of a size that the model allows. */
function sizeOf(
	{ size, layer_decomposition: layers }: GenerationsBody,
	{ levels }: SeedreamModel,
): PixelSize {
	const asked = size ?? (layers ? AUTO : DEFAULT_LEVEL);
	const pixels = levels.get(asked === AUTO ? AUTO_LEVEL : asked) ?? parsePixelSize(asked);
	if (pixels === undefined) throw new Error(`The size ${asked} was not looked at`);
	return pixels;
}

/**
 * The real model decides how many pictures a set gets; the sandbox draws as many as are allowed, so that the outcome is
 * predictable.
 */
function countOf(
	{
		sequential_image_generation: set,
		sequential_image_generation_options: options,
	}: GenerationsBody,
	references: number,
): number {
	return set === 'auto'
		? Math.min(options?.max_images ?? MOST_PICTURES, MOST_PICTURES - references)
		: 1;
}

async function hasAlpha([first]: Buffer[]): Promise<boolean> {
	return first !== undefined && (await sharp(first).metadata()).hasAlpha;
}
