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
];

/** The same for IPv6: loopback, none, unique local, link-local, and IPv4 in IPv6 (as URLs write it). */
const PRIVATE_IPV6 = [/^::1?$/, /^f[cd]/, /^fe[89ab]/, /^::ffff:/];

/**
 * Whether a link leads to this machine or its own network, as far as the link itself tells: names are
 * not looked up.
 * @param link an http or https address
 */
export function isPrivateAddress(link: string): boolean {
	// Written in any odd way, an address has one form here.
	const host = new URL(link).hostname.toLowerCase().replace(/\.$/, '');
	if (host.startsWith('[')) return PRIVATE_IPV6.some((network) => network.test(host.slice(1, -1)));
	if (/^[\d.]+$/.test(host)) return PRIVATE_IPV4.some((network) => network.test(host));
	return host === 'localhost' || /\.(localhost|local|internal)$/.test(host);
}
