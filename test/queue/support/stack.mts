import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { run } from '../../../tools/processes.mjs';
import { startQueueStack, type QueueStack } from '../../../tools/queueStack.mjs';
import { provideRuntime } from '../../../tools/runtime.mjs';
import { environment, root } from '../../e2e/support/bench.mjs';

/** How many executions a worker has in work at once: few, so that a wait that held one would be noticed. */
export const SLOTS = 5;

const { QUEUE_PROGRAMS } = z.object({ QUEUE_PROGRAMS: z.string() }).parse(process.env);
const programs = z
	.object({ redis: z.string(), initdb: z.string(), postgres: z.string() })
	.parse(JSON.parse(QUEUE_PROGRAMS));

/** The n8n of this test file, at the address that tools/queue.mts has chosen. */
export async function startStack(): Promise<QueueStack> {
	return await startQueueStack({
		runtime: await provideRuntime(root),
		tarball: environment.E2E_TARBALL,
		filesFolder: environment.E2E_FOLDER,
		port: Number(new URL(environment.E2E_N8N_URL).port),
		parentFolder: environment.E2E_FOLDER,
		sharesGroup: true,
		externalAccess: {
			proxyUrl: environment.E2E_PROXY,
			certificateFile: environment.E2E_CERTIFICATE,
		},
		programs,
		workers: 2,
		concurrency: SLOTS,
	});
}

const logLine = z.object({ message: z.string() });

/** What a process has logged, line by line. */
export async function messagesOf({ logFile }: { logFile: string }): Promise<string[]> {
	const lines = (await readFile(logFile, 'utf8')).split('\n');
	return lines.flatMap((line) =>
		line.endsWith('}') ? [logLine.parse(JSON.parse(line)).message] : [],
	);
}

/** The executions that a worker has begun, by their IDs; one that was put aside in between may be there several times. */
export async function begunBy(worker: { logFile: string }): Promise<string[]> {
	return (await messagesOf(worker)).flatMap(
		(message) => /^Worker started execution (\d+)/.exec(message)?.[1] ?? [],
	);
}

/** How many executions the workers have in work, as Redis has it. */
export async function activeJobs({ redisPort }: QueueStack): Promise<number> {
	const { code, tail } = await run(
		'redis-cli',
		['-p', String(redisPort), 'LLEN', 'bull:jobs:active'],
		{ cwd: '/', doing: 'asking Redis' },
	);
	const count = /^(?:\(integer\) )?(\d+)$/.exec(tail.last(1))?.[1];
	if (code !== 0 || count === undefined)
		throw new Error(`Redis did not tell its jobs: ${tail.last(3)}`);
	return Number(count);
}
