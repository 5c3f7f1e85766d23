import { z } from 'zod';
import { dateAt } from '../media/date';
import { GenerationError, oneLine, shortened, type Failure } from '../errors/failure';
import type { FailureKind } from '../errors/policy';
import { fileSourceFrom } from '../generation/fileSource';
import { parseJson } from '../media/json';
import { isDots, isLink } from '../media/url';
import type { GeneratedFile, TaskStatus } from '../generation/result';
import type { ApiResponse, Gateway, ModelListApi } from './types';

/** A file as it comes in: its link, or in place of that its data; else it is refused. */
export const fileSchema = z.string().transform((text, context): GeneratedFile['source'] => {
	const source = fileSourceFrom(text);
	if (source !== undefined) return source;
	context.addIssue({ code: 'custom', message: 'is not a link' });
	return z.NEVER;
});

/** A file that is to come as base64: a gateway may put its link there. */
export const dataSchema = z
	.string()
	.min(1)
	.transform((base64): GeneratedFile['source'] => fileSourceFrom(base64) ?? { base64 });

/** A date in Unix seconds; all else counts as not given. */
export const unixSeconds = z
	.number()
	.transform((seconds) => dateAt(seconds * 1000))
	.optional()
	.catch(undefined);

/** An amount of money, as a number or a text ("8"). */
export const amount = z.union([
	z.number().finite(),
	z.string().trim().min(1).pipe(z.coerce.number().finite()),
]);

/** Counts by the gateway's own names. They may be nested, e.g. `input_tokens_details`, `tool_usage`; only those at the top are kept. */
export const usageSchema = z
	.record(z.unknown())
	.transform((usage) => {
		const counts = Object.entries(usage).flatMap(([name, count]) =>
			typeof count === 'number' && Number.isFinite(count) ? [[name, count] as const] : [],
		);
		return counts.length > 0 ? Object.fromEntries(counts) : undefined;
	})
	.optional()
	.catch(undefined);

/** A price; all else counts as not given. */
export const cost = amount.optional().catch(undefined);

/** An id of a task: one word, and not so long that no message could name it. */
export const taskIdSchema = z
	.union([z.string(), z.number().int().safe()])
	.transform(String)
	.pipe(
		z
			.string()
			.trim()
			.regex(/^[^\s\p{Cc}]{1,200}$/u)
			.refine((id) => !isDots(id)),
	);

/** A longer code is none, and would be shown beside the words. */
const MAX_CODE = 100;

/** Where an error stands inside of an answer, or of another error, in the order in which it is looked for. */
const INSIDE = ['error', 'Error', 'ResponseMetadata', 'message'];

/** Where the single faults stand, which words for the whole go before. */
const FAULTS = ['detail', 'errors', 'issues'];

/** Where the words for people stand, in the order in which they say most. */
const WORDS = [
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

/** Words that are short, and say less than any others. */
const NAMES = ['reason', 'error', 'title', 'type', 'Code'];

/** The fields of an object; none of anything else. A schema would copy them, with every answer and at every depth. */
const fieldsOf = (value: unknown): Record<string, unknown> => (isFields(value) ? value : {});
const isFields = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text, or a number as text; undefined for nothing, and for all else. Most fields are not there, which a schema tells slowly. */
function textOf(value: unknown): string | undefined {
	const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	return text === '' ? undefined : text;
}

/** An error in an answer is not nested deeper, and a list of errors says enough with its first. */
const MAX_DEPTH = 4;
const MAX_ERRORS = 5;

/** The first of the names under which there is a text. */
function textIn(fields: Record<string, unknown>, names: readonly string[]): string | undefined {
	for (const name of names) {
		const text = textOf(fields[name]);
		if (text !== undefined) return text;
	}
	return undefined;
}

/** Where in the request the error is: a path, or its parts (FastAPI's `loc`). */
function placeIn({ loc, path }: Record<string, unknown>): string {
	return [loc ?? path ?? []]
		.flat()
		.flatMap((part) => textOf(part) ?? [])
		.join('.');
}

/** What an error says: its code, words for people, and a name, which says less. */
interface Told {
	code?: string | undefined;
	words?: string | undefined;
	name?: string | undefined;
}

/** What a list of errors, or of texts, says. */
function toldInList(list: readonly unknown[], depth: number): Told {
	const told = list.slice(0, MAX_ERRORS).map((entry): Told => {
		const words = textOf(entry);
		return words === undefined ? toldIn(entry, depth) : { words };
	});
	const words = [...new Set(told.flatMap((one) => one.words ?? []))].join('; ');
	return { ...told[0], words: words === '' ? undefined : words };
}

/** Words that are longer are not looked through for an error inside of them. */
const MAX_MESSAGE_LENGTH = 10_000;

/** What an error says that stands in words as JSON: so proxies tell the refusal of who is behind them. Its code tells it from other JSON. */
function toldInWords(words: string, depth: number): Told {
	const start = words.indexOf('{');
	if (start < 0 || words.length > MAX_MESSAGE_LENGTH) return {};
	const told = toldIn(parseJson(words.slice(start, words.lastIndexOf('}') + 1)), depth);
	return told.code === undefined ? {} : told;
}

function toldInside(value: unknown, depth: number): Told | undefined {
	if (typeof value === 'string') return toldInWords(value, depth);
	return typeof value === 'object' ? toldIn(value, depth) : undefined;
}

function toldIn(body: unknown, depth: number): Told {
	if (depth > MAX_DEPTH) return {};
	if (Array.isArray(body)) return toldInList(body, depth + 1);
	const fields = fieldsOf(body);
	const inner = new Map(
		[...INSIDE, ...FAULTS].map((name) => [name, toldInside(fields[name], depth + 1)]),
	);
	const first = (names: readonly string[], key: keyof Told) =>
		names.map((name) => inner.get(name)?.[key]).find((one) => one !== undefined);
	const own = textIn(fields, WORDS);
	// A title is the same for all errors of a kind, and tells which.
	const title = own !== undefined && own === fields.detail ? textIn(fields, ['title']) : undefined;
	const place = depth > 0 ? placeIn(fields) : '';
	const words = first(INSIDE, 'words') ?? own ?? first(FAULTS, 'words');
	return {
		code:
			first([...INSIDE, ...FAULTS], 'code') ??
			[fields.reason, fields.code, fields.Code]
				.map(textOf)
				.find((one) => one !== undefined && one.length <= MAX_CODE),
		words:
			words === undefined
				? undefined
				: [place, title, words].filter((part) => part !== undefined && part !== '').join(': '),
		name: textIn(fields, NAMES) ?? first(INSIDE, 'name'),
	};
}

/**
 * The code and the words in a gateway's JSON, wherever it and the proxies before it put what went wrong: OpenAI's and
 * BytePlus's `error`, Volcengine's `ResponseMetadata.Error`, Cloudflare's `errors`, FastAPI's `detail`, NestJS's list of
 * messages, OAuth's `error_description`, and `title` with `detail` (RFC 7807).
 * @returns undefined where it is no object
 */
export function findErrorDetails(body: unknown): { code?: string; message: string } | undefined {
	if (typeof body !== 'object' || body === null) return undefined;
	const { code, words, name } = toldIn(body, 0);
	return { message: words ?? name ?? '', ...(code === undefined ? {} : { code }) };
}

/** The gateway's own code and words, found in any answer at all: at worst the beginning of its JSON. */
export function extractErrorDetails({ httpStatus, body, location }: ApiResponse): {
	code?: string;
	message: string;
} {
	const { code, message } = findErrorDetails(body) ?? { message: '' };
	const text =
		typeof body === 'string'
			? pageText(body)
			: saysMore(body, code)
				? shortened(oneLine(written(body)), 200)
				: '';
	const isRedirect = httpStatus >= 300 && httpStatus < 400 && location !== undefined;
	const told =
		message || [`HTTP status ${httpStatus}`, text].filter((part) => part !== '').join(': ');
	return {
		message: isRedirect ? `${told}; it leads to ${oneLine(location)}` : told,
		...(code === undefined ? {} : { code }),
	};
}

/** Whether there is anything in an answer besides its code. */
function saysMore(body: unknown, code: string | undefined): boolean {
	return (
		typeof body === 'object' &&
		body !== null &&
		Object.keys(body).length > (code === undefined ? 0 : 1)
	);
}

/** What a page of HTML, or any text, says: its title where it has one. Whatever is cut off says so. */
function pageText(text: string): string {
	// What begins as JSON and is none has broken off.
	const start = shortened(/^\s*[{[]/.test(text) ? `${text}…` : text, 5000);
	const title = /<title[^<>]*>([^<]*)/i.exec(start)?.[1];
	const plain = (title ?? start.replace(/<[^<>]*>/g, ' ')).replace(/[\p{Cc}\uFFFD]+/gu, ' ');
	return shortened(oneLine(plain), 200);
}

/**
 * A proxy's words for an answer that it did not wait for: the work may have been done and charged.
 * 520 to 527 are Cloudflare's.
 */
const NOT_WAITED_FOR = new Set([408, 499, 502, 504, 520, 521, 522, 523, 524, 525, 526, 527]);

/** Whether an HTTP status says that all went well. */
export const isGood = (httpStatus: number) => httpStatus >= 200 && httpStatus < 300;

/** What an HTTP status means where the gateway's own code does not say more. */
export function kindOfStatus(httpStatus: number): FailureKind | undefined {
	if (isGood(httpStatus)) return undefined;
	// Redirects are not followed, so the address is not that of the gateway's API.
	if (httpStatus < 400) return 'notReachable';
	if (httpStatus === 401) return 'keyNotAccepted';
	if (httpStatus === 402) return 'balanceExhausted';
	if (httpStatus === 403) return 'keyNotAccepted';
	// A proxy between n8n and the gateway wants a login.
	if (httpStatus === 407) return 'notReachable';
	if (httpStatus === 429) return 'rateLimited';
	if (httpStatus === 451) return 'accessDenied';
	if (NOT_WAITED_FOR.has(httpStatus)) return 'answerLost';
	if (httpStatus >= 400 && httpStatus < 500) return 'invalidInput';
	return 'gatewayFailed';
}

/** A kind of failure, or how the words that came with a code tell it. */
type KindOrReader = FailureKind | ((words: string) => FailureKind);

/** Patterns of codes and words, in the order in which they are tried. */
export type ErrorPatterns = ReadonlyArray<readonly [pattern: RegExp, kind: KindOrReader]>;

/** Words for an empty account. A balance may also be that of white, or of loads, and a credit a card. */
export const EMPTY_BALANCE =
	/(?<!load[ -]|white[ -]|[a-z])balance(?![a-z])|(?<![a-z])credits?(?![a-z]|[ -]cards?)|insufficient[_ ](user[_ ])?(funds|quota)|pre_consume_token_quota|\bbudget\b.{0,40}\bexceeded\b|\bexceeded\b.{0,40}\bbudget\b|(额度|余额).{0,4}(不足|用尽)|预扣费额度失败|欠费/i;

/**
 * What a gateway may hand on of the makers of the models, and of the proxies on the way to them (OpenAI, BytePlus; one-api,
 * new-api, litellm): tried after its own codes and words.
 */
const HANDED_ON: ErrorPatterns = [
	[
		/SensitiveContent|ContentSecurity|moderation_blocked|content_policy|safety system/i,
		'contentRefused',
	],
	[EMPTY_BALANCE, 'balanceExhausted'],
];

/**
 * What 403 is said for besides the key, by the words of OpenAI, of BytePlus and of proxies. An unknown word leaves it at
 * the key.
 */
const DENIED: ErrorPatterns = [
	[
		/(organi[sz]ation|account|identity).{0,40}\bverif(y|ied|ication)|\bverify (your|the) (organi[sz]ation|account|identity)/i,
		'modelNotAvailable',
	],
	[
		/\b(service|model|product|api|feature|plan)\b.{0,80}(\bnot|n't|\bnever) (been )?(yet )?(open(ed)?|activated?|enabled?|subscribed|purchased|included?)\b|未(开通|激活)/i,
		'modelNotAvailable',
	],
	[
		/(\bnot|n't|\bno) (have )?(access|allowed|permitted|authori[sz]ed|entitled)\b.{0,30}\b(model|service)\b/i,
		'modelNotAvailable',
	],
	[/无权访问.{0,10}模型/, 'modelNotAvailable'],
	[/region|country|countries|territor|\blocation\b|\bgeo-?(block|restrict)/i, 'accessDenied'],
	// Cloudflare's, for programs: its page is in HTML for browsers alone.
	[/\berror code: 10\d\d\b/i, 'accessDenied'],
	[/\bIP\b|\b(allow|white)-?list|\bfirewall\b/i, 'accessDenied'],
	[
		/\baccount\b.{0,60}\b(suspended|disabled|deactivated|blocked|banned|frozen|restricted)\b/i,
		'accessDenied',
	],
];

/** What the first text that is known means. A code goes before words, which may name anything; some codes need both. */
export function matchKind(texts: readonly string[], kinds: ErrorPatterns): FailureKind | undefined {
	for (const text of texts) {
		const [, kind] = kinds.find(([pattern]) => pattern.test(text)) ?? [];
		if (kind !== undefined) return typeof kind === 'function' ? kind(texts.join(' ')) : kind;
	}
	return undefined;
}

const NO_CODE = /^(0|200|ok|success)?$/i;

/** What stands around an answer that a proxy has put into one of its own: `{"code":0,"msg":"ok","data":{…}}`. */
const ENVELOPE =
	/^(code|msg|message|success|error|(request|trace|log)_?id|time(stamp)?|data|result)$/i;

/** An answer without the envelope of a proxy, where that says that all went well. */
export function withoutEnvelope(body: unknown): unknown {
	const { data, result = data, code, success, error, ...others } = fieldsOf(body);
	if (!isFields(result) || Object.keys(result).length === 0) return body;
	const isEnvelope =
		Object.keys(others).every((name) => ENVELOPE.test(name)) &&
		NO_CODE.test(textOf(code) ?? '') &&
		success !== false &&
		!saysItFailed({ error });
	return isEnvelope ? result : body;
}

/** Whether an `error` says that there was one: proxies send it empty, or as a success, beside a good answer. */
const isError = ({ code = '', message }: { code?: string; message: string }) =>
	!NO_CODE.test(code) || (message !== '' && !/^(0|ok|success)$/i.test(message) && code === '');

/** The words for the states of a task that mean the same at every gateway. */
const STATES = new Map<string, TaskStatus>([
	...(['queued', 'pending', 'submitted'] as const).map((word) => [word, 'queued'] as const),
	...(['running', 'processing'] as const).map((word) => [word, 'running'] as const),
	...(
		['succeeded', 'succeed', 'success', 'completed', 'complete', 'done', 'finished'] as const
	).map((word) => [word, 'succeeded'] as const),
	...(['failed', 'failure', 'fail', 'error', 'rejected', 'aborted'] as const).map(
		(word) => [word, 'failed'] as const,
	),
	...(['cancelled', 'canceled'] as const).map((word) => [word, 'cancelled'] as const),
	['expired', 'expired'],
]);

/**
 * What the state of a task is.
 * @param word the gateway's own
 * @param isMade whether the link of what was made stands beside it: then a word that is not known means that it is done
 * @param own words, in lower case, that no other gateway has
 */
export function statusOf(
	word: string,
	isMade: boolean,
	own?: ReadonlyMap<string, TaskStatus>,
): TaskStatus {
	const known = word.trim().toLowerCase();
	return own?.get(known) ?? STATES.get(known) ?? (isMade ? 'succeeded' : 'running');
}

/** Whether the gateway itself answered that it refuses: of all else that goes wrong, only the status is sure. */
export function isRefusal(httpStatus: number): boolean {
	return httpStatus >= 400 && httpStatus < 500 && !NOT_WAITED_FOR.has(httpStatus);
}

/** The gateways answer in JSON: a page is of something before them, or of a website. */
const isPage = (body: unknown) => typeof body === 'string' && /^\s*</.test(body);

/**
 * With these a page says that what was asked for is not there, or not for us, or in another protocol; the key was not
 * even looked at.
 */
const TURNED_AWAY = new Set([400, 403, 404, 405]);

/** What routers say of an address that they do not know: Express, one-api, Laravel and others. Of a model or a task they speak otherwise. */
const NO_SUCH_ADDRESS =
	/\b(cannot|can't) (get|post|put|delete)\b|\binvalid url\b|\bno (such )?route\b|\b(route|path) .*\b(not (be )?found|does not exist)\b|\bmethod not allowed\b/i;
const WRONG_ADDRESS =
	'it does not know the address that was asked, so check the base URL in the credential';

/** Whether a router has answered that it knows no such address. */
export const isAddressUnknown = ({ httpStatus, body }: ApiResponse) =>
	[404, 405].includes(httpStatus) &&
	!isPage(body) &&
	NO_SUCH_ADDRESS.test(typeof body === 'string' ? body : (findErrorDetails(body)?.message ?? ''));

/** What to do about a status that the kind of failure does not tell enough of. */
const ADVICE: Record<number, Pick<Failure, 'detail' | 'advice'> | undefined> = {
	407: { detail: 'a proxy on the way to the gateway wants a login' },
	413: {
		advice:
			'What was sent is too large for the gateway, or for a proxy before it: use fewer or smaller images, or give them by URL.',
	},
};

/** A website in place of the gateway's API answers with a page, whatever it is asked. */
function websiteAnswered({ body }: ApiResponse): Failure {
	return {
		...unexpectedResponse(body).failure,
		detail: 'it is a page of a website, so check the base URL in the credential',
	};
}

/**
 * The failure in an answer, by the gateway's own table of codes and words first and the HTTP status second. Of an
 * answer that a proxy did not wait for the status alone is believed, and of a server that broke the code: its words
 * tell how it broke.
 */
export function classifyByMessage(answer: ApiResponse, kinds: ErrorPatterns): Failure | undefined {
	const { httpStatus, body } = answer;
	const byStatus = kindOfStatus(httpStatus);
	if (byStatus === undefined)
		return isPage(body) ? websiteAnswered(answer) : refusalInGood(answer, kinds);
	const { code, message } = extractErrorDetails(answer);
	// Of a shape that is not known the words are not told from names, which may be anything.
	const words = typeof body === 'string' ? message : (findErrorDetails(body)?.message ?? '');
	const turnedAway = isPage(body) && TURNED_AWAY.has(httpStatus) ? 'notReachable' : undefined;
	const believed = [
		...(code !== undefined && httpStatus >= 400 && !NOT_WAITED_FOR.has(httpStatus) ? [code] : []),
		...(isRefusal(httpStatus) && !isPage(body) ? [words] : []),
	];
	const denied = httpStatus === 403 ? matchKind(believed, DENIED) : undefined;
	const known = matchKind(believed, [...kinds, ...HANDED_ON]) ?? denied;
	const isElsewhere = known === undefined && isAddressUnknown(answer);
	return withWait(
		{
			kind: turnedAway ?? known ?? (isElsewhere ? 'notReachable' : byStatus),
			message,
			httpStatus,
			...(code === undefined ? {} : { code }),
			...ADVICE[httpStatus],
			...(isElsewhere ? { detail: WRONG_ADDRESS } : {}),
		},
		answer,
	);
}

/** A refusal under a good HTTP status: an answer that says so, an HTTP status inside, or a code that is known. */
function refusalInGood(answer: ApiResponse, kinds: ErrorPatterns): Failure | undefined {
	const words = findErrorDetails(answer.body);
	if (!words) return undefined;
	const { code = '', message } = words;
	const isToldAsError = saysItFailed(answer.body);
	const byStatus = statusInside(answer.body, code);
	if (!isToldAsError && byStatus === undefined && NO_CODE.test(code)) return undefined;
	const kind =
		matchKind(
			[code, message].filter((text) => text !== ''),
			[...kinds, ...HANDED_ON],
		) ??
		byStatus ??
		(isToldAsError ? 'gatewayFailed' : undefined);
	return (
		kind &&
		withWait(
			{
				kind,
				message: message || code,
				httpStatus: answer.httpStatus,
				...(code === '' ? {} : { code }),
			},
			answer,
		)
	);
}

/** What the HTTP status means that an answer tells inside, as its code or beside it: a proxy may have put it there. */
function statusInside(body: unknown, code: string): FailureKind | undefined {
	const { statusCode, status_code: status = statusCode, status: state } = fieldsOf(body);
	const told = [code, status, state]
		.map((one) => Number(textOf(one)))
		.find((number) => Number.isInteger(number) && number >= 400 && number < 600);
	return told === undefined ? undefined : kindOfStatus(told);
}

function saysItFailed(body: unknown): boolean {
	const { error, errors, success } = fieldsOf(body);
	if (success === false || (Array.isArray(errors) && errors.length > 0)) return true;
	if (error === undefined || error === null) return false;
	const message = textOf(error);
	if (message !== undefined) return isError({ message });
	const { code, words, name } = toldIn(error, 1);
	return isError({ ...(code === undefined ? {} : { code }), message: words ?? name ?? '' });
}

/** Why a part of an answer, such as a picture of a set or an event of a stream, brings nothing: told as a whole answer tells it. */
export function failureOfPart(part: unknown, parseError: Gateway['parseError']): Failure {
	return parseError({ httpStatus: 200, body: part }) ?? unexpectedResponse(part).failure;
}

/** What a refusal means where all that was sent was a task's id. */
export function refusalOfTask(failure: Failure): Failure {
	return ['invalidInput', 'modelNotAvailable', 'modelUnknown'].includes(failure.kind)
		? { ...failure, kind: 'taskNotFound' }
		: failure;
}

/** Tells how long the gateway asks to wait: it may be longer than anyone would guess. */
export function withWait(failure: Failure, { retryAfter }: ApiResponse): Failure {
	if (failure.kind !== 'rateLimited' || retryAfter === undefined) return failure;
	const seconds = Math.ceil(retryAfter);
	return {
		...failure,
		detail: `it asks to wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`,
	};
}

/** An answer as text. What is nested without end cannot be written. */
function written(body: unknown): string {
	if (typeof body === 'string') return body;
	try {
		return JSON.stringify(body) ?? '';
	} catch {
		return 'it is nested too deeply';
	}
}

/** A link that is a whole text between quotation marks, and one among words, which may go on with those of Chinese. */
const LINK =
	/(?<=^|")(https?:\/\/[^\s"'<>\\]+)(?=\\*"|$)|https?:\/\/[^\s"'<>\\\u3000-\u303F\uFF00-\uFFEF]+/g;

/** A link among words, without the marks of a sentence, or of Markdown, that follow it. A bracket may be its own. */
function withoutMarksBehind(url: string): string {
	const bare = url.replace(/[\])}*`.,;:!?|]+$/, '');
	return bare.includes('(') && url.startsWith(`${bare})`) ? `${bare})` : bare;
}

/**
 * The first link in an answer that no page describes: what was paid for may be there. Pages of HTML have links of their
 * own.
 * @param isKnown tells links that are something else
 */
export function linkIn(
	body: unknown,
	isKnown: (url: string) => boolean = () => false,
): string | undefined {
	// Cut off at an escaped slash, a link would lead nowhere, and might end in half a key.
	const text = written(body).replaceAll('\\/', '/');
	if (/^\s*</.test(text)) return undefined;
	for (const [found, alone] of text.matchAll(LINK)) {
		const url = alone ?? withoutMarksBehind(found);
		if (isLink(url) && !isKnown(url)) return url;
	}
	return undefined;
}

/** Why a task failed, with the link of what it made all the same. */
export function withLink(failure: Failure, [made]: readonly GeneratedFile[]): Failure {
	return made && 'url' in made.source ? { ...failure, url: made.source.url } : failure;
}

/** Whether a file may be in what was not understood: a link, or a text as long as a picture. */
export function mayHoldFile(body: unknown): boolean {
	// Bound to the start of a text, since looked for anywhere it would take minutes in a text of megabytes.
	return /https?:\/\/|(^|")(data:[\w/.;=+-]{0,100},)?[\w+/-]{100}/.test(written(body));
}

/** For an answer that no page describes: says so, with the start of it, and the link that may be in it. */
export function unexpectedResponse(body: unknown, taskId?: string): GenerationError {
	const whole = written(body);
	const text = typeof body === 'string' ? pageText(whole) : shortened(oneLine(whole), 200);
	const url = linkIn(body);
	return new GenerationError({
		kind: 'answerLost',
		message: text ? `the answer was not understood: ${text}` : 'the answer was empty',
		...(taskId === undefined ? {} : { taskId }),
		...(url === undefined ? {} : { url }),
	});
}

/** OpenAI's form of a list of models, which others share. Each entry is judged by itself. */
const modelListSchema = z.object({
	data: z.array(
		z
			.object({ id: z.string().regex(/^[\w.:/-]{1,100}$/) })
			.optional()
			.catch(undefined),
	),
});

/**
 * A list of models in OpenAI's form: `GET …/models`. It has those of all services, and others besides.
 * @param path where the gateway has it
 * @param family what the ids of the service have in common
 */
export const openAiModelList = (path: string, family: RegExp): ModelListApi => ({
	buildRequest: () => ({ method: 'GET', path }),

	parseResponse({ httpStatus, body }) {
		const list = modelListSchema.safeParse(body);
		if (!isGood(httpStatus) || !list.success) throw unexpectedResponse(body);
		const ids = list.data.data.flatMap((entry) => entry?.id ?? []);
		return [...new Set(ids.filter((id) => family.test(id)))];
	},
});

/** What the ids of a node's models have in common, at every gateway. */
export const FAMILIES = { seedream: /seedream/i, seedance: /seedance/i, gptImage: /gpt-image/i };
