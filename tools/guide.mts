import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { runDependency, runJest, summary, type Counts } from './checks.mjs';
import { buildPackage } from './package.mjs';
import { atEnd, runTool, ToolError } from './processes.mjs';

/** The guide that adds a gateway; its code is to work as it stands there. */
const GUIDE = path.join('docs', 'adding-a-gateway.md');
/** A file's path alone on a line, and the code that belongs into it. */
const BLOCK = /^`([^`\n]+)`\n\n```(\w+)\n([\s\S]*?)\n```$/gm;

const root = process.cwd();

interface Block {
	file: string;
	language: string;
	code: string;
}

await runTool(async () => {
	const guide = await readFile(path.join(root, GUIDE), 'utf8');
	const blocks = [...guide.matchAll(BLOCK)].map(([, file = '', language = '', code = '']) => ({
		file,
		language,
		code,
	}));
	const copy = await copyOfCheckout();
	for (const block of blocks) await follow(block, copy);
	console.log(`Followed ${GUIDE}: ${blocks.length} pieces of code. Building …`);
	const counts = await check(copy, blocks);
	console.log(summary(counts));
	return counts.failed === 0 ? 0 : 1;
});

/** Every step that held counts as one passed; the first that does not ends the run. */
async function check(copy: string, blocks: readonly Block[]): Promise<Counts> {
	try {
		await buildPackage(copy);
		console.log('Linting …');
		await runDependency(copy, '@n8n/node-cli/bin/n8n-node.mjs', 'lint');
	} catch (error) {
		console.error(error instanceof ToolError ? error.message : error);
		return { passed: 0, failed: 1 };
	}
	const tests = await runJest(copy, 'jest.config.cjs', {
		chosen: [
			...blocks.map(({ file }) => file).filter((file) => /\.test\.mts$/.test(file)),
			// What holds for all code holds for the guide's, too.
			'test/unit/sizes',
		],
	});
	return { passed: tests.passed + 2, failed: tests.failed };
}

/** The sources as they are now, and the dependencies. */
async function copyOfCheckout(): Promise<string> {
	const copy = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-seedream-guide-'));
	atEnd(() => rm(copy, { recursive: true, force: true }));
	const left = ['.git', 'node_modules', 'dist', 'docs', 'demo-output', 'browser-output'].map(
		(name) => path.join(root, name),
	);
	await cp(root, copy, { recursive: true, filter: (source) => !left.includes(source) });
	await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
	return copy;
}

/** Does what the guide says with a piece of code: writes a file, or changes one. */
async function follow({ file, language, code }: Block, copy: string): Promise<void> {
	const target = path.join(copy, file);
	if (language !== 'diff') {
		await mkdir(path.dirname(target), { recursive: true });
		await writeFile(target, `${code}\n`);
		return;
	}
	let text = await readFile(target, 'utf8');
	for (const hunk of code.split('\n\n')) {
		const lines = hunk.split('\n');
		const without = (mark: string) =>
			lines
				.filter((line) => !line.startsWith(mark))
				.map((line) => line.slice(1))
				.join('\n');
		const [before = '', more] = [without('+'), without('-')];
		if (text.split(before).length !== 2)
			throw new ToolError(
				`${GUIDE} changes lines of ${file} that are not there, or more than once:\n${before}`,
			);
		text = text.replace(before, () => more);
	}
	await writeFile(target, text);
}
