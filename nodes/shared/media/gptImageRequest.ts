import { invalidInput } from './failure';
import { checkIdentifier, checkMediaRequest, list, type Asked, type MediaLimits, type MediaModel, type MediaRequest, type ReferenceRules } from './mediaRequest';
import { pixelsFor, whyNotAllowed, type PixelRules, type Pixels, type Resolution } from './pictureSize';

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
	/** Absent where the ratio alone says it, or the model. */
	size?: GptImageResolution | Pixels;
	options: GptImageOptions;
	/** What of the first image may be changed: a data URI or a link, as the images are. */
	mask?: string;
}

/** What a model takes. The form offers this, and the check refuses all else. */
export interface GptImageModel extends MediaModel {
	/** How many pictures of one request at most. */
	mostImages: number;
	options: ReadonlyArray<keyof GptImageOptions>;
	qualities: readonly Quality[];
	/** None where the ratio is all that can be chosen. */
	resolutions: readonly GptImageResolution[];
	/** Present where the model takes own pixels. */
	pixels?: PixelRules;
	/** Present where a mask may say what of an image is to be changed. */
	mask?: ReferenceRules;
}

/**
 * The pixels of what was asked for; undefined where the model decides. A ratio without a resolution stands for about
 * one megapixel.
 */
export function gptImagePixels({ size = 'auto', aspectRatio }: Pick<GptImageRequest, 'size' | 'aspectRatio'>, rules: PixelRules): Pixels | undefined {
	if (typeof size !== 'string') return size;
	if (aspectRatio === 'auto') return undefined;
	const resolution: Resolution = size === 'auto' ? '1K' : size;
	return pixelsFor(resolution, aspectRatio, rules);
}

/**
 * Refuses what the model or the gateway would refuse, before anything is sent.
 * @param imageCount how many reference images there are
 * @param imagesLabel what the form calls them
 * @throws MediaError of kind `invalidInput`, naming the parameter
 */
export function checkGptImageRequest(
	request: Asked<GptImageRequest> & { hasMask?: boolean },
	imageCount: number,
	model: Omit<GptImageModel, 'id'>,
	limits: MediaLimits,
	imagesLabel: string,
): void {
	const { name, mostImages, aspectRatios = limits.aspectRatios } = model;
	checkMediaRequest(request, imageCount, { ...limits, aspectRatios }, imagesLabel);
	checkSize(request, model);
	const { maxImages, options, hasMask = false } = request;
	if (!Number.isInteger(maxImages) || maxImages < 1 || maxImages > mostImages) {
		throw invalidInput('Max Images', `${maxImages} is not possible, ${name} makes 1 to ${mostImages} of one prompt`);
	}
	const { background, moderation, outputCompression = 100, outputFormat = 'png', quality, safetyIdentifier = '' } = options;
	if (background === 'transparent' && outputFormat === 'jpeg') {
		throw invalidInput('Background', 'a JPEG cannot be transparent: choose PNG or WebP as Output Format');
	}
	if (quality !== undefined && !model.qualities.includes(quality)) {
		throw invalidInput('Quality', `${name} does not offer ${quality}, choose one of ${list(model.qualities)}`);
	}
	if (!Number.isInteger(outputCompression) || outputCompression < 0 || outputCompression > 100) {
		throw invalidInput('Output Compression', `${outputCompression} is not possible, it is a whole number from 0 to 100`);
	}
	if (outputCompression < 100 && outputFormat === 'png') throw invalidInput('Output Compression', 'a PNG is never compressed: choose JPEG or WebP as Output Format');
	if (moderation !== undefined && imageCount > 0) throw invalidInput('Moderation', `it does not go together with ${imagesLabel}`);
	checkIdentifier(GPT_IMAGE_OPTION_LABELS.safetyIdentifier, safetyIdentifier);
	if (hasMask && imageCount === 0) throw invalidInput(MASK, `it says what of an image is to be changed, so it needs one under ${imagesLabel}`);
}

function checkSize({ size, aspectRatio }: Asked<GptImageRequest>, { name, resolutions, pixels }: Omit<GptImageModel, 'id'>): void {
	if (size === undefined) return;
	if (typeof size !== 'string') {
		if (!pixels) throw invalidInput('Resolution', `${name} takes no own width and height`);
		const reason = whyNotAllowed(size, pixels);
		if (reason !== undefined) throw invalidInput('Width and Height', reason);
		return;
	}
	if (size === 'auto') return;
	if (!resolutions.includes(size)) throw invalidInput('Resolution', `${name} does not offer ${size}, choose one of ${list(resolutions)}`);
	// There is no way to say "as many pixels, of any shape".
	if (aspectRatio === 'auto') throw invalidInput('Aspect Ratio', `with the resolution ${size} it has to be chosen, too`, 'Choose an aspect ratio, or the resolution Auto.');
}
