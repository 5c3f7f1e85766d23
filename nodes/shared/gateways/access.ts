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

/** Shorter than any key: hiding so short a text would make words unreadable. */
const SHORTEST_KEY = 8;

/**
 * What takes a key out of a text: some gateways repeat it when they refuse it. Finds it as it is, as it stands
 * in a link, as JSON may write it, and cut off at the end of what was shortened.
 * @param key as `cleanKey` gives it
 */
export function keyHider(key: string): (text: string) => string {
	const forms = [...new Set([key, encodeURIComponent(key), key.split('/').join('\\/')])];
	const hidden = forms.filter((form) => form.length >= SHORTEST_KEY);
	return (text) => hidden.reduce((shown, form) => withoutEndOf(shown.split(form).join('…'), form), text);
}

function withoutEndOf(text: string, form: string): string {
	for (let length = form.length - 1; length >= SHORTEST_KEY; length--) {
		if (text.endsWith(form.slice(0, length))) return `${text.slice(0, -length)}…`;
	}
	return text;
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
