import type { Failure } from '../../../errors/failure';
import type { FailureKind } from '../../../errors/policy';
import { EMPTY_BALANCE, classifyByMessage, type ErrorPatterns } from '../../errorResponse';
import type { ApiResponse } from '../../types';

/**
 * One code with three meanings, all under HTTP 429 (the vendor's table of error codes, 2026-07-17): the free trial of a
 * model is used up, a limit of hours, weeks or months is reached, or too many tasks of the account wait in the queue.
 * The last passes by itself, and is what is meant where nothing else is said.
 */
function kindOfQuota(words: string): FailureKind {
	if (/free trial/i.test(words)) return 'modelNotAvailable';
	return /usage quota/i.test(words) || EMPTY_BALANCE.test(words)
		? 'balanceExhausted'
		: 'rateLimited';
}

/**
 * BytePlus ModelArk's error codes, `{error: {code, message}}`, for every gateway that hands them on (the vendor's table
 * of error codes, 2026-07-17).
 */
const ERROR_PATTERNS: ErrorPatterns = [
	[/SensitiveContent|ContentSecurity|RiskDetection/i, 'contentRefused'],
	[/AuthenticationError|InvalidApiKey|Unauthorized/i, 'keyNotAccepted'],
	[/QuotaExceeded/i, kindOfQuota],
	[/\wOverdue|OverdueBalance|InsufficientBalance/i, 'balanceExhausted'],
	// "… the model service has been paused": only a person can lift that.
	[/SetLimitExceeded/i, 'modelNotAvailable'],
	[
		/ModelNotOpen|ServiceNotOpen|PermissionDenied|UnsupportedModel|AccessDenied|AccessDisabled/i,
		'modelNotAvailable',
	],
	[/InvalidEndpointOrModel|ModelNotFound/i, 'modelUnknown'],
	[/RateLimit|ServerOverloaded|TooManyRequests/i, 'rateLimited'],
	[/InvalidParameter|MissingParameter|OutofContextError/i, 'invalidInput'],
	[/InternalService/i, 'gatewayFailed'],
];

/** BytePlus says the same of a model that is none and of one that is not open to the account. */
const withAccess = (failure: Failure): Failure =>
	failure.kind === 'modelUnknown' && /access/i.test(failure.message)
		? {
				...failure,
				advice:
					'Choose one from the list. If it is from there, open it for your account at the gateway.',
			}
		: failure;

/**
 * What kind of failure an answer of BytePlus is. An `error` may come under HTTP 200, too.
 * @param own what else the gateway says that hands it on
 */
export function parseError(answer: ApiResponse, own: ErrorPatterns = []): Failure | undefined {
	const failure = classifyByMessage(answer, [...own, ...ERROR_PATTERNS]);
	return failure && withAccess(failure);
}
