import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import { DEFAULT_TASK_TIMEOUT } from '../nodes/shared/generation/defaults.js';
import { checkLive } from './live/run.mjs';
import { readChoice, UsageError } from './live/usage.mjs';
import { runTool } from './processes.mjs';

const AGREES = 0;
const DIFFERS = 1;
const USAGE = 2;

/** Between two looks at a task: nobody waits for a person here. Seconds. */
const PAUSE = 3;

const packageSchema = z.object({ name: z.string(), version: z.string() });

// What is not the report goes beside it, so that the report alone can be written to a file.
const tell = (words: string) => console.error(words);

/** Asks on the terminal; all but a plain yes is a no. */
async function confirms(question: string): Promise<boolean> {
	const terminal = createInterface({ input: process.stdin, output: process.stderr });
	try {
		// Who closes the terminal does not answer any more.
		const closed = once(terminal, 'close').then(() => '');
		const asked = terminal.question(`${question}\nOrder it? [y/N] `).catch(() => '');
		const answer = await Promise.race([asked, closed]);
		return /^y(es)?$/i.test(answer.trim());
	} finally {
		terminal.close();
	}
}

await runTool(async () => {
	try {
		const choice = readChoice(process.argv.slice(2), process.env);
		if (!choice.free && !choice.yes && !process.stdin.isTTY) {
			throw new UsageError(
				'Without a terminal nobody can be asked, so either --free or --yes has to be given.',
			);
		}
		const { name, version } = packageSchema.parse(
			JSON.parse(await readFile('package.json', 'utf8')),
		);
		const { checks, report } = await checkLive(choice, {
			package: `${name} ${version}`,
			patience: { longest: DEFAULT_TASK_TIMEOUT, pause: PAUSE },
			tell,
			confirms,
		});
		console.log(report);
		return checks.some(({ verdict }) => verdict === 'differs') ? DIFFERS : AGREES;
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		tell(error.message);
		return USAGE;
	}
});
