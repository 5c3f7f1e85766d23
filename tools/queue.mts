import path from 'node:path';
import { runJest, summary } from './checks.mjs';
import { runTool } from './processes.mjs';
import { provideServices } from './services.mjs';
import { prepareTestN8n } from './testN8n.mjs';

const root = process.cwd();

await runTool(async () => {
	const programs = await provideServices();
	const { env } = await prepareTestN8n(root);
	console.log('Running the tests in queue mode …');
	const counts = await runJest(root, path.join('test', 'queue', 'jest.config.cjs'), {
		// The tests start the rest themselves, since they kill it.
		env: { ...env, E2E_N8N_LOG: '', QUEUE_PROGRAMS: JSON.stringify(programs) },
		// e.g. `npm run test:queue -- -t killed`
		chosen: process.argv.slice(2),
	});
	console.log(summary(counts));
	return counts.failed === 0 ? 0 : 1;
});
