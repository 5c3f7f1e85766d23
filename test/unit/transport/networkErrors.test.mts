import { NodeApiError, type INode, type JsonObject } from 'n8n-workflow';
import type { Failure } from '../../../nodes/shared/errors/failure.js';
import { mayResubmit } from '../../../nodes/shared/errors/retryPolicy.js';
import { isConnectionLost, transportError } from '../../../nodes/shared/transport/networkErrors.js';
import type { Deadline } from '../../../nodes/shared/time/deadline.js';

const node: INode = {
	id: '1',
	name: 'Seedream',
	type: 'seedream',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

const going: Deadline = {
	signal: new AbortController().signal,
	remainingMs: () => 1000,
	reason: () => undefined,
	throwIfExpired: () => undefined,
};
const over: Deadline = {
	...going,
	reason: () => ({ kind: 'timedOut', message: 'no result within 1 second' }),
};

/** An error as Node throws it, and axios hands it on: with the request that it is of. */
function networkError(words: string, fields: object, request: object = {}): Error {
	const cause = Object.assign(new Error(words), fields);
	return Object.assign(new Error(words, { cause }), { ...fields, isAxiosError: true, request });
}

/** As n8n 2 hands it on. */
const wrapped = (error: Error) => new NodeApiError(node, error as unknown as JsonObject);

/** As n8n 1.123 does, without what caused it. */
function bare(error: Error): NodeApiError {
	const apiError = wrapped(error);
	delete apiError.cause;
	return apiError;
}

const failureOf = (error: unknown, deadline = going): Failure =>
	transportError(error, deadline).failure;

const SSL = (reason: string) =>
	`write EPROTO 80CCEC6A777F0000:error:0A00010B:SSL routines:ssl3_get_record:${reason}:../deps/openssl/record.c:350:\n`;
const HANDSHAKE = { socket: { secureConnecting: true } };
const ESTABLISHED = { socket: { secureConnecting: false } };

describe('nothing was sent', () => {
	const passing: Array<[string, object, object?]> = [
		['connect ETIMEDOUT 192.0.2.1:443', { code: 'ETIMEDOUT', syscall: 'connect' }],
		['connect ECONNREFUSED 127.0.0.1:1', { code: 'ECONNREFUSED', syscall: 'connect' }],
		['connect ECONNRESET 127.0.0.1:1', { code: 'ECONNRESET', syscall: 'connect' }],
		['connect EMFILE 127.0.0.1:1', { code: 'EMFILE', syscall: 'connect' }],
		['connect EADDRNOTAVAIL 127.0.0.1:1', { code: 'EADDRNOTAVAIL', syscall: 'connect' }],
		[
			'connect ENETUNREACH 255.255.255.255:80 - Local (0.0.0.0:0)',
			{ code: 'ENETUNREACH', syscall: 'connect' },
		],
		['getaddrinfo EAI_AGAIN gateway.test', { code: 'EAI_AGAIN', syscall: 'getaddrinfo' }],
		[
			'Client network socket disconnected before secure TLS connection was established',
			{ code: 'ECONNRESET' },
		],
	];
	const lasting: Array<[string, object, object?]> = [
		['unable to get local issuer certificate', { code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' }],
		['self-signed certificate in certificate chain', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }],
		['certificate is not yet valid', { code: 'CERT_NOT_YET_VALID' }],
		['invalid CA certificate', { code: 'INVALID_CA' }],
		["Hostname/IP does not match certificate's altnames", { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
		['Invalid URL', { code: 'ERR_INVALID_URL' }],
		[SSL('wrong version number'), { code: 'EPROTO', syscall: 'write' }],
		[SSL('tlsv1 alert protocol version'), { code: 'EPROTO', syscall: 'write' }],
		[SSL('sslv3 alert handshake failure'), { code: 'EPROTO', syscall: 'write' }],
		[SSL('unsafe legacy renegotiation disabled'), { code: 'EPROTO', syscall: 'write' }],
		['SSL routines::tlsv1 unrecognized name', { code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME' }],
		['SSL routines::wrong version number', { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }],
		// With TLS 1.3 the client holds the handshake for done before the server has looked for its certificate.
		[
			'SSL routines::tlsv13 alert certificate required',
			{ code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' },
			ESTABLISHED,
		],
		['Proxy connection ended before receiving CONNECT response', {}],
	];

	it.each([...passing, ...lasting])('%s %j', (words, fields, request = {}) => {
		for (const shape of [(error: Error) => error, wrapped, bare]) {
			const failure = failureOf(shape(networkError(words, fields, request)));
			expect(failure.kind).toBe('notReachable');
			expect(mayResubmit(failure)).toBe(passing.some(([passes]) => passes === words));
		}
	});

	it('of several addresses none could be reached', () => {
		const errors = ['ETIMEDOUT', 'ENETUNREACH'].map((code) =>
			Object.assign(new Error(`connect ${code}`), { code, syscall: 'connect' }),
		);
		const unreached = networkError('', { code: 'ETIMEDOUT', errors });
		for (const thrown of [unreached, wrapped(unreached)]) {
			const failure = failureOf(thrown);
			expect(failure).toMatchObject({ kind: 'notReachable', code: 'ETIMEDOUT' });
			expect(mayResubmit(failure)).toBe(true);
		}
		const reached = Object.assign(new Error('read ETIMEDOUT'), {
			code: 'ETIMEDOUT',
			syscall: 'read',
		});
		expect(
			failureOf(networkError('', { code: 'ETIMEDOUT', errors: [...errors, reached] })).kind,
		).toBe('answerLost');
	});

	it.each([
		['read ECONNRESET', { code: 'ECONNRESET', syscall: 'read' }, HANDSHAKE, 'ECONNRESET'],
		[
			'SSL routines::packet length too long',
			{ code: 'ERR_SSL_PACKET_LENGTH_TOO_LONG' },
			HANDSHAKE,
			'ERR_SSL_PACKET_LENGTH_TOO_LONG',
		],
		['the proxy did not like it', {}, { socket: null }, undefined],
	])('the connection tells: %s', (words, fields, request, code) => {
		expect(failureOf(wrapped(networkError(words, fields, request)))).toMatchObject({
			kind: 'notReachable',
			...(code ? { code } : {}),
		});
	});

	it('when the time is over, it is told as that', () => {
		const timeout = networkError('timeout of 300ms exceeded', { code: 'ECONNABORTED' }, HANDSHAKE);
		expect(failureOf(wrapped(timeout), over)).toEqual({
			kind: 'notSent',
			message: 'no result within 1 second',
		});
		expect(
			failureOf(
				networkError('timeout of 300ms exceeded', { code: 'ECONNABORTED' }, ESTABLISHED),
				over,
			).kind,
		).toBe('timedOut');
		expect(failureOf(bare(timeout), over).kind).toBe('timedOut');
	});

	it.each(['SsrfBlockedIpError', 'SsrfBlockedHostnameError', 'UnknownConnectionHostError'])(
		'n8n’s guard: %s',
		(name) => {
			const error = Object.assign(new Error('The request was blocked'), { name });
			for (const thrown of [
				error,
				wrapped(error),
				wrapped(networkError('blocked', { cause: error })),
			]) {
				expect(failureOf(thrown)).toMatchObject({
					kind: 'notReachable',
					detail: expect.stringContaining('N8N_SSRF_ALLOWED_HOSTNAMES'),
				});
				expect(mayResubmit(failureOf(thrown))).toBe(false);
			}
		},
	);
});

describe('something may have been sent', () => {
	it.each<[string, object, object?]>([
		['read ECONNRESET', { code: 'ECONNRESET', syscall: 'read' }],
		['read ETIMEDOUT', { code: 'ETIMEDOUT', syscall: 'read' }],
		['write EPIPE', { code: 'EPIPE', syscall: 'write' }],
		['socket hang up', { code: 'ECONNRESET' }],
		['Parse Error: Expected HTTP/', { code: 'HPE_INVALID_CONSTANT' }],
		[SSL('decryption failed or bad record mac'), { code: 'EPROTO', syscall: 'write' }],
		['SSL routines::sslv3 alert bad record mac', { code: 'ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC' }],
		['read ECONNRESET', { code: 'ECONNRESET', syscall: 'read' }, ESTABLISHED],
		['read EHOSTUNREACH', { code: 'EHOSTUNREACH', syscall: 'read' }],
		['something else', {}],
	])('%s %j', (words, fields, request = {}) => {
		for (const shape of [(error: Error) => error, wrapped, bare]) {
			const failure = failureOf(shape(networkError(words, fields, request)));
			expect(failure.kind).toBe('answerLost');
			expect(mayResubmit(failure)).toBe(false);
		}
	});

	it('what is else said in a handshake, on a connection that was made', () => {
		const error = networkError(
			'SSL routines::wrong version number',
			{ code: 'ERR_SSL_WRONG_VERSION_NUMBER' },
			ESTABLISHED,
		);
		for (const thrown of [error, wrapped(error)]) expect(failureOf(thrown).kind).toBe('answerLost');
	});

	it('some of several addresses were reached', () => {
		const errors = [
			{ code: 'ETIMEDOUT', syscall: 'connect' },
			{ code: 'ECONNRESET', syscall: 'read' },
		];
		expect(failureOf(networkError('', { code: 'ETIMEDOUT', errors })).kind).toBe('answerLost');
	});

	it('a refusal of the gateway with such a code is none of the network', () => {
		expect(
			mayResubmit({ kind: 'notReachable', message: '', code: 'ETIMEDOUT', httpStatus: 404 }),
		).toBe(false);
	});
});

it('a disk that is full is no connection that broke', () => {
	expect(isConnectionLost(Object.assign(new Error('no space'), { code: 'ENOSPC' }))).toBe(false);
	expect(isConnectionLost(Object.assign(new Error('read'), { code: 'ECONNRESET' }))).toBe(true);
});
