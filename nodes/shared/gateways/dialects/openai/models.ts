import type { GptImageModel } from '../../../generation/gptImageRequest';
import type { Known, ModelEnd, ReferenceRules } from '../../../generation/request';
import type { PixelRules } from '../../../generation/imageSize';

/** What GPT Image takes: OpenAI's docs of its image API, as in the types of openai 7.59.0 (2026-11-17). */

/** Of one prompt. */
const MAX_IMAGES = 10;

/** The mask is a PNG of less than 4 MB, as large as the first image, and transparent where that may be changed. */
export const MASK_RULES: ReferenceRules = {
	maxCount: 1,
	maxBytes: 4 * 1024 * 1024 - 1,
	formats: ['image/png'],
};

/** The sizes of all models, by the ratio that they have; 1.x has no others. */
const STANDARD_SIZES = {
	'1:1': { width: 1024, height: 1024 },
	'3:2': { width: 1536, height: 1024 },
	'2:3': { width: 1024, height: 1536 },
};

/** Free sizes, since version 2: "the model's current pixel and edge limits" are those of third-party code (2026-11). */
export const FREE_SIZES: PixelRules = {
	minPixels: 655_360,
	maxPixels: 8_294_400,
	maxRatio: 3,
	sideStep: 16,
	maxSide: 3840,
	recommended: { '1K': STANDARD_SIZES },
};

const ALL_RATIOS = ['auto', '1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '21:9', '9:21'];
const OPTIONS = [
	'background',
	'moderation',
	'outputCompression',
	'outputFormat',
	'quality',
	'safetyIdentifier',
] as const;

/** What a version takes. */
export type Features = Omit<GptImageModel, 'id' | 'name'>;

export const VERSION_1: Features = {
	maxImageCount: MAX_IMAGES,
	options: OPTIONS,
	qualities: ['high', 'low', 'medium'],
	resolutions: [],
	aspectRatios: ['auto', ...Object.keys(STANDARD_SIZES)],
};

/** With a transparent background "in preview". */
export const VERSION_2: Features = {
	...VERSION_1,
	resolutions: ['auto', '1K', '2K', '4K'],
	pixels: FREE_SIZES,
	aspectRatios: ALL_RATIOS,
};

export const VERSION_2_5: Features = {
	...VERSION_2,
	qualities: ['high', 'low', 'max', 'medium', 'xhigh'],
};

const REPLACEMENT = 'gpt-image-2';

/** The dates of OpenAI's page of deprecations (notice of 2026-06-02) and of the types of openai 7.59.0. */
export const END_OF_GPT_IMAGE_1: ModelEnd = { at: '2026-10-23', replacement: REPLACEMENT };
export const END_OF_GPT_IMAGE_1_5: ModelEnd = { at: '2026-12-01', replacement: REPLACEMENT };

/** A model of OpenAI's, as a gateway may have it. */
export type GptImageLine = GptImageModel & Pick<Known<GptImageModel>, 'end'>;

/**
 * The first is the default. Which is the most expensive, nobody has told us: "flare" is for every day, "sunburst" for
 * precision.
 */
export const MODELS: readonly [GptImageLine, ...GptImageLine[]] = [
	{ ...VERSION_2, id: 'gpt-image-2', name: 'GPT Image 2' },
	{ ...VERSION_2_5, id: 'gpt-image-2.6-flare', name: 'GPT Image 2.6 Flare' },
	{ ...VERSION_2_5, id: 'gpt-image-2.6-sunburst', name: 'GPT Image 2.6 Sunburst' },
	{ ...VERSION_2_5, id: 'gpt-image-2.5-flare', name: 'GPT Image 2.5 Flare' },
	{ ...VERSION_2_5, id: 'gpt-image-2.5-sunburst', name: 'GPT Image 2.5 Sunburst' },
	{ ...VERSION_1, id: 'gpt-image-1.5', name: 'GPT Image 1.5', end: END_OF_GPT_IMAGE_1_5 },
	{ ...VERSION_1, id: 'gpt-image-1', name: 'GPT Image 1', end: END_OF_GPT_IMAGE_1 },
];

/** Not in the list, but known where they are typed: dated versions, and lesser ones that end soon. */
export const otherNames = (): readonly GptImageLine[] => [
	{ ...VERSION_2, id: 'gpt-image-2-2026-04-21', name: 'GPT Image 2 (2026-04-21)' },
	{
		...VERSION_2_5,
		id: 'gpt-image-2.5-flare-2026-09-08',
		name: 'GPT Image 2.5 Flare (2026-09-08)',
	},
	{
		...VERSION_2_5,
		id: 'gpt-image-2.5-sunburst-2026-09-08',
		name: 'GPT Image 2.5 Sunburst (2026-09-08)',
	},
	{
		...VERSION_1,
		id: 'gpt-image-1.5-2025-12-16',
		name: 'GPT Image 1.5 (2025-12-16)',
		end: END_OF_GPT_IMAGE_1_5,
	},
	{ ...VERSION_1, id: 'gpt-image-1-mini', name: 'GPT Image 1 Mini', end: END_OF_GPT_IMAGE_1_5 },
	{ ...VERSION_1, id: 'chatgpt-image-latest', name: 'ChatGPT Image', end: END_OF_GPT_IMAGE_1_5 },
];
