import path from 'node:path';
import { runJest, summary } from './checks.mjs';
import { buildPackage } from './package.mjs';
import { runTool } from './processes.mjs';
import { chosenMajor, provideRuntime } from './runtime.mjs';

const root = process.cwd();

await runTool(async () => {
	await buildPackage(root);
	const { n8n } = await provideRuntime(root);
	if (chosenMajor() === '1')
		console.log(
			'harness.test.mts is left out: it is about what the engine of n8n 2 does with any node.',
		);
	console.log(`Running the engine tests on n8n ${chosenMajor()} …`);
	const counts = await runJest(root, path.join('test', 'engine', 'jest.config.cjs'), {
		env: { ENGINE_MODULES: path.resolve(n8n, '..', '..', '..') },
		// e.g. `npm run test:engine -- durableWait`
		chosen: process.argv.slice(2),
	});
	console.log(summary(counts));
	return counts.failed === 0 ? 0 : 1;
});
