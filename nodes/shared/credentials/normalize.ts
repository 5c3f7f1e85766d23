import { invalidInput, GenerationError } from '../errors/failure';

/** White space and quotation marks of all kinds: word processors and chats replace straight ones by curly ones. */
const AROUND = /^[\s"'`´‚„\p{Pi}\p{Pf}]+|[\s"'`´‚„\p{Pi}\p{Pf}]+$/gu;

/**
 * Returns the bare key from a pasted text, exactly as it is sent: without white space, quotation marks, invisible
 * characters like zero-width spaces, and a leading "Authorization:" and "Bearer".
 * @throws GenerationError of kind `keyNotAccepted` if nothing is left, or if a character is left that no key contains:
 * it would be dropped or changed in transit
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

/** The paths of a gateway's API. Users paste its base URL with more or less of them at the end. */
export interface ApiPaths {
	/** The beginning of the paths, and whole endpoints. Anchored to the end of a base URL, from which they are removed. */
	endpoints: RegExp;
	/** The root of the API, e.g. "/api/v3". It is added to a base URL that does not end in the version of the root. */
	root?: string;
}

/**
 * Returns the base URL from a pasted text: without a trailing slash or endpoint. These are removed only at the end,
 * as a proxy may have a version in its own path.
 * @throws GenerationError of kind `invalidInput` if it is not an http or https URL
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

// The message does not repeat the pasted text, which may be a key in the wrong field.
function noAddress() {
	return invalidInput('Base URL', 'the base URL in the credential is not an http or https address');
}
