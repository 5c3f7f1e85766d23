import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';
import {
	DEFAULT_ASPECT_RATIO,
	DEFAULT_FIELD,
	DEFAULT_HEIGHT,
	DEFAULT_MAX_CONCURRENCY,
	DEFAULT_MAX_IMAGES,
	DEFAULT_RESOLUTION,
	DEFAULT_RESPONSE_FORMAT,
	DEFAULT_TIMEOUT,
	DEFAULT_WIDTH,
} from '../shared/defaults';
import type { ReferenceSource } from '../shared/io/references';
import { invalidInput } from '../shared/media/failure';
import { RESOLUTIONS } from '../shared/media/pictureSize';

/** What an expression may give for a text. Nothing is no text, rather than the word "undefined". */
const text = z
	.union([z.string(), z.number(), z.boolean()], { errorMap: () => ({ message: 'has to be a text' }) })
	.nullish()
	.transform((value) => (value === null || value === undefined ? '' : String(value)));
/** For a text that has a default: nothing is the default. */
const textOr = (fallback: string) => text.transform((value) => (value === '' ? fallback : value));

const number = z.coerce.number({ invalid_type_error: 'is not a number' });
const yesOrNo = z.boolean({ invalid_type_error: 'has to be true or false' });
const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
	z.enum(values, { errorMap: (_issue, { data }) => ({ message: `${String(data)} is not offered, choose one of ${values.join(', ')}` }) });

/** Links live a day, so nothing takes longer. Seconds. */
const LONGEST_TIMEOUT = 24 * 60 * 60;

const optionsSchema = z.object({
	download: yesOrNo.default(true),
	fileName: text,
	handLinksOn: yesOrNo.default(false),
	maxConcurrency: number.int('has to be a whole number').min(1, 'has to be 1 or more').default(DEFAULT_MAX_CONCURRENCY),
	maxImages: number.default(DEFAULT_MAX_IMAGES),
	putOutputInField: textOr(DEFAULT_FIELD),
	responseFormat: oneOf(['url', 'base64']).default(DEFAULT_RESPONSE_FORMAT),
	timeout: number
		.positive('has to be more than 0 seconds')
		.max(LONGEST_TIMEOUT, `has to be at most ${LONGEST_TIMEOUT} seconds, which is a day`)
		.default(DEFAULT_TIMEOUT),
	watermark: yesOrNo.default(false),
});

const imageSchema = z.object({
	source: oneOf(['binary', 'url', 'base64']).default('binary'),
	binaryPropertyName: text.default(DEFAULT_FIELD),
	url: text,
	base64: text,
});

const parametersSchema = z.object({
	model: z.object({ mode: z.string().default('id'), value: text }),
	prompt: text,
	images: z.object({ image: z.array(imageSchema).default([]) }).default({}),
	aspectRatio: textOr(DEFAULT_ASPECT_RATIO),
	resolution: oneOf([...RESOLUTIONS, 'custom']),
	width: number,
	height: number,
	options: optionsSchema.default({}),
});

type Parsed = z.infer<typeof parametersSchema>;

/** The form of one item, checked for its types. */
export interface SeedreamParameters extends Omit<Parsed, 'images'> {
	references: ReferenceSource[];
}

/** The labels of the form, for what is said about a parameter. */
const LABELS: Record<string, string> = {
	model: 'Model',
	prompt: 'Prompt',
	images: 'Reference Images',
	aspectRatio: 'Aspect Ratio',
	resolution: 'Resolution',
	width: 'Width',
	height: 'Height',
	fileName: 'File Name',
	maxConcurrency: 'Max Concurrency',
	maxImages: 'Max Images',
	putOutputInField: 'Put Output in Field',
	responseFormat: 'Response Format',
	timeout: 'Timeout',
	watermark: 'Watermark',
};

/**
 * Reads the form for one item.
 * @throws MediaError of kind `invalidInput` when an expression gave something unfit
 */
export function readParameters(context: IExecuteFunctions, itemIndex: number): SeedreamParameters {
	const get = (name: string, fallback: unknown) => context.getNodeParameter(name, itemIndex, fallback);
	const model: unknown = context.getNodeParameter('model', itemIndex);
	const parsed = parametersSchema.safeParse({
		model: typeof model === 'object' && model !== null ? model : { mode: 'id', value: model },
		prompt: get('prompt', ''),
		images: get('images', {}),
		aspectRatio: get('aspectRatio', DEFAULT_ASPECT_RATIO),
		resolution: get('resolution', DEFAULT_RESOLUTION),
		width: get('width', DEFAULT_WIDTH),
		height: get('height', DEFAULT_HEIGHT),
		options: get('options', {}),
	});
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		const name = issue?.path.map(String).reverse().find((part) => part in LABELS) ?? '';
		throw invalidInput(LABELS[name] ?? 'Options', issue?.message ?? 'is not what the form asks for');
	}
	const { images, ...parameters } = parsed.data;
	return { ...parameters, references: images.image.flatMap((image) => referencesOf(image, parameters.options.handLinksOn)) };
}

/** A row may name several binary fields, separated by commas. */
function referencesOf(image: z.infer<typeof imageSchema>, asLink: boolean): ReferenceSource[] {
	if (image.source === 'url') return [{ source: 'url', url: image.url, asLink }];
	if (image.source === 'base64') return [{ source: 'base64', base64: image.base64 }];
	const fields = image.binaryPropertyName.split(',').map((field) => field.trim()).filter((field) => field !== '');
	if (fields.length === 0) throw invalidInput('Reference Images', 'the input data field name of a reference image is empty');
	return fields.map((field) => ({ source: 'binary', field }));
}

/** How many items are in work at once. It holds for the whole run, so the first item decides. */
export function maxConcurrencyOf(context: IExecuteFunctions): number {
	try {
		const chosen: unknown = context.getNodeParameter('options.maxConcurrency', 0, DEFAULT_MAX_CONCURRENCY);
		return optionsSchema.shape.maxConcurrency.parse(chosen);
	} catch {
		// What is wrong with it is said of each item, when its form is read.
		return DEFAULT_MAX_CONCURRENCY;
	}
}
