import { answerForms } from './faultTable/answerForms.mjs';
import { batches } from './faultTable/batches.mjs';
import { charged } from './faultTable/charged.mjs';
import { downloads } from './faultTable/downloads.mjs';
import { largeImages } from './faultTable/largeImages.mjs';
import { looks } from './faultTable/looks.mjs';
import { network } from './faultTable/network.mjs';
import { modelOf, play } from './faultTable/play.mjs';
import { paid } from './faultTable/paid.mjs';
import { refusals } from './faultTable/refusals.mjs';
import { retries } from './faultTable/retries.mjs';
import { submissions } from './faultTable/submissions.mjs';
import { GATEWAY_NAMES, type Row } from './faultTable/table.mjs';
import { taskLists } from './faultTable/taskLists.mjs';
import { NOTHING_CHARGED, summaryOf } from '../../support/wording.mjs';

const TABLE = {
	submissions,
	refusals,
	looks,
	downloads,
	batches,
	charged,
	retries,
	answerForms,
	network,
	paid,
	largeImages,
	taskLists,
};

function nameOf({ gateway, node, operation, fault, onError, tries }: Row): string {
	return [
		`${GATEWAY_NAMES[gateway]} ${node} ${operation}: ${fault}`,
		onError,
		tries ? `${tries} tries` : undefined,
	]
		.filter((part) => part !== undefined)
		.join(', ');
}

/** What may not be in any message: words of JavaScript in place of ours. */
const SLIPS =
	/undefined|\[object|NaN|Cannot read|is not a function|TypeError|SyntaxError|Unexpected token|JSON at position/;

/** One of these tells a user where to look for what was paid. */
const WHERE_IT_IS = /Task ID: |Link: |look at the history/i;

/** On a busy machine the tasks of a run may not all be polled at the same moment: then a few are polled by themselves. */
const MORE_LISTS = 2;
const MORE_SINGLE_POLLS = 5;

/** Where a text has the key, each with what stands before it. */
function surroundings(key: string, text: string): string[] {
	return text
		.split(key)
		.slice(0, -1)
		.map((before) => before.slice(-200));
}

async function check(row: Row): Promise<void> {
	const { message = '', description = '', lists, singlePolls, ...counts } = row.expect;
	const played = await play(row);
	const { seen } = played;
	const expected = {
		submits: counts.paid,
		items: [],
		errors: [],
		files: counts.items?.filter((state) => state === 'succeeded').length ?? 0,
		...counts,
	};
	// The message first, since it tells most when a row does not hold.
	expect({ ...seen, message: played.message }).toEqual(
		expect.objectContaining({
			...expected,
			message: expect.stringContaining(message.replaceAll('<MODEL>', modelOf(row))),
		}),
	);
	expect(played.description).toContain(description);
	if (lists !== undefined) expect(seen.lists).toBeLessThanOrEqual(lists + MORE_LISTS);
	if (singlePolls !== undefined)
		expect(seen.singlePolls).toBeLessThanOrEqual(singlePolls + MORE_SINGLE_POLLS);
	expect(played.paired).toBe(true);

	expect(played.message === '').toBe(message === '');
	if (played.message !== '') {
		expect(played.message).toMatch(
			new RegExp(
				`^(${GATEWAY_NAMES[row.gateway]}(:| ${summaryOf('modelUnknown')}) .* \\[item \\d+\\]$|[A-Z][A-Za-z ]+: )`,
			),
		);
		expect(played.description).toMatch(/\w/);
		if (seen.paid === 1) expect(played.description).toMatch(WHERE_IT_IS);
	}
	// What was made for the same item was charged.
	const isCharged = seen.paid > 0 || seen.downloads > 0;
	for (const { description: advice } of (row.itemCount ?? 1) === 1 && isCharged
		? [played, ...played.failed]
		: []) {
		expect(advice).not.toContain(NOTHING_CHARGED);
	}
	for (const { message: words, description: advice, gateway } of [
		{ ...played, gateway: row.gateway },
		...played.failed,
	]) {
		expect(`${words} ${advice}`).not.toMatch(SLIPS);
		expect(gateway).toBe(row.gateway);
	}
	expect(surroundings(played.key, played.everything)).toEqual([]);
	expect(played.keysAtStorage).toEqual([]);
	expect(played.leftOpen).toEqual([]);
}

// Side by side, each on a sandbox of its own, since most of the time is spent in the node's own pauses.
describe.each(Object.entries(TABLE))('%s', (_name, rows) => {
	const named = rows.map((row): [string, Row] => [nameOf(row), row]);
	test.concurrent.each(named)('%s', async (_row, row) => await check(row));
});

test('the table is whole', () => {
	const names = Object.entries(TABLE).flatMap(([name, rows]) =>
		rows.map((row) => `${name} ${nameOf(row)}`),
	);
	expect(names.length).toBeGreaterThanOrEqual(130);
	expect(names).toEqual([...new Set(names)]);
});
