import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startN8n, type N8n, type N8nOptions } from './n8n.mjs';
import { prepareExternalAccess } from './externalHosts.mjs';
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

/** What an n8n for tests is started with, and what tells the tests of it. */
export interface TestPlace extends Omit<TestN8n, 'n8n'> {
	options: N8nOptions;
}

/**
 * Builds and packs the package of the checkout `root`, and makes ready whatever an n8n with it needs; what that will
 * send to the internet comes to the tests. Throws ToolError when that fails.
 */
export async function prepareTestN8n(root: string): Promise<TestPlace> {
	console.log('Building and packing the package …');
	await buildPackage(root);
	const tarball = await packPackage(root);
	console.log('Looking for n8n …');
	const runtime = await provideRuntime(root);
	const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-seedream-e2e-'));
	atEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
	const keysFile = path.join(folder, 'keys');
	const filesFolder = path.join(folder, 'files');
	await mkdir(filesFolder);
	const externalAccess = await prepareExternalAccess(folder);
	const port = await freePort();
	return {
		options: { runtime, tarball, filesFolder, port, externalAccess },
		filesFolder,
		keysFile,
		env: {
			E2E_N8N_URL: `http://127.0.0.1:${port}`,
			// For whatever the tests make, also an n8n of their own.
			E2E_FOLDER: filesFolder,
			E2E_KEYS: keysFile,
			E2E_TARBALL: tarball,
			E2E_PROXY: externalAccess.proxyUrl,
			E2E_CERTIFICATE: externalAccess.certificateFile,
			E2E_CERTIFICATE_KEY: externalAccess.keyFile,
		},
	};
}

/** Prepares an n8n, and starts it. Throws ToolError when that fails. */
export async function startTestN8n(root: string): Promise<TestN8n> {
	const { options, env, ...place } = await prepareTestN8n(root);
	console.log('Starting n8n (about 15 seconds) …');
	const n8n = await startN8n(options);
	return { ...place, n8n, env: { ...env, E2E_N8N_LOG: n8n.logFile } };
}
