import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { run } from '../tools/processes.mjs';
import type { Runtime } from '../tools/runtime.mjs';
import { criteriaOf } from './criteria.mjs';
import { tableOf, type Results } from './results.mjs';

const HOW = `\
Each job ran twice in turn, round by round, on the same n8n: with our node and its defaults, and as a user builds it from
n8n's own nodes (HTTP Request → Wait 5 s → HTTP Request → If → back, → HTTP Request for the file; for the synchronous
gateways HTTP Request → Split Out → HTTP Request). What waits much and works little ran side by side. The gateway is the
sandbox, on the same machine. Figures are medians of the rounds, with the range; where the ranges of the two ways overlap,
the ratio is noise.

- **× ideal**: from the first request to the last byte, over the gateway's own time at the same concurrency plus a bare
  download. Our node has 50 items at once by default; HTTP Request sends all at once, so its ideal is another.
- **mean lateness**: from the moment the gateway has finished an item to the last byte of its file, less a bare download.
- **result requests**: all of an execution.
- **CPU per item**: processor time of n8n and all its children, less that for an empty workflow with as many items and
  what n8n takes when it has nothing to do, over the number of items; until n8n has collected its garbage. When it does
  that is chance, so that small jobs were done several times in a row in each round. Not told where
  jobs ran side by side, nor of a fresh process, which loads code with its first job.
- **peak memory**: the highest resident memory, as the kernel keeps it for n8n and each of its children (VmHWM, added up),
  less that of an empty workflow on the same process just before. Each time on a fresh process, and after what it throws
  away of its start: before that, a job's memory would be hidden in it. n8n keeps files in the file system.
- **1000 items**: the median of five measures, each of a run with 1000 items between two with 200; whether it is noise is
  told by the middle three.

Single tasks of 300 s, and batches of ten at every half second up to 320 s, run on a simulated clock instead:
\`test/unit/polling/schedule.test.mts\`, part of \`npm test\`.`;

/** What a run came to, in Markdown; of the machine it says no names and no paths. */
export async function reportOf(
	results: Results,
	{ root, runtime }: { root: string; runtime: Runtime },
): Promise<string> {
	const n8nVersion = await versionIn(
		path.join(path.dirname(path.dirname(runtime.n8n)), 'package.json'),
	);
	const nodeVersion = await readCommand(runtime.node, ['--version'], root);
	const commit = await readCommand('git', ['rev-parse', '--short', 'HEAD'], root);
	const changed =
		(await readCommand('git', ['status', '--porcelain', '--', ':!bench/RESULTS.md'], root)) !== '';
	const memory = Math.round(os.totalmem() / 2 ** 30);
	return `\
# Benchmark

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}.
n8n ${n8nVersion}, Node ${nodeVersion.replace(/^v/, '')}, this package ${await versionIn(path.join(root, 'package.json'))} at ${commit}${changed ? ' with changes' : ''}.
${os.availableParallelism()} cores (${os.cpus()[0]?.model.trim() ?? 'unknown'}), ${memory} GB of memory, ${os.type()} ${os.release()}.

## What is to hold

${markdownTable(
	['What', 'Bound', 'Figure', 'Holds'],
	criteriaOf(results).map(({ what, bound, measured, holds }) => [
		what,
		bound,
		measured,
		holds ? 'yes' : '**no**',
	]),
)}

## All figures

${HOW}

${tableOf(results)}
`;
}

/** A table in Markdown. */
export function markdownTable(
	head: readonly string[],
	rows: ReadonlyArray<readonly string[]>,
): string {
	return [head, head.map(() => '---'), ...rows]
		.map((cells) => `| ${cells.join(' | ')} |`)
		.join('\n');
}

/** The version in a package.json. */
export async function versionIn(file: string): Promise<string> {
	return z.object({ version: z.string() }).parse(JSON.parse(await readFile(file, 'utf8'))).version;
}

/** @returns the last line that a command prints */
export async function readCommand(
	command: string,
	args: readonly string[],
	cwd: string,
): Promise<string> {
	const { code, tail } = await run(command, args, { cwd, doing: command });
	return code === 0 ? tail.last(1).trim() : 'unknown';
}
