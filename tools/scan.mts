import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import { ESLint } from 'eslint';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';
import { run, ToolError } from './processes.mjs';

const SHIPPED = /^(package\.json|README\.md|LICENSE\.md|CHANGELOG\.md|dist\/.+)$/;
/** What n8n has for a community package at run time, with nothing installed beside it. */
const PROVIDED = ['n8n-workflow', 'zod', 'node:crypto'];

/**
 * Checks the tarball as n8n's scanner (`@n8n/scan-community-package`) does, as far as that needs no
 * network: its ESLint rules on what is shipped and on the sources, inline exceptions ignored. Beyond it:
 * nothing but the package is in the tarball, and the code loads nothing that n8n does not have.
 * Throws ToolError that lists all findings.
 */
export async function scanPackage(root: string, tarball: string): Promise<void> {
	const unpacked = path.join(path.dirname(tarball), 'unpacked');
	await mkdir(unpacked);
	const { code, tail } = await run(
		'tar',
		['-xzf', tarball, '-C', unpacked, '--strip-components=1'],
		{ cwd: root, doing: 'unpacking' },
	);
	if (code !== 0) throw new ToolError(`The tarball cannot be unpacked:\n${tail.last(5)}`);

	const files = await filesOf(unpacked);
	const findings = [
		...files
			.filter((file) => !SHIPPED.test(file))
			.map((file) => `${file}: is not part of the package`),
		...(await foreignImports(unpacked, files)),
		...(await lint(unpacked, ['**/*.js'], {
			overrideConfigFile: true,
			overrideConfig: [
				n8nCommunityNodesPlugin.configs.recommended,
				{ rules: { 'no-console': 'error' } },
			],
		})),
		// The lint's own configuration holds the scanner's rules for sources and for package.json.
		...(await lint(root, ['package.json', '{nodes,credentials}/**/*.ts'], {})),
	];
	if (findings.length > 0) throw new ToolError(findings.join('\n'));
}

async function filesOf(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile())
		.map((entry) =>
			path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'),
		);
}

/** Every module that a shipped file loads, by `require` or `import`, and n8n does not provide. */
async function foreignImports(folder: string, files: readonly string[]): Promise<string[]> {
	const findings: string[] = [];
	for (const file of files.filter((name) => name.endsWith('.js'))) {
		const { importedFiles } = ts.preProcessFile(
			await readFile(path.join(folder, file), 'utf8'),
			true,
			true,
		);
		for (const { fileName } of importedFiles) {
			if (!fileName.startsWith('.') && !PROVIDED.includes(fileName))
				findings.push(`${file}: loads ${fileName}`);
		}
	}
	return findings;
}

/** Errors and warnings alike, one line each. */
async function lint(cwd: string, patterns: string[], options: ESLint.Options): Promise<string[]> {
	const eslint = new ESLint({ ...options, cwd, allowInlineConfig: false });
	const results = await eslint.lintFiles(patterns);
	return results.flatMap(({ filePath, messages }) =>
		messages.map(
			({ line, message, ruleId }) =>
				`${path.relative(cwd, filePath)}:${line}: ${message} (${ruleId})`,
		),
	);
}
