import { setTimeout as delay } from 'node:timers/promises';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.mjs';
import { GATEWAYS } from '../tools/gateways.mjs';
import { connect, type Credential, type N8nClient } from '../tools/n8nClient.mjs';
import { runTool, ToolError } from '../tools/processes.mjs';
import { reportComparison, startBothBuilds, type Build } from './builds.mjs';
import { isChosen, noSuchJob, readChoice } from './choice.mjs';
import { deliveries, promptsOf, taskSeconds, type Plan } from './observe.mjs';
import { PHASES, type WaitJob } from './waitJobs.mjs';
import { figuresOf, type SeenWait } from './waitFigures.mjs';
import { rowsOf, WaitResults } from './waitReport.mjs';
import { LAST, waitWorkflow } from './workflows.mjs';

const root = process.cwd();
/** The last build that polled each task by itself, and paused for half a minute. */
const BEFORE = 'ed11af5';
const VIDEO = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1');
const START_EVERY_SECONDS = 0.15;
const CHECK_MS = 500;
/** How often n8n is asked when a pause ends: seldom, as each answer holds the whole execution, but within a minute. */
const PAUSES_MS = 25_000;
/** A job that takes so much longer than its tasks has failed. */
const SPARE_SECONDS = 600;

/** An n8n with one build of the package. */
interface Place {
	build: Build;
	client: N8nClient;
}

await runTool(async () => {
	const choice = readChoice('bench:waits');
	const phases = PHASES.map((phase) => ({
		...phase,
		jobs: phase.jobs.filter(({ name }) => isChosen(name, choice)),
		rounds: choice.rounds ?? phase.rounds,
	})).filter(({ jobs }) => jobs.length > 0);
	const names = PHASES.flatMap(({ jobs }) => jobs.map(({ name }) => name));
	if (phases.length === 0) throw noSuchJob(choice, names);
	const both = await startBothBuilds(root, BEFORE);
	const places: Place[] = [];
	for (const { build, n8n } of both.places) places.push({ build, client: await connect(n8n.url) });

	const results = new WaitResults();
	for (const phase of phases) {
		for (let round = 1; round <= phase.rounds; round++) {
			console.log(
				`Waiting: ${phase.name}, round ${round} of ${phase.rounds} (${phase.minutes} minutes in all) …`,
			);
			await Promise.all(
				phase.jobs.flatMap((job) =>
					places
						.filter(({ build }) => job.builds.includes(build))
						.map(async ({ build, client }) => {
							const figures = figuresOf(job, await run(job, client));
							results.add(job, build, figures);
							console.log(`${job.name}, ${build}: ${JSON.stringify(figures)}`);
						}),
				),
			);
		}
	}

	const rows = rowsOf(
		phases.flatMap(({ jobs }) => jobs),
		results,
	);
	return await reportComparison(root, both, rows, {
		section: 'waits',
		title: 'Waits',
		command: 'bench:waits',
		commit: BEFORE,
		difference: 'polled each task by itself and paused for half a minute',
		method: `Both builds ran at the same time, each in an n8n of its own, and each job at a sandbox of its own. Lateness is from the end
of a task to the last byte of its file. Result requests are those of one execution. Medians of the rounds, with the range
where there are several.`,
		write: choice.write,
	});
});

/** Runs a job at a sandbox of its own, so that all that arrives there is the job's. */
async function run(job: WaitJob, client: N8nClient): Promise<SeenWait> {
	const sandbox = await startSandbox();
	try {
		sandbox.behaviour = {
			taskSeconds,
			file: { head: VIDEO, length: job.fileBytes },
			...(job.losesCalls && { callbacks: { losesCall: () => true } }),
		};
		const credential = await createCredential(client, sandbox, job);
		const plans = job.executions.map((seconds, number): Plan => ({ number, seconds }));
		const workflows: string[] = [];
		for (const plan of plans)
			workflows.push(
				await client.importWorkflow(waitWorkflow(job, promptsOf(plan)), [credential], ''),
			);
		const ids: string[] = [];
		for (const workflow of workflows) {
			ids.push(await client.startWorkflow(workflow));
			await delay((job.startEverySeconds ?? START_EVERY_SECONDS) * 1000);
		}
		const pauseEnds = await untilDelivered(job, { client, sandbox, ids });
		const items = [];
		for (const [index, id] of ids.entries()) {
			const execution = await client.waitForExecution(id);
			const found = [0, 1].flatMap((output) => execution.itemsOf(LAST.ours, output));
			const done = found.filter(({ binary }) => binary !== undefined);
			if (execution.status !== 'success' || done.length !== plans[index]?.seconds.length)
				throw new ToolError(
					`${job.name}: an execution ended as ${execution.status} with ${done.length} files: ${execution.error?.message}`,
				);
			items.push(...done.map(({ json }) => ({ json, execution: index })));
		}
		await client.deleteExecutions(ids);
		return {
			items,
			pauseEnds,
			requests: [...sandbox.requests],
			calls: [...sandbox.calls],
			tasks: sandbox.taskTimes(),
		};
	} finally {
		await sandbox.close();
	}
}

async function createCredential(
	client: N8nClient,
	{ keys, apiUrl }: Sandbox,
	{ gateway, name }: WaitJob,
): Promise<Credential> {
	const known = GATEWAYS.find((one) => one.name === gateway);
	if (known === undefined) throw new Error(`No gateway ${gateway}`);
	return await client.createCredential(known.credentialType, name.slice(0, 100), {
		apiKey: keys[gateway],
		baseUrl: apiUrl,
	});
}

/** @returns when the pauses of each execution were to end, as far as they were seen: milliseconds since 1970 */
async function untilDelivered(
	job: WaitJob,
	{ client, sandbox, ids }: { client: N8nClient; sandbox: Sandbox; ids: readonly string[] },
): Promise<Array<Set<number>>> {
	const ends = ids.map(() => new Set<number>());
	const items = job.executions.flat();
	const most = job.isLoop ? Math.max(...job.executions.map(sum)) : Math.max(...items);
	const deadline = Date.now() + (most + SPARE_SECONDS) * 1000;
	let askAt = job.bounds.resumed === undefined ? Infinity : Date.now() + PAUSES_MS;
	while (deliveries(sandbox, false) < items.length) {
		if (Date.now() > deadline)
			throw new ToolError(`${job.name}: ${deliveries(sandbox, false)} of ${items.length} files`);
		await delay(CHECK_MS);
		if (Date.now() < askAt) continue;
		askAt = Date.now() + PAUSES_MS;
		for (const [index, id] of ids.entries()) {
			const end = await client.waitsUntil(id);
			if (end !== undefined) ends[index]?.add(end.getTime());
		}
	}
	return ends;
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
