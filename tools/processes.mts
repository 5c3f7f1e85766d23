import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';

const HEARTBEAT_MS = 15_000;
/** Long enough for n8n to close its database; after it the group is killed. */
const STOP_GRACE_MS = 8_000;
const LINES_KEPT = 400;

/** Something a person can mend: its message is shown as it is, without a stack. */
export class ToolError extends Error {}

/** Output of a process: keeps the last lines. */
export class Tail {
	private text = '';

	add(chunk: string): void {
		this.text = (this.text + chunk).split('\n').slice(-LINES_KEPT).join('\n');
	}

	/** The last `count` lines that are not empty. */
	last(count: number): string {
		const lines = stripVTControlCharacters(this.text).split('\n').filter((line) => line.trim() !== '');
		return lines.slice(-count).join('\n');
	}
}

const cleanups = new Set<() => Promise<void>>();
let cleaning: Promise<void> | undefined;

/**
 * Registers work to be done before the tool ends, whatever ends it; the last registered runs first.
 * Returns a function that does the work now, once.
 */
export function atEnd(work: () => Promise<void>): () => Promise<void> {
	const once = async () => {
		if (cleanups.delete(once)) await work();
	};
	cleanups.add(once);
	return once;
}

function cleanUp(): Promise<void> {
	cleaning ??= (async () => {
		for (const work of [...cleanups].reverse()) {
			await work().catch((error: unknown) => console.error(error));
		}
	})();
	return cleaning;
}

/**
 * Runs a tool: `main` gives the exit code. Ctrl-C (or a terminating signal) stops everything that was
 * registered by `atEnd`; a ToolError is shown as one message and gives exit code 1.
 */
export async function runTool(main: () => Promise<number>): Promise<never> {
	let interrupted = false;
	for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const) {
		process.on(signal, () => {
			if (interrupted) return;
			interrupted = true;
			console.log('\nStopping …');
			void cleanUp().then(() => process.exit(code));
		});
	}
	let code = 1;
	try {
		code = await main();
	} catch (error) {
		// What fails because it was interrupted is not news.
		if (!interrupted) console.error(error instanceof ToolError ? `\n${error.message}` : error);
	}
	if (interrupted) await new Promise<never>(() => {});
	await cleanUp();
	process.exit(code);
}

/** Ends a process and all that it started: politely first, by force after a few seconds. */
async function stopGroup(child: ChildProcess): Promise<void> {
	const { pid } = child;
	if (pid === undefined) return;
	signalGroup(pid, 'SIGTERM');
	const deadline = Date.now() + STOP_GRACE_MS;
	while (signalGroup(pid, 0) && Date.now() < deadline) await delay(50);
	signalGroup(pid, 'SIGKILL');
}

/** Sends a signal to a process and all that it started; 0 sends none. Returns whether anyone was there. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
	try {
		// A process started with `detached` leads a group of its own; Windows knows no groups.
		return process.kill(process.platform === 'win32' ? pid : -pid, signal);
	} catch {
		return false;
	}
}

/** Starts a process in a group of its own, which ends with the tool; `tail` takes what it prints. */
export function start(
	command: string,
	args: readonly string[],
	options: { cwd: string; env?: NodeJS.ProcessEnv; tail: Tail; echo?: boolean },
): { child: ChildProcess; stop: () => Promise<void> } {
	const child = spawn(command, args, {
		cwd: options.cwd,
		env: options.env ?? process.env,
		stdio: ['ignore', 'pipe', 'pipe'],
		detached: process.platform !== 'win32',
		shell: process.platform === 'win32',
	});
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (chunk: string) => {
			options.tail.add(chunk);
			if (options.echo) process.stdout.write(chunk);
		});
	}
	return { child, stop: atEnd(() => stopGroup(child)) };
}

/**
 * Runs a command to its end; prints a line every 15 s while it is at work (`doing` names it).
 * Returns its exit code (or 1 when it could not start or was killed) and the last lines it printed.
 */
export async function run(
	command: string,
	args: readonly string[],
	options: { cwd: string; env?: NodeJS.ProcessEnv; doing: string; echo?: boolean },
): Promise<{ code: number; tail: Tail }> {
	const tail = new Tail();
	const { child, stop } = start(command, args, { ...options, tail });
	const began = Date.now();
	const heartbeat = setInterval(() => {
		console.log(`  … ${options.doing}: ${Math.round((Date.now() - began) / 1000)} s so far`);
	}, HEARTBEAT_MS);
	const code = await new Promise<number>((resolve) => {
		child.on('error', (error) => {
			tail.add(`\n${error.message}`);
			resolve(1);
		});
		child.on('close', (exitCode) => resolve(exitCode ?? 1));
	});
	clearInterval(heartbeat);
	await stop();
	return { code, tail };
}
