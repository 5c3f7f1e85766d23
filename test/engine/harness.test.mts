import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { credentialTest } from '../support/credentialTest.mjs';
import { runNode, type RunOptions } from '../support/engine.mjs';
import { BodyRuleApi, StandIn, StatusRuleApi } from '../support/fixtures/standIn.mjs';
import { listSearch } from '../support/listSearch.mjs';
import { inspectFully } from '../support/n8nHost.mjs';
import { createCredentialTypes, createNode } from '../support/packageClasses.mjs';

const goodKey = 'sk-good-0123456789';
const file = randomBytes(3_000_000);
const server = createServer(answer);
let baseUrl = '';
let requests: IncomingMessage[] = [];

function answer(request: IncomingMessage, response: ServerResponse) {
	requests.push(request);
	const accepted = request.headers.authorization === `Bearer ${goodKey}`;
	if (request.url === '/hang') return;
	if (request.url === '/soft-check') {
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify({ fault: { code: accepted ? 'empty_body' : 'bad_key' } }));
	} else if (!accepted) {
		response.writeHead(403).end('{}');
	} else if (request.url === '/hard-check') {
		response.end('{}');
	} else {
		for (let start = 0; start < file.length; start += 100_000) {
			response.write(file.subarray(start, start + 100_000));
		}
		response.end();
	}
}

beforeAll(async () => {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	if (!isPort(address)) throw new Error('The server has no port');
	baseUrl = `http://127.0.0.1:${address.port}`;
});
function isPort(address: AddressInfo | string | null): address is AddressInfo {
	return typeof address === 'object' && address !== null;
}
beforeEach(() => {
	requests = [];
});
afterAll(() => {
	server.closeAllConnections();
	server.close();
});

async function runStandIn(options: Partial<RunOptions> = {}, key = goodKey) {
	return await runNode({
		node: StandIn,
		credentialTypes: [BodyRuleApi, StatusRuleApi],
		credentials: { bodyRuleApi: { apiKey: key, baseUrl }, statusRuleApi: { apiKey: key, baseUrl } },
		...options,
		parameters: { path: '/file', ...options.parameters },
	});
}

const threeItems = [{ json: { n: 0 } }, { json: { n: 1, fail: true } }, { json: { n: 2 } }];

describe('a run', () => {
	it('streams a file to the store on disk, byte for byte', async () => {
		const run = await runStandIn();

		expect(run.status).toBe('success');
		expect(run.error).toBeUndefined();
		const item = run.items[0]?.[0];
		expect(item?.binary?.data).toMatchObject({
			bytes: file.length,
			mimeType: 'application/x-test',
		});
		expect(item?.binary?.data?.id).toMatch(/^filesystem-v2:/);
		expect((await run.binary(item)).equals(file)).toBe(true);
		await expect(run.binary(item, 'other')).rejects.toThrow('No file in field "other"');
	});

	it.each(['stored', 'inline'] as const)(
		'hands over input files that are %s',
		async (inputFiles) => {
			const bytes = Buffer.from('00ff10', 'hex');
			const run = await runStandIn({
				inputFiles,
				items: [
					{ json: {}, binary: { file: { bytes, mimeType: 'image/png', fileName: 'a.png' } } },
				],
			});
			expect(run.items[0]?.[0]?.json).toMatchObject({ received: '00ff10' });
			expect(run.runData.Feeder?.[0]?.data?.main?.[0]?.[0]?.binary?.file?.data).toBe(
				inputFiles === 'stored' ? 'filesystem-v2' : 'AP8Q',
			);
		},
	);

	it('fills in defaults and takes a resource locator as n8n stores it', async () => {
		const byDefault = await runStandIn();
		expect(byDefault.items[0]?.[0]?.json).toMatchObject({ model: 'first' });
		const byId = await runStandIn({
			parameters: { model: { __rl: true, mode: 'id', value: 'mine' } },
		});
		expect(byId.items[0]?.[0]?.json).toMatchObject({ model: 'mine' });
	});

	it('reports what n8n would refuse to start', async () => {
		const run = await runStandIn({ parameters: { path: '' } });
		expect(run).toMatchObject({ status: 'error', items: [] });
		expect(run.error?.message).toContain('issues');
		expect(requests).toHaveLength(0);
	});

	it('keeps the logs of concurrent runs apart', async () => {
		const runs = await Promise.all([
			runStandIn(),
			runStandIn({ retryOnFail: { maxTries: 2 }, parameters: { throws: 'firstTry' } }),
		]);
		const started = runs.map((run) => run.logs.filter((line) => line.startsWith('info: Started')));
		expect(started).toEqual([
			['info: Started { tries: 1 }'],
			['info: Started { tries: 1 }', 'info: Started { tries: 2 }'],
		]);
	});
});

describe('a failed item', () => {
	it('stops the workflow', async () => {
		const run = await runStandIn({ items: threeItems });
		expect(run).toMatchObject({ status: 'error', items: [] });
		expect(run.error).toMatchObject({ name: 'NodeOperationError', message: 'Told to fail' });
		expect(requests).toHaveLength(2);
	});

	it('stays in its place with "continue"', async () => {
		const run = await runStandIn({ items: threeItems, onError: 'continueRegularOutput' });
		expect(run.status).toBe('success');
		expect(run.error).toBeUndefined();
		expect(run.items).toHaveLength(1);
		expect(run.items[0]).toMatchObject([
			{ json: { tries: 1 }, pairedItem: { item: 0 } },
			{ json: { error: { message: 'Told to fail' } }, pairedItem: { item: 1 } },
			{ json: { tries: 1 }, pairedItem: { item: 2 } },
		]);
	});

	it("goes to the error output, with the input's fields merged in", async () => {
		const run = await runStandIn({ items: threeItems, onError: 'continueErrorOutput' });
		expect(run.items[0]).toMatchObject([{ pairedItem: { item: 0 } }, { pairedItem: { item: 2 } }]);
		expect(run.items[1]).toMatchObject([
			{ json: { n: 1, fail: true, error: { message: 'Told to fail' } }, pairedItem: { item: 1 } },
		]);
	});
});

describe('a node that throws', () => {
	it('runs again with all its items, in the same context', async () => {
		const run = await runStandIn({
			items: [{ json: {} }, { json: {} }],
			retryOnFail: { maxTries: 3 },
			parameters: { throws: 'firstTry' },
		});
		expect(run.status).toBe('success');
		expect(run.items[0]?.map(({ json }) => json.tries)).toEqual([2, 2]);
		// The first try ended with its first item.
		expect(requests).toHaveLength(3);
		expect(run.thrown).toMatchObject([{ message: 'Not yet' }]);
	});

	it('tells what n8n would show', async () => {
		const run = await runStandIn({ parameters: { throws: 'firstTry' } });
		expect(run.error).toMatchObject({
			name: 'NodeApiError',
			message: 'Not yet',
			description: 'Later',
			httpCode: '503',
		});
		const plain = await runStandIn({ parameters: { throws: 'raw' } });
		expect(plain.error).toMatchObject({ name: 'Error', message: 'Not an error of n8n' });
	});
});

describe('a credential', () => {
	it.each(['bodyRuleApi', 'statusRuleApi'])(
		'puts the header of %s into the request',
		async (credential) => {
			const run = await runStandIn({ parameters: { credential } });
			expect(run.status).toBe('success');
			expect(requests[0]?.headers.authorization).toBe(`Bearer ${goodKey}`);
		},
	);

	it('is nowhere in what a refused request leaves behind', async () => {
		const key = 'sk-wrong-9876543210';
		const run = await runStandIn({ onError: 'stopWorkflow' }, key);
		expect(requests[0]?.headers.authorization).toBe(`Bearer ${key}`);
		expect(run.error).toMatchObject({ name: 'NodeApiError', httpCode: '403' });
		expect(run.everything()).toContain('NodeApiError');
		expect(run.everything()).not.toContain(key);
	});

	it('is found in what the execution keeps of an error', async () => {
		const run = await runStandIn({ parameters: { throws: 'keyInContext' } });
		expect(run.everything()).toContain(goodKey);
	});

	it('is found in the cause of a thrown error, which the execution does not keep', async () => {
		const run = await runStandIn({ parameters: { throws: 'keyInCause' } });
		expect(run.everything()).not.toContain(goodKey);
		expect(inspectFully(run.thrown)).toContain(goodKey);
	});

	it('that was not given is asked for in vain', async () => {
		const run = await runStandIn({ credentials: undefined });
		expect(run.error?.message).toContain('credentials');
		expect(requests).toHaveLength(0);
	});
});

describe('the Test of a credential', () => {
	it.each([BodyRuleApi, StatusRuleApi])(
		'tells good, wrong and unreachable apart: %p',
		async (type) => {
			expect(await credentialTest(type, { apiKey: goodKey, baseUrl })).toEqual({
				status: 'OK',
				message: 'Connection successful!',
			});
			expect(await credentialTest(type, { apiKey: 'wrong', baseUrl })).toEqual({
				status: 'Error',
				message: 'The key was not accepted',
			});
			// The default base URL, where nothing listens.
			expect(await credentialTest(type, { apiKey: goodKey })).toEqual({
				status: 'Error',
				message: 'ECONNREFUSED',
			});
		},
	);

	it('names a status without a rule', async () => {
		class NoRules extends StatusRuleApi {
			override test = { request: { baseURL: '={{$credentials.baseUrl}}', url: '/hard-check' } };
		}
		expect(await credentialTest(NoRules, { apiKey: 'wrong', baseUrl })).toEqual({
			status: 'Error',
			message: 'Forbidden',
		});
	});
});

describe('stopping the execution', () => {
	it('reaches the cancel signal and the request under way', async () => {
		const stop = new AbortController();
		const arrived = once(server, 'request');
		const running = runStandIn({ parameters: { path: '/hang' }, cancelSignal: stop.signal });
		await arrived;
		const [request] = requests;
		if (!request) throw new Error('No request');
		const closed = once(request.socket, 'close');
		stop.abort();

		const run = await running;
		await closed;
		expect(run.status).toBe('canceled');
		expect(run.logs).toContain('warn: Told to stop');
	});

	it('keeps a node from starting when it comes first', async () => {
		const run = await runStandIn({ cancelSignal: AbortSignal.abort() });
		expect(run).toMatchObject({ status: 'canceled', items: [] });
		expect(requests).toHaveLength(0);
	});
});

describe('list search', () => {
	it('sees the form with its defaults, the credentials and the filter', async () => {
		const options = {
			node: StandIn,
			method: 'models',
			parameters: { path: '/file' },
			credentials: { bodyRuleApi: { apiKey: goodKey } },
			credentialTypes: [BodyRuleApi],
		};
		const all = await listSearch(options);
		expect(all.results.map(({ name }) => name)).toEqual([
			'/file',
			'bodyRuleApi',
			'key of 18 letters',
		]);
		expect((await listSearch({ ...options, filter: 'letters' })).results).toHaveLength(1);
	});
});

describe('the built package', () => {
	it('is found by node name and credential type name', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'seedream-dist-'));
		await mkdir(join(folder, 'nodes', 'Tiny'), { recursive: true });
		await mkdir(join(folder, 'credentials'));
		await writeFile(
			join(folder, 'nodes', 'Tiny', 'Tiny.node.js'),
			'exports.helper = 1; exports.Tiny = class { description = { name: "tiny" } };',
		);
		await writeFile(
			join(folder, 'credentials', 'TinyApi.credentials.js'),
			'exports.TinyApi = class { name = "tinyApi"; properties = [] };',
		);

		expect(createNode('Tiny', folder).description.name).toBe('tiny');
		expect([...createCredentialTypes(undefined, folder).keys()]).toEqual(['tinyApi']);
		await rm(folder, { recursive: true });
	});
});
