import { invalidInput } from '../errors/failure';
import { IMAGES } from './labels';
import type { FileFormat } from '../media/detectFormat';
import type { WithoutImages, MediaLimits, MediaRequest, ReferenceRules } from './request';

/** Lists values for a message. */
export const list = (values: readonly string[]) => values.join(', ');

/**
 * Rejects what every gateway would reject, before anything is sent.
 * @param imageCount how many input images there are
 * @param needsPrompt whether a prompt is required
 * @throws {GenerationError} kind `invalidInput`, naming the parameter
 */
export function checkMediaRequest(
	{ model, prompt, aspectRatio }: WithoutImages<MediaRequest>,
	imageCount: number,
	{ aspectRatios, references }: MediaLimits,
	{ needsPrompt = true } = {},
): void {
	if (model.trim() === '') throw invalidInput('Model', 'no model is chosen');
	if (needsPrompt && prompt.trim() === '') throw invalidInput('Prompt', 'the prompt is empty');
	if (!aspectRatios.includes(aspectRatio)) {
		throw invalidInput(
			'Aspect Ratio',
			`${aspectRatio} is not offered here, choose one of ${list(aspectRatios)}`,
		);
	}
	const { maxCount } = references;
	if (maxCount !== undefined && imageCount > maxCount) {
		throw invalidInput(
			IMAGES,
			`${imageCount} images are too many, at most ${maxCount} ${maxCount === 1 ? 'is' : 'are'} taken`,
		);
	}
}

const MEGABYTE = 1024 * 1024;

/** What a request holds besides its images: the prompt, and the names of the fields. Bytes. */
const REST_OF_REQUEST_BYTES = MEGABYTE;

/**
 * Refuses input images that are too large together, before they are sent.
 * @param label what the form calls them
 * @param totalBytes of all that are sent inside the request, as files
 * @throws {GenerationError} kind `invalidInput`
 */
export function checkTotalSize(
	label: string,
	totalBytes: number,
	{ maxRequestBytes }: ReferenceRules,
): void {
	// Base64 makes four characters of three bytes.
	const encodedBytes = Math.ceil(totalBytes / 3) * 4;
	if (maxRequestBytes === undefined || encodedBytes + REST_OF_REQUEST_BYTES <= maxRequestBytes)
		return;
	throw invalidInput(
		label,
		`the images are ${(encodedBytes / MEGABYTE).toFixed(1)} MB together as base64, and a request may have at most ${maxRequestBytes / MEGABYTE} MB`,
		'Use fewer or smaller images, or let the gateway read public links itself ("Let Gateway Read URLs").',
	);
}

/** The longest identifier of a user (BytePlus's docs of the video API, 2026-10-08: up to 64 characters). */
const MAX_IDENTIFIER_LENGTH = 64;

/**
 * @param label what the form calls it
 * @throws {GenerationError} kind `invalidInput` when it is too long
 */
export function checkIdentifier(label: string, identifier: string): void {
	if (identifier.length <= MAX_IDENTIFIER_LENGTH) return;
	throw invalidInput(
		label,
		`it has ${identifier.length} characters, at most ${MAX_IDENTIFIER_LENGTH} are taken`,
	);
}

/** One option of a form: its label, whether the model has it, and whether it requests anything. */
export interface RequestedOption {
	label: string;
	isSupported: boolean;
	isRequested: boolean;
}

/**
 * Refuses the first option that asks for something that the model does not have.
 * @throws {GenerationError} kind `invalidInput`, naming option and model
 */
export function checkOptions(modelName: string, options: readonly RequestedOption[]): void {
	const refused = options.find(({ isSupported, isRequested }) => isRequested && !isSupported);
	if (refused)
		throw invalidInput(
			refused.label,
			`${modelName} does not take it`,
			`Remove the option "${refused.label}", or choose a model that takes it.`,
		);
}

/** An input image: the label of its parameter, and its place among all of them, from 1. */
export interface ReferencePosition {
	label: string;
	position: number;
}

/** What is known of its file. */
export interface ReferenceFile {
	bytes: number;
	format?: FileFormat | undefined;
}

/**
 * Rejects an input image that the gateway would reject.
 * @throws {GenerationError} kind `invalidInput`
 */
export function checkReference(
	{ label, position }: ReferencePosition,
	{ bytes, format }: ReferenceFile,
	rules: ReferenceRules,
): void {
	const refuse = (why: string) => invalidInput(label, `image ${position} ${why}`);
	if (bytes === 0) throw refuse('is empty');
	if (bytes > rules.maxBytes) {
		throw refuse(
			`is too large: ${(bytes / MEGABYTE).toFixed(1)} MB, at most ${rules.maxBytes / MEGABYTE} MB are taken`,
		);
	}
	if (format?.kind !== 'image') throw refuse('is not a picture');
	if (rules.formats && !rules.formats.includes(format.mimeType)) {
		throw refuse(`is ${format.mimeType}, only ${list(rules.formats)} are taken`);
	}
	const { width, height } = format;
	if (width === undefined || height === undefined) return;
	if (rules.sidesOver !== undefined && Math.min(width, height) <= rules.sidesOver) {
		throw refuse(
			`is ${width}x${height}, each side has to be longer than ${rules.sidesOver} pixels`,
		);
	}
	if (rules.sidesUnder !== undefined && Math.max(width, height) >= rules.sidesUnder) {
		throw refuse(
			`is ${width}x${height}, each side has to be shorter than ${rules.sidesUnder} pixels`,
		);
	}
	if (rules.maxRatio !== undefined && Math.max(width / height, height / width) > rules.maxRatio) {
		throw refuse(
			`is ${width}x${height}, the longer side may be at most ${rules.maxRatio} times the shorter`,
		);
	}
	if (rules.maxPixels !== undefined && width * height > rules.maxPixels) {
		throw refuse(
			`is ${width}x${height}, at most ${rules.maxPixels.toLocaleString('en-US')} pixels are taken`,
		);
	}
}
