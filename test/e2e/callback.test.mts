/** The example of two workflows: one creates tasks, and the gateway calls the other when they are done. */
import { z } from 'zod';
import type { Execution } from '../../tools/n8nClient.mjs';
import {
	environment,
	expectStoredFile,
	importInto,
	paidRequests,
	setUpBench,
	waitFor,
	type Bench,
} from './support/bench.mjs';
import { activateCollecting, creatingWorkflow } from './support/callbackExample.mjs';

const TASK_SECONDS = 1;
const CALLS_PER_TASK = 3;

let bench: Bench;
let collecting: string;
beforeAll(async () => {
	bench = await setUpBench();
	collecting = await activateCollecting(bench);
});
beforeEach(() => {
	bench.sandbox.reset();
	bench.sandbox.behaviour = { taskSeconds: TASK_SECONDS };
});
afterAll(async () => await bench?.sandbox.close());

/** Runs the first workflow, and waits for the executions of the other one that follow. */
async function runBoth(calls: number): Promise<{ taskId: string; collected: Execution[] }> {
	const { n8n, sandbox } = bench;
	const before = (await n8n.executionsOf(collecting)).length;
	const created = await n8n.runWorkflow(
		await importInto(bench, await creatingWorkflow(environment.E2E_N8N_URL)),
	);
	expect(created.status).toBe('success');
	const taskId = z.string().parse(created.itemsOf('Create Task')[0]?.json.taskId);
	const ids = await waitFor(
		'the calls',
		async () => {
			const started = (await n8n.executionsOf(collecting)).slice(before);
			return started.length >= calls ? started : undefined;
		},
		30,
	);
	const collected = await Promise.all(ids.map(async (id) => await n8n.waitForExecution(id)));
	expect(collected.map(({ status }) => status)).toEqual(ids.map(() => 'success'));
	// One answer of n8n is enough for each.
	expect(sandbox.calls.map(({ status }) => status)).toEqual(sandbox.calls.map(() => 200));
	expect(paidRequests(sandbox)).toHaveLength(1);
	return { taskId, collected };
}

const filesOf = (execution: Execution) => execution.itemsOf('Save Video');

test('the video is saved when the gateway calls, and no call but the last asks for it', async () => {
	const { taskId, collected } = await runBoth(CALLS_PER_TASK);
	expect(bench.sandbox.calls.map(({ body }) => body.status).sort()).toEqual([
		'queued',
		'running',
		'succeeded',
	]);
	const [saved, ...others] = collected.flatMap(filesOf);
	expect(others).toEqual([]);
	expect(saved?.json.taskId).toBe(taskId);
	await expectStoredFile(bench, saved, `${taskId}.mp4`);
	const gets = bench.sandbox.requests.filter(({ method }) => method === 'GET');
	expect(gets.filter(({ path }) => path.endsWith(taskId))).toHaveLength(1);
});

test('calls that come twice, and in another order, save the same file again', async () => {
	bench.sandbox.behaviour.callbacks = {
		copies: 2,
		lateSeconds: ({ status }) => (status === 'queued' ? 2 * TASK_SECONDS : 0),
	};
	const { taskId, collected } = await runBoth(2 * CALLS_PER_TASK);
	const saved = collected.flatMap(filesOf);
	expect(saved.map(({ json }) => json.taskId)).toEqual([taskId, taskId]);
	for (const item of saved) await expectStoredFile(bench, item, `${taskId}.mp4`);
});

test('a task that fails is asked for, and nothing is saved', async () => {
	bench.sandbox.behaviour.taskEnd = 'failed';
	const { taskId, collected } = await runBoth(CALLS_PER_TASK);
	const results = collected.flatMap((execution) => execution.itemsOf('Get Result'));
	expect(results.map(({ json }) => [json.taskId, json.status])).toEqual([[taskId, 'failed']]);
	expect(collected.flatMap(filesOf)).toEqual([]);
});
