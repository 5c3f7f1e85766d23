/** Seedance and GPT Image in a real n8n, which tools/e2e.mts has started, against the sandbox gateway. */
import sharp from 'sharp';
import { z } from 'zod';
import type { RecordedRequest } from '../../sandbox/sandbox.mjs';
import type { ExecutedItem, Execution, WorkflowJson } from '../../tools/n8nClient.mjs';
import { probeVideo } from '../../tools/video.mjs';
import {
	environment,
	expectStoredFile,
	findLogLine,
	importInto,
	paidRequests,
	readExample,
	setUpBench,
	waitFor,
	type Bench,
} from './support/bench.mjs';
import {
	GPT_IMAGE,
	SEEDANCE,
	TASK_NODES,
	workflowOf,
	type TaskNode,
} from './support/taskNodes.mjs';

const CREATE = '/v1/media/create';
const RESULT = '/v1/media/result';

let bench: Bench;

beforeAll(async () => {
	bench = await setUpBench();
});
beforeEach(() => {
	bench.sandbox.reset();
	bench.sandbox.behaviour = { taskSeconds: 1 };
});
afterAll(async () => await bench?.sandbox.close());

async function start(workflow: WorkflowJson): Promise<string> {
	return await bench.n8n.startWorkflow(await importInto(bench, workflow));
}

async function run(workflow: WorkflowJson): Promise<Execution> {
	return await bench.n8n.waitForExecution(await start(workflow));
}

/** The fields of a finished result, as the interface fixes them. */
const doneSchema = z.object({
	gateway: z.literal('gptunnel'),
	model: z.string(),
	taskId: z.string().min(1),
	status: z.literal('succeeded'),
	gatewayStatus: z.literal('done'),
	isDone: z.literal(true),
	url: z.string().url(),
	index: z.literal(0),
	count: z.literal(1),
	fileName: z.string(),
	mimeType: z.string(),
	fileSize: z.number().int(),
	width: z.number().int().optional(),
	height: z.number().int().optional(),
	createdAt: z.string().datetime(),
});

/** What another tool than n8n and the nodes says of a file. */
async function look(
	bytes: Buffer,
	{ extension }: TaskNode,
): Promise<{ width: number; height: number }> {
	if (extension === 'mp4') {
		const { width, height, seconds, codec } = await probeVideo(bytes);
		expect({ codec, height }).toEqual({ codec: 'h264', height: 1080 });
		expect(Math.abs(seconds - 5)).toBeLessThan(0.3);
		return { width, height };
	}
	const { format, width, height } = await sharp(bytes).metadata();
	expect(format).toBe('webp');
	return { width, height };
}

/** Follows a node's only file from the sandbox onto the disk, and has it opened. */
async function expectFile(
	node: TaskNode,
	items: readonly ExecutedItem[],
	savedAs: string,
	ratio: string,
) {
	expect(items).toHaveLength(1);
	const [item] = items;
	const json = doneSchema.parse(item?.json);
	const binary = item?.binary?.data;
	const bytes = await expectStoredFile(bench, item, savedAs);
	const { width, height } = await look(bytes, node);
	const [across = 0, down = 0] = ratio.split(':').map(Number);
	expect(width / height).toBeCloseTo(across / down, 1);
	expect(json).toMatchObject({
		model: node.model,
		fileSize: bytes.length,
		mimeType: node.mimeType,
	});
	// Of a video the node need not know its pixels.
	if (node !== SEEDANCE || json.width !== undefined) expect(json).toMatchObject({ width, height });
	expect(json.fileName).toMatch(new RegExp(`\\.${node.extension}$`));
	expect(binary).toMatchObject({
		mimeType: node.mimeType,
		fileName: json.fileName,
		fileExtension: node.extension,
	});
	expect(item?.pairedItem).toEqual({ item: 0 });
	return json;
}

/** The requests that asked for this task; the gateway takes its id in the query or in the body. */
function questionsFor(taskId: string): RecordedRequest[] {
	return bench.sandbox.requests.filter(
		(request) => request.path === RESULT && askedTask(request) === taskId,
	);
}

function askedTask({ query, body }: RecordedRequest): string | undefined {
	return z.object({ task_id: z.string() }).safeParse(body).data?.task_id ?? query.task_id;
}

/** Waits for the first question about a task other than `known`; returns the task's id. */
async function nextTask(...known: string[]): Promise<string> {
	return await waitFor('a question about a new task', () =>
		bench.sandbox.requests
			.filter((request) => request.path === RESULT)
			.map(askedTask)
			.find((id) => id !== undefined && !known.includes(id)),
	);
}

async function untilAsked(taskId: string, times: number): Promise<void> {
	await waitFor(`question ${times} about a task`, () =>
		questionsFor(taskId).length >= times ? true : undefined,
	);
}

test.each([
	['seedance-task.json', SEEDANCE, 'seedance'],
	['gpt-image-task.json', GPT_IMAGE, 'gpt-image'],
] as const)(
	'the example %s: Create Task, Wait Until Done, Get Result',
	async (file, node, stem) => {
		const execution = await run(await readExample(file));
		expect(execution).toMatchObject({ status: 'success', error: undefined });
		const [created, ...others] = execution.itemsOf('Create Task');
		expect(others).toHaveLength(0);
		expect(created?.json).toMatchObject({
			gateway: 'gptunnel',
			model: node.model,
			status: 'queued',
			isDone: false,
		});
		expect(created?.binary).toBeUndefined();
		for (const name of ['Wait Until Done', 'Get Result']) {
			const savedAs = `${stem}-${name.toLowerCase().replaceAll(' ', '-')}.${node.extension}`;
			const { taskId } = await expectFile(node, execution.itemsOf(name), savedAs, node.aspectRatio);
			expect(taskId).toBe(created?.json.taskId);
		}
		expect(paidRequests(bench.sandbox)).toHaveLength(1);
	},
);

test('the example seedance-task.json, stopped while it waits: n8n has the task’s id', async () => {
	bench.sandbox.behaviour = { taskSeconds: 600 };
	const executionId = await start(await readExample('seedance-task.json'));
	const taskId = await nextTask();
	await bench.n8n.stopExecution(executionId);
	const execution = await bench.n8n.waitForExecution(executionId);
	expect(execution.status).toBe('canceled');
	expect(execution.itemsOf('Create Task').map(({ json }) => json.taskId)).toEqual([taskId]);
});

/** The PNG files that the Code node of an example holds, as the wire wants them. */
function filesOf({ nodes }: WorkflowJson): string[] {
	const code = nodes.map(({ parameters }) => String(parameters.jsCode ?? '')).join('\n');
	return [...code.matchAll(/data: '(iVBOR[^']+)'/g)].map(
		([, base64]) => `data:image/png;base64,${base64}`,
	);
}

test.each([
	['seedance-first-frame.json', SEEDANCE, 'seedance-first-frame-1.mp4', { ar: '16:9' }],
	['gpt-image-context.json', GPT_IMAGE, 'gpt-image-context-1.webp', { ar: '4:3' }],
] as const)(
	'the example %s: Generate, and its files go along',
	async (file, node, savedAs, wire) => {
		const example = await readExample(file);
		const execution = await run(example);
		expect(execution).toMatchObject({ status: 'success', error: undefined });
		await expectFile(node, execution.itemsOf(node.displayName), savedAs, wire.ar);

		const images = filesOf(example);
		expect(images).toHaveLength(node === SEEDANCE ? 1 : 2);
		const { prompt } = z
			.object({ prompt: z.string() })
			.parse(example.nodes.find(({ type }) => type === node.type)?.parameters);
		expect(paidRequests(bench.sandbox).map(({ body }) => body)).toEqual([
			{ model: node.model, prompt, images, ...wire },
		]);
	},
);

describe.each(TASK_NODES)('$displayName', (node) => {
	test('Get Result: an unfinished task is not done, and nothing is thrown', async () => {
		bench.sandbox.behaviour = { taskSeconds: 600 };
		const created = await run(workflowOf(node, { operation: 'createTask', prompt: 'A slow one' }));
		const taskId = z.string().parse(created.itemsOf(node.displayName)[0]?.json.taskId);
		const asked = await run(workflowOf(node, { operation: 'getResult', taskId }));
		expect(asked).toMatchObject({ status: 'success', error: undefined });
		const items = asked.itemsOf(node.displayName);
		expect(items).toHaveLength(1);
		expect(items[0]?.json).toMatchObject({ taskId, isDone: false });
		expect(['queued', 'running']).toContain(items[0]?.json.status);
		expect(items[0]?.json).not.toHaveProperty('errorMessage');
		expect(items[0]?.binary).toBeUndefined();
		expect(questionsFor(taskId)).toHaveLength(1);
	});

	test('a failed task: Get Result tells it, Generate throws with its id', async () => {
		bench.sandbox.behaviour = { taskSeconds: 0, taskEnd: 'failed' };
		const created = await run(
			workflowOf(node, { operation: 'createTask', prompt: 'A failing one' }),
		);
		const taskId = z.string().parse(created.itemsOf(node.displayName)[0]?.json.taskId);
		const asked = await run(workflowOf(node, { operation: 'getResult', taskId }));
		expect(asked).toMatchObject({ status: 'success', error: undefined });
		expect(asked.itemsOf(node.displayName)).toHaveLength(1);
		expect(asked.itemsOf(node.displayName)[0]?.json).toMatchObject({
			taskId,
			status: 'failed',
			isDone: true,
		});
		expect(z.string().parse(asked.itemsOf(node.displayName)[0]?.json.errorMessage)).not.toBe('');

		const generated = await run(
			workflowOf(node, { operation: 'generate', prompt: 'Another failing one' }),
		);
		expect(generated.status).toBe('error');
		const boughtId = await nextTask(taskId);
		expect(`${generated.error?.message} ${generated.error?.description}`).toContain(boughtId);
		expect(paidRequests(bench.sandbox)).toHaveLength(2);
	});

	test('Stop: the wait ends, the task’s id is in n8n’s log, and Get Result brings the file', async () => {
		let taskSeconds = 600;
		bench.sandbox.behaviour = { taskSeconds: () => taskSeconds };
		// Another run of the same kind goes on: it shows for how long the stopped one asks nothing.
		const options = { pollInterval: 1 };
		const stopped = await start(
			workflowOf(node, { operation: 'generate', prompt: 'To be stopped' }, { options }),
		);
		const stoppedTask = await nextTask();
		const other = await start(
			workflowOf(node, { operation: 'generate', prompt: 'To go on' }, { options }),
		);
		const otherTask = await nextTask(stoppedTask);
		await untilAsked(stoppedTask, 2);

		const sent = Date.now();
		await bench.n8n.stopExecution(stopped);
		const answered = Date.now();
		const line = await waitFor(
			'the line in n8n’s log',
			async () => await findLogLine(environment.E2E_N8N_LOG, 'was stopped', stoppedTask),
		);
		expect(line.level).toBe('warn');
		console.log(
			`${node.displayName}: stopped; the log names the task ${line.time.getTime() - answered} ms after n8n's answer to Stop (${line.time.getTime() - sent} ms after the question)`,
		);
		expect((await bench.n8n.waitForExecution(stopped)).status).toBe('canceled');

		const askedUntilThen = questionsFor(stoppedTask).length;
		await untilAsked(otherTask, questionsFor(otherTask).length + 3);
		expect(questionsFor(stoppedTask)).toHaveLength(askedUntilThen);

		taskSeconds = 0;
		expect((await bench.n8n.waitForExecution(other)).status).toBe('success');
		const asked = await run(workflowOf(node, { operation: 'getResult', taskId: stoppedTask }));
		const [item] = asked.itemsOf(node.displayName);
		expect(doneSchema.parse(item?.json).taskId).toBe(stoppedTask);
		await look(await bench.n8n.readBinary(item?.binary?.data?.id ?? ''), node);
		expect(
			paidRequests(bench.sandbox).map(
				({ body }) => z.object({ prompt: z.string() }).parse(body).prompt,
			),
		).toEqual(['To be stopped', 'To go on']);
	});

	test('ten items whose tasks take 5 s: waited for together, given in input order', async () => {
		const prompts = Array.from({ length: 10 }, (_, index) => `Number ${index}`);
		const promptOf = new Map<string, string>();
		bench.sandbox.behaviour = {
			taskSeconds: ({ id, prompt }) => {
				promptOf.set(id, prompt);
				// The last item is done first.
				return 5 + (9 - prompts.indexOf(prompt)) / 10;
			},
		};
		const execution = await run(
			workflowOf(
				node,
				{ operation: 'generate', prompt: '={{ $json.prompt }}' },
				{ options: { maxConcurrency: 10 }, prompts },
			),
		);
		expect(execution).toMatchObject({ status: 'success', error: undefined });
		console.log(
			`${node.displayName}: ten tasks of 5.0 to 5.9 s took ${execution.secondsOf(node.displayName)} s together`,
		);
		const items = execution.itemsOf(node.displayName);
		expect(items.map(({ json }) => promptOf.get(doneSchema.parse(json).taskId))).toEqual(prompts);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(prompts.map((_, item) => ({ item })));
		expect(bench.sandbox.requests.filter((request) => request.path === CREATE)).toHaveLength(10);
		expect(paidRequests(bench.sandbox)).toHaveLength(10);
	});
});
