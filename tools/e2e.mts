import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { runJest, summary } from './checks.mjs';
import { scanForLeaks } from './leakScanner.mjs';
import { connect } from './n8nClient.mjs';
import { runTool } from './processes.mjs';
import { startTestN8n } from './testN8n.mjs';

const root = process.cwd();

await runTool(async () => {
	const { n8n, filesFolder, keysFile, env } = await startTestN8n(root);
	console.log('Running the end-to-end tests …');
	const counts = await runJest(root, path.join('test', 'e2e', 'jest.config.cjs'), {
		env,
		// e.g. `npm run test:e2e -- retries -t Stop`
		chosen: process.argv.slice(2),
	});
	console.log('Looking for the keys in everything that n8n keeps …');
	const search = await scanForLeaks({
		keys: (await readFile(keysFile, 'utf8')).split('\n').filter((key) => key !== ''),
		executions: await (await connect(n8n.url)).readExecutions(),
		folders: [path.dirname(n8n.logFile), filesFolder],
		control: 'gptunnelApi',
	});
	console.log(
		`In ${search.executions} executions and ${search.files} files: ${search.found.length === 0 ? 'none' : search.found.join(', ')}`,
	);
	await n8n.stop();
	if (search.found.length === 0) counts.passed += 1;
	else counts.failed += 1;
	console.log(summary(counts));
	return counts.failed === 0 ? 0 : 1;
});
