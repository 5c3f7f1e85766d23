import { z } from 'zod';
import { REFERENCE_IMAGES } from '../../generation/labels';
import type { ImageRequest } from '../../generation/seedreamRequest';
import type { ReferenceRules } from '../../generation/request';
import type { GenerationResult } from '../../generation/result';
import { pixelsFor, type PixelRules } from '../../generation/imageSize';
import { failureOfPart } from '../classifyError';
import { dataSchema, fileSchema } from '../responseSchemas';
import { unexpectedResponse } from '../unexpectedResponse';
import type { SeedreamService } from '../types';
import { MAX_FILES_IN_SET, SEEDREAM_MAX_RATIO, SEEDREAM_REFERENCES } from '../limits';
import { parseError } from './errors';

const RESOLUTIONS = ['1K', '2K', '4K'] as const;

/** myrouter-seedream-4.0.md, "size" and "Recommended width and height values". */
const PIXELS: PixelRules = {
	minPixels: 1024 * 1024,
	maxPixels: 4096 * 4096,
	maxRatio: SEEDREAM_MAX_RATIO,
	recommended: {
		'2K': {
			'1:1': { width: 2048, height: 2048 },
			'4:3': { width: 2304, height: 1728 },
			'3:4': { width: 1728, height: 2304 },
			'16:9': { width: 2560, height: 1440 },
			'9:16': { width: 1440, height: 2560 },
			'3:2': { width: 2496, height: 1664 },
			'2:3': { width: 1664, height: 2496 },
			'21:9': { width: 3024, height: 1296 },
		},
	},
};

/** myrouter-seedream-4.0.md, "Response". Each entry is parsed by itself, since the others are also charged. */
const answerSchema = z.object({ images: z.array(z.unknown()).min(1) });

/** The model of the page has fields of its own; later ones have BytePlus's (the vendor's docs of 4.5). */
const MODEL_OF_THE_PAGE = 'seedream-4.0';
const MODEL_4_5 = 'seedream-4.5';

/** Seedream 4.5 generates nothing smaller (the vendor's docs). */
const PIXELS_4_5: PixelRules = { ...PIXELS, minPixels: 3_686_400 };

/** A URL on the page; third-party code also takes it out of an object. */
const pictureSchema = z.union([
	fileSchema,
	z.object({ image_url: fileSchema }).transform(({ image_url: source }) => source),
	z.object({ url: fileSchema }).transform(({ url: source }) => source),
	z.object({ b64_json: dataSchema }).transform(({ b64_json: source }) => source),
]);

/** Returns `size` as the page has it: 1K, 2K, 4K, or pixels, which are the only way to set a ratio. */
function sizeOnWire({ model, size, aspectRatio }: ImageRequest): string {
	if (typeof size === 'string' && aspectRatio === 'auto') return size;
	const { width, height } =
		typeof size === 'string'
			? pixelsFor(size, aspectRatio, model === MODEL_4_5 ? PIXELS_4_5 : PIXELS)
			: size;
	return `${width}x${height}`;
}

/** Returns the fields whose names differ from model to model: the references, and the size of a set. */
function namedByModel(
	model: string,
	images: string[],
	maxImages: number | undefined,
): Record<string, unknown> {
	const ofThePage = model === MODEL_OF_THE_PAGE;
	const set = ofThePage
		? { max_images: maxImages }
		: { sequential_image_generation_options: { max_images: maxImages } };
	return {
		...(images.length > 0 ? { [ofThePage ? 'images' : 'image']: images } : {}),
		...(maxImages === undefined ? {} : set),
	};
}

/** Of the page's model (myrouter-seedream-4.0.md, "images"). */
const REFERENCES_4_0: ReferenceRules = {
	...SEEDREAM_REFERENCES,
	maxCount: 10,
	formats: ['image/jpeg', 'image/png'],
	maxRatio: 3,
	sidesOver: 14,
	maxPixels: 6000 * 6000,
};

/** Of Seedream 4.5 (the vendor's docs). */
const REFERENCES: ReferenceRules = {
	...SEEDREAM_REFERENCES,
	maxCount: 14,
	formats: ['image/jpeg', 'image/png', 'image/webp', 'image/bmp', 'image/tiff', 'image/gif'],
};

/** Seedream at MyRouter: `POST /v3/<model>`, synchronous, image sets (myrouter-seedream-4.0.md). */
export const seedream: SeedreamService = {
	description: 'Image sets, own pixel sizes',
	inputImagesLabel: REFERENCE_IMAGES,
	models: [
		{
			id: MODEL_OF_THE_PAGE,
			name: 'Seedream 4.0',
			source: 'page',
			resolutions: RESOLUTIONS,
			pixels: PIXELS,
			references: REFERENCES_4_0,
		},
		{
			id: MODEL_4_5,
			name: 'Seedream 4.5',
			source: 'docs',
			resolutions: ['2K', '4K'],
			pixels: PIXELS_4_5,
		},
	],
	anyModel: { resolutions: RESOLUTIONS, pixels: PIXELS },
	aspectRatios: ['auto', '1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '21:9'],
	references: REFERENCES,
	offers: { sets: true, watermark: true, responseFormat: false, stream: false },

	buildRequest(request: ImageRequest) {
		const { model, prompt, images, maxImages, watermark } = request;
		const set = maxImages > 1;
		return {
			method: 'POST',
			path: `/v3/${encodeURIComponent(model)}`,
			body: {
				prompt,
				size: sizeOnWire(request),
				sequential_image_generation: set ? 'auto' : 'disabled',
				...namedByModel(model, images, set ? maxImages : undefined),
				watermark,
			},
		};
	},

	parseResponse(body: unknown): GenerationResult {
		const answer = answerSchema.safeParse(body);
		if (!answer.success) throw unexpectedResponse(body);
		const result: GenerationResult = {
			files: [],
			failedFiles: [],
			metadata: { status: 'succeeded' },
		};
		answer.data.images.slice(0, MAX_FILES_IN_SET).forEach((entry, index) => {
			const source = pictureSchema.safeParse(entry);
			if (source.success) result.files.push({ index, source: source.data });
			else result.failedFiles.push({ index, failure: failureOfPart(entry, parseError) });
		});
		return result;
	},
};
