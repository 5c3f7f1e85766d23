import { GenerationError, type Failure, type FailureKind } from './failure';

/** The failure behind what was thrown while an answer was read. */
export function toFailure(error: unknown): Failure {
	if (error instanceof GenerationError) return error.failure;
	return { kind: 'answerLost', message: 'what came could not be read' };
}

/**
 * A failure as it may be shown: whatever came from outside may repeat the key.
 * @param redact takes the key out of a text
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

/** After these the gateway did nothing, if no task had begun before. */
const FREE: ReadonlySet<FailureKind> = new Set([
	'keyNotAccepted',
	'accessDenied',
	'balanceExhausted',
	'invalidInput',
	'contentRefused',
	'modelNotAvailable',
	'modelUnknown',
	'rateLimited',
	'notReachable',
	'notSent',
]);

/** With these a gateway has judged what was asked for, and does no work for it. */
const JUDGED: ReadonlySet<FailureKind> = new Set(['contentRefused', 'invalidInput']);

/** Whether a paid request that failed so was certainly not accepted. A task that is named in spite of any other refusal may be at work. */
export function isFree({ kind, taskId, wasSentBefore }: Failure): boolean {
	return FREE.has(kind) && !wasSentBefore && (taskId === undefined || JUDGED.has(kind));
}

/**
 * The network's codes that may pass by themselves: of Node's `connect` and `getaddrinfo`, and of a handshake that was
 * closed. A certificate, or an address, stays as it is. Sources: https://nodejs.org/api/errors.html#common-system-errors,
 * and the manuals connect(2) and getaddrinfo(3).
 */
const PASSING_CODES = new Set([
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

/** Whether a paid request was certainly refused before any work, or never sent, and may be taken a little later. */
export function mayResubmit({ kind, code, taskId, httpStatus }: Failure): boolean {
	if (taskId !== undefined) return false;
	return (
		kind === 'rateLimited' ||
		(kind === 'notReachable' && httpStatus === undefined && PASSING_CODES.has(code ?? ''))
	);
}

/**
 * Whether the same paid request must not be sent again by a retry: it may have been accepted, or it would be
 * refused again, and accounts are suspended for that.
 */
export function mustNotBeResent({ kind, taskId }: Failure): boolean {
	return (
		['answerLost', 'timedOut'].includes(kind) ||
		JUDGED.has(kind) ||
		(kind === 'rateLimited' && taskId !== undefined)
	);
}

/** Whether nobody but the gateway's history can tell if what was sent was charged. */
export const mayBeCharged = (failure: Failure) => mustNotBeResent(failure) && !isFree(failure);
