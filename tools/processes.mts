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

	/** @param onLine gets every line when it is whole */
	constructor(private readonly onLine: (line: string) => void = () => undefined) {}

	add(chunk: string): void {
		const lines = (this.text + chunk).split('\n');
		const whole = chunk.split('\n').length - 1;
		for (const line of lines.slice(-1 - whole, -1)) this.onLine(stripVTControlCharacters(line));
		this.text = lines.slice(-LINES_KEPT).join('\n');
	}

	/** The last `count` lines that are not empty. */
	last(count: number): string {
		const lines = stripVTControlCharacters(this.text)
			.split('\n')
			.filter((line) => line.trim() !== '');
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
	for (const [signal, code] of [
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const) {
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

/** A process that ends with the tool, at the latest. */
export interface Started {
	child: ChildProcess;
	/** Ends it and all that it started: politely first, by force after a few seconds. */
	stop(): Promise<void>;
	/** Ends it at once, as a power cut does; resolves when it is gone. */
	kill(): Promise<void>;
}

/**
 * Starts a process; `tail` takes what it prints. It leads a group of its own, so that it ends with all that
 * it started. With `sharesGroup` it stays in the group of the process that started it, and so it ends
 * with that one, too, where the caller is not told of its own end: a test that jest runs is not.
 */
export function start(
	command: string,
	args: readonly string[],
	options: {
		cwd: string;
		env?: NodeJS.ProcessEnv;
		tail: Tail;
		echo?: boolean;
		sharesGroup?: boolean;
	},
): Started {
	// Windows knows no groups.
	const leadsGroup = process.platform !== 'win32' && options.sharesGroup !== true;
	const child = spawn(command, args, {
		cwd: options.cwd,
		env: options.env ?? process.env,
		stdio: ['ignore', 'pipe', 'pipe'],
		detached: leadsGroup,
		shell: process.platform === 'win32',
	});
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (chunk: string) => {
			options.tail.add(chunk);
			if (options.echo) process.stdout.write(chunk);
		});
	}
	const gone = new Promise<void>((resolve) => {
		child.once('error', () => resolve());
		child.once('exit', () => resolve());
	});

	/** Sends a signal; 0 sends none. Returns whether anyone was there. */
	function signal(name: NodeJS.Signals | 0): boolean {
		if (child.pid === undefined) return false;
		try {
			return process.kill(leadsGroup ? -child.pid : child.pid, name);
		} catch {
			return false;
		}
	}

	return {
		child,
		stop: atEnd(async () => {
			signal('SIGTERM');
			const deadline = Date.now() + STOP_GRACE_MS;
			while (signal(0) && Date.now() < deadline) await delay(50);
			signal('SIGKILL');
		}),
		async kill() {
			signal('SIGKILL');
			await gone;
		},
	};
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
