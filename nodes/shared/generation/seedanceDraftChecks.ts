import { invalidInput } from '../errors/failure';
import { IMAGES } from './labels';
import type { WithoutImages } from './request';
import { list } from './requestChecks';
import {
	ADAPTIVE,
	DRAFT_TASK_ID,
	REFERENCE_AUDIOS,
	REFERENCE_VIDEOS,
	VIDEO_OPTION_LABELS,
	type VideoModel,
	type VideoOptions,
	type VideoRequest,
} from './seedanceRequest';

/**
 * Rejects what the final video of a draft would silently ignore: nearly everything is the draft's. The duration is
 * accepted, since the form always has one.
 * @throws {GenerationError} kind `invalidInput`
 */
export function checkFinalVideo(
	{
		model: id,
		prompt,
		roles,
		videos,
		audios,
		resolution,
		aspectRatio,
		options,
	}: WithoutImages<VideoRequest>,
	{ name, finalResolution, ...model }: Omit<VideoModel, 'id'>,
): void {
	const refuse = (label: string, why: string) =>
		invalidInput(label, why, `Empty "${label}", or remove "${DRAFT_TASK_ID}".`);
	if (id.trim() === '') throw invalidInput('Model', 'no model is chosen');
	if (!model.options.includes('draft'))
		throw invalidInput(DRAFT_TASK_ID, `${name} makes no drafts`);
	if (prompt.trim() !== '')
		throw refuse('Prompt', 'the final video of a draft has the words of the draft');
	if (roles.length > 0)
		throw refuse(IMAGES, 'the final video of a draft has the images of the draft');
	if (videos.length > 0)
		throw refuse(REFERENCE_VIDEOS, 'the final video of a draft has those of the draft');
	if (audios.length > 0)
		throw refuse(REFERENCE_AUDIOS, 'the final video of a draft has those of the draft');
	if (aspectRatio !== 'auto' && aspectRatio !== ADAPTIVE)
		throw invalidInput(
			'Aspect Ratio',
			'the final video of a draft has the shape of the draft: choose Auto',
		);
	const fixed = OF_THE_DRAFT.find(
		(option) => ![undefined, false, NO_REQUEST.get(option)].includes(options[option]),
	);
	if (fixed !== undefined)
		throw refuse(
			VIDEO_OPTION_LABELS[fixed],
			'the final video of a draft has what was chosen for the draft',
		);
	if (
		finalResolution === undefined &&
		resolution !== 'auto' &&
		!model.resolutions.includes(resolution)
	) {
		throw invalidInput(
			'Resolution',
			`${name} does not offer ${resolution}, choose one of ${list(model.resolutions)}`,
		);
	}
	if (finalResolution !== undefined && resolution !== finalResolution) {
		throw invalidInput(
			'Resolution',
			`${name} makes the final video of a draft at ${finalResolution} alone, which is what is paid for`,
			`Choose ${finalResolution} under "Resolution".`,
		);
	}
}

/** Values that request nothing. */
const NO_REQUEST = new Map<keyof VideoOptions, unknown>([['seed', -1]]);

/** Options that a final video takes from its draft, and that may not be set again. */
const OF_THE_DRAFT: ReadonlyArray<keyof VideoOptions> = [
	'seed',
	'cameraFixed',
	'generateAudio',
	'frames',
	'draft',
	'referenceTask',
	'webSearch',
];
