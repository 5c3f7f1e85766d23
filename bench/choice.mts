import { parseArgs } from 'node:util';
import { ToolError } from '../tools/processes.mjs';

/** What is to be measured. */
export interface Choice {
	/** Part of a job's name; all jobs when it is empty. */
	part: string;
	rounds?: number;
	write: boolean;
}

/**
 * Reads the arguments of a benchmark.
 * @param command by which it was called, e.g. "bench"
 * @throws ToolError for a wrong argument, and where there is no /proc
 */
export function readChoice(command: string): Choice {
	if (process.platform !== 'linux')
		throw new ToolError(
			'The benchmark reads memory and processor time from /proc, which only Linux has.',
		);
	const usage = `Usage: npm run ${command} -- [part of a job’s name] [--rounds N] [--write]`;
	try {
		const { values, positionals } = parseArgs({
			options: { rounds: { type: 'string' }, write: { type: 'boolean', default: false } },
			allowPositionals: true,
		});
		if (values.rounds !== undefined && !/^[1-9]\d*$/.test(values.rounds))
			throw new Error(`--rounds must be a number from 1 on, not "${values.rounds}".`);
		return {
			part: positionals.join(' '),
			write: values.write,
			...(values.rounds === undefined ? {} : { rounds: Number(values.rounds) }),
		};
	} catch (error) {
		throw new ToolError(`${error instanceof Error ? error.message : error}\n${usage}`);
	}
}

export const isChosen = (name: string, { part }: Choice): boolean =>
	name.toLowerCase().includes(part.toLowerCase());

/** For a name that no job has. */
export const noSuchJob = ({ part }: Choice, names: readonly string[]): ToolError =>
	new ToolError(`No job is called "${part}". There are:\n${names.join('\n')}`);
