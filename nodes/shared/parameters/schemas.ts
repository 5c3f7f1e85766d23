import { z } from 'zod';
import { MAX_TIMEOUT_SECONDS } from '../generation/defaults';
import { invalidInput } from '../errors/failure';
import { isDots } from '../media/url';

/** What an expression may give for a text. Nothing is no text, rather than the word "undefined". */
export const stringParam = z
	.union([z.string(), z.number(), z.boolean()], {
		errorMap: () => ({ message: 'has to be a text' }),
	})
	.nullish()
	.transform((value) => (value === null || value === undefined ? '' : String(value)));

/** One text, or what an expression gives for several of them. */
export const stringListParam = z
	.union([stringParam, z.array(stringParam)], {
		errorMap: () => ({ message: 'has to be a text, or a list of texts' }),
	})
	.transform((value) => [value].flat());

/** For a word that has a default: nothing is the default. */
export const stringParamOr = (fallback: string) =>
	stringParam.transform((value) => value.trim() || fallback);

/** What an expression gives where there is nothing, e.g. in an empty cell of a table. */
const isEmpty = (value: unknown) =>
	value === null || value === '' || (Array.isArray(value) && value.length === 0);

/**
 * A value that may be left out: nothing is left out, too.
 * @param rule what it has to be
 * @param read what a text stands for
 */
const orUndefined = <Rule extends z.ZodTypeAny>(
	rule: Rule,
	read: (text: string) => unknown = (text) => text,
) =>
	z.preprocess((value) => {
		const known = typeof value === 'string' ? value.trim() : value;
		if (isEmpty(known)) return undefined;
		return typeof known === 'string' ? read(known) : known;
	}, rule);

/** @param rule what the number has to be */
const toNumberParam = <Rule extends z.ZodTypeAny>(rule: Rule) =>
	z.preprocess((value) => (value === false ? undefined : value), orUndefined(rule, Number));

const numberParam = z.number({ invalid_type_error: 'is not a number' }).finite('is not a number');

/** A number that may be left out. Nothing is none, rather than 0. */
export const optionalNumberParam = toNumberParam(numberParam.optional());

/** For a number that has a default: nothing is the default, rather than 0. */
export const numberParamOr = (fallback: number, rule = numberParam) =>
	toNumberParam(rule.default(fallback));

const booleanParam = z.boolean({ invalid_type_error: 'has to be true or false' });

/** What a table makes of a checkbox. */
const FLAGS = new Map([
	['true', true],
	['false', false],
]);

const toBooleanParam = <Rule extends z.ZodTypeAny>(rule: Rule) =>
	orUndefined(rule, (text) => FLAGS.get(text.toLowerCase()) ?? text);

/** A choice of two that may be left out. */
export const optionalBooleanParam = toBooleanParam(booleanParam.optional());

/** A choice of two that has a default: nothing is the default. */
export const booleanParamOr = (fallback: boolean) => toBooleanParam(booleanParam.default(fallback));

type EnumValues = readonly [string, ...string[]];

/** One of a few words. */
export const enumParam = <const Values extends EnumValues>(values: Values) =>
	z.enum(values, {
		errorMap: (_issue, { data }) => ({
			message: `${String(data)} is not offered, choose one of ${values.join(', ')}`,
		}),
	});

/** One of a few words, which may be left out. */
export const optionalEnumParam = <const Values extends EnumValues>(values: Values) =>
	orUndefined(enumParam(values).optional());

/** One of a few words, of which one is the default: nothing is the default. */
export const enumParamOr = <const Values extends EnumValues>(
	values: Values,
	fallback: Values[number],
) =>
	orUndefined(
		enumParam(values)
			.optional()
			.transform((word) => word ?? fallback),
	);

/** A resource locator, or what an expression gave in its place. */
export const modelParam = z.preprocess(
	(value) => (typeof value === 'object' && value !== null ? value : { mode: 'id', value }),
	z.object({ mode: z.string().default('id'), value: stringParam }),
);

/** How many there may be. */
export const countParamOr = (fallback: number) =>
	numberParamOr(
		fallback,
		numberParam.int('has to be a whole number').min(1, 'has to be 1 or more'),
	);

/** How long something is put off, in seconds. */
export const intervalParamOr = (seconds: number) =>
	numberParamOr(seconds, numberParam.min(0, 'has to be 0 or more seconds'));

/** A time limit in seconds. */
export const timeoutParamOr = (seconds: number) =>
	numberParamOr(
		seconds,
		numberParam
			.positive('has to be more than 0 seconds')
			.max(MAX_TIMEOUT_SECONDS, `has to be at most ${MAX_TIMEOUT_SECONDS} seconds, which is a day`),
	);

/**
 * The ID of a task that the form names.
 * @throws MediaError of kind `invalidInput` when it can be none
 */
export function parseTaskId(value: unknown): string {
	const parsed = stringParam.safeParse(value);
	if (!parsed.success) throw invalidInput('Task ID', 'has to be a text');
	const id = parsed.data.trim();
	if (id === '')
		throw invalidInput('Task ID', 'it is empty; Create Task gives it as {{ $json.taskId }}');
	if (isDots(id)) throw invalidInput('Task ID', `"${id}" is none`);
	return id;
}
