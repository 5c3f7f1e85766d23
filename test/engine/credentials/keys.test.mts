import { keyForms } from '../../property/support/mutation.mjs';
import nock from '../../support/nock.mjs';
import { credentialTest } from '../../support/credentialTest.mjs';
import { runNode, type EngineRun, type RunOptions } from '../../support/engine.mjs';
import { inspectFully } from '../../support/n8nHost.mjs';
import { picture } from '../../support/pictures.mjs';
import { NOTHING_CHARGED, summaryOf } from '../../support/wording.mjs';

const baseUrl = 'https://gateway.test';
const storage = 'https://storage.test';
const KEY = 'sk-9f/Qz+7c&0b1d<k2==';

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
	expect(nock.pendingMocks()).toEqual([]);
	nock.cleanAll();
});

/** All that a run leaves behind, and all that it has thrown. */
const all = (run: EngineRun) => run.everything() + inspectFully(run.thrown);

async function generate(apiKey: string, options: Partial<RunOptions> = {}, gateway = 'myRouter') {
	return await runNode({
		node: 'Seedream',
		parameters: { gateway, prompt: 'A red fox', options: { timeout: 20 } },
		credentials: { [`${gateway}Api`]: { apiKey, baseUrl } },
		...options,
	});
}

describe('a pasted key', () => {
	it.each([
		['curly quotes', '“sk-0123456789abcdef”'],
		['a zero-width space', 'sk-01234\u200B56789abcdef'],
		[
			'a byte-order mark, a soft hyphen, and a direction mark',
			'\uFEFFsk-0123\u00AD456789abcdef\u200E',
		],
		['a no-break space', 'sk-0123\u00A0456789abcdef'],
		['a header in quotes', '"Authorization: Bearer sk-0123456789abcdef"'],
	])('with %s is sent without, and hidden as it was sent', async (_with, apiKey) => {
		const sent: unknown[] = [];
		nock(baseUrl)
			.post('/v3/seedream-4.0')
			.reply(401, function () {
				sent.push(this.req.headers.authorization);
				return {
					code: 401,
					reason: 'INVALID_API_KEY',
					message: `bad key ${String(this.req.headers.authorization)}`,
				};
			});
		const run = await generate(apiKey);
		expect(sent.flat()).toEqual(['Bearer sk-0123456789abcdef']);
		expect(run.error?.message).toBe(
			`MyRouter: ${summaryOf('keyNotAccepted')} (bad key Bearer …) [item 0]`,
		);
		expect(all(run)).not.toContain('0123456789');
	});

	it.each([
		[
			'sk-0123456789аbcdef',
			'the API key in the credential has a character that no key has: "а" (U+0430)',
		],
		[
			'sk-0123–456789abcdef',
			'the API key in the credential has a character that no key has: "–" (U+2013)',
		],
		[
			'sk-0123é456789abcdef',
			'the API key in the credential has a character that no key has: "é" (U+00E9)',
		],
		[
			'sk-0123\u007F456789abcdef',
			'the API key in the credential has a character that no key has: "\u007F" (U+007F)',
		],
		['“”', 'the API key in the credential is empty'],
	])('%p is refused before it is sent, in the credential’s test as well', async (apiKey, says) => {
		const run = await generate(apiKey);
		expect(run.error?.message).toBe(`MyRouter: ${summaryOf('keyNotAccepted')} (${says}) [item 0]`);
		expect(run.error?.description).toContain(NOTHING_CHARGED);
		expect(all(run)).not.toContain('456789');
		const tested = await credentialTest('myRouterApi', { apiKey, baseUrl });
		expect(tested).toEqual({ status: 'Error', message: says });
	});
});

describe('a key that the gateway repeats', () => {
	const percent = encodeURIComponent(KEY);

	it('is hidden in every form', async () => {
		const forms = keyForms(KEY);
		nock(baseUrl)
			.post('/v3/seedream-4.0')
			.reply(401, { code: 401, reason: 'INVALID_API_KEY', message: forms.join(' ') });
		const run = await generate(KEY);
		expect(run.error?.message).toBe(
			`MyRouter: ${summaryOf('keyNotAccepted')} (${forms.map(() => '…').join(' ')}) [item 0]`,
		);
	});

	it('is hidden where it is shorter than any, as a word of its own', async () => {
		nock(baseUrl).post('/v3/seedream-4.0').reply(401, {
			code: 401,
			reason: 'INVALID_API_KEY',
			message: 'bad key k-7x, ?key=k%2d7x, k-7xy',
		});
		const run = await generate('k-7x');
		expect(run.error?.message).toBe(
			`MyRouter: ${summaryOf('keyNotAccepted')} (bad key …, ?key=…, k-7xy) [item 0]`,
		);
	});

	it('is hidden where it was cut off with the words', async () => {
		for (const form of [KEY, percent, Buffer.from(KEY).toString('base64')]) {
			for (const length of [8, 12, 13, form.length - 1]) {
				const title = `${'x'.repeat(200 - length)}${form}`;
				nock(baseUrl)
					.post('/v3/seedream-4.0')
					.reply(500, `<title>${title.replaceAll('<', '&lt;')}</title>`);
				const run = await generate(KEY);
				expect(run.error?.message).not.toContain(form.slice(0, 8));
			}
		}
	});

	it('is hidden in what is no whole JSON', async () => {
		nock(baseUrl)
			.post('/v3/seedream-4.0')
			.reply(401, `{"message":"bad key ${KEY.slice(0, 12)}`);
		const run = await generate(KEY);
		expect(run.error?.message).toContain('bad key …');
	});

	it('is hidden in links, hosts included, and in the names of files', async () => {
		const key = 'sk-0123456789abcdef';
		nock(baseUrl)
			.post('/v3/seedream-4.0')
			.reply(200, { images: [`https://${key}.storage.test/a/${key}.jpeg?k=${key}`] });
		nock(`https://${key}.storage.test`)
			.get(/.*/)
			.reply(200, await picture(64, 64, 'jpeg'));
		const run = await generate(key);
		expect(run.items[0]?.[0]?.json).toMatchObject({
			url: 'https://….storage.test/a/….jpeg?k=…',
			fileName: '….jpeg',
		});
		expect(all(run)).not.toContain(key.slice(0, 10));
	});

	it('is hidden in the host of a link that is refused, where it is written small', async () => {
		const key = 'sk-0123456789ABCdef';
		nock(baseUrl)
			.post('/v3/seedream-4.0')
			.reply(200, { images: [`https://${key}.localhost/a.jpeg`] });
		const run = await generate(key);
		expect(run.error?.message).toContain('the link leads into a private network: ….localhost');
	});

	it('in the words of a layer does not make a result forgotten', async () => {
		const layers = [
			{ url: `${storage}/base.png`, z_index: 0 },
			{ url: `${storage}/fox.png`, z_index: 1, name: `fox of ${KEY}`, description: 'a fox' },
		];
		const parameters = { gateway: 'agentsFlare', prompt: 'A red fox', options: { timeout: 20 } };
		nock(baseUrl).post('/byteplus/v3/images/generations').reply(200, { data: layers });
		nock(storage)
			.get('/base.png')
			.reply(200, await picture(64, 64, 'png'))
			.get('/fox.png')
			.reply(404);
		const failed = await generate(KEY, { parameters }, 'agentsFlare');
		expect(failed.error?.description).toContain(`Link: ${storage}/fox.png`);
		nock(storage)
			.get('/base.png')
			.reply(200, await picture(64, 64, 'png'))
			.get('/fox.png')
			.reply(200, await picture(64, 64, 'png'));
		const { items } = await failed.retry();
		expect(items[0]?.map(({ json }) => json.layer)).toEqual([
			expect.anything(),
			expect.objectContaining({ name: 'fox of …' }),
		]);
	});
});

describe('a key that begins with a word', () => {
	it.each([
		'gptunnel-0123456789',
		'gptunnelabc0123456789',
		'succeeded-0123456789',
		'seedream-4-0123456789',
	])('%s leaves the word alone', async (apiKey) => {
		nock(baseUrl)
			.post('/v1/media/generate')
			.reply(200, {
				code: 0,
				id: 'task-1',
				status: 'done',
				result: `${storage}/succeeded.jpeg`,
				cost: '8',
			});
		nock(storage)
			.get('/succeeded.jpeg')
			.reply(200, await picture(64, 64, 'jpeg'));
		const run = await generate(apiKey, {}, 'gptunnel');
		expect(run.items[0]?.[0]?.json).toMatchObject({
			gateway: 'gptunnel',
			status: 'succeeded',
			model: 'seedream-4',
			fileName: 'succeeded.jpeg',
		});
	});

	it.each(['gptunnel', 'succeeded', 'seedream-4'])(
		'%s, which is one, leaves our own alone',
		async (apiKey) => {
			nock(baseUrl)
				.post('/v1/media/generate')
				.reply(200, {
					code: 0,
					id: 'task-1',
					status: 'done',
					result: `${storage}/0.jpeg`,
					cost: '8',
				});
			nock(storage)
				.get('/0.jpeg')
				.reply(200, await picture(64, 64, 'jpeg'));
			const run = await runNode({
				node: 'Seedream',
				parameters: { gateway: 'gptunnel', prompt: 'A red fox' },
				credentials: { gptunnelApi: { apiKey: `"${apiKey}"`, baseUrl } },
			});
			expect(run.items[0]?.[0]?.json).toMatchObject({
				gateway: 'gptunnel',
				status: 'succeeded',
				model: 'seedream-4',
			});
		},
	);

	it('leaves a word at the end of the gateway’s words alone', async () => {
		nock(baseUrl)
			.post('/v1/media/generate')
			.reply(200, { code: 3, message: 'Not a model of gptunnel' });
		const run = await generate('gptunnel-0123456789', {}, 'gptunnel');
		expect(run.error?.message).toContain('Not a model of gptunnel)');
	});
});

describe('a credential of expressions', () => {
	const keyOf = (index: number) => `sk-of-item-${index}-0123456789`;
	const hostOf = (index: number) => `https://gateway-${index}.test`;
	const items = [0, 1, 2].map((index) => ({ json: { host: hostOf(index), key: keyOf(index) } }));
	const credential = { apiKey: '={{ $json.key }}', baseUrl: '={{ $json.host }}' };

	it.each(['stopWorkflow', 'continueRegularOutput'] as const)(
		'%s: sends each item with its own key to its own address, and hides that',
		async (onError) => {
			for (const index of [0, 1, 2]) {
				const order = nock(hostOf(index), {
					reqheaders: { authorization: `Bearer ${keyOf(index)}` },
				}).post('/v3/seedream-4.0');
				if (index === 1 && onError !== 'stopWorkflow') {
					order.reply(401, {
						code: 401,
						reason: 'INVALID_API_KEY',
						message: `bad key ${keyOf(1)}`,
					});
					continue;
				}
				order.reply(200, { images: [`${storage}/${keyOf(index)}.jpeg`] });
				nock(storage)
					.get(/.*/)
					.reply(200, await picture(64, 64, 'jpeg'));
			}
			const { items: output } = await runNode({
				node: 'Seedream',
				parameters: { gateway: 'myRouter', prompt: 'A red fox', options: { timeout: 20 } },
				credentials: { myRouterApi: credential },
				items,
				onError,
			});
			const told = output[0]?.map(({ json }) => json.url ?? Object(json.error).message);
			const link = `${storage}/….jpeg`;
			expect(told).toEqual(
				onError === 'stopWorkflow'
					? [link, link, link]
					: [link, `MyRouter: ${summaryOf('keyNotAccepted')} (bad key …) [item 1]`, link],
			);
		},
	);

	it('asks for each task, and its balance, with the key of its item', async () => {
		for (const index of [0, 1, 2]) {
			nock(hostOf(index), { reqheaders: { authorization: keyOf(index) } })
				.post('/v1/media/result')
				.reply(200, { code: 0, id: `task-${index}`, status: 'processing' })
				.get('/v1/balance')
				.reply(200, { balance: index });
		}
		const ask = async (parameters: object) =>
			await runNode({
				node: 'Seedance',
				parameters: { gateway: 'gptunnel', ...parameters },
				credentials: { gptunnelApi: credential },
				items,
			});
		const { items: states } = await ask({
			operation: 'getResult',
			taskId: '=task-{{ $itemIndex }}',
		});
		expect(states[0]?.map(({ json }) => [json.taskId, json.status])).toEqual(
			[0, 1, 2].map((index) => [`task-${index}`, 'running']),
		);
		const { items: balances } = await ask({ operation: 'getBalance' });
		expect(balances[0]?.map(({ json }) => json.balance)).toEqual([0, 1, 2]);
	});
});
