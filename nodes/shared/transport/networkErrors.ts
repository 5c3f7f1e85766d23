import { GenerationError, type Failure } from '../errors/failure';
import type { Deadline } from '../time/deadline';

const UNTRUSTED = 'the certificate could not be verified';
const UNKNOWN_ISSUER = 'the issuer of the certificate is not known';

/**
 * Codes that are there before a connection is, or before it is trusted: those of Node's look-up of names and of its
 * URLs, of its `tls.checkServerIdentity()`, and of OpenSSL's check of certificates
 * (https://nodejs.org/api/errors.html, https://nodejs.org/api/tls.html#x509-certificate-error-codes).
 */
const NEVER_CONNECTED: Record<string, string> = {
	ECONNREFUSED: 'the connection was refused',
	ENOTFOUND: 'the host name is not known',
	EAI_AGAIN: 'the host name could not be looked up',
	EAI_FAIL: 'the host name could not be looked up',
	EAI_NODATA: 'the host name has no address',
	ERR_INVALID_URL: 'the address is not valid',
	ERR_INVALID_PROTOCOL: 'the address is not valid',
	ERR_SOCKET_BAD_PORT: 'the address is not valid',
	ERR_UNESCAPED_CHARACTERS: 'the address is not valid',
	ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host',
	ERR_TLS_CERT_ALTNAME_FORMAT: UNTRUSTED,
	HOSTNAME_MISMATCH: 'the certificate is for another host',
	CERT_HAS_EXPIRED: 'the certificate has expired',
	CERT_NOT_YET_VALID: 'the certificate is not valid yet',
	CERT_REVOKED: 'the certificate was revoked',
	DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
	SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_ISSUER,
	UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_ISSUER,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_ISSUER,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_ISSUER,
	UNABLE_TO_GET_CRL: UNTRUSTED,
	UNABLE_TO_DECRYPT_CERT_SIGNATURE: UNTRUSTED,
	UNABLE_TO_DECRYPT_CRL_SIGNATURE: UNTRUSTED,
	UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY: UNTRUSTED,
	CERT_SIGNATURE_FAILURE: UNTRUSTED,
	CERT_CHAIN_TOO_LONG: UNTRUSTED,
	CERT_UNTRUSTED: UNTRUSTED,
	CERT_REJECTED: UNTRUSTED,
	CRL_SIGNATURE_FAILURE: UNTRUSTED,
	CRL_NOT_YET_VALID: UNTRUSTED,
	CRL_HAS_EXPIRED: UNTRUSTED,
	ERROR_IN_CERT_NOT_BEFORE_FIELD: UNTRUSTED,
	ERROR_IN_CERT_NOT_AFTER_FIELD: UNTRUSTED,
	ERROR_IN_CRL_LAST_UPDATE_FIELD: UNTRUSTED,
	ERROR_IN_CRL_NEXT_UPDATE_FIELD: UNTRUSTED,
	INVALID_CA: UNTRUSTED,
	INVALID_PURPOSE: UNTRUSTED,
	PATH_LENGTH_EXCEEDED: UNTRUSTED,
};

/** The codes of a connection that broke: what they mean before anything was sent, and what later. */
const BROKEN_OFF: Record<string, { unsent: string; sent: string }> = {
	ECONNRESET: {
		unsent: 'the connection was closed before anything was sent',
		sent: 'the connection was reset',
	},
	ECONNABORTED: { unsent: 'no connection came about in time', sent: 'the connection was given up' },
	EPIPE: {
		unsent: 'the connection was closed before anything was sent',
		sent: 'the connection was closed',
	},
	ETIMEDOUT: { unsent: 'no connection came about in time', sent: 'the connection timed out' },
	ERR_STREAM_PREMATURE_CLOSE: {
		unsent: 'the connection was closed before anything was sent',
		sent: 'the connection was closed too early',
	},
	EHOSTUNREACH: { unsent: 'there is no route to the host', sent: 'the route to the host was lost' },
	ENETUNREACH: {
		unsent: 'there is no route to the network',
		sent: 'the route to the network was lost',
	},
	EPROTO: { unsent: 'the host does not speak HTTPS', sent: 'the host did not keep to HTTPS' },
};

/** A TLS alert with which a server ends a handshake, also where the client held it for done (RFC 8446, sections 4.4.2.4 and 6.2). */
const REFUSED_HANDSHAKE =
	/alert (handshake failure|protocol version|insufficient security|inappropriate fallback|unknown ca|access denied|no application protocol|(bad |unsupported |no )?certificate( revoked| expired| unknown| required| unobtainable)?)|unrecognized name/;

/** What OpenSSL says only in a handshake (its `SSL_R_…`). Of all else, such as a bad record, it may speak later. */
const FAILED_HANDSHAKE =
	/wrong version number|un(supported|known) protocol|no protocols available|no shared cipher|no ciphers available|https? (proxy )?request|(dh|ee) key too small|(ca|ee) md too weak|unsafe legacy renegotiation disabled|certificate verify failed|wrong signature type/;

/** What Node, and the agent that n8n uses for proxies, say of a connection that ended before it was one. */
const ENDED_EARLY =
	/^(Client network socket disconnected before secure TLS connection|Proxy connection ended before receiving CONNECT)/;

/** Errors of n8n's own guard (`N8N_SSRF_PROTECTION_ENABLED`), by which it lets nothing out. */
const GUARD = /^Ssrf|^UnknownConnectionHostError$/;

const BLOCKED: Failure = {
	kind: 'notReachable',
	message: 'n8n itself blocked the request, as it leads to a restricted address',
	detail:
		'an administrator of n8n can allow it, by N8N_SSRF_ALLOWED_HOSTNAMES or N8N_SSRF_ALLOWED_IP_RANGES',
};

/**
 * What a thrown error of the network means: `notReachable` and `notSent` where it is known that not one byte of the
 * request was sent. Only what an error is and which call it comes of is looked at: its message, its request, its headers
 * and its address may hold the key, and stay behind.
 */
export function transportError(error: unknown, deadline: Deadline): GenerationError {
	const errors = withCauses(error);
	const isUnsent = wasNeverSent(errors);
	const ended = deadline.reason();
	if (ended)
		return new GenerationError(
			ended.kind === 'timedOut' && isUnsent ? { ...ended, kind: 'notSent' } : ended,
		);
	if (error instanceof GenerationError) return error;
	if (errors.some(({ name }) => typeof name === 'string' && GUARD.test(name)))
		return new GenerationError(BLOCKED);
	const code = codeOf(errors);
	if (code === 'ERR_INVALID_CHAR') {
		return new GenerationError({
			kind: 'keyNotAccepted',
			message: 'it has characters that no key has',
		});
	}
	const failure: Failure = isUnsent
		? { kind: 'notReachable', ...unsentWords(code) }
		: { kind: 'answerLost', message: BROKEN_OFF[code]?.sent ?? 'the connection broke off' };
	return new GenerationError({ ...failure, ...(code ? { code } : {}) });
}

/** Whether an error tells of a connection that broke while something came, and not, say, of a disk that is full. */
export function brokeOff(error: unknown): boolean {
	return codeOf(withCauses(error)) in BROKEN_OFF;
}

function unsentWords(code: string): Pick<Failure, 'message' | 'detail'> {
	const message =
		NEVER_CONNECTED[code] ??
		BROKEN_OFF[code]?.unsent ??
		(code.startsWith('ERR_SSL_')
			? 'no secure connection could be agreed on'
			: 'no connection could be made');
	return {
		message,
		...(message === UNKNOWN_ISSUER
			? { detail: 'n8n takes those of your own network from NODE_EXTRA_CA_CERTS' }
			: {}),
	};
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** An error and what caused it, outermost first. n8n wraps the network's errors once or twice, axios once. */
function withCauses(error: unknown, depth = 0): Fields[] {
	if (!isFields(error) || depth > 5) return [];
	return [error, ...withCauses(error.cause, depth + 1)];
}

/** The code of an error, or of what caused it. n8n 1.123 puts it in the place of the HTTP status. */
function codeOf(errors: readonly Fields[]): string {
	const codes = errors.flatMap(({ code, httpCode }) => [code, httpCode]);
	return (
		codes.find((code): code is string => typeof code === 'string' && /^[A-Z]\w+$/.test(code)) ??
		wordsOf(errors)
			.map((words) => CALL.exec(words)?.[2])
			.find((code) => code !== undefined) ??
		''
	);
}

/** How Node begins the words of a call that failed, e.g. "connect ECONNREFUSED 127.0.0.1:9". */
const CALL = /^(connect|getaddrinfo|read|write) (E[A-Z_]+)\b/;

/** The words of the network itself. n8n 1.123 keeps nothing else of its errors, and replaces their message. */
function wordsOf(errors: readonly Fields[]): string[] {
	return errors
		.flatMap(({ messages, message }) => [...(Array.isArray(messages) ? messages : []), message])
		.filter((words): words is string => typeof words === 'string');
}

/** Whether it is known that not one byte of a request was sent: its connection was never there, or never trusted. */
function wasNeverSent(errors: readonly Fields[]): boolean {
	const words = wordsOf(errors);
	const tls = [codeOf(errors), ...words]
		.filter((text) => /EPROTO|SSL/.test(text))
		.map((text) => text.toLowerCase().replaceAll('_', ' '));
	const connection = connectionOf(errors);
	return (
		connection === 'never made' ||
		codeOf(errors) in NEVER_CONNECTED ||
		errors.some(failedToConnect) ||
		words.some((text) => ENDED_EARLY.test(text) || /^(connect|getaddrinfo) E/.test(text)) ||
		tls.some(
			(text) =>
				REFUSED_HANDSHAKE.test(text) || (connection !== 'made' && FAILED_HANDSHAKE.test(text)),
		)
	);
}

/** Whether an error is of the call that makes a connection. Where several addresses were tried, it holds an error for each. */
function failedToConnect({ syscall, errors }: Fields): boolean {
	if (Array.isArray(errors) && errors.length > 0)
		return errors.every((one) => isFields(one) && failedToConnect(one));
	return syscall === 'connect' || syscall === 'getaddrinfo';
}

/**
 * What became of the connection of Node's request, where an error has one. One without a socket never got any; with TLS
 * nothing leaves a socket before its handshake is done and its certificate trusted.
 */
function connectionOf(errors: readonly Fields[]): 'never made' | 'made' | undefined {
	const { request } = errors.find(({ request }) => isFields(request) && 'socket' in request) ?? {};
	if (!isFields(request)) return undefined;
	const { socket } = request;
	if (!isFields(socket)) return 'never made';
	if (typeof socket.secureConnecting !== 'boolean') return undefined;
	return socket.secureConnecting ? 'never made' : 'made';
}
