import { oneLine } from '../errors/failure';
import { parseJson } from '../media/json';
import { bodyExcerpt, fieldsOf, pageText, textOf } from './responseBody';
import type { ApiResponse } from './types';

/** A longer text is not a code, and would be shown beside the message. */
const MAX_CODE_LENGTH = 100;

/** Fields that hold the error inside a response, or inside another error, in the order in which they are searched. */
const INNER_FIELDS = ['error', 'Error', 'ResponseMetadata', 'message'];

/** Fields that list individual faults. A message for the whole goes before theirs. */
const FAULT_FIELDS = ['detail', 'errors', 'issues'];

/** Fields with the message for people, the most informative first. */
const MESSAGE_FIELDS = [
	'message',
	'Message',
	'msg',
	'error_description',
	'detail',
	'error_message',
	'error_msg',
	'errorMessage',
	'description',
];

/** Fields with a short name of the error, which tells less than any message. */
const NAME_FIELDS = ['reason', 'error', 'title', 'type', 'Code'];

/** How deep an error is nested in a response at most. */
const MAX_DEPTH = 4;

/** How many errors of a list are read. */
const MAX_ERRORS = 5;

/** A longer message is not searched for an error inside it. Characters. */
const MAX_MESSAGE_LENGTH = 10_000;

/** A code of an error that means success, or nothing. */
const NO_ERROR_CODE = /^(0|200|ok|success)?$/i;

/** What was found about an error. */
interface Details {
	code?: string | undefined;
	message?: string | undefined;
	/** A short name, if there is no message. */
	name?: string | undefined;
}

/** Returns the text of the first field that has one. */
function textIn(fields: Record<string, unknown>, names: readonly string[]): string | undefined {
	for (const name of names) {
		const text = textOf(fields[name]);
		if (text !== undefined) return text;
	}
	return undefined;
}

/** Returns where in the request the error is: a path, or the parts of one (FastAPI's `loc`). */
function locationIn({ loc, path }: Record<string, unknown>): string {
	return [loc ?? path ?? []]
		.flat()
		.flatMap((part) => textOf(part) ?? [])
		.join('.');
}

/** Finds the details in a list of errors, or of texts. */
function detailsInList(list: readonly unknown[], depth: number): Details {
	const found = list.slice(0, MAX_ERRORS).map((entry): Details => {
		const message = textOf(entry);
		return message === undefined ? detailsIn(entry, depth) : { message };
	});
	const message = [...new Set(found.flatMap((one) => one.message ?? []))].join('; ');
	return { ...found[0], message: message === '' ? undefined : message };
}

/**
 * Finds the details of an error that a message contains as JSON: proxies pass on the refusal of the API behind them
 * that way. Other JSON is told apart by its lack of a code.
 */
function detailsInMessage(message: string, depth: number): Details {
	const start = message.indexOf('{');
	if (start < 0 || message.length > MAX_MESSAGE_LENGTH) return {};
	const found = detailsIn(parseJson(message.slice(start, message.lastIndexOf('}') + 1)), depth);
	return found.code === undefined ? {} : found;
}

function detailsInField(value: unknown, depth: number): Details | undefined {
	if (typeof value === 'string') return detailsInMessage(value, depth);
	return typeof value === 'object' ? detailsIn(value, depth) : undefined;
}

/** @param depth how deep in the response the body is, from 0 */
function detailsIn(body: unknown, depth: number): Details {
	if (depth > MAX_DEPTH) return {};
	if (Array.isArray(body)) return detailsInList(body, depth + 1);
	const fields = fieldsOf(body);
	const inner = new Map(
		[...INNER_FIELDS, ...FAULT_FIELDS].map((name) => [
			name,
			detailsInField(fields[name], depth + 1),
		]),
	);
	const first = (names: readonly string[], key: keyof Details) =>
		names.map((name) => inner.get(name)?.[key]).find((one) => one !== undefined);
	const own = textIn(fields, MESSAGE_FIELDS);
	// A title is the same for all errors of a kind, so it only adds to a detail.
	const title = own !== undefined && own === fields.detail ? textIn(fields, ['title']) : undefined;
	const location = depth > 0 ? locationIn(fields) : '';
	const message = first(INNER_FIELDS, 'message') ?? own ?? first(FAULT_FIELDS, 'message');
	return {
		code:
			first([...INNER_FIELDS, ...FAULT_FIELDS], 'code') ??
			[fields.reason, fields.code, fields.Code]
				.map(textOf)
				.find((one) => one !== undefined && one.length <= MAX_CODE_LENGTH),
		message:
			message === undefined
				? undefined
				: [location, title, message].filter((part) => part !== undefined && part !== '').join(': '),
		name: textIn(fields, NAME_FIELDS) ?? first(INNER_FIELDS, 'name'),
	};
}

/**
 * Finds the code and the message of an error in a gateway's JSON, wherever the gateway and the proxies in front of it
 * put them: OpenAI's and BytePlus's `error`, Volcengine's `ResponseMetadata.Error`, Cloudflare's `errors`, FastAPI's
 * `detail`, NestJS's list of messages, OAuth's `error_description`, and `title` with `detail` (RFC 7807).
 * @returns undefined for anything but an object or a list
 */
export function findErrorDetails(body: unknown): { code?: string; message: string } | undefined {
	if (typeof body !== 'object' || body === null) return undefined;
	const { code, message, name } = detailsIn(body, 0);
	return { message: message ?? name ?? '', ...(code === undefined ? {} : { code }) };
}

/** Returns the code and the message of any response at all: at worst the beginning of its JSON. */
export function extractErrorDetails({ httpStatus, body, location }: ApiResponse): {
	code?: string;
	message: string;
} {
	const { code, message } = findErrorDetails(body) ?? { message: '' };
	const excerpt =
		typeof body === 'string' ? pageText(body) : hasMoreThan(code, body) ? bodyExcerpt(body) : '';
	const isRedirect = httpStatus >= 300 && httpStatus < 400 && location !== undefined;
	const shown =
		message || [`HTTP status ${httpStatus}`, excerpt].filter((part) => part !== '').join(': ');
	return {
		message: isRedirect ? `${shown}; it leads to ${oneLine(location)}` : shown,
		...(code === undefined ? {} : { code }),
	};
}

/** Returns whether a body has any field besides the code. */
const hasMoreThan = (code: string | undefined, body: unknown) =>
	typeof body === 'object' &&
	body !== null &&
	Object.keys(body).length > (code === undefined ? 0 : 1);

/** Returns whether a code, or the empty text in its place, reports no error. */
export const isNoErrorCode = (code: string) => NO_ERROR_CODE.test(code);

/** Returns whether an `error` reports one: proxies send it empty, or as a success, beside a good response. */
const isError = ({ code = '', message }: { code?: string | undefined; message: string }) =>
	!isNoErrorCode(code) || (message !== '' && !/^(0|ok|success)$/i.test(message) && code === '');

/** Returns whether a body states by its fields that the request failed, whatever the HTTP status. */
export function statesFailure(body: unknown): boolean {
	const { error, errors, success } = fieldsOf(body);
	if (success === false || (Array.isArray(errors) && errors.length > 0)) return true;
	if (error === undefined || error === null) return false;
	const text = textOf(error);
	if (text !== undefined) return isError({ message: text });
	const { code, message, name } = detailsIn(error, 1);
	return isError({ code, message: message ?? name ?? '' });
}
