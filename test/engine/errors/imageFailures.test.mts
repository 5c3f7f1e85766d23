import { encode } from 'eventsource-encoder';
import nock from '../../support/nock.mjs';
import { runNode, type RunOptions } from '../../support/engine.mjs';
import { itSince2 } from '../../support/engineVersions.mjs';
import { inspectFully } from '../../support/n8nHost.mjs';
import { heavyPicture, picture } from '../../support/pictures.mjs';
import { adviceOf, summaryOf } from '../../support/wording.mjs';

const baseUrl = 'https://gateway.test';
const storage = 'https://storage.test';
const apiKey = 'sk-very-secret-0123456789';
const credentials = Object.fromEntries(
	['gptunnelApi', 'myRouterApi', 'agentsFlareApi'].map((name) => [name, { apiKey, baseUrl }]),
);
const PATHS = {
	gptunnel: '/v1/media/generate',
	myRouter: '/v3/seedream-4.0',
	agentsFlare: '/byteplus/v3/images/generations',
} as const;
type Name = keyof typeof PATHS;
const GATEWAYS: Name[] = ['gptunnel', 'myRouter', 'agentsFlare'];

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
	// Every request that a test prepared an answer for was made, and none besides.
	expect(nock.pendingMocks()).toEqual([]);
	nock.cleanAll();
});

/** Runs one node, and sees to it that the key is nowhere in what it leaves behind. */
async function generate(gateway: Name, parameters: object = {}, options: Partial<RunOptions> = {}) {
	const run = await runNode({
		node: 'Seedream',
		parameters: { gateway, prompt: 'A red fox', ...parameters },
		credentials,
		...options,
	});
	expect(run.everything() + inspectFully(run.thrown)).not.toContain(apiKey);
	return run;
}

const post = (gateway: Name) => nock(baseUrl).post(PATHS[gateway]);

/** A file at its storage, which does not answer a request that carries a key. */
const file = (index: number) =>
	nock(storage, { badheaders: ['authorization'] }).get(`/${index}.jpeg`);
const made = (index: number) =>
	encode({
		event: 'image_generation.partial_succeeded',
		data: JSON.stringify({
			type: 'image_generation.partial_succeeded',
			image_index: index,
			url: `${storage}/${index}.jpeg`,
			size: '2048x2048',
		}),
	});
const refused = (index: number) =>
	encode({
		event: 'image_generation.partial_failed',
		data: JSON.stringify({
			type: 'image_generation.partial_failed',
			image_index: index,
			error: { code: 'OutputImageSensitiveContentDetected', message: 'The image may be sensitive' },
		}),
	});
const completed = encode({
	event: 'image_generation.completed',
	data: JSON.stringify({ type: 'image_generation.completed', usage: { generated_images: 3 } }),
});
const done = 'data: [DONE]\n\n';
const events = { 'content-type': 'text/event-stream; charset=utf-8' };

describe('a set that fails in part', () => {
	const parts = [made(0), refused(1), made(2), refused(3), made(4), completed, done].join('');
	const prepare = async () => {
		const bytes = await picture(64, 64, 'jpeg');
		post('agentsFlare').reply(200, parts, events);
		for (const index of [0, 2, 4]) file(index).reply(200, bytes);
	};

	it('keeps what came, with "On Error: Continue"', async () => {
		await prepare();
		const run = await generate(
			'agentsFlare',
			{ options: { maxImages: 5 } },
			{ onError: 'continueRegularOutput' },
		);
		const items = run.items[0] ?? [];
		expect(items.map(({ json }) => json.index ?? 'failed')).toEqual([0, 'failed', 2, 'failed', 4]);
		expect(items.filter(({ binary }) => binary?.data)).toHaveLength(3);
		expect(items[1]?.json.error).toMatchObject({
			message: expect.stringContaining(
				`${summaryOf('contentRefused', { isPart: true })} (The image may be sensitive; picture 2 of 5)`,
			),
			code: 'OutputImageSensitiveContentDetected',
			gateway: 'agentsFlare',
		});
		expect(items.every(({ pairedItem }) => JSON.stringify(pairedItem) === '{"item":0}')).toBe(true);
	});

	it('puts the failed ones on the error output', async () => {
		await prepare();
		const run = await generate(
			'agentsFlare',
			{ options: { maxImages: 5 } },
			{ onError: 'continueErrorOutput' },
		);
		expect(run.items.map((items) => items.length)).toEqual([3, 2]);
	});

	it('stops else, and names the links of what came', async () => {
		await prepare();
		const run = await generate('agentsFlare', { options: { maxImages: 5 } });
		expect(run.error?.message).toContain(summaryOf('contentRefused', { isPart: true }));
		for (const index of [0, 2, 4])
			expect(run.error?.description).toContain(`${storage}/${index}.jpeg`);

		// As the description says, the rest comes out with "On Error: Continue", and is not ordered again.
		expect(run.error?.description).toContain('set to continue');
		for (const index of [0, 2, 4]) file(index).reply(200, await picture(64, 64, 'jpeg'));
		const again = await run.retry({ onError: 'continueRegularOutput' });
		expect(again.items[0]?.map(({ json }) => json.index ?? 'failed')).toEqual([
			0,
			'failed',
			2,
			'failed',
			4,
		]);
		expect(again.items[0]?.filter(({ binary }) => binary?.data)).toHaveLength(3);
	});

	it('a stream that ends early has failed in part', async () => {
		post('agentsFlare').reply(200, made(0) + made(1), events);
		for (const index of [0, 1]) file(index).reply(200, await picture(64, 64, 'jpeg'));
		const run = await generate(
			'agentsFlare',
			{ options: { maxImages: 3 } },
			{ onError: 'continueRegularOutput' },
		);
		expect(run.items[0]?.map(({ json }) => json.index ?? json.error)).toEqual([
			0,
			1,
			expect.objectContaining({
				message: expect.stringContaining('the stream ended early, after 2 of 3 images'),
			}),
		]);
	});

	it('fewer images than asked for are no failure when the stream is complete', async () => {
		post('agentsFlare').reply(200, made(0) + completed + done, events);
		file(0).reply(200, await picture(64, 64, 'jpeg'));
		const run = await generate('agentsFlare', { options: { maxImages: 3 } });
		expect(run.items[0]?.map(({ json }) => [json.index, json.count])).toEqual([[0, 1]]);
	});

	it('an answer without a stream is read, too, each picture for itself', async () => {
		post('agentsFlare').reply(200, {
			model: 'seedream-4-5-251128',
			created: 1768273118,
			data: [
				{ url: `${storage}/0.jpeg`, size: '2048x2048' },
				{ error: { code: 'InternalServiceError', message: 'no' } },
			],
			usage: { generated_images: 1 },
		});
		file(0).reply(200, await picture(64, 64, 'jpeg'));
		const run = await generate(
			'agentsFlare',
			{ options: { maxImages: 2 } },
			{ onError: 'continueRegularOutput' },
		);
		expect(run.items[0]?.map(({ json }) => json.status ?? 'failed')).toEqual([
			'succeeded',
			'failed',
		]);
	});

	it.each([
		[
			{ data: '{"error":{"code":"ServerOverloaded","message":"busy"}}' },
			`AgentsFlare: ${summaryOf('rateLimited')} (busy) [item 0]`,
		],
		[
			{ event: 'error', data: '{"code":"ServerOverloaded","message":"busy"}' },
			`AgentsFlare: ${summaryOf('rateLimited')} (busy) [item 0]`,
		],
		[
			{
				data: '{"type":"error","code":"InvalidParameter.SensitiveContentDetected","message":"no"}',
			},
			`AgentsFlare: ${summaryOf('contentRefused')} (no) [item 0]`,
		],
		[
			{ data: '{"error":"overloaded"}' },
			`AgentsFlare: ${summaryOf('gatewayFailed')} (overloaded) [item 0]`,
		],
	])('an error before the first picture fails as a whole: %j', async (event, message) => {
		post('agentsFlare').reply(200, encode(event), events);
		const run = await generate('agentsFlare', { options: { maxImages: 3 } });
		expect(run.error?.message).toBe(message);
	});

	it.each(['', 'text/plain', 'application/json', 'application/octet-stream'])(
		'a stream is read as one, whatever its content type says: %p',
		async (type) => {
			post('agentsFlare').reply(
				200,
				`\uFEFF${made(0)}${made(1)}`.trimEnd(),
				type ? { 'content-type': type } : {},
			);
			for (const index of [0, 1]) file(index).reply(200, await picture(64, 64, 'jpeg'));
			const run = await generate('agentsFlare', { options: { maxImages: 2 } });
			expect(run.items[0]?.map(({ json }) => json.index)).toEqual([0, 1]);
		},
	);

	it('a link that came in an odd answer is named whole', async () => {
		const link = `${storage}/0.jpeg?X-Tos-Signature=${'0'.repeat(600)}`;
		post('myRouter').reply(200, { data: [{ url: link }] });
		const run = await generate('myRouter');
		expect(run.error?.description).toContain(`Link: ${link}`);
	});

	it('a key that is a part of a link does not break the link', async () => {
		post('myRouter').reply(200, { images: [`${storage}/0.jpeg`] });
		file(0).reply(200, await picture(64, 64, 'jpeg'));
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'myRouter', prompt: 'A red fox' },
			credentials: { myRouterApi: { apiKey: 'storage', baseUrl } },
		});
		expect(run.items[0]?.[0]?.json.url).toBe(`${storage}/0.jpeg`);
	});

	it('a key is hidden however the gateway writes it', async () => {
		const key = 'sk-ab/cd+ef/1234567890==';
		post('myRouter').reply(
			401,
			`{"message":"bad key ${key.replaceAll('/', '\\/')}, ${encodeURIComponent(key)}"}`,
		);
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'myRouter', prompt: 'A red fox' },
			credentials: { myRouterApi: { apiKey: key, baseUrl } },
		});
		expect(run.error?.message).toBe(
			`MyRouter: ${summaryOf('keyNotAccepted')} (bad key …, …) [item 0]`,
		);
		expect(run.everything()).not.toContain(key);
	});

	it('a whole set that is refused is an item for each', async () => {
		post('agentsFlare').reply(200, refused(0) + refused(1) + completed + done, events);
		const run = await generate(
			'agentsFlare',
			{ options: { maxImages: 2 } },
			{ onError: 'continueRegularOutput' },
		);
		expect(run.items[0]?.map(({ json }) => Object.keys(json))).toEqual([['error'], ['error']]);
	});

	it('a set that is refused in part for its rate is not collected again, with others at work', async () => {
		const slow = { error: { code: 'ModelAccountRpmRateLimitExceeded', message: 'slow down' } };
		post('agentsFlare').reply(200, { data: [{ url: `${storage}/0.jpeg` }, slow] });
		post('agentsFlare')
			.delay(300)
			.reply(200, { data: [{ url: `${storage}/1.jpeg` }, { url: `${storage}/2.jpeg` }] });
		for (const index of [0, 1, 2]) file(index).reply(200, await picture(64, 64, 'jpeg'));
		const run = await generate(
			'agentsFlare',
			{ options: { maxImages: 2 } },
			{ onError: 'continueRegularOutput', items: [{ json: {} }, { json: {} }] },
		);
		expect(run.items[0]?.map(({ json }) => (json.error ? 'failed' : json.status))).toEqual([
			'succeeded',
			'failed',
			'succeeded',
			'succeeded',
		]);
	});

	it('a picture with an empty error beside it is a picture', async () => {
		post('agentsFlare').reply(200, { data: [{ url: `${storage}/0.jpeg`, error: {} }] });
		file(0).reply(200, await picture(64, 64, 'jpeg'));
		const run = await generate('agentsFlare');
		expect(run.items[0]?.map(({ json }) => json.status)).toEqual(['succeeded']);
	});

	it('an answer in one line that is larger than one event may be is read', async () => {
		const pixels = (await heavyPicture(20 * 1024 * 1024)).toString('base64');
		post('agentsFlare').reply(200, {
			data: [pixels, pixels, pixels].map((b64_json) => ({ b64_json })),
		});
		const run = await generate('agentsFlare', {
			options: { maxImages: 3, responseFormat: 'base64' },
		});
		expect(run.error).toBeUndefined();
		expect(run.items[0]).toHaveLength(3);
	});

	it.each<[Name, object]>([
		['myRouter', { images: [`${storage}/0.jpeg`, null, `${storage}/2.jpeg`] }],
		['agentsFlare', { data: [{ url: `${storage}/0.jpeg` }, {}, { url: `${storage}/2.jpeg` }] }],
	])('%s: one entry that is none does not lose the others', async (gateway, answer) => {
		post(gateway).reply(200, answer);
		for (const index of [0, 2]) file(index).reply(200, await picture(64, 64, 'jpeg'));
		const run = await generate(
			gateway,
			{ options: { maxImages: 3 } },
			{ onError: 'continueRegularOutput' },
		);
		expect(run.items[0]?.map(({ json }) => json.index ?? 'failed')).toEqual([0, 'failed', 2]);
	});
});

describe('what a gateway refuses', () => {
	it.each<[Name, number, unknown, string]>([
		[
			'gptunnel',
			200,
			{ code: 2, message: 'Invalid token' },
			`GPTunnel: ${summaryOf('keyNotAccepted')} (Invalid token)`,
		],
		[
			'myRouter',
			401,
			{ code: 401, reason: 'FAILED_TO_AUTH', message: 'auth failed' },
			`MyRouter: ${summaryOf('keyNotAccepted')} (auth failed)`,
		],
		[
			'myRouter',
			403,
			{ code: 403, reason: 'INVALID_API_KEY', message: 'no' },
			`MyRouter: ${summaryOf('keyNotAccepted')} (no)`,
		],
		[
			'agentsFlare',
			404,
			{ statusCode: 404, message: 'Key not found' },
			`AgentsFlare: ${summaryOf('keyNotAccepted')} (Key not found)`,
		],
		[
			'agentsFlare',
			401,
			{ error: { code: 'AuthenticationError', message: 'no' } },
			`AgentsFlare: ${summaryOf('keyNotAccepted')} (no)`,
		],
		[
			'myRouter',
			401,
			{ message: `Incorrect API key provided: ${apiKey}` },
			`MyRouter: ${summaryOf('keyNotAccepted')} (Incorrect API key provided: …)`,
		],
		[
			'agentsFlare',
			401,
			{ error: { code: 'AuthenticationError', message: `Bearer ${apiKey}` } },
			`AgentsFlare: ${summaryOf('keyNotAccepted')} (Bearer …)`,
		],
		[
			'gptunnel',
			200,
			{ code: 2, message: `No such token: ${apiKey}` },
			`GPTunnel: ${summaryOf('keyNotAccepted')} (No such token: …)`,
		],
		[
			'gptunnel',
			200,
			{ code: 5, message: 'Low balance' },
			`GPTunnel: ${summaryOf('balanceExhausted')} (Low balance)`,
		],
		[
			'myRouter',
			403,
			{ reason: 'NOT_ENOUGH_BALANCE', message: 'top up' },
			`MyRouter: ${summaryOf('balanceExhausted')} (top up)`,
		],
		[
			'agentsFlare',
			403,
			{ error: { code: 'AccountOverdueError', message: 'overdue' } },
			`AgentsFlare: ${summaryOf('balanceExhausted')} (overdue)`,
		],
		[
			'gptunnel',
			200,
			{ code: 6, message: 'Heavy load' },
			`GPTunnel: ${summaryOf('rateLimited')} (Heavy load; it asks to wait 3600 seconds)`,
		],
		[
			'myRouter',
			429,
			{ message: 'slow down' },
			`MyRouter: ${summaryOf('rateLimited')} (slow down; it asks to wait 3600 seconds)`,
		],
		[
			'agentsFlare',
			429,
			'slow',
			`AgentsFlare: ${summaryOf('rateLimited')} (HTTP status 429: slow; it asks to wait 3600 seconds)`,
		],
		[
			'gptunnel',
			200,
			{ code: 7, message: 'closed' },
			`GPTunnel: ${summaryOf('modelNotAvailable', { model: 'seedream-4' })} (closed)`,
		],
		[
			'myRouter',
			404,
			{ message: 'not found' },
			`MyRouter ${summaryOf('modelUnknown', { model: 'seedream-4.0' })} (not found)`,
		],
		[
			'agentsFlare',
			400,
			{ statusCode: 400, message: 'Model x is not available' },
			`AgentsFlare: ${summaryOf('modelNotAvailable', { model: 'seedream-4-5-251128' })}`,
		],
		[
			'gptunnel',
			200,
			{ code: 1001, message: 'no' },
			`GPTunnel: ${summaryOf('contentRefused')} (no)`,
		],
		[
			'myRouter',
			400,
			{ reason: 'ILLEGAL_PROMPT', message: 'no' },
			`MyRouter: ${summaryOf('contentRefused')} (no)`,
		],
		[
			'agentsFlare',
			400,
			{ error: { code: 'InputTextSensitiveContentDetected', message: 'no' } },
			'AgentsFlare: the content filter refused',
		],
		[
			'gptunnel',
			200,
			{
				code: 3,
				message: 'Invalid input',
				issues: [{ path: 'size', expected: '1K', message: 'bad' }],
			},
			`GPTunnel: ${summaryOf('invalidInput')} (Invalid input; size: bad)`,
		],
		[
			'agentsFlare',
			400,
			{ error: { code: 'InvalidParameter', message: 'bad size' } },
			`AgentsFlare: ${summaryOf('invalidInput')} (bad size)`,
		],
		[
			'agentsFlare',
			404,
			{ statusCode: 404, message: 'Cannot POST /x', error: 'Not Found' },
			`AgentsFlare: ${summaryOf('notReachable')} (Cannot POST /x; it does not know the address`,
		],
		[
			'myRouter',
			500,
			'<html><title>Oops</title><body>x</body></html>',
			`MyRouter: ${summaryOf('gatewayFailed')} (HTTP status 500: Oops)`,
		],
		[
			'gptunnel',
			502,
			'<html><h1>Bad gateway</h1></html>',
			`GPTunnel: ${summaryOf('answerLost')} (HTTP status 502: Bad gateway)`,
		],
		[
			'gptunnel',
			524,
			'error code: 524',
			`GPTunnel: ${summaryOf('answerLost')} (HTTP status 524: error code: 524)`,
		],
		['myRouter', 408, '', `MyRouter: ${summaryOf('answerLost')} (HTTP status 408)`],
		['gptunnel', 200, '', `GPTunnel: ${summaryOf('answerLost')} (the answer was empty)`],
		[
			'gptunnel',
			200,
			{ code: 0, id: 't1', status: 'failed', result: 'failed' },
			`GPTunnel: ${summaryOf('gatewayFailed')} (the state is "failed")`,
		],
		[
			'gptunnel',
			200,
			{ code: 0, id: 't1', status: 'processing', result: 'processing' },
			`GPTunnel: ${summaryOf('answerLost')} (what came is neither a link nor a picture: processing)`,
		],
		[
			'agentsFlare',
			200,
			{ error: { code: 'ServerOverloaded', message: 'busy' } },
			`AgentsFlare: ${summaryOf('rateLimited')} (busy; it asks to wait 3600 seconds)`,
		],
		[
			'myRouter',
			200,
			'{"images":[',
			`MyRouter: ${summaryOf('answerLost')} (the answer was not understood`,
		],
		[
			'myRouter',
			200,
			{ images: ['javascript:alert(1)'] },
			`MyRouter: ${summaryOf('answerLost')} (the answer was not understood`,
		],
		[
			'myRouter',
			200,
			{ images: 'fox' },
			`MyRouter: ${summaryOf('answerLost')} (the answer was not understood`,
		],
		[
			'myRouter',
			200,
			{ images: [] },
			`MyRouter: ${summaryOf('answerLost')} (the answer was not understood`,
		],
		[
			'agentsFlare',
			200,
			{ data: 'fox' },
			`AgentsFlare: ${summaryOf('answerLost')} (the answer was not understood`,
		],
		[
			'gptunnel',
			200,
			{ code: 0, result: '***' },
			`GPTunnel: ${summaryOf('answerLost')} (what came is neither a link nor a picture: ***)`,
		],
		[
			'agentsFlare',
			302,
			'',
			`AgentsFlare: ${summaryOf('notReachable')} (HTTP status 302; it leads to https://elsewhere.test/)`,
		],
	])('%s, HTTP %d: %j', async (gateway, status, body, message) => {
		const reply = typeof body === 'object' && body !== null ? JSON.stringify(body) : String(body);
		// So late that it is not sent again.
		const headers = { 'retry-after': '3600' };
		post(gateway).reply(
			status,
			reply,
			status === 302 ? { ...headers, location: 'https://elsewhere.test/' } : headers,
		);
		const run = await generate(gateway);
		expect(run.error?.message).toContain(message);
		expect(run.error?.message).toContain('[item 0]');
	});

	it.each(GATEWAYS)('%s: a connection that breaks is not tried again', async (gateway) => {
		post(gateway).replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
		const run = await generate(gateway);
		expect(run.error?.message).toContain(summaryOf('answerLost'));
		expect(run.error?.description).toContain(adviceOf('answerLost'));
	});
});

describe('a network that is not there', () => {
	const lost = `${summaryOf('answerLost')} (the `;
	const fails = async (
		fields: { code: string; syscall?: string },
		message: string,
		requests: number,
	) => {
		// As Node words it; n8n 1.123 keeps nothing else.
		const words =
			fields.syscall === undefined ? 'network' : `${fields.syscall} ${fields.code} 192.0.2.1:443`;
		post('myRouter')
			.times(requests)
			.replyWithError(Object.assign(new Error(words), fields));
		const run = await generate('myRouter');
		expect(run.error?.message).toContain(message);
	};
	it.each([
		[{ code: 'EHOSTUNREACH', syscall: 'read' }, lost, 1],
		[{ code: 'ENETUNREACH', syscall: 'write' }, lost, 1],
		[{ code: 'EPROTO', syscall: 'write' }, lost, 1],
		[
			{ code: 'EHOSTUNREACH', syscall: 'connect' },
			`${summaryOf('notReachable')} (there is no route to the host)`,
			3,
		],
	])('%j', fails);

	itSince2('it keeps no code of an error, and these have none in their words').each([
		[
			{ code: 'ENETUNREACH', errors: [{ syscall: 'connect' }, { syscall: 'connect' }] },
			`${summaryOf('notReachable')} (there is no route to the network)`,
			3,
		],
		[{ code: 'CERT_HAS_EXPIRED' }, `${summaryOf('notReachable')} (the certificate has expired)`, 1],
	])('%j', fails);
});

describe('files', () => {
	const answer = { code: 0, id: 'task-1', status: 'done', result: `${storage}/0.jpeg`, cost: '8' };

	it('a download that fails twice is tried again, and nothing is bought twice', async () => {
		post('gptunnel').reply(200, answer);
		file(0).replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
		file(0).reply(503);
		file(0).reply(200, await picture(64, 64, 'png'), { 'content-type': 'image/jpeg' });
		const run = await generate('gptunnel');
		expect(run.items[0]?.[0]?.json).toMatchObject({
			mimeType: 'image/png',
			fileName: '0.png',
			width: 64,
		});
	});

	it('a dead link is named, with the task id', async () => {
		post('gptunnel').reply(200, answer);
		file(0).reply(403);
		const run = await generate('gptunnel');
		expect(run.error?.message).toContain(summaryOf('fileGone'));
		expect(run.error?.description).toContain(`Link: ${storage}/0.jpeg`);
		expect(run.error?.description).toContain('Task ID: task-1');
	});

	it('with several dead links, each is named', async () => {
		for (const index of [0, 1, 2]) {
			post('gptunnel').reply(200, {
				...answer,
				id: `task-${index}`,
				result: `${storage}/${index}.jpeg`,
			});
			file(index).reply(403);
		}
		const run = await generate(
			'gptunnel',
			{},
			{ items: [{ json: {} }, { json: {} }, { json: {} }] },
		);
		for (const index of [0, 1, 2])
			expect(run.error?.description).toContain(`${storage}/${index}.jpeg`);
	});

	it('the task id is kept when the rest is not understood', async () => {
		post('gptunnel').reply(200, {
			code: 0,
			id: 'task-9',
			status: 'done',
			result: [`${storage}/0.jpeg`],
		});
		const run = await generate('gptunnel', {}, { onError: 'continueRegularOutput' });
		expect(run.items[0]?.[0]?.json.error).toMatchObject({ taskId: 'task-9' });
	});

	it('a link that leads to a page is asked once', async () => {
		post('gptunnel').reply(200, answer);
		file(0).reply(200, '<html>Gone</html>', { 'content-type': 'text/html' });
		const run = await generate('gptunnel');
		expect(run.error?.message).toContain('the link leads to text/html');
	});

	it('an empty file is none', async () => {
		post('gptunnel').reply(200, answer);
		for (let attempt = 0; attempt < 3; attempt++) file(0).reply(200, '');
		const run = await generate('gptunnel', {}, { onError: 'continueRegularOutput' });
		expect(run.items[0]?.[0]?.json.error).toMatchObject({
			message: expect.stringContaining('the file is empty'),
			taskId: 'task-1',
			gateway: 'gptunnel',
		});
	});
});
