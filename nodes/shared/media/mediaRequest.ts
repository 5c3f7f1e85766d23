import { invalidInput } from './failure';
import type { FileFormat } from './fileFormat';

/** What the user asked for, in the form's own terms, whatever is to be made. */
export interface MediaRequest {
	model: string;
	prompt: string;
	/** Input images as the gateway gets them: links, or data URIs. */
	images: string[];
	/** "16:9" and so on; `auto` leaves the choice to the model. */
	aspectRatio: string;
}

/** What the form says; the images are read when their turn comes. */
export type Asked<Request extends MediaRequest> = Omit<Request, 'images'>;

/** A model that is known of a gateway. */
export interface MediaModel {
	/** The id on the wire. */
	id: string;
	name: string;
}

/** Where it is known from that a gateway has a model, the best first. */
export type Source = 'page' | 'docs' | 'code' | 'guess';

/** A model of a gateway's list. */
export type Known<Model extends MediaModel> = Model & { source: Source };

/** What a gateway asks of input images. */
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
	/** Every side has to be shorter than this, in pixels. */
	sidesUnder?: number;
	maxPixels?: number;
	/** How many input images and pictures made there may be together. */
	maxWithResults?: number;
	/** The gateway documents links alone: links are handed on as they are, and only files are sent as data. */
	linksOnly?: boolean;
	/** The gateway has a store of its own, and takes its links, `asset://…`. */
	assets?: boolean;
}

/** The parts of a request that can be judged before any image is read. */
export interface MediaLimits {
	aspectRatios: readonly string[];
	references: ReferenceRules;
}

/** Values as a message names them. */
export const list = (values: readonly string[]) => values.join(', ');

/**
 * Refuses what every gateway would refuse, before anything is sent.
 * @param imageCount how many input images there are
 * @param imagesLabel what the form calls them
 * @param needsPrompt whether there have to be words
 * @throws MediaError of kind `invalidInput`, naming the parameter
 */
export function checkMediaRequest(
	{ model, prompt, aspectRatio }: Asked<MediaRequest>,
	imageCount: number,
	{ aspectRatios, references }: MediaLimits,
	imagesLabel: string,
	{ needsPrompt = true } = {},
): void {
	if (model.trim() === '') throw invalidInput('Model', 'no model is chosen');
	if (needsPrompt && prompt.trim() === '') throw invalidInput('Prompt', 'the prompt is empty');
	if (!aspectRatios.includes(aspectRatio)) {
		throw invalidInput('Aspect Ratio', `${aspectRatio} is not offered here, choose one of ${list(aspectRatios)}`);
	}
	const { maxCount } = references;
	if (maxCount !== undefined && imageCount > maxCount) {
		throw invalidInput(imagesLabel, `${imageCount} images are too many, at most ${maxCount} ${maxCount === 1 ? 'is' : 'are'} taken`);
	}
}

const MEGABYTE = 1024 * 1024;

/**
 * Refuses an input image that the gateway would refuse.
 * @param label what the form calls the input images
 * @param position place among them, from 1
 * @param bytes the size of the file
 * @throws MediaError of kind `invalidInput`
 */
export function checkReference(
	label: string,
	position: number,
	bytes: number,
	format: FileFormat | undefined,
	rules: ReferenceRules,
): void {
	const refuse = (why: string) => invalidInput(label, `image ${position} ${why}`);
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
	if (rules.sidesUnder !== undefined && Math.max(width, height) >= rules.sidesUnder) {
		throw refuse(`is ${width}x${height}, each side has to be shorter than ${rules.sidesUnder} pixels`);
	}
	if (rules.maxRatio !== undefined && Math.max(width / height, height / width) > rules.maxRatio) {
		throw refuse(`is ${width}x${height}, the longer side may be at most ${rules.maxRatio} times the shorter`);
	}
	if (rules.maxPixels !== undefined && width * height > rules.maxPixels) {
		throw refuse(`is ${width}x${height}, at most ${rules.maxPixels.toLocaleString('en-US')} pixels are taken`);
	}
}
