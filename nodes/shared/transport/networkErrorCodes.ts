const UNTRUSTED = 'the certificate could not be verified';
export const UNKNOWN_ISSUER = 'the issuer of the certificate is not known';

/**
 * Codes of errors that occur before there is a connection, or before it is trusted: those of Node's name resolution and
 * of its URLs, of its `tls.checkServerIdentity()`, and of OpenSSL's check of certificates
 * (https://nodejs.org/api/errors.html, https://nodejs.org/api/tls.html#x509-certificate-error-codes).
 */
export const CONNECT_FAILED: Record<string, string> = {
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

/** The codes of a lost connection, with their meaning before anything was sent, and afterwards. */
export const CONNECTION_LOST: Record<string, { unsent: string; sent: string }> = {
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

/** A pattern that any of the given ones matches. */
function anyOf(patterns: readonly string[]): RegExp {
	return new RegExp(patterns.join('|'));
}

/**
 * A TLS alert with which a server ends a handshake, even if the client considered it complete (RFC 8446, sections
 * 4.4.2.4 and 6.2).
 */
export const REFUSED_HANDSHAKE = anyOf([
	'alert (handshake failure|protocol version|insufficient security|inappropriate fallback)',
	'alert (unknown ca|access denied|no application protocol)',
	'alert (bad |unsupported |no )?certificate( revoked| expired| unknown| required| unobtainable)?',
	'unrecognized name',
]);

/**
 * Messages that OpenSSL has only in a handshake (its `SSL_R_…`). All others, for example a bad record, may occur
 * later.
 */
export const FAILED_HANDSHAKE = anyOf([
	'wrong version number',
	'un(supported|known) protocol',
	'no protocols available',
	'no shared cipher',
	'no ciphers available',
	'https? (proxy )?request',
	'(dh|ee) key too small',
	'(ca|ee) md too weak',
	'unsafe legacy renegotiation disabled',
	'certificate verify failed',
	'wrong signature type',
]);

/**
 * Messages of Node, and of the agent that n8n uses for proxies, for a connection that ended before it was
 * established.
 */
export const ENDED_EARLY =
	/^(Client network socket disconnected before secure TLS connection|Proxy connection ended before receiving CONNECT)/;
