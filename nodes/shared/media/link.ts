import { dateAt } from './date';

/**
 * When a link dies, read from its own signature (X-Tos-Date, X-Amz-Date and …-Expires), or undefined
 * where it carries none.
 */
export function signedLinkExpiry(link: string): Date | undefined {
	const query = new URL(link).searchParams;
	for (const signer of ['X-Tos', 'X-Amz', 'X-Goog']) {
		const signed = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get(`${signer}-Date`) ?? '');
		const seconds = Number(query.get(`${signer}-Expires`) ?? Number.NaN);
		if (!signed || !Number.isFinite(seconds)) continue;
		const [, year, month, day, hour, minute, second] = signed.map(Number);
		const start = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
		const expiry = dateAt(start + seconds * 1000);
		if (expiry) return expiry;
	}
	return undefined;
}

/** Longest link that is taken for one: signed links have about 500 characters. */
const MAX_LINK = 8192;

/** Whether a text is a link that can be downloaded. */
export function isLink(text: string): boolean {
	// A URL drops line breaks and tabs from what it is made of; what shows the text would not.
	if (text.length > MAX_LINK || /\p{Cc}/u.test(text)) return false;
	try {
		return ['http:', 'https:'].includes(new URL(text).protocol);
	} catch {
		return false;
	}
}

/** `//host/path`. The dot tells it from base64, which may begin so. */
const WITHOUT_SCHEME = /^\/\/(?=\S*\.)[^/\s]+\/\S+$/;

/** A host with a top-level domain, a path, and the name of a file in it. */
const HOST_AND_FILE = /^([a-z0-9-]+\.)+[a-z]{2,}(:\d+)?\/[^\s?#]*\.[a-z0-9]{2,4}([?#]\S*)?$/i;

/**
 * The link in a text that is to be one: also `//host/path`, and `host.tld/path.png`, whose scheme was left out.
 * Undefined where it is none.
 */
export function linkFrom(text: string): string | undefined {
	const trimmed = text.trim();
	// The length first: a picture in base64 comes here, too.
	if (trimmed.length > MAX_LINK) return undefined;
	if (WITHOUT_SCHEME.test(trimmed)) return linkFrom(`https:${trimmed}`);
	if (HOST_AND_FILE.test(trimmed)) return linkFrom(`https://${trimmed}`);
	return isLink(trimmed) ? trimmed : undefined;
}

/** The last part of a link's path without its extension, "" where there is none. */
export function baseNameOfLink(link: string): string {
	// As it may be shown, a link may be none any more.
	const path = link.replace(/[?#][^]*$/, '').replace(/^\w+:\/*[^/]*/, '');
	const last = path.split('/').pop() ?? '';
	try {
		return withoutExtension(decodeURIComponent(last));
	} catch {
		return withoutExtension(last);
	}
}

/** Control characters and what some file system reads as a path or refuses. */
const UNSAFE_IN_NAMES = /[<>:"/\\|?*\p{Cc}]+/gu;

/** Longest file name without its extension: file systems take 255 bytes, a character may need 4. */
const MAX_NAME = 60;

/** Only what names a kind of file: "Fox v1.5" has no extension. */
const EXTENSION = /\.(jpe?g|png|webp|gif|bmp|tiff?|avif|heic|mp4|m4v|mov|webm|mkv|bin)$/i;

function withoutExtension(name: string): string {
	return name.replace(EXTENSION, '');
}

/**
 * A safe file name: no path, no control characters, the extension from what the file is.
 * @param wanted what the user or the link says, with or without an extension
 * @param extension without the dot
 * @param number place in a set from 1, where the name is shared by several files
 */
export function fileNameFor(wanted: string, extension: string, number?: number): string {
	const lastPart = wanted.split(/[/\\]/).pop() ?? '';
	const safe = withoutExtension(lastPart).replace(UNSAFE_IN_NAMES, '_').replace(/^[.\s]+/, '');
	// By characters: half a one is none.
	const short = Array.from(safe).slice(0, MAX_NAME).join('').trim();
	const suffix = number === undefined ? '' : `-${number}`;
	return `${short || 'file'}${suffix}.${extension}`;
}
