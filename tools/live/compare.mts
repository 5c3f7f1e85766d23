import type { z } from 'zod';
import type { Source } from '../../nodes/shared/generation/request.js';

/** What an answer has to look like. */
export interface Description {
	httpStatus: number;
	/**
	 * The body, or of a stream the data of each event; the one that fits best counts. Strict all through, so that what
	 * is new shows.
	 */
	bodies: readonly [z.ZodTypeAny, ...z.ZodTypeAny[]];
	/** Where that is known from. */
	source: Source;
}

/** More say no more. */
const MOST_DIFFERENCES = 12;

/** In which ways a body is not as it is described, each in a few words; none where it is. */
export function differencesOf(body: unknown, { bodies }: Pick<Description, 'bodies'>): string[] {
	const [first = [], ...others] = bodies.map((schema) => {
		const { error } = schema.safeParse(body);
		return [...new Set((error?.issues ?? []).flatMap((issue) => wordsOf(issue, body)))].slice(
			0,
			MOST_DIFFERENCES,
		);
	});
	return others.reduce((fewest, found) => (found.length < fewest.length ? found : fewest), first);
}

function wordsOf(issue: z.ZodIssue, body: unknown): string[] {
	const value = valueAt(body, issue.path);
	const field = nameOf(issue.path);
	switch (issue.code) {
		case 'unrecognized_keys':
			return issue.keys.map(
				(key) => `new field ${nameOf([...issue.path, key])} (${typeOf(valueAt(value, [key]))})`,
			);
		case 'invalid_type':
			return [
				value === undefined
					? `${field} is missing`
					: `${field} is of the type ${typeOf(value)}, expected is ${issue.expected}`,
			];
		case 'invalid_literal':
			return [
				value === undefined
					? `${field} is missing`
					: `${field} is ${quoted(value)}, expected is ${quoted(issue.expected)}`,
			];
		case 'invalid_enum_value':
		case 'invalid_union_discriminator':
			return [
				value === undefined
					? `${field} is missing`
					: `${field} is ${quoted(value)}, known are ${issue.options.map(quoted).join(', ')}`,
			];
		default:
			return [`${field}: ${issue.message}`];
	}
}

/** "items[].content.video_url": the entries of a list are all the same. */
function nameOf(path: ReadonlyArray<string | number>): string {
	const name = path.map((part) => (typeof part === 'number' ? '[]' : `.${part}`)).join('');
	return name === '' ? 'the answer' : name.replace(/^\./, '');
}

function valueAt(body: unknown, path: ReadonlyArray<string | number>): unknown {
	return path.reduce<unknown>(
		(value, part) =>
			typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined,
		body,
	);
}

function typeOf(value: unknown): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'array' : typeof value;
}

const quoted = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 60);
