import { z } from 'zod';
import type { Failure, FailureKind } from '../../media/failure';
import { codeSchema, failureByWords } from '../answers';
import type { Answer } from '../gateway';

/** BytePlus ModelArk's error codes, `{error: {code, message}}` (the vendor's docs), for every gateway that hands them on. */
export const BYTEPLUS_KINDS: ReadonlyArray<readonly [RegExp, FailureKind]> = [
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
		const kind = BYTEPLUS_KINDS.find(([pattern]) => pattern.test(code) || pattern.test(message))?.[1] ?? 'gatewayFailed';
		return { kind, says: message || code, ...(code ? { code } : {}) };
	});

const refusalSchema = z.object({ error: pictureErrorSchema });

/** What kind of failure an answer of BytePlus is. An `error` may come under HTTP 200, too. */
export function failureOf(answer: Answer): Failure | undefined {
	const failure = failureByWords(answer, BYTEPLUS_KINDS);
	const refusal = failure ? undefined : refusalSchema.safeParse(answer.body).data;
	return failure ?? (refusal && { ...refusal.error, httpStatus: answer.httpStatus });
}
