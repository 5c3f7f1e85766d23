import { runDependency, runJest, summary, type Counts } from './checks.mjs';
import { buildPackage, packPackage } from './package.mjs';
import { runTool, ToolError } from './processes.mjs';
import { scanPackage } from './scan.mjs';

const root = process.cwd();

const steps: ReadonlyArray<readonly [name: string, check: () => Promise<void>]> = [
	['build', async () => await buildPackage(root)],
	['lint (n8n-node lint, strict)', async () => await runDependency(root, '@n8n/node-cli/bin/n8n-node.mjs', 'lint')],
	['types of the package', async () => await runDependency(root, 'typescript/bin/tsc', '-p', 'tsconfig.json', '--noEmit')],
	['types of tools, sandbox and tests', async () => await runDependency(root, 'typescript/bin/tsc', '-p', 'tsconfig.tools.json')],
	['package (the rules of n8n’s scanner, and what is in the tarball)', async () => await scanPackage(root, await packPackage(root))],
];

/** Every step that held counts as one passed; the first that does not ends the run. */
async function test(): Promise<Counts> {
	let passed = 0;
	for (const [name, check] of steps) {
		console.log(`Checking ${name} …`);
		try {
			await check();
		} catch (error) {
			console.error(error instanceof ToolError ? error.message : error);
			console.error(`Not passed: ${name}`);
			return { passed, failed: 1 };
		}
		passed += 1;
	}
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
