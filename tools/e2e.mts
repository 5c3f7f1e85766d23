import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { runJest, summary } from './checks.mjs';
import { searchForKeys } from './keySearch.mjs';
import { startN8n } from './n8n.mjs';
import { connect } from './n8nClient.mjs';
import { prepareOutside } from './outside.mjs';
import { buildPackage, packPackage } from './package.mjs';
import { freePort } from './ports.mjs';
import { atEnd, runTool } from './processes.mjs';
import { provideRuntime } from './runtime.mjs';

const root = process.cwd();

await runTool(async () => {
	console.log('Building and packing the package …');
	await buildPackage(root);
	const tarball = await packPackage(root);
	console.log('Looking for n8n …');
	const runtime = await provideRuntime(path.join(root, 'tools', 'runtime'));
	console.log('Starting n8n (about 15 seconds) …');
	const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-seedream-e2e-'));
	atEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
	const keysFile = path.join(folder, 'keys');
	const filesFolder = path.join(folder, 'files');
	await mkdir(filesFolder);
	const outside = await prepareOutside(folder);
	const n8n = await startN8n({ runtime, tarball, filesFolder, port: await freePort(), outside });
	console.log('Running the end-to-end tests …');
	const counts = await runJest(root, path.join('test', 'e2e', 'jest.config.cjs'), {
		env: {
			E2E_N8N_URL: n8n.url,
			E2E_N8N_LOG: n8n.logFile,
			// For whatever the tests make, also an n8n of their own.
			E2E_FOLDER: filesFolder,
			E2E_KEYS: keysFile,
			E2E_TARBALL: tarball,
			E2E_PROXY: outside.proxyUrl,
			E2E_CERTIFICATE: outside.certificateFile,
			E2E_CERTIFICATE_KEY: outside.keyFile,
		},
		// e.g. `npm run test:e2e -- retries -t Stop`
		chosen: process.argv.slice(2),
	});
	console.log('Looking for the keys in everything that n8n keeps …');
	const search = await searchForKeys({
		keys: (await readFile(keysFile, 'utf8')).split('\n').filter((key) => key !== ''),
		executions: await (await connect(n8n.url)).readExecutions(),
		folders: [path.dirname(n8n.logFile), filesFolder],
		control: 'gptunnelApi',
	});
	console.log(`In ${search.executions} executions and ${search.files} files: ${search.found.length === 0 ? 'none' : search.found.join(', ')}`);
	await n8n.stop();
	if (search.found.length === 0) counts.passed += 1;
	else counts.failed += 1;
	console.log(summary(counts));
	return counts.failed === 0 ? 0 : 1;
});
