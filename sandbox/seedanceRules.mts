import { type Refusal, unsupported } from './byteplus.mjs';
import type { CreateBody } from './seedanceBody.mjs';
import type { SeedanceModel } from './seedanceModels.mjs';
import type { FoundDraft } from './seedanceOrders.mjs';

/** The code of what a task of its kind does not take (apiyi, 2026-09-17; BytePlus's page of 2.5, read 2026-10-08). */
export const TASK_TYPE = 'InvalidParameter.TaskTypeConstraint';

/**
 * What this model does not take, though another would, and what does not go together: BytePlus's docs, video generation
 * API, read 2026-10-08. `frameRatio` says when a ratio beside frames is told.
 */
export function modelFault(
	body: CreateBody,
	model: SeedanceModel,
	frameRatio: 'refuse' | 'fail',
): Refusal | undefined {
	if (draftIdOf(body) !== undefined) return draftPartFault(body, model);
	return (
		contentFault(body, model) ??
		fieldFault(body, model) ??
		valueFault(body, model) ??
		draftFault(body, model) ??
		ratioFault(body, model, frameRatio) ??
		taskFault(body)
	);
}

/** The draft of which the final video is ordered, if it is one. */
export function draftIdOf({ content }: CreateBody): string | undefined {
	return content.flatMap((part) => (part.type === 'draft_task' ? [part.draft_task.id] : []))[0];
}

/** How many of a kind there are. */
function countsOf({ content }: CreateBody) {
	const roles = content.flatMap((part) => (part.type === 'image_url' ? [part.role] : []));
	const countOf = (type: CreateBody['content'][number]['type']) =>
		content.filter((part) => part.type === type).length;
	return {
		texts: countOf('text'),
		images: roles.length,
		videos: countOf('video_url'),
		audios: countOf('audio_url'),
		first: roles.filter((role) => role === 'first_frame').length,
		last: roles.filter((role) => role === 'last_frame').length,
		references: roles.filter((role) => role === 'reference_image').length,
	};
}

function contentFault(body: CreateBody, model: SeedanceModel): Refusal | undefined {
	const { texts, images, videos, audios, first, last, references } = countsOf(body);
	const content = (message: string) => ({ param: 'content', message });
	if (texts > 1) return content('there is more than one text');
	if (audios > model.mostAudios) return content(`at most ${model.mostAudios} reference sounds`);
	if (texts + images + videos === 0 && !(audios > 0 && model.audioAlone))
		return content('is empty');
	if (audios > 0 && images + videos === 0 && !model.audioAlone)
		return content('a sound alone is not enough');
	if (videos > model.mostVideos) return content(`at most ${model.mostVideos} reference videos`);
	if (videos > 0 && first + last > 0) return content('reference videos do not go with frames');
	if (images === 0 && !model.fromText) return content('this model needs an image');
	if (first > 1 || last > 1 || (last === 1 && first === 0))
		return content('one first frame, or a first and a last frame');
	if (references > 0 && first + last > 0) return content('reference images do not go with frames');
	if (references > model.mostImages) return content(`at most ${model.mostImages} reference images`);
	if ((first > 0 && !model.firstFrame) || (last > 0 && !model.lastFrame))
		return content('this model does not take such an image');
	if (body.tools !== undefined && model.searches && images + videos + audios > 0)
		return { param: 'tools', message: 'web_search goes with text alone' };
	return undefined;
}

/** Fields that other models have; Ark refuses them whatever their value is (remix-studio, 2026-08-22). */
function fieldFault(body: CreateBody, model: SeedanceModel): Refusal | undefined {
	if (body.frames !== undefined && !model.frames) return unsupported('frames');
	if (body.seed !== undefined && !model.tuned) return unsupported('seed');
	if (body.camera_fixed !== undefined && !model.tuned) return unsupported('camera_fixed');
	if (body.generate_audio !== undefined && !model.audio) return unsupported('generate_audio');
	if (body.priority !== undefined && !model.priority) return unsupported('priority');
	if (body.draft !== undefined && model.draft === undefined) return unsupported('draft');
	if (body.omni_reference_task_type !== undefined && !model.omni)
		return unsupported('omni_reference_task_type');
	if (body.output_format !== undefined && !model.omni) return unsupported('output_format');
	if (body.tools !== undefined && !model.searches) return unsupported('tools');
	if (body.service_tier === 'flex' && !model.flex) {
		// The words of a real refusal (third-party code, 2026-11-29).
		return {
			code: 'InvalidParameter.UnsupportedParameter',
			param: 'service_tier',
			message: 'flex: not supported',
		};
	}
	return undefined;
}

function valueFault(body: CreateBody, model: SeedanceModel): Refusal | undefined {
	const { images, references } = countsOf(body);
	const { duration, ratio, resolution } = body;
	if (
		duration === -1
			? model.chosenSeconds === undefined
			: duration !== undefined && (duration < model.shortest || duration > model.longest)
	) {
		return { param: 'duration', message: `${model.shortest} to ${model.longest}` };
	}
	if (ratio === 'adaptive' && !model.adapts && (references > 0 || images === 0))
		return { param: 'ratio', message: 'adaptive does not go with this' };
	if (resolution !== undefined && !model.resolutions.includes(resolution))
		return { param: 'resolution', message: `this model does not draw ${resolution}` };
	// Only 1.0 Lite has both.
	if (model.tuned && references > 0) {
		if (resolution === '1080p')
			return { param: 'resolution', message: '1080p does not go with reference images' };
		if (body.camera_fixed)
			return { param: 'camera_fixed', message: 'does not go with reference images' };
	}
	return undefined;
}

/** What goes with a draft. */
function draftFault(body: CreateBody, { draft: rules }: SeedanceModel): Refusal | undefined {
	if (!body.draft || rules === undefined) return undefined;
	if (body.resolution !== undefined && body.resolution !== '480p')
		return { param: 'resolution', message: 'a draft is made in 480p only' };
	if (body.return_last_frame && !rules.lastFrame)
		return { param: 'return_last_frame', message: 'does not go with a draft' };
	if (body.service_tier === 'flex')
		return { param: 'service_tier', message: 'flex does not go with a draft' };
	return undefined;
}

function ratioFault(
	body: CreateBody,
	{ followsFrames }: SeedanceModel,
	frameRatio: 'refuse' | 'fail',
): Refusal | undefined {
	const isFree = body.ratio === undefined || body.ratio === 'adaptive';
	if (frameRatio === 'fail' || !followsFrames || isFree || countsOf(body).first === 0)
		return undefined;
	return {
		code: TASK_TYPE,
		param: 'ratio',
		message: `with a first frame it must be adaptive, not ${body.ratio}`,
	};
}

/** What a kind of task that is named needs: looked at when it is ordered, as BytePlus's page of 2.5 has it. */
function taskFault(body: CreateBody): Refusal | undefined {
	const { omni_reference_task_type: type, ratio, duration } = body;
	if (type !== 'edit' && type !== 'extend') return undefined;
	if (countsOf(body).videos === 0)
		return { code: TASK_TYPE, param: 'content', message: `${type} needs a reference video` };
	if (ratio !== undefined && ratio !== 'adaptive')
		return {
			code: TASK_TYPE,
			param: 'ratio',
			message: `with ${type} it must be adaptive, not ${ratio}`,
		};
	if (type === 'edit' && duration !== undefined && duration !== -1)
		return {
			code: TASK_TYPE,
			param: 'duration',
			message: `with edit it must be -1, not ${duration}`,
		};
	return undefined;
}

/** Fields that the final video has from its draft. */
const OF_DRAFT = [
	'duration',
	'frames',
	'ratio',
	'seed',
	'camera_fixed',
	'generate_audio',
	'omni_reference_task_type',
	'tools',
	'output_format',
] as const;

/** An order for a final video, as far as it can be judged without the draft. */
function draftPartFault(body: CreateBody, model: SeedanceModel): Refusal | undefined {
	const { draft: rules } = model;
	if (rules === undefined) return { param: 'content', message: 'this model makes no drafts' };
	if (body.content.length > 1) return { param: 'content', message: 'a draft_task goes alone' };
	if (body.draft) return { param: 'draft', message: 'a draft is not made of a draft' };
	const given = OF_DRAFT.find((name) => body[name] !== undefined);
	if (!rules.finalRepeats && given !== undefined)
		return { param: given, message: 'the final video has it from its draft' };
	if (body.resolution !== undefined && !rules.finalResolutions.includes(body.resolution)) {
		return {
			param: 'resolution',
			message: `a final video is made in ${rules.finalResolutions.join(', ')}`,
		};
	}
	return fieldFault(body, model);
}

/** What is wrong with the draft of a final video. */
export function finalFault(body: CreateBody, draft: FoundDraft | undefined): Refusal | undefined {
	const content = (message: string) => ({ param: 'content', message });
	if (draft === undefined) return undefined;
	if (!draft.order.draft) return content('the task is no draft');
	if (draft.order.modelId !== body.model) return content(`the draft is of ${draft.order.modelId}`);
	return draft.isDone ? undefined : content('the draft has not succeeded');
}
