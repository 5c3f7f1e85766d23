import { z } from 'zod';
import { LONGEST_TIMEOUT } from '../defaults';

/** What an expression may give for a text. Nothing is no text, rather than the word "undefined". */
export const text = z
	.union([z.string(), z.number(), z.boolean()], { errorMap: () => ({ message: 'has to be a text' }) })
	.nullish()
	.transform((value) => (value === null || value === undefined ? '' : String(value)));

/** For a text that has a default: nothing is the default. */
export const textOr = (fallback: string) => text.transform((value) => (value === '' ? fallback : value));

export const number = z.coerce.number({ invalid_type_error: 'is not a number' });

const isNothing = (value: unknown) => value === null || (typeof value === 'string' && value.trim() === '');

/** A number that may be left out. Nothing, e.g. an empty cell of a table, is none, rather than 0. */
export const optionalNumber = z.preprocess(
	(value) => (isNothing(value) ? undefined : value),
	z.union([z.number(), z.string().pipe(z.coerce.number())], { errorMap: () => ({ message: 'is not a number' }) }).optional(),
);

export const yesOrNo = z.boolean({ invalid_type_error: 'has to be true or false' });

/** One of a few words. */
export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
	z.enum(values, { errorMap: (_issue, { data }) => ({ message: `${String(data)} is not offered, choose one of ${values.join(', ')}` }) });

/** A resource locator, or what an expression gave in its place. */
export const modelChoice = z.preprocess(
	(value) => (typeof value === 'object' && value !== null ? value : { mode: 'id', value }),
	z.object({ mode: z.string().default('id'), value: text }),
);

export const concurrency = number.int('has to be a whole number').min(1, 'has to be 1 or more');

/** A time limit in seconds. */
export const timeoutOr = (seconds: number) =>
	number
		.positive('has to be more than 0 seconds')
		.max(LONGEST_TIMEOUT, `has to be at most ${LONGEST_TIMEOUT} seconds, which is a day`)
		.default(seconds);
