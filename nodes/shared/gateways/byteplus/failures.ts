import { z } from 'zod';
import type { Failure } from '../../media/failure';
import { codeSchema, failureByWords, kindIn, withWait, type KindsByWords } from '../answers';
import type { Answer } from '../gateway';

/** BytePlus ModelArk's error codes, `{error: {code, message}}` (the vendor's docs), for every gateway that hands them on. */
const KINDS: KindsByWords = [
	[/SensitiveContent|ContentSecurity|RiskDetection/i, 'contentRefused'],
	[/AuthenticationError|InvalidApiKey|Unauthorized/i, 'keyNotAccepted'],
	[/AccountOverdue|QuotaExceeded|InsufficientBalance/i, 'balanceExhausted'],
	[/ModelNotOpen|InvalidEndpointOrModel|ModelNotFound|AccessDenied/i, 'modelNotAvailable'],
	[/RateLimit|ServerOverloaded|TooManyRequests/i, 'rateLimited'],
	[/InvalidParameter|MissingParameter|OutofContextError/i, 'invalidInput'],
	[/InternalService/i, 'gatewayFailed'],
];

const textSchema = z.union([z.string(), z.number()]).transform(String).catch('');

/** An `error` inside an answer that is otherwise good: of one picture of a set, or of a stream. */
export const pictureErrorSchema = z
	.union([
		z.object({ code: codeSchema.catch(''), message: textSchema }),
		z.string().transform((message) => ({ code: '', message })),
	])
	.transform(({ code, message }): Failure => {
		return { kind: kindIn([code, message], KINDS) ?? 'gatewayFailed', says: message || code, ...(code ? { code } : {}) };
	});

const refusalSchema = z.object({ error: pictureErrorSchema });

/**
 * What kind of failure an answer of BytePlus is. An `error` may come under HTTP 200, too.
 * @param own what else the gateway says that hands it on
 */
export function failureOf(answer: Answer, own: KindsByWords = []): Failure | undefined {
	const failure = failureByWords(answer, [...own, ...KINDS]);
	const refusal = failure ? undefined : refusalSchema.safeParse(answer.body).data;
	return failure ?? (refusal && withWait({ ...refusal.error, httpStatus: answer.httpStatus }, answer));
}
