/** Pause Until Called on a real n8n, in a loop and in a sub-workflow: each pause is ended by a call of its own task. */
import { chosenMajor } from '../../tools/runtime.mjs';
import { expectFile, importInto, paidRequests, setUpBench, type Bench } from './support/bench.mjs';
import { AFTER, BY_CALL_ALONE, resumeUrls, untilCalledWorkflow } from './support/pausing.mjs';
import { asCalled, CALL, calling } from './support/subWorkflows.mjs';
import { SEEDANCE } from './support/taskNodes.mjs';

const NODE = SEEDANCE.displayName;
const PROMPTS = ['A fox', 'A boat', 'A tram'];

const isSince2 = chosenMajor() === '2';
if (!isSince2) console.log('Skipped on n8n 1.123: it does not sign the URL');
const testSince2 = isSince2 ? test : test.skip;

let bench: Bench;
beforeAll(async () => (bench = await setUpBench()));
beforeEach(() => {
	bench.sandbox.reset();
	bench.sandbox.behaviour = { taskSeconds: 5 };
});
afterAll(async () => await bench?.sandbox.close());

testSince2('in a loop: one order, one call and one file in each round', async () => {
	const workflow = untilCalledWorkflow(BY_CALL_ALONE, PROMPTS);
	const to = (node: string) => [{ node, type: 'main', index: 0 }];
	const LOOP = 'Loop';
	const loop = {
		name: LOOP,
		id: 'loop',
		type: 'n8n-nodes-base.splitInBatches',
		typeVersion: 3,
		position: [300, 200],
		parameters: { batchSize: 1, options: {} },
	};
	const executionId = await bench.n8n.startWorkflow(
		await importInto(bench, {
			...workflow,
			nodes: [...workflow.nodes, loop],
			connections: {
				...workflow.connections,
				Prompts: { main: [to(LOOP)] },
				[LOOP]: { main: [to(AFTER), to(NODE)] },
				[NODE]: { main: [to(NODE), to(LOOP)] },
			},
		}),
	);
	const execution = await bench.n8n.waitForExecution(executionId);
	expect(execution).toMatchObject({ status: 'success', error: undefined });
	const items = execution.itemsOf(AFTER);
	expect(items).toHaveLength(PROMPTS.length);
	expect(new Set(items.map(({ json }) => json.taskId)).size).toBe(PROMPTS.length);
	for (const item of items) await expectFile(bench, item);
	const orders = paidRequests(bench.sandbox);
	expect([orders.length, resumeUrls(orders).length]).toEqual([PROMPTS.length, PROMPTS.length]);
});

testSince2('in a sub-workflow: the workflow that called it gets the file', async () => {
	const childId = await importInto(bench, asCalled(untilCalledWorkflow(BY_CALL_ALONE)));
	const parent = calling({ workflowId: { __rl: true, mode: 'id', value: childId } });
	const parentId = await importInto(bench, parent);
	const executionId = await bench.n8n.startWorkflow(parentId);
	const execution = await bench.n8n.waitForExecution(executionId);
	expect(execution).toMatchObject({ status: 'success', error: undefined });
	const items = execution.itemsOf(CALL);
	expect(items).toHaveLength(1);
	await expectFile(bench, items[0]);
	const [child = '', ...others] = await bench.n8n.executionsOf(childId);
	expect(others).toEqual([]);
	expect((await bench.n8n.waitForExecution(child)).status).toBe('success');
	const [url = ''] = resumeUrls(paidRequests(bench.sandbox));
	// The call is for the execution that waits for the task, not for the one that waits for that.
	expect(url).toContain(`/${child}/`);
	expect(paidRequests(bench.sandbox)).toHaveLength(1);
});
