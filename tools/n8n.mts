import axios from 'axios';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { setUpOwner } from './n8nClient.mjs';
import { freePort, isFree } from './ports.mjs';
import { atEnd, run, start, Tail, ToolError } from './processes.mjs';
import type { Runtime } from './runtime.mjs';

const HOST = '127.0.0.1';
/** The first start migrates an empty database: 15 s on a small machine, more on a slow disk. */
const START_TIMEOUT_MS = 180_000;
const POLL_MS = 200;
/**
 * Settings for an n8n of the user's own, and those of the npm that called, must not reach this one;
 * nor the keys of real gateways, which n8n gets as credentials only.
 */
const KEPT_FROM_N8N = /^(N8N|DB|QUEUE|EXECUTIONS|WEBHOOK|npm)_|_API_KEY$/;

/** A running n8n. */
export interface N8n {
	url: string;
	/** Resolves with n8n's last words when it ends, whatever ended it. */
	ended: Promise<string>;
	stop(): Promise<void>;
}

/** Throws ToolError when n8n cannot have this port of loopback. */
export async function requireFreePort(port: number): Promise<void> {
	if (await isFree(port)) return;
	throw new ToolError(`Port ${port}, on which n8n was to open, is taken: end what listens there, or choose another port with --port.`);
}

/**
 * Starts a real n8n on loopback with an owner, and with the packed package installed as n8n installs
 * community packages, in a fresh user folder that is removed at the end. `filesFolder` is the one
 * folder where file nodes may write. Throws ToolError when the port is taken or n8n does not come up.
 */
export async function startN8n(options: {
	runtime: Runtime;
	tarball: string;
	filesFolder: string;
	port: number;
}): Promise<N8n> {
	const { runtime, port } = options;
	await requireFreePort(port);
	const userFolder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-seedream-'));
	const discard = atEnd(() => rm(userFolder, { recursive: true, force: true, maxRetries: 5 }));
	await installCommunityPackage(options.tarball, path.join(userFolder, '.n8n', 'nodes'));

	const url = `http://${HOST}:${port}`;
	const inherited = Object.entries(process.env).filter(([name]) => !KEPT_FROM_N8N.test(name));
	const tail = new Tail();
	const { child, stop } = start(runtime.node, [runtime.n8n, 'start'], {
		cwd: userFolder,
		env: {
			...Object.fromEntries(inherited),
			PATH: `${path.dirname(runtime.node)}${path.delimiter}${process.env.PATH ?? ''}`,
			N8N_USER_FOLDER: userFolder,
			N8N_LISTEN_ADDRESS: HOST,
			N8N_PORT: String(port),
			N8N_EDITOR_BASE_URL: url,
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			N8N_SECURE_COOKIE: 'false',
			N8N_RESTRICT_FILE_ACCESS_TO: options.filesFolder,
			N8N_DIAGNOSTICS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
			N8N_PERSONALIZATION_ENABLED: 'false',
			N8N_TEMPLATES_ENABLED: 'false',
			// The sandbox is on loopback, where no proxy leads.
			NO_PROXY: [process.env.NO_PROXY ?? process.env.no_proxy, HOST].filter(Boolean).join(','),
		},
		tail,
	});
	const ended = new Promise<string>((resolve) => {
		child.on('error', (error) => resolve(error.message));
		child.on('close', () => resolve(tail.last(12)));
	});
	await waitUntilReady(url, ended);
	await setUpOwner(url);
	return {
		url,
		ended,
		async stop() {
			await stop();
			await discard();
		},
	};
}

async function installCommunityPackage(tarball: string, nodesFolder: string): Promise<void> {
	await mkdir(nodesFolder, { recursive: true });
	const { code, tail } = await run(
		'npm',
		['install', tarball, '--prefix', nodesFolder, '--offline', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'],
		{ cwd: nodesFolder, doing: 'installing the package into n8n' },
	);
	if (code !== 0) throw new ToolError(`The package could not be installed into n8n. npm said last:\n${tail.last(8)}`);
}

async function waitUntilReady(url: string, ended: Promise<string>): Promise<void> {
	let lastWords: string | undefined;
	void ended.then((words) => (lastWords = words));
	const deadline = Date.now() + START_TIMEOUT_MS;
	// The REST API may still be loading when the health check answers.
	while (!((await answers(`${url}/healthz/readiness`)) && (await answers(`${url}/rest/settings`)))) {
		if (lastWords !== undefined) throw new ToolError(`n8n ended while it was starting. It said last:\n${lastWords}`);
		if (Date.now() > deadline) throw new ToolError(`n8n did not answer within ${START_TIMEOUT_MS / 1000} s.`);
		await delay(POLL_MS);
	}
}

async function answers(url: string): Promise<boolean> {
	return await axios.get(url, { proxy: false, timeout: 5_000 }).then(
		() => true,
		() => false,
	);
}
