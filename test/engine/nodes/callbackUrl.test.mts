import type { INodeParameters } from 'n8n-workflow';
import { runNode, type RunOptions } from '../../support/engine.mjs';
import { listen, useSandbox } from '../../support/fixtures.mjs';
import { NOTHING_CHARGED } from '../../support/wording.mjs';

const PATHS = {
	modelArk: '/api/v3/contents/generations/tasks',
	agentsFlare: '/byteplus/v3/contents/generations/tasks',
	gptunnel: '/v1/media/create',
} as const;

const { sandbox, credentials, charged, requestsTo } = useSandbox({ taskSeconds: 0 });

const run = async (parameters: INodeParameters, options: Partial<RunOptions> = {}) =>
	await runNode({
		node: 'Seedance',
		parameters: { operation: 'createTask', gateway: 'modelArk', prompt: 'A fox', ...parameters },
		credentials: credentials(),
		...options,
	});

/** What was called, and what arrived. */
async function receiver() {
	const bodies: unknown[] = [];
	const { url } = await listen((request, response) => {
		let text = '';
		request.on('data', (chunk: Buffer) => (text += chunk.toString()));
		request.on('end', () => {
			bodies.push(JSON.parse(text));
			response.end();
		});
	});
	return { url: `${url}/webhook/changed`, bodies };
}

it.each(['modelArk', 'agentsFlare'] as const)(
	'%s calls it when the status of a task changes',
	async (gateway) => {
		// Each call tells the status in the moment in which it is sent: room for a busy machine.
		sandbox().behaviour.taskSeconds = 2;
		const { url, bodies } = await receiver();
		const { error, items } = await run({ gateway, options: { callbackUrl: ` ${url} ` } });
		expect(error).toBeUndefined();
		expect(requestsTo(PATHS[gateway])[0]?.body).toMatchObject({ callback_url: url });
		const taskId = String(items[0]?.[0]?.json.taskId);
		for (const end = Date.now() + 10_000; bodies.length < 3 && Date.now() < end; )
			await new Promise((resolve) => setTimeout(resolve, 10));
		expect(bodies).toEqual(
			['queued', 'running', 'succeeded'].map((status) =>
				expect.objectContaining({ id: taskId, status }),
			),
		);
		const result = await run({ gateway, operation: 'getResult', taskId, prompt: '' });
		expect(result.items[0]?.[0]?.json).toMatchObject({ status: 'succeeded', isDone: true });
	},
);

it.each([
	['for Generate', { operation: 'generate' }, 'modelArk'],
	['where the gateway has none', { gateway: 'gptunnel' }, 'gptunnel'],
	['if it is empty', { options: { callbackUrl: ' ' } }, 'modelArk'],
] as const)('is not sent %s', async (_when, parameters, gateway) => {
	const { error } = await run({ options: { callbackUrl: 'http://127.0.0.1:1/' }, ...parameters });
	expect(error).toBeUndefined();
	expect(requestsTo(PATHS[gateway])[0]?.body).not.toHaveProperty('callback_url');
});

it('is refused if it is no URL, before anything is sent', async () => {
	const { error } = await run({ options: { callbackUrl: '/webhook/changed' } });
	expect(error?.message).toContain('Callback URL: /webhook/changed is not an http or https URL');
	expect(error?.description).toContain(NOTHING_CHARGED);
	expect(charged()).toHaveLength(0);
});

it('is refused in a private network, where a public gateway cannot call it', async () => {
	const { error } = await run(
		{ options: { callbackUrl: 'http://192.168.0.7:5678/webhook/changed' } },
		{ credentials: { modelArkApi: { apiKey: 'a-key', baseUrl: 'https://ark.example.com' } } },
	);
	expect(error?.message).toContain(
		'Callback URL: 192.168.0.7:5678 is in a private network, where BytePlus ModelArk cannot call it',
	);
	expect(error?.description).toContain('WEBHOOK_URL');
});

it('is no part of what was bought: the editor’s Retry with another one buys nothing again', async () => {
	sandbox().behaviour.submitFaults = [
		'none',
		{ status: 400, body: { error: { code: 'InvalidParameter', message: 'no' } } },
	];
	const options = { callbackUrl: '=http://127.0.0.1:1/{{ Math.random() }}', maxConcurrency: 1 };
	const failed = await run({ options }, { items: [{ json: {} }, { json: {} }] });
	expect(failed.status).toBe('error');
	expect(charged()).toHaveLength(1);
	const again = await failed.retry();
	expect(again.error).toBeUndefined();
	const urls = requestsTo(PATHS.modelArk).map(({ body }) => Object(body).callback_url);
	expect(new Set(urls).size).toBe(3);
	expect(charged()).toHaveLength(2);
});
