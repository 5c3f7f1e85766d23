import { runJest, summary } from './checks.mjs';
import { runTool } from './processes.mjs';

const RUNS = 10_000;

await runTool(async () => {
	console.log(
		`Running the property tests, those of whole answers ${RUNS} times for each that was recorded: about four minutes …`,
	);
	// e.g. `npm run test:property -- answers`
	const chosen = process.argv.slice(2);
	const counts = await runJest(process.cwd(), 'jest.config.cjs', {
		env: { PROPERTY_RUNS: String(RUNS) },
		chosen:
			chosen.length > 0 ? chosen.map((name) => `test/property/.*${name}`) : ['test/property/'],
	});
	console.log(summary(counts));
	return counts.failed === 0 ? 0 : 1;
});
