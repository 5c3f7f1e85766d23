import type { MediaModel, MediaRequest, ReferenceRules } from './request';
import { pixelsFor, type PixelRules, type Pixels, type Resolution } from './imageSize';

export const BACKGROUNDS = ['opaque', 'transparent'] as const;
export const MODERATIONS = ['low'] as const;
export const OUTPUT_FORMATS = ['jpeg', 'png', 'webp'] as const;
export const QUALITIES = ['high', 'low', 'max', 'medium', 'xhigh'] as const;
export type Quality = (typeof QUALITIES)[number];

/** The resolutions of the form, besides own pixels; `auto` leaves the size to the model. */
export const GPT_IMAGE_RESOLUTIONS = ['auto', '1K', '2K', '4K'] as const;
export type GptImageResolution = (typeof GPT_IMAGE_RESOLUTIONS)[number];

/** What else may be said about a picture. What is not said here is left to the model. */
export interface GptImageOptions {
	background?: (typeof BACKGROUNDS)[number];
	moderation?: (typeof MODERATIONS)[number];
	/** 0 to 100; a lower one makes a smaller file. */
	outputCompression?: number;
	outputFormat?: (typeof OUTPUT_FORMATS)[number];
	quality?: Quality;
	/** Tells the users of an application apart, for the maker's search for abuse. */
	safetyIdentifier?: string;
}

/** What the form calls the options, for what is said about them. */
export const GPT_IMAGE_OPTION_LABELS: Record<keyof GptImageOptions, string> = {
	background: 'Background',
	moderation: 'Moderation',
	outputCompression: 'Output Compression',
	outputFormat: 'Output Format',
	quality: 'Quality',
	safetyIdentifier: 'Safety Identifier',
};

export const MASK = 'Mask';

/** Pictures of GPT Image, in the form's own terms. */
export interface GptImageRequest extends MediaRequest {
	maxImages: number;
	/** Absent if the aspect ratio or the model determines it. */
	size?: GptImageResolution | Pixels;
	options: GptImageOptions;
	/** What of the first image may be changed: a data URI or a link, as the images are. */
	mask?: string;
}

/** What a model takes. The form offers this, and the check refuses all else. */
export interface GptImageModel extends MediaModel {
	/** How many pictures of one request at most. */
	maxImageCount: number;
	options: ReadonlyArray<keyof GptImageOptions>;
	qualities: readonly Quality[];
	/** None where the ratio is all that can be chosen. */
	resolutions: readonly GptImageResolution[];
	/** Present where the model takes own pixels. */
	pixels?: PixelRules;
	/** Whether it takes no reference images. */
	isTextOnly?: boolean;
	/** Present where a mask may say what of an image is to be changed. */
	mask?: ReferenceRules;
}

/**
 * Returns the size of the requested image; undefined if the model decides. A ratio without a resolution stands for
 * about one megapixel.
 */
export function gptImagePixels(
	{ size = 'auto', aspectRatio }: Pick<GptImageRequest, 'size' | 'aspectRatio'>,
	rules: PixelRules,
): Pixels | undefined {
	if (typeof size !== 'string') return size;
	if (aspectRatio === 'auto') return undefined;
	const resolution: Resolution = size === 'auto' ? '1K' : size;
	return pixelsFor(resolution, aspectRatio, rules);
}
