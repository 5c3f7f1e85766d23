/** Pause Execution on a real n8n: the execution is put aside, n8n is killed meanwhile, and all files arrive, bought once. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { startN8n, type N8n } from '../../tools/n8n.mjs';
import { connect, type Credential, type WorkflowJson } from '../../tools/n8nClient.mjs';
import { freePort } from '../../tools/ports.mjs';
import { chosenMajor, provideRuntime } from '../../tools/runtime.mjs';
import { environment, expectNoKeys, expectStoredFile, importInto, paidRequests, readExample, root, setUpBench, waitFor, type Bench } from './support/bench.mjs';
import { SEEDANCE, workflowOf } from './support/taskNodes.mjs';

/** Two starts of n8n, on a machine that is busy with the other tests, and several pauses, of a minute as a rule. */
const TIMEOUT_MS = 420_000;
const ENDLESS = 1_000_000;
const NODE = SEEDANCE.displayName;

/** An n8n that can be killed. */
async function startOwn(): Promise<N8n> {
	return await startN8n({
		runtime: await provideRuntime(root),
		tarball: environment.E2E_TARBALL,
		filesFolder: environment.E2E_FOLDER,
		port: await freePort(),
		parentFolder: environment.E2E_FOLDER,
		sharesGroup: true,
	});
}

describe('the example, in an n8n that is killed', () => {
	let n8n: N8n;
	let bench: Bench;
	let executionId: string;
	beforeEach(async () => {
		n8n = await startOwn();
		bench = await setUpBench(n8n.url);
		bench.sandbox.behaviour = { taskSeconds: ENDLESS };
		executionId = await bench.n8n.startWorkflow(await importInto(bench, await readExample('seedance-pause.json')));
		await untilWaiting(bench, executionId);
		expect(paidRequests(bench.sandbox)).toHaveLength(3);
	}, TIMEOUT_MS);
	afterEach(async () => {
		await bench?.sandbox.close();
		await n8n?.stop();
	});

	async function killAndStartAgain(): Promise<Bench> {
		await n8n.kill();
		await n8n.startAgain();
		return { ...bench, n8n: await connect(n8n.url) };
	}

	test(
		'while it waits: the videos arrive, bought once',
		async () => {
			const { sandbox } = bench;
			const again = await killAndStartAgain();
			// Where the look was due while n8n was down, it is looked at once, and until then n8n calls it crashed.
			expect(await again.n8n.statusOf(executionId)).toMatch(/waiting|running|crashed/);
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

			await expectNoKeys(again, n8n.logFile);
		},
		TIMEOUT_MS,
	);

	test(
		'in the middle of a look: the log names the tasks, and Retry brings their videos',
		async () => {
			const { sandbox } = bench;
			sandbox.behaviour = { taskSeconds: ENDLESS, resultFaults: ['hang', 'hang', 'hang'] };
			await waitFor('a look', () => sandbox.requests.find(({ path: asked }) => asked === '/v1/media/result'), 120);
			const { n8n: client } = await killAndStartAgain();
			const execution = await client.waitForExecution(executionId);
			const log = await readFile(n8n.logFile, 'utf8');
			for (const { id } of sandbox.taskTimes()) expect(log).toContain(id);
			sandbox.behaviour = { taskSeconds: 0 };
			expect(execution.status).toBe('crashed');
			const retried = await client.retryExecution(executionId, 'original');
			expect(retried).toMatchObject({ status: 'success', error: undefined });
			expect(retried.itemsOf(NODE, 1).map(({ json }) => json.status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
			expect(paidRequests(sandbox)).toHaveLength(3);
		},
		TIMEOUT_MS,
	);
});

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

	/** The workflow as one that is called; what is not imported needs its credential at once. */
	function asSubWorkflow(workflow: WorkflowJson, credential?: Credential): WorkflowJson {
		const trigger = { type: 'n8n-nodes-base.executeWorkflowTrigger', typeVersion: 1.1, parameters: { inputSource: 'passthrough' } };
		// What the last node gives by its first output is what the caller gets, and that is not “Done”.
		const result = { name: 'Result', type: 'n8n-nodes-base.noOp', typeVersion: 1, id: 'result', position: [900, 0], parameters: {} };
		return {
			...workflow,
			nodes: [
				...workflow.nodes.map((node) => ({
					...node,
					...(node.type === 'n8n-nodes-base.manualTrigger' && trigger),
					...(node.name === NODE && credential && { credentials: { gptunnelApi: { id: credential.id, name: credential.name } } }),
				})),
				result,
			],
			connections: { ...workflow.connections, [NODE]: { main: [[{ node: NODE, type: 'main', index: 0 }], [{ node: 'Result', type: 'main', index: 0 }]] } },
		};
	}

	/** A workflow that calls another, with as many items as there are prompts. */
	function calling(parameters: Record<string, unknown>, prompts: readonly string[] = ['A fox']): WorkflowJson {
		const workflow = workflowOf(SEEDANCE, { operation: 'generate', prompt: '' }, { prompts });
		const call = { type: 'n8n-nodes-base.executeWorkflow', typeVersion: 1.2, parameters: { ...parameters, options: {} }, credentials: {} };
		return {
			...workflow,
			nodes: workflow.nodes.map((node) => (node.name === NODE ? { ...node, ...call, name: 'Call' } : node)),
			connections: { ...workflow.connections, Prompts: { main: [[{ node: 'Call', type: 'main', index: 0 }]] } },
		};
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

	test.each(['saved', 'given as JSON'])(
		'in a sub-workflow, %s: the workflow that called it waits, too, and gets the file',
		async (kind) => {
			const { n8n: client, sandbox, credentials } = bench;
			const own = credentials.find(({ type }) => type === 'gptunnelApi');
			const called = asSubWorkflow(pausing(true), own);
			const childId = kind === 'saved' ? await importInto(bench, called) : undefined;
			const parent = calling(childId ? { workflowId: { __rl: true, mode: 'id', value: childId } } : { source: 'parameter', workflowJson: JSON.stringify(called) });
			const parentId = await importInto(bench, parent);
			const executionId = await client.startWorkflow(parentId);
			await waitFor('the order', () => (paidRequests(sandbox).length === 1 ? true : undefined), 60);
			await waitFor('the execution to be put aside', async () => ((await client.statusOf(executionId)) === 'waiting' ? true : undefined), 60);
			sandbox.behaviour = { taskSeconds: 0 };
			const execution = await client.waitForExecution(executionId);
			expect(execution).toMatchObject({ status: 'success', error: undefined });
			const [item, ...others] = execution.itemsOf('Call');
			if (chosenMajor() === '1') {
				// n8n 1.123 goes on with what the workflow was called with; the file is in the sub-workflow's own execution.
				const [madeIn = ''] = (await client.executionsOf(childId ?? parentId)).filter((id) => id !== executionId);
				const [made] = (await client.waitForExecution(madeIn)).itemsOf('Result');
				expect(made?.json).toMatchObject({ status: 'succeeded' });
			} else {
				expect(others).toEqual([]);
				expect(z.object({ taskId: z.string(), status: z.literal('succeeded') }).safeParse(item?.json).success).toBe(true);
				expect(item?.binary?.data).toBeDefined();
			}
			expect(paidRequests(sandbox)).toHaveLength(1);
		},
		TIMEOUT_MS,
	);

	test(
		'in a sub-workflow that is run once for each item: n8n 2 goes on with the first that ends, and each is bought once',
		async () => {
			const { n8n: client, sandbox } = bench;
			const childId = await importInto(bench, asSubWorkflow(pausing(true)));
			const parent = calling({ mode: 'each', workflowId: { __rl: true, mode: 'id', value: childId } }, ['A fox', 'A boat']);
			const executionId = await client.startWorkflow(await importInto(bench, parent));
			await waitFor('two orders', () => (paidRequests(sandbox).length === 2 ? true : undefined), 60);
			sandbox.behaviour = { taskSeconds: 0 };
			const execution = await client.waitForExecution(executionId);
			const children = await Promise.all((await client.executionsOf(childId)).map(async (id) => await client.waitForExecution(id)));
			expect(children.map((child) => [child.status, child.itemsOf('Result').length])).toEqual([['success', 1], ['success', 1]]);
			expect([execution.status, execution.itemsOf('Call').length]).toEqual(['success', chosenMajor() === '1' ? 2 : 1]);
			expect(paidRequests(sandbox)).toHaveLength(2);
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
