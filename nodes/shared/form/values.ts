import { z } from 'zod';
import { LONGEST_TIMEOUT } from '../defaults';
import { invalidInput } from '../media/failure';
import { isDots } from '../media/link';

/** What an expression may give for a text. Nothing is no text, rather than the word "undefined". */
export const text = z
	.union([z.string(), z.number(), z.boolean()], { errorMap: () => ({ message: 'has to be a text' }) })
	.nullish()
	.transform((value) => (value === null || value === undefined ? '' : String(value)));

/** One text, or what an expression gives for several of them. */
export const texts = z
	.union([text, z.array(text)], { errorMap: () => ({ message: 'has to be a text, or a list of texts' }) })
	.transform((value) => [value].flat());

/** For a text that has a default: nothing is the default. */
export const textOr = (fallback: string) => text.transform((value) => (value === '' ? fallback : value));

/** What an expression gives where there is nothing, e.g. in an empty cell of a table. */
const isNothing = (value: unknown) =>
	value === null || value === false || (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0);

/** @param rule what the number has to be */
const numberAs = <Rule extends z.ZodTypeAny>(rule: Rule) =>
	z.preprocess((value) => {
		if (isNothing(value)) return undefined;
		return typeof value === 'string' ? Number(value) : value;
	}, rule);

const number = z.number({ invalid_type_error: 'is not a number' }).finite('is not a number');

/** A number that may be left out. Nothing is none, rather than 0. */
export const optionalNumber = numberAs(number.optional());

/** For a number that has a default: nothing is the default, rather than 0. */
export const numberOr = (fallback: number, rule = number) => numberAs(rule.default(fallback));

export const yesOrNo = z.boolean({ invalid_type_error: 'has to be true or false' });

/** One of a few words. */
export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
	z.enum(values, { errorMap: (_issue, { data }) => ({ message: `${String(data)} is not offered, choose one of ${values.join(', ')}` }) });

/** A resource locator, or what an expression gave in its place. */
export const modelChoice = z.preprocess(
	(value) => (typeof value === 'object' && value !== null ? value : { mode: 'id', value }),
	z.object({ mode: z.string().default('id'), value: text }),
);

/** How many there may be. */
export const countOr = (fallback: number) => numberOr(fallback, number.int('has to be a whole number').min(1, 'has to be 1 or more'));

/** How long something is put off, in seconds. */
export const pauseOr = (seconds: number) => numberOr(seconds, number.min(0, 'has to be 0 or more seconds'));

/** A time limit in seconds. */
export const timeoutOr = (seconds: number) =>
	numberOr(
		seconds,
		number.positive('has to be more than 0 seconds').max(LONGEST_TIMEOUT, `has to be at most ${LONGEST_TIMEOUT} seconds, which is a day`),
	);

/**
 * The ID of a task that the form names.
 * @throws MediaError of kind `invalidInput` when it can be none
 */
export function taskIdFrom(value: unknown): string {
	const parsed = text.safeParse(value);
	if (!parsed.success) throw invalidInput('Task ID', 'has to be a text');
	const id = parsed.data.trim();
	if (id === '') throw invalidInput('Task ID', 'it is empty; Create Task gives it as {{ $json.taskId }}');
	if (isDots(id)) throw invalidInput('Task ID', `"${id}" is none`);
	return id;
}
