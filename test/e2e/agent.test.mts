/** The nodes as tools of n8n's AI Agent, in a real n8n; the model is played, and calls them as it is told to. */
import { z } from 'zod';
import type { Execution, WorkflowJson } from '../../tools/n8nClient.mjs';
import { importInto, paidRequests, readExample, setUpBench, type Bench } from './support/bench.mjs';
import { playOpenAi, type ModelRequest, type OpenAi, type Reply } from './support/openAi.mjs';

const CHAT = 'When chat message received';
/** The most that a tool's answer may have of a model's attention, in characters. */
const COMPACT = 1_000;

let bench: Bench;
let model: OpenAi;
let example: WorkflowJson;

beforeAll(async () => {
	bench = await setUpBench();
	model = await playOpenAi();
	bench.credentials.push(
		await bench.n8n.createCredential('openAiApi', 'OpenAI account', {
			apiKey: model.key,
			url: model.url,
		}),
	);
	example = await readExample('agent-pictures-videos.json');
});
beforeEach(() => {
	bench.sandbox.reset();
	model.requests.length = 0;
	model.replies.length = 0;
});
afterAll(async () => {
	await model?.close();
	await bench?.sandbox.close();
});

/** A conversation with the example's agent, of any version of n8n's agent. */
function openChat(sessionId: string, agentVersion: number) {
	const nodes = example.nodes.map((node) =>
		node.name === 'AI Agent' ? { ...node, typeVersion: agentVersion } : node,
	);
	let workflowId: string | undefined;
	return {
		/** Says something to the agent, whose model gives these replies, and waits for its answer. */
		async say(
			chatInput: string,
			replies: ReadonlyArray<Reply | ((request: ModelRequest) => Reply)>,
		): Promise<Execution> {
			model.replies.push(
				...replies.map((reply) => (typeof reply === 'function' ? reply : () => reply)),
			);
			const pinned = { [CHAT]: [{ json: { sessionId, action: 'sendMessage', chatInput } }] };
			if (workflowId === undefined)
				workflowId = await importInto(bench, { ...example, nodes, pinData: pinned });
			else await bench.n8n.changeWorkflow(workflowId, (node) => node, pinned);
			const execution = await bench.n8n.runWorkflow(workflowId);
			expect(execution).toMatchObject({ status: 'success', error: undefined });
			expect(model.replies).toHaveLength(0);
			return execution;
		},
	};
}

/** What the last tool gave to the model, as the model read it. */
function lastAnswer({ messages }: ModelRequest): string {
	return z.object({ role: z.literal('tool'), content: z.string() }).parse(messages.at(-1)).content;
}

const resultSchema = z
	.object({
		status: z.string(),
		isDone: z.boolean(),
		url: z.string(),
		taskId: z.string(),
		cost: z.number(),
	})
	.partial()
	.passthrough();

/** Reads what a tool gave: one compact JSON without files and keys. */
function readResult(request: ModelRequest): z.infer<typeof resultSchema> {
	const answer = lastAnswer(request);
	expect(answer.length).toBeLessThan(COMPACT);
	for (const key of Object.values(bench.sandbox.keys)) expect(answer).not.toContain(key);
	expect(answer).not.toMatch(/binary|base64|filesystem/);
	const [result, ...others] = z.array(resultSchema).parse(JSON.parse(answer));
	expect(others).toEqual([]);
	return resultSchema.parse(result);
}

/** What is asked of the model after its reply of this number, from 0. */
function requestAfter(reply: number): ModelRequest {
	return z
		.custom<ModelRequest>((request) => request !== undefined)
		.parse(model.requests[reply + 1]);
}

/** The versions of n8n's agent: the older one calls its tools itself, the newer one has n8n's engine do it. */
describe.each([2.2, 3])('with version %s of the agent', (agentVersion) => {
	test('draws, changes, orders a video, and brings it when it is asked for', async () => {
		const chat = openChat(`session-${agentVersion}`, agentVersion);
		let isFilmed = false;
		bench.sandbox.behaviour = {
			taskSeconds: ({ model: made }) => (made.startsWith('seedance') && !isFilmed ? 3_600 : 0),
		};

		const first = await chat.say('Draw a lighthouse, make it winter, and film it', [
			{ tool: 'draw_picture', input: { prompt: 'A lighthouse at dusk', aspect_ratio: '16:9' } },
			(request) => ({
				tool: 'change_picture',
				input: {
					change: 'Make it winter',
					picture_link: readResult(request).url,
					aspect_ratio: '4:3',
				},
			}),
			{
				tool: 'start_video',
				input: { prompt: 'Waves beat against a lighthouse', aspect_ratio: '9:16' },
			},
			(request) => ({
				text: `The video is being made, its task is ${readResult(request).taskId}.`,
			}),
		]);

		const [drawn, changed, ordered] = [0, 1, 2].map((reply) => readResult(requestAfter(reply)));
		expect(drawn).toMatchObject({
			status: 'succeeded',
			isDone: true,
			url: expect.stringContaining(bench.sandbox.filesUrl),
			cost: expect.any(Number),
		});
		expect(changed).toMatchObject({
			status: 'succeeded',
			isDone: true,
			url: expect.stringContaining(bench.sandbox.filesUrl),
			taskId: expect.stringMatching(/\w/),
		});
		expect(ordered).toMatchObject({
			status: 'queued',
			isDone: false,
			taskId: expect.stringMatching(/\w/),
		});
		expect(ordered?.url).toBeUndefined();
		expect(paidRequests(bench.sandbox).map(({ body }) => body)).toEqual([
			expect.objectContaining({ prompt: 'A lighthouse at dusk', aspect_ratio: '16:9' }),
			expect.objectContaining({ prompt: 'Make it winter', ar: '4:3', images: [drawn?.url] }),
			expect.objectContaining({ prompt: 'Waves beat against a lighthouse', ar: '9:16' }),
		]);
		const [said, ...others] = first.itemsOf('AI Agent');
		expect(others).toEqual([]);
		expect(said?.json.output).toBe(`The video is being made, its task is ${ordered?.taskId}.`);
		expect(said?.binary).toBeUndefined();
		// Nobody fetches what an agent cannot use: only the gateway has read the picture that it was to change.
		expect(bench.sandbox.requests.filter(({ origin }) => origin === 'files')).toHaveLength(1);

		model.requests.length = 0;
		const check = { tool: 'check_video', input: { task_id: ordered?.taskId } };
		await chat.say('Is it done?', [
			// What was said before is in the agent's memory.
			(request) => {
				expect(JSON.stringify(request.messages)).toContain(ordered?.taskId);
				return check;
			},
			{ text: 'Not yet.' },
		]);
		const waiting = readResult(requestAfter(0));
		expect(waiting).toMatchObject({ isDone: false, taskId: ordered?.taskId });
		expect(waiting.url).toBeUndefined();

		isFilmed = true;
		model.requests.length = 0;
		await chat.say('And now?', [check, { text: 'Here it is.' }]);
		expect(readResult(requestAfter(0))).toMatchObject({
			status: 'succeeded',
			isDone: true,
			taskId: ordered?.taskId,
			url: expect.stringMatching(/\.mp4/),
		});
		expect(paidRequests(bench.sandbox)).toHaveLength(3);
	});

	test('tells the model what went wrong, and buys nothing more by itself', async () => {
		const refusal = { code: 1001, message: 'The picture would have shown what may not be shown' };
		bench.sandbox.behaviour = { submitFaults: [{ status: 200, body: refusal }] };
		const execution = await openChat(`refused-${agentVersion}`, agentVersion).say('Draw it', [
			{ tool: 'draw_picture', input: { prompt: 'It', aspect_ratio: '1:1' } },
			{ text: 'I may not.' },
		]);
		const answer = lastAnswer(requestAfter(0));
		expect(answer).toMatch(/content|refused|filter/i);
		expect(answer).not.toContain(bench.sandbox.keys.gptunnel);
		expect(execution.itemsOf('AI Agent').map(({ json }) => json.output)).toEqual(['I may not.']);
		expect(
			bench.sandbox.requests.filter(({ origin, method }) => origin === 'api' && method === 'POST'),
		).toHaveLength(1);
		expect(paidRequests(bench.sandbox)).toHaveLength(0);
	});
});

test('the model is told what each tool does, and what to fill in', async () => {
	await openChat('told', 3).say('Hello', [{ text: 'Hello!' }]);
	const [request] = model.requests;
	const offered = Object.fromEntries(
		(request?.tools ?? []).map(({ name, description, parameters }) => {
			expect([name, description]).toEqual([name, expect.stringMatching(/Costs (money|nothing)\./)]);
			for (const [field, { type, description: words }] of Object.entries(parameters.properties)) {
				expect([name, field, type, words]).toEqual([
					name,
					field,
					'string',
					expect.stringMatching(/.{20}/),
				]);
			}
			return [name, Object.keys(parameters.properties)];
		}),
	);
	expect(offered).toEqual({
		draw_picture: ['prompt', 'aspect_ratio'],
		change_picture: ['change', 'picture_link', 'aspect_ratio'],
		start_video: ['prompt', 'aspect_ratio'],
		check_video: ['task_id'],
	});
	expect(paidRequests(bench.sandbox)).toHaveLength(0);
});
