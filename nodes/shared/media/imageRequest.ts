import { invalidInput } from './failure';
import type { FileFormat } from './fileFormat';
import { whyNotAllowed, type PixelRules, type Pixels, type Resolution } from './pictureSize';

/** What the user asked for: a picture or a set of pictures, in the form's own terms. */
export interface ImageRequest {
	model: string;
	prompt: string;
	/** Reference images as the gateway gets them: links, or data URIs. */
	images: string[];
	/** "2K" and so on, or pixels where the user gave their own. */
	size: Resolution | Pixels;
	/** "16:9" and so on; `auto` leaves the choice to the model. */
	aspectRatio: string;
	maxImages: number;
	watermark: boolean;
	responseFormat: 'url' | 'base64';
}

/** What a model takes. The form offers this, and the check refuses all else. */
export interface ImageModel {
	/** The id on the wire. */
	id: string;
	name: string;
	resolutions: readonly Resolution[];
	/** Present where the model takes own pixels. */
	pixels?: PixelRules;
}

/** What a gateway asks of reference images. */
export interface ReferenceRules {
	/** How many at most; undefined where no page says. */
	maxCount?: number;
	/** How large a file at most, in bytes. */
	maxBytes: number;
	/** MIME types; undefined where no page says. */
	formats?: readonly string[];
	/** Longest side over the shortest, at most. */
	maxRatio?: number;
	/** Every side has to be longer than this, in pixels. */
	sidesOver?: number;
	maxPixels?: number;
	/** How many references and pictures made there may be together. */
	maxWithResults: number;
}

/** The most pictures that can be asked for at once, at any gateway. */
export const MAX_SET = 15;

/** The parts of a request that can be judged before any reference image is read. */
export interface ImageLimits {
	aspectRatios: readonly string[];
	references: ReferenceRules;
}

const list = (values: readonly string[]) => values.join(', ');

/**
 * Refuses what the model or the gateway would refuse, before anything is sent.
 * @param referenceCount how many reference images there are
 * @throws MediaError of kind `invalidInput`, naming the parameter
 */
export function checkImageRequest(
	request: Omit<ImageRequest, 'images'>,
	referenceCount: number,
	model: ImageModel,
	limits: ImageLimits,
): void {
	if (request.model.trim() === '') throw invalidInput('Model', 'no model is chosen');
	if (request.prompt.trim() === '') throw invalidInput('Prompt', 'the prompt is empty');
	if (!limits.aspectRatios.includes(request.aspectRatio)) {
		throw invalidInput('Aspect Ratio', `${request.aspectRatio} is not offered here, choose one of ${list(limits.aspectRatios)}`);
	}
	checkSize(request.size, model);
	const { maxImages } = request;
	if (!Number.isInteger(maxImages) || maxImages < 1 || maxImages > MAX_SET) {
		throw invalidInput('Max Images', `${maxImages} is not possible, a set has 1 to ${MAX_SET} images`);
	}
	const { maxCount, maxWithResults } = limits.references;
	if (maxCount !== undefined && referenceCount > maxCount) {
		throw invalidInput('Reference Images', `${referenceCount} reference images are too many, at most ${maxCount} are taken`);
	}
	if (referenceCount + maxImages > maxWithResults) {
		throw invalidInput(
			maxImages > 1 ? 'Max Images' : 'Reference Images',
			`${referenceCount} reference images and ${maxImages} to be made are ${referenceCount + maxImages}, at most ${maxWithResults} are allowed together`,
		);
	}
}

function checkSize(size: ImageRequest['size'], model: ImageModel): void {
	if (typeof size === 'string') {
		if (model.resolutions.includes(size)) return;
		throw invalidInput('Resolution', `${model.name} does not offer ${size}, choose one of ${list(model.resolutions)}`);
	}
	if (!model.pixels) {
		throw invalidInput('Resolution', `${model.name} takes no own width and height, choose one of ${list(model.resolutions)}`);
	}
	const reason = whyNotAllowed(size, model.pixels);
	if (reason !== undefined) throw invalidInput('Width and Height', reason);
}

const MEGABYTE = 1024 * 1024;

/**
 * Refuses a reference image that the gateway would refuse.
 * @param position place among the references, from 1
 * @param bytes the size of the file
 * @throws MediaError of kind `invalidInput`
 */
export function checkReference(
	position: number,
	bytes: number,
	format: FileFormat | undefined,
	rules: ReferenceRules,
): void {
	const refuse = (why: string) => invalidInput('Reference Images', `reference image ${position} ${why}`);
	if (bytes === 0) throw refuse('is empty');
	if (bytes > rules.maxBytes) {
		throw refuse(`is too large: ${(bytes / MEGABYTE).toFixed(1)} MB, at most ${rules.maxBytes / MEGABYTE} MB are taken`);
	}
	if (format?.kind !== 'image') throw refuse('is not a picture');
	if (rules.formats && !rules.formats.includes(format.mimeType)) {
		throw refuse(`is ${format.mimeType}, only ${list(rules.formats)} are taken`);
	}
	const { width, height } = format;
	if (width === undefined || height === undefined) return;
	if (rules.sidesOver !== undefined && Math.min(width, height) <= rules.sidesOver) {
		throw refuse(`is ${width}x${height}, each side has to be longer than ${rules.sidesOver} pixels`);
	}
	if (rules.maxRatio !== undefined && Math.max(width / height, height / width) > rules.maxRatio) {
		throw refuse(`is ${width}x${height}, the longer side may be at most ${rules.maxRatio} times the shorter`);
	}
	if (rules.maxPixels !== undefined && width * height > rules.maxPixels) {
		throw refuse(`is ${width}x${height}, at most ${rules.maxPixels.toLocaleString('en-US')} pixels are taken`);
	}
}
