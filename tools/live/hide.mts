import { normalizeApiKey } from '../../nodes/shared/credentials/normalize.js';
import { createRedactor } from '../../nodes/shared/errors/redact.js';

/** Takes out of a text, or of an answer, what is nobody else's business. */
export interface Hider {
	/** Names a task: it is taken out from now on. */
	learn(taskId: string): void;
	text(text: string): string;
	/** An answer's body as shortened JSON, or its first words where it is none. */
	body(body: unknown): string;
}

/** Longer texts are files in base64, or pages. */
const LONGEST_TEXT = 300;
/** Of an answer in all. */
const LONGEST_ANSWER = 2000;
/** Of a list: the others look alike. */
const MOST_ENTRIES = 2;

const LINK = /(?:https?:)?\/\/[^\s"'<>\\]+\.[^\s"'<>\\]+|https?:\/\/[^\s"'<>\\]+/gi;
/** Task ids of BytePlus, long hexadecimal and decimal numbers, UUIDs. */
const ID = /\bcgt-[\w-]+|\b[0-9a-f]{8}-[0-9a-f-]{20,}|\b[0-9a-f]{16,}\b|\b\d{9,}\b/gi;
const NAMES_AN_ID = /(^|_)id$|Id$/;
/** Of the account, and of no use to anyone else. */
const NAMES_MONEY = /^(balance|creditLimit)$/;

/** @param key as it was given */
export function createHider(key: string, prompt: string): Hider {
	const withoutKey = createRedactor(normalizeApiKey(key));
	const tasks = new Set<string>();

	const text = (whole: string) => {
		let rest = withoutKey(whole).split(prompt).join('<prompt>').replace(LINK, shownLink);
		for (const task of tasks) rest = rest.split(task).join('<id>');
		return rest.replace(ID, '<id>');
	};

	const shown = (name: string, value: unknown): unknown => {
		const isPlain = typeof value === 'string' || typeof value === 'number';
		if (isPlain && NAMES_AN_ID.test(name)) return `<id of ${String(value).length} characters>`;
		if (isPlain && NAMES_MONEY.test(name)) return `<${typeof value}>`;
		if (Array.isArray(value) && value.length > MOST_ENTRIES) {
			return [...value.slice(0, MOST_ENTRIES), `<and ${value.length - MOST_ENTRIES} more>`];
		}
		if (typeof value !== 'string') return value;
		return value.length > LONGEST_TEXT && !/^https?:/.test(value)
			? `<text of ${value.length} characters>`
			: text(value);
	};

	return {
		learn: (taskId) => void tasks.add(taskId),
		text,
		body(body) {
			if (typeof body === 'string') return text(body.slice(0, LONGEST_TEXT).trim());
			const json = written(body, shown);
			return json.length > LONGEST_ANSWER ? `${json.slice(0, LONGEST_ANSWER)}…` : json;
		},
	};
}

/** Of a link only what kind of file it leads to. */
function shownLink(link: string): string {
	const extension = /\.(\w{2,5})(?:[?#]|$)/.exec(link.replace(/^(?:https?:)?\/\/[^/]*/i, ''))?.[1];
	return extension === undefined ? '<link>' : `<link to .${extension}>`;
}

/** What is nested without end cannot be written. */
function written(body: unknown, shown: (name: string, value: unknown) => unknown): string {
	try {
		return JSON.stringify(body, shown, 2) ?? '';
	} catch {
		return 'nested too deeply to be shown';
	}
}
