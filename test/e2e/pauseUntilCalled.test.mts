/**
 * Pause Until Called on a real n8n: the gateway's call resumes the execution, and whoever else calls, or when, changes
 * nothing.
 */
import axios from 'axios';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { connect, type ExecutedItem, type WorkflowJson } from '../../tools/n8nClient.mjs';
import { chosenMajor } from '../../tools/runtime.mjs';
import {
	environment,
	expectFile,
	importInto,
	paidRequests,
	setUpBench,
	waitFor,
	type Bench,
} from './support/bench.mjs';
import { startOwnN8n } from './support/ownN8n.mjs';
import {
	AFTER,
	BY_CALL_ALONE,
	ENDLESS,
	PAUSING_TIMEOUT_MS,
	resumeUrls,
	untilCalledWorkflow,
	untilWaiting,
} from './support/pausing.mjs';
import { SEEDANCE } from './support/taskNodes.mjs';

const NODE = SEEDANCE.displayName;
/** Of calls and timers at the same moment; `npm run test:e2e` needs not as many as a soak. */
const RACES = Number(process.env.CALL_RACES ?? 10);

const isSince2 = chosenMajor() === '2';
if (!isSince2) console.log('Skipped on n8n 1.123, but for one test: it does not sign the URL');
const describeSince2 = isSince2 ? describe : describe.skip;

let bench: Bench;
beforeAll(async () => (bench = await setUpBench()));
beforeEach(() => {
	bench.sandbox.reset();
	bench.sandbox.behaviour = { taskSeconds: ENDLESS };
});
afterAll(async () => await bench?.sandbox.close());

/** A POST as the gateway sends it, or of any text; returns the status of the answer. */
async function post(url: string, body: unknown, contentType = 'application/json') {
	const text = typeof body === 'string' && contentType !== 'application/json' ? body : undefined;
	const { status } = await axios.post<unknown>(url, text ?? JSON.stringify(body), {
		proxy: false,
		headers: { 'content-type': contentType },
		validateStatus: () => true,
	});
	return status;
}

const ended = (id: string | undefined, status = 'succeeded') => ({ id, status, content: {} });

/** The IDs of the newest tasks, as BytePlus gives them. */
const taskIdsOf = ({ taskTimes }: Bench['sandbox'], count: number): string[] =>
	taskTimes()
		.slice(-count)
		.map(({ id }) => `cgt-${id}`);

async function start(workflow: WorkflowJson, count: number) {
	const paidBefore = paidRequests(bench.sandbox).length;
	const id = await bench.n8n.startWorkflow(await importInto(bench, workflow));
	await untilWaiting(bench, id);
	const orders = paidRequests(bench.sandbox).slice(paidBefore);
	expect(orders).toHaveLength(count);
	const [url = ''] = resumeUrls(orders);
	return { id, url, taskIds: taskIdsOf(bench.sandbox, count) };
}

/** Each task's file has come once. */
async function expectDone(id: string, count: number): Promise<readonly ExecutedItem[]> {
	const execution = await bench.n8n.waitForExecution(id);
	expect(execution).toMatchObject({ status: 'success', error: undefined });
	const items = execution.itemsOf(NODE, 1);
	expect(items).toHaveLength(count);
	for (const item of items) await expectFile(bench, item);
	return items;
}

/** A link of the storage, and how often it was read. */
function counter() {
	const url = bench.sandbox.addFile('count', Buffer.from('{}'), 'application/json');
	const { pathname } = new URL(url);
	return {
		url,
		count: () => bench.sandbox.requests.filter(({ path }) => path === pathname).length,
	};
}

const stored = async (id: string) =>
	(await bench.n8n.readExecutions()).find((execution) => execution.id === id)?.stored;

test('n8n 1.123 gives out no URL that would be safe: the gateway gets none', async () => {
	const { id } = await start(untilCalledWorkflow(BY_CALL_ALONE), 1);
	expect(resumeUrls(paidRequests(bench.sandbox))).toEqual(isSince2 ? [expect.any(String)] : []);
	await bench.n8n.stopExecution(id);
});

describeSince2('the gateway calls', () => {
	test('three tasks that end one after another: three files, bought once', async () => {
		bench.sandbox.behaviour = { taskSeconds: ({ number }) => 3 + 2 * number };
		const workflow = untilCalledWorkflow(BY_CALL_ALONE, ['A fox', 'A boat', 'A tram']);
		const { id, taskIds } = await start(workflow, 3);
		const items = await expectDone(id, 3);
		expect(items.map(({ json }) => json.taskId).sort()).toEqual(taskIds.sort());
		expect(paidRequests(bench.sandbox)).toHaveLength(3);
	});

	test('a task that fails: the error names it', async () => {
		bench.sandbox.behaviour = { taskSeconds: 3, taskEnd: 'failed' };
		const { id, taskIds } = await start(untilCalledWorkflow(BY_CALL_ALONE), 1);
		const execution = await bench.n8n.waitForExecution(id);
		expect(execution.status).toBe('error');
		expect(execution.error?.message).toContain(String(taskIds[0]));
		expect(paidRequests(bench.sandbox)).toHaveLength(1);
	});

	test('the secret of the URL is in no item, and in no line of n8n’s log', async () => {
		bench.sandbox.behaviour = { taskSeconds: 3 };
		const { id, url } = await start(untilCalledWorkflow(BY_CALL_ALONE), 1);
		const secret = z.string().min(16).parse(new URL(url).searchParams.get('signature'));
		await expectDone(id, 1);
		const execution = await bench.n8n.waitForExecution(id);
		const items = [0, 1].map((output) => execution.itemsOf(NODE, output));
		expect(JSON.stringify(items)).not.toContain(secret);
		const log = await readFile(environment.E2E_N8N_LOG, 'utf8');
		expect(log).toContain(String(items[1]?.[0]?.json.taskId));
		expect(log).not.toContain(secret);
	});
});

describeSince2('somebody calls', () => {
	/** Whatever came, the execution still waits for the gateway's call. */
	async function expectStillWaiting(id: string, url: string, taskIds: string[]): Promise<void> {
		expect(await bench.n8n.statusOf(id)).toBe('waiting');
		bench.sandbox.behaviour = { taskSeconds: 0 };
		expect(await post(url, ended(taskIds[0]))).toBe(200);
		await expectDone(id, 1);
		expect(paidRequests(bench.sandbox)).toHaveLength(1);
	}

	test('a hundred calls with anything in them: the execution waits on, unchanged', async () => {
		const { id, url, taskIds } = await start(untilCalledWorkflow(BY_CALL_ALONE), 1);
		const before = await stored(id);
		const values = [null, true, 0, -1, 1e400, '', 'succeeded', [], {}, ['succeeded'], { id: 1 }];
		const bodies = [
			...['queued', 'running', 'resting', ''].map((status) => ended(taskIds[0], status)),
			...values.flatMap((value) => [value, { id: value }, { status: value }]),
			...values.flatMap((value) => [
				{ id: value, status: 'succeeded' },
				{ id: taskIds[0], status: value === 'succeeded' ? 'idle' : value },
				{ data: { id: value, status: 'succeeded' } },
				{ id: `cgt-${JSON.stringify(value)}`, status: 'failed' },
			]),
			...Array.from({ length: 20 }, (_, index) => ended(`cgt-${index}`)),
			{ id: 'cgt-of-another', status: 'succeeded', content: 'x'.repeat(1_000_000) },
		];
		expect(bodies.length).toBeGreaterThan(100);
		const statuses = new Set<number>();
		for (const body of bodies) statuses.add(await post(url, body));
		const text = JSON.stringify(ended(taskIds[0]));
		for (const [type, body] of [
			['text/plain', text],
			['application/json; charset=utf-8', text.slice(0, -3)],
			['application/xml', '<id>1</id>'],
			['application/x-www-form-urlencoded', 'id=1&status=succeeded'],
			['application/octet-stream', text],
		] as const)
			statuses.add(await post(url, body, type));
		for (const status of statuses) expect([200, 400, 413, 415, 422]).toContain(status);
		expect(await stored(id)).toEqual(before);
		await expectStillWaiting(id, url, taskIds);
	});

	test('that a task has ended which has not: it is polled, and the execution waits on', async () => {
		const { id, url, taskIds } = await start(untilCalledWorkflow(BY_CALL_ALONE), 1);
		const polls = () => bench.sandbox.requests.filter(({ method }) => method === 'GET').length;
		const before = polls();
		expect(await post(url, ended(taskIds[0]))).toBe(200);
		// The status may have been older than the call.
		await waitFor('three polls', () => (polls() - before >= 3 ? true : undefined));
		await untilWaiting(bench, id);
		await expectStillWaiting(id, url, taskIds);
	});

	test('without the secret, at another path, by GET: nothing; after the end and after Stop: nothing', async () => {
		const { id, url, taskIds } = await start(untilCalledWorkflow(BY_CALL_ALONE), 1);
		const body = ended(taskIds[0]);
		const changed = (change: (url: URL) => void) => {
			const other = new URL(url);
			change(other);
			return other.href;
		};
		const withoutSecret = [
			changed((other) => other.searchParams.delete('signature')),
			changed((other) => other.searchParams.set('signature', 'a'.repeat(64))),
		];
		for (const other of withoutSecret) expect(await post(other, body)).toBe(401);
		const otherPath = changed((other) => (other.pathname = other.pathname.replace(/[^/]+$/, 'x')));
		expect(await post(otherPath, body)).toBe(404);
		const { status } = await axios.get(url, { proxy: false, validateStatus: () => true });
		expect(status).toBe(404);
		await expectStillWaiting(id, url, taskIds);
		expect(await post(url, body)).toBe(409);

		bench.sandbox.behaviour = { taskSeconds: ENDLESS };
		const second = await start(untilCalledWorkflow(BY_CALL_ALONE), 1);
		await bench.n8n.stopExecution(second.id);
		expect(await post(second.url, ended(second.taskIds.at(-1)))).toBe(409);
		expect(await bench.n8n.statusOf(second.id)).toBe('canceled');
	});

	test('twenty times at once: what follows runs once', async () => {
		const after = counter();
		const workflow = untilCalledWorkflow(BY_CALL_ALONE, ['A fox'], after.url);
		const { id, url, taskIds } = await start(workflow, 1);
		bench.sandbox.behaviour = { taskSeconds: 0 };
		const statuses = await Promise.all(
			Array.from({ length: 20 }, async () => await post(url, ended(taskIds[0]))),
		);
		expect(statuses).toContain(200);
		await expectDone(id, 1);
		expect(after.count()).toBe(1);
		expect(paidRequests(bench.sandbox)).toHaveLength(1);
	});

	test(
		`in the moment in which the pause ends, ${RACES} times: what follows runs once`,
		async () => {
			// The shortest pause that n8n ends on time.
			const after = counter();
			const begun = [];
			for (let index = 0; index < RACES; index++) {
				const workflow = untilCalledWorkflow({ pollInterval: 62 }, ['A fox'], after.url);
				const { id, url, taskIds } = await start(workflow, 1);
				begun.push({ id, url, taskId: taskIds[0], index });
			}
			bench.sandbox.behaviour = { taskSeconds: 0 };
			await Promise.all(
				begun.map(async ({ id, url, taskId, index }) => {
					const due = await bench.n8n.waitsUntil(id);
					const offsetMs = (index - RACES / 2) * (100 / RACES);
					await delay(Math.max(0, (due?.getTime() ?? 0) + offsetMs - Date.now()));
					expect([200, 404, 409, 500]).toContain(await post(url, ended(taskId)));
				}),
			);
			for (const { id } of begun) await expectDone(id, 1);
			expect(after.count()).toBe(RACES);
			expect(paidRequests(bench.sandbox)).toHaveLength(RACES);
		},
		PAUSING_TIMEOUT_MS,
	);
});

describeSince2('two nodes in a row, and a Wait node', () => {
	test('late calls for the first change nothing', async () => {
		const workflow = untilCalledWorkflow(BY_CALL_ALONE);
		const seedance = workflow.nodes.find(({ name }) => name === NODE);
		if (!seedance) throw new Error('The workflow has no such node');
		const next = {
			...seedance,
			name: 'Second',
			id: 'second',
			parameters: { ...seedance.parameters, prompt: 'A boat' },
		};
		const wait = {
			...next,
			name: 'Wait',
			id: 'wait',
			type: 'n8n-nodes-base.wait',
			typeVersion: 1.1,
			parameters: { resume: 'webhook', httpMethod: 'POST', options: {} },
			credentials: {},
		};
		const to = (node: string) => [{ node, type: 'main', index: 0 }];
		const { id, url, taskIds } = await start(
			{
				...workflow,
				nodes: [...workflow.nodes, next, wait],
				connections: {
					...workflow.connections,
					[NODE]: { main: [to(NODE), to('Second')] },
					Second: { main: [to('Second'), to('Wait')] },
					Wait: { main: [to(AFTER)] },
				},
			},
			1,
		);
		bench.sandbox.behaviour = { taskSeconds: ({ number }) => (number === 0 ? 0 : ENDLESS) };
		expect(await post(url, ended(taskIds[0]))).toBe(200);
		await waitFor('the second order', () =>
			paidRequests(bench.sandbox).length === 2 ? true : undefined,
		);
		await untilWaiting(bench, id);
		const secondUrl = resumeUrls(paidRequests(bench.sandbox))[1] ?? '';
		const [secondId] = taskIdsOf(bench.sandbox, 1);
		expect(await post(url, ended(taskIds[0]))).toBe(404);
		expect(await post(secondUrl, ended(taskIds[0]))).toBe(200);
		expect(await bench.n8n.statusOf(id)).toBe('waiting');

		bench.sandbox.behaviour = { taskSeconds: 0 };
		expect(await post(secondUrl, ended(secondId))).toBe(200);
		await waitFor('the Wait node', async () =>
			(await post(secondUrl, ended(secondId))) === 404 ? true : undefined,
		);
		for (const [late, taskId] of [
			[url, taskIds[0]],
			[secondUrl, secondId],
		] as const)
			expect(await post(late, ended(taskId))).toBe(404);
		expect(await bench.n8n.statusOf(id)).toBe('waiting');
		// The Wait node has no path of its own.
		const own = new URL(url);
		own.pathname = own.pathname.replace(/\/[^/]+$/, '');
		expect(await post(own.href, {})).toBe(200);
		const execution = await bench.n8n.waitForExecution(id);
		expect(execution.status).toBe('success');
		expect(paidRequests(bench.sandbox)).toHaveLength(2);
	});
});

describeSince2('Stop and Retry', () => {
	test('stopped while it waits: Retry brings the file, bought once', async () => {
		const { id, url, taskIds } = await start(untilCalledWorkflow(BY_CALL_ALONE), 1);
		await bench.n8n.stopExecution(id);
		bench.sandbox.behaviour = { taskSeconds: 0 };
		const retried = await bench.n8n.retryExecution(id, 'original');
		expect(retried).toMatchObject({ status: 'success', error: undefined });
		expect(retried.itemsOf(AFTER).map(({ json }) => json.taskId)).toEqual(taskIds);
		expect(await post(url, ended(taskIds[0]))).toBe(409);
		expect(paidRequests(bench.sandbox)).toHaveLength(1);
	});

	test('failed after the call: Retry brings the file, bought once', async () => {
		const { id, url, taskIds } = await start(untilCalledWorkflow(BY_CALL_ALONE), 1);
		const gone = { status: 404, body: 'gone' };
		bench.sandbox.behaviour = { taskSeconds: 0, fileFaults: Array(20).fill(gone) };
		expect(await post(url, ended(taskIds[0]))).toBe(200);
		expect((await bench.n8n.waitForExecution(id)).status).toBe('error');
		bench.sandbox.behaviour = { taskSeconds: 0 };
		const retried = await bench.n8n.retryExecution(id, 'original');
		expect(retried).toMatchObject({ status: 'success', error: undefined });
		expect(retried.itemsOf(AFTER).map(({ json }) => json.taskId)).toEqual(taskIds);
		expect(paidRequests(bench.sandbox)).toHaveLength(1);
	});
});

describeSince2('n8n is killed, and down when the task ends', () => {
	test(
		'the pause ends all the same, and a call after the start ends another',
		async () => {
			const n8n = await startOwnN8n();
			const own = await setUpBench(n8n.url);
			try {
				own.sandbox.behaviour = { taskSeconds: ENDLESS };
				const begun = [];
				for (const options of [{ pollInterval: 62 }, BY_CALL_ALONE]) {
					const workflow = await importInto(own, untilCalledWorkflow(options));
					const id = await own.n8n.startWorkflow(workflow);
					await untilWaiting(own, id);
					begun.push(id);
				}
				await n8n.kill();
				own.sandbox.behaviour = { taskSeconds: 0 };
				const [called] = taskIdsOf(own.sandbox, 1);
				const [, url = ''] = resumeUrls(paidRequests(own.sandbox));
				await expect(post(url, ended(called))).rejects.toThrow();
				await n8n.startAgain();
				const again = { ...own, n8n: await connect(n8n.url) };
				await waitFor(
					'n8n to take calls again',
					async () => ((await post(url, ended(called))) === 200 ? true : undefined),
					60,
				);
				for (const id of begun) {
					const execution = await again.n8n.waitForExecution(id);
					expect(execution).toMatchObject({ status: 'success', error: undefined });
					const items = execution.itemsOf(AFTER);
					expect(items).toHaveLength(1);
					await expectFile(again, items[0]);
				}
				expect(paidRequests(own.sandbox)).toHaveLength(2);
			} finally {
				await own.sandbox.close();
				await n8n.stop();
			}
		},
		PAUSING_TIMEOUT_MS,
	);
});
