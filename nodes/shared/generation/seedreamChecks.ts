import { invalidInput } from '../errors/failure';
import { IMAGES, REFERENCE_IMAGES } from './labels';
import {
	IMAGE_OPTION_LABELS,
	MAX_SET,
	type ImageModel,
	type ImageRequest,
} from './seedreamRequest';
import { checkMediaRequest, list } from './requestChecks';
import type { WithoutImages, MediaLimits } from './request';
import { whyNotAllowed } from './imageSizeChecks';

/**
 * Refuses what the model or the gateway would refuse, before anything is sent.
 * @param imageCount how many reference images there are
 * @throws {GenerationError} kind `invalidInput`, naming the parameter
 */
export function checkImageRequest(
	request: WithoutImages<ImageRequest>,
	imageCount: number,
	model: Omit<ImageModel, 'id'>,
	limits: MediaLimits,
): void {
	const { references = limits.references } = model;
	checkMediaRequest(request, imageCount, { ...limits, references });
	checkSize(request.size, model);
	const { maxImages } = request;
	if (!Number.isInteger(maxImages) || maxImages < 1 || maxImages > MAX_SET) {
		throw invalidInput(
			'Max Images',
			`${maxImages} is not possible, a set has 1 to ${MAX_SET} images`,
		);
	}
	if (model.isSingle && maxImages > 1)
		throw invalidInput('Max Images', `${model.name} makes one image at a time, not ${maxImages}`);
	const { maxWithResults } = references;
	if (maxWithResults !== undefined && imageCount + maxImages > maxWithResults) {
		throw invalidInput(
			maxImages > 1 ? 'Max Images' : IMAGES,
			`${imageCount} reference images and ${maxImages} to be made are ${imageCount + maxImages}, at most ${maxWithResults} are allowed together`,
		);
	}
	checkImageOptions(request, imageCount);
}

function checkImageOptions(
	{ options, size, aspectRatio, maxImages, responseFormat }: WithoutImages<ImageRequest>,
	imageCount: number,
): void {
	const { background, outputFormat, layers } = options;
	if (background === 'transparent' && imageCount !== 1) {
		throw invalidInput(
			IMAGE_OPTION_LABELS.background,
			`a transparent one needs exactly one image under ${REFERENCE_IMAGES}, a PNG with transparent parts, and there are ${imageCount}`,
		);
	}
	if (background === 'transparent' && outputFormat === 'jpeg') {
		throw invalidInput(
			IMAGE_OPTION_LABELS.background,
			'a JPEG cannot be transparent: choose PNG as Output Format',
		);
	}
	if (!layers) return;
	if (imageCount !== 1)
		throw invalidInput(
			IMAGE_OPTION_LABELS.layers,
			`it takes exactly one image under ${REFERENCE_IMAGES}, and there are ${imageCount}`,
		);
	if (outputFormat === 'jpeg')
		throw invalidInput('Output Format', 'layers are PNGs: choose PNG or Auto');
	if (maxImages > 1) throw invalidInput('Max Images', 'layers are of one image: choose 1');
	// Up to 17 pictures inside one answer would be more than is read of one.
	if (responseFormat === 'base64')
		throw invalidInput('Response Format', 'layers come as links: choose URL');
	if (typeof size !== 'string')
		throw invalidInput(
			'Resolution',
			'layers have the shape of their picture: choose another than Custom',
		);
	if (aspectRatio !== 'auto')
		throw invalidInput('Aspect Ratio', 'layers have the shape of their picture: choose Auto');
}

function checkSize(size: ImageRequest['size'], model: Omit<ImageModel, 'id'>): void {
	if (typeof size === 'string') {
		if (model.resolutions.includes(size)) return;
		throw invalidInput(
			'Resolution',
			`${model.name} does not offer ${size}, choose one of ${list(model.resolutions)}`,
		);
	}
	if (!model.pixels) {
		throw invalidInput(
			'Resolution',
			`${model.name} takes no own width and height, choose one of ${list(model.resolutions)}`,
		);
	}
	const reason = whyNotAllowed(size, model.pixels);
	if (reason !== undefined) throw invalidInput('Width and Height', reason);
}
