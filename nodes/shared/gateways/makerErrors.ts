/**
 * How the makers of the models reject a request. Gateways hand these errors on as they got them, through proxies of
 * their own (one-api, new-api, litellm), so they are known here for all gateways.
 */
import { anyOf } from '../media/patterns';
import type { Failure } from '../errors/failure';
import type { FailureKind } from '../errors/policy';
import { EMPTY_BALANCE, type ErrorPatterns } from './errorPatterns';

/** The errors of a maker, for the gateways that speak its protocol or hand its errors on. */
export interface Maker {
	errors: ErrorPatterns;
	/** Adds what the kind of the failure alone does not tell. */
	explain?(failure: Failure): Failure;
}

/** The codes and messages of the makers' content filters. */
const OPENAI_FILTER = /moderation_blocked|content_policy|safety system/i;
const BYTEPLUS_FILTER = /SensitiveContent|ContentSecurity/i;

/** OpenAI (its docs of the image API). */
export const OPENAI: Maker = {
	errors: [
		[OPENAI_FILTER, 'contentRefused'],
		[/billing_hard_limit|insufficient_quota/i, 'balanceExhausted'],
		[/model_not_found/i, 'modelUnknown'],
	],
};

/**
 * One code with three meanings, all under HTTP 429 (the vendor's table of error codes, 2026-07-17): the free trial of a
 * model is used up, a limit of hours, weeks or months is reached, or too many tasks of the account are queued. The last
 * resolves by itself, and is meant if the message tells neither of the others.
 */
function kindOfQuota(texts: string): FailureKind {
	if (/free trial/i.test(texts)) return 'modelNotAvailable';
	return /usage quota/i.test(texts) || EMPTY_BALANCE.test(texts)
		? 'balanceExhausted'
		: 'rateLimited';
}

/** BytePlus ModelArk, `{error: {code, message}}` (the vendor's table of error codes, 2026-07-17). */
export const BYTEPLUS: Maker = {
	errors: [
		[BYTEPLUS_FILTER, 'contentRefused'],
		[/RiskDetection/i, 'contentRefused'],
		[/AuthenticationError|InvalidApiKey|Unauthorized/i, 'keyNotAccepted'],
		[/QuotaExceeded/i, kindOfQuota],
		[/\wOverdue|OverdueBalance|InsufficientBalance/i, 'balanceExhausted'],
		// "… the model service has been paused": only a person can resume it.
		[/SetLimitExceeded/i, 'modelNotAvailable'],
		[
			/ModelNotOpen|ServiceNotOpen|PermissionDenied|UnsupportedModel|AccessDenied|AccessDisabled/i,
			'modelNotAvailable',
		],
		[/InvalidEndpointOrModel|ModelNotFound/i, 'modelUnknown'],
		[/RateLimit|ServerOverloaded|TooManyRequests/i, 'rateLimited'],
		[/InvalidParameter|MissingParameter|OutofContextError/i, 'invalidInput'],
		[/InternalService/i, 'gatewayFailed'],
	],

	// The error is the same for a model that does not exist and for one that the account may not use.
	explain: (failure) =>
		failure.kind === 'modelUnknown' && /access/i.test(failure.message)
			? {
					...failure,
					advice:
						'Choose one from the list. If it is from there, open it for your account at the gateway.',
				}
			: failure,
};

/** Errors of any maker that every gateway may hand on, whichever protocol it speaks. They are tried last. */
export const ERRORS_OF_ANY_MAKER: ErrorPatterns = [
	[BYTEPLUS_FILTER, 'contentRefused'],
	[OPENAI_FILTER, 'contentRefused'],
	[EMPTY_BALANCE, 'balanceExhausted'],
];

/** What 403 means besides a bad key, in the words of OpenAI, BytePlus and proxies. Other texts leave it at the key. */
export const FORBIDDEN: ErrorPatterns = [
	[
		anyOf(
			/(organi[sz]ation|account|identity).{0,40}\bverif(y|ied|ication)/,
			/\bverify (your|the) (organi[sz]ation|account|identity)/,
		),
		'modelNotAvailable',
	],
	[
		anyOf(
			new RegExp(
				/\b(service|model|product|api|feature|plan)\b.{0,80}(\bnot|n't|\bnever) (been )?(yet )?/
					.source + /(open(ed)?|activated?|enabled?|subscribed|purchased|included?)\b/.source,
			),
			/未(开通|激活)/,
		),
		'modelNotAvailable',
	],
	[
		/(\bnot|n't|\bno) (have )?(access|allowed|permitted|authori[sz]ed|entitled)\b.{0,30}\b(model|service)\b/i,
		'modelNotAvailable',
	],
	[/无权访问.{0,10}模型/, 'modelNotAvailable'],
	[/region|country|countries|territor|\blocation\b|\bgeo-?(block|restrict)/i, 'accessDenied'],
	// Cloudflare's response to programs: it sends its HTML page to browsers only.
	[/\berror code: 10\d\d\b/i, 'accessDenied'],
	[/\bIP\b|\b(allow|white)-?list|\bfirewall\b/i, 'accessDenied'],
	[
		/\baccount\b.{0,60}\b(suspended|disabled|deactivated|blocked|banned|frozen|restricted)\b/i,
		'accessDenied',
	],
];
