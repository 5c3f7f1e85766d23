import { z } from 'zod';
import {
	DEFAULT_ASPECT_RATIO,
	DEFAULT_HEIGHT,
	DEFAULT_MAX_CONCURRENCY,
	DEFAULT_MAX_IMAGES,
	DEFAULT_RESOLUTION,
	DEFAULT_RESPONSE_FORMAT,
	DEFAULT_TIMEOUT,
	DEFAULT_WIDTH,
} from '../shared/defaults';
import { imagesSchema } from '../shared/form/images';
import { concurrency, fileOptions, modelChoice, number, oneOf, text, textOr, timeoutOr, yesOrNo } from '../shared/form/values';
import { RESOLUTIONS } from '../shared/media/pictureSize';

/** What the form of one item has to be. */
export const seedreamForm = z.object({
	model: modelChoice,
	prompt: text,
	images: imagesSchema,
	aspectRatio: textOr(DEFAULT_ASPECT_RATIO),
	resolution: oneOf([...RESOLUTIONS, 'custom']),
	width: number,
	height: number,
	options: z
		.object({
			...fileOptions,
			handLinksOn: yesOrNo.default(false),
			maxConcurrency: concurrency.default(DEFAULT_MAX_CONCURRENCY),
			maxImages: number.default(DEFAULT_MAX_IMAGES),
			responseFormat: oneOf(['url', 'base64']).default(DEFAULT_RESPONSE_FORMAT),
			timeout: timeoutOr(DEFAULT_TIMEOUT),
			watermark: yesOrNo.default(false),
		})
		.default({}),
});

/** The form of one item, checked for its types. */
export type SeedreamForm = z.output<typeof seedreamForm>;

/** What holds where a parameter is hidden. */
export const SEEDREAM_FALLBACKS: Record<keyof SeedreamForm, unknown> = {
	model: '',
	prompt: '',
	images: {},
	aspectRatio: DEFAULT_ASPECT_RATIO,
	resolution: DEFAULT_RESOLUTION,
	width: DEFAULT_WIDTH,
	height: DEFAULT_HEIGHT,
	options: {},
};
