import { GenerationError, type Failure } from './failure';
import { FAILURES, type FailureKind } from './policy';

/** Returns the failure behind an error that was thrown while a response was read. */
export function toFailure(error: unknown): Failure {
	if (error instanceof GenerationError) return error.failure;
	return { kind: 'answerLost', message: 'what came could not be read' };
}

/**
 * Returns a failure that may be shown: the gateway's texts may repeat the API key.
 * @param redact removes the key from a text
 */
export function shownFailure(failure: Failure, redact: (text: string) => string): Failure {
	const { message, code, url, taskId, model } = failure;
	return {
		...failure,
		message: redact(message),
		...(model === undefined ? {} : { model: redact(model) }),
		...(code === undefined ? {} : { code: redact(code) }),
		...(url === undefined ? {} : { url: redact(url) }),
		...(taskId === undefined ? {} : { taskId: redact(taskId) }),
	};
}

/** Returns whether a request that failed like this was certainly not accepted, and therefore not charged. */
export function isFree({ kind, taskId, wasSentBefore }: Failure): boolean {
	if (wasSentBefore) return false;
	const { charged } = FAILURES[kind];
	return charged === 'no' || (charged === 'only if a task is named' && taskId === undefined);
}

/** Returns whether polling a task may succeed again after this failure. The task itself keeps running. */
export const isTransient = (kind: FailureKind) => FAILURES[kind].polling === 'transient';

/**
 * Network errors that may resolve by themselves: those of Node's `connect` and `getaddrinfo`, and of a TLS handshake
 * that was closed. A wrong certificate or address stays wrong. Sources: the manuals connect(2) and getaddrinfo(3), and
 * https://nodejs.org/api/errors.html#common-system-errors
 */
const TRANSIENT_NETWORK_CODES = new Set([
	'ECONNREFUSED',
	'ECONNRESET',
	'ECONNABORTED',
	'EPIPE',
	'ETIMEDOUT',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EAI_FAIL',
	'EAI_NODATA',
	'EHOSTDOWN',
	'EHOSTUNREACH',
	'ENETDOWN',
	'ENETUNREACH',
	'EADDRNOTAVAIL',
	'EMFILE',
	'ENFILE',
	'ENOBUFS',
]);

/**
 * Returns whether the same run may submit a request again a little later: it was certainly rejected before any work
 * was done, or it was never sent.
 */
export function mayResubmit({ kind, code, taskId, httpStatus }: Failure): boolean {
	if (taskId !== undefined) return false;
	const { resubmit } = FAILURES[kind];
	if (resubmit === 'later if the network may recover')
		return httpStatus === undefined && TRANSIENT_NETWORK_CODES.has(code ?? '');
	return resubmit === 'later';
}

/**
 * Returns whether a retry must not submit the same request again: it may have been accepted, or it would be rejected
 * again, and accounts are suspended for that.
 */
export function mustNotBeResent({ kind, taskId }: Failure): boolean {
	const { nextTry } = FAILURES[kind];
	return (
		nextTry === 'repeats the failure' ||
		(nextTry === 'submits unless a task is named' && taskId !== undefined)
	);
}

/** Returns whether only the gateway's history can tell if the request was charged. */
export const isChargeUncertain = (failure: Failure) => mustNotBeResent(failure) && !isFree(failure);
