import { z } from 'zod';

import type { FormFile } from './forms.mjs';

/** An order as both paths of OpenAI's image API come to it, whichever of the fields the gateway has. */
export interface ImageOrder {
	model: string;
	prompt: string;
	n: number;
	quality: 'auto' | 'high' | 'medium' | 'low';
	/** "auto", or pixels as "1536x1024" */
	size: string;
	background?: 'auto' | 'transparent' | 'opaque';
	output_format?: 'png' | 'jpeg' | 'webp';
	output_compression?: number;
	/** those to edit */
	images: FormFile[];
	mask?: FormFile;
}

export type OrderSchema = z.ZodType<ImageOrder, z.ZodTypeDef, unknown>;

/** How a whole number is read: JSON has numbers, and a form has text. */
export type ReadNumber = (least: number, most: number) => z.ZodType<number, z.ZodTypeDef, unknown>;

export const wholeNumber: ReadNumber = (least, most) => z.number().int().min(least).max(most);

export const wholeNumberAsText: ReadNumber = (least, most) =>
	z
		.string()
		.regex(/^\d{1,9}$/, 'expected a whole number')
		.transform(Number)
		.pipe(z.number().min(least).max(most));

/** The fields that OpenAI and the docs of MyRouter have alike. */
export const commonFields = (read: ReadNumber) => ({
	model: z.string(),
	prompt: z.string().trim().min(1, 'the prompt is empty').max(32_000),
	// A default would be read, too, and be no text.
	n: read(1, 10)
		.optional()
		.transform((count) => count ?? 1),
	quality: z.enum(['auto', 'high', 'medium', 'low']).default('auto'),
	size: z.enum(['auto', '1024x1024', '1536x1024', '1024x1536']).default('auto'),
});

/** Those that OpenAI's docs have besides, without streams, which the sandbox does not play here. */
export const openAiFields = (read: ReadNumber) => ({
	...commonFields(read),
	background: z.enum(['auto', 'transparent', 'opaque']).optional(),
	output_format: z.enum(['png', 'jpeg', 'webp']).optional(),
	output_compression: read(0, 100).optional(),
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

/** OpenAI's docs: the mask is a PNG. */
export const maskFile = fileOf(['image/png']);

/** Gives the images that are to be edited their place in an order. */
export function withImages<Fields extends { image: FormFile[] }>({ image, ...fields }: Fields) {
	return { ...fields, images: image };
}

/** For an order that has none. */
export function withoutImages<Fields extends object>(fields: Fields) {
	return { ...fields, images: [] };
}
