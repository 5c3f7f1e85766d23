import nock from '../../support/nock.mjs';
import { runNode, type RunOptions } from '../../support/engine.mjs';
import { useSandbox } from '../../support/fixtures.mjs';
import { adviceOf, NOTHING_CHARGED, summaryOf } from '../../support/wording.mjs';

const BALANCE = '/v1/balance';
const NODES = ['Seedream', 'Seedance', 'GptImage'];

const { sandbox, credentials, charged } = useSandbox();
afterEach(() => {
	// Asking costs nothing.
	expect(charged()).toEqual([]);
	expect(sandbox().requests.every(({ path }) => path === BALANCE)).toBe(true);
	nock.cleanAll();
});

const ask = async (node: string, options: Partial<RunOptions> = {}) =>
	await runNode({
		node,
		parameters: { gateway: 'gptunnel', operation: 'getBalance' },
		credentials: credentials(),
		...options,
	});

const withKey = (apiKey: string, baseUrl = sandbox().apiUrl) => ({
	gptunnelApi: { apiKey, baseUrl },
});

describe.each(NODES)('Get Balance of %s', (node) => {
	it('tells the balance, once for each item, and asks for nothing else', async () => {
		const result = await ask(node, { items: [{ json: { a: 1 } }, { json: { a: 2 } }] });
		expect(result.error).toBeUndefined();
		const json = { gateway: 'gptunnel', balance: 1000.5, creditLimit: 15000, currency: 'RUB' };
		expect(result.items[0]).toEqual([
			{ json, pairedItem: { item: 0 } },
			{ json, pairedItem: { item: 1 } },
		]);
		expect(sandbox().requests.map(({ method, path, body }) => [method, path, body])).toEqual([
			['GET', BALANCE, undefined],
			['GET', BALANCE, undefined],
		]);
	});

	it('a wrong key: says so, and that nothing was charged', async () => {
		const result = await ask(node, { credentials: withKey('wrong-key-of-someone') });
		expect(result.error).toMatchObject({
			message: `GPTunnel: ${summaryOf('keyNotAccepted')} (Unauthorized) [item 0]`,
			description: expect.stringContaining(NOTHING_CHARGED),
			httpCode: '401',
		});
	});

	it('a wrong key with On Error: Continue: the item stays in its place', async () => {
		const result = await ask(node, {
			credentials: withKey('wrong-key-of-someone'),
			onError: 'continueRegularOutput',
			items: [{ json: {} }, { json: {} }],
		});
		expect(result.items[0]).toEqual(
			[0, 1].map((item) => ({
				json: {
					error: {
						message: `GPTunnel: ${summaryOf('keyNotAccepted')} (Unauthorized) [item ${item}]`,
						description: expect.any(String),
						code: 'keyNotAccepted',
						httpCode: '401',
						gateway: 'gptunnel',
					},
				},
				pairedItem: { item },
			})),
		);
	});
});

it.each([
	[503, '', 'HTTP status 503'],
	[429, { message: 'Slow down' }, 'Slow down'],
	[200, { code: 6, message: 'Heavy load' }, 'Heavy load'],
	[200, { orgId: 'x', object: 'balance' }, 'the answer was not understood'],
	[200, '<html><title>Welcome</title></html>', 'Welcome'],
	[404, { message: 'No such page' }, 'No such page'],
])(
	'HTTP %d %j: the balance could not be read, and nobody speaks of charges or of options',
	async (status, body, says) => {
		// Longer than anyone waits, where it may pass.
		nock('http://gptunnel.test').get(BALANCE).reply(status, body, { 'retry-after': '3600' });
		const { error } = await ask('Seedream', {
			credentials: withKey('any-key-at-all', 'http://gptunnel.test'),
		});
		expect(error?.message).toMatch(
			new RegExp(`^GPTunnel: ${summaryOf('balanceNotSeen')} \\(.+\\) \\[item 0\\]$`),
		);
		expect(error?.message).toContain(says);
		expect(error?.description).toBe(adviceOf('balanceNotSeen'));
	},
);

it('a gateway that repeats the key: it is in no message', async () => {
	const key = 'key-that-is-repeated';
	nock('http://gptunnel.test')
		.get(BALANCE)
		.reply(401, { error: { message: `Unauthorized: ${key}` } });
	const { error } = await ask('Seedream', { credentials: withKey(key, 'http://gptunnel.test') });
	expect(error?.message).toBe(
		`GPTunnel: ${summaryOf('keyNotAccepted')} (Unauthorized: …) [item 0]`,
	);
});

it('an address that is none, and a host that cannot be reached', async () => {
	const none = await ask('Seedream', {
		credentials: withKey('any-key-at-all', 'ftp://gptunnel.ru'),
	});
	expect(none.error?.message).toBe(
		'Base URL: the base URL in the credential is not an http or https address [item 0]',
	);
	const away = await ask('Seedream', {
		credentials: withKey('any-key-at-all', 'http://127.0.0.1:9'),
	});
	expect(away.error?.message).toBe(
		`GPTunnel: ${summaryOf('notReachable')} (the connection was refused) [item 0]`,
	);
});

it.each(['myRouter', 'agentsFlare'])('%s does not tell it, and is not asked', async (gateway) => {
	const { error } = await ask('Seedream', { parameters: { gateway, operation: 'getBalance' } });
	expect(error?.message).toMatch(
		/^Operation: .+ does not tell the balance of an account \[item 0\]$/,
	);
	expect(sandbox().requests).toEqual([]);
});

it('a stopped execution', async () => {
	const result = await ask('Seedance', { cancelSignal: AbortSignal.abort() });
	expect(result.items).toEqual([]);
	expect(sandbox().requests).toEqual([]);
});
