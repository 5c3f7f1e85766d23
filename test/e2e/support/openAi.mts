import { createServer } from 'node:http';
import express from 'express';
import { z } from 'zod';

/** What the model says: that a tool be called, or words. */
export type Reply = { tool: string; input: Record<string, unknown> } | { text: string };

const toolSchema = z.object({
	name: z.string(),
	description: z.string(),
	parameters: z.object({
		properties: z.record(
			z.object({ type: z.string(), description: z.string().optional() }).passthrough(),
		),
		required: z.array(z.string()).default([]),
	}),
});

const messageSchema = z.object({
	role: z.enum(['system', 'user', 'assistant', 'tool']),
	content: z.union([z.string(), z.null(), z.array(z.unknown())]).optional(),
});

const requestSchema = z.object({
	model: z.string(),
	messages: z.array(messageSchema),
	tools: z.array(z.object({ type: z.literal('function'), function: toolSchema })),
});

/** What the model was asked. */
export interface ModelRequest {
	messages: Array<z.infer<typeof messageSchema>>;
	tools: Array<z.infer<typeof toolSchema>>;
}

export interface OpenAi {
	/** for the credential */
	url: string;
	key: string;
	requests: ModelRequest[];
	/** What the model says next, one reply a request; it is given all that was said before. */
	replies: Array<(request: ModelRequest) => Reply>;
	close(): Promise<void>;
}

/** A chat model at OpenAI's API for chat completions, on a free port of loopback, that says what it was told to. */
export async function playOpenAi(): Promise<OpenAi> {
	const key = 'local-openai-key';
	const requests: ModelRequest[] = [];
	const replies: OpenAi['replies'] = [];
	const app = express()
		.disable('x-powered-by')
		.use(express.json({ limit: '20mb' }));
	app.post('/v1/chat/completions', (request, response) => {
		const refuse = (message: string) =>
			response.status(400).json({ error: { message, type: 'invalid_request_error' } });
		if (request.headers.authorization !== `Bearer ${key}`) return void refuse('Incorrect API key');
		const parsed = requestSchema.safeParse(request.body);
		if (!parsed.success)
			return void refuse(`Not as a chat model is asked: ${parsed.error.message}`);
		const { model, messages, tools } = parsed.data;
		const asked = { messages, tools: tools.map((tool) => tool.function) };
		requests.push(asked);
		const reply = replies.shift()?.(asked);
		if (reply === undefined) return void refuse('The test has told the model nothing to say.');
		const call = 'tool' in reply && {
			tool_calls: [
				{
					id: `call_${requests.length}`,
					type: 'function',
					function: { name: reply.tool, arguments: JSON.stringify(reply.input) },
				},
			],
		};
		response.json({
			id: `chatcmpl-${requests.length}`,
			object: 'chat.completion',
			created: Math.floor(Date.now() / 1000),
			model,
			choices: [
				{
					index: 0,
					finish_reason: call ? 'tool_calls' : 'stop',
					message: { role: 'assistant', content: 'text' in reply ? reply.text : null, ...call },
				},
			],
			usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
		});
	});
	const server = createServer(app);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = z.object({ port: z.number() }).parse(server.address());
	return {
		url: `http://127.0.0.1:${port}/v1`,
		key,
		requests,
		replies,
		close: async () => {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			server.closeAllConnections();
			await closed;
		},
	};
}
