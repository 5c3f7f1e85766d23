import type { Gateway } from '../../nodes/shared/gateways/types.js';
import { SOURCE_WORDS } from '../sourceWords.mjs';
import type { Check } from './check.mjs';
import type { Hider } from './hide.mjs';

/** What was checked, and where. */
export interface Checked {
	gateway: Gateway;
	/** Name and version of the package. */
	package: string;
	/** Whether it was at the gateway's usual address. */
	isUsual: boolean;
	checks: readonly Check[];
	hider: Hider;
}

/** The whole as Markdown, to be pasted into an issue: without key, links, ids and prompt. */
export function reportOf({ gateway, package: name, isUsual, checks, hider }: Checked): string {
	const differing = checks.filter(({ verdict }) => verdict === 'differs').length;
	const leftOut = checks.filter(({ verdict }) => verdict === 'left out').length;
	const lines = [
		`## ${gateway.displayName}: ${differing === 0 ? 'agrees' : `${differing} of ${checks.length - leftOut} checks differ`}`,
		'',
		`${name}, ${new Date().toISOString().slice(0, 10)}, at ${isUsual ? 'its usual address' : 'another address than its usual one'}.`,
		'',
		'| Check | Result | Compared with | What was seen |',
		'| --- | --- | --- | --- |',
		...checks.map((check) => rowOf(check, hider)),
		'',
		'### What came',
		'',
		'Shortened, and without the key, links, IDs and the prompt.',
		...checks.flatMap((check) => answersOf(check, hider)),
	];
	return lines.join('\n');
}

function rowOf(check: Check, { text }: Hider): string {
	const { name, verdict, differences, notes, leftOut, sources } = check;
	const seen = [...differences, ...notes, ...(leftOut === '' ? [] : [leftOut])].map((words) =>
		cell(text(words)),
	);
	return `| ${name} | ${verdict === 'differs' ? '**differs**' : verdict} | ${[...sources].map((source) => SOURCE_WORDS[source]).join(', ')} | ${seen.join('<br>')} |`;
}

/** In a cell of a table a line has to be one, and a bar is its end. */
const cell = (words: string) =>
	words.replace(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;');

function answersOf({ name, answers }: Check, hider: Hider): string[] {
	return answers.flatMap(({ label, received: { httpStatus, body, events } }) => {
		const shown =
			events.length > 0
				? events.map((data) => hider.body(parsed(data))).join('\n')
				: hider.body(body);
		// What came may have such a line of its own.
		return [
			'',
			`${name}${label === '' ? '' : `, ${hider.text(label)}`}: HTTP ${httpStatus}`,
			'',
			'```',
			shown.replaceAll('```', '’’’'),
			'```',
		];
	});
}

function parsed(data: string): unknown {
	try {
		return JSON.parse(data);
	} catch {
		return data;
	}
}
