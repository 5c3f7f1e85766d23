/** Networks that are not on the public internet, as the first numbers of an IPv4 address. */
const PRIVATE_IPV4 = [
	/^0\./,
	/^10\./,
	/^127\./,
	/^169\.254\./,
	/^172\.(1[6-9]|2\d|3[01])\./,
	/^192\.168\./,
	// Between a provider and its customers.
	/^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
	// Of protocols, and of measurements.
	/^192\.0\.0\./,
	/^198\.1[89]\./,
	// To many at once, reserved, and to all.
	/^(22[4-9]|2[3-5]\d)\./,
];

/**
 * The same for IPv6: unique local, link-local and site-local, to many at once, and all that may stand for an address
 * of IPv4, as URLs write it: "::…" (loopback and none, too), of NAT64, and of 6to4.
 */
const PRIVATE_IPV6 = [/^f[cd]/, /^fe[89a-f]/, /^ff/, /^::/, /^64:ff9b:/, /^2002:/];

/** Names that only a network of one's own knows. Each may have more before it. */
const PRIVATE_NAMES =
	/(^|\.)(local|localhost|localdomain|internal|intranet|lan|home|home\.arpa|corp|svc)$/;

/** Public names that lead to this machine, or to the address that is a part of them. */
const NAMES_OF_ADDRESSES =
	/(^|\.)(nip\.io|sslip\.io|xip\.io|traefik\.me|localtest\.me|lvh\.me|vcap\.me)$/;

/**
 * Whether a link leads to this machine or its own network, as far as the link itself tells: names are
 * not looked up.
 * @param url an http or https address
 */
export function isPrivateAddress(url: string): boolean {
	// Written in any odd way, an address has one form here.
	const host = new URL(url).hostname.toLowerCase().replace(/\.+$/, '');
	if (host.startsWith('[')) return PRIVATE_IPV6.some((network) => network.test(host.slice(1, -1)));
	if (/^[\d.]+$/.test(host)) return PRIVATE_IPV4.some((network) => network.test(host));
	// Without a dot, a name is one of the own network, such as that of another container.
	return (
		!host.includes('.') ||
		host.startsWith('localhost.') ||
		PRIVATE_NAMES.test(host) ||
		NAMES_OF_ADDRESSES.test(host)
	);
}
