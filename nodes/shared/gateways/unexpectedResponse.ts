import { GenerationError, type Failure } from '../errors/failure';
import type { GeneratedFile } from '../generation/result';
import { isLink } from '../media/url';
import { bodyExcerpt, bodyText, isPage, pageText } from './responseBody';

/** A URL that is a whole text between quotation marks, or one within a text, which may go on in Chinese. */
const URL_IN_TEXT =
	/(?<=^|")(https?:\/\/[^\s"'<>\\]+)(?=\\*"|$)|https?:\/\/[^\s"'<>\\\u3000-\u303F\uFF00-\uFFEF]+/g;

/** Removes the marks of a sentence, or of Markdown, that follow a URL. A bracket may be part of the URL. */
function withoutTrailingMarks(url: string): string {
	const bare = url.replace(/[\])}*`.,;:!?|]+$/, '');
	return bare.includes('(') && url.startsWith(`${bare})`) ? `${bare})` : bare;
}

/**
 * Returns the first URL in a response of unknown shape: a file that was charged may be there. The URLs of an HTML page
 * are its own, and not taken.
 * @param isKnown returns whether a URL is something else
 */
export function linkIn(
	body: unknown,
	isKnown: (url: string) => boolean = () => false,
): string | undefined {
	// Cut off at an escaped slash, a URL would lead nowhere, and might end in half a key.
	const text = bodyText(body).replaceAll('\\/', '/');
	if (isPage(text)) return undefined;
	for (const [found, alone] of text.matchAll(URL_IN_TEXT)) {
		const url = alone ?? withoutTrailingMarks(found);
		if (isLink(url) && !isKnown(url)) return url;
	}
	return undefined;
}

/** Adds the URL of what a failed task generated nevertheless. */
export function withUrl(failure: Failure, [file]: readonly GeneratedFile[]): Failure {
	return file && 'url' in file.source ? { ...failure, url: file.source.url } : failure;
}

/** Returns whether a file may be in a response of unknown shape: a URL, or a text as long as an image. */
export function mayHoldFile(body: unknown): boolean {
	// Anchored to the start of a text: searched for anywhere, it would take minutes in a text of megabytes.
	return /https?:\/\/|(^|")(data:[\w/.;=+-]{0,100},)?[\w+/-]{100}/.test(bodyText(body));
}

/** Creates the error for a response of unknown shape, with the beginning of it and the URL that it may contain. */
export function unexpectedResponse(body: unknown, taskId?: string): GenerationError {
	const text = typeof body === 'string' ? pageText(body) : bodyExcerpt(body);
	const url = linkIn(body);
	return new GenerationError({
		kind: 'answerLost',
		message: text ? `the answer was not understood: ${text}` : 'the answer was empty',
		...(taskId === undefined ? {} : { taskId }),
		...(url === undefined ? {} : { url }),
	});
}
