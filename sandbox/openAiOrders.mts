import { z } from 'zod';

import type { FormFile } from './forms.mjs';
import type { OutputFormat, Quality } from './gptImageModels.mjs';

/** An order as both paths of OpenAI's image API come to it, whichever of the fields the gateway has. */
export interface ImageOrder {
	model: string;
	prompt: string;
	n: number;
	quality: 'auto' | Quality;
	/** "auto", or pixels as "1536x1024" */
	size: string;
	background?: 'auto' | 'transparent' | 'opaque';
	output_format?: OutputFormat;
	output_compression?: number;
	complexity?: 'low' | 'medium' | 'high';
	stream?: boolean;
	partial_images?: number;
	frame_count?: number;
	frame_duration_ms?: number;
	/** the author of an SVG */
	svg?: object;
	input_fidelity?: 'high' | 'low';
	safety_identifier?: string;
	user?: string;
	/** those to edit */
	images: FormFile[];
	mask?: FormFile;
	markup?: FormFile;
}

export type OrderSchema = z.ZodType<ImageOrder, z.ZodTypeDef, unknown>;

/** How what is no text is read: JSON has numbers and more, and a form has text. */
export interface Reads {
	wholeNumber(least: number, most: number): z.ZodType<number, z.ZodTypeDef, unknown>;
	truth: z.ZodType<boolean, z.ZodTypeDef, unknown>;
}

export const OF_JSON: Reads = {
	wholeNumber: (least, most) => z.number().int().min(least).max(most),
	truth: z.boolean(),
};

export const OF_FORM: Reads = {
	wholeNumber: (least, most) =>
		z
			.string()
			.regex(/^\d{1,9}$/, 'expected a whole number')
			.transform(Number)
			.pipe(z.number().min(least).max(most)),
	truth: z.enum(['true', 'false']).transform((text) => text === 'true'),
};

const QUALITIES = ['auto', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

/** The fields that OpenAI and the docs of MyRouter have alike. */
export const commonFields = ({ wholeNumber }: Reads) => ({
	model: z.string(),
	prompt: z.string().trim().min(1, 'the prompt is empty').max(32_000),
	// A default would be read, too, and be no text.
	n: wholeNumber(1, 10)
		.optional()
		.transform((count) => count ?? 1),
	quality: z.enum(QUALITIES).default('auto'),
	size: z
		.string()
		.regex(/^(auto|[1-9]\d{0,4}x[1-9]\d{0,4})$/, 'expected auto or <width>x<height>')
		.default('auto'),
});

/** Those that OpenAI has besides: openai@7.59.0, resources/images. Which of them a model takes is in `gptImageRules`. */
export const openAiFields = ({ wholeNumber, truth }: Reads) => ({
	...commonFields({ wholeNumber, truth }),
	background: z.enum(['auto', 'transparent', 'opaque']).optional(),
	output_format: z.enum(['png', 'jpeg', 'webp', 'gif', 'svg']).optional(),
	output_compression: wholeNumber(0, 100).optional(),
	complexity: z.enum(['low', 'medium', 'high']).optional(),
	stream: truth.optional(),
	partial_images: wholeNumber(0, 3).optional(),
	frame_count: wholeNumber(2, 16).optional(),
	frame_duration_ms: wholeNumber(0, 1_000_000).optional(),
	safety_identifier: z.string().optional(),
	user: z.string().optional(),
});

/** OpenAI refuses a part that does not say which of these it is, whatever its bytes are. */
const TYPES = ['image/png', 'image/jpeg', 'image/webp'] as const;

const fileOf = (types: readonly [string, ...string[]]) =>
	z.object(
		{
			name: z.string(),
			type: z.enum(types, {
				errorMap: () => ({ message: `unsupported mimetype, supported are ${types.join(', ')}` }),
			}),
			bytes: z.custom<Buffer>(Buffer.isBuffer),
		},
		{ invalid_type_error: 'expected a file' },
	);

/** OpenAI's docs, and MyRouter's: up to 16 images to edit. */
export const imageFiles = z.array(fileOf(TYPES)).min(1).max(16);

/** OpenAI's docs: the mask is a PNG, and so is the markup. */
export const pngFile = fileOf(['image/png']);

/** Gives the images that are to be edited their place in an order. */
export function withImages<Fields extends { image: FormFile[] }>({ image, ...fields }: Fields) {
	return { ...fields, images: image };
}

/** For an order that has none. */
export function withoutImages<Fields extends object>(fields: Fields) {
	return { ...fields, images: [] };
}

/** openai@7.59.0: a null is as good as nothing, in nearly all fields. */
export function withoutNulls(input: unknown): unknown {
	if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
	return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}
