import type { FailureKind } from '../errors/policy';

/**
 * With these a proxy reports that it did not wait for the response: the work may have been done and charged.
 * 520 to 527 are Cloudflare's.
 */
const NOT_WAITED_FOR = new Set([408, 499, 502, 504, 520, 521, 522, 523, 524, 525, 526, 527]);

/** Returns whether a proxy gave up waiting for the response, so that nothing but the status can be trusted. */
export const isNotWaitedFor = (httpStatus: number) => NOT_WAITED_FOR.has(httpStatus);

/** Returns whether an HTTP status reports success. */
export const isGood = (httpStatus: number) => httpStatus >= 200 && httpStatus < 300;

/** Returns whether the gateway itself rejected the request. After any other error only the status is certain. */
export function isRefusal(httpStatus: number): boolean {
	return httpStatus >= 400 && httpStatus < 500 && !isNotWaitedFor(httpStatus);
}

/** Returns what an HTTP status means unless the gateway's own code tells more, and undefined for success. */
export function kindOfStatus(httpStatus: number): FailureKind | undefined {
	if (isGood(httpStatus)) return undefined;
	// Redirects are not followed: the address is not that of the gateway's API.
	if (httpStatus < 400) return 'notReachable';
	if (httpStatus === 401) return 'keyNotAccepted';
	if (httpStatus === 402) return 'balanceExhausted';
	if (httpStatus === 403) return 'keyNotAccepted';
	// A proxy between n8n and the gateway requires a login.
	if (httpStatus === 407) return 'notReachable';
	if (httpStatus === 429) return 'rateLimited';
	if (httpStatus === 451) return 'accessDenied';
	if (isNotWaitedFor(httpStatus)) return 'answerLost';
	if (httpStatus >= 400 && httpStatus < 500) return 'invalidInput';
	return 'gatewayFailed';
}
