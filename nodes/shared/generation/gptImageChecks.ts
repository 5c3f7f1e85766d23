import { invalidInput } from '../errors/failure';
import { REFERENCE_IMAGES } from './labels';
import {
	GPT_IMAGE_OPTION_LABELS,
	MASK,
	type GptImageModel,
	type GptImageRequest,
} from './gptImageRequest';
import { checkIdentifier, checkMediaRequest, list } from './requestChecks';
import type { WithoutImages, MediaLimits } from './request';
import { whyNotAllowed } from './imageSizeChecks';

/**
 * Refuses what the model or the gateway would refuse, before anything is sent.
 * @param imageCount how many reference images there are
 * @throws {GenerationError} kind `invalidInput`, naming the parameter
 */
export function checkGptImageRequest(
	request: WithoutImages<GptImageRequest> & { hasMask?: boolean },
	imageCount: number,
	model: Omit<GptImageModel, 'id'>,
	limits: MediaLimits,
): void {
	const { name, maxImageCount, aspectRatios = limits.aspectRatios } = model;
	checkMediaRequest(request, imageCount, { ...limits, aspectRatios });
	if (model.isTextOnly && imageCount > 0)
		throw invalidInput('Model', `${name} takes no images: choose one that does, or remove them`);
	checkSize(request, model);
	const { maxImages, options, hasMask = false } = request;
	if (!Number.isInteger(maxImages) || maxImages < 1 || maxImages > maxImageCount) {
		throw invalidInput(
			'Max Images',
			`${maxImages} is not possible, ${name} makes 1 to ${maxImageCount} of one prompt`,
		);
	}
	const {
		background,
		moderation,
		outputCompression = 100,
		outputFormat = 'png',
		quality,
		safetyIdentifier = '',
	} = options;
	if (background === 'transparent' && outputFormat === 'jpeg') {
		throw invalidInput(
			'Background',
			'a JPEG cannot be transparent: choose PNG or WebP as Output Format',
		);
	}
	if (quality !== undefined && !model.qualities.includes(quality)) {
		throw invalidInput(
			'Quality',
			`${name} does not offer ${quality}, choose one of ${list(model.qualities)}`,
		);
	}
	if (!Number.isInteger(outputCompression) || outputCompression < 0 || outputCompression > 100) {
		throw invalidInput(
			'Output Compression',
			`${outputCompression} is not possible, it is a whole number from 0 to 100`,
		);
	}
	if (outputCompression < 100 && outputFormat === 'png')
		throw invalidInput(
			'Output Compression',
			'a PNG is never compressed: choose JPEG or WebP as Output Format',
		);
	if (moderation !== undefined && imageCount > 0)
		throw invalidInput('Moderation', `it does not go together with ${REFERENCE_IMAGES}`);
	checkIdentifier(GPT_IMAGE_OPTION_LABELS.safetyIdentifier, safetyIdentifier);
	if (hasMask && imageCount === 0)
		throw invalidInput(
			MASK,
			`it says what of an image is to be changed, so it needs one under ${REFERENCE_IMAGES}`,
		);
}

function checkSize(
	{ size, aspectRatio }: WithoutImages<GptImageRequest>,
	{ name, resolutions, pixels }: Omit<GptImageModel, 'id'>,
): void {
	if (size === undefined) return;
	if (typeof size !== 'string') {
		if (!pixels) throw invalidInput('Resolution', `${name} takes no own width and height`);
		const reason = whyNotAllowed(size, pixels);
		if (reason !== undefined) throw invalidInput('Width and Height', reason);
		return;
	}
	if (size === 'auto') return;
	if (!resolutions.includes(size))
		throw invalidInput(
			'Resolution',
			`${name} does not offer ${size}, choose one of ${list(resolutions)}`,
		);
	// There is no way to say "as many pixels, of any shape".
	if (aspectRatio === 'auto')
		throw invalidInput(
			'Aspect Ratio',
			`with the resolution ${size} it has to be chosen, too`,
			'Choose an aspect ratio, or the resolution Auto.',
		);
}
