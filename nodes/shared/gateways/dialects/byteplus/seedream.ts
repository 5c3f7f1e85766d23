import { z } from 'zod';
import { REFERENCE_IMAGES } from '../../../generation/labels';
import type { Failure } from '../../../errors/failure';
import type { ImageModel, ImageRequest } from '../../../generation/seedreamRequest';
import type { Known } from '../../../generation/request';
import type {
	GenerationMetadata,
	ImageLayer,
	GeneratedFile,
	FailedFile,
	GenerationResult,
} from '../../../generation/result';
import { parseJson } from '../../../media/json';
import { leadsToFile } from '../../../media/url';
import { parsePixels, pixelsFor, type PixelRules } from '../../../generation/imageSize';
import { failureOfPart } from '../../classifyError';
import { amount, dataSchema, fileSchema, unixSeconds, usageSchema } from '../../responseSchemas';
import { mayHoldFile, unexpectedResponse } from '../../unexpectedResponse';
import type { Gateway, SeedreamService, StreamParser } from '../../types';
import { MAX_FILES_IN_SET } from '../../limits';
import type { KnownByMaker, Offer } from './offer';
import {
	MODELS,
	otherNames,
	PIXELS_OF_ANY,
	PRICES,
	REFERENCES,
	volcengineModels,
} from './seedreamModels';

/** A link lives 24 hours (the vendor's docs; the page's own link says X-Tos-Expires=86400). */
const URL_TTL_SECONDS = 24 * 60 * 60;

const factsSchema = z.object({
	model: z.string().optional().catch(undefined),
	created: unixSeconds,
	usage: usageSchema,
});

/** Of a picture that was split: which layer this is, and where it belongs (the vendor's docs of the image API, 2026-10-08). */
const layerSchema = z
	.object({
		z_index: amount.pipe(z.number().int().nonnegative()),
		name: z.string().optional().catch(undefined),
		description: z.string().optional().catch(undefined),
		bounding_box: z
			.object({ absolute: z.array(amount).length(4) })
			.optional()
			.catch(undefined),
	})
	.transform(
		({ z_index: zIndex, name, description, bounding_box: box }): ImageLayer => ({
			zIndex,
			...(name === undefined ? {} : { name }),
			...(description === undefined ? {} : { description }),
			...(box === undefined ? {} : { box: box.absolute }),
		}),
	);

/** `size` is what the picture has become: "2K" may come back as "2848x1600" (agentsflare-seedream.md). */
const madeSchema = z
	.object({
		url: fileSchema.optional().catch(undefined),
		b64_json: dataSchema.optional().catch(undefined),
		size: z.string().optional().catch(undefined).transform(parsePixels),
	})
	.passthrough()
	.transform(({ url, b64_json: data, size, ...more }, context): Omit<GeneratedFile, 'index'> => {
		const layer = layerSchema.safeParse(more).data;
		const facts = { ...(size ? { pixels: size } : {}), ...(layer ? { layer } : {}) };
		const source = url ?? data;
		if (source !== undefined) return { source, ...facts };
		context.addIssue({ code: 'custom', message: 'has neither a link nor a file' });
		return z.NEVER;
	});

/** The answer without a stream (the vendor's docs): a set can fail in part under HTTP 200. */
const answerSchema = factsSchema.extend({ data: z.array(z.unknown()).min(1) });

/**
 * Any event of the stream: `partial_succeeded` with a link or base64, `completed` with the usage
 * (agentsflare-seedream.md); `partial_failed` and a bare `error` (the vendor's docs).
 */
const eventSchema = factsSchema.extend({
	type: z.string().optional().catch(undefined),
	image_index: z.number().int().nonnegative().lt(MAX_FILES_IN_SET).optional().catch(undefined),
	url: z.unknown(),
	b64_json: z.unknown(),
	size: z.unknown(),
	error: z.unknown(),
	code: z.unknown(),
	message: z.string().optional().catch(undefined),
});

type Facts = z.infer<typeof factsSchema>;

function generationFacts({ model, created, usage }: Facts): GenerationMetadata {
	return {
		status: 'succeeded',
		urlTtlSeconds: URL_TTL_SECONDS,
		...(model === undefined ? {} : { model }),
		...(created === undefined ? {} : { createdAt: created }),
		...(usage === undefined ? {} : { usage }),
	};
}

/** What has more parts than any event is none. */
function jsonOf(text: string): unknown {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}

/** The line that ends a stream, which is no JSON (agentsflare-seedream.md). */
const END_OF_STREAM = '[DONE]';
const COMPLETED = 'image_generation.completed';

const MEGABYTE = 1024 * 1024;

/**
 * How much base64 a stream may bring in all, since it is kept until the last picture has come: for one picture as
 * much as any answer, for a set 16 MB each. A JPEG of the most pixels, 16.8 million, stays below 12 MB, which are 16 in
 * base64.
 */
const maxDataLength = (maxImages: number) => Math.max(96, 16 * maxImages) * MEGABYTE;

/** What one picture of an answer has come to. */
function readPicture(
	picture: unknown,
	parseError: Gateway['parseError'],
): Omit<GeneratedFile, 'index'> | Failure {
	return madeSchema.safeParse(picture).data ?? failureOfPart(picture, parseError);
}

/**
 * Collects a set from its events. Those that are not known are passed over, unless what was paid for may be in
 * them and has not come otherwise.
 */
function createReader(
	{ maxImages }: ImageRequest,
	parseError: Gateway['parseError'],
): StreamParser {
	const settled = new Set<number>();
	const failedFiles: FailedFile[] = [];
	const odd: Failure[] = [];
	let dataLeft = maxDataLength(maxImages);
	let facts: Facts = {};
	let completed = false;
	let failed: Failure | undefined;
	let made = 0;

	/** The place that an event names, or the first that is free: two pictures are two, even if both name the same. */
	const settle = (named = 0) => {
		let index = settled.has(named) ? 0 : named;
		while (settled.has(index)) index++;
		settled.add(index);
		return index;
	};

	const keepOdd = (event: unknown) => {
		if (odd.length < maxImages && mayHoldFile(event)) odd.push(unexpectedResponse(event).failure);
	};

	/** Gives a picture its place, be it there or not. */
	const take = (
		picture: Omit<GeneratedFile, 'index'> | Failure,
		named?: number,
	): GeneratedFile[] => {
		if (settled.size >= MAX_FILES_IN_SET) return [];
		const index = settle(named);
		if (!('source' in picture)) {
			failedFiles.push({ index, failure: picture });
			return [];
		}
		if ('base64' in picture.source) dataLeft -= picture.source.base64.length;
		if (dataLeft < 0) {
			const message = `the pictures in the answer are larger than ${maxDataLength(maxImages) / MEGABYTE} MB in all`;
			failedFiles.push({ index, failure: { kind: 'answerLost', message } });
			return [];
		}
		made++;
		return [{ index, ...picture }];
	};

	const learn = (event: Facts, type: string | undefined) => {
		facts = { ...facts, ...withoutUndefined(event) };
		if (type === COMPLETED) completed = true;
	};

	/** How many places there have to be in the end. */
	const expected = () => {
		if (!completed) return maxImages;
		const { generated_images: paid = 1 } = facts.usage ?? {};
		if (settled.size === 0) return Math.min(paid, 1);
		return settled.size + Math.max(0, Math.min(odd.length, paid - made));
	};

	return {
		parseResponse(data: string): GeneratedFile[] {
			if (data.trim() === END_OF_STREAM) return [];
			const json = jsonOf(data);
			const parsed = eventSchema.safeParse(json);
			if (!parsed.success) {
				// What begins as JSON and is none was cut, and so is the link in it.
				if (!/^\s*[{[]/.test(data)) keepOdd(data);
				return [];
			}
			const { type, image_index: index, code, message, ...event } = parsed.data;
			learn(event, type);
			const whole = answerSchema.safeParse(json);
			if (whole.success) {
				completed ||= type === undefined;
				return whole.data.data.flatMap((picture) => take(readPicture(picture, parseError)));
			}
			// An error's code and message may stand in the event itself.
			const bare = message !== undefined && !type?.startsWith('image_generation.');
			const error = parseError({
				httpStatus: 200,
				body: { error: event.error ?? (bare ? { code, message } : undefined) },
			});
			const picture = madeSchema.safeParse(event);
			if (picture.success) return take(picture.data, index);
			if (error) {
				const ofOnePicture = type === 'image_generation.partial_failed';
				if (ofOnePicture || settled.size > 0) return take(error, ofOnePicture ? index : undefined);
				failed ??= error;
				return [];
			}
			if (type === 'image_generation.partial_succeeded')
				return take(unexpectedResponse(json).failure, index);
			keepOdd(json);
			return [];
		},
		failure: () =>
			made === 0 && !odd.some(({ url }) => url !== undefined && leadsToFile(url))
				? failed
				: undefined,
		finish(broken) {
			const early: Failure = {
				kind: 'answerLost',
				message: completed
					? 'the stream was complete, but had no picture in it'
					: `the stream ended early, after ${made} of ${maxImages} images`,
			};
			const places = expected();
			for (let index = 0; settled.size < places && index < MAX_FILES_IN_SET; index++) {
				if (!settled.has(index)) take(odd.shift() ?? failed ?? broken ?? early, index);
			}
			return { failedFiles, metadata: generationFacts(facts) };
		},
	};
}

function withoutUndefined({ model, created, usage }: Facts): Facts {
	return {
		...(model === undefined ? {} : { model }),
		...(created === undefined ? {} : { created }),
		...(usage === undefined ? {} : { usage }),
	};
}

/** `size` is 1K to 4K or pixels; a ratio can only be said in pixels (the vendor's docs). */
function sizeOnWire({ size, aspectRatio, model }: ImageRequest): string {
	if (typeof size === 'string' && aspectRatio === 'auto') return size;
	const { width, height } =
		typeof size === 'string' ? pixelsFor(size, aspectRatio, pixelRulesOf(model)) : size;
	return `${width}x${height}`;
}

function pixelRulesOf(model: string): PixelRules {
	return (
		[...MODELS, ...otherNames(), ...volcengineModels()].find(({ id }) => id === model)?.pixels ??
		PIXELS_OF_ANY
	);
}

/**
 * Seedream in BytePlus's own dialect. A field is sent only where it says something: models that do not have it refuse
 * it even with its default. A set is streamed unless the user wants it whole: a proxy that drops idle connections would
 * else lose a long one.
 */
export function seedreamOf({
	path,
	description,
	parseError,
	sourceOf,
	isMaker = false,
	moreNames,
	modelList,
}: Offer<ImageModel>): SeedreamService {
	const known = (model: KnownByMaker<ImageModel>): Known<ImageModel> => ({
		...model,
		source: sourceOf(model.id),
		...(isMaker && PRICES[model.id] !== undefined ? { price: PRICES[model.id] } : {}),
	});
	const [first, ...others] = MODELS;
	return {
		description,
		imagesLabel: REFERENCE_IMAGES,
		models: [known(first), ...others.map(known)],
		otherNames: () => [...otherNames(), ...(moreNames?.() ?? [])].map(known),
		anyModel: {
			resolutions: ['1K', '1.5K', '2K', '3K', '4K'],
			pixels: PIXELS_OF_ANY,
			options: ['fastPrompt', 'outputFormat', 'webSearch', 'background', 'layers'],
		},
		aspectRatios: ['auto', '1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '21:9'],
		references: REFERENCES,
		offers: { sets: true, watermark: true, responseFormat: true, stream: true },
		...(modelList ? { modelList } : {}),

		buildRequest(request: ImageRequest) {
			const { model, prompt, images, maxImages, watermark, responseFormat, stream, options } =
				request;
			return {
				method: 'POST',
				path,
				body: {
					model,
					prompt,
					...(images.length > 0 ? { image: images } : {}),
					size: sizeOnWire(request),
					...(maxImages > 1
						? {
								sequential_image_generation: 'auto',
								sequential_image_generation_options: { max_images: maxImages },
							}
						: {}),
					...(stream ? { stream } : {}),
					response_format: responseFormat === 'base64' ? 'b64_json' : 'url',
					watermark,
					...(options.fastPrompt ? { optimize_prompt_options: { mode: 'fast' } } : {}),
					...(options.outputFormat === undefined ? {} : { output_format: options.outputFormat }),
					...(options.webSearch ? { tools: [{ type: 'web_search' }] } : {}),
					...(options.background === undefined ? {} : { background: options.background }),
					...(options.layers ? { layer_decomposition: true } : {}),
				},
			};
		},

		parseResponse(body: unknown): GenerationResult {
			const answer = answerSchema.safeParse(body);
			if (!answer.success) throw unexpectedResponse(body);
			const files: GeneratedFile[] = [];
			const failedFiles: FailedFile[] = [];
			answer.data.data.slice(0, MAX_FILES_IN_SET).forEach((entry, index) => {
				const picture = readPicture(entry, parseError);
				if ('source' in picture) files.push({ index, ...picture });
				else failedFiles.push({ index, failure: picture });
			});
			return { files, failedFiles, metadata: generationFacts(answer.data) };
		},

		createStreamParser: (request) => createReader(request, parseError),
	};
}
