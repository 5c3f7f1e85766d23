/** The model's list in the form: what the gateway says that it has, and what is known of it; on n8n's engine, against the sandbox. */
import type { INodeParameters } from 'n8n-workflow';
import { startSandbox, type Sandbox } from '../../../sandbox/sandbox.mjs';
import type { CredentialData } from '../../support/credentials.mjs';
import { runNode } from '../../support/engine.mjs';
import { listSearch } from '../../support/listSearch.mjs';
import nock from '../../support/nock.mjs';
import { sandboxCredentials } from '../../support/fixtures.mjs';

let sandbox: Sandbox;
beforeEach(async () => {
	// An address of its own: an answer is kept for a while.
	sandbox = await startSandbox();
});
afterEach(async () => {
	nock.cleanAll();
	await sandbox.close();
});

async function list(
	node: string,
	gateway: string,
	more: { filter?: string; credentials?: CredentialData } = {},
): Promise<string[]> {
	const parameters: INodeParameters = { gateway };
	const { results } = await listSearch({
		node,
		method: 'searchModels',
		parameters,
		credentials: sandboxCredentials(sandbox),
		...more,
	});
	return results.map(({ name }) => String(name));
}

const asked = () => sandbox.requests.map(({ method, path, paid }) => [method, path, paid]);

it.each([
	['Seedream', 'modelArk', ['GET', '/api/v3/models', false]],
	['Seedance', 'modelArk', ['GET', '/api/v3/models', false]],
	['Seedream', 'agentsFlare', ['GET', '/v1/models', false]],
	['GptImage', 'agentsFlare', ['GET', '/v1/models', false]],
	['Seedance', 'gptunnel', ['POST', '/v1/media/create', false]],
	['GptImage', 'gptunnel', ['POST', '/v1/media/create', false]],
])(
	'%s at %s: asks once, at no cost, and keeps the answer while somebody types',
	async (node, gateway, request) => {
		sandbox.behaviour.listedModels = ['seedream-9', 'seedance-9', 'gpt-image-9-low', 'deepseek-9'];
		const strange = (await list(node, gateway)).filter((name) => name.includes('-9'));
		const family = { Seedream: 'seedream-9', Seedance: 'seedance-9', GptImage: 'gpt-image-9-low' }[
			node
		];
		const displayName = {
			modelArk: 'BytePlus ModelArk',
			agentsFlare: 'AgentsFlare',
			gptunnel: 'GPTunnel',
		}[gateway];
		expect(strange).toEqual([`${String(family)}, listed by ${String(displayName)}`]);
		expect(await list(node, gateway, { filter: String(family).toUpperCase() })).toHaveLength(1);
		expect(asked()).toEqual([request]);
		expect(sandbox.requests[0]?.headers.authorization).toContain(
			sandbox.keys[
				gateway === 'modelArk' ? 'modelArk' : gateway === 'gptunnel' ? 'gptunnel' : 'agentsFlare'
			],
		);
	},
);

it.each([
	['Seedream', 'gptunnel'],
	['Seedream', 'myRouter'],
	['Seedance', 'myRouter'],
	['GptImage', 'myRouter'],
])('%s at %s: the gateway does not tell, and is not asked', async (node, gateway) => {
	expect((await list(node, gateway)).length).toBeGreaterThan(0);
	expect(asked()).toEqual([]);
});

describe('where the gateway does not say, the list has what is known', () => {
	const KNOWN = 6;
	const isWhole = (names: string[]) => {
		expect(names).toHaveLength(KNOWN);
		expect(names.join()).not.toMatch(/listed/);
	};

	it('without a credential', async () =>
		isWhole(await list('Seedream', 'modelArk', { credentials: {} })));

	it('with a wrong key', async () => {
		isWhole(
			await list('Seedream', 'modelArk', {
				credentials: { modelArkApi: { apiKey: 'wrong', baseUrl: sandbox.apiUrl } },
			}),
		);
		expect(asked()).toEqual([['GET', '/api/v3/models', false]]);
	});

	it('at an address that is none, or where nobody listens', async () => {
		for (const baseUrl of ['ftp://nowhere', 'http://127.0.0.1:1'])
			isWhole(
				await list('Seedream', 'modelArk', {
					credentials: { modelArkApi: { apiKey: 'sk', baseUrl } },
				}),
			);
	});

	it('in three seconds', async () => {
		sandbox.behaviour.modelListSeconds = 600;
		isWhole(await list('Seedream', 'modelArk'));
	});

	it.each([
		[200, '<html></html>'],
		[200, '{"data":{}}'],
		[200, '{"data":[null,{"id":7},{"id":"<script>"}]}'],
		[302, ''],
		[500, '{"data":[{"id":"seedream-9"}]'],
	])('with HTTP %d %s', async (status, body) => {
		const host = `http://ark-${status}-${body.length}.test`;
		nock(host).get('/api/v3/models').reply(status, body, {
			location: 'http://elsewhere.test/',
			'content-type': 'application/json',
		});
		isWhole(
			await list('Seedream', 'modelArk', {
				credentials: { modelArkApi: { apiKey: 'sk', baseUrl: host } },
			}),
		);
	});
});

it('shows no key that the gateway repeats, and no more than can be looked through', async () => {
	const apiKey = sandbox.keys.modelArk;
	sandbox.behaviour.listedModels = [
		`seedream-${apiKey}`,
		...Array.from({ length: 2000 }, (_none, index) => `seedream-x-${index}`),
	];
	const names = await list('Seedream', 'modelArk');
	expect(names.join()).not.toContain(apiKey);
	expect(names.length).toBeLessThan(600);
});

it('a list that could not be had is asked for anew the next time', async () => {
	sandbox.behaviour.listedModels = ['seedream-9'];
	sandbox.behaviour.modelListSeconds = 600;
	expect((await list('Seedream', 'modelArk')).join()).not.toContain('seedream-9');
	sandbox.behaviour.modelListSeconds = 0;
	expect((await list('Seedream', 'modelArk')).join()).toContain('seedream-9');
});

it.each([
	'"a-seedance-1" | "gpt-image-1-low"',
	"'a-seedance-1' | 'gpt-image-1-low'",
	'a-seedance-1 | gpt-image-1-low',
	'("a-seedance-1" | "gpt-image-1-low")',
])('GPTunnel’s list, written as %s', async (expected) => {
	const host = `http://gptunnel-${expected.length}-${expected.charCodeAt(0)}.test`;
	nock(host)
		.post('/v1/media/create', {})
		.reply(200, {
			code: 3,
			message: 'Invalid input',
			issues: [
				{ path: 'prompt', expected: 'string' },
				{ path: ['model'], expected },
			],
		});
	const names = await list('Seedance', 'gptunnel', {
		credentials: { gptunnelApi: { apiKey: 'sk', baseUrl: host } },
	});
	expect(names.filter((name) => name.includes('listed by'))).toEqual([
		'a-seedance-1, listed by GPTunnel',
	]);
});

it('is never asked for while a node is at work', async () => {
	sandbox.behaviour.taskSeconds = 0;
	const { error } = await runNode({
		node: 'Seedream',
		parameters: { gateway: 'modelArk', prompt: 'A red fox' },
		credentials: sandboxCredentials(sandbox),
	});
	expect(error).toBeUndefined();
	expect(sandbox.requests.filter(({ path }) => path.endsWith('/models'))).toEqual([]);
});
