import { runJest, summary } from './checks.mjs';
import { runTool } from './processes.mjs';

await runTool(async () => {
	// e.g. `npm run test:unit -- detectFormat`
	const chosen = process.argv.slice(2);
	const counts = await runJest(process.cwd(), 'jest.config.cjs', {
		chosen: chosen.length > 0 ? chosen.map((name) => `test/unit/.*${name}`) : ['test/unit/'],
	});
	console.log(summary(counts));
	return counts.failed === 0 ? 0 : 1;
});
