import { z } from 'zod';
import { MAX_TIMEOUT_SECONDS } from '../generation/defaults';
import { invalidInput } from '../errors/failure';
import { isDots } from '../media/url';

/** Any value that an expression may return as text. A missing value is empty, rather than the word "undefined". */
export const stringParam = z
	.union([z.string(), z.number(), z.boolean()], {
		errorMap: () => ({ message: 'has to be a text' }),
	})
	.nullish()
	.transform((value) => (value === null || value === undefined ? '' : String(value)));

/** One text, or a list of texts from an expression. */
export const stringListParam = z
	.union([stringParam, z.array(stringParam)], {
		errorMap: () => ({ message: 'has to be a text, or a list of texts' }),
	})
	.transform((value) => [value].flat());

/** A text with a default, which also replaces a missing value. */
export const stringParamOr = (fallback: string) =>
	stringParam.transform((value) => value.trim() || fallback);

/** A missing value, as an expression returns it e.g. for an empty cell of a table. */
const isEmpty = (value: unknown) =>
	value === null || value === '' || (Array.isArray(value) && value.length === 0);

/**
 * An optional value: a missing one is undefined.
 * @param read converts a text, from which the surrounding blanks have been removed
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

const toNumberParam = <Rule extends z.ZodTypeAny>(rule: Rule) =>
	z.preprocess((value) => (value === false ? undefined : value), orUndefined(rule, Number));

const numberParam = z.number({ invalid_type_error: 'is not a number' }).finite('is not a number');

/** An optional number: a missing value is undefined, rather than 0. */
export const optionalNumberParam = toNumberParam(numberParam.optional());

/** A number with a default, which also replaces a missing value, rather than 0. */
export const numberParamOr = (fallback: number, rule = numberParam) =>
	toNumberParam(rule.default(fallback));

const booleanParam = z.boolean({ invalid_type_error: 'has to be true or false' });

/** The texts in which tables export a checkbox. */
const FLAGS = new Map([
	['true', true],
	['false', false],
]);

const toBooleanParam = <Rule extends z.ZodTypeAny>(rule: Rule) =>
	orUndefined(rule, (text) => FLAGS.get(text.toLowerCase()) ?? text);

/** An optional boolean. */
export const optionalBooleanParam = toBooleanParam(booleanParam.optional());

/** A boolean with a default, which also replaces a missing value. */
export const booleanParamOr = (fallback: boolean) => toBooleanParam(booleanParam.default(fallback));

type EnumValues = readonly [string, ...string[]];

/** One of several values. */
export const enumParam = <const Values extends EnumValues>(values: Values) =>
	z.enum(values, {
		errorMap: (_issue, { data }) => ({
			message: `${String(data)} is not offered, choose one of ${values.join(', ')}`,
		}),
	});

/** One of several values, or none. */
export const optionalEnumParam = <const Values extends EnumValues>(values: Values) =>
	orUndefined(enumParam(values).optional());

/** One of several values. The default also replaces a missing value. */
export const enumParamOr = <const Values extends EnumValues>(
	values: Values,
	fallback: Values[number],
) =>
	orUndefined(
		enumParam(values)
			.optional()
			.transform((word) => word ?? fallback),
	);

/** A resource locator, or a bare ID from an expression. */
export const modelParam = z.preprocess(
	(value) => (typeof value === 'object' && value !== null ? value : { mode: 'id', value }),
	z.object({ mode: z.string().default('id'), value: stringParam }),
);

/** A number of things, with a default. */
export const countParamOr = (fallback: number) =>
	numberParamOr(
		fallback,
		numberParam.int('has to be a whole number').min(1, 'has to be 1 or more'),
	);

/** An interval in seconds, with a default. */
export const intervalParamOr = (defaultSeconds: number) =>
	numberParamOr(defaultSeconds, numberParam.min(0, 'has to be 0 or more seconds'));

/** A timeout in seconds, with a default. */
export const timeoutParamOr = (defaultSeconds: number) =>
	numberParamOr(
		defaultSeconds,
		numberParam
			.positive('has to be more than 0 seconds')
			.max(MAX_TIMEOUT_SECONDS, `has to be at most ${MAX_TIMEOUT_SECONDS} seconds, which is a day`),
	);

/**
 * Returns the task ID of the parameters.
 * @throws GenerationError of kind `invalidInput` if it cannot be a task ID
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
