/** Pause Execution on a real n8n: the execution is put aside, in sub-workflows too, and all files arrive, bought once. */
import { z } from 'zod';
import type { Credential, WorkflowJson } from '../../tools/n8nClient.mjs';
import { chosenMajor } from '../../tools/runtime.mjs';
import { importInto, paidRequests, setUpBench, waitFor, type Bench } from './support/bench.mjs';
import { ENDLESS, PAUSING_TIMEOUT_MS, untilWaiting } from './support/pausing.mjs';
import { asCalled, CALL, calling } from './support/subWorkflows.mjs';
import { SEEDANCE, workflowOf } from './support/taskNodes.mjs';

const NODE = SEEDANCE.displayName;

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
		const workflow = workflowOf(
			SEEDANCE,
			{ operation: 'generate', prompt: 'A fox' },
			{ options: { whileWaiting: 'pauseExecution', ...options } },
		);
		return {
			...workflow,
			connections: {
				...workflow.connections,
				...(isWired && { [NODE]: { main: [[{ node: NODE, type: 'main', index: 0 }], []] } }),
			},
		};
	}

	/** The workflow as one that is called; what is not imported needs its credential at once. */
	function asSubWorkflow(workflow: WorkflowJson, credential?: Credential): WorkflowJson {
		// What the last node gives by its first output is what the caller gets, and that is not “Done”.
		const result = {
			name: 'Result',
			type: 'n8n-nodes-base.noOp',
			typeVersion: 1,
			id: 'result',
			position: [900, 0],
			parameters: {},
		};
		return {
			...workflow,
			nodes: [
				...asCalled(workflow).nodes.map((node) => ({
					...node,
					...(node.name === NODE &&
						credential && {
							credentials: { gptunnelApi: { id: credential.id, name: credential.name } },
						}),
				})),
				result,
			],
			connections: {
				...workflow.connections,
				[NODE]: {
					main: [
						[{ node: NODE, type: 'main', index: 0 }],
						[{ node: 'Result', type: 'main', index: 0 }],
					],
				},
			},
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
		const { status, error } = await bench.n8n.waitForExecution(
			await bench.n8n.startWorkflow(id, NODE),
		);
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
			const parent = calling(
				childId
					? { workflowId: { __rl: true, mode: 'id', value: childId } }
					: { source: 'parameter', workflowJson: JSON.stringify(called) },
			);
			const parentId = await importInto(bench, parent);
			const executionId = await client.startWorkflow(parentId);
			await waitFor('the order', () => (paidRequests(sandbox).length === 1 ? true : undefined), 60);
			await waitFor(
				'the execution to be put aside',
				async () => ((await client.statusOf(executionId)) === 'waiting' ? true : undefined),
				60,
			);
			sandbox.behaviour = { taskSeconds: 0 };
			const execution = await client.waitForExecution(executionId);
			expect(execution).toMatchObject({ status: 'success', error: undefined });
			const [item, ...others] = execution.itemsOf(CALL);
			if (chosenMajor() === '1') {
				// n8n 1.123 goes on with what the workflow was called with; the file is in the sub-workflow's own execution.
				const [madeIn = ''] = (await client.executionsOf(childId ?? parentId)).filter(
					(id) => id !== executionId,
				);
				const [made] = (await client.waitForExecution(madeIn)).itemsOf('Result');
				expect(made?.json).toMatchObject({ status: 'succeeded' });
			} else {
				expect(others).toEqual([]);
				expect(
					z.object({ taskId: z.string(), status: z.literal('succeeded') }).safeParse(item?.json)
						.success,
				).toBe(true);
				expect(item?.binary?.data).toBeDefined();
			}
			expect(paidRequests(sandbox)).toHaveLength(1);
		},
		PAUSING_TIMEOUT_MS,
	);

	test(
		'in a sub-workflow that is run once for each item: n8n 2 goes on with the first that ends, and each is bought once',
		async () => {
			const { n8n: client, sandbox } = bench;
			const childId = await importInto(bench, asSubWorkflow(pausing(true)));
			const parent = calling(
				{ mode: 'each', workflowId: { __rl: true, mode: 'id', value: childId } },
				['A fox', 'A boat'],
			);
			const executionId = await client.startWorkflow(await importInto(bench, parent));
			await waitFor(
				'two orders',
				() => (paidRequests(sandbox).length === 2 ? true : undefined),
				60,
			);
			sandbox.behaviour = { taskSeconds: 0 };
			const execution = await client.waitForExecution(executionId);
			const children = await Promise.all(
				(await client.executionsOf(childId)).map(async (id) => await client.waitForExecution(id)),
			);
			expect(children.map((child) => [child.status, child.itemsOf('Result').length])).toEqual([
				['success', 1],
				['success', 1],
			]);
			expect([execution.status, execution.itemsOf(CALL).length]).toEqual([
				'success',
				chosenMajor() === '1' ? 2 : 1,
			]);
			expect(paidRequests(sandbox)).toHaveLength(2);
		},
		PAUSING_TIMEOUT_MS,
	);

	test(
		'what follows sees the item that it was made of',
		async () => {
			const workflow = workflowOf(
				SEEDANCE,
				{ operation: 'generate', prompt: '={{ $json.prompt }}' },
				{ options: { whileWaiting: 'pauseExecution' }, prompts: ['A fox', 'A boat'] },
			);
			const after = {
				name: 'After',
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				id: 'after',
				position: [900, 0],
				parameters: {
					mode: 'raw',
					jsonOutput: '={{ { prompt: $("Prompts").item.json.prompt } }}',
					options: {},
				},
			};
			const wired = {
				...workflow,
				nodes: [...workflow.nodes, after],
				connections: {
					...workflow.connections,
					[NODE]: {
						main: [
							[{ node: NODE, type: 'main', index: 0 }],
							[{ node: 'After', type: 'main', index: 0 }],
						],
					},
				},
			};
			const executionId = await bench.n8n.startWorkflow(await importInto(bench, wired));
			await untilWaiting(bench, executionId);
			bench.sandbox.behaviour = { taskSeconds: 0 };
			const execution = await bench.n8n.waitForExecution(executionId);
			expect(execution).toMatchObject({ status: 'success', error: undefined });
			expect(execution.itemsOf('After').map(({ json }) => json)).toEqual([
				{ prompt: 'A fox' },
				{ prompt: 'A boat' },
			]);
			expect(paidRequests(bench.sandbox)).toHaveLength(2);
		},
		PAUSING_TIMEOUT_MS,
	);
});
