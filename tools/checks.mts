import path from 'node:path';
import { run, ToolError } from './processes.mjs';

/** How many checks held and how many did not. */
export interface Counts {
	passed: number;
	failed: number;
}

/** The closing line that people and CI look for. */
export function summary({ passed, failed }: Counts): string {
	return `${passed} passed, ${failed} failed`;
}

/**
 * Runs a program of the checkout's dependencies, `tool` by its path in node_modules.
 * Throws ToolError with what it printed last when it fails.
 */
export async function runDependency(root: string, tool: string, ...args: string[]): Promise<void> {
	const { code, tail } = await run(
		process.execPath,
		[path.join(root, 'node_modules', tool), ...args],
		{ cwd: root, doing: 'at work' },
	);
	if (code !== 0) throw new ToolError(tail.last(60));
}

/**
 * Runs jest with a configuration of the checkout, showing what it prints, and returns its counts.
 * @param chosen jest's own arguments, to run a part: pieces of paths, or `-t` and a piece of a test's name
 */
export async function runJest(
	root: string,
	config: string,
	{ env = {}, chosen = [] }: { env?: NodeJS.ProcessEnv; chosen?: readonly string[] } = {},
): Promise<Counts> {
	const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
	const { code, tail } = await run(
		process.execPath,
		[jest, '--ci', '--config', config, ...chosen],
		{
			cwd: root,
			env: { ...process.env, ...env },
			doing: 'jest',
			echo: true,
		},
	);
	// Written by test/support/summaryReporter.cjs.
	const counts = /^(\d+) passed, (\d+) failed/.exec(tail.last(1));
	if (counts === null) throw new ToolError('jest ended without saying what passed.');
	const failed = Number(counts[2]);
	// Jest also fails for what is no test, such as finding none.
	return { passed: Number(counts[1]), failed: code !== 0 && failed === 0 ? 1 : failed };
}
