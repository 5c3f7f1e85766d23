import { invalidInput } from '../media/failure';

/**
 * The bare key from what people paste: without white space, quotes, and a leading "Bearer".
 */
export function cleanKey(pasted: string): string {
	return pasted
		.trim()
		.replace(/^["']|["']$/g, '')
		.replace(/^\s*(authorization:\s*)?bearer(\s+|$)/i, '')
		.replace(/\s+/g, '');
}

/**
 * The base URL from what people paste: a trailing slash, or the whole endpoint, is cut off.
 * @param apiRoots where the gateway's own paths begin, e.g. "/v1"
 * @throws MediaError of kind `invalidInput` when it is no http or https address
 */
export function cleanBaseUrl(pasted: string, apiRoots: readonly string[]): string {
	const text = pasted.trim();
	let url: URL;
	try {
		url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
	} catch {
		throw noAddress();
	}
	if (!['http:', 'https:'].includes(url.protocol) || url.username || url.password) throw noAddress();
	const path = `${url.pathname}/`;
	const cut = apiRoots.map((root) => path.indexOf(`${root}/`)).filter((index) => index >= 0);
	return url.origin + path.slice(0, Math.min(path.length, ...cut)).replace(/\/+$/, '');
}

// Says nothing of what was pasted: people put the key into the wrong field.
function noAddress() {
	return invalidInput('Base URL', 'the base URL in the credential is not an http or https address');
}
