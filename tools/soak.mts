import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
	startSandbox,
	type RecordedRequest,
	type Sandbox,
	type SandboxFault,
} from '../sandbox/sandbox.mjs';
import { withSection } from './markdownSection.mjs';
import { GATEWAYS } from './gateways.mjs';
import { heldBy, inspectOption, residentMemory, type Held } from './inspector.mjs';
import { connect, type Execution, type N8nClient } from './n8nClient.mjs';
import { freePort } from './ports.mjs';
import { atEnd, runTool, ToolError } from './processes.mjs';
import { startQueueStack, type QueueStack } from './queueStack.mjs';
import { provideServices } from './services.mjs';
import { SOAK_WORKFLOWS, type SoakWorkflow } from './soakWorkflows.mjs';
import { prepareTestN8n } from './testN8n.mjs';

const root = process.cwd();
const SLOTS = 5;
/** Executions in work at once, besides those that are paused: enough for both workers, and a queue. */
const AT_WORK = 8;
const PAUSED = 8;
const MEASURE_MS = 15_000;
/** When garbage is collected to see what is held: seldom, so that memory is as it is without that. */
const HELD_AT = ['start', 'a quarter', 'half', 'three quarters', 'end'] as const;
const AT_REST = 'at rest';
/** Before that, what n8n does for the first time makes it grow; then nothing may grow by more than a tenth. */
const JUDGED_FROM_MINUTES = 20;
const FLAT = 1.1;
const FAULT_MS = 700;
/** Now and then somebody stops an execution. */
const STOP_MS = 20_000;
const CHECK_MS = 500;
/** What has not ended by then never will. */
const DRAIN_MS = 600_000;
/** How many of the gateway's calls never arrive. */
const LOST_CALLS = 0.3;
/** The longest that a task takes, in seconds. */
const LONGEST_TASK = 30;

/** What the gateway has accepted for an execution. */
interface Accepted {
	tasks: Set<string>;
	paid: Set<RecordedRequest>;
}

/** How the processes are at one moment: main, the one that takes calls, then the workers. */
interface Measure {
	seconds: number;
	megabytes: number[];
	files: number[];
}

interface Counts {
	executions: number;
	succeeded: number;
	failed: number;
	stopped: number;
	/** Every task that was judged. */
	tasks: Set<string>;
	collected: number;
	named: number;
	/** Named by n8n's log alone. */
	logged: number;
	/** Accepted by the gateway, whose answer was cut off: no ID ever came, and the error or the log says so. */
	unanswered: number;
	/** How many of them the log has told so far. */
	cutOff: number;
	lost: string[];
	/** Executions that have ordered more than was asked of them. */
	twice: string[];
}

function readMinutes(): { minutes: number; write: boolean } {
	try {
		const { values } = parseArgs({
			options: {
				minutes: { type: 'string', default: '5' },
				write: { type: 'boolean', default: false },
			},
		});
		const minutes = Number(values.minutes);
		if (!(minutes > 0))
			throw new Error(`--minutes must be a number above 0, not "${values.minutes}".`);
		return { minutes, write: values.write };
	} catch (error) {
		throw new ToolError(
			`${error instanceof Error ? error.message : error}\nUsage: npm run soak -- [--minutes N] [--write]`,
		);
	}
}

const oneOf = <Thing,>(things: readonly [Thing, ...Thing[]]): Thing =>
	things[Math.floor(Math.random() * things.length)] ?? things[0];

/** What goes wrong now and then: at most one fault of each kind waits for its request. */
function injectFault(sandbox: Sandbox): void {
	const answers: readonly [SandboxFault, ...SandboxFault[]] = [
		{
			status: 429,
			headers: { 'retry-after': '1' },
			body: { code: 6, error: { message: 'Too many requests' } },
		},
		{ status: 502, body: '<html><title>502 Bad Gateway</title></html>' },
		{ status: 500, body: { code: 500, error: { message: 'Internal exception' } } },
		'reset',
		'half',
	];
	const files: readonly [SandboxFault, ...SandboxFault[]] = [
		{ status: 503, body: 'Slow down' },
		{ status: 404, body: 'Not found' },
		'reset',
		'half',
	];
	const { behaviour } = sandbox;
	const now = Math.random();
	if (now < 0.1) behaviour.submitFaults = [oneOf(answers)];
	else if (now < 0.4) behaviour.resultFaults = [oneOf(answers)];
	else if (now < 0.6) behaviour.fileFaults = [oneOf(files)];
}

/** The same for the same task, however often it is asked for. */
function chanceOf(id: string): number {
	return Number.parseInt(id.slice(-6), 16) / 0xffffff;
}

const pidsOf = ({ main, webhookProcess, workers }: QueueStack) =>
	[main, webhookProcess, ...workers].map((process) => process.pid());

function measure(stack: QueueStack, began: number): Measure {
	const pids = pidsOf(stack);
	return {
		seconds: Math.round((Date.now() - began) / 1000),
		megabytes: pids.map((pid) => Math.round(residentMemory(pid) / 1e6)),
		files: pids.map((pid) => readdirSync(`/proc/${pid}/fd`).length),
	};
}

/** What each process holds, one asked after another. */
async function heldNow(stack: QueueStack, inspectPort: number): Promise<Held[]> {
	const all: Held[] = [];
	for (const pid of pidsOf(stack)) all.push(await heldBy(pid, inspectPort));
	return all;
}

/** Notes what the gateway has accepted by now, for each execution. */
function note(sandbox: Sandbox, accepted: Map<string, Accepted>): void {
	const of = (prompt: unknown): Accepted | undefined => {
		const id = /, execution (\d+)/.exec(String(prompt))?.[1];
		if (id === undefined) return undefined;
		const known = accepted.get(id) ?? { tasks: new Set(), paid: new Set() };
		accepted.set(id, known);
		return known;
	};
	for (const { id, prompt } of sandbox.taskTimes()) of(prompt)?.tasks.add(id);
	for (const request of sandbox.requests)
		if (request.paid) of(JSON.stringify(request.body))?.paid.add(request);
}

/**
 * Judges an execution that has ended by what the gateway has accepted for it.
 * @param readLog what the workers have logged by now
 */
async function judge(
	execution: Execution,
	{ nodeNames, orders }: SoakWorkflow,
	{ tasks, paid }: Accepted,
	readLog: () => Promise<string>,
	counts: Counts,
): Promise<void> {
	const { id: executionId, status, error } = execution;
	counts.executions += 1;
	if (status === 'success') counts.succeeded += 1;
	else if (status === 'canceled') counts.stopped += 1;
	else counts.failed += 1;
	if (paid.size > orders)
		counts.twice.push(
			`execution ${executionId}: ${paid.size} paid requests instead of ${orders}; its tasks: ${[...tasks].join(', ')}`,
		);
	const items = nodeNames.flatMap((name) =>
		[0, 1].flatMap((output) => execution.itemsOf(name, output)),
	);
	const collected = items.flatMap(({ json, binary }) =>
		binary?.data ? [String(json.taskId)] : [],
	);
	// Some gateways put something before it.
	const isCollected = (id: string) => collected.some((taskId) => taskId.endsWith(id));
	const says = `${error?.message} ${error?.description} ${JSON.stringify(items)}`;
	let excuses = says.split('may have been accepted').length - 1;
	for (const id of tasks) {
		counts.tasks.add(id);
		if (isCollected(id)) counts.collected += 1;
		else if (says.includes(id)) counts.named += 1;
		else if ((await readLog()).includes(id)) counts.logged += 1;
		else if (excuses > 0) {
			excuses -= 1;
			counts.unanswered += 1;
		} else if (
			status === 'canceled' &&
			(await readLog()).split('without an answer, look at the history').length - 1 > counts.cutOff
		) {
			counts.cutOff += 1;
			counts.unanswered += 1;
		} else {
			counts.lost.push(`task ${id} of execution ${executionId} (${status}: ${error?.message})`);
			// While the processes, and their logs, are still there to be looked at.
			console.log(
				`  Not found so far: ${counts.lost.at(-1)}; its output: ${JSON.stringify(items)}`,
			);
		}
	}
}

await runTool(async () => {
	const { minutes, write } = readMinutes();
	if (process.platform !== 'linux')
		throw new ToolError('Memory and open files are read from /proc, which only Linux has.');
	const programs = await provideServices();
	const { options } = await prepareTestN8n(root);
	const { externalAccess: _none, ...rest } = options;
	const inspectPort = await freePort();
	const settings = { NODE_OPTIONS: inspectOption(inspectPort) };
	const stack = await startQueueStack({
		...rest,
		settings,
		programs,
		workers: 2,
		concurrency: SLOTS,
	});
	const sandbox = await startSandbox({ keepRequests: 1000 });
	atEnd(() => sandbox.close());
	sandbox.behaviour = {
		taskSeconds: ({ id }) => 1 + (LONGEST_TASK - 1) * chanceOf(id) ** 2,
		taskEnd: ({ id }) => (chanceOf(id) > 0.95 ? 'failed' : 'done'),
		file: { head: Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1'), length: 2_000_000 },
		callbacks: { losesCall: () => Math.random() < LOST_CALLS },
	};
	const n8n = await connect(stack.main.url);
	const credentials = await Promise.all(
		GATEWAYS.map(
			async ({ name, credentialType, credentialName }) =>
				await n8n.createCredential(credentialType, credentialName, {
					apiKey: sandbox.keys[name],
					baseUrl: sandbox.apiUrl,
				}),
		),
	);
	const kinds = await Promise.all(
		SOAK_WORKFLOWS.map(async (kind) => ({
			kind,
			id: await n8n.importWorkflow(kind.workflow, credentials, options.filesFolder),
		})),
	);

	const held = [await heldNow(stack, inspectPort)];
	const began = Date.now();
	const end = began + minutes * 60_000;
	const counts: Counts = {
		executions: 0,
		succeeded: 0,
		failed: 0,
		stopped: 0,
		tasks: new Set(),
		collected: 0,
		named: 0,
		logged: 0,
		unanswered: 0,
		cutOff: 0,
		lost: [],
		twice: [],
	};
	const measures: Measure[] = [measure(stack, began)];
	const accepted = new Map<string, Accepted>();
	const running = new Map<string, SoakWorkflow>();
	let nextMeasure = began + MEASURE_MS;
	let nextFault = began;
	let nextStop = began + STOP_MS;
	let number = 0;
	console.log(`Mixed work with faults at random for ${minutes} minutes …`);
	while (Date.now() < end || (running.size > 0 && Date.now() < end + DRAIN_MS)) {
		await judgeEnded(n8n, sandbox, stack, running, accepted, counts);
		if (Date.now() < end) {
			const paused = [...running.values()].filter(({ pauses }) => pauses).length;
			while (running.size - paused < AT_WORK) {
				const next = kinds[number++ % kinds.length];
				if (!next || (next.kind.pauses && paused >= PAUSED)) break;
				running.set(await n8n.startWorkflow(next.id), next.kind);
				if (next.kind.pauses) break;
			}
			if (Date.now() >= nextFault) {
				injectFault(sandbox);
				nextFault = Date.now() + FAULT_MS;
			}
			const [first, ...others] = running.keys();
			if (first !== undefined && Date.now() >= nextStop) {
				// It may have ended just now.
				await n8n.stopExecution(oneOf([first, ...others])).catch(() => undefined);
				nextStop = Date.now() + STOP_MS;
			}
		} else Object.assign(sandbox.behaviour, { submitFaults: [], resultFaults: [], fileFaults: [] });
		if (
			held.length < HELD_AT.length &&
			Date.now() >= began + ((end - began) * held.length) / (HELD_AT.length - 1)
		)
			held.push(await heldNow(stack, inspectPort));
		if (Date.now() < end && Date.now() >= nextMeasure) {
			const now = measure(stack, began);
			measures.push(now);
			nextMeasure += MEASURE_MS;
			if (measures.length % 4 === 1)
				console.log(
					`  ${now.seconds} s: ${counts.executions} executions, ${counts.tasks.size} tasks, memory ${now.megabytes.join(' + ')} MB, open files ${now.files.join(' + ')}, ${counts.lost.length} lost, ${counts.twice.length} bought twice`,
				);
		}
		await delay(CHECK_MS);
	}

	await lookAgain(stack, sandbox, counts);
	counts.lost.push(...[...running.keys()].map((id) => `execution ${id} has not ended`));
	held.push(await heldNow(stack, inspectPort));
	const grown = minutes < JUDGED_FROM_MINUTES ? undefined : growths(measures, held);
	const report = reportOf(minutes, counts, measures, held, grown);
	console.log(`\n${report}`);
	if (write) {
		const file = path.join(root, 'bench', 'RESULTS.md');
		await writeFile(file, withSection(await readFile(file, 'utf8'), 'soak', report));
		console.log('Written to bench/RESULTS.md.');
	}
	await stack.stop();
	return counts.lost.length + counts.twice.length + (grown?.length ?? 0) === 0 ? 0 : 1;
});

async function judgeEnded(
	n8n: N8nClient,
	sandbox: Sandbox,
	stack: QueueStack,
	running: Map<string, SoakWorkflow>,
	accepted: Map<string, Accepted>,
	counts: Counts,
): Promise<void> {
	const ended: Array<[string, SoakWorkflow]> = [];
	for (const [id, kind] of running) {
		if (!['new', 'running', 'waiting'].includes(await n8n.statusOf(id))) ended.push([id, kind]);
	}
	// After they have ended, so that nothing of them is missed.
	note(sandbox, accepted);
	const readLog = once(async () => await logOf(stack));
	for (const [id, kind] of ended) {
		await judge(
			await n8n.waitForExecution(id),
			kind,
			accepted.get(id) ?? { tasks: new Set(), paid: new Set() },
			readLog,
			counts,
		);
		running.delete(id);
	}
	if (ended.length > 0) await n8n.deleteExecutions(ended.map(([id]) => id));
}

/** What a worker did a moment after n8n had called the execution canceled: a line that it wrote, or even a task that the gateway accepted. */
async function lookAgain(stack: QueueStack, sandbox: Sandbox, counts: Counts): Promise<void> {
	for (const { id } of sandbox.taskTimes()) {
		if (counts.tasks.has(id)) continue;
		counts.tasks.add(id);
		counts.lost.push(`task ${id}, accepted after its execution had been stopped`);
	}
	const log = await logOf(stack);
	const isLogged = (lost: string) => log.includes(/^task ([\w-]+)/.exec(lost)?.[1] ?? lost);
	counts.logged += counts.lost.filter(isLogged).length;
	counts.lost = counts.lost.filter((lost) => !isLogged(lost));
}

async function logOf({ workers }: QueueStack): Promise<string> {
	return (
		await Promise.all(workers.map(async ({ logFile }) => await readFile(logFile, 'utf8')))
	).join('\n');
}

function once<Thing>(make: () => Promise<Thing>): () => Promise<Thing> {
	let made: Promise<Thing> | undefined;
	return async () => await (made ??= make());
}

function quarterOf(measures: readonly Measure[], index: number): Measure[] {
	return measures.slice(
		Math.floor((measures.length * index) / 4),
		Math.floor((measures.length * (index + 1)) / 4),
	);
}

/** What has grown: memory and files from the second quarter to the last, heap from the first quarter to the end, handles from rest to rest. */
function growths(measures: readonly Measure[], held: ReadonlyArray<readonly Held[]>): string[] {
	const [, second, , last] = [0, 1, 2, 3].map((index) => quarterOf(measures, index));
	const [, early, , , late] = held;
	return (measures[0]?.files ?? []).flatMap((_files, index) => {
		const figures = [
			[
				'memory',
				...[second, last].map((part) =>
					meanOf(part ?? [], ({ megabytes }) => megabytes[index] ?? 0),
				),
			],
			[
				'open files',
				...[second, last].map((part) => meanOf(part ?? [], ({ files }) => files[index] ?? 0)),
			],
			['heap', ...[early, late].map((all) => Math.round((all?.[index]?.heap ?? NaN) / 1e6))],
			// At rest both times: while it is at work it is chance how many there are.
			['open handles', ...[held[0], held.at(-1)].map((all) => all?.[index]?.resources ?? NaN)],
		] as const;
		return figures.flatMap(([what, from = NaN, to = NaN]) =>
			to <= from * FLAT ? [] : [`${nameOf(index)}: ${what} ${from} → ${to}`],
		);
	});
}

function nameOf(index: number): string {
	return ['main', 'webhook process'][index] ?? `worker ${index - 1}`;
}

/** The mean of a part of the measures, of one process. */
function meanOf(measures: readonly Measure[], of: (measure: Measure) => number): number {
	return Math.round(measures.reduce((sum, one) => sum + of(one), 0) / Math.max(1, measures.length));
}

function reportOf(
	minutes: number,
	counts: Counts,
	measures: readonly Measure[],
	held: ReadonlyArray<readonly Held[]>,
	grown: readonly string[] | undefined,
): string {
	const processes = measures[0]?.megabytes.map((_megabytes, index) => index) ?? [];
	const rows = processes.map((index) => {
		const quarters = [0, 1, 2, 3].map(
			(part) =>
				`${meanOf(quarterOf(measures, part), ({ megabytes }) => megabytes[index] ?? 0)} MB, ${meanOf(quarterOf(measures, part), ({ files }) => files[index] ?? 0)}`,
		);
		return `| ${nameOf(index)} | ${quarters.join(' | ')} |`;
	});
	const heldRows = processes.map((index) => {
		const moments = held.map(
			(all) => `${Math.round((all[index]?.heap ?? NaN) / 1e6)} MB, ${all[index]?.resources}`,
		);
		return `| ${nameOf(index)} | ${moments.join(' | ')} |`;
	});
	return [
		'## Soak',
		'',
		`Written by \`npm run soak -- --minutes ${minutes}\` on ${new Date().toISOString().slice(0, 10)}: queue mode with two workers, all ways of waiting, mixed work, faults at random.`,
		'',
		`${counts.executions} executions: ${counts.succeeded} succeeded, ${counts.stopped} were stopped, ${counts.failed} failed by the faults. Of ${counts.tasks.size} tasks that the gateway accepted, ${counts.collected} were collected, ${counts.named} are named in an error or the execution, ${counts.logged} in the log alone, and of ${counts.unanswered} no answer came, which the error says. Lost: ${counts.lost.length}. Executions that ordered anything twice: ${counts.twice.length}.`,
		...[...counts.lost, ...counts.twice].map((one) => `- ${one}`),
		'',
		'Memory and open files, in the mean of each quarter of the time:',
		'',
		'| Process | first | second | third | fourth |',
		'| --- | --- | --- | --- | --- |',
		...rows,
		'',
		'What is held when garbage has been collected: JavaScript’s heap, and open handles; at rest nothing is at work any more:',
		'',
		`| Process | ${[...HELD_AT, AT_REST].join(' | ')} |`,
		'| --- | --- | --- | --- | --- | --- | --- |',
		...heldRows,
		'',
		grown === undefined
			? `Too short to tell whether anything grows: from ${JUDGED_FROM_MINUTES} minutes on.`
			: `Grown by more than a tenth (memory and open files from the second quarter to the last, heap from the first quarter to the end, handles from the start to the rest after it): ${grown.length === 0 ? 'nothing' : grown.join('; ')}.`,
		'',
	].join('\n');
}
