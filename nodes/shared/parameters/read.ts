import type { IExecuteFunctions } from 'n8n-workflow';
import type { z } from 'zod';
import { WHILE_WAITING } from '../generation/labels';
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

/** The labels of the form, for what is said about a parameter. */
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
 * Reads the form for one item.
 * @param schema what its parameters have to be
 * @param fallbacks every parameter that is read, with what holds where it is hidden
 * @param imagesLabel what the form calls the input images
 * @throws MediaError of kind `invalidInput` when an expression gave something unfit
 */
export function readParameters<Schema extends z.ZodTypeAny>(
	context: IExecuteFunctions,
	itemIndex: number,
	schema: Schema,
	fallbacks: Record<string, unknown>,
	imagesLabel: string,
): z.output<Schema> {
	const values = Object.entries(fallbacks).map(([name, fallback]) => [
		name,
		context.getNodeParameter(name, itemIndex, fallback),
	]);
	const parsed = schema.safeParse(Object.fromEntries(values));
	if (parsed.success) return parsed.data;
	const labels: Record<string, string> = { ...LABELS, images: imagesLabel };
	const [issue] = parsed.error.issues;
	const name =
		issue?.path
			.map(String)
			.reverse()
			.find((part) => part in labels) ?? '';
	throw invalidInput(labels[name] ?? 'Options', issue?.message ?? 'is not what the form asks for');
}

/** How many items are in work at once. It holds for the whole run, so the first item decides. */
export function readMaxConcurrency(context: IExecuteFunctions, fallback: number): number {
	try {
		return countParamOr(fallback).parse(
			context.getNodeParameter('options.maxConcurrency', 0, fallback),
		);
	} catch {
		// What is wrong with it is said of each item, when its form is read.
		return fallback;
	}
}
