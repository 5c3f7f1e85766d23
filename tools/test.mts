import { runDependency, runJest, summary, type Counts } from './checks.mjs';
import { buildPackage, packPackage } from './package.mjs';
import { runTool, ToolError } from './processes.mjs';
import { scanPackage } from './scan.mjs';

const root = process.cwd();

type Step = readonly [name: string, check: () => Promise<void>];

const build: Step = ['build, with the types of the package', async () => await buildPackage(root)];

/** What a processor each has to do after it. */
const lists: ReadonlyArray<readonly Step[]> = [
	[
		[
			'types of tools, sandbox and tests',
			async () => await runDependency(root, 'typescript/bin/tsc', '-p', 'tsconfig.tools.json'),
		],
		[
			'format (npm run format puts it right)',
			async () =>
				await runDependency(
					root,
					'prettier/bin/prettier.cjs',
					'--check',
					'**/*.{ts,mts,mjs,cjs}',
					'--log-level',
					'warn',
				),
		],
	],
	[
		[
			'lint (n8n-node lint, strict)',
			async () => await runDependency(root, '@n8n/node-cli/bin/n8n-node.mjs', 'lint'),
		],
		[
			'package (the rules of n8n’s scanner, and what is in the tarball)',
			async () => await scanPackage(root, await packPackage(root)),
		],
	],
];

async function holds([name, check]: Step): Promise<boolean> {
	console.log(`Checking ${name} …`);
	try {
		await check();
		return true;
	} catch (error) {
		console.error(error instanceof ToolError ? error.message : error);
		console.error(`Not passed: ${name}`);
		return false;
	}
}

/** How many steps held; the first that does not ends the list. */
async function checkAll(list: readonly Step[]): Promise<Counts> {
	let passed = 0;
	for (const step of list) {
		if (!(await holds(step))) return { passed, failed: 1 };
		passed += 1;
	}
	return { passed, failed: 0 };
}

/** Every step that held counts as one passed; the tests run where all did. */
async function test(): Promise<Counts> {
	const built = await checkAll([build]);
	if (built.failed > 0) return built;
	const checked = await Promise.all(lists.map(checkAll));
	const passed = checked.reduce((sum, counts) => sum + counts.passed, built.passed);
	const failed = checked.reduce((sum, counts) => sum + counts.failed, 0);
	if (failed > 0) return { passed, failed };
	console.log('Running the unit and engine tests …');
	const tests = await runJest(root, 'jest.config.cjs');
	console.log(`${passed} checks and ${tests.passed} tests passed:`);
	return { passed: passed + tests.passed, failed: tests.failed };
}

await runTool(async () => {
	const counts = await test();
	console.log(summary(counts));
	return counts.failed === 0 ? 0 : 1;
});
