import { invalidInput, MediaError } from '../media/failure';

/** White space, and quotation marks of all kinds: word processors and chats put curly ones in place of straight ones. */
const AROUND = /^[\s"'`´‚„\p{Pi}\p{Pf}]+|[\s"'`´‚„\p{Pi}\p{Pf}]+$/gu;

/**
 * The bare key from what people paste, exactly as it is sent: without white space, quotes, characters that cannot be
 * seen, such as zero-width spaces, and a leading "Authorization:" and "Bearer".
 * @throws MediaError of kind `keyNotAccepted` when nothing is left, or what no key has: on its way it would be dropped or changed
 */
export function cleanKey(pasted: string): string {
	const key = pasted
		.replace(/\p{Default_Ignorable_Code_Point}/gu, '')
		.replace(AROUND, '')
		.replace(/^authorization["']?\s*:/i, '')
		.replace(AROUND, '')
		.replace(/^bearer(\s+|$)/i, '')
		.replace(AROUND, '')
		.replace(/\s+/g, '');
	if (key === '') throw noKey('is empty');
	const [odd] = key.match(/[^!-~]/u) ?? [];
	if (odd === undefined) return key;
	const code = (odd.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
	throw noKey(`has a character that no key has: ${JSON.stringify(odd)} (U+${code})`);
}

const noKey = (says: string) => new MediaError({ kind: 'keyNotAccepted', says: `the API key in the credential ${says}` });

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
