import { MediaError, type Failure } from '../media/failure';
import type { Deadline } from './deadline';

/** What the network's codes mean; with these nothing was sent: the connection was never there, or never trusted. */
const NOT_REACHABLE: Record<string, string> = {
	ECONNREFUSED: 'the connection was refused',
	ENOTFOUND: 'the host name is not known',
	EAI_AGAIN: 'the host name could not be looked up',
	ERR_INVALID_URL: 'the address is not valid',
	CERT_HAS_EXPIRED: 'the certificate has expired',
	DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
	SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is self-signed',
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate could not be verified',
	ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host',
};

/** The same where the connection was still to be made. With these a connection that was there may break, too. */
const NOT_CONNECTED: Record<string, string> = {
	EHOSTUNREACH: 'there is no route to the host',
	ENETUNREACH: 'there is no route to the network',
	EPROTO: 'the host does not speak HTTPS',
};

/** What the network's codes mean when something may have been sent. */
const BROKEN_OFF: Record<string, string> = {
	ECONNRESET: 'the connection was reset',
	ECONNABORTED: 'the connection was given up',
	EPIPE: 'the connection was closed',
	ETIMEDOUT: 'the connection timed out',
	ERR_STREAM_PREMATURE_CLOSE: 'the connection was closed too early',
	EHOSTUNREACH: 'the route to the host was lost',
	ENETUNREACH: 'the route to the network was lost',
	EPROTO: 'the host did not keep to HTTPS',
};

/**
 * What a thrown error of the network means. Only its code and its call are looked at: its message, its request, its
 * headers and its address may hold the key, and stay behind.
 */
export function transportError(error: unknown, deadline: Deadline): MediaError {
	const ended = deadline.failure();
	if (ended) return new MediaError(ended);
	if (error instanceof MediaError) return error;
	const code = codeOf(error);
	if (code === 'ERR_INVALID_CHAR') {
		return new MediaError({ kind: 'keyNotAccepted', says: 'it has characters that no key has' });
	}
	const unreachable = NOT_REACHABLE[code] ?? (wasConnecting(error) ? NOT_CONNECTED[code] : undefined);
	const failure: Failure = unreachable
		? { kind: 'notReachable', says: unreachable }
		: { kind: 'answerLost', says: BROKEN_OFF[code] ?? 'the connection broke off' };
	return new MediaError({ ...failure, ...(code ? { code } : {}) });
}

/** Whether an error tells of a connection that broke while something came, and not, say, of a disk that is full. */
export function brokeOff(error: unknown): boolean {
	return codeOf(error) in BROKEN_OFF;
}

/** The code of an error, or of what caused it. n8n wraps the network's errors once or twice. */
function codeOf(error: unknown, depth = 0): string {
	if (typeof error !== 'object' || error === null || depth > 5) return '';
	if ('code' in error && typeof error.code === 'string') return error.code;
	const inCause = 'cause' in error ? codeOf(error.cause, depth + 1) : '';
	return inCause || (callIn(error)?.code ?? '');
}

/**
 * The call that failed, and its code. n8n 1.123 keeps nothing of an error of the network but its words, e.g. "connect
 * ECONNREFUSED 127.0.0.1:9".
 */
function callIn(error: object): { call: string; code: string } | undefined {
	const [words]: unknown[] = 'messages' in error && Array.isArray(error.messages) ? error.messages : [];
	const [, call = '', code = ''] = (typeof words === 'string' && /^(connect|getaddrinfo|read|write) (E[A-Z_]+)\b/.exec(words)) || [];
	return code === '' ? undefined : { call, code };
}

/**
 * Whether an error, or what caused it, came up while a connection was being made. Where several addresses were
 * tried, it holds an error for each.
 */
function wasConnecting(error: unknown, depth = 0): boolean {
	if (typeof error !== 'object' || error === null || depth > 5) return false;
	if ('syscall' in error) return error.syscall === 'connect' || error.syscall === 'getaddrinfo';
	if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0) {
		return error.errors.every((one) => wasConnecting(one, depth + 1));
	}
	if ('cause' in error && wasConnecting(error.cause, depth + 1)) return true;
	return ['connect', 'getaddrinfo'].includes(callIn(error)?.call ?? '');
}
