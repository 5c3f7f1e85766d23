import axios from 'axios';
import { setTimeout as delay } from 'node:timers/promises';
import type { Sandbox, SandboxFile } from '../sandbox/sandbox.mjs';
import type { N8n } from '../tools/n8n.mjs';
import {
	connect,
	type Credential,
	type ExecutedItem,
	type Execution,
	type N8nClient,
	type WorkflowJson,
} from '../tools/n8nClient.mjs';
import { ToolError } from '../tools/processes.mjs';
import { statisticsOf, summarize, type ExecutionStatistics, type Usage } from './statistics.mjs';
import type { Job, Turn, Way } from './jobs.mjs';
import { deliveries, promptsOf, seen, taskSeconds, type Plan, type Seen } from './observe.mjs';
import { cpuSeconds, forgetPeak, peakMemory } from './usage.mjs';
import { emptyWorkflow, holdingWorkflow, itemsOf, LAST, workflowFor } from './workflows.mjs';

/** What n8n does after the last byte (it stores the execution, and collects garbage) is part of the work. */
const SETTLE_MS = 1500;
const CHECK_MS = 100;
/** A run that does not end is looked into so often; each look costs n8n time. */
const STATUS_MS = 15_000;
/** What runs side by side does not begin in one moment, so that one does not wait for the other's orders. */
const BETWEEN_JOBS_MS = 500;
const BETWEEN_EXECUTIONS_MS = 100;
const EMPTY_RUNS = 2;
const TRANSFERS = 3;
/**
 * After its start n8n throws away a third of its memory, in two steps of which the second comes nine seconds after the
 * first: what a job takes before that is hidden in it. And each step takes processor time.
 */
const QUIET_SECONDS = 12;
const QUIET_CPU = 0.1;

/** A real n8n and the sandbox that its workflows talk to. */
export interface Place {
	sandbox: Sandbox;
	n8n: N8n;
	client: N8nClient;
	/** For each gateway and way; see `credentialFor`. */
	credentials: ReadonlyMap<string, Credential>;
	/** What the files begin with: a real video, and a real picture. */
	heads: Record<Job['node'], Buffer>;
	/** What this process took for an empty workflow, by the number of its items. */
	empty: Map<number, Empty>;
}

interface Empty {
	cpu: number;
	memory: number;
}

/** The outcome of a turn in one way: the statistics of each execution of each job, and of n8n as a whole. */
export interface Outcome {
	statistics: Map<Job, ExecutionStatistics[]>;
	usage: Usage;
	/** What n8n stored of all executions, in characters per item. */
	storedPerItem: number;
}

let executions = 0;

/** The place with a fresh n8n process on the same data. */
export async function withFreshN8n(place: Place): Promise<Place> {
	await place.n8n.kill();
	await place.n8n.startAgain();
	const fresh = { ...place, client: await connect(place.n8n.url), empty: new Map<number, Empty>() };
	await measureEmpty(fresh, 1);
	return fresh;
}

/**
 * Waits until n8n has done what it does by itself after a start, or after work: it collects garbage for a while.
 * @returns the processor time that it takes in a second when it has nothing to do, in seconds
 */
export async function untilQuiet({ n8n }: Pick<Place, 'n8n'>): Promise<number> {
	let began = cpuSeconds(n8n.pid());
	let before = began;
	for (let quiet = 0; quiet < QUIET_SECONDS; quiet++) {
		await delay(1000);
		const now = cpuSeconds(n8n.pid());
		if (now - before >= QUIET_CPU) {
			quiet = -1;
			began = now;
		}
		before = now;
	}
	return (before - began) / QUIET_SECONDS;
}

/** How long the files that are ready at once take when a program downloads them that does nothing with them; seconds. */
export async function bareTransfer({ sandbox, heads }: Place, job: Job): Promise<number> {
	const [lengths = []] = job.executions(1);
	const count = new Set(lengths).size > 1 ? 1 : Math.min(lengths.length, job.ways.ours ?? 1);
	const link = sandbox.addFile('bare', fileOf(job, heads), 'application/octet-stream');
	const times: number[] = [];
	for (let time = 0; time < TRANSFERS; time++) {
		const began = performance.now();
		await Promise.all(Array.from({ length: count }, async () => await discard(link)));
		times.push((performance.now() - began) / 1000);
	}
	return summarize(times)?.median ?? 0;
}

async function discard(link: string): Promise<void> {
	const { data } = await axios.get<NodeJS.ReadableStream>(link, {
		responseType: 'stream',
		proxy: false,
	});
	data.resume();
	await new Promise((resolve, reject) => data.once('end', resolve).once('error', reject));
}

function fileOf({ node, fileBytes }: Job, heads: Place['heads']): SandboxFile {
	return { head: heads[node], length: fileBytes };
}

/** An execution of a job, its workflow in n8n. */
interface Planned {
	job: Job;
	plan: Plan;
	workflow: string;
}

/** What became of it, as the sandbox saw it. */
interface Ran extends Planned {
	id: string;
	seen: Seen;
}

/**
 * Runs the turn's jobs side by side in one way, and that as many times, one after another, as the turn says.
 * Throws ToolError when one of them does not come to its files.
 */
export async function runTurn(
	place: Place,
	turn: Turn,
	way: Way,
	round: number,
	transfers: ReadonlyMap<Job, number>,
): Promise<Outcome> {
	const { client, n8n } = place;
	const { jobs, measures, times = 1 } = turn;
	const items = jobs.flatMap((job) => job.executions(round).flat()).length;
	const known = measures === 'memory' ? undefined : place.empty.get(items);
	const empty = measures === 'nothing' ? undefined : (known ?? (await measureEmpty(place, items)));
	if (empty !== undefined) place.empty.set(items, empty);

	const planned: Planned[][] = [];
	for (let time = 0; time < times; time++) planned.push(await planOnce(place, jobs, way, round));
	if (empty !== undefined) forgetPeak(n8n.pid());
	const startedAt = performance.now();
	const cpuBefore = cpuSeconds(n8n.pid());
	const ran: Ran[] = [];
	for (const executionsOnce of planned) ran.push(...(await runOnce(place, jobs, executionsOnce)));
	const memory = peakMemory(n8n.pid());
	const idle = measures === 'cpu' ? await untilQuiet(place) : 0;
	const cpu = cpuSeconds(n8n.pid()) - cpuBefore - (idle * (performance.now() - startedAt)) / 1000;

	const statistics = new Map(jobs.map((job): [Job, ExecutionStatistics[]] => [job, []]));
	let stored = 0;
	for (const { job, plan, id, seen: found } of ran) {
		const execution = await client.waitForExecution(id);
		requireFiles(execution, way, plan, found);
		stored += execution.stored.length;
		const ideal = {
			seconds: plan.seconds,
			atOnce: job.ways[way] ?? 1,
			transfer: transfers.get(job) ?? 0,
		};
		statistics.get(job)?.push(statisticsOf(found, ideal));
	}
	await client.deleteExecutions(ran.map(({ id }) => id));
	return {
		statistics,
		storedPerItem: stored / items / times,
		usage: {
			...(empty && measures === 'cpu' && { cpu: (cpu / times - empty.cpu) / items }),
			...(empty && measures === 'memory' && { memory: memory - empty.memory }),
		},
	};
}

async function planOnce(
	place: Place,
	jobs: readonly Job[],
	way: Way,
	round: number,
): Promise<Planned[]> {
	const planned: Planned[] = [];
	for (const job of jobs) {
		for (const seconds of job.executions(round)) {
			const plan = { number: executions++, seconds };
			planned.push({
				job,
				plan,
				workflow: await importInto(
					place,
					workflowFor(way, job, promptsOf(plan), place.sandbox.apiUrl),
					[job, way],
				),
			});
		}
	}
	return planned;
}

async function runOnce(
	place: Place,
	jobs: readonly Job[],
	planned: readonly Planned[],
): Promise<Ran[]> {
	const { sandbox, client } = place;
	sandbox.reset();
	sandbox.behaviour = {
		taskSeconds,
		pictureSeconds: Math.max(...planned.flatMap(({ plan }) => plan.seconds)),
		file: fileOf(only(jobs), place.heads),
	};
	const ids: string[] = [];
	for (const [index, { job, workflow }] of planned.entries()) {
		if (index > 0)
			await delay(job === planned[index - 1]?.job ? BETWEEN_EXECUTIONS_MS : BETWEEN_JOBS_MS);
		ids.push(await client.startWorkflow(workflow));
	}
	const asBase64 = only(jobs).options?.responseFormat === 'base64';
	await untilDelivered(place, ids, planned.flatMap(({ plan }) => plan.seconds).length, asBase64);
	await delay(SETTLE_MS);
	return planned.map((one, index) => ({
		...one,
		id: ids[index] ?? '',
		seen: seen(sandbox, one.plan, asBase64),
	}));
}

/** What n8n takes for the same items when there is nothing to do: the last of a few runs, as the first ones load code. */
async function measureEmpty(place: Place, items: number): Promise<Empty> {
	const { n8n, client } = place;
	const prompts = promptsOf({
		number: executions++,
		seconds: Array.from({ length: items }, () => 0),
	});
	const id = await importInto(place, emptyWorkflow(itemsOf(prompts)), undefined);
	let cpu = 0;
	for (let run = 0; run < EMPTY_RUNS; run++) {
		forgetPeak(n8n.pid());
		const before = cpuSeconds(n8n.pid());
		await client.startWorkflow(id);
		await delay(SETTLE_MS);
		cpu = cpuSeconds(n8n.pid()) - before;
	}
	return { cpu, memory: peakMemory(n8n.pid()) };
}

/** The key of a credential among those of the place. */
export function credentialFor({ gateway }: Pick<Job, 'gateway'>, way: Way): string {
	return `${gateway} ${way}`;
}

/**
 * Runs a workflow of our node, and calls back when all its files have been delivered, before it ends.
 * @param makeWorkflow gets the prompts; where it gives each item another, the items have to come out in their order
 * @returns its items; throws ToolError when one is missing or out of its place
 */
export async function deliverItems(
	place: Place,
	job: Job,
	makeWorkflow: (prompts: readonly string[]) => WorkflowJson,
	delivered: () => Promise<void>,
): Promise<ExecutedItem[]> {
	const { sandbox, client } = place;
	const plan = { number: executions++, seconds: only([job]).executions(1).flat() };
	sandbox.reset();
	sandbox.behaviour = { taskSeconds, file: fileOf(job, place.heads) };
	const workflow = await importInto(place, makeWorkflow(promptsOf(plan)), [job, 'ours']);
	const id = await client.startWorkflow(workflow);
	await untilDelivered(place, [id], plan.seconds.length, false);
	await delay(SETTLE_MS);
	await delivered();
	const execution = await client.waitForExecution(id);
	requireFiles(execution, 'ours', plan, seen(sandbox, plan, false));
	await client.deleteExecutions([id]);
	return execution.itemsOf(LAST.ours);
}

/** Runs a workflow that passes these items on, calls back before it ends. */
export async function passItems(
	place: Place,
	items: readonly ExecutedItem[],
	passed: () => Promise<void>,
): Promise<void> {
	const { client } = place;
	const workflow = holdingWorkflow(
		emptyWorkflow(items.map(({ json, binary }) => ({ json, binary }))),
		'Nothing',
	);
	const id = await client.startWorkflow(await importInto(place, workflow, undefined));
	await delay(SETTLE_MS);
	await passed();
	await client.waitForExecution(id);
	await client.deleteExecutions([id]);
}

async function importInto(
	{ client, credentials }: Place,
	workflow: WorkflowJson,
	needs: [Job, Way] | undefined,
): Promise<string> {
	const credential = needs && credentials.get(credentialFor(...needs));
	return await client.importWorkflow(workflow, credential ? [credential] : [], '');
}

async function untilDelivered(
	{ sandbox, client }: Place,
	ids: readonly string[],
	items: number,
	asBase64: boolean,
): Promise<void> {
	let lookAt = Date.now() + STATUS_MS;
	while (deliveries(sandbox, asBase64) < items) {
		await delay(CHECK_MS);
		if (Date.now() < lookAt) continue;
		lookAt = Date.now() + STATUS_MS;
		for (const id of ids) {
			const status = await client.statusOf(id);
			if (['success', 'running', 'new', 'waiting'].includes(status)) continue;
			const { error } = await client.waitForExecution(id);
			throw new ToolError(
				`An execution ended as ${status}: ${error?.message} ${error?.description ?? ''}`,
			);
		}
	}
}

/** Nothing lost, all files in n8n's store outside its memory; and from our node in the order of the input. */
function requireFiles(execution: Execution, way: Way, plan: Plan, { itemOfTask }: Seen): void {
	const items = execution.itemsOf(LAST[way]);
	if (execution.status !== 'success' || items.length !== plan.seconds.length) {
		throw new ToolError(
			`An execution ended as ${execution.status} with ${items.length} files in place of ${plan.seconds.length}: ${execution.error?.message}`,
		);
	}
	const areTold = new Set(itemOfTask.values()).size === itemOfTask.size;
	for (const [index, { binary, json }] of items.entries()) {
		if (!binary?.data?.id?.startsWith('filesystem'))
			throw new ToolError('n8n does not keep its files in the file system.');
		const item = itemOfTask.get(String(json.taskId));
		if (way === 'ours' && areTold && item !== undefined && item !== index)
			throw new ToolError(`Item ${item} came out in place of item ${index}.`);
	}
}

/** What holds for all jobs of a turn, taken from the first. */
function only(jobs: readonly Job[]): Job {
	const [first] = jobs;
	if (first === undefined) throw new Error('A turn without a job');
	return first;
}
