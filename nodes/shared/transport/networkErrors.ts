import { GenerationError, type Failure } from '../errors/failure';
import type { Deadline } from '../time/deadline';
import {
	CONNECTION_LOST,
	CONNECT_FAILED,
	ENDED_EARLY,
	FAILED_HANDSHAKE,
	REFUSED_HANDSHAKE,
	UNKNOWN_ISSUER,
} from './networkErrorCodes';

/** Errors of n8n's own guard (`N8N_SSRF_PROTECTION_ENABLED`), with which it blocks a request. */
const GUARD = /^Ssrf|^UnknownConnectionHostError$/;

const BLOCKED: Failure = {
	kind: 'notReachable',
	message: 'n8n itself blocked the request, as it leads to a restricted address',
	detail:
		'an administrator of n8n can allow it, by N8N_SSRF_ALLOWED_HOSTNAMES or N8N_SSRF_ALLOWED_IP_RANGES',
};

/**
 * Converts an error of the network: to `notReachable` or `notSent` if it is known that not one byte of the request was
 * sent. Only the kind of an error and the call that it comes from are used: its message, its request, its headers and
 * its address may contain the key, and are left out.
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
		? { kind: 'notReachable', ...describeUnsent(code) }
		: { kind: 'answerLost', message: CONNECTION_LOST[code]?.sent ?? 'the connection broke off' };
	return new GenerationError({ ...failure, ...(code ? { code } : {}) });
}

/**
 * Whether an error is that of a connection that was lost while data arrived, and not, for example, that of a full
 * disk.
 */
export function isConnectionLost(error: unknown): boolean {
	return codeOf(withCauses(error)) in CONNECTION_LOST;
}

function describeUnsent(code: string): Pick<Failure, 'message' | 'detail'> {
	const message =
		CONNECT_FAILED[code] ??
		CONNECTION_LOST[code]?.unsent ??
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

/** The code of an error, or of its cause. n8n 1.123 stores it in place of the HTTP status. */
function codeOf(errors: readonly Fields[]): string {
	const codes = errors.flatMap(({ code, httpCode }) => [code, httpCode]);
	return (
		codes.find((code): code is string => typeof code === 'string' && /^[A-Z]\w+$/.test(code)) ??
		messagesOf(errors)
			.map((text) => FAILED_CALL.exec(text)?.[2])
			.find((code) => code !== undefined) ??
		''
	);
}

/** How Node begins the message of a failed call, for example "connect ECONNREFUSED 127.0.0.1:9". */
const FAILED_CALL = /^(connect|getaddrinfo|read|write) (E[A-Z_]+)\b/;

/** The messages of the network itself. n8n 1.123 keeps nothing else of its errors, and replaces their own message. */
function messagesOf(errors: readonly Fields[]): string[] {
	return errors
		.flatMap(({ messages, message }) => [...(Array.isArray(messages) ? messages : []), message])
		.filter((text): text is string => typeof text === 'string');
}

/**
 * Whether it is known that not one byte of a request was sent: its connection was never established, or never
 * trusted.
 */
function wasNeverSent(errors: readonly Fields[]): boolean {
	const messages = messagesOf(errors);
	const tls = [codeOf(errors), ...messages]
		.filter((text) => /EPROTO|SSL/.test(text))
		.map((text) => text.toLowerCase().replaceAll('_', ' '));
	const connection = connectionOf(errors);
	return (
		connection === 'never made' ||
		codeOf(errors) in CONNECT_FAILED ||
		errors.some(isConnectError) ||
		messages.some((text) => ENDED_EARLY.test(text) || /^(connect|getaddrinfo) E/.test(text)) ||
		tls.some(
			(text) =>
				REFUSED_HANDSHAKE.test(text) || (connection !== 'made' && FAILED_HANDSHAKE.test(text)),
		)
	);
}

/** Whether an error is that of the call that connects. If several addresses were tried, it has an error for each. */
function isConnectError({ syscall, errors }: Fields): boolean {
	if (Array.isArray(errors) && errors.length > 0)
		return errors.every((one) => isFields(one) && isConnectError(one));
	return syscall === 'connect' || syscall === 'getaddrinfo';
}

/**
 * The state of the connection of Node's request, if the error has a request. A request without a socket never had a
 * connection; with TLS nothing leaves a socket before its handshake is complete and its certificate trusted.
 */
function connectionOf(errors: readonly Fields[]): 'never made' | 'made' | undefined {
	const { request } = errors.find(({ request }) => isFields(request) && 'socket' in request) ?? {};
	if (!isFields(request)) return undefined;
	const { socket } = request;
	if (!isFields(socket)) return 'never made';
	if (typeof socket.secureConnecting !== 'boolean') return undefined;
	return socket.secureConnecting ? 'never made' : 'made';
}
