import { invalidInput } from '../errors/failure';
import { IMAGES } from './labels';
import { isLink } from '../media/url';
import type { WithoutImages } from './request';
import { list } from './requestChecks';
import {
	ADAPTIVE,
	REFERENCE_VIDEOS,
	ROLE_LABELS,
	VIDEO_OPTION_LABELS,
	type ImageRole,
	type VideoModel,
	type VideoRequest,
} from './seedanceRequest';

/**
 * Rejects images whose roles the model does not accept, or that do not go together.
 * @param urlCount how many reference videos and sounds there are
 * @throws {GenerationError} kind `invalidInput`
 */
export function checkRoles(
	roles: readonly ImageRole[],
	model: Omit<VideoModel, 'id'>,
	urlCount: number,
): void {
	const count = (role: ImageRole) => roles.filter((one) => one === role).length;
	if (roles.length === 0 && urlCount === 0 && !model.fromText)
		throw invalidInput(IMAGES, `${model.name} makes videos of images, so one is needed`);
	const unsupported = roles.find((role) => !model.roles.includes(role));
	if (unsupported !== undefined && model.roles.length === 0) {
		throw invalidInput(
			'Model',
			`${model.name} takes no images: choose one that does, or remove them`,
		);
	}
	if (unsupported !== undefined) {
		const offered = list(model.roles.map((role) => ROLE_LABELS[role]));
		throw invalidInput(
			IMAGES,
			`${model.name} takes no image as ${ROLE_LABELS[unsupported]}, choose one of ${offered}`,
		);
	}
	for (const role of ['firstFrame', 'lastFrame'] as const) {
		if (count(role) > 1)
			throw invalidInput(IMAGES, `${count(role)} images are ${ROLE_LABELS[role]}, a video has one`);
	}
	if (count('lastFrame') === 1 && count('firstFrame') === 0)
		throw invalidInput(IMAGES, 'a last frame needs a first frame, too');
	const references = count('reference');
	if (references + urlCount > 0 && references < roles.length)
		throw invalidInput(IMAGES, 'references cannot go together with a first or last frame');
	const { maxCount = 0 } = model.references ?? {};
	if (references > maxCount)
		throw invalidInput(
			IMAGES,
			`${references} reference images are too many, ${model.name} takes ${maxCount}`,
		);
}

/** Reference videos or sounds, and what the model accepts of them. */
interface ReferenceUrls {
	/** The name of the parameter in the form. */
	label: string;
	urls: readonly string[];
	maxCount?: number | undefined;
	/** What a URL may begin with instead of http or https. */
	otherSchemes?: RegExp;
}

/** @throws {GenerationError} kind `invalidInput` if there are too many, or one is not a URL */
export function checkReferenceUrls(
	modelName: string,
	{ label, urls, maxCount = 0, otherSchemes = /^asset:\/\// }: ReferenceUrls,
): void {
	if (urls.length > maxCount)
		throw invalidInput(
			label,
			maxCount === 0
				? `${modelName} follows none`
				: `${urls.length} are too many, ${modelName} follows ${maxCount}`,
		);
	const invalid = urls.find((url) => !isLink(url) && !otherSchemes.test(url));
	if (invalid !== undefined)
		throw invalidInput(
			label,
			`${invalid.slice(0, 100)} is neither an http or https link nor one of the gateway’s own, asset://…`,
		);
}

/**
 * Rejects an edited or extended video without a source, and one whose shape is set: it has the shape of its source, and
 * an edited one also its length.
 * @throws {GenerationError} kind `invalidInput`
 */
export function checkReferenceTask(
	{ options: { referenceTask }, videos, aspectRatio }: WithoutImages<VideoRequest>,
	{ name }: Omit<VideoModel, 'id'>,
): void {
	if (referenceTask === undefined) return;
	const label = VIDEO_OPTION_LABELS.referenceTask;
	if (videos.length === 0)
		throw invalidInput(
			label,
			`to ${referenceTask} a video, ${name} needs one under "${REFERENCE_VIDEOS}"`,
		);
	if (aspectRatio !== 'auto' && aspectRatio !== ADAPTIVE)
		throw invalidInput(
			'Aspect Ratio',
			`a video that is to be ${referenceTask === 'edit' ? 'edited' : 'extended'} keeps its shape: choose Auto or Adaptive`,
		);
}
