import { type PixelSize, sizeText } from './sizes.mjs';

export type Quality = 'low' | 'medium' | 'high' | 'xhigh' | 'max';
export type OutputFormat = 'png' | 'jpeg' | 'webp' | 'gif' | 'svg';

/** What a model of GPT Image takes: docs of openai@7.59.0, resources/images. */
export interface GptImageModel {
	/** why it does not draw in this size; undefined when it does */
	sizeFault(size: PixelSize): string | undefined;
	qualities: readonly Quality[];
	formats: readonly OutputFormat[];
	/** `complexity` */
	complexity: boolean;
	/** `markup` */
	markup: boolean;
	/** the values of `input_fidelity`; none where it must be omitted */
	fidelities: ReadonlyArray<'high' | 'low'>;
}

const STANDARD_SIZES = ['1024x1024', '1536x1024', '1024x1536'];

function standardSizeFault(size: PixelSize): string | undefined {
	return STANDARD_SIZES.includes(sizeText(size))
		? undefined
		: `supported are ${STANDARD_SIZES.join(', ')} and auto`;
}

const STEP = 16;
const LONGEST_SIDE = 3840;
const MOST_ELONGATED = 3;
const LEAST_PIXELS = 655_360;
const MOST_PIXELS = 8_294_400;

/** Docs of openai@7.59.0, whose largest size is 3840x2160; the least number of pixels is of third-party code, 2026-11-29. */
function freeSizeFault({ width, height }: PixelSize): string | undefined {
	const [shorter, longer] = [Math.min(width, height), Math.max(width, height)];
	if (width % STEP !== 0 || height % STEP !== 0)
		return `width and height must both be divisible by ${STEP}`;
	if (longer > LONGEST_SIDE) return `no side may be longer than ${LONGEST_SIDE}`;
	if (longer > MOST_ELONGATED * shorter)
		return `the aspect ratio must be between 1:${MOST_ELONGATED} and ${MOST_ELONGATED}:1`;
	const pixels = width * height;
	return pixels < LEAST_PIXELS || pixels > MOST_PIXELS
		? `it has ${pixels} pixels, allowed are ${LEAST_PIXELS} to ${MOST_PIXELS}`
		: undefined;
}

const VERSION_1: GptImageModel = {
	sizeFault: standardSizeFault,
	qualities: ['low', 'medium', 'high'],
	formats: ['png', 'jpeg', 'webp'],
	complexity: false,
	markup: false,
	fidelities: ['high', 'low'],
};
export const VERSION_2: GptImageModel = { ...VERSION_1, sizeFault: freeSizeFault, fidelities: [] };
const SINCE_2_5: GptImageModel = {
	...VERSION_2,
	qualities: ['low', 'medium', 'high', 'xhigh', 'max'],
	formats: ['png', 'jpeg', 'webp', 'gif', 'svg'],
	complexity: true,
	markup: true,
};

/** By version 1, of which MyRouter has two. */
export const GPT_IMAGE_1: ReadonlyMap<string, GptImageModel> = new Map([
	['gpt-image-1', VERSION_1],
	['gpt-image-1.5', VERSION_1],
]);

/**
 * OpenAI's models, those that it has switched off among them: gpt-image-1 on 2026-10-23, and on 2026-12-01 the others of
 * version 1 and chatgpt-image-latest (docs of openai@7.59.0; OpenAI's deprecations). `behaviour.offModels` says so to
 * those who want to see it.
 */
export const GPT_IMAGE: ReadonlyMap<string, GptImageModel> = new Map([
	...GPT_IMAGE_1,
	['gpt-image-1.5-2025-12-16', VERSION_1],
	['gpt-image-1-mini', { ...VERSION_1, fidelities: ['low'] }],
	['chatgpt-image-latest', VERSION_1],
	['gpt-image-2', VERSION_2],
	['gpt-image-2-2026-04-21', VERSION_2],
	['gpt-image-2.5-sunburst', SINCE_2_5],
	['gpt-image-2.5-sunburst-2026-09-08', SINCE_2_5],
	['gpt-image-2.5-flare', SINCE_2_5],
	['gpt-image-2.5-flare-2026-09-08', SINCE_2_5],
	['gpt-image-2.6-sunburst', SINCE_2_5],
	['gpt-image-2.6-flare', SINCE_2_5],
]);
