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
	// Reserved for protocols, and for measurements.
	/^192\.0\.0\./,
	/^198\.1[89]\./,
	// Multicast, reserved, and broadcast.
	/^(22[4-9]|2[3-5]\d)\./,
];

/**
 * The same for IPv6: unique local, link-local and site-local, multicast, and every form in which URLs write an IPv4
 * address: "::…" (which includes the loopback and the unspecified address), NAT64, and 6to4.
 */
const PRIVATE_IPV6 = [/^f[cd]/, /^fe[89a-f]/, /^ff/, /^::/, /^64:ff9b:/, /^2002:/];

/** Names that only a private network resolves. A host name may end in them. */
const PRIVATE_NAMES =
	/(^|\.)(local|localhost|localdomain|internal|intranet|lan|home|home\.arpa|corp|svc)$/;

/** Public names that resolve to this machine, or to the address that they contain. */
const NAMES_OF_ADDRESSES =
	/(^|\.)(nip\.io|sslip\.io|xip\.io|traefik\.me|localtest\.me|lvh\.me|vcap\.me)$/;

/**
 * Whether a URL leads to this machine or its own network, as far as the URL itself tells: names are not resolved.
 * @param url an http or https address
 */
export function isPrivateAddress(url: string): boolean {
	// However an address is written, the parsed URL has it in one form.
	const host = new URL(url).hostname.toLowerCase().replace(/\.+$/, '');
	if (host.startsWith('[')) return PRIVATE_IPV6.some((network) => network.test(host.slice(1, -1)));
	if (/^[\d.]+$/.test(host)) return PRIVATE_IPV4.some((network) => network.test(host));
	// A name without a dot belongs to the own network, for example to another container.
	return (
		!host.includes('.') ||
		host.startsWith('localhost.') ||
		PRIVATE_NAMES.test(host) ||
		NAMES_OF_ADDRESSES.test(host)
	);
}
