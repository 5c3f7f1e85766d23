/**
 * How large a file, a class, a parameter list and a line of the nodes may be, and which words their names and comments
 * do without. The sources are read as the compiler reads them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const MAX_FILE_LINES = 250;
const MAX_CLASS_FIELDS = 6;
const MAX_PARAMETERS = 4;
/** In characters; a tab is one. */
const MAX_LINE_LENGTH = 120;

/** Files that may be longer, each with the reason: only tables of models, which grow with the catalog. */
const LONG_TABLES = new Map<string, string>();

/** n8n prescribes the fields of these, and reads them from the instance. */
const SHAPED_BY_N8N = 'ICredentialType';

/** Words for which the field has better ones, e.g. `poll` for `look` and `message` for `says`. */
const RETIRED_WORDS =
	/\b(look(s|ed)?|lookout|glimps\w+|visit|lanes?|wish|says|course|begun|putOff|trouble|asked|withoutKey|imagesLabel)\b/gi;

/** The names of what n8n has stored with an execution have to stay, since it is read after an update. */
const STORED_FORMS = [
	'nodes/shared/ledger/storedPurchase.ts',
	'nodes/shared/durableWait/storedWait.ts',
];

interface Module {
	/** From the root of the repository. */
	file: string;
	source: string;
}

const root = path.join(__dirname, '..', '..');

function modulesIn(folder: string): Module[] {
	return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.map((name) => path.posix.join(folder, name.replaceAll(path.sep, '/')))
		.map((file) => ({ file, source: readFileSync(path.join(root, file), 'utf8') }));
}

const parsedModules = new WeakMap<Module, ts.SourceFile>();

/** Each module is parsed once, for all checks. */
function parse(module: Module): ts.SourceFile {
	const { file, source } = module;
	const parsed =
		parsedModules.get(module) ?? ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
	parsedModules.set(module, parsed);
	return parsed;
}

const linesOf = (source: string) => source.replace(/\n$/, '').split('\n');

const lineOf = (parsed: ts.SourceFile, position: number) =>
	parsed.getLineAndCharacterOfPosition(position).line;

/** Where something is, as editors and terminals understand it. */
const placeOf = (parsed: ts.SourceFile, position: number) =>
	`${parsed.fileName}:${lineOf(parsed, position) + 1}`;

/** All nodes of a file, in the order of their beginnings. */
function nodesIn(node: ts.Node): ts.Node[] {
	const nodes: ts.Node[] = [];
	const add = (one: ts.Node): void => {
		nodes.push(one);
		ts.forEachChild(one, add);
	};
	add(node);
	return nodes;
}

/** All tokens of a file. The comments before a token belong to it, those of the whole file's end to the last one. */
function tokensIn(parsed: ts.SourceFile): ts.Node[] {
	const inside = (node: ts.Node): ts.Node[] => {
		const children = node.getChildren(parsed).filter((child) => !ts.isJSDoc(child));
		return children.length > 0 ? children.flatMap(inside) : [node];
	};
	return inside(parsed);
}

function longFiles({ file, source }: Module): string[] {
	const { length } = linesOf(source);
	const isLong = length > MAX_FILE_LINES && !LONG_TABLES.has(file);
	return isLong ? [`${file}: ${length} lines`] : [];
}

/** Parameters of the constructor that are properties at the same time count, too. */
function fieldsOf(type: ts.ClassLikeDeclaration): ts.Node[] {
	return type.members.flatMap((member): ts.Node[] => {
		if (ts.isConstructorDeclaration(member))
			return member.parameters.filter((parameter) =>
				ts.isParameterPropertyDeclaration(parameter, member),
			);
		return ts.isPropertyDeclaration(member) ? [member] : [];
	});
}

const isShapedByN8n = ({ heritageClauses }: ts.ClassLikeDeclaration) =>
	(heritageClauses ?? [])
		.flatMap(({ types }) => [...types])
		.some(({ expression }) => ts.isIdentifier(expression) && expression.text === SHAPED_BY_N8N);

function classesOfManyFields(module: Module): string[] {
	const parsed = parse(module);
	return nodesIn(parsed)
		.filter(ts.isClassLike)
		.filter((type) => fieldsOf(type).length > MAX_CLASS_FIELDS && !isShapedByN8n(type))
		.map(
			(type) =>
				`${placeOf(parsed, type.getStart(parsed))}: ${type.name?.text ?? 'class'} has ${fieldsOf(type).length} fields`,
		);
}

/** What a function takes; `this` is no parameter of it, though TypeScript writes it among them. */
const parametersOf = ({ parameters }: ts.SignatureDeclaration) =>
	parameters.filter(({ name }) => !ts.isIdentifier(name) || name.text !== 'this');

/** Functions, methods, arrows, constructors, and types of them. */
function functionsOfManyParameters(module: Module): string[] {
	const parsed = parse(module);
	return nodesIn(parsed)
		.filter(ts.isFunctionLike)
		.filter((called) => parametersOf(called).length > MAX_PARAMETERS)
		.map(
			(called) =>
				`${placeOf(parsed, called.getStart(parsed))}: ${called.name?.getText(parsed) ?? 'function'} has ${parametersOf(called).length} parameters`,
		);
}

/** String and template literals that are not inside of another one. */
function outermostLiterals(node: ts.Node): ts.Node[] {
	if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return [node];
	const inside: ts.Node[] = [];
	ts.forEachChild(node, (child) => void inside.push(...outermostLiterals(child)));
	return inside;
}

/** A line may be longer by its one literal: a text is not broken up. */
function longLines(module: Module): string[] {
	const parsed = parse(module);
	const literals = outermostLiterals(parsed);
	const starts = parsed.getLineStarts();
	return linesOf(module.source).flatMap((line, index) => {
		const start = starts[index] ?? 0;
		const end = start + line.length;
		const onLine = literals
			.map((literal) => ({
				from: Math.max(literal.getStart(parsed), start),
				to: Math.min(literal.end, end),
			}))
			.filter(({ from, to }) => from < to);
		const [only, another] = onLine;
		const excess = only && !another ? only.to - only.from : 0;
		const length = line.length - excess;
		return length > MAX_LINE_LENGTH
			? [`${module.file}:${index + 1}: ${line.length} characters`]
			: [];
	});
}

/** Retired words as whole identifiers, or in comments. Texts that users or gateways read may have them. */
function retiredWords(module: Module): string[] {
	if (STORED_FORMS.includes(module.file)) return [];
	const parsed = parse(module);
	return tokensIn(parsed).flatMap((token) => {
		const before = module.source.slice(token.pos, token.getStart(parsed));
		const isName = ts.isIdentifier(token) || ts.isPrivateIdentifier(token);
		const text = before + (isName ? token.getText(parsed) : '');
		return [...text.matchAll(RETIRED_WORDS)].map(
			({ 0: word, index }) => `${placeOf(parsed, token.pos + index)}: ${word}`,
		);
	});
}

const modules = [...modulesIn('nodes'), ...modulesIn('credentials')];

/** The checks, each with what it finds. */
const CHECKS: ReadonlyArray<readonly [rule: string, check: (module: Module) => string[]]> = [
	[`no file has more than ${MAX_FILE_LINES} lines`, longFiles],
	[`no class has more than ${MAX_CLASS_FIELDS} fields`, classesOfManyFields],
	[`no function has more than ${MAX_PARAMETERS} parameters`, functionsOfManyParameters],
	[
		`no line has more than ${MAX_LINE_LENGTH} characters, unless by a single literal on it`,
		longLines,
	],
	['no name and no comment has a retired word', retiredWords],
];

it.each(CHECKS)('%s', (_rule, check) => expect(modules.flatMap(check)).toEqual([]));

it('no table is exempt that is gone, or that is short enough', () => {
	const isLong = (file: string) =>
		modules.some(
			(module) => module.file === file && linesOf(module.source).length > MAX_FILE_LINES,
		);
	expect([...LONG_TABLES.keys()].filter((file) => !isLong(file))).toEqual([]);
});

/** What a check finds in a file of this text. */
const found = (check: (module: Module) => string[], source: string, file = 'nodes/x.ts') =>
	check({ file, source });
const lines = (count: number) => 'x();\n'.repeat(count);
/** A line of this length that has nothing but a name in it. */
const longName = (length: number) => `${'x'.repeat(length - 1)};`;
const fields = (count: number) =>
	Array.from({ length: count }, (_none, index) => `private f${index} = 0;`).join('\n');
const parameters = (count: number) =>
	Array.from({ length: count }, (_none, index) => `p${index}: string`).join(', ');

describe('a long file', () => {
	it('is found', () => expect(found(longFiles, lines(251))).toEqual(['nodes/x.ts: 251 lines']));
	it('is none at the limit', () => expect(found(longFiles, lines(250))).toEqual([]));
});

describe('a class of many fields', () => {
	it.each([
		['fields', `class A {\n${fields(7)}\n}`, 'nodes/x.ts:1: A has 7 fields'],
		['of a class without a name', `\nexport default class {${fields(7)}}`, 'nodes/x.ts:2: class'],
		[
			'parameters of its constructor among them',
			`class A { ${fields(5)} constructor(private readonly a: string, public b: string) {} }`,
			'A has 7 fields',
		],
		[
			'static, private and with an accessor',
			`class A { ${fields(4)} static a; #b; accessor c; }`,
			'A',
		],
		['of a class in a function', `const f = () => class B { ${fields(7)} }`, 'B has 7'],
	])('is found: %s', (_name, source, expected) =>
		expect(found(classesOfManyFields, source).join()).toContain(expected),
	);

	it.each([
		['at the limit', `class A { ${fields(6)} }`],
		[
			'methods, and a parameter that is no property',
			`class A { ${fields(6)} constructor(a) {} b() {} }`,
		],
		['of a credential', `class A implements ICredentialType { ${fields(7)} }`],
	])('is none: %s', (_name, source) => expect(found(classesOfManyFields, source)).toEqual([]));
});

describe('a function of many parameters', () => {
	it.each([
		['a function', `function f(${parameters(5)}) {}`, 'nodes/x.ts:1: f has 5 parameters'],
		['an arrow', `\nf((${parameters(5)}) => 1);`, 'nodes/x.ts:2: function has 5'],
		['a method', `class A { m(${parameters(5)}) {} }`, 'm has 5'],
		['a constructor', `class A { constructor(${parameters(5)}) {} }`, 'has 5'],
		['a method of an object', `const a = { m(${parameters(5)}) {} };`, 'm has 5'],
		['a type', `interface A { m(${parameters(5)}): void }`, 'm has 5'],
		['with a rest', `function f(${parameters(4)}, ...rest: string[]) {}`, 'f has 5'],
	])('is found: %s', (_name, source, expected) =>
		expect(found(functionsOfManyParameters, source).join()).toContain(expected),
	);

	it.each([
		['at the limit', `function f(${parameters(4)}) {}`],
		['this', `function f(this: Context, ${parameters(4)}) {}`],
		['one object of many', 'const f = ({ a, b, c, d, e }) => a;'],
	])('is none: %s', (_name, source) =>
		expect(found(functionsOfManyParameters, source)).toEqual([]),
	);
});

describe('a long line', () => {
	const text = 'a'.repeat(130);
	it.each([
		['code', longName(121)],
		['a comment', `// ${text}`],
		['a comment with quotes', `// '${text}'`],
		['two literals', `f('${text}', 'b');`],
		['two templates', `f(\`${text}\`, \`b\`);`],
		['too much beside its literal', `${'x'.repeat(119)}('${text}');`],
		['a regular expression', `f(/${text}/);`],
		['after a template of several lines', `f(\`\n${text}\`, ${'x'.repeat(118)});`],
	])('is found: %s', (_name, source) =>
		expect(found(longLines, source).join()).toMatch(/^nodes\/x\.ts:[12]: \d+ characters$/),
	);

	it.each([
		['at the limit', longName(120)],
		['one literal', `f('${text}');`],
		['one template, with literals of its own', `f(\`${text} \${a ? 'b' : "c"} ${text}\`);`],
		['one literal in an import', `import a from '${text}';`],
		['within a template of several lines', `f(\`\n${text}\n\`);`],
	])('is none: %s', (_name, source) => expect(found(longLines, source)).toEqual([]));
});

describe('a retired word', () => {
	it.each([
		['a variable', 'const trouble = 1;', 'nodes/x.ts:1: trouble'],
		['a property that is read', 'f(a.says);', 'nodes/x.ts:1: says'],
		['a property of a type', '\ninterface A { lanes: number }', 'nodes/x.ts:2: lanes'],
		['a private name', 'class A { #asked = 1; }', 'asked'],
		['a name in a template', 'f(`${putOff}`);', 'putOff'],
		['a comment', 'f();\n// The next look.\ng();', 'nodes/x.ts:2: look'],
		['a comment behind code', 'f(); // is looked at', 'nodes/x.ts:1: looked'],
		['a comment at the end', 'f();\n// Glimpses.', 'nodes/x.ts:2: Glimpses'],
		['a docstring', '/**\n * @param a wish\n */\nfunction f(a) {}', 'nodes/x.ts:2: wish'],
		['a comment in an empty block', 'f(() => {\n/* Of course */\n});', 'nodes/x.ts:2: course'],
		['a comment within an expression', 'f(/* begun */ 1);', 'begun'],
	])('is found: %s', (_name, source, expected) =>
		expect(found(retiredWords, source).join()).toContain(expected),
	);

	it.each([
		['in a text', 'f(\'look here\', `and ${a} says`, "asked");'],
		['as a quoted key of an answer', "f(answer['says']);"],
		['as a part of another', 'const overlook = planets + outlook; // courses, looking'],
		['in a regular expression', 'f(/trouble/);'],
		['// in a text', "f('https://a.example/look');"],
	])('is none: %s', (_name, source) => expect(found(retiredWords, source)).toEqual([]));

	it.each(STORED_FORMS)('is none in %s, which exists', (file) => {
		expect(found(retiredWords, 'const says = 1;', file)).toEqual([]);
		expect(modules.map((module) => module.file)).toContain(file);
	});
});
