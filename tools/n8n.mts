import axios from 'axios';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { setUpOwner } from './n8nClient.mjs';
import type { ExternalAccess } from './externalHosts.mjs';
import { freePort, isFree } from './ports.mjs';
import { atEnd, run, start, Tail, ToolError, type Started } from './processes.mjs';
import type { Runtime } from './runtime.mjs';

const HOST = '127.0.0.1';
/** The first start migrates an empty database: 15 s on a small machine, more on a slow disk. */
const START_TIMEOUT_MS = 180_000;
const POLL_MS = 200;
/**
 * Settings for an n8n of the user's own, and those of the npm or the jest that called, must not reach this one;
 * nor the keys of real gateways, which n8n gets as credentials only.
 */
const KEPT_FROM_N8N = /^(N8N|DB|QUEUE|EXECUTIONS|WEBHOOK|npm|JEST)_|^NODE_ENV$|_API_KEY$/;

/** What n8n 2 does by itself and 1.123 only when told: files outside of its execution data, and requests side by side. */
const SETTINGS_BEFORE_2 = { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem', DB_SQLITE_POOL_SIZE: '4' };

/** A real n8n on its own data, both of which end with the tool. */
export interface N8n {
	url: string;
	/** The file to which n8n writes its log, one JSON object a line; it goes on after a restart. */
	logFile: string;
	/** Resolves with n8n's last words when the first process ends, whatever ended it. */
	ended: Promise<string>;
	/** The process that runs now; what it starts itself are its children. */
	pid(): number;
	/** Ends n8n at once, as a power cut does: it writes nothing more. */
	kill(): Promise<void>;
	/** Starts n8n once more after `kill`, on the same data and port. Who was logged in logs in anew. */
	startAgain(): Promise<void>;
	/** Installs another version of the package, between `kill` and `startAgain`. */
	update(tarball: string): Promise<void>;
	/** Ends n8n and removes its data. */
	stop(): Promise<void>;
}

export interface N8nOptions {
	runtime: Runtime;
	/** The packed package, to be installed as n8n installs community packages. */
	tarball: string;
	/** The one folder where file nodes may write. */
	filesFolder: string;
	port: number;
	/** The folder to make n8n's own folder in; the system's for temporary files when it is not given. */
	parentFolder?: string;
	/** Whether n8n ends with the process that starts it, even if that is killed: see `start`. */
	sharesGroup?: boolean;
	/** Where n8n's requests to the internet go; straight to it when it is not given. */
	externalAccess?: Pick<ExternalAccess, 'proxyUrl' | 'certificateFile'>;
	/** Gets every line that n8n prints. */
	onLine?: (line: string) => void;
	/** More of n8n's own settings, by the names of their environment variables. */
	settings?: Readonly<Record<string, string>>;
}

/** A process of an n8n in queue mode besides the main, on data of its own: a worker, or one that takes webhook calls. */
export type Worker = Pick<N8n, 'logFile' | 'pid' | 'kill' | 'startAgain' | 'stop'>;

/** Throws ToolError when n8n cannot have this port of loopback. */
export async function requireFreePort(port: number): Promise<void> {
	if (await isFree(port)) return;
	throw new ToolError(
		`Port ${port}, on which n8n was to open, is taken: end what listens there, or choose another port with --port.`,
	);
}

/**
 * Starts n8n on loopback with an owner, in a fresh user folder that is removed at the end. Throws
 * ToolError when the port is taken or n8n does not come up.
 */
export async function startN8n(options: N8nOptions): Promise<N8n> {
	await requireFreePort(options.port);
	const userFolder = await mkdtemp(
		path.join(options.parentFolder ?? os.tmpdir(), 'n8n-nodes-seedream-'),
	);
	const discard = atEnd(() => rm(userFolder, { recursive: true, force: true, maxRetries: 5 }));
	const nodesFolder = path.join(userFolder, '.n8n', 'nodes');
	await installCommunityPackage(options.tarball, nodesFolder);

	const url = `http://${HOST}:${options.port}`;
	const logFile = path.join(userFolder, 'n8n.log');
	const launch = async () => await launchN8n(options, { url, userFolder, logFile });
	const first = await launch();
	await setUpOwner(url);
	return {
		url,
		logFile,
		ended: first.ended,
		update: async (tarball) => await installCommunityPackage(tarball, nodesFolder),
		...control(first.started, launch, discard),
	};
}

/** Starts a worker, in a fresh user folder as if on a machine of its own. Throws ToolError when it does not come up. */
export async function startWorker(
	options: Omit<N8nOptions, 'port'>,
	concurrency: number,
): Promise<Worker> {
	const port = await freePort();
	const settings = {
		...options.settings,
		QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		QUEUE_HEALTH_CHECK_PORT: String(port),
		N8N_WORKER_SERVER_ADDRESS: HOST,
	};
	return await startBeside({ ...options, port, settings }, [
		'worker',
		`--concurrency=${concurrency}`,
	]);
}

/** Starts a process that takes webhook calls, likewise. */
export async function startWebhookProcess(options: N8nOptions): Promise<Worker> {
	return await startBeside(options, ['webhook']);
}

async function startBeside(options: N8nOptions, command: readonly string[]): Promise<Worker> {
	const userFolder = await mkdtemp(
		path.join(options.parentFolder ?? os.tmpdir(), `n8n-nodes-seedream-${command[0]}-`),
	);
	const discard = atEnd(() => rm(userFolder, { recursive: true, force: true, maxRetries: 5 }));
	await installCommunityPackage(options.tarball, path.join(userFolder, '.n8n', 'nodes'));
	const logFile = path.join(userFolder, 'n8n.log');
	const place = { url: `http://${HOST}:${options.port}`, userFolder, logFile };
	const launch = async () => await launchN8n(options, place, command);
	const first = await launch();
	return { logFile, ...control(first.started, launch, discard) };
}

/** How a process is ended and started again. */
function control(
	first: Started,
	launch: () => Promise<{ started: Started }>,
	discard: () => Promise<void>,
): Omit<Worker, 'logFile'> {
	let running = first;
	return {
		pid() {
			const { pid } = running.child;
			if (pid === undefined) throw new ToolError('n8n is not running.');
			return pid;
		},
		kill: async () => await running.kill(),
		async startAgain() {
			running = (await launch()).started;
		},
		async stop() {
			await running.stop();
			await discard();
		},
	};
}

/**
 * Starts the process and waits until it answers.
 * @param command what n8n is to do, and its options
 */
async function launchN8n(
	{ runtime, port, filesFolder, sharesGroup, externalAccess, onLine, settings }: N8nOptions,
	{ url, userFolder, logFile }: { url: string; userFolder: string; logFile: string },
	command: readonly string[] = ['start'],
): Promise<{ started: Started; ended: Promise<string> }> {
	const inherited = Object.entries(process.env).filter(([name]) => !KEPT_FROM_N8N.test(name));
	const tail = new Tail(onLine);
	const started = start(runtime.node, [runtime.n8n, ...command], {
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
			N8N_RESTRICT_FILE_ACCESS_TO: filesFolder,
			// Its own words for whoever started it, and a file for those who did not: the tests.
			N8N_LOG_OUTPUT: 'console,file',
			N8N_LOG_FILE_LOCATION: logFile,
			N8N_DIAGNOSTICS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
			N8N_PERSONALIZATION_ENABLED: 'false',
			N8N_TEMPLATES_ENABLED: 'false',
			// The sandbox is on loopback, where no proxy leads.
			NO_PROXY: [process.env.NO_PROXY ?? process.env.no_proxy, HOST].filter(Boolean).join(','),
			// In small letters, too: n8n prefers those.
			...(externalAccess && {
				HTTPS_PROXY: externalAccess.proxyUrl,
				https_proxy: externalAccess.proxyUrl,
				NODE_EXTRA_CA_CERTS: externalAccess.certificateFile,
			}),
			...(runtime.major === '1' && SETTINGS_BEFORE_2),
			...settings,
		},
		tail,
		sharesGroup,
	});
	const ended = new Promise<string>((resolve) => {
		started.child.on('error', (error) => resolve(error.message));
		started.child.on('close', () => resolve(tail.last(12)));
	});
	try {
		await waitUntilReady(
			url,
			ended,
			command[0] === 'start' ? ['/healthz/readiness', '/rest/settings'] : ['/healthz/readiness'],
		);
	} catch (error) {
		await started.kill();
		throw error;
	}
	return { started, ended };
}

async function installCommunityPackage(tarball: string, nodesFolder: string): Promise<void> {
	await mkdir(nodesFolder, { recursive: true });
	const { code, tail } = await run(
		'npm',
		[
			'install',
			tarball,
			'--prefix',
			nodesFolder,
			'--offline',
			'--ignore-scripts',
			'--legacy-peer-deps',
			'--no-audit',
			'--no-fund',
		],
		{ cwd: nodesFolder, doing: 'installing the package into n8n' },
	);
	if (code !== 0)
		throw new ToolError(
			`The package could not be installed into n8n. npm said last:\n${tail.last(8)}`,
		);
}

/** @param paths that have to answer: the REST API may still be loading when the health check answers */
async function waitUntilReady(
	url: string,
	ended: Promise<string>,
	paths: readonly string[],
): Promise<void> {
	let lastWords: string | undefined;
	void ended.then((words) => (lastWords = words));
	const deadline = Date.now() + START_TIMEOUT_MS;
	const isReady = async () =>
		(await Promise.all(paths.map(async (asked) => await answers(`${url}${asked}`)))).every(Boolean);
	while (!(await isReady())) {
		if (lastWords !== undefined)
			throw new ToolError(`n8n ended while it was starting. It said last:\n${lastWords}`);
		if (Date.now() > deadline)
			throw new ToolError(`n8n did not answer within ${START_TIMEOUT_MS / 1000} s.`);
		await delay(POLL_MS);
	}
}

async function answers(url: string): Promise<boolean> {
	return await axios.get(url, { proxy: false, timeout: 5_000 }).then(
		() => true,
		() => false,
	);
}
