/**
 * The architecture, as `docs/contributing/architecture.md` draws it: which folder may import which, and what must not
 * be in some of them. The imports are read as the compiler reads them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** From the bottom to the top: what stands in a line may import the lines before it, and nothing else outside of itself. */
const FLOORS: ReadonlyArray<readonly string[]> = [
	['errors', 'media', 'concurrency'],
	['time', 'generation'],
	['credentials'],
	['gateways/dialects'],
	['gateways'],
	['transport', 'description'],
	['polling', 'files'],
	['output'],
	['ledger'],
	['execution'],
	['durableWait', 'parameters'],
	['account'],
	['router'],
	['nodes'],
];

/** Nothing of n8n is called there; its types may be named. */
const PURE = [
	'errors',
	'media',
	'concurrency',
	'generation',
	'credentials',
	'gateways/dialects',
	'gateways',
	'polling',
];

/** The only folders that read, send or store anything. */
const WITH_HELPERS = ['transport', 'files'];

const GATEWAY_NAMES = /gptunnel|my_?router|agents_?flare|model_?ark/i;

const root = path.join(__dirname, '..', '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

export interface Module {
	/** From the root of the repository. */
	file: string;
	source: string;
}

function modulesIn(folder: string): Module[] {
	return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.map((name) => path.posix.join(folder, name.replaceAll(path.sep, '/')))
		.map((file) => ({ file, source: read(file) }));
}

/** The folder of the table in which a module is. */
function folderOf(file: string): string {
	const [, inside] = /^nodes\/shared\/(.*)$/.exec(file) ?? [];
	if (inside === undefined) return 'nodes';
	if (inside.startsWith('gateways/dialects/')) return 'gateways/dialects';
	return inside.includes('/') ? (inside.split('/')[0] ?? '') : path.posix.basename(inside, '.ts');
}

/** What a gateway is made of and knows of all gateways: also for the protocols that several of them speak. */
const isCommonOfGateways = (file: string) =>
	/^nodes\/shared\/gateways\/(?!(registry|offers)\.ts)[^/]+\.ts$/.test(file);

const floorOf = (folder: string) => FLOORS.findIndex((floor) => floor.includes(folder));

/** The modules of this package that one imports, types included. */
function importsOf({ file, source }: Module, known: ReadonlySet<string>): string[] {
	return ts.preProcessFile(source, true, true).importedFiles.flatMap(({ fileName }) => {
		if (!fileName.startsWith('.')) return [];
		const target = path.posix.join(path.posix.dirname(file), fileName.replace(/\.js$/, ''));
		const found = [`${target}.ts`, `${target}/index.ts`].find((one) => known.has(one));
		return found ?? [`${file} imports ${fileName}, which is not there`];
	});
}

/** Imports that lead to the same floor or a higher one. */
function backArrows(modules: readonly Module[]): string[] {
	const known = new Set(modules.map(({ file }) => file));
	return modules.flatMap((module) =>
		importsOf(module, known).flatMap((target) => {
			const [from, to] = [folderOf(module.file), folderOf(target)];
			const isAllowed =
				from === to
					? !areStrangers(module.file, target)
					: floorOf(to) < floorOf(from) ||
						(from === 'gateways/dialects' && isCommonOfGateways(target));
			return isAllowed ? [] : [`${module.file} → ${target}`];
		}),
	);
}

/** The node, or the gateway, that a module belongs to. */
const ownerOf = (file: string) =>
	/^nodes\/(?!shared\/)[^/]+\/|^nodes\/shared\/gateways\/(?!dialects\/)[^/]+\//.exec(file)?.[0];

/** A node knows nothing of another, and a gateway nothing of another; the registry knows all. */
const areStrangers = (one: string, other: string) =>
	ownerOf(one) !== undefined && ownerOf(other) !== undefined && ownerOf(one) !== ownerOf(other);

/** Modules that import themselves by way of others. */
function circles(modules: readonly Module[]): string[] {
	const known = new Set(modules.map(({ file }) => file));
	const targets = new Map(modules.map((module) => [module.file, importsOf(module, known)]));
	const done = new Set<string>();
	const found: string[] = [];
	const follow = (file: string, way: readonly string[]): void => {
		if (way.includes(file)) found.push([...way.slice(way.indexOf(file)), file].join(' → '));
		if (done.has(file) || way.includes(file)) return;
		for (const target of targets.get(file) ?? []) follow(target, [...way, file]);
		done.add(file);
	};
	for (const file of known) follow(file, []);
	return found;
}

/** Names and texts of the code, without its comments. */
function wordsOf({ file, source }: Module): string[] {
	const words: string[] = [];
	const visit = (node: ts.Node): void => {
		if (
			ts.isIdentifier(node) ||
			ts.isStringLiteralLike(node) ||
			ts.isTemplateHead(node) ||
			ts.isTemplateMiddle(node) ||
			ts.isTemplateTail(node)
		)
			words.push(node.text);
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest));
	return words;
}

/** Code that knows a single gateway. */
const gatewaysNamed = (modules: readonly Module[]) =>
	modules
		.filter(({ file }) => !/^nodes\/shared\/gateways\//.test(file))
		.flatMap((module) =>
			wordsOf(module)
				.filter((word) => GATEWAY_NAMES.test(word))
				.map((word) => `${module.file}: ${word}`),
		);

/** What n8n requires when it starts. */
const isEntry = (file: string) => /\.node\.ts$|^credentials\//.test(file);

/** The modules that one loads as soon as it is loaded itself: no types, and nothing that waits for the first run. */
function loadedBy({ file, source }: Module, known: ReadonlySet<string>): string[] {
	const { statements } = ts.createSourceFile(file, source, ts.ScriptTarget.Latest);
	const loaded = statements.filter(
		(statement) =>
			(ts.isImportDeclaration(statement) && statement.importClause?.isTypeOnly !== true) ||
			ts.isExportDeclaration(statement),
	);
	const text = loaded.map((statement) => source.slice(statement.pos, statement.end)).join('\n');
	return importsOf({ file, source: text }, known);
}

/** How the code that talks to gateways is loaded although nothing runs yet: each way from n8n's start to the registry. */
function loadedAtStart(modules: readonly Module[]): string[] {
	const known = new Map(modules.map((module) => [module.file, module]));
	const seen = new Set<string>();
	const found: string[] = [];
	const follow = (file: string, way: readonly string[]): void => {
		const module = known.get(file);
		if (!module || seen.has(file)) return;
		seen.add(file);
		const here = [...way, file];
		if (file === 'nodes/shared/gateways/registry.ts' || /from 'zod'/.test(module.source))
			found.push(here.join(' → '));
		for (const target of loadedBy(module, new Set(known.keys()))) follow(target, here);
	};
	for (const { file } of modules.filter((module) => isEntry(module.file))) follow(file, []);
	return found;
}

/** What is called of n8n where nothing of it may be. */
const n8nCalled = (modules: readonly Module[]) =>
	modules
		.filter(({ file }) => PURE.includes(folderOf(file)))
		.filter(({ source }) => {
			const imports = ts
				.createSourceFile('', source, ts.ScriptTarget.Latest)
				.statements.filter(ts.isImportDeclaration);
			return imports.some(({ moduleSpecifier, importClause }) => {
				if (
					!ts.isStringLiteral(moduleSpecifier) ||
					moduleSpecifier.text !== 'n8n-workflow' ||
					importClause?.isTypeOnly
				)
					return false;
				const { namedBindings } = importClause ?? {};
				return (
					!namedBindings ||
					!ts.isNamedImports(namedBindings) ||
					namedBindings.elements.some(({ isTypeOnly }) => !isTypeOnly)
				);
			});
		})
		.map(({ file }) => file);

const helpersUsed = (modules: readonly Module[]) =>
	modules
		.filter(
			(module) =>
				!WITH_HELPERS.includes(folderOf(module.file)) && wordsOf(module).includes('helpers'),
		)
		.map(({ file }) => file);

const modules = modulesIn('nodes');
const withCredentials = [...modules, ...modulesIn('credentials')];

it('every folder has its floor', () => {
	expect(modules.filter(({ file }) => floorOf(folderOf(file)) < 0).map(({ file }) => file)).toEqual(
		[],
	);
	const folders = new Set(modules.map(({ file }) => folderOf(file)));
	expect(FLOORS.flat().filter((folder) => !folders.has(folder))).toEqual([]);
});

it('nothing is imported from the same floor or a higher one', () =>
	expect(backArrows(modules)).toEqual([]));
it('no module imports itself by way of others', () => expect(circles(modules)).toEqual([]));
it('no gateway is named outside of its folder', () => expect(gatewaysNamed(modules)).toEqual([]));
it('what is pure calls nothing of n8n', () => expect(n8nCalled(modules)).toEqual([]));
it('only transport and files use n8n’s helpers', () => expect(helpersUsed(modules)).toEqual([]));
it('n8n loads nothing that talks to gateways when it starts', () =>
	expect(loadedAtStart(withCredentials)).toEqual([]));

describe('each of these is found', () => {
	const added = (file: string, source: string) => [
		...modules.filter((module) => module.file !== file),
		{ file, source },
	];
	it.each([
		[
			'an arrow upward',
			backArrows,
			'nodes/shared/transport/x.ts',
			"import type { Job } from '../execution/job';",
		],
		[
			'one node in another',
			backArrows,
			'nodes/Seedream/x.ts',
			"import { x } from '../Seedance/parameters';",
		],
		[
			'one gateway in another',
			backArrows,
			'nodes/shared/gateways/myRouter/x.ts',
			"import { tasks } from '../gptunnel/tasks';",
		],
		[
			'a gateway in a protocol',
			backArrows,
			'nodes/shared/gateways/dialects/openai/x.ts',
			"import { gateways } from '../../registry';",
		],
		[
			'a circle',
			circles,
			'nodes/shared/errors/failure.ts',
			"import { failureOf } from './retryPolicy';",
		],
		[
			'a gateway by its name',
			gatewaysNamed,
			'nodes/shared/execution/x.ts',
			"export const isSlow = (name: string) => name === 'gptunnel';",
		],
		[
			'a call of n8n',
			n8nCalled,
			'nodes/shared/generation/x.ts',
			"import { type INode, sleep } from 'n8n-workflow';",
		],
		[
			'a use of the helpers',
			helpersUsed,
			'nodes/shared/execution/x.ts',
			'export const f = (context: any) => context.helpers.httpRequest();',
		],
		[
			'a response’s schema that is loaded at n8n’s start',
			loadedAtStart,
			'nodes/shared/description/options.ts',
			"import { fileSchema } from '../gateways/responseSchemas';",
		],
	])('%s', (_what, search, file, source) => {
		expect(search(added(file, source)).join()).toContain(path.posix.basename(file));
	});
});

it('the architecture’s description shows the same floors', () => {
	const rows = [...read('docs/contributing/architecture.md').matchAll(/^\| (\d+) \| ([^|]*) \|/gm)];
	const shown = rows.map(([, , folders = '']) =>
		[...folders.matchAll(/`([^`]+)`/g)].map(([, folder = '']) =>
			folder.replace(/^nodes\/(shared\/)?|\/$|\.ts$/g, ''),
		),
	);
	expect(
		shown.map((floor) =>
			(floor.join() === 'Seedream,Seedance,GptImage' ? ['nodes'] : floor).sort(),
		),
	).toEqual([...FLOORS].reverse().map((floor) => [...floor].sort()));
	expect(existsSync(path.join(root, 'docs/contributing/architecture.md'))).toBe(true);
});
