/**
 * A storage that falls silent, refuses or redirects, and never ends its answer: a real n8n closes the connection, and
 * the file that was paid for comes by another.
 */
import { IDLE_TIMEOUT_MS } from '../../nodes/shared/transport/download.js';
import type { RecordedRequest, SandboxFault } from '../../sandbox/sandbox.mjs';
import { importInto, paidRequests, setUpBench, waitFor, type Bench } from './support/bench.mjs';
import { expectOrderedFiles } from './support/ordered.mjs';
import {
	generateWorkflow,
	NODES_WITH_TASKS,
	SEEDREAM_NODES,
	type OrderedItem,
	type PaidNode,
} from './support/paidNodes.mjs';

/** Seconds: the silence and all that comes before it, on a machine that is busy with the other tests. */
const CLOSED_AFTER = 150;
const TIMEOUT_MS = 180_000;

const BODY = Buffer.alloc(5 * 1024 * 1024, ' ');
const endless = (status: number, headers: Record<string, string> = {}): SandboxFault => ({
	status,
	headers: { 'Content-Type': 'application/xml', ...headers },
	body: BODY,
	endless: true,
});

/** Where the redirect leads: to a storage that refuses. */
const FURTHER = '/further/file.png';

/** What a storage does when a file is asked for the first time; from then on it has it. */
interface Failure {
	storage: string;
	fault: SandboxFault;
	/** whether time alone tells that nothing more comes */
	isSilent?: boolean;
}

const FAILURES: readonly Failure[] = [
	{ storage: 'falls silent in the middle of the file', fault: 'silent', isSilent: true },
	{ storage: 'is silent from the start', fault: 'hang', isSilent: true },
	{ storage: 'refuses, with 5 MB', fault: endless(503) },
	{
		storage: 'redirects, with 5 MB, to one that refuses',
		fault: endless(302, { Location: FURTHER }),
	},
];

/** Of a task the file is asked for anew. */
const DEAD_LINK: Failure = { storage: 'knows no such link, with 5 MB', fault: endless(403) };

interface Plan {
	node: PaidNode;
	failures: readonly Failure[];
}

const PLANS: readonly Plan[] = [
	...SEEDREAM_NODES.filter(({ gateway }) => gateway.name === 'myRouter').map((node) => ({
		node,
		failures: FAILURES,
	})),
	...NODES_WITH_TASKS.filter(({ displayName }) => displayName === 'GPT Image').map((node) => ({
		node,
		failures: [...FAILURES, DEAD_LINK],
	})),
];

/** A download that failed. */
interface Failed {
	storage: string;
	request: RecordedRequest;
	isSilent: boolean;
}

interface Run {
	bench: Bench;
	executionId: string;
	/** how often each path was asked for */
	downloads: ReadonlyMap<string, number>;
	failed: readonly Failed[];
}

const itemsOf = ({ failures }: Plan) =>
	failures.map(
		({ storage }): OrderedItem => ({
			prompt: `A fox whose storage ${storage}`,
			aspectRatio: '1:1',
		}),
	);

/** Orders a file for each failure, all at once. */
async function start(plan: Plan, bench: Bench): Promise<Run> {
	const downloads = new Map<string, number>();
	const failed: Failed[] = [];
	const left = [...plan.failures];
	const failureFor = (path: string): Failure | undefined => {
		const times = (downloads.get(path) ?? 0) + 1;
		downloads.set(path, times);
		if (path === FURTHER) return { storage: 'was redirected to', fault: endless(503) };
		return times === 1 ? left.shift() : undefined;
	};
	bench.sandbox.behaviour = {
		taskSeconds: 1,
		get fileFaults() {
			// Read when a download has arrived, which is the newest request then.
			const request = bench.sandbox.requests.at(-1);
			const failure = request && failureFor(request.path);
			if (request === undefined || failure === undefined) return [];
			const { storage, fault, isSilent = false } = failure;
			failed.push({ storage, request, isSilent });
			return [fault];
		},
	};
	const executionId = await bench.n8n.startWorkflow(
		await importInto(bench, generateWorkflow(plan.node, itemsOf(plan))),
	);
	return { bench, executionId, downloads, failed };
}

const benches: Bench[] = [];
const runs = new Map<Plan, Run>();
beforeAll(async () => {
	// Side by side, since each takes as long as the silence.
	for (const plan of PLANS) {
		const bench = await setUpBench();
		benches.push(bench);
		runs.set(plan, await start(plan, bench));
	}
});
// With it end the connections, and whatever waits for them.
afterAll(
	async () => void (await Promise.all(benches.map(async ({ sandbox }) => await sandbox.close()))),
);

test(
	'every connection that failed is closed, and the storage has closed none',
	async () => {
		const failed = () => [...runs.values()].flatMap((run) => run.failed);
		const open = () => failed().filter(({ request }) => request.connection.closedAt === undefined);
		// Where a redirect leads, one more fails.
		const expected = PLANS.reduce((sum, { failures }) => sum + failures.length + 1, 0);
		await waitFor(
			'the connections',
			() => (failed().length === expected && open().length === 0 ? true : undefined),
			CLOSED_AFTER,
		).catch(() => undefined);
		expect(open().map(({ storage }) => storage)).toEqual([]);
		expect(failed()).toHaveLength(expected);
		// One that answers is not closed by the silence, which ends what nobody has ended.
		const late = failed().filter(
			({ request, isSilent }) =>
				!isSilent &&
				(request.connection.closedAt ?? Infinity) - request.receivedAt >= IDLE_TIMEOUT_MS,
		);
		expect(late.map(({ storage }) => storage)).toEqual([]);
	},
	TIMEOUT_MS,
);

test.each(PLANS.map((plan) => ({ title: plan.node.title, plan })))(
	'$title: every file comes by another connection, and is bought once',
	async ({ plan }) => {
		const run = runs.get(plan);
		if (run === undefined) throw new Error('It was not started');
		const { bench, executionId, downloads } = run;
		await waitFor(
			'the execution',
			async () => ((await bench.n8n.statusOf(executionId)) === 'running' ? undefined : true),
			60,
		);
		const execution = await bench.n8n.waitForExecution(executionId);
		expect(execution).toMatchObject({ status: 'success', error: undefined });
		expect([...downloads.values()].sort()).toEqual([1, ...plan.failures.map(() => 2)]);
		expect(paidRequests(bench.sandbox)).toHaveLength(plan.failures.length);
		await expectOrderedFiles(bench, execution.itemsOf(plan.node.displayName), itemsOf(plan));
	},
);
