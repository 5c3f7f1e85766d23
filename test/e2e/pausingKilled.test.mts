/** Pause Execution on a real n8n that is killed meanwhile: all files arrive, bought once. */
import { readFile } from 'node:fs/promises';
import type { N8n } from '../../tools/n8n.mjs';
import { connect } from '../../tools/n8nClient.mjs';
import {
	expectNoKeys,
	expectStoredFile,
	importInto,
	paidRequests,
	readExample,
	setUpBench,
	waitFor,
	type Bench,
} from './support/bench.mjs';
import { startOwnN8n } from './support/ownN8n.mjs';
import { ENDLESS, PAUSING_TIMEOUT_MS, untilWaiting } from './support/pausing.mjs';
import { SEEDANCE } from './support/taskNodes.mjs';

const NODE = SEEDANCE.displayName;

describe('the example, in an n8n that is killed', () => {
	let n8n: N8n;
	let bench: Bench;
	let executionId: string;
	beforeEach(async () => {
		n8n = await startOwnN8n();
		bench = await setUpBench(n8n.url);
		bench.sandbox.behaviour = { taskSeconds: ENDLESS };
		executionId = await bench.n8n.startWorkflow(
			await importInto(bench, await readExample('seedance-pause.json')),
		);
		await untilWaiting(bench, executionId);
		expect(paidRequests(bench.sandbox)).toHaveLength(3);
	}, PAUSING_TIMEOUT_MS);
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
			const looksAtLast = () =>
				sandbox.requests.filter(({ path: asked }) => asked === '/v1/media/result').length;
			// All wait for the one that is not done yet.
			await waitFor('a look at all', () => (looksAtLast() >= 3 ? true : undefined), 120);
			await untilWaiting(again, executionId);
			sandbox.behaviour = { taskSeconds: 0 };

			const execution = await again.n8n.waitForExecution(executionId);
			expect(execution).toMatchObject({ status: 'success', error: undefined });
			const items = execution.itemsOf(NODE, 1);
			expect(items.map(({ json }) => json.fileName)).toEqual(['fox.mp4', 'boat.mp4', 'tram.mp4']);
			for (const item of items)
				await expectStoredFile(again, item, `seedance-pause-${item.json.fileName}`);
			expect(paidRequests(sandbox)).toHaveLength(3);

			await expectNoKeys(again, n8n.logFile);
		},
		PAUSING_TIMEOUT_MS,
	);

	test(
		'in the middle of a look: the log names the tasks, and Retry brings their videos',
		async () => {
			const { sandbox } = bench;
			sandbox.behaviour = { taskSeconds: ENDLESS, resultFaults: ['hang', 'hang', 'hang'] };
			await waitFor(
				'a look',
				() => sandbox.requests.find(({ path: asked }) => asked === '/v1/media/result'),
				120,
			);
			const { n8n: client } = await killAndStartAgain();
			const execution = await client.waitForExecution(executionId);
			const log = await readFile(n8n.logFile, 'utf8');
			for (const { id } of sandbox.taskTimes()) expect(log).toContain(id);
			sandbox.behaviour = { taskSeconds: 0 };
			expect(execution.status).toBe('crashed');
			const retried = await client.retryExecution(executionId, 'original');
			expect(retried).toMatchObject({ status: 'success', error: undefined });
			expect(retried.itemsOf(NODE, 1).map(({ json }) => json.status)).toEqual([
				'succeeded',
				'succeeded',
				'succeeded',
			]);
			expect(paidRequests(sandbox)).toHaveLength(3);
		},
		PAUSING_TIMEOUT_MS,
	);
});
