import { isRecord } from '../media/json';
import { oneLine, shortened } from '../errors/failure';

/**
 * Returns the fields of a JSON object, and no fields for anything else. `__proto__` is none: JSON makes a field of
 * it.
 */
export function fieldsOf(value: unknown): Record<string, unknown> {
	if (!isRecord(value)) return {};
	if (!Object.hasOwn(value, '__proto__')) return value;
	return Object.fromEntries(Object.entries(value).filter(([name]) => name !== '__proto__'));
}

/**
 * Returns a text, or a number as text, and undefined for anything else or if it is empty. Most fields are absent, which
 * a schema would find out slowly.
 */
export function textOf(value: unknown): string | undefined {
	const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	return text === '' ? undefined : text;
}

/** Returns a whole body as text. Endless nesting cannot be written out. */
export function bodyText(body: unknown): string {
	if (typeof body === 'string') return body;
	try {
		return JSON.stringify(body) ?? '';
	} catch {
		return 'it is nested too deeply';
	}
}

/**
 * Returns whether a body is HTML. Gateways respond in JSON: a page comes from a proxy in front of them, or a website.
 */
export const isPage = (body: unknown) => typeof body === 'string' && /^\s*</.test(body);

/** How much of a page is searched for its title. */
const MAX_SEARCHED_LENGTH = 5000;

/** How much of a body is shown. */
const MAX_SHOWN_LENGTH = 200;

/** Returns the beginning of a body in one line. */
export const bodyExcerpt = (body: unknown) => shortened(oneLine(bodyText(body)), MAX_SHOWN_LENGTH);

/** Returns the title of an HTML page, or else the beginning of the text. An ellipsis marks where it was cut off. */
export function pageText(text: string): string {
	// A text that begins as JSON and is none was truncated.
	const start = shortened(/^\s*[{[]/.test(text) ? `${text}…` : text, MAX_SEARCHED_LENGTH);
	const title = /<title[^<>]*>([^<]*)/i.exec(start)?.[1];
	const plain = (title ?? start.replace(/<[^<>]*>/g, ' ')).replace(/[\p{Cc}\uFFFD]+/gu, ' ');
	return shortened(oneLine(plain), MAX_SHOWN_LENGTH);
}
