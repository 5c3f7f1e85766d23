/** What a real n8n does with a node that fails: Retry On Fail, the editor's Retry, Stop and loops. */
import path from 'node:path';
import { z } from 'zod';
import type {
	RecordedRequest,
	SandboxBehaviour,
	SandboxFault,
	SandboxTask,
} from '../../sandbox/sandbox.mjs';
import type { ExecutedItem, Execution, WorkflowJson } from '../../tools/n8nClient.mjs';
import { scanForLeaks } from '../../tools/leakScanner.mjs';
import {
	environment,
	importInto,
	paidRequests,
	setUpBench,
	waitFor,
	type Bench,
} from './support/bench.mjs';
import { expectOrderedFiles, ITEMS, orderSchema } from './support/ordered.mjs';
import {
	generateWorkflow,
	MADE,
	NODES_WITH_TASKS,
	PAID_NODES,
	SEEDREAM_NODES,
	type NodeSettings,
	type OrderedItem,
	type PaidNode,
} from './support/paidNodes.mjs';
import { GPT_IMAGE, workflowOf } from './support/taskNodes.mjs';
import { adviceOf, summaryOf } from '../support/wording.mjs';

let bench: Bench;
/** The executions of this file, and how many of them were there before the present test. */
const executionIds: string[] = [];
let earlier = 0;

beforeAll(async () => {
	bench = await setUpBench();
});
beforeEach(() => {
	bench.sandbox.reset();
	bench.sandbox.behaviour = { taskSeconds: 1 };
	earlier = executionIds.length;
});
afterEach(async () => {
	// What a test leaves at work would show up in the next one.
	for (const id of executionIds.slice(earlier)) {
		if ((await bench.n8n.statusOf(id)) !== 'running') continue;
		await bench.n8n.stopExecution(id);
		await bench.n8n.waitForExecution(id);
	}
});
afterAll(async () => await bench?.sandbox.close());

const [FIRST, SECOND] = [ITEMS.slice(0, 1), ITEMS.slice(1, 2)];
const TWO = [...FIRST, ...SECOND];

const RETRY_ON_FAIL: NodeSettings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };

async function startSaved(workflowId: string): Promise<string> {
	const id = await bench.n8n.startWorkflow(workflowId);
	executionIds.push(id);
	return id;
}

async function start(workflow: WorkflowJson): Promise<string> {
	return await startSaved(await importInto(bench, workflow));
}

async function run(workflow: WorkflowJson): Promise<Execution> {
	return await bench.n8n.waitForExecution(await start(workflow));
}

function downloads(): RecordedRequest[] {
	return bench.sandbox.requests.filter(({ origin }) => origin === 'files');
}

/** The storage's answer to a download; asked once more the node expects the same, so it asks once a try. */
const REFUSED_FILE: SandboxFault = { status: 400, body: 'This file is not to be had just now' };

/** Refuses the first `times` downloads of one file: of the one that is asked for after `others` others. */
function refusing({
	times = Infinity,
	others = 0,
}: {
	times?: number;
	others?: number;
}): SandboxBehaviour {
	return {
		taskSeconds: 1,
		// Read when a download has arrived, which is the newest then.
		get fileFaults() {
			const paths = downloads().map((request) => request.path);
			const refused = [...new Set(paths)][others];
			const isRefused =
				paths.at(-1) === refused && paths.filter((each) => each === refused).length <= times;
			return isRefused ? [REFUSED_FILE] : [];
		},
	};
}

/** How often each file was asked for, in the order of the first time. */
function downloadsOfEach(): number[] {
	const counts = new Map<string, number>();
	for (const { path: file } of downloads()) counts.set(file, (counts.get(file) ?? 0) + 1);
	return [...counts.values()];
}

/** The requests that order something with this prompt, paid or not. */
function ordersOf(prompt: string): RecordedRequest[] {
	return bench.sandbox.requests.filter(
		({ body }) => orderSchema.safeParse(body).data?.prompt === prompt,
	);
}

const paidCount = () => paidRequests(bench.sandbox).length;

const expectFiles = async (
	items: readonly ExecutedItem[],
	ordered: readonly OrderedItem[],
	pairs?: readonly number[],
) => await expectOrderedFiles(bench, items, ordered, pairs);

describe.each(PAID_NODES)('$title', (node) => {
	const nodeOf = (
		items: readonly OrderedItem[],
		shape: Parameters<typeof generateWorkflow>[2] = {},
	) => generateWorkflow(node, items, shape);

	test('Retry On Fail: a download that fails twice arrives, and nothing is bought twice', async () => {
		bench.sandbox.behaviour = refusing({ times: 2, others: 1 });
		const execution = await run(nodeOf(ITEMS, { settings: RETRY_ON_FAIL }));
		expect(execution).toMatchObject({ status: 'success', error: undefined });
		expect(paidCount()).toBe(3);
		expect(downloadsOfEach()[1]).toBe(3);
		await expectFiles(execution.itemsOf(node.displayName), ITEMS);
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'Retry On Fail with %s: all that was bought is taken up',
		async (onError) => {
			// n8n tries again only when it is the first item that failed.
			bench.sandbox.behaviour = refusing({ times: 2 });
			const options = { maxConcurrency: 1 };
			const execution = await run(
				nodeOf(ITEMS, { options, settings: { ...RETRY_ON_FAIL, onError } }),
			);
			expect(execution).toMatchObject({ status: 'success', error: undefined });
			expect(paidCount()).toBe(3);
			expect(downloadsOfEach()[0]).toBe(3);
			await expectFiles(execution.itemsOf(node.displayName), ITEMS);
			expect(execution.itemsOf(node.displayName, 1)).toEqual([]);
		},
	);

	test.each(['original', 'saved'] as const)(
		'the editor’s Retry with the %s workflow: nothing more is bought',
		async (which) => {
			bench.sandbox.behaviour = refusing({ others: 1 });
			const workflowId = await importInto(bench, nodeOf(TWO));
			const executionId = await startSaved(workflowId);
			const failed = await bench.n8n.waitForExecution(executionId);
			expect(failed).toMatchObject({
				status: 'error',
				error: { message: expect.stringContaining('could not be downloaded') },
			});
			expect(paidCount()).toBe(2);

			// What is saved since then has another file name.
			await bench.n8n.changeWorkflow(workflowId, (each) =>
				each.name === node.displayName
					? { ...each, parameters: { ...each.parameters, options: { fileName: 'saved since' } } }
					: each,
			);
			// A retry that fails, too, can be retried.
			const failedAgain = await bench.n8n.retryExecution(executionId, which);
			executionIds.push(failedAgain.id);
			expect(failedAgain.status).toBe('error');
			bench.sandbox.behaviour = { taskSeconds: 1 };
			const retried = await bench.n8n.retryExecution(failedAgain.id, which);
			executionIds.push(retried.id);
			expect(retried).toMatchObject({ status: 'success', error: undefined });
			expect(paidCount()).toBe(2);
			const items = retried.itemsOf(node.displayName);
			await expectFiles(items, TWO);
			expect(items.map(({ json }) => String(json.fileName).startsWith('saved since'))).toEqual(
				TWO.map(() => which === 'saved'),
			);
		},
	);

	test('an answer that is lost: Retry On Fail buys nothing more, the editor’s Retry does', async () => {
		bench.sandbox.behaviour = { taskSeconds: 1, submitFaults: ['reset'] };
		const executionId = await start(nodeOf(FIRST, { settings: RETRY_ON_FAIL }));
		const failed = await bench.n8n.waitForExecution(executionId);
		expect(failed).toMatchObject({
			status: 'error',
			error: { message: expect.stringContaining(summaryOf('answerLost')) },
		});
		expect(failed.error?.description).toContain(adviceOf('answerLost'));
		expect(ordersOf('The first')).toHaveLength(1);
		expect(paidCount()).toBe(1);

		const retried = await bench.n8n.retryExecution(executionId, 'original');
		executionIds.push(retried.id);
		expect(retried).toMatchObject({ status: 'success', error: undefined });
		expect(paidCount()).toBe(2);
		await expectFiles(retried.itemsOf(node.displayName), FIRST);
	});

	test('Stop in the middle of Retry On Fail: nothing is bought after it', async () => {
		const clock = await startClock();
		// One after the other: the second item is bought as soon as the first one’s file arrives.
		const options = { maxConcurrency: 1 };
		bench.sandbox.behaviour = { ...clock.behaviour };
		breakAllFiles();
		const executionId = await start(
			nodeOf(TWO, { options, settings: { ...RETRY_ON_FAIL, maxTries: 5, waitBetweenTries: 1000 } }),
		);
		await waitFor('the second try', () =>
			downloads().filter(({ status }) => status === 400).length >= 2 ? true : undefined,
		);
		await bench.n8n.stopExecution(executionId);
		bench.sandbox.behaviour = { ...clock.behaviour };

		await clock.goOn();
		expect((await bench.n8n.waitForExecution(executionId)).status).toBe('canceled');
		expect([ordersOf('The first').length, ordersOf('The second').length]).toEqual([1, 0]);
	});

	test('two rounds of a loop with the same prompt are two purchases, and each retry takes up its own', async () => {
		bench.sandbox.behaviour = refusing({ times: 2, others: 1 });
		const twice = [...FIRST, ...FIRST];
		const execution = await run(nodeOf(twice, { inLoop: true, settings: RETRY_ON_FAIL }));
		expect(execution).toMatchObject({ status: 'success', error: undefined });
		expect(paidCount()).toBe(2);
		expect(downloadsOfEach()).toEqual([1, 3]);
		await expectFiles(execution.itemsOf(node.displayName), twice, [0, 0]);
		expect(execution.itemsOf(MADE).map(({ json }) => json.url)).toEqual(
			execution.itemsOf(node.displayName).map(({ json }) => json.url),
		);
	});

	test('a round of a loop whose file is lost, On Error: Continue: the next round buys its own', async () => {
		bench.sandbox.behaviour = refusing({});
		const execution = await run(
			nodeOf([...FIRST, ...FIRST], {
				inLoop: true,
				settings: { onError: 'continueRegularOutput' },
			}),
		);
		expect(execution).toMatchObject({ status: 'success', error: undefined });
		const [lost, ...others] = execution.itemsOf(node.displayName);
		expect(lost?.json.error).toMatchObject({
			message: expect.stringContaining('could not be downloaded'),
		});
		await expectFiles(others, FIRST);
		expect(paidCount()).toBe(2);
	});

	test('the editor’s Retry of a loop whose second round failed: nothing more is bought', async () => {
		bench.sandbox.behaviour = refusing({ others: 1 });
		const twice = [...FIRST, ...FIRST];
		const executionId = await start(nodeOf(twice, { inLoop: true }));
		expect((await bench.n8n.waitForExecution(executionId)).status).toBe('error');
		bench.sandbox.behaviour = { taskSeconds: 1 };
		const retried = await bench.n8n.retryExecution(executionId, 'original');
		executionIds.push(retried.id);
		expect(retried).toMatchObject({ status: 'success', error: undefined });
		expect(paidCount()).toBe(2);
		await expectFiles(retried.itemsOf(node.displayName), twice, [0, 0]);
	});
});

function nodeAt(nodes: readonly PaidNode[], gateway: PaidNode['gateway']['name']): PaidNode {
	const node = nodes.find((each) => each.gateway.name === gateway);
	if (node === undefined) throw new Error(`There is no such node at ${gateway}`);
	return node;
}

/** A run that waits until the end of the test, and looks at its task twice a second: it shows that time has passed in this n8n. */
async function startClock() {
	const prompt = 'The clock';
	let ownTask: string | undefined;
	const behaviour = {
		taskSeconds: (task: SandboxTask) => {
			if (task.prompt !== prompt) return 1;
			ownTask = task.id;
			return 600;
		},
	};
	bench.sandbox.behaviour = { ...behaviour };
	await start(
		workflowOf(GPT_IMAGE, { operation: 'generate', prompt }, { options: { pollInterval: 0.5 } }),
	);
	const task = await waitFor('the task of the clock', () => ownTask);
	const ticks = () => looks().filter((each) => each === task).length;
	return {
		behaviour,
		/** Returns when more than a second and a half have passed: more than any pause between tries here. */
		async goOn() {
			const now = ticks();
			await waitFor('the clock', () => (ticks() >= now + 5 ? true : undefined));
		},
	};
}

/** The ids of the tasks that were looked at. */
function looks(): string[] {
	return bench.sandbox.requests.flatMap(({ path: page, body, query }) =>
		page === '/v1/media/result'
			? (z.object({ task_id: z.string() }).safeParse(body).data?.task_id ?? query.task_id ?? [])
			: [],
	);
}

function breakAllFiles(): void {
	Object.defineProperty(bench.sandbox.behaviour, 'fileFaults', { get: () => [REFUSED_FILE] });
}

describe('Stop in the middle of Retry On Fail', () => {
	const prompt = 'To be stopped';
	const settings = { ...RETRY_ON_FAIL, maxTries: 5, waitBetweenTries: 1000 };
	const one: OrderedItem[] = [{ prompt, aspectRatio: '1:1' }];

	test.each(NODES_WITH_TASKS)(
		'$title: a task that failed is bought again by a try, but not after the Stop',
		async (node) => {
			const clock = await startClock();
			const failed = new Set<string>();
			bench.sandbox.behaviour = {
				taskSeconds: (task) => (task.prompt === prompt ? 0 : 600),
				taskEnd: ({ id, prompt: asked }) => {
					if (asked !== prompt) return 'done';
					failed.add(id);
					return 'failed';
				},
			};
			const executionId = await start(generateWorkflow(node, one, { settings }));
			const isTold = (id: string) => looks().includes(id);
			await waitFor('the second task to fail', () =>
				[...failed].filter(isTold).length >= 2 ? true : undefined,
			);
			await bench.n8n.stopExecution(executionId);
			const sent = ordersOf(prompt).length;
			await clock.goOn();
			expect(ordersOf(prompt)).toHaveLength(sent);
			expect((await bench.n8n.waitForExecution(executionId)).status).toBe('canceled');
		},
	);

	const FAILING: SandboxFault = { status: 500, body: { message: 'Internal error' } };
	const BUSY: SandboxFault = { status: 429, body: { message: 'Slow down' } };

	test.each([
		{ gateway: 'gptunnel', fault: FAILING, times: 2, onError: 'stopWorkflow' },
		{ gateway: 'myRouter', fault: FAILING, times: 2, onError: 'continueRegularOutput' },
		{ gateway: 'agentsFlare', fault: BUSY, times: 1, onError: 'stopWorkflow' },
		{ gateway: 'myRouter', fault: BUSY, times: 1, onError: 'continueErrorOutput' },
	] as const)(
		'$gateway answers $fault.status, $onError: no request after the Stop',
		async ({ gateway, fault, times, onError }) => {
			const node = nodeAt(SEEDREAM_NODES, gateway);
			const clock = await startClock();
			Object.defineProperty(bench.sandbox.behaviour, 'submitFaults', { get: () => [fault] });
			const executionId = await start(
				generateWorkflow(node, one, { settings: { ...settings, onError } }),
			);
			await waitFor('the requests', () =>
				ordersOf(prompt).filter(({ status }) => status !== 0).length >= times ? true : undefined,
			);
			await bench.n8n.stopExecution(executionId);
			const sent = ordersOf(prompt).length;
			await clock.goOn();
			expect(ordersOf(prompt)).toHaveLength(sent);
			expect((await bench.n8n.waitForExecution(executionId)).status).toBe('canceled');
		},
	);
});

test.each(['gptunnel', 'agentsFlare'] as const)(
	'base64 from %s: Retry On Fail buys it once, too',
	async (gateway) => {
		const node = nodeAt(SEEDREAM_NODES, gateway);
		let faults = 2;
		bench.sandbox.behaviour = {
			get submitFaults() {
				const isSecond =
					orderSchema.safeParse(bench.sandbox.requests.at(-1)?.body).data?.prompt === 'The second';
				return isSecond && faults-- > 0
					? [{ status: 500, body: { message: 'Internal error' } } satisfies SandboxFault]
					: [];
			},
		};
		const options = { maxConcurrency: 1, responseFormat: 'base64' };
		const execution = await run(generateWorkflow(node, TWO, { options, settings: RETRY_ON_FAIL }));
		expect(execution).toMatchObject({ status: 'success', error: undefined });
		expect(paidRequests(bench.sandbox).map(({ body }) => orderSchema.parse(body).prompt)).toEqual([
			'The first',
			'The second',
		]);
		expect(execution.itemsOf(node.displayName)).toHaveLength(2);
	},
);

test('the editor’s Retry with a saved workflow that asks for something else buys that', async () => {
	const node = nodeAt(SEEDREAM_NODES, 'myRouter');
	bench.sandbox.behaviour = refusing({});
	const workflowId = await importInto(bench, generateWorkflow(node, FIRST));
	const executionId = await startSaved(workflowId);
	expect((await bench.n8n.waitForExecution(executionId)).status).toBe('error');
	await bench.n8n.changeWorkflow(workflowId, (each) =>
		each.name === node.displayName
			? { ...each, parameters: { ...each.parameters, prompt: 'Something else' } }
			: each,
	);
	bench.sandbox.behaviour = { taskSeconds: 1 };
	const retried = await bench.n8n.retryExecution(executionId, 'saved');
	executionIds.push(retried.id);
	expect(retried.status).toBe('success');
	expect(paidRequests(bench.sandbox).map(({ body }) => orderSchema.parse(body).prompt)).toEqual([
		'The first',
		'Something else',
	]);
	await expectFiles(retried.itemsOf(node.displayName), FIRST);
});

test('no key is in any execution, in the log, or in anything else that n8n keeps', async () => {
	const executions = await bench.n8n.readExecutions();
	expect(executions.map(({ id }) => id)).toEqual(expect.arrayContaining(executionIds));
	// What is searched is all there is: the prompts are found in it.
	const searched = executions.filter(({ id }) => executionIds.includes(id));
	expect(
		searched.filter(({ stored }) => !/The first|The clock|To be stopped/.test(stored)),
	).toEqual([]);
	const folder = path.dirname(environment.E2E_N8N_LOG);
	const keys = Object.values(bench.sandbox.keys);
	// The control is in the log.
	expect(
		(await scanForLeaks({ keys, executions, folders: [folder], control: 'was stopped' })).found,
	).toEqual([]);
});
