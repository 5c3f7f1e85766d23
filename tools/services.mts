import { access, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect as connectTo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { canInstall, installPackages } from './debian.mjs';
import { freePort } from './ports.mjs';
import { atEnd, run, start, Tail, ToolError, type Started } from './processes.mjs';

const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 100;
const ADVICE = 'Install Redis and PostgreSQL (on Debian: apt-get install redis-server postgresql).';
/** Where Debian's package of PostgreSQL puts its programs, a folder a version. */
const POSTGRES_VERSIONS = '/usr/lib/postgresql';
const POSTGRES_USER = 'postgres';

/** The programs of the services that n8n needs to run on several machines, by their paths. */
export interface ServicePrograms {
	redis: string;
	initdb: string;
	postgres: string;
}

/** A service on loopback that ends with the tool. */
export interface Service {
	port: number;
	stop(): Promise<void>;
}

/**
 * Redis and PostgreSQL. Where they are not there, root on Debian or Ubuntu has them installed by apt-get.
 * Throws ToolError that says what to install when they are not there in the end.
 */
export async function provideServices(): Promise<ServicePrograms> {
	const found = await findPrograms();
	if (found) return found;
	if (!(await canInstall())) throw new ToolError(`Redis or PostgreSQL was not found. ${ADVICE}`);
	await installPackages(['redis-server', 'postgresql'], ADVICE);
	const installed = await findPrograms();
	if (!installed) throw new ToolError(`apt-get installed no Redis and PostgreSQL. ${ADVICE}`);
	return installed;
}

async function findPrograms(): Promise<ServicePrograms | undefined> {
	const versions = await readdir(POSTGRES_VERSIONS).catch(() => []);
	const newest = versions
		.sort((a, b) => Number(b) - Number(a))
		.map((version) => path.join(POSTGRES_VERSIONS, version, 'bin'));
	const folders = [...newest, ...(process.env.PATH ?? '').split(path.delimiter)];
	const redis = await findIn(folders, 'redis-server');
	const initdb = await findIn(folders, 'initdb');
	const postgres = await findIn(folders, 'postgres');
	return redis && initdb && postgres ? { redis, initdb, postgres } : undefined;
}

async function findIn(folders: readonly string[], program: string): Promise<string | undefined> {
	for (const folder of folders) {
		const file = path.join(folder, program);
		const isThere = await access(file).then(
			() => true,
			() => false,
		);
		if (isThere) return file;
	}
	return undefined;
}

/** Starts a Redis that keeps nothing on the disk. Throws ToolError when it does not answer. */
export async function startRedis({ redis }: ServicePrograms): Promise<Service> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-seedream-redis-'));
	const discard = atEnd(() => rm(folder, { recursive: true, force: true }));
	const port = await freePort();
	const args = [
		'--bind',
		HOST,
		'--port',
		String(port),
		'--dir',
		folder,
		'--save',
		'',
		'--appendonly',
		'no',
	];
	return await serve(
		'Redis',
		port,
		start(redis, args, { cwd: folder, tail: new Tail(), sharesGroup: true }),
		discard,
	);
}

/** Starts a PostgreSQL with an empty database cluster, whose user `postgres` needs no password. Throws ToolError when it does not answer. */
export async function startPostgres({ initdb, postgres }: ServicePrograms): Promise<Service> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-seedream-postgres-'));
	const discard = atEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
	const as = await postgresUser(folder);
	const data = path.join(folder, 'data');
	const made = await run(
		...as([
			initdb,
			'--pgdata',
			data,
			'--auth',
			'trust',
			'--username',
			POSTGRES_USER,
			'--encoding',
			'UTF8',
			'--locale',
			'C',
			'--no-sync',
		]),
		{
			cwd: folder,
			doing: 'making a database',
		},
	);
	if (made.code !== 0)
		throw new ToolError(`PostgreSQL made no database. It said last:\n${made.tail.last(5)}`);
	const port = await freePort();
	// A crash of the machine would lose the data of a test, which nobody minds.
	const settings = [
		`listen_addresses=${HOST}`,
		`port=${port}`,
		`unix_socket_directories=${folder}`,
		'fsync=off',
		'max_connections=200',
	];
	const started = start(
		...as([postgres, '-D', data, ...settings.flatMap((setting) => ['-c', setting])]),
		{ cwd: folder, tail: new Tail(), sharesGroup: true },
	);
	return await serve('PostgreSQL', port, started, discard);
}

/** PostgreSQL does not run as root: then as the user that its package made, who is given the folder. */
async function postgresUser(
	folder: string,
): Promise<(command: readonly [string, ...string[]]) => [string, string[]]> {
	if (process.getuid?.() !== 0) return ([program, ...args]) => [program, args];
	const { code, tail } = await run('id', ['-u', POSTGRES_USER], {
		cwd: '/',
		doing: 'looking for the user postgres',
	});
	if (code !== 0)
		throw new ToolError(
			`There is no user "${POSTGRES_USER}", as whom PostgreSQL could run. ${ADVICE}`,
		);
	const uid = Number(tail.last(1));
	await chown(folder, uid, uid);
	return (command) => ['setpriv', [`--reuid=${uid}`, '--clear-groups', ...command]];
}

async function serve(
	name: string,
	port: number,
	started: Started,
	discard: () => Promise<void>,
): Promise<Service> {
	let hasEnded = false;
	started.child.once('exit', () => (hasEnded = true));
	const deadline = Date.now() + START_TIMEOUT_MS;
	while (!(await listens(port))) {
		if (hasEnded || Date.now() > deadline) {
			await started.stop();
			await discard();
			throw new ToolError(`${name} did not start.`);
		}
		await delay(POLL_MS);
	}
	return {
		port,
		async stop() {
			await started.stop();
			await discard();
		},
	};
}

async function listens(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = connectTo(port, HOST);
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});
}
