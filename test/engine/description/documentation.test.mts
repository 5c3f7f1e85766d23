/** What people read beside the forms names the forms' own words, and the pictures that they see are there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';
import { z } from 'zod';
import { LABELS } from '../../../nodes/shared/parameters/read.js';
import { STILL_RUNNING } from '../../../nodes/shared/generation/labels.js';
import { createNode } from '../../support/packageClasses.mjs';

const root = path.join(__dirname, '..', '..', '..');
const read = (...names: string[]) => readFileSync(path.join(root, ...names), 'utf8');

type Entry = INodeProperties | INodePropertyOptions | INodePropertyCollection;

/** A field, an operation, a choice, and all that is in it: its name, and what the form and the nodes panel call it. */
function wordsOf(entry: Entry): Array<{ name: string; label: string }> {
	const inside: Entry[] =
		'values' in entry ? entry.values : 'options' in entry ? (entry.options ?? []) : [];
	const own =
		'displayName' in entry
			? { name: entry.name, label: entry.displayName }
			: { name: '', label: entry.name };
	const action =
		'action' in entry && entry.action !== undefined ? [{ name: '', label: entry.action }] : [];
	return [own, ...action, ...inside.flatMap(wordsOf)];
}
const descriptions = ['Seedream', 'Seedance', 'GptImage'].map(
	(node) => createNode(node).description,
);
const formWords = descriptions.flatMap(({ properties }) => properties.flatMap(wordsOf));
const labels = [
	...formWords.map(({ label }) => label),
	...descriptions.map(({ displayName }) => displayName),
];

/** What n8n itself calls its settings, buttons and fields. */
const OF_N8N = [
	'Add first step… → Trigger manually',
	'Continue',
	'Continue (using error output)',
	'Connect to …',
	'Credential',
	'Execute Once',
	'Execute step',
	'Execute workflow',
	'Install',
	'More details',
	'On Error',
	'Pin',
	'Publish',
	'Restrict to Chat IDs',
	'Retry',
	'Retry On Fail',
	'Save',
	'Save execution progress',
	'Set Automatically',
	'Settings → Community nodes',
	'Settings → Community nodes → Install a community node',
	'Stop',
	'Stop Workflow',
	'Tool Description',
	'View',
	'Waiting',
];
/** The name of the sheet in an example, parts of models' names, a field of the credentials, and a node's outputs. */
const OTHERS = ['Videos', 'Low Quality', 'Image to Video', 'API Key', STILL_RUNNING, 'Done'];

/** What a text sets off, and writes as a title is written: the word of a form. */
const titlesIn = (text: string, setOff: RegExp) =>
	[...text.matchAll(setOff)]
		.map(([, words = '']) => words)
		.filter((words) => /^\p{Lu}[^.,]*$/u.test(words));
const IN_STARS = /(?<!\*)\*([^*\n]+)\*(?!\*)/g;
const IN_QUOTES = /“([^”\n]+)”/g;
/** Whole sentences are in bold, too: of a label each word has a capital letter. */
const IN_BOLD = /\*\*(\p{Lu}[^\s*]*(?: (?:\p{Lu}[^\s*]*|of|in|on|to))*)\*\*/gu;

/** "On Error: Continue" is a setting and what it is set to. */
function unknownOf(titles: readonly string[], ofWorkflow: readonly string[] = []): string[] {
	const known = new Set([...labels, ...OF_N8N, ...OTHERS, ...ofWorkflow]);
	return titles.filter(
		(words) => !known.has(words) && !words.split(': ').every((part) => known.has(part)),
	);
}

const stickies = z.object({
	nodes: z.array(
		z.object({ name: z.string(), type: z.string(), parameters: z.record(z.unknown()) }),
	),
});

describe('words', () => {
	it('of messages are those of a form', () => {
		const ofForms = (name: string) =>
			new Set(formWords.filter((word) => word.name === name).map(({ label }) => label));
		expect(
			Object.fromEntries(Object.keys(LABELS).map((name) => [name, [...ofForms(name)]])),
		).toEqual(Object.fromEntries(Object.entries(LABELS).map(([name, label]) => [name, [label]])));
	});

	it.each(readdirSync(path.join(root, 'examples')))(
		'of the notes in %s are those of a form, of its nodes, or n8n’s own',
		(file) => {
			const { nodes } = stickies.parse(JSON.parse(read('examples', file)));
			const notes = nodes
				.filter(({ type }) => type.endsWith('.stickyNote'))
				.map(({ parameters }) => String(parameters.content));
			const titles = notes.flatMap((note) =>
				[IN_STARS, IN_QUOTES, IN_BOLD].flatMap((setOff) => titlesIn(note, setOff)),
			);
			expect(
				unknownOf(
					titles,
					nodes.map(({ name }) => name),
				),
			).toEqual([]);
		},
	);

	it('of the README are those of a form, or n8n’s own', () => {
		const readme = read('README.md');
		const titles = [...titlesIn(readme, IN_STARS), ...titlesIn(readme, IN_BOLD)];
		expect(titles.length).toBeGreaterThan(0);
		expect(unknownOf(titles)).toEqual([]);
	});
});

it('shows only pictures that are there, and in both themes', () => {
	const shown = [...read('README.md').matchAll(/docs\/pictures\/([\w-]+)\.(light|dark)\.png/g)].map(
		([, name]) => name,
	);
	expect(shown.length).toBeGreaterThan(0);
	const missing = ['light', 'dark']
		.flatMap((theme) => shown.map((name) => `docs/pictures/${name}.${theme}.png`))
		.filter((file) => !existsSync(path.join(root, file)));
	expect(missing).toEqual([]);
});
