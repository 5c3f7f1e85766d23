import { invalidInput } from './failure';
import { checkMediaRequest, type Asked, type MediaLimits, type MediaModel, type MediaRequest } from './mediaRequest';

export const BACKGROUNDS = ['opaque', 'transparent'] as const;
export const OUTPUT_FORMATS = ['jpeg', 'png', 'webp'] as const;
export const QUALITIES = ['high', 'low', 'medium'] as const;

/** What else may be said about a picture. What is not said here is left to the model. */
export interface GptImageOptions {
	background?: (typeof BACKGROUNDS)[number];
	outputFormat?: (typeof OUTPUT_FORMATS)[number];
	quality?: (typeof QUALITIES)[number];
}

/** Pictures of GPT Image, in the form's own terms. */
export interface GptImageRequest extends MediaRequest {
	maxImages: number;
	options: GptImageOptions;
}

/** What a model takes. The form offers this, and the check refuses all else. */
export interface GptImageModel extends MediaModel {
	/** How many pictures of one request at most. */
	mostImages: number;
	options: ReadonlyArray<keyof GptImageOptions>;
}

/**
 * Refuses what the model or the gateway would refuse, before anything is sent.
 * @param imageCount how many reference images there are
 * @param imagesLabel what the form calls them
 * @throws MediaError of kind `invalidInput`, naming the parameter
 */
export function checkGptImageRequest(
	request: Asked<GptImageRequest>,
	imageCount: number,
	{ name, mostImages }: Omit<GptImageModel, 'id'>,
	limits: MediaLimits,
	imagesLabel: string,
): void {
	checkMediaRequest(request, imageCount, limits, imagesLabel);
	const { maxImages, options } = request;
	if (!Number.isInteger(maxImages) || maxImages < 1 || maxImages > mostImages) {
		throw invalidInput('Max Images', `${maxImages} is not possible, ${name} makes 1 to ${mostImages} of one prompt`);
	}
	if (options.background === 'transparent' && options.outputFormat === 'jpeg') {
		throw invalidInput('Background', 'a JPEG cannot be transparent: choose PNG or WebP as Output Format');
	}
}
