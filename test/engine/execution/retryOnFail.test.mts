import type { INodeParameters } from 'n8n-workflow';
import nock from '../../support/nock.mjs';
import { runNode, type RunOptions } from '../../support/engine.mjs';
import { listen, useSandbox } from '../../support/fixtures.mjs';
import { picture } from '../../support/pictures.mjs';
import { NOTHING_CHARGED, summaryOf } from '../../support/wording.mjs';

const CREATE = '/v1/media/create';
const RETRY = { retryOnFail: { maxTries: 3 } };

const { sandbox, credentials, charged, requestsTo } = useSandbox({ taskSeconds: 0 });

const creates = () => requestsTo(CREATE);

async function generate(options: Partial<RunOptions> = {}, operation = 'generate') {
	return await runNode({
		node: 'GptImage',
		parameters: {
			operation,
			prompt: 'A red fox',
			options: operation === 'generate' ? { pollInterval: 0.2 } : {},
		},
		credentials: credentials(),
		...RETRY,
		...options,
	});
}
const items = (count: number) =>
	Array.from({ length: count }, (_none, number) => ({ json: { number } }));

describe('Retry On Fail', () => {
	it('takes up the task of a download that failed', async () => {
		// Each try sees two results: the link, and the link asked for anew.
		sandbox().behaviour.deadLinks = { results: 4, status: 404 };
		const run = await generate({ items: items(2) });
		expect(run.error).toBeUndefined();
		expect(run.thrown).toHaveLength(2);
		expect(run.items[0]?.map(({ binary }) => binary?.data?.mimeType)).toEqual([
			'image/webp',
			'image/webp',
		]);
		expect(charged()).toHaveLength(2);
	});

	it('does not order again what may have been accepted', async () => {
		sandbox().behaviour.submitFaults = ['reset'];
		const run = await generate();
		expect(run.thrown).toHaveLength(3);
		expect(run.error?.message).toContain(summaryOf('answerLost'));
		expect(creates()).toHaveLength(1);
	});

	it.each([
		['the filter', { code: 1002, message: 'Unsafe prompt' }, summaryOf('contentRefused')],
		['the input', { code: 3, message: 'Bad prompt' }, summaryOf('invalidInput')],
	])('does not send again what %s refused', async (_name, body, message) => {
		sandbox().behaviour.submitFaults = [{ status: 200, body }];
		const run = await generate();
		expect(run.thrown).toHaveLength(3);
		expect(run.error?.message).toContain(message);
		expect(creates()).toHaveLength(1);
		expect(charged()).toHaveLength(0);
	});

	it('sends again what the gateway could not do', async () => {
		sandbox().behaviour.submitFaults = [
			{ status: 200, body: { code: 500, message: 'Internal exception' } },
		];
		const run = await generate();
		expect(run.error).toBeUndefined();
		expect(creates()).toHaveLength(2);
		expect(charged()).toHaveLength(1);
	});

	it('buys a task that failed once more, but not one that the filter refused', async () => {
		sandbox().behaviour.taskEnd = ({ number }) => (number === 0 ? 'failed' : 'done');
		const again = await generate();
		expect(again.error).toBeUndefined();
		expect(charged()).toHaveLength(2);

		sandbox().reset();
		sandbox().behaviour.taskSeconds = 0;
		sandbox().behaviour.resultFaults = [
			{ status: 200, body: { code: 1001, message: 'Sensitive content' } },
		];
		const refused = await generate();
		expect(refused.error?.message).toContain(`${summaryOf('contentRefused')} (Sensitive content)`);
		expect(refused.thrown).toHaveLength(3);
		expect(charged()).toHaveLength(1);
	});

	it('creates no second task for the items that went well', async () => {
		sandbox().behaviour.submitFaults = [{ status: 200, body: { code: 5, message: 'No money' } }];
		const run = await generate({ items: items(3) }, 'createTask');
		expect(run.error).toBeUndefined();
		const ids = (run.items[0] ?? []).map(({ json }) => json.taskId);
		expect(new Set(ids).size).toBe(3);
		expect(charged()).toHaveLength(3);
	});

	it.each(['gptunnel', 'myRouter', 'agentsFlare'])(
		'%s: a lost answer of a synchronous request is not asked for again',
		async (gateway) => {
			// Half a stream brings the first picture, which is enough.
			for (const fault of gateway === 'agentsFlare'
				? (['reset'] as const)
				: (['reset', 'half'] as const)) {
				sandbox().reset();
				sandbox().behaviour.submitFaults = [fault];
				const run = await runNode({
					node: 'Seedream',
					parameters: { gateway, prompt: 'A red fox' },
					credentials: credentials(),
					...RETRY,
				});
				expect(run.thrown).toHaveLength(3);
				expect(run.error?.message).toContain(summaryOf('answerLost'));
				expect(charged()).toHaveLength(1);
			}
		},
	);

	it('buys for every item, also where all ask for the same', async () => {
		const run = await generate({ items: items(3) });
		expect(new Set(run.items[0]?.map(({ json }) => json.taskId)).size).toBe(3);
		expect(charged()).toHaveLength(3);
	});

	it.each([
		['HTTP 500', 500, { code: 500 }],
		['heavy load', 200, { code: 6 }],
	])('a task that is named in spite of %s is taken up', async (_name, status, body) => {
		const created = await generate({}, 'createTask');
		const id = created.items[0]?.[0]?.json.taskId;
		sandbox().behaviour.submitFaults = [{ status, body: { ...body, id, message: 'Try later' } }];
		const run = await generate();
		expect(run.thrown).toEqual([
			expect.objectContaining({ message: expect.stringContaining(`[task ${String(id)}]`) }),
		]);
		expect(run.error).toBeUndefined();
		expect(run.items[0]?.[0]?.json.taskId).toBe(id);
		expect(creates()).toHaveLength(2);
		expect(charged()).toHaveLength(1);
	});

	it('a task that fails is ordered once more and no third time, however many tries there are; a person orders anew', async () => {
		sandbox().behaviour.taskEnd = 'failed';
		const run = await generate({ retryOnFail: { maxTries: 5 } });
		expect(run.thrown).toHaveLength(5);
		expect(run.error?.message).toContain('[task');
		expect(creates()).toHaveLength(2);
		sandbox().behaviour.taskEnd = 'done';
		const again = await run.retry();
		expect(again.error).toBeUndefined();
		expect([creates().length, charged().length]).toEqual([3, 3]);
	});

	it('what a content filter refused is not sent again, in no try and by no person', async () => {
		sandbox().behaviour.submitFaults = [
			{ status: 200, body: { code: 1001, message: 'Sensitive content' } },
		];
		const run = await generate({ retryOnFail: { maxTries: 3 } });
		expect(run.error?.message).toContain(summaryOf('contentRefused'));
		expect(creates()).toHaveLength(1);
		const again = await run.retry();
		expect(again.error?.message).toContain(summaryOf('contentRefused'));
		expect([creates().length, charged().length]).toEqual([1, 0]);
	});

	it('an ID in a refusal that is no task’s is asked for, and not ordered again but by a person', async () => {
		sandbox().behaviour.submitFaults = [
			{ status: 500, body: { code: 500, id: 'request-77', message: 'Internal' } },
		];
		const run = await generate({ retryOnFail: { maxTries: 3 } });
		expect(run.thrown[0]).toMatchObject({
			description: expect.not.stringContaining('is paid for'),
		});
		expect(run.error?.message).toContain(summaryOf('taskNotFound'));
		expect(run.error?.message).toContain('[task request-77]');
		expect(creates()).toHaveLength(1);
		const again = await run.retry();
		expect(again.error).toBeUndefined();
		expect(charged()).toHaveLength(1);
	});

	it('goes on waiting for a task that was not finished in time', async () => {
		sandbox().behaviour.taskSeconds = 4;
		const run = await runNode({
			node: 'GptImage',
			parameters: {
				operation: 'generate',
				prompt: 'A red fox',
				options: { pollInterval: 0.2, timeout: 3 },
			},
			credentials: credentials(),
			...RETRY,
		});
		expect(run.error).toBeUndefined();
		expect(charged()).toHaveLength(1);
	});

	it('with "On Error: Continue" it holds as well', async () => {
		sandbox().behaviour.deadLinks = { results: 4, status: 403 };
		const run = await generate({ onError: 'continueRegularOutput' });
		expect(run.items[0]?.[0]?.json).toMatchObject({ status: 'succeeded' });
		expect(charged()).toHaveLength(1);
	});

	it.each(['gptunnel', 'myRouter', 'agentsFlare'])(
		'takes up the links of Seedream through %s',
		async (gateway) => {
			sandbox().behaviour.fileFaults = [403, 403].map((status) => ({ status, body: '' }));
			const run = await runNode({
				node: 'Seedream',
				parameters: { gateway, prompt: 'A red fox' },
				credentials: credentials(),
				...RETRY,
				items: items(2),
			});
			expect(run.error).toBeUndefined();
			expect(run.thrown.length).toBeGreaterThan(0);
			expect(run.items[0]?.filter(({ binary }) => binary?.data)).toHaveLength(2);
			expect(charged()).toHaveLength(2);
		},
	);
});

describe('what is not the same in the next try', () => {
	const draw = async (parameters: INodeParameters) =>
		await runNode({
			node: 'Seedream',
			parameters: { gateway: 'myRouter', prompt: 'A red fox', ...parameters },
			credentials: credentials(),
			...RETRY,
		});
	const refuseTwice = () =>
		(sandbox().behaviour.fileFaults = [403, 403].map((status) => ({ status, body: '' })));

	it('a prompt that is another each time', async () => {
		refuseTwice();
		const run = await draw({ prompt: '=A fox {{ Math.random() }}' });
		expect(run.thrown).toHaveLength(2);
		expect(run.error).toBeUndefined();
		expect(charged()).toHaveLength(1);
	});

	it.each([
		['is another each time', (read: number) => Buffer.alloc(read)],
		['is gone', (read: number) => (read === 1 ? Buffer.alloc(0) : undefined)],
	])('a reference image that %s', async (_what, more) => {
		const image = await picture(64, 64);
		let reads = 0;
		const { url } = await listen((_request, response) => {
			const added = more(++reads);
			if (added) response.end(Buffer.concat([image, added]));
			else response.writeHead(403).end();
		});
		refuseTwice();
		const run = await draw({ images: { image: [{ source: 'url', url: `${url}/fox.png` }] } });
		expect(run.thrown).toHaveLength(2);
		expect(run.items[0]?.[0]?.binary?.data?.mimeType).toBe('image/jpeg');
		expect(charged()).toHaveLength(1);
		// What is bought needs its reference no more.
		expect(reads).toBe(1);
	});
});

describe('synchronous results', () => {
	const baseUrl = 'https://gateway.test';
	const storage = 'https://storage.test';
	beforeAll(() => nock.disableNetConnect());
	afterEach(() => {
		expect(nock.pendingMocks()).toEqual([]);
		nock.cleanAll();
	});

	it('are downloaded by the next try, and bought once', async () => {
		nock(baseUrl)
			.post('/v3/seedream-4.0')
			.reply(200, { images: [`${storage}/0.png`, `${storage}/1.png`] });
		nock(storage)
			.get('/0.png')
			.reply(200, await picture(64, 64))
			.persist();
		nock(storage).get('/1.png').times(2).reply(403);
		nock(storage)
			.get('/1.png')
			.reply(200, await picture(64, 64));
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'myRouter', prompt: 'A red fox', options: { maxImages: 2 } },
			credentials: { myRouterApi: { apiKey: 'a-key-of-a-test', baseUrl } },
			...RETRY,
		});
		nock.removeInterceptor({ hostname: 'storage.test', path: '/0.png', proto: 'https' });
		expect(run.error).toBeUndefined();
		expect(run.thrown).toHaveLength(2);
		expect(run.items[0]?.map(({ json }) => json.index)).toEqual([0, 1]);
	});

	it('a picture that has a link is not ordered again, even where its state is “failed”', async () => {
		nock(baseUrl)
			.post('/v1/media/generate')
			.reply(200, { code: 0, id: 'made-1', status: 'failed', result: `${storage}/0.png` });
		const run = await runNode({
			node: 'Seedream',
			parameters: { prompt: 'A red fox' },
			credentials: { gptunnelApi: { apiKey: 'a-key-of-a-test', baseUrl } },
			...RETRY,
		});
		expect(run.thrown).toHaveLength(3);
		expect(run.error?.description).toContain(`Link: ${storage}/0.png Task ID: made-1`);
	});

	it.each(['stopWorkflow', 'continueRegularOutput'] as const)(
		'%s: are named where the credential is spoilt before a Retry',
		async (onError) => {
			nock(baseUrl)
				.post('/v3/seedream-4.0')
				.reply(200, { images: [`${storage}/0.png`] });
			nock(storage).get('/0.png').reply(403);
			const parameters = { gateway: 'myRouter', prompt: 'A red fox' };
			const apiKey = 'a-key-of-a-test';
			const failed = await runNode({
				node: 'Seedream',
				parameters,
				credentials: { myRouterApi: { apiKey, baseUrl } },
			});
			expect(failed.error?.description).toContain('takes up what was bought');
			const spoilt = await failed.retry({
				credentials: { myRouterApi: { apiKey, baseUrl: 'ftp://nowhere' } },
				onError,
			});
			const told = spoilt.error ?? spoilt.items[0]?.[0]?.json.error;
			expect(told).toMatchObject({
				message: expect.stringContaining('Base URL'),
				description: expect.stringContaining(`Link: ${storage}/0.png`),
			});
			expect(told).toMatchObject({
				description: expect.not.stringContaining(NOTHING_CHARGED),
			});
		},
	);

	it('are named when a later try is stopped before their turn', async () => {
		const stop = new AbortController();
		nock(baseUrl)
			.post('/v3/seedream-4.0')
			.reply(200, { images: [`${storage}/0.png`] });
		nock(baseUrl)
			.post('/v3/seedream-4.0')
			.reply(200, { images: [`${storage}/1.png`] });
		nock(storage).get('/0.png').reply(403);
		nock(storage)
			.get('/1.png')
			.reply(200, await picture(64, 64));
		nock(storage)
			.get('/0.png')
			.reply(() => {
				stop.abort();
				return [403];
			});
		const { status, logs } = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'myRouter', prompt: 'A red fox', options: { maxConcurrency: 1 } },
			credentials: { myRouterApi: { apiKey: 'a-key-of-a-test', baseUrl } },
			items: items(2),
			onError: 'continueRegularOutput',
			...RETRY,
			cancelSignal: stop.signal,
		});
		expect(status).toBe('canceled');
		const line = logs.find((text) => text.includes('was stopped'));
		for (const number of [0, 1])
			expect(line).toContain(`item ${number}: made by MyRouter: ${storage}/${number}.png`);
	});

	it('are named where the parameters of another item are invalid in the next try', async () => {
		const draws = (number: number) =>
			nock(baseUrl).post('/v3/seedream-4.0', ({ prompt }) => prompt === `Fox ${number}`);
		draws(0).reply(200, { images: [`${storage}/0.png`, `${storage}/1.png`] });
		draws(1).reply(200, { images: [`${storage}/2.png`] });
		draws(2).reply(500, { message: 'Internal' });
		nock(storage)
			.get(/png/)
			.times(3)
			.reply(200, await picture(64, 64));
		nock('https://pictures.test')
			.get('/fox.png')
			.reply(200, await picture(64, 64), { 'content-type': 'image/png' });
		nock('https://pictures.test').get('/fox.png').reply(403);
		const run = await runNode({
			node: 'Seedream',
			parameters: {
				gateway: 'myRouter',
				prompt: '=Fox {{ $json.number }}',
				images: { image: [{ source: 'url', url: 'https://pictures.test/fox.png' }] },
				options: { maxImages: 2, maxConcurrency: 1 },
			},
			credentials: { myRouterApi: { apiKey: 'a-key-of-a-test', baseUrl } },
			items: items(3),
			retryOnFail: { maxTries: 2 },
		});
		expect(run.thrown).toHaveLength(2);
		expect(run.error?.message).toContain('Reference Images');
		expect(run.error?.description).toContain(
			`item 0: ${storage}/0.png , ${storage}/1.png , item 1: ${storage}/2.png`,
		);
	});

	it.each([
		['in seconds', { 'retry-after': '1' }],
		[
			'by a clock that is a century ahead of ours',
			{ date: 'Wed, 01 Jan 2120 10:00:00 GMT', 'retry-after': 'Wed, 01 Jan 2120 10:00:01 GMT' },
		],
	])(
		'a refusal that passes is sent again, as late as the gateway asks: %s',
		async (_how, headers) => {
			nock(baseUrl).post('/v3/seedream-4.0').reply(429, { message: 'Slow down' }, headers);
			nock(baseUrl)
				.post('/v3/seedream-4.0')
				.reply(200, { images: [`${storage}/0.png`] });
			nock(storage)
				.get('/0.png')
				.reply(200, await picture(64, 64));
			const run = await runNode({
				node: 'Seedream',
				parameters: { gateway: 'myRouter', prompt: 'A red fox' },
				credentials: { myRouterApi: { apiKey: 'a-key-of-a-test', baseUrl } },
			});
			expect(run.error).toBeUndefined();
			expect(run.items[0]).toHaveLength(1);
		},
	);

	it('a refusal that the gateway puts off beyond the deadline is told at once', async () => {
		nock(baseUrl)
			.post('/v3/seedream-4.0')
			.reply(429, { message: 'Slow down' }, { 'retry-after': '3600' });
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'myRouter', prompt: 'A red fox' },
			credentials: { myRouterApi: { apiKey: 'a-key-of-a-test', baseUrl } },
		});
		expect(run.error?.message).toContain(
			`MyRouter: ${summaryOf('rateLimited')} (Slow down; it asks to wait 3600 seconds)`,
		);
	});

	it.each([
		['http://127.0.0.1:9/x.png', 'private network: 127.0.0.1:9'],
		['http://[::1]/x.png', 'private network: [::1]'],
		['http://192.168.0.1/x.png', 'private network: 192.168.0.1'],
		['http://0x7f000001/x.png', 'private network: 127.0.0.1'],
		['http://localhost/x.png', 'private network: localhost'],
	])('a public gateway cannot lead the download to %s', async (target, words) => {
		nock(baseUrl)
			.post('/v3/seedream-4.0')
			.reply(200, { images: [`${storage}/0.png`] });
		nock(storage).get('/0.png').reply(302, '', { location: target });
		const redirected = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'myRouter', prompt: 'A red fox' },
			credentials: { myRouterApi: { apiKey: 'a-key-of-a-test', baseUrl } },
		});
		expect(redirected.error?.message).toContain(words);
	});
});
