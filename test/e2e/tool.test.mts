/** A node as a tool, which n8n runs in another way: each try of Retry On Fail is a run of its own. */
import axios from 'axios';
import { z } from 'zod';
import type { SandboxBehaviour } from '../../sandbox/sandbox.mjs';
import {
	environment,
	importInto,
	paidRequests,
	setUpBench,
	waitFor,
	type Bench,
} from './support/bench.mjs';
import { PAID_NODES, type PaidNode } from './support/paidNodes.mjs';

let bench: Bench;
beforeAll(async () => {
	bench = await setUpBench();
});
afterEach(() => bench.sandbox.reset());
afterAll(async () => await bench?.sandbox.close());

/** Puts a tool that draws behind an MCP Server Trigger; returns what calls it and gives all that it answers. */
async function serveTool(node: PaidNode): Promise<() => Promise<string>> {
	return await serve(node, { operation: 'generate', ...node.parameters, prompt: 'A red fox' });
}

/** As `serveTool`, for any operation. It is called as an agent outside of n8n does. */
async function serve(
	node: PaidNode,
	parameters: Record<string, unknown>,
): Promise<() => Promise<string>> {
	const path = `tool-${node.type.split('.')[1]}-${node.gateway.name}-${paths++}`;
	const workflow = {
		name: path,
		nodes: [
			{
				id: 'trigger',
				name: 'Server',
				type: '@n8n/n8n-nodes-langchain.mcpTrigger',
				typeVersion: 2,
				position: [0, 0],
				webhookId: path,
				parameters: { path, authentication: 'none' },
			},
			{
				id: 'tool',
				name: 'Draw',
				type: `${node.type}Tool`,
				typeVersion: 1,
				position: [0, 200],
				parameters: {
					gateway: node.gateway.name,
					...parameters,
					descriptionType: 'manual',
					toolDescription: 'Draws',
				},
				credentials: {
					[node.gateway.credentialType]: { id: null, name: node.gateway.credentialName },
				},
				retryOnFail: true,
				maxTries: 3,
				waitBetweenTries: 10,
			},
		],
		connections: { Draw: { ai_tool: [[{ node: 'Server', type: 'ai_tool', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	};
	await bench.n8n.activateWorkflow(await importInto(bench, workflow));

	return async () => await callTool(path);
}

async function callTool(path: string): Promise<string> {
	let session: string | undefined;
	/** undefined while the trigger does not listen yet */
	const tryToAsk = async (
		method: string,
		params: object,
		id?: number,
	): Promise<string | undefined> => {
		const response = await axios.post<unknown>(
			`${environment.E2E_N8N_URL}/mcp/${path}`,
			{ jsonrpc: '2.0', method, params, ...(id === undefined ? {} : { id }) },
			{
				proxy: false,
				responseType: 'text',
				validateStatus: (status) => status < 300 || status === 404,
				headers: {
					accept: 'application/json, text/event-stream',
					...(session === undefined ? {} : { 'mcp-session-id': session }),
				},
			},
		);
		if (response.status === 404) return undefined;
		session ??= z.string().parse(response.headers['mcp-session-id']);
		return String(response.data);
	};
	const ask = async (method: string, params: object, id?: number) =>
		z.string().parse(await tryToAsk(method, params, id));
	const client = {
		protocolVersion: '2025-03-26',
		capabilities: {},
		clientInfo: { name: 'test', version: '1' },
	};
	await waitFor('the trigger to listen', async () => await tryToAsk('initialize', client, 1));
	await ask('notifications/initialized', {});
	const name = z.string().parse(/"name":"([^"]+)"/.exec(await ask('tools/list', {}, 2))?.[1]);
	return await ask('tools/call', { name, arguments: {} }, 3);
}

let paths = 0;

const GONE = { status: 403, body: 'gone' };

describe.each(PAID_NODES.map((node): [string, PaidNode] => [node.title, node]))(
	'%s as a tool, with Retry On Fail',
	(_title, node) => {
		const behave = (behaviour: SandboxBehaviour) =>
			(bench.sandbox.behaviour = { taskSeconds: 0, ...behaviour });

		test('a download that fails in two tries: bought once', async () => {
			// A dead link of a task is asked for anew, and tried once more, in each try.
			behave({
				fileFaults: Array.from({ length: node.displayName === 'Seedream' ? 2 : 4 }, () => GONE),
			});
			const call = await serveTool(node);
			expect(await call()).toContain(bench.sandbox.filesUrl);
			expect(paidRequests(bench.sandbox)).toHaveLength(1);
		});

		test('an answer that was lost: not asked for again', async () => {
			behave({ submitFaults: ['reset'] });
			const call = await serveTool(node);
			expect(await call()).toContain('may have been accepted and charged');
			expect(paidRequests(bench.sandbox)).toHaveLength(1);
			// Another call is another order.
			expect(await call()).toContain(bench.sandbox.filesUrl);
			expect(paidRequests(bench.sandbox)).toHaveLength(2);
		});
	},
);

test.each(
	PAID_NODES.filter(({ gateway }) => gateway.name === 'gptunnel').map(
		(node): [string, PaidNode] => [node.title, node],
	),
)('%s as a tool tells the balance, and buys nothing', async (_title, node) => {
	const call = await serve(node, { operation: 'getBalance' });
	const answer = await call();
	expect(answer.replaceAll('\\', '')).toContain(
		'{"gateway":"gptunnel","balance":1000.5,"creditLimit":15000,"currency":"RUB"}',
	);
	expect(paidRequests(bench.sandbox)).toEqual([]);
});
