/** Pause Execution on a real n8n: the execution is put aside, n8n is killed meanwhile, and all files arrive, bought once. */
import path from 'node:path';
import { z } from 'zod';
import { searchForKeys } from '../../tools/keySearch.mjs';
import { startN8n, type N8n } from '../../tools/n8n.mjs';
import { connect, type WorkflowJson } from '../../tools/n8nClient.mjs';
import { freePort } from '../../tools/ports.mjs';
import { chosenMajor, provideRuntime } from '../../tools/runtime.mjs';
import { environment, expectStoredFile, importInto, paidRequests, readExample, root, setUpBench, waitFor, type Bench } from './support/bench.mjs';
import { SEEDANCE, workflowOf } from './support/taskNodes.mjs';

/** Two starts of n8n, on a machine that is busy with the other tests, and several pauses, of a minute as a rule. */
const TIMEOUT_MS = 420_000;
const ENDLESS = 1_000_000;
const NODE = SEEDANCE.displayName;

let n8n: N8n | undefined;
afterAll(async () => await n8n?.stop());

test(
	'the example: n8n is killed while it waits; the videos arrive, bought once',
	async () => {
		n8n = await startN8n({
			runtime: await provideRuntime(root),
			tarball: environment.E2E_TARBALL,
			filesFolder: environment.E2E_FOLDER,
			port: await freePort(),
			parentFolder: environment.E2E_FOLDER,
			sharesGroup: true,
		});
		const bench = await setUpBench(n8n.url);
		const { sandbox } = bench;
		try {
			sandbox.behaviour = { taskSeconds: ENDLESS };
			const executionId = await bench.n8n.startWorkflow(await importInto(bench, await readExample('seedance-pause.json')));
			await untilWaiting(bench, executionId);
			expect(paidRequests(sandbox)).toHaveLength(3);
			await n8n.kill();
			await n8n.startAgain();
			const again = { ...bench, n8n: await connect(n8n.url) };
			expect(await again.n8n.statusOf(executionId)).toMatch(/waiting|running/);
			sandbox.behaviour = { taskSeconds: ({ number }) => (number === 1 ? ENDLESS : 0) };
			const looksAtLast = () => sandbox.requests.filter(({ path: asked }) => asked === '/v1/media/result').length;
			// All wait for the one that is not done yet.
			await waitFor('a look at all', () => (looksAtLast() >= 3 ? true : undefined), 120);
			await untilWaiting(again, executionId);
			sandbox.behaviour = { taskSeconds: 0 };

			const execution = await again.n8n.waitForExecution(executionId);
			expect(execution).toMatchObject({ status: 'success', error: undefined });
			const items = execution.itemsOf(NODE, 1);
			expect(items.map(({ json }) => json.fileName)).toEqual(['fox.mp4', 'boat.mp4', 'tram.mp4']);
			for (const item of items) await expectStoredFile(again, item, `seedance-pause-${item.json.fileName}`);
			expect(paidRequests(sandbox)).toHaveLength(3);

			const { found } = await searchForKeys({
				keys: Object.values(sandbox.keys),
				executions: await again.n8n.readExecutions(),
				folders: [path.dirname(n8n.logFile)],
				control: 'gptunnelApi',
			});
			expect(found).toEqual([]);
		} finally {
			await sandbox.close();
		}
	},
	TIMEOUT_MS,
);

async function untilWaiting({ n8n: client }: Bench, executionId: string): Promise<void> {
	await waitFor('the execution to be put aside', async () => ((await client.statusOf(executionId)) === 'waiting' ? true : undefined), 120);
}

describe('in other places', () => {
	let bench: Bench;
	beforeAll(async () => (bench = await setUpBench()));
	beforeEach(() => {
		bench.sandbox.reset();
		bench.sandbox.behaviour = { taskSeconds: ENDLESS };
	});
	afterAll(async () => await bench?.sandbox.close());

	/** A workflow whose node pauses, wired back into itself or not. */
	function pausing(isWired: boolean, options: Record<string, unknown> = {}): WorkflowJson {
		const workflow = workflowOf(SEEDANCE, { operation: 'generate', prompt: 'A fox' }, { options: { whileWaiting: 'pauseExecution', ...options } });
		return { ...workflow, connections: { ...workflow.connections, ...(isWired && { [NODE]: { main: [[{ node: NODE, type: 'main', index: 0 }], []] } }) } };
	}

	test('not wired: told before anything is sent', async () => {
		const { status, error } = await bench.n8n.runWorkflow(await importInto(bench, pausing(false)));
		expect(status).toBe('error');
		expect(error?.message).toContain('Still Running');
		expect(bench.sandbox.requests).toEqual([]);
	});

	test('the step alone: told before anything is sent', async () => {
		const id = await importInto(bench, { ...pausing(true), pinData: {} });
		const { status, error } = await bench.n8n.waitForExecution(await bench.n8n.startWorkflow(id, NODE));
		expect(status).toBe('error');
		expect(error?.message).toContain('run the whole workflow');
		expect(bench.sandbox.requests).toEqual([]);
	});

	test(
		'in a sub-workflow: the workflow that called it waits, too, and gets the file',
		async () => {
			const child = pausing(true);
			// What the last node gives by its first output is what the caller gets, and that is not “Done”.
			const result = { name: 'Result', type: 'n8n-nodes-base.noOp', typeVersion: 1, id: 'result', position: [900, 0], parameters: {} };
			const called = {
				...child,
				nodes: [
					...child.nodes.map((node) =>
						node.type === 'n8n-nodes-base.manualTrigger' ? { ...node, type: 'n8n-nodes-base.executeWorkflowTrigger', typeVersion: 1.1, parameters: { inputSource: 'passthrough' } } : node,
					),
					result,
				],
				connections: { ...child.connections, [NODE]: { main: [[{ node: NODE, type: 'main', index: 0 }], [{ node: 'Result', type: 'main', index: 0 }]] } },
			};
			const childId = await importInto(bench, called);
			const [trigger] = child.nodes;
			if (!trigger) throw new Error('There is no trigger.');
			const parent: WorkflowJson = {
				name: 'Calls',
				nodes: [
					{ ...trigger, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
					{ ...trigger, id: 'call', name: 'Call', type: 'n8n-nodes-base.executeWorkflow', typeVersion: 1.2, position: [300, 0], parameters: { workflowId: { __rl: true, mode: 'id', value: childId }, options: {} } },
				],
				connections: { [trigger.name]: { main: [[{ node: 'Call', type: 'main', index: 0 }]] } },
			};
			const executionId = await bench.n8n.startWorkflow(await importInto(bench, parent));
			await waitFor('the order', () => (paidRequests(bench.sandbox).length === 1 ? true : undefined), 60);
			await waitFor('the execution to be put aside', async () => ((await bench.n8n.statusOf(executionId)) === 'waiting' ? true : undefined), 60);
			bench.sandbox.behaviour = { taskSeconds: 0 };
			const execution = await bench.n8n.waitForExecution(executionId);
			expect(execution).toMatchObject({ status: 'success', error: undefined });
			const [item, ...others] = execution.itemsOf('Call');
			if (chosenMajor() === '1') {
				// n8n 1.123 goes on with what the workflow was called with; the file is in the sub-workflow's own execution.
				const [child = ''] = await bench.n8n.executionsOf(childId);
				const [made] = (await bench.n8n.waitForExecution(child)).itemsOf('Result');
				expect(made?.json).toMatchObject({ status: 'succeeded' });
				return;
			}
			expect(others).toEqual([]);
			expect(z.object({ taskId: z.string(), status: z.literal('succeeded') }).safeParse(item?.json).success).toBe(true);
			expect(item?.binary?.data).toBeDefined();
			expect(paidRequests(bench.sandbox)).toHaveLength(1);
		},
		TIMEOUT_MS,
	);

	test(
		'what follows sees the item that it was made of',
		async () => {
			const workflow = workflowOf(SEEDANCE, { operation: 'generate', prompt: '={{ $json.prompt }}' }, { options: { whileWaiting: 'pauseExecution' }, prompts: ['A fox', 'A boat'] });
			const after = { name: 'After', type: 'n8n-nodes-base.set', typeVersion: 3.4, id: 'after', position: [900, 0], parameters: { mode: 'raw', jsonOutput: '={{ { prompt: $("Prompts").item.json.prompt } }}', options: {} } };
			const wired = {
				...workflow,
				nodes: [...workflow.nodes, after],
				connections: { ...workflow.connections, [NODE]: { main: [[{ node: NODE, type: 'main', index: 0 }], [{ node: 'After', type: 'main', index: 0 }]] } },
			};
			const executionId = await bench.n8n.startWorkflow(await importInto(bench, wired));
			await untilWaiting(bench, executionId);
			bench.sandbox.behaviour = { taskSeconds: 0 };
			const execution = await bench.n8n.waitForExecution(executionId);
			expect(execution).toMatchObject({ status: 'success', error: undefined });
			expect(execution.itemsOf('After').map(({ json }) => json)).toEqual([{ prompt: 'A fox' }, { prompt: 'A boat' }]);
			expect(paidRequests(bench.sandbox)).toHaveLength(2);
		},
		TIMEOUT_MS,
	);
});
