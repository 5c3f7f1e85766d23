import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startSandbox, type Sandbox, type SandboxFault } from '../sandbox/sandbox.mjs';
import { withSection } from './documentSection.mjs';
import { GATEWAYS } from './gateways.mjs';
import { connect, type Execution, type N8nClient } from './n8nClient.mjs';
import { atEnd, runTool, ToolError } from './processes.mjs';
import { startQueueStack, type QueueStack } from './queueStack.mjs';
import { provideServices } from './services.mjs';
import { SOAK_WORKFLOWS, type SoakWorkflow } from './soakWorkflows.mjs';
import { prepareTestN8n } from './testN8n.mjs';

const root = process.cwd();
const SLOTS = 5;
/** Executions in work at once, besides those that are paused: enough for both workers, and a queue. */
const AT_WORK = 8;
const PAUSED = 4;
const MEASURE_MS = 15_000;
const FAULT_MS = 700;
const CHECK_MS = 500;
/** The longest that a task takes, in seconds. */
const LONGEST_TASK = 30;

/** How the processes are at one moment: main, then the workers. */
interface Measure {
	seconds: number;
	megabytes: number[];
	files: number[];
}

interface Counts {
	executions: number;
	succeeded: number;
	failed: number;
	tasks: number;
	collected: number;
	named: number;
	/** Named by n8n's log alone. */
	logged: number;
	/** Accepted by the gateway, whose answer was cut off: no ID ever came, and the error says so. */
	unanswered: number;
	lost: string[];
}

function readMinutes(): { minutes: number; write: boolean } {
	try {
		const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } } });
		const minutes = Number(values.minutes);
		if (!(minutes > 0)) throw new Error(`--minutes must be a number above 0, not "${values.minutes}".`);
		return { minutes, write: values.write };
	} catch (error) {
		throw new ToolError(`${error instanceof Error ? error.message : error}\nUsage: npm run soak -- [--minutes N] [--write]`);
	}
}

const oneOf = <Thing,>(things: readonly [Thing, ...Thing[]]): Thing => things[Math.floor(Math.random() * things.length)] ?? things[0];

/** What goes wrong now and then: at most one fault of each kind waits for its request. */
function spoil(sandbox: Sandbox): void {
	const answers: readonly [SandboxFault, ...SandboxFault[]] = [
		{ status: 429, headers: { 'retry-after': '1' }, body: { code: 6, error: { message: 'Too many requests' } } },
		{ status: 502, body: '<html><title>502 Bad Gateway</title></html>' },
		{ status: 500, body: { code: 500, error: { message: 'Internal exception' } } },
		'reset',
		'half',
	];
	const files: readonly [SandboxFault, ...SandboxFault[]] = [{ status: 503, body: 'Slow down' }, { status: 404, body: 'Not found' }, 'reset', 'half'];
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

function measure({ main, workers }: QueueStack, began: number): Measure {
	const pids = [main, ...workers].map((process) => process.pid());
	return {
		seconds: Math.round((Date.now() - began) / 1000),
		megabytes: pids.map((pid) => Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1000)),
		files: pids.map((pid) => readdirSync(`/proc/${pid}/fd`).length),
	};
}

/** Judges an execution that has ended by the tasks that the gateway has accepted for it. */
function judge(execution: Execution, ofExecution: readonly string[], log: string, counts: Counts): void {
	counts.executions += 1;
	if (execution.status === 'success') counts.succeeded += 1;
	else counts.failed += 1;
	const collected = new Set(SOAK_WORKFLOWS.flatMap(({ nodeNames }) => nodeNames.flatMap((name) => [0, 1].flatMap((output) => execution.itemsOf(name, output)))).flatMap(({ json, binary }) => (binary?.data ? [json.taskId] : [])));
	const says = `${execution.error?.message} ${execution.error?.description} ${execution.stored}`;
	for (const id of ofExecution) {
		counts.tasks += 1;
		if (collected.has(id)) counts.collected += 1;
		else if (says.includes(id)) counts.named += 1;
		else if (log.includes(id)) counts.logged += 1;
		else if (says.includes('may have been accepted')) counts.unanswered += 1;
		else counts.lost.push(`task ${id} of execution ${execution.id} (${execution.status}: ${execution.error?.message})`);
	}
}

await runTool(async () => {
	const { minutes, write } = readMinutes();
	if (process.platform !== 'linux') throw new ToolError('Memory and open files are read from /proc, which only Linux has.');
	const programs = await provideServices();
	const { options } = await prepareTestN8n(root);
	const { outside: _none, ...rest } = options;
	const stack = await startQueueStack({ ...rest, programs, workers: 2, concurrency: SLOTS });
	const sandbox = await startSandbox({ keepRequests: 1000 });
	atEnd(() => sandbox.close());
	sandbox.behaviour = {
		taskSeconds: ({ id }) => 1 + (LONGEST_TASK - 1) * chanceOf(id) ** 2,
		taskEnd: ({ id }) => (chanceOf(id) > 0.95 ? 'failed' : 'done'),
		file: { head: Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1'), length: 2_000_000 },
	};
	const n8n = await connect(stack.main.url);
	const credentials = await Promise.all(
		GATEWAYS.map(async ({ name, credentialType, credentialName }) => await n8n.createCredential(credentialType, credentialName, { apiKey: sandbox.keys[name], baseUrl: sandbox.apiUrl })),
	);
	const kinds = await Promise.all(SOAK_WORKFLOWS.map(async (kind) => ({ kind, id: await n8n.importWorkflow(kind.workflow, credentials, options.filesFolder) })));

	const began = Date.now();
	const end = began + minutes * 60_000;
	const counts: Counts = { executions: 0, succeeded: 0, failed: 0, tasks: 0, collected: 0, named: 0, logged: 0, unanswered: 0, lost: [] };
	const measures: Measure[] = [measure(stack, began)];
	const tasksOf = new Map<string, Set<string>>();
	const running = new Map<string, SoakWorkflow>();
	let nextMeasure = began + MEASURE_MS;
	let nextFault = began;
	let number = 0;
	console.log(`Mixed work with faults at random for ${minutes} minutes …`);
	while (Date.now() < end || running.size > 0) {
		for (const { id, prompt } of sandbox.taskTimes()) {
			const execution = /, execution (\d+)/.exec(prompt)?.[1];
			if (execution !== undefined) tasksOf.set(execution, (tasksOf.get(execution) ?? new Set()).add(id));
		}
		await judgeEnded(n8n, stack, running, tasksOf, counts);
		if (Date.now() < end) {
			const paused = [...running.values()].filter(({ pauses }) => pauses).length;
			while (running.size - paused < AT_WORK) {
				const next = kinds[number++ % kinds.length];
				if (!next || (next.kind.pauses && paused >= PAUSED)) break;
				running.set(await n8n.startWorkflow(next.id), next.kind);
				if (next.kind.pauses) break;
			}
			if (Date.now() >= nextFault) {
				spoil(sandbox);
				nextFault = Date.now() + FAULT_MS;
			}
		} else Object.assign(sandbox.behaviour, { submitFaults: [], resultFaults: [], fileFaults: [] });
		if (Date.now() >= nextMeasure) {
			const now = measure(stack, began);
			measures.push(now);
			nextMeasure += MEASURE_MS;
			if (measures.length % 4 === 1) console.log(`  ${now.seconds} s: ${counts.executions} executions, ${counts.tasks} tasks, memory ${now.megabytes.join(' + ')} MB, open files ${now.files.join(' + ')}, ${counts.lost.length} lost`);
		}
		await delay(CHECK_MS);
	}

	const report = reportOf(minutes, counts, measures);
	console.log(`\n${report}`);
	if (write) {
		const file = path.join(root, 'bench', 'RESULTS.md');
		await writeFile(file, withSection(await readFile(file, 'utf8'), 'soak', report));
		console.log('Written to bench/RESULTS.md.');
	}
	await stack.stop();
	return counts.lost.length === 0 ? 0 : 1;
});

async function judgeEnded(n8n: N8nClient, stack: QueueStack, running: Map<string, SoakWorkflow>, tasksOf: ReadonlyMap<string, ReadonlySet<string>>, counts: Counts): Promise<void> {
	const ended: string[] = [];
	for (const id of running.keys()) {
		if (!['new', 'running', 'waiting'].includes(await n8n.statusOf(id))) ended.push(id);
	}
	if (ended.length === 0) return;
	const log = (await Promise.all(stack.workers.map(async ({ logFile }) => await readFile(logFile, 'utf8')))).join('\n');
	for (const id of ended) {
		judge(await n8n.waitForExecution(id), [...(tasksOf.get(id) ?? [])], log, counts);
		running.delete(id);
	}
	await n8n.deleteExecutions(ended);
}

/** The mean of a part of the measures, of one process. */
function meanOf(measures: readonly Measure[], of: (measure: Measure) => number): number {
	return Math.round(measures.reduce((sum, one) => sum + of(one), 0) / Math.max(1, measures.length));
}

function reportOf(minutes: number, counts: Counts, measures: readonly Measure[]): string {
	const quarter = (from: number) => measures.slice(Math.floor((measures.length * from) / 4), Math.floor((measures.length * (from + 1)) / 4));
	const processes = measures[0]?.megabytes.map((_megabytes, index) => index) ?? [];
	const rows = processes.map((index) => {
		const name = index === 0 ? 'main' : `worker ${index}`;
		const quarters = [0, 1, 2, 3].map((part) => `${meanOf(quarter(part), ({ megabytes }) => megabytes[index] ?? 0)} MB, ${meanOf(quarter(part), ({ files }) => files[index] ?? 0)}`);
		return `| ${name} | ${quarters.join(' | ')} |`;
	});
	return [
		'## Soak',
		'',
		`Written by \`npm run soak -- --minutes ${minutes}\` on ${new Date().toISOString().slice(0, 10)}: queue mode with two workers, mixed work, faults at random.`,
		'',
		`${counts.executions} executions: ${counts.succeeded} succeeded, ${counts.failed} failed by the faults. Of ${counts.tasks} tasks that the gateway accepted, ${counts.collected} were collected, ${counts.named} are named in an error or the execution, ${counts.logged} in the log alone, and of ${counts.unanswered} no answer came, which the error says. Lost: ${counts.lost.length}.`,
		...counts.lost.map((lost) => `- ${lost}`),
		'',
		'Memory and open files, in the mean of each quarter of the time:',
		'',
		'| Process | first | second | third | fourth |',
		'| --- | --- | --- | --- | --- |',
		...rows,
		'',
	].join('\n');
}
