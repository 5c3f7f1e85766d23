/**
 * The nodes in an n8n of several processes: a main, two workers, one for calls from outside, Redis and PostgreSQL, with
 * the files in the database. Workers and main are killed, as a power cut does.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { z } from 'zod';
import { residentMemory } from '../../tools/inspector.mjs';
import {
	connect,
	type ExecutedItem,
	type Execution,
	type WorkflowJson,
} from '../../tools/n8nClient.mjs';
import type { QueueStack } from '../../tools/queueStack.mjs';
import {
	expectFile,
	importInto,
	paidRequests,
	readExample,
	root,
	setUpBench,
	waitFor,
	type Bench,
} from '../e2e/support/bench.mjs';
import { activateCollecting, creatingWorkflow } from '../e2e/support/callbackExample.mjs';
import { playOpenAi, type OpenAi } from '../e2e/support/openAi.mjs';
import { AFTER, resumeUrls, untilCalledWorkflow } from '../e2e/support/pausing.mjs';
import { SEEDANCE, workflowOf } from '../e2e/support/taskNodes.mjs';
import { activeJobs, begunBy, messagesOf, SLOTS, startStack } from './support/stack.mjs';

/** Of each example, and of each test of waits. */
const EXECUTIONS = Number(process.env.QUEUE_EXECUTIONS ?? 40);
const PAUSED = 50;
const ENDLESS = 1_000_000;
const OURS = /^n8n-nodes-seedream\./;

let stack: QueueStack;
let bench: Bench;
let model: OpenAi;

beforeAll(async () => {
	stack = await startStack();
	bench = await setUpBench();
	model = await playOpenAi();
	bench.credentials.push(
		await bench.n8n.createCredential('openAiApi', 'OpenAI account', {
			apiKey: model.key,
			url: model.url,
		}),
	);
});
beforeEach(() => {
	bench.sandbox.reset();
	bench.sandbox.behaviour = { taskSeconds: 0 };
});
afterAll(async () => {
	try {
		await model?.close();
		await bench?.sandbox.close();
	} finally {
		await stack?.stop();
	}
});

const start = async (workflow: WorkflowJson, count: number): Promise<string[]> => {
	const id = await importInto(bench, workflow);
	const executions: string[] = [];
	for (let index = 0; index < count; index++) executions.push(await bench.n8n.startWorkflow(id));
	return executions;
};
const ended = async (ids: readonly string[]) =>
	await Promise.all(ids.map(async (id) => await bench.n8n.waitForExecution(id)));
const statuses = async (ids: readonly string[]) =>
	await Promise.all(ids.map(async (id) => await bench.n8n.statusOf(id)));

/** How many of these executions each worker has begun. */
async function shares(ids: readonly string[]): Promise<number[]> {
	const begun = await Promise.all(stack.workers.map(begunBy));
	return begun.map((own) => new Set(own.filter((id) => ids.includes(id))).size);
}

/** Every file of these executions' nodes is whole. Returns how many there are. */
async function expectWholeFiles(
	executions: readonly Execution[],
	nodeNames: readonly string[],
): Promise<number> {
	const items = executions
		.flatMap((execution) =>
			nodeNames.flatMap((name) => [0, 1].flatMap((output) => execution.itemsOf(name, output))),
		)
		.filter(({ binary }) => binary?.data);
	for (const item of items) {
		expect(item.binary?.data?.id).toMatch(/^database:/);
		await expectFile(bench, item);
	}
	return items.length;
}

const SEEDANCE_NODE = SEEDANCE.displayName;

describe('every example, by both workers', () => {
	/** What comes from services, and what they answer: these tests are about n8n's own processes. */
	const PINNED: Record<
		string,
		(node: WorkflowJson['nodes'][number], photo: string) => unknown[] | undefined
	> = {
		'@n8n/n8n-nodes-langchain.chatTrigger': () => [
			{ json: { sessionId: 'a', action: 'sendMessage', chatInput: 'Draw a lighthouse' } },
		],
		'n8n-nodes-base.formTrigger': () => [
			{ json: { 'What do they show?': 'A fox through the seasons', 'How many?': 2 } },
		],
		'n8n-nodes-base.telegramTrigger': (_node, data) => [
			{
				json: { message: { chat: { id: 123456789 }, message_id: 11, caption: 'Make it winter' } },
				binary: { data: { data, mimeType: 'image/jpeg', fileName: 'photo.jpg' } },
			},
		],
		// Of a task that has not ended; test/e2e/callback.test.mts has those that have.
		'n8n-nodes-base.webhook': () => [{ json: { body: { id: 'cgt-1', status: 'running' } } }],
		'n8n-nodes-base.telegram': () => [{ json: {} }],
		'n8n-nodes-base.slack': () => [{ json: {} }],
		'n8n-nodes-base.googleDrive': () => [{ json: { id: 'file' } }],
		'n8n-nodes-base.googleSheets': ({ parameters }) => [
			{
				json:
					parameters.operation === undefined || parameters.operation === 'read'
						? { Prompt: 'A kite climbs', Shape: '9:16', row_number: 2 }
						: {},
			},
		],
	};
	/** What an execution of each orders, and how many files its nodes bring: some bring the same file twice. */
	const MADE: Readonly<Record<string, { paid: number; whole: number }>> = {
		'agent-pictures-videos.json': { paid: 1, whole: 0 },
		'gpt-image-context.json': { paid: 1, whole: 1 },
		'gpt-image-task.json': { paid: 1, whole: 2 },
		'gpt-image-telegram.json': { paid: 1, whole: 1 },
		'seedance-callback-collect.json': { paid: 0, whole: 0 },
		'seedance-callback-create.json': { paid: 1, whole: 0 },
		'seedance-durable.json': { paid: 1, whole: 1 },
		'seedance-failed-items.json': { paid: 3, whole: 3 },
		'seedance-first-frame.json': { paid: 1, whole: 1 },
		'seedance-pause.json': { paid: 3, whole: 3 },
		'seedance-product-photos.json': { paid: 1, whole: 1 },
		'seedance-sheet-drive.json': { paid: 1, whole: 1 },
		'seedance-task.json': { paid: 1, whole: 2 },
		'seedream-agentsflare-set.json': { paid: 1, whole: 3 },
		'seedream-form-zip.json': { paid: 1, whole: 2 },
		'seedream-gptunnel.json': { paid: 1, whole: 1 },
		'seedream-myrouter-set.json': { paid: 1, whole: 4 },
		'seedream-slack.json': { paid: 1, whole: 1 },
		'seedream-three-gateways.json': { paid: 3, whole: 3 },
	};
	const files = readdir(path.join(root, 'examples')).then((all) => all.sort());

	test('there are examples', async () => expect((await files).length).toBeGreaterThan(10));

	test('files whole, nothing bought twice', async () => {
		const photo = (
			await sharp({ create: { width: 320, height: 240, channels: 3, background: 'olive' } })
				.jpeg()
				.toBuffer()
		).toString('base64');
		const photos = path.join(bench.filesFolder, 'products');
		await mkdir(photos);
		await writeFile(
			path.join(photos, 'cup.jpg'),
			await sharp({ create: { width: 480, height: 480, channels: 3, background: 'navy' } })
				.jpeg()
				.toBuffer(),
		);
		const jpeg = await sharp({
			create: { width: 1024, height: 1024, channels: 3, background: 'teal' },
		})
			.jpeg()
			.toBuffer();
		const mp4 = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1');
		for (const file of await files) {
			bench.sandbox.reset();
			const isVideo = file.startsWith('seedance');
			bench.sandbox.behaviour = {
				taskSeconds: 0,
				pictureSeconds: 0,
				file: isVideo ? { head: mp4, length: 200_000 } : { head: jpeg, length: jpeg.length },
			};
			model.replies.length = 0;
			for (let index = 0; index < 2 * EXECUTIONS; index++) {
				model.replies.push(({ messages }) =>
					messages.at(-1)?.role === 'tool'
						? { text: 'There it is.' }
						: { tool: 'draw_picture', input: { prompt: 'A lighthouse', aspect_ratio: '16:9' } },
				);
			}
			const example = await readExample(file);
			const pinData = Object.fromEntries(
				example.nodes.flatMap((node) => {
					const pinned = PINNED[node.type]?.(node, photo);
					return pinned ? [[node.name, pinned]] : [];
				}),
			);
			// One pause of the durable example is enough here.
			const nodes = example.nodes.map((node) =>
				node.type === 'n8n-nodes-base.wait'
					? { ...node, parameters: { ...node.parameters, amount: 1 } }
					: node,
			);
			const ids = await start({ ...example, nodes, pinData }, EXECUTIONS);
			const executions = await ended(ids);
			expect([
				file,
				executions.filter(({ status }) => status !== 'success').map(({ error }) => error),
			]).toEqual([file, []]);
			const ours = example.nodes.filter(({ type }) => OURS.test(type)).map(({ name }) => name);
			const whole = await expectWholeFiles(executions, ours);
			const paid = paidRequests(bench.sandbox).length;
			const share = await shares(ids);
			console.log(
				`${file}: ${EXECUTIONS} executions, ${share.join(' and ')} by the workers, ${paid} paid, ${whole} files whole`,
			);
			// Fewer fit into one worker.
			if (EXECUTIONS > SLOTS) expect([file, Math.min(...share) > 0]).toEqual([file, true]);
			expect({ file, paid: paid / EXECUTIONS, whole: whole / EXECUTIONS }).toEqual({
				file,
				...MADE[file],
			});
			await bench.n8n.deleteExecutions(ids);
		}
	}, 3_000_000);
});

describe('a wait in the node', () => {
	test('is stopped where it is, and the log of its worker names the task', async () => {
		bench.sandbox.behaviour = { taskSeconds: ENDLESS };
		const ids = await start(workflowOf(SEEDANCE, { operation: 'generate', prompt: 'A fox' }), 4);
		await waitFor(
			'four orders',
			() => (paidRequests(bench.sandbox).length === 4 ? true : undefined),
			60,
		);
		// What is told of a pause, that it holds no slot, can be told at all.
		expect(await activeJobs(stack)).toBe(4);
		for (const id of ids) await bench.n8n.stopExecution(id);
		await waitFor('the end of all', async () =>
			(await statuses(ids)).every((status) => status === 'canceled') ? true : undefined,
		);
		const stopped = async () =>
			(await Promise.all(stack.workers.map(messagesOf)))
				.flat()
				.filter((message) => message.includes('was stopped'));
		await waitFor('a line for each', async () =>
			(await stopped()).length === 4 ? true : undefined,
		);
		const asked = bench.sandbox.requests.length;
		await waitFor('no more questions', async () =>
			(await activeJobs(stack)) === 0 ? true : undefined,
		);
		expect(bench.sandbox.requests.length - asked).toBeLessThanOrEqual(4);
	});

	test('ends with a worker that is killed; what n8n makes of it is told, and every task is collected by its ID', async () => {
		bench.sandbox.behaviour = { taskSeconds: ENDLESS };
		const count = 2 * SLOTS;
		const ids = await start(
			workflowOf(SEEDANCE, { operation: 'generate', prompt: 'A fox' }),
			count,
		);
		await waitFor(
			'all orders',
			() => (paidRequests(bench.sandbox).length === count ? true : undefined),
			120,
		);
		const atWork = () =>
			new Set(
				bench.sandbox
					.taskTimes()
					.slice(-count)
					.map(({ id }) => id),
			);
		const ordered = async () =>
			(await Promise.all(stack.workers.map(messagesOf)))
				.flat()
				.flatMap((message) => /has ordered.* task (\w+)/.exec(message)?.[1] ?? []);
		// Orders of the tests before are in the logs, too.
		const taskIds = await waitFor('a line in the log for each', async () => {
			const logged = (await ordered()).filter((id) => atWork().has(id));
			return logged.length === count ? logged : undefined;
		});
		const [killed, other] = stack.workers;
		if (!killed || !other) throw new Error('There are no two workers.');
		const lost = (await begunBy(killed)).filter((id) => ids.includes(id));
		const kept = (await begunBy(other)).filter((id) => ids.includes(id));
		expect(lost.length * kept.length).toBeGreaterThan(0);
		await killed.kill();

		bench.sandbox.behaviour = { taskSeconds: 0 };
		const done = await ended(kept);
		expect(done.map(({ status }) => status)).toEqual(kept.map(() => 'success'));
		expect(await expectWholeFiles(done, [SEEDANCE_NODE])).toBe(kept.length);
		const ends = await ended(lost);
		const found = new Map<string, number>();
		for (const { status, error } of ends)
			found.set(
				`${status}: ${error?.message ?? ''}`,
				(found.get(`${status}: ${error?.message ?? ''}`) ?? 0) + 1,
			);
		console.log(
			`Of the ${lost.length} executions of the killed worker n8n says: ${[...found].map(([what, times]) => `${times} × "${what}"`).join(', ')}`,
		);
		expect(ends.every(({ status }) => status !== 'success')).toBe(true);
		expect(paidRequests(bench.sandbox)).toHaveLength(count);

		await killed.startAgain();
		for (const taskId of taskIds) {
			const [execution] = await ended(
				await start(workflowOf(SEEDANCE, { operation: 'waitUntilDone', taskId }), 1),
			);
			if (!execution) throw new Error('nothing ran');
			expect(await expectWholeFiles([execution], [SEEDANCE_NODE])).toBe(1);
		}
		expect(paidRequests(bench.sandbox)).toHaveLength(count);
	});
});

describe('Pause Execution', () => {
	/** Of the one item that each execution has. */
	const TIMEOUT = 3600;
	const pausing = (pollInterval: number): WorkflowJson => {
		const workflow = workflowOf(
			SEEDANCE,
			{ operation: 'generate', prompt: 'A fox' },
			{ options: { whileWaiting: 'pauseExecution', pollInterval, timeout: TIMEOUT } },
		);
		return {
			...workflow,
			connections: {
				...workflow.connections,
				[SEEDANCE_NODE]: { main: [[{ node: SEEDANCE_NODE, type: 'main', index: 0 }], []] },
			},
		};
	};
	const doneOf = (execution: Execution): ExecutedItem[] => execution.itemsOf(SEEDANCE_NODE, 1);
	const allWait = async (ids: readonly string[]) =>
		await waitFor(
			'all to be put aside',
			async () =>
				(await statuses(ids)).every((status) => status === 'waiting') ? true : undefined,
			240,
		);

	test(`${PAUSED} that wait hold no worker, and survive the end of every process; their memory is told`, async () => {
		bench.sandbox.behaviour = { taskSeconds: ENDLESS };
		const processes = [stack.main, ...stack.workers];
		const memory = () =>
			Math.round(processes.reduce((sum, process) => sum + residentMemory(process.pid()), 0) / 1e6);
		const idle = memory();
		const ids = await start(pausing(90), PAUSED);
		await allWait(ids);
		expect(paidRequests(bench.sandbox)).toHaveLength(PAUSED);
		const active = await activeJobs(stack);
		const waiting = memory();
		console.log(
			`${PAUSED} executions wait: ${active} of ${2 * SLOTS} slots taken; memory of the three processes ${waiting} MB, before any of it ${idle} MB`,
		);
		expect(active).toBe(0);
		// More than there are slots, and all of them come through at once.
		bench.sandbox.behaviour = { taskSeconds: 0 };
		const others = await ended(
			await start(
				workflowOf(SEEDANCE, { operation: 'generate', prompt: 'Another fox' }),
				2 * SLOTS + 1,
			),
		);
		expect(others.map(({ status }) => status)).toEqual(others.map(() => 'success'));
		bench.sandbox.behaviour = { taskSeconds: ENDLESS };

		await allWait(ids);
		await Promise.all(processes.map(async (process) => await process.kill()));
		await Promise.all(processes.map(async (process) => await process.startAgain()));
		bench = { ...bench, n8n: await connect(stack.main.url) };
		bench.sandbox.behaviour = { taskSeconds: 0 };
		const executions = await ended(ids);
		expect(executions.map(({ status }) => status)).toEqual(ids.map(() => 'success'));
		for (const execution of executions) {
			expect(doneOf(execution)).toHaveLength(1);
			await expectFile(bench, doneOf(execution)[0]);
		}
		expect(new Set(executions.flatMap(doneOf).map(({ json }) => json.taskId)).size).toBe(PAUSED);
		expect(paidRequests(bench.sandbox)).toHaveLength(PAUSED + 2 * SLOTS + 1);
	});

	test('is stopped while it waits: its task stands in what n8n keeps of it', async () => {
		bench.sandbox.behaviour = { taskSeconds: ENDLESS };
		const [id = ''] = await start(pausing(600), 1);
		await allWait([id]);
		await bench.n8n.stopExecution(id);
		const execution = await bench.n8n.waitForExecution(id);
		expect(execution.status).toBe('canceled');
		const { taskId } = z
			.object({ taskId: z.string() })
			.parse(execution.itemsOf(SEEDANCE_NODE)[0]?.json);
		bench.sandbox.behaviour = { taskSeconds: 0 };
		const [collected] = await ended(
			await start(workflowOf(SEEDANCE, { operation: 'waitUntilDone', taskId }), 1),
		);
		if (!collected) throw new Error('nothing ran');
		expect(await expectWholeFiles([collected], [SEEDANCE_NODE])).toBe(1);
		expect(paidRequests(bench.sandbox)).toHaveLength(1);
	});
});

describe('calls of the gateway, which a webhook process takes', () => {
	test('Pause Until Called: a worker goes on with each, and the files are whole', async () => {
		const count = 3;
		bench.sandbox.behaviour = { taskSeconds: 5 };
		const ids = await start(untilCalledWorkflow({ pollInterval: 20_000, timeout: 80_000 }), count);
		const executions = await ended(ids);
		expect(executions.map(({ status, error }) => [status, error])).toEqual(
			ids.map(() => ['success', undefined]),
		);
		const orders = paidRequests(bench.sandbox);
		expect(orders).toHaveLength(count);
		const urls = resumeUrls(orders);
		expect(urls.map((url) => new URL('/', url).href)).toEqual(ids.map(() => stack.webhookUrl));
		expect(await expectWholeFiles(executions, [AFTER])).toBe(count);
		// Before the pause and after the call; the process that takes the call begins nothing.
		const begun = (await Promise.all(stack.workers.map(begunBy))).flat();
		for (const id of ids) expect(begun.filter((one) => one === id)).toHaveLength(2);
		expect(await begunBy(stack.webhookProcess)).toEqual([]);
	});

	test('the example of two workflows: the video is saved when the gateway calls', async () => {
		bench.sandbox.behaviour = { taskSeconds: 1 };
		const collecting = await activateCollecting(bench);
		const [created] = await ended(await start(await creatingWorkflow(stack.webhookUrl), 1));
		const taskId = created?.itemsOf('Create Task')[0]?.json.taskId;
		const calls = await waitFor('the calls', async () => {
			const started = await bench.n8n.executionsOf(collecting);
			return started.length >= 3 ? started : undefined;
		});
		const executions = await ended(calls);
		expect(executions.map(({ status }) => status)).toEqual(calls.map(() => 'success'));
		const saved = executions.flatMap((execution) => execution.itemsOf('Save Video'));
		expect(saved.map(({ json }) => json.taskId)).toEqual([taskId]);
		expect(await expectWholeFiles(executions, ['Get Result'])).toBe(1);
		expect(paidRequests(bench.sandbox)).toHaveLength(1);
	});
});
