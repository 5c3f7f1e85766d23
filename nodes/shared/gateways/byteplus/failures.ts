import { z } from 'zod';
import type { Failure, FailureKind } from '../../media/failure';
import { failureByWords } from '../answers';
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

/** What kind of failure an answer of BytePlus is. */
export function failureOf(answer: Answer): Failure | undefined {
	return failureByWords(answer, BYTEPLUS_KINDS);
}

/** An `error` inside an answer that is otherwise good: of one picture of a set, or of a stream. */
export const pictureErrorSchema = z
	.object({ code: z.coerce.string().default(''), message: z.coerce.string().default('') })
	.transform(({ code, message }): Failure => {
		const kind = BYTEPLUS_KINDS.find(([pattern]) => pattern.test(code) || pattern.test(message))?.[1] ?? 'gatewayFailed';
		return { kind, says: message || code, ...(code ? { code } : {}) };
	});
