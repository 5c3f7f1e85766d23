import type { IExecuteFunctions } from 'n8n-workflow';
import type { z } from 'zod';
import { IMAGES, WHILE_WAITING } from '../generation/labels';
import { invalidInput } from '../errors/failure';
import { GPT_IMAGE_OPTION_LABELS, MASK } from '../generation/gptImageRequest';
import { IMAGE_OPTION_LABELS } from '../generation/seedreamRequest';
import {
	DRAFT_TASK_ID,
	REFERENCE_AUDIOS,
	REFERENCE_VIDEOS,
	VIDEO_OPTION_LABELS,
} from '../generation/seedanceRequest';
import { countParamOr } from './schemas';

/** The labels of the parameters, by which messages name them. */
export const LABELS: Record<string, string> = {
	operation: 'Operation',
	model: 'Model',
	prompt: 'Prompt',
	aspectRatio: 'Aspect Ratio',
	resolution: 'Resolution',
	width: 'Width',
	height: 'Height',
	taskId: 'Task ID',
	download: 'Download File',
	fileName: 'File Name',
	handLinksOn: 'Let Gateway Read URLs',
	maxConcurrency: 'Max Concurrency',
	maxImages: 'Max Images',
	onTimeout: 'On Timeout',
	pollInterval: 'Poll Interval',
	putOutputInField: 'Put Output in Field',
	responseFormat: 'Response Format',
	stream: 'Stream Images',
	duration: 'Duration',
	mask: MASK,
	draftTaskId: DRAFT_TASK_ID,
	...IMAGE_OPTION_LABELS,
	...GPT_IMAGE_OPTION_LABELS,
	...VIDEO_OPTION_LABELS,
	referenceAudio: REFERENCE_AUDIOS,
	referenceVideos: REFERENCE_VIDEOS,
	timeout: 'Timeout',
	whileWaiting: WHILE_WAITING,
	watermark: 'Watermark',
};

/**
 * Reads the parameters of one item.
 * @param hiddenDefaults every parameter that is read, with its value if the form hides it
 * @throws GenerationError of kind `invalidInput` if an expression has returned an invalid value; the label of the input
 * images is `IMAGES`
 */
export function readParameters<Schema extends z.ZodTypeAny>(
	context: IExecuteFunctions,
	itemIndex: number,
	schema: Schema,
	hiddenDefaults: Record<string, unknown>,
): z.output<Schema> {
	const values = Object.entries(hiddenDefaults).map(([name, fallback]) => [
		name,
		context.getNodeParameter(name, itemIndex, fallback),
	]);
	const parsed = schema.safeParse(Object.fromEntries(values));
	if (parsed.success) return parsed.data;
	const labels: Record<string, string> = { ...LABELS, images: IMAGES };
	const [issue] = parsed.error.issues;
	const name =
		issue?.path
			.map(String)
			.reverse()
			.find((part) => part in labels) ?? '';
	throw invalidInput(labels[name] ?? 'Options', issue?.message ?? 'is not what the form asks for');
}

/** How many items are processed at the same time. The value of the first item applies to the whole run. */
export function readMaxConcurrency(context: IExecuteFunctions, fallback: number): number {
	try {
		return countParamOr(fallback).parse(
			context.getNodeParameter('options.maxConcurrency', 0, fallback),
		);
	} catch {
		// An invalid value fails each item when its parameters are read.
		return fallback;
	}
}
