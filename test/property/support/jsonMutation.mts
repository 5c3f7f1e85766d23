/** JSON as a tree that can be written back with what no JSON value can hold: numbers without end, keys twice. */
export type JsonTree =
	| { kind: 'raw'; text: string }
	| { kind: 'array'; items: JsonTree[] }
	| { kind: 'object'; members: Array<[key: string, value: JsonTree]> };

/** The tree of a JSON text. Throws where it is none. */
export function treeOf(json: string): JsonTree {
	return nodeOf(JSON.parse(json));
}

function nodeOf(value: unknown): JsonTree {
	if (Array.isArray(value)) return { kind: 'array', items: value.map(nodeOf) };
	if (typeof value !== 'object' || value === null)
		return { kind: 'raw', text: JSON.stringify(value) };
	return {
		kind: 'object',
		members: Object.entries(value).map(([key, member]) => [key, nodeOf(member)]),
	};
}

function write(node: JsonTree): string {
	if (node.kind === 'raw') return node.text;
	if (node.kind === 'array') return `[${node.items.map(write).join(',')}]`;
	return `{${node.members.map(([key, value]) => `${JSON.stringify(key)}:${write(value)}`).join(',')}}`;
}

const size = (node: JsonTree): number =>
	1 + childrenOf(node).reduce((sum, child) => sum + size(child), 0);

function childrenOf(node: JsonTree): JsonTree[] {
	if (node.kind === 'raw') return [];
	return node.kind === 'array' ? node.items : node.members.map(([, value]) => value);
}

/** Deep enough that whoever walks down it step by step runs out of stack. */
const DEPTH = 8_000;

/** In the order of how strange they are, so that a failure shrinks to the plainest. */
const VALUES = [
	'null',
	'true',
	'false',
	'0',
	'-1',
	'1',
	'1.5',
	'2',
	'5',
	'429',
	'"0"',
	'""',
	'" "',
	'[]',
	'{}',
	'[null]',
	'[[]]',
	'9007199254740993',
	'1e15',
	'4102444800',
	'1e308',
	'1e999',
	'-1e999',
	'1e-400',
	'-0',
	'"8"',
	'"NaN"',
	'"Infinity"',
	'"1e999"',
	'"0x10"',
	'"null"',
	'"-1"',
	'"failed"',
	'"error"',
	'"done"',
	'"idle"',
	'"processing"',
	'" DONE "',
	'"image_generation.partial_failed"',
	'"error\\n"',
	'"https://files.test/x"',
	'" https://files.test/a\\nb "',
	'"https:"',
	'"https:x"',
	'"//files.test/x"',
	'"javascript:alert(1)"',
	'"file:///etc/passwd"',
	'"data:image/png;base64,AAAA"',
	'"https://user:word@files.test/%E0%A4%A"',
	'"http://[::1"',
	'"https://files.test/?X-Tos-Date=99991399T999999Z&X-Tos-Expires=1e300"',
	'"https://files.test/?X-Amz-Date=20260101T000000Z&X-Amz-Expires=8640000000000"',
	'"0x0"',
	'"999999x999999"',
	'"\\u0000"',
	'"\\ud800"',
	'"__proto__"',
	'"constructor"',
	'"toString"',
	'{"error":"x"}',
	'{"error":{"code":"x","message":"y"}}',
	'{"code":1,"message":{}}',
	'[0,0]',
	'{"length":5}',
	'{"__proto__":{"url":"https://files.test/x"}}',
	'{"constructor":{"prototype":{"x":1}}}',
	'{"toString":1,"valueOf":1}',
	`"${' '.repeat(5_000)}x"`,
	`"${'word '.repeat(2_000)}"`,
	`"https://files.test/${'x'.repeat(9_000)}"`,
	`"${'<'.repeat(6_000)}"`,
	`[${'0,'.repeat(2_000)}0]`,
	`[${Array.from({ length: 2_000 }, (_entry, number) => `{"path":"${number}"}`).join(',')}]`,
	'['.repeat(DEPTH) + ']'.repeat(DEPTH),
	'{"a":'.repeat(DEPTH) + '0' + '}'.repeat(DEPTH),
];

const KEYS = [
	'__proto__',
	'constructor',
	'prototype',
	'toString',
	'hasOwnProperty',
	'length',
	'',
	'error',
	'code',
	'message',
	'url',
	'data',
];

/** What can be done to one value, or to the member or entry that it is. */
const CHANGES: ReadonlyArray<(node: JsonTree, choice: number) => JsonTree[]> = [
	(_node, choice) => [{ kind: 'raw', text: VALUES[choice % VALUES.length] ?? 'null' }],
	() => [],
	(node) => [node, node],
	(node) => [{ kind: 'array', items: [node] }],
	(node, choice) => [{ kind: 'object', members: [[KEYS[choice % KEYS.length] ?? '', node]] }],
	(node) => [{ kind: 'raw', text: JSON.stringify(write(node)) }],
	(node) =>
		node.kind === 'raw'
			? [{ kind: 'raw', text: '{}' }]
			: [{ kind: 'array', items: childrenOf(node) }],
	(node) => [...Array<JsonTree>(200).fill(node)],
];

/** Which value is changed, how, and into what: any numbers, as they are drawn. */
export interface JsonEdit {
	site: number;
	change: number;
	choice: number;
}

/** The JSON text of a tree with one thing changed. The half of all changes replaces a value. */
export function edited(tree: JsonTree, { site, change, choice }: JsonEdit): string {
	let left = site % size(tree);
	const how = CHANGES[Math.max(0, (change % (2 * CHANGES.length)) - CHANGES.length)] ?? (() => []);
	const renames = change % 16 === 15;

	const visit = (node: JsonTree): JsonTree[] => {
		if (left-- === 0) return how(node, choice);
		if (left < 0 || node.kind === 'raw') return [node];
		if (node.kind === 'array') return [{ kind: 'array', items: node.items.flatMap(visit) }];
		const members = node.members.flatMap(([key, value]): Array<[string, JsonTree]> => {
			if (left === 0 && renames) {
				left = -1;
				return [[KEYS[choice % KEYS.length] ?? '', value]];
			}
			return visit(value).map((changed) => [key, changed]);
		});
		return [{ kind: 'object', members }];
	};
	return visit(tree).map(write).join('\n');
}
