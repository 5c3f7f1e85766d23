import { dateAt } from './date';

/**
 * Signers that say when they signed and for how many seconds (TOS, S3, Google Cloud Storage and OSS, signatures of
 * version 4).
 */
const DATED_SIGNERS = ['x-tos', 'x-amz', 'x-goog', 'x-oss'];

/**
 * Where a second in Unix time stands at which a link dies: `Expires` (S3 and OSS, signatures before version 4,
 * CloudFront, imgix), `x-oss-expires` (OSS, version 2), `q-sign-time=start;end` (Tencent COS), by the vendors' docs of
 * signed URLs; `x-expires` (links of ByteDance's image service) and `e` (Qiniu), by such links in public code.
 */
const UNIX_SECONDS = ['expires', 'x-oss-expires', 'x-expires', 'e', 'q-sign-time'];

/**
 * When a link dies, read from its own signature, or undefined where it carries none. Of several signatures the first
 * to end counts.
 */
export function signedLinkExpiry(url: string): Date | undefined {
	const query = new Map(
		Array.from(new URL(url).searchParams, ([name, value]) => [name.toLowerCase(), value]),
	);
	const dated = DATED_SIGNERS.map((signer) =>
		datedExpiry(query.get(`${signer}-date`), query.get(`${signer}-expires`)),
	);
	// Ten digits: between 2001 and 2286. What is shorter counts from a time that is not told.
	const unix = UNIX_SECONDS.map(
		(name) => Number(/^(?:\d{10};)?(\d{10})$/.exec(query.get(name) ?? '')?.[1]) * 1000,
	);
	// Azure's docs of the shared access signature: a day, or a time in UTC.
	const azure = Date.parse(/^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/.exec(query.get('se') ?? '')?.[0] ?? '');
	const ends = [...dated, ...unix, azure].flatMap((end) => dateAt(end) ?? []);
	return ends.sort((one, other) => one.getTime() - other.getTime())[0];
}

/**
 * @param signedAt such as 20251029T084321Z
 * @param seconds how long the link lives from then on
 * @returns in milliseconds, NaN where it is not told
 */
function datedExpiry(signedAt = '', seconds = ''): number {
	const signed = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(signedAt);
	if (!signed || !/^\d+$/.test(seconds)) return Number.NaN;
	const [, year, month, day, hour, minute, second] = signed;
	return (
		Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) + Number(seconds) * 1000
	);
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

/**
 * Between two links of a text. Begins where a run of separators does, else a long one would take its square of time.
 */
const BETWEEN_LINKS = /(?<![\s,;|，、；])[\s,;|，、；]+(?:(?=(?:https?|asset):\/\/|data:)|$)/i;

/**
 * The links in a text, one to a line, or separated by commas, blanks or the like, those of Chinese and Japanese too;
 * those inside of a link are a part of it.
 */
export const linksIn = (text: string): string[] =>
	text
		.trim()
		.split(BETWEEN_LINKS)
		.filter((url) => url !== '');

/** Whether a name is a step in a path, "." or "..", which no encoding hides from a URL. */
export const isDots = (name: string): boolean => /^\.{1,2}$/.test(name);

/** The last part of a link's path without its extension, "" where there is none. */
export function baseNameOfLink(url: string): string {
	// As it may be shown, a link may be none any more.
	const path = url.replace(/[?#][^]*$/, '').replace(/^\w+:\/*[^/]*/, '');
	const last = path.split('/').pop() ?? '';
	try {
		// Some storages write the whole path of an object as one part: "images%2Ffox.png".
		return withoutExtension(decodeURIComponent(last).split(/[/\\]/).pop() ?? '');
	} catch {
		return withoutExtension(last);
	}
}

/** Control characters, halves of characters, ends of lines, and what some file system reads as a path or refuses. */
const UNSAFE_IN_NAMES = /[<>:"/\\|?*\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** They turn what follows around, so that a name reads as if it had another extension. */
const DIRECTION_MARKS = /\p{Bidi_Control}/gu;

/** What Windows takes for a device, whatever comes behind a dot. */
const DEVICE_NAME = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)/i;

/** Longest file name that file systems take, its extension included. */
const MAX_NAME_BYTES = 255;

/** Only what names a kind of file: "Fox v1.5" has no extension. */
const EXTENSION =
	/\.(a?png|jpe?g|jp2|jxl|webp|gif|bmp|tiff?|avif|hei[cf]|mp4|m4v|mov|webm|mkv|3gp|mpg|ogv|avi|bin)$/i;

/** Whether a link leads to a picture or a video, and not to a page, by the name at its end. */
export function leadsToFile(url: string): boolean {
	return isLink(url) && EXTENSION.test(new URL(url).pathname);
}

function withoutExtension(name: string): string {
	return name.replace(EXTENSION, '');
}

/**
 * A safe file name: no path, no control characters, the extension from what the file is. Names that differ stay
 * different as far as they can: what is unsafe in them is replaced, character by character.
 * @param wanted the name that the user or the URL has, with or without an extension
 * @param extension without the dot
 * @param number place in a set from 1, where the name is shared by several files
 */
export function fileNameFor(wanted: string, extension: string, number?: number): string {
	const safe = wanted.replace(DIRECTION_MARKS, '').replace(UNSAFE_IN_NAMES, '_');
	const name = withoutExtension(safe.trim()).replace(/^[.\s]+/, '');
	const end = `${number === undefined ? '' : `-${number}`}.${extension}`;
	const short = beginningOf(
		DEVICE_NAME.test(name) ? `_${name}` : name,
		MAX_NAME_BYTES - Buffer.byteLength(end),
	).trim();
	return `${short || 'file'}${end}`;
}

/** As much of a text as so many bytes hold, by whole characters. */
function beginningOf(text: string, maxBytes: number): string {
	let beginning = '';
	let bytes = 0;
	for (const character of text) {
		bytes += Buffer.byteLength(character);
		if (bytes > maxBytes) break;
		beginning += character;
	}
	return beginning;
}
