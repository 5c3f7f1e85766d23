import { type Response, Router } from 'express';
import { z } from 'zod';

import { type Exchange, exchangeOf } from './exchange.mjs';
import { injectFaults } from './faultInjection.mjs';
import { isServed } from './modelLists.mjs';
import { hasKey, type PlacedPicture, readBody, readPictures } from './myRouterAnswers.mjs';
import { makeSet } from './pictureSet.mjs';
import { COMMON_FORMATS, type ReferenceRules, TEN_MEGABYTES } from './references.mjs';
import type { SandboxContext } from './sandbox.mjs';
import {
	parsePixelSize,
	type PixelLimits,
	pixelSizeFault,
	type PixelSize,
	type Resolution,
	sizeFor,
} from './sizes.mjs';

/** References and pictures together, per request: myrouter-seedream-4.0.md, and for 4.5 platforms with the same API. */
const MOST_PICTURES = 15;

const DEFAULT_SIZE = '2048x2048';
const MAX_PIXELS = 4096 * 4096;

/** What was asked for, whatever the fields of the version are called. */
interface Asked {
	prompt: string;
	size: PixelSize;
	watermark: boolean;
	pictures: readonly PlacedPicture[];
	/** 1 where no set was asked for */
	mostPictures: number;
}

interface Version {
	name: string;
	/** folder in the links */
	folder: string;
	body: z.ZodType<Asked, z.ZodTypeDef, unknown>;
	references: ReferenceRules;
}

/** A resolution by its name, or pixels. */
function sizeField(resolutions: readonly Resolution[], limits: PixelLimits) {
	return z
		.string()
		.default(DEFAULT_SIZE)
		.transform((text, context): PixelSize => {
			const resolution = resolutions.find((name) => name === text);
			if (resolution !== undefined) return sizeFor(resolution);
			const size = parsePixelSize(text);
			const fault =
				size === undefined
					? `allowed are ${resolutions.join(', ')} or <width>x<height>`
					: pixelSizeFault(size, limits);
			if (size !== undefined && fault === undefined) return size;
			context.addIssue({ code: 'custom', message: fault });
			return z.NEVER;
		});
}

const maxImages = z.number().int().min(1).max(15).default(15);

const COMMON_FIELDS = {
	prompt: z.string().trim().min(1, 'the prompt is empty'),
	sequential_image_generation: z.enum(['auto', 'disabled']).default('disabled'),
	watermark: z.boolean().default(true),
};

/** Body of POST /v3/seedream-4.0: myrouter-seedream-4.0.md. */
const body40 = z
	.object({
		...COMMON_FIELDS,
		images: z.array(z.string()).max(10).default([]),
		size: sizeField(['1K', '2K', '4K'], { minPixels: 1024 * 1024, maxPixels: MAX_PIXELS }),
		max_images: maxImages,
	})
	.strict()
	.transform(({ images, max_images: most, sequential_image_generation: set, ...asked }) => ({
		...asked,
		pictures: placed('images', images),
		mostPictures: set === 'auto' ? most : 1,
	}));

/**
 * Body of POST /v3/seedream-4.5: the vendor's docs. What they call the prompt's optimisation has a mode "fast", too,
 * which platforms with the same API do not take for this version.
 */
const body45 = z
	.object({
		...COMMON_FIELDS,
		image: z.array(z.string()).min(1).max(14).optional(),
		size: sizeField(['2K', '4K'], { minPixels: 3_686_400, maxPixels: MAX_PIXELS }),
		optimize_prompt_options: z
			.object({ mode: z.enum(['standard']).optional() })
			.strict()
			.optional(),
		sequential_image_generation_options: z.object({ max_images: maxImages }).strict().default({}),
	})
	.strict()
	.transform(
		({
			image = [],
			sequential_image_generation_options: { max_images: most },
			sequential_image_generation: set,
			...asked
		}) => ({
			...asked,
			pictures: placed('image', image),
			mostPictures: set === 'auto' ? most : 1,
		}),
	);

function placed(field: string, pictures: string[]): PlacedPicture[] {
	return pictures.map((picture, index) => [`${field}.${index}`, picture]);
}

const VERSIONS: readonly Version[] = [
	{
		name: 'seedream-4.0',
		folder: 'seedream-4-0',
		body: body40,
		// myrouter-seedream-4.0.md
		references: {
			forms: ['url', 'dataUri'],
			formats: ['jpeg', 'png'],
			maxBytes: TEN_MEGABYTES,
			sidesOver: 14,
			maxPixels: 6000 * 6000,
			mostElongated: 3,
		},
	},
	{
		name: 'seedream-4.5',
		folder: 'seedream-4-5',
		body: body45,
		// The vendor's docs, which also name bmp, but no number of bytes: a guess.
		references: { forms: ['url', 'dataUri'], formats: COMMON_FORMATS, maxBytes: TEN_MEGABYTES },
	},
];

/** Seedream at MyRouter: a POST is answered with links to the pictures, as text with 4.5 as well, which is a guess. */
export function myRouterSeedreamRoutes(context: SandboxContext): Router {
	const routes = Router();
	const injectSubmitFaults = injectFaults(() => context.behaviour().submitFaults);
	for (const version of VERSIONS) {
		routes.post(`/v3/${version.name}`, injectSubmitFaults, async (request, response, next) => {
			if (!isServed(version.name, context.behaviour())) {
				next();
				return;
			}
			await answerOrder(version, exchangeOf(request), response, context);
		});
	}
	return routes;
}

async function answerOrder(
	{ name, folder, body, references: rules }: Version,
	exchange: Exchange,
	response: Response,
	context: SandboxContext,
): Promise<void> {
	if (!hasKey(exchange, response, context)) return;
	const asked = readBody(exchange, response, body);
	if (asked === undefined) return;
	const references = await readPictures(exchange, response, asked.pictures, rules);
	if (references === undefined) return;

	exchange.record.paid = true;
	const { prompt, size, watermark } = asked;
	// The real model decides how many pictures a set gets, up to max_images; the sandbox draws as many as are allowed, so
	// that the outcome is predictable. The page's note lowers the number where references take up the room.
	const count = Math.min(asked.mostPictures, MOST_PICTURES - references.length);
	const order = {
		gateway: 'MyRouter',
		model: name,
		prompt,
		size,
		watermark,
		references,
		format: 'jpeg',
	} as const;
	const images: string[] = [];
	for await (const picture of makeSet(order, count, context.behaviour())) {
		images.push(context.files.publish(folder, images.length, picture, 'jpeg'));
	}
	response.json({ images });
}
