import { z } from 'zod';
import type { ImageRequest } from '../../generation/seedreamRequest';
import type { GenerationResult } from '../../generation/result';
import { pixelsFor } from '../../generation/imageSize';
import { failureOfPart } from '../classifyError';
import { dataSchema, fileSchema } from '../responseSchemas';
import { unexpectedResponse } from '../unexpectedResponse';
import type { SeedreamService } from '../types';
import { MAX_FILES_IN_SET } from '../limits';
import { parseError } from './errors';
import { MODEL_4_5, MODEL_OF_THE_PAGE, PIXELS, PIXELS_4_5, seedreamOffer } from './seedreamOffer';

/** myrouter-seedream-4.0.md, "Response". Each entry is parsed by itself, since the others are also charged. */
const answerSchema = z.object({ images: z.array(z.unknown()).min(1) });

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

/** Seedream at MyRouter: `POST /v3/<model>`, synchronous, image sets (myrouter-seedream-4.0.md). */
export const seedream: SeedreamService = {
	...seedreamOffer,

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
