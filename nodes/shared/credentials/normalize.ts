import { invalidInput, GenerationError } from '../errors/failure';

/** White space, and quotation marks of all kinds: word processors and chats put curly ones in place of straight ones. */
const AROUND = /^[\s"'`´‚„\p{Pi}\p{Pf}]+|[\s"'`´‚„\p{Pi}\p{Pf}]+$/gu;

/**
 * The bare key from what people paste, exactly as it is sent: without white space, quotes, characters that cannot be
 * seen, such as zero-width spaces, and a leading "Authorization:" and "Bearer".
 * @throws MediaError of kind `keyNotAccepted` when nothing is left, or what no key has: on its way it would be dropped or changed
 */
export function normalizeApiKey(pasted: string): string {
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

const noKey = (message: string) =>
	new GenerationError({
		kind: 'keyNotAccepted',
		message: `the API key in the credential ${message}`,
	});

/** What a gateway says of the paths of its API, for people paste its base URL with more or less of them behind it. */
export interface ApiPaths {
	/** Where they begin, and the whole endpoints: cut off where a base URL ends in them. Anchored to the end. */
	endpoints: RegExp;
	/** Present where an API may have another root than this, e.g. "/api/v3": added to a base URL that does not end in its version. */
	root?: string;
}

/**
 * The base URL from what people paste: a trailing slash, or the whole endpoint, is cut off. Only at the end: a proxy
 * may have a version in its own path.
 * @throws MediaError of kind `invalidInput` when it is no http or https address
 */
export function normalizeBaseUrl(pasted: string, { endpoints, root = '' }: ApiPaths): string {
	const text = pasted.trim();
	let url: URL;
	try {
		url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
	} catch {
		throw noAddress();
	}
	if (!['http:', 'https:'].includes(url.protocol) || url.username || url.password)
		throw noAddress();
	const path = url.pathname
		.replace(/\/{2,}/g, '/')
		.replace(/\/$/, '')
		.replace(endpoints, '');
	const version = root.slice(root.lastIndexOf('/'));
	return url.origin + (root !== '' && path.endsWith(version) ? path : path + root);
}

// Says nothing of what was pasted: people put the key into the wrong field.
function noAddress() {
	return invalidInput('Base URL', 'the base URL in the credential is not an http or https address');
}
