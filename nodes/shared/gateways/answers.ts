import { z } from 'zod';
import { MediaError, oneLine, type Failure, type FailureKind } from '../media/failure';
import { isLink } from '../media/link';
import type { MadeFile, MediaStatus } from '../media/outcome';
import type { Answer, ModelListPage } from './gateway';

/** A file's link as it comes in: http or https, else it is refused. */
export const linkSchema = z.string().trim().refine(isLink, 'is not a link');

/** The year 2100: what is later is no date of a generation. */
const LATEST = Date.UTC(2100, 0);

/** A date in Unix seconds; all else counts as not given. */
export const unixSeconds = z
	.number()
	.positive()
	.transform((seconds) => new Date(seconds * 1000))
	.refine((date) => date.getTime() < LATEST)
	.optional()
	.catch(undefined);

/** An amount of money, as a number or a text ("8"). */
export const amount = z.union([z.number().finite(), z.string().trim().min(1).pipe(z.coerce.number().finite())]);

/** Counts by the gateway's own names. They may be nested, e.g. `input_tokens_details`, `tool_usage`; only those at the top are kept. */
export const usageSchema = z
	.record(z.unknown())
	.transform((usage) => {
		const counts = Object.entries(usage).flatMap(([name, count]) => (typeof count === 'number' && Number.isFinite(count) ? [[name, count] as const] : []));
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
	.pipe(z.string().trim().regex(/^[^\s\p{Cc}]{1,200}$/u));

/** A code, e.g. `InvalidParameter`. What is longer is none, and would be shown beside the words. */
export const codeSchema = z.union([z.string(), z.number()]).transform(String).pipe(z.string().max(100));

const scalar = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined);
const code = codeSchema.optional().catch(undefined);
const nestedError = z
	.union([
		z.object({ code, message: scalar, type: scalar }),
		// A bare word such as "Not Found": a message beside it says more.
		z.string().transform((type) => ({ code: undefined, message: undefined, type })),
	])
	.optional()
	.catch(undefined);

/** The places where the gateways, and the proxies before them, put what went wrong. */
const errorSchema = z.object({
	error: nestedError,
	code,
	reason: scalar,
	message: scalar,
	msg: scalar,
});

/** The code and the words in a gateway's JSON, or undefined where it is no object. */
export function wordsIn(body: unknown): { code?: string; says: string } | undefined {
	const parsed = errorSchema.safeParse(body);
	if (!parsed.success) return undefined;
	const { error, code: ownCode, reason, message, msg } = parsed.data;
	const foundCode = error?.code ?? codeSchema.safeParse(reason).data ?? ownCode;
	return {
		...(foundCode === undefined ? {} : { code: foundCode }),
		says: error?.message ?? message ?? msg ?? reason ?? error?.type ?? '',
	};
}

/** The gateway's own code and words, found in any answer at all. */
export function wordsOf(answer: Answer): { code?: string; says: string } {
	const words = wordsIn(answer.body);
	if (words) return { ...words, says: words.says || `HTTP status ${answer.httpStatus}` };
	const text = typeof answer.body === 'string' ? pageText(answer.body) : '';
	return { says: text ? `HTTP status ${answer.httpStatus}: ${text}` : `HTTP status ${answer.httpStatus}` };
}

/** What a page of HTML, or any text, says: its title where it has one. */
function pageText(text: string): string {
	const start = text.slice(0, 5000);
	const title = /<title[^<>]*>([^<]*)/i.exec(start)?.[1];
	const plain = (title ?? start.replace(/<[^<>]*>/g, ' ')).replace(/[\p{Cc}\uFFFD]+/gu, ' ');
	return oneLine(plain).slice(0, 200);
}

/**
 * A proxy's words for an answer that it did not wait for: the work may have been done and charged.
 * 520 to 527 are Cloudflare's.
 */
const NOT_WAITED_FOR = new Set([408, 499, 502, 504, 520, 521, 522, 523, 524, 525, 526, 527]);

/** What an HTTP status means where the gateway's own code does not say more. */
export function kindOfStatus(httpStatus: number): FailureKind | undefined {
	if (httpStatus >= 200 && httpStatus < 300) return undefined;
	// Redirects are not followed, so the address is not that of the gateway's API.
	if (httpStatus < 400) return 'notReachable';
	if (httpStatus === 401) return 'keyNotAccepted';
	if (httpStatus === 402) return 'balanceExhausted';
	if (httpStatus === 403) return 'keyNotAccepted';
	if (httpStatus === 429) return 'rateLimited';
	if (NOT_WAITED_FOR.has(httpStatus)) return 'answerLost';
	if (httpStatus >= 400 && httpStatus < 500) return 'invalidInput';
	return 'gatewayFailed';
}

/** A kind of failure, or how the words that came with a code tell it. */
type KindOrReader = FailureKind | ((words: string) => FailureKind);

/** Patterns of codes and words, in the order in which they are tried. */
export type KindsByWords = ReadonlyArray<readonly [pattern: RegExp, kind: KindOrReader]>;

/** Words for an empty account. A balance may also be that of white, or of loads, and a credit a card. */
export const EMPTY_BALANCE = /(?<!load[ -]|white[ -]|[a-z])balance(?![a-z])|(?<![a-z])credits?(?![a-z]|[ -]cards?)|insufficient[_ ](funds|quota)/i;

/** What the first text that is known means. A code goes before words, which may name anything; some codes need both. */
export function kindIn(texts: readonly string[], kinds: KindsByWords): FailureKind | undefined {
	for (const text of texts) {
		const [, kind] = kinds.find(([pattern]) => pattern.test(text)) ?? [];
		if (kind !== undefined) return typeof kind === 'function' ? kind(texts.join(' ')) : kind;
	}
	return undefined;
}

const NO_CODE = /^(0|200|ok|success)?$/i;

/** Whether an `error` says that there was one: proxies send it empty, or as a success, beside a good answer. */
export const isError = ({ code = '', says }: { code?: string; says: string }) => !NO_CODE.test(code) || (says !== '' && !/^(0|ok|success)$/i.test(says) && code === '');

/** The gateway's own words for what a state of a task is; these are common to all, and a gateway's own go before them. */
const STATES = new Map<string, MediaStatus>([
	...(['queued', 'pending', 'submitted'] as const).map((word) => [word, 'queued'] as const),
	...(['succeeded', 'succeed', 'success', 'completed', 'complete', 'done', 'finished'] as const).map((word) => [word, 'succeeded'] as const),
	...(['failed', 'failure', 'error'] as const).map((word) => [word, 'failed'] as const),
	...(['cancelled', 'canceled'] as const).map((word) => [word, 'cancelled'] as const),
	['expired', 'expired'],
]);

/**
 * What the state of a task is.
 * @param word the gateway's own
 * @param own what its words mean, in lower case, where that is not what they mean everywhere
 * @param isMade whether the link of what was made stands beside it: then a word that is not known means that it is done
 */
export function statusOf(word: string, own: ReadonlyMap<string, MediaStatus>, isMade: boolean): MediaStatus {
	const known = word.trim().toLowerCase();
	return own.get(known) ?? STATES.get(known) ?? (isMade ? 'succeeded' : 'running');
}

/** Whether the gateway itself answered that it refuses: of all else that goes wrong, only the status is sure. */
export function isRefusal(httpStatus: number): boolean {
	return httpStatus >= 400 && httpStatus < 500 && !NOT_WAITED_FOR.has(httpStatus);
}

/** The gateways answer in JSON: a page is of something before them, or of a website. */
const isPage = (body: unknown) => typeof body === 'string' && /^\s*</.test(body);

/** With these a page says that what was asked for is not there, or not for us; the key was not even looked at. */
const TURNED_AWAY = new Set([403, 404, 405]);

/**
 * The failure in an answer, by the gateway's own table of codes and words first and the HTTP status second. Of an
 * answer that a proxy did not wait for the status alone is believed, and of a server that broke the code: its words
 * tell how it broke.
 */
export function failureByWords(answer: Answer, kinds: KindsByWords): Failure | undefined {
	const { httpStatus, body } = answer;
	const byStatus = kindOfStatus(httpStatus);
	if (byStatus === undefined) return refusalInGood(answer, kinds);
	const { code, says } = wordsOf(answer);
	const turnedAway = isPage(body) && TURNED_AWAY.has(httpStatus) ? 'notReachable' : undefined;
	const believed = [
		...(code !== undefined && httpStatus >= 400 && !NOT_WAITED_FOR.has(httpStatus) ? [code] : []),
		...(isRefusal(httpStatus) && !isPage(body) ? [says] : []),
	];
	return withWait(
		{
			kind: turnedAway ?? kindIn(believed, kinds) ?? byStatus,
			says,
			httpStatus,
			...(code === undefined ? {} : { code }),
		},
		answer,
	);
}

/** A refusal under a good HTTP status: an `error` that says something, or a code that is known. */
function refusalInGood(answer: Answer, kinds: KindsByWords): Failure | undefined {
	const words = wordsIn(answer.body);
	if (!words) return undefined;
	const { code = '', says } = words;
	const isToldAsError = hasError(answer.body);
	if (!isToldAsError && NO_CODE.test(code)) return undefined;
	const kind = kindIn([code, says].filter((text) => text !== ''), kinds) ?? (isToldAsError ? 'gatewayFailed' : undefined);
	return kind && withWait({ kind, says: says || code, httpStatus: answer.httpStatus, ...(code === '' ? {} : { code }) }, answer);
}

const withErrorSchema = z.object({ error: nestedError });

function hasError(body: unknown): boolean {
	const error = withErrorSchema.safeParse(body).data?.error;
	return error !== undefined && isError({ ...(error.code === undefined ? {} : { code: error.code }), says: error.message ?? error.type ?? '' });
}

/** What a refusal means where all that was sent was a task's id. */
export function refusalOfTask(failure: Failure): Failure {
	return ['invalidInput', 'modelNotAvailable', 'modelUnknown'].includes(failure.kind) ? { ...failure, kind: 'taskNotFound' } : failure;
}

/** Tells how long the gateway asks to wait: it may be longer than anyone would guess. */
export function withWait(failure: Failure, { retryAfter }: Answer): Failure {
	if (failure.kind !== 'rateLimited' || retryAfter === undefined) return failure;
	const seconds = Math.ceil(retryAfter);
	return { ...failure, hint: `it asks to wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'}` };
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

/**
 * The first link in an answer that no page describes: what was paid for may be there. Pages of HTML have links of their
 * own.
 * @param isKnown tells links that are something else
 */
export function linkIn(body: unknown, isKnown: (link: string) => boolean = () => false): string | undefined {
	const text = written(body);
	if (/^\s*</.test(text)) return undefined;
	for (const [link] of text.matchAll(/https?:\/\/[^\s"'<>\\]+/g)) if (isLink(link) && !isKnown(link)) return link;
	return undefined;
}

/** Why a task failed, with the link of what it made all the same. */
export function withLink(failure: Failure, [made]: readonly MadeFile[]): Failure {
	return made && 'url' in made.source ? { ...failure, link: made.source.url } : failure;
}

/** Whether a file may be in what was not understood: a link, or a text as long as a picture. */
export function mayHoldFile(body: unknown): boolean {
	// Bound to the start of a text, since looked for anywhere it would take minutes in a text of megabytes.
	return /https?:\/\/|(^|")(data:[\w/.;=+-]{0,100},)?[\w+/-]{100}/.test(written(body));
}

/** For an answer that no page describes: says so, with the start of it, and the link that may be in it. */
export function notUnderstood(body: unknown, taskId?: string): MediaError {
	const whole = written(body);
	const text = typeof body === 'string' ? pageText(whole) : oneLine(whole).slice(0, 200);
	const link = linkIn(body);
	return new MediaError({
		kind: 'answerLost',
		says: text ? `the answer was not understood: ${text}` : 'the answer was empty',
		...(taskId === undefined ? {} : { taskId }),
		...(link === undefined ? {} : { link }),
	});
}

/** OpenAI's form of a list of models, which others share. Each entry is judged by itself. */
const modelListSchema = z.object({ data: z.array(z.object({ id: z.string().regex(/^[\w.:/-]{1,100}$/) }).optional().catch(undefined)) });

/**
 * A list of models in OpenAI's form: `GET …/models`. It has those of all services, and others besides.
 * @param path where the gateway has it
 * @param family what the ids of the service have in common
 */
export const openAiModelList = (path: string, family: RegExp): ModelListPage => ({
	ask: () => ({ method: 'GET', path }),

	read({ httpStatus, body }) {
		const list = modelListSchema.safeParse(body);
		if (httpStatus !== 200 || !list.success) throw notUnderstood(body);
		const ids = list.data.data.flatMap((entry) => entry?.id ?? []);
		return [...new Set(ids.filter((id) => family.test(id)))];
	},
});

/** What the ids of a node's models have in common, at every gateway. */
export const FAMILIES = { seedream: /seedream/i, seedance: /seedance/i, gptImage: /gpt-image/i };
