import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startN8n, type N8n } from './n8n.mjs';
import { prepareOutside } from './outside.mjs';
import { buildPackage, packPackage } from './package.mjs';
import { freePort } from './ports.mjs';
import { atEnd } from './processes.mjs';
import { provideRuntime } from './runtime.mjs';

/** A real n8n with the packed package, for tests that jest runs. */
export interface TestN8n {
	n8n: N8n;
	/** Where its file nodes may write. */
	filesFolder: string;
	/** Every key that a test put into a credential, one a line. */
	keysFile: string;
	/** Tells the tests of it; test/e2e/support/bench.mts reads this. */
	env: Readonly<Record<string, string>>;
}

/**
 * Builds and packs the package of the checkout `root`, and starts an n8n with it. Throws ToolError when that fails.
 * What it sends to the internet comes to the tests.
 */
export async function startTestN8n(root: string): Promise<TestN8n> {
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
	return {
		n8n,
		filesFolder,
		keysFile,
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
	};
}
