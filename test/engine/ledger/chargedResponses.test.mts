/**
 * What was paid for wins: whatever an answer holds (links, data, tasks) is taken before anything that it says went
 * wrong, at every gateway, in whole answers and in streams; what cannot be taken is named, and not ordered again.
 */
import type { INodeParameters } from 'n8n-workflow';
import { runNode, type EngineRun } from '../../support/engine.mjs';
import nock from '../../support/nock.mjs';
import { picture } from '../../support/pictures.mjs';
import { NOTHING_CHARGED, summaryOf } from '../../support/wording.mjs';

const GATEWAY = 'https://gateway.test';
const STORAGE = 'https://files.test';
const LINK = `${STORAGE}/made.png`;

let file: Buffer;
beforeAll(async () => {
	nock.disableNetConnect();
	file = await picture(64, 64);
});
afterEach(() => nock.cleanAll());

type Node = 'Seedream' | 'Seedance' | 'GptImage';

interface Played {
	run: EngineRun;
	/** Paid requests that reached the gateway. */
	paid: number;
}

interface Asked {
	parameters?: INodeParameters;
	tries?: number;
	status?: number;
	/** What the gateway answers to a question for the task. */
	task?: unknown;
	contentType?: string;
}

/** Plays one order against a gateway that always gives the same answer. */
async function play(
	node: Node,
	gateway: string,
	answer: unknown,
	{ parameters = {}, tries, status = 200, task, contentType = 'application/json' }: Asked = {},
): Promise<Played> {
	let paid = 0;
	const body = typeof answer === 'string' ? answer : JSON.stringify(answer);
	const isLook = (path: string) => /\/media\/result$|\/task-result\?|\/tasks\//.test(path);
	nock(GATEWAY)
		.persist()
		.get(isLook)
		.reply(task === undefined ? 404 : 200, () =>
			JSON.stringify(task ?? { error: { code: 'NotFound', message: 'no such task' } }),
		)
		.post('/v1/media/result')
		.reply(200, () => JSON.stringify(task ?? { code: 4, message: 'no such task' }))
		.post((path) => !isLook(path))
		.reply(() => {
			paid += 1;
			return [status, body, { 'Content-Type': contentType }];
		});
	nock(STORAGE)
		.persist()
		.get(/.*/)
		.reply(200, () => file);
	const run = await runNode({
		node,
		parameters: { gateway, prompt: 'a fox', ...parameters },
		credentials: { [`${gateway}Api`]: { apiKey: 'sandbox-key-of-a-test', baseUrl: GATEWAY } },
		...(tries === undefined ? {} : { retryOnFail: { maxTries: tries } }),
	});
	return { run, paid };
}

const json = ({ items }: EngineRun) => items[0]?.map((item) => item.json);

/** What gateways, and the proxies before them, put where nothing went wrong. */
const NO_ERRORS = [
	{},
	null,
	'',
	[],
	{ code: '', message: '' },
	{ code: null, message: null },
	{ code: 0, message: 'success' },
	false,
];

/** A good answer of each service that makes pictures, as the gateway documents it. */
const GOOD: ReadonlyArray<[node: Node, gateway: string, answer: object]> = [
	['Seedream', 'gptunnel', { id: 'g1', status: 'done', result: LINK }],
	['Seedream', 'myRouter', { images: [LINK] }],
	['Seedream', 'agentsFlare', { model: 'm', created: 1_700_000_000, data: [{ url: LINK }] }],
	['Seedream', 'modelArk', { model: 'm', created: 1_700_000_000, data: [{ url: LINK }] }],
	['GptImage', 'myRouter', { created: 1_700_000_000, data: [{ url: LINK }] }],
	['GptImage', 'agentsFlare', { created: 1_700_000_000, data: [{ url: LINK }] }],
];

describe.each(GOOD)('%s at %s', (node, gateway, answer) => {
	it.each(NO_ERRORS.map((error) => [JSON.stringify(error), error]))(
		'an error of %s beside the file',
		async (_shown, error) => {
			const { run, paid } = await play(node, gateway, { ...answer, error }, { tries: 2 });
			expect(run.error).toBeUndefined();
			expect(json(run)).toMatchObject([{ url: LINK, status: 'succeeded' }]);
			expect(paid).toBe(1);
		},
	);

	it.each<[what: string, status: number, beside: object]>([
		['a real error', 200, { error: { code: 'RateLimitExceeded', message: 'too many' } }],
		['a code that nobody documents', 200, { code: 4711, message: 'odd' }],
		['too many requests', 429, { error: { code: 'RateLimitExceeded', message: 'too many' } }],
		['a server that broke', 500, { error: { message: 'context deadline' } }],
		['201', 201, {}],
	])('%s beside the file (%d): the file is taken', async (_what, status, beside) => {
		const { run, paid } = await play(node, gateway, { ...answer, ...beside }, { tries: 2, status });
		expect(run.error).toBeUndefined();
		expect(json(run)).toMatchObject([{ url: LINK, status: 'succeeded' }]);
		expect(paid).toBe(1);
	});
});

const TASKS: ReadonlyArray<[node: Node, gateway: string, answer: object, done: object]> = [
	['Seedance', 'gptunnel', { id: 't1', status: 'idle' }, { id: 't1', status: 'done', url: LINK }],
	['GptImage', 'gptunnel', { id: 't1', status: 'idle' }, { id: 't1', status: 'done', url: LINK }],
	[
		'Seedance',
		'myRouter',
		{ task_id: 't1' },
		{ task: { task_id: 't1', status: 'TASK_STATUS_SUCCEED' }, videos: [{ video_url: LINK }] },
	],
	[
		'Seedance',
		'agentsFlare',
		{ id: 't1' },
		{ id: 't1', status: 'succeeded', content: { video_url: LINK } },
	],
	[
		'Seedance',
		'modelArk',
		{ id: 't1' },
		{ id: 't1', status: 'succeeded', content: { video_url: LINK } },
	],
];

describe.each(TASKS)('tasks of %s at %s', (node, gateway, answer, done) => {
	it.each(NO_ERRORS.map((error) => [JSON.stringify(error), error]))(
		'an error of %s beside the ID, and beside the result',
		async (_shown, error) => {
			const { run, paid } = await play(
				node,
				gateway,
				{ ...answer, error },
				{ tries: 2, parameters: { operation: 'createTask' } },
			);
			expect(run.error).toBeUndefined();
			expect(json(run)).toMatchObject([{ taskId: 't1', status: 'queued' }]);
			expect(paid).toBe(1);
			nock.cleanAll();
			const result = await play(
				node,
				gateway,
				{},
				{ task: { ...done, error }, parameters: { operation: 'getResult', taskId: 't1' } },
			);
			expect(json(result.run)).toMatchObject([{ status: 'succeeded', url: LINK }]);
		},
	);

	it.each<[what: string, status: number, beside: object]>([
		[
			'too many requests under HTTP 200',
			200,
			{ error: { code: 'RateLimitExceeded', message: 'too many' }, code: 6, message: 'heavy load' },
		],
		[
			'too many requests',
			429,
			{ error: { code: 'RateLimitExceeded', message: 'too many' }, code: 6, message: 'heavy load' },
		],
		['a server that broke', 500, { error: { message: 'broken' }, code: 500, message: 'broken' }],
	])(
		'%s beside the ID: the task is named, and another try takes it up',
		async (_what, status, beside) => {
			const { run, paid } = await play(
				node,
				gateway,
				{ ...answer, ...beside },
				{ tries: 2, status, task: done },
			);
			expect(run.error).toBeUndefined();
			expect(json(run)).toMatchObject([{ taskId: 't1', url: LINK }]);
			expect(paid).toBe(1);
		},
	);

	it('an empty balance beside the ID: another try looks for the task before anything is ordered again', async () => {
		const beside = {
			error: { code: 'InsufficientBalance', message: 'no balance' },
			code: 5,
			message: 'no balance',
		};
		const { run, paid } = await play(
			node,
			gateway,
			{ ...answer, ...beside },
			{ tries: 2, task: done },
		);
		expect(json(run)).toMatchObject([{ taskId: 't1', url: LINK }]);
		expect(paid).toBe(1);
	});

	it.each(['completed', 'success', 'finished', 'weird_new_word'])(
		'the state "%s" beside the link is done',
		async (word) => {
			const state =
				'task' in done
					? { ...done, task: { task_id: 't1', status: word } }
					: { ...done, status: word };
			const { run } = await play(node, gateway, answer, {
				task: state,
				parameters: { operation: 'getResult', taskId: 't1' },
			});
			expect(json(run)).toMatchObject([{ status: 'succeeded', url: LINK, gatewayStatus: word }]);
		},
	);

	it.each([
		['canceled', 'cancelled'],
		['CANCELLED', 'cancelled'],
		['expired', 'expired'],
		['failure', 'failed'],
	])('the state "%s" has ended', async (word, status) => {
		const state =
			'task' in done ? { task: { task_id: 't1', status: word } } : { id: 't1', status: word };
		const { run } = await play(node, gateway, answer, {
			task: state,
			parameters: { operation: 'getResult', taskId: 't1' },
		});
		expect(json(run)).toMatchObject([{ status, isDone: true }]);
	});

	it('a result under an HTTP status of a failure is taken', async () => {
		let looks = 0;
		nock(GATEWAY)
			.persist()
			.get(/./)
			.reply(() => (looks++, [500, JSON.stringify(done)]))
			.post(/./)
			.reply(() => (looks++, [500, JSON.stringify(done)]));
		const { run } = await play(node, gateway, answer, {
			parameters: { operation: 'getResult', taskId: 't1' },
		});
		expect(json(run)).toMatchObject([{ status: 'succeeded', url: LINK }]);
		expect(looks).toBe(1);
	});
});

describe('refusals under HTTP 200', () => {
	it.each(['agentsFlare', 'myRouter', 'gptunnel'])(
		'a content filter of OpenAI’s at %s is not asked again',
		async (gateway) => {
			const answer = {
				error: {
					message: 'Your request was rejected by the safety system',
					code: 'moderation_blocked',
				},
			};
			const { run, paid } = await play('GptImage', gateway, answer, { tries: 3 });
			expect(run.error?.message).toContain(summaryOf('contentRefused'));
			expect(paid).toBe(1);
		},
	);

	it.each<[code: string, node: Node, gateway: string, answer: object, says: string]>([
		[
			'MyRouter’s own code',
			'Seedream',
			'myRouter',
			{ code: 403, reason: 'NOT_ENOUGH_BALANCE', message: 'not enough balance' },
			summaryOf('balanceExhausted'),
		],
		[
			'BytePlus’s code at MyRouter',
			'Seedream',
			'myRouter',
			{ error: { code: 'insufficient_quota', message: 'You exceeded your quota' } },
			summaryOf('balanceExhausted'),
		],
		[
			'BytePlus’s code at GPTunnel',
			'Seedance',
			'gptunnel',
			{ error: { code: 'InputTextSensitiveContentDetected', message: 'no' } },
			'the content filter refused',
		],
		[
			'a word in place of a picture at GPTunnel',
			'Seedream',
			'gptunnel',
			{ id: 'g1', code: 5, message: 'no balance', result: 'processing' },
			summaryOf('balanceExhausted'),
		],
		[
			'AgentsFlare’s own words',
			'Seedream',
			'agentsFlare',
			{ error: { message: 'Key not found' } },
			summaryOf('keyNotAccepted'),
		],
	])('%s is understood', async (_what, node, gateway, answer, says) => {
		const { run } = await play(node, gateway, answer);
		expect(run.error?.message).toContain(says);
	});
});

describe('too many requests', () => {
	it('beside an ID that nobody can ask for: it is named, and not ordered again', async () => {
		const { run, paid } = await play(
			'Seedream',
			'gptunnel',
			{ id: 'g1', code: 6, message: 'heavy load' },
			{ tries: 3 },
		);
		expect(run.error?.message).toContain(`${summaryOf('rateLimited')} (heavy load) [task g1]`);
		expect(run.error?.description).not.toContain(NOTHING_CHARGED);
		expect(paid).toBe(1);
	});

	it('beside pictures that all failed: the same is not sent again by itself', async () => {
		const { run, paid } = await play(
			'Seedream',
			'modelArk',
			{ data: [{ error: { code: 'InternalServiceError', message: 'broken' } }] },
			{ status: 429 },
		);
		expect(run.error?.description).not.toContain(NOTHING_CHARGED);
		expect(paid).toBe(1);
	});
});

it('an ID that the gateway does not know is not logged as paid for', async () => {
	const { run } = await play(
		'Seedance',
		'modelArk',
		{},
		{ parameters: { operation: 'getResult', taskId: 't9' } },
	);
	expect(run.error?.message).toContain(summaryOf('taskNotFound'));
	expect(run.logs.join('\n')).not.toContain('paid for');
});

it('a task that failed, with a link: nothing is said of a Retry, which orders anew', async () => {
	const { run } = await play(
		'Seedance',
		'modelArk',
		{ id: 't1' },
		{
			task: { id: 't1', status: 'failed', content: { video_url: LINK } },
			parameters: { options: { pollInterval: 1 } },
		},
	);
	expect(run.error?.description).toContain(LINK);
	expect(run.error?.description).not.toContain('takes up what was bought');
});

describe('streams', () => {
	const event = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
	const made = { type: 'image_generation.partial_succeeded', image_index: 0, url: LINK };
	const completed = { type: 'image_generation.completed', usage: { generated_images: 1 } };

	it.each<[what: string, events: unknown[]]>([
		[
			'an error before the image',
			[{ error: { code: 'InternalServiceError', message: 'for a moment' } }, made, completed],
		],
		['an error beside the image', [{ ...made, error: { code: 'X', message: 'odd' } }, completed]],
		['an empty error before the image', [{ error: {} }, made, completed]],
		[
			'an error of a picture in another event',
			[{ type: 'error', code: 'X', message: 'odd' }, made, completed],
		],
	])('%s: the image is taken', async (_what, events) => {
		const { run, paid } = await play(
			'Seedream',
			'modelArk',
			events.map(event).join('') + 'data: [DONE]\n\n',
			{ tries: 2, contentType: 'text/event-stream', parameters: { maxImages: 2 } },
		);
		expect(json(run)?.[0]).toMatchObject({ url: LINK });
		expect(paid).toBe(1);
	});

	it('an error before a link that no page describes: another try downloads it', async () => {
		const events = [
			{ error: { code: 'RateLimitExceeded', message: 'slowly' } },
			{ type: 'odd', output: { href: LINK } },
		];
		const { run, paid } = await play('Seedream', 'modelArk', events.map(event).join(''), {
			tries: 2,
			contentType: 'text/event-stream',
			parameters: { maxImages: 2 },
		});
		expect(json(run)).toMatchObject([{ url: LINK }]);
		expect(paid).toBe(1);
	});

	it('an error without an image is told, and a refusal by content not asked again', async () => {
		const { run, paid } = await play(
			'Seedream',
			'modelArk',
			event({ error: { code: 'OutputImageSensitiveContentDetected', message: 'no' } }),
			{ tries: 3, parameters: { maxImages: 2 } },
		);
		expect(run.error?.message).toContain('the content filter refused');
		expect(paid).toBe(1);
	});
});

describe('an answer that no page describes', () => {
	it('with a link: another try downloads it, as the message says', async () => {
		const { run, paid } = await play('Seedream', 'modelArk', {
			output: { pictures: [{ href: LINK }] },
		});
		expect(run.error?.message).toContain('was not understood');
		expect(`${run.error?.description}`).toContain('takes up what was bought');
		const again = await run.retry();
		expect(again.error).toBeUndefined();
		expect(json(again)).toMatchObject([{ url: LINK }]);
		expect((await again.binary(again.items[0]?.[0])).equals(file)).toBe(true);
		expect(paid).toBe(1);
	});

	it.each<[what: string, status: number, beside: object]>([
		['too many requests', 429, {}],
		[
			'too many requests under HTTP 200',
			200,
			{ error: { code: 'RateLimitExceeded', message: 'slowly' } },
		],
		['a server that broke', 500, { error: { message: 'broken' } }],
	])('with a link to a file, and %s: another try downloads it', async (_what, status, beside) => {
		const { run, paid } = await play(
			'Seedream',
			'modelArk',
			{ help: 'https://gateway.test/docs', output: [LINK], ...beside },
			{ tries: 2, status },
		);
		expect(json(run)).toMatchObject([{ url: LINK }]);
		expect(paid).toBe(1);
	});

	it.each([
		['a page', { help: 'https://gateway.test/docs' }],
		['a picture, in a sentence', { message: `broken, see ${LINK}` }],
	])('with a link to %s in a refusal: that is not what was made', async (_what, error) => {
		const { run, paid } = await play(
			'Seedream',
			'modelArk',
			{ error: { message: 'broken', ...error } },
			{ tries: 2, status: 500 },
		);
		expect(run.error?.message).toContain('could not do the request');
		expect(paid).toBe(2);
	});

	it('what was sent along comes back in it: that is not what was made', async () => {
		const reference = `${STORAGE}/reference.png`;
		const images = { image: [{ source: 'url', url: reference }] };
		const { run } = await play(
			'Seedream',
			'modelArk',
			{ input: reference, output: { href: LINK } },
			{ parameters: { images, options: { handLinksOn: true } } },
		);
		expect(run.error?.description).toContain(LINK);
		expect(run.error?.description).not.toContain(reference);
	});

	it('a refusal that repeats what was sent is a refusal', async () => {
		const reference = `${STORAGE}/reference.png`;
		const images = { image: [{ source: 'url', url: reference }] };
		const { run } = await play(
			'Seedream',
			'myRouter',
			{ code: 400, reason: 'INVALID_IMAGE', message: 'image is too small', images: [reference] },
			{ status: 400, parameters: { images, options: { handLinksOn: true } } },
		);
		expect(run.error?.message).toContain('image is too small');
	});
});

describe('refusals that come from behind the gateway', () => {
	const filter = {
		error: {
			code: 'InputTextSensitiveContentDetected',
			message: 'may contain sensitive information',
		},
	};

	it.each<[what: string, status: number, answer: object]>([
		[
			'as JSON in a text',
			500,
			{
				error: {
					code: 'bad_response_status_code',
					type: 'upstream_error',
					message: JSON.stringify(filter),
				},
			},
		],
		[
			'as JSON behind words',
			500,
			{ error: { code: '500', message: `APIConnectionError: ${JSON.stringify(filter)}` } },
		],
		['as the error', 200, { error: JSON.stringify(filter) }],
		['as one of several', 200, { success: false, errors: [filter.error], result: null }],
		[
			'with a code for all',
			200,
			{ code: 99, message: 'rejected as a result of our safety system' },
		],
		['by OpenAI’s code', 200, { error: { code: 'moderation_blocked', message: 'no' } }],
	])(
		'a content filter, told %s (%d), is not asked again at any gateway',
		async (_what, status, answer) => {
			for (const [node, gateway] of [
				['Seedream', 'gptunnel'],
				['Seedance', 'gptunnel'],
				['Seedance', 'myRouter'],
				['GptImage', 'agentsFlare'],
				['Seedream', 'modelArk'],
			] as const) {
				const { run, paid } = await play(node, gateway, answer, { tries: 3, status });
				expect(run.error?.message).toContain(summaryOf('contentRefused'));
				expect(paid).toBe(1);
				nock.cleanAll();
			}
		},
	);

	it.each<[status: number, answer: unknown, says: string]>([
		[
			403,
			{
				error: {
					message: '用户额度不足, 剩余额度: ＄0.000000',
					type: 'new_api_error',
					code: 'insufficient_user_quota',
				},
			},
			summaryOf('balanceExhausted'),
		],
		[
			401,
			{ error: { message: '该令牌额度已用尽', type: 'new_api_error' } },
			summaryOf('balanceExhausted'),
		],
		[
			429,
			{ error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } },
			summaryOf('balanceExhausted'),
		],
		[
			400,
			{
				error: {
					message: 'Budget has been exceeded! Current cost: 10.1, Max budget: 10.0',
					code: '400',
				},
			},
			summaryOf('balanceExhausted'),
		],
		[
			200,
			{ success: false, message: 'your credit balance is too low' },
			summaryOf('balanceExhausted'),
		],
		[200, { code: 402, msg: 'pay first', data: null }, summaryOf('balanceExhausted')],
		[200, { code: 401, message: 'Invalid token' }, summaryOf('keyNotAccepted')],
		[
			200,
			{ status: 400, error: 'Bad Request', message: 'size is not valid' },
			`${summaryOf('invalidInput')} (size is not valid)`,
		],
		[
			403,
			{ error: { message: '该令牌无权访问模型 m', type: 'new_api_error' } },
			'is not available',
		],
		[403, 'error code: 1020', summaryOf('accessDenied')],
	])(
		'HTTP status %d with %j is told as what it is, and free, at every gateway',
		async (status, answer, says) => {
			for (const [node, gateway] of [
				['Seedance', 'gptunnel'],
				['Seedream', 'myRouter'],
				['GptImage', 'agentsFlare'],
				['Seedance', 'modelArk'],
			] as const) {
				const { run, paid } = await play(node, gateway, answer, { status });
				expect(run.error?.message).toContain(says);
				expect(run.error?.description).toContain(NOTHING_CHARGED);
				expect(paid).toBe(1);
				nock.cleanAll();
			}
		},
	);

	it.each<[says: string, error: object]>([
		[summaryOf('balanceExhausted'), { message: 'Insufficient balance' }],
		['the content filter refused', { code: 'moderation_blocked', message: 'no' }],
		[summaryOf('keyNotAccepted'), { message: 'Key not found' }],
	])('a stream is read by the gateway’s own words: %s', async (says, error) => {
		const { run } = await play(
			'Seedream',
			'agentsFlare',
			`data: ${JSON.stringify({ error })}\n\n`,
			{ contentType: 'text/event-stream', parameters: { maxImages: 2 } },
		);
		expect(run.error?.message).toContain(says);
	});

	it.each<[node: Node, gateway: string, list: string, error: object]>([
		['GptImage', 'myRouter', 'data', { code: 'moderation_blocked', message: 'no' }],
		['GptImage', 'agentsFlare', 'data', { message: 'content_policy_violation' }],
		['Seedream', 'myRouter', 'images', { code: 'NSFW', message: 'no' }],
		[
			'Seedream',
			'modelArk',
			'data',
			{ code: 'OutputImageSensitiveContentDetected', message: 'no' },
		],
	])(
		'a picture that the filter refused in place of its link: %s at %s',
		async (node, gateway, list, error) => {
			const parameters = {
				maxImages: 2,
				...(gateway === 'modelArk' ? { options: { stream: false } } : {}),
			};
			const part = await play(
				node,
				gateway,
				{ [list]: [{ url: LINK }, { error }] },
				{ parameters },
			);
			expect(part.run.error?.message).toContain(summaryOf('contentRefused', { isPart: true }));
			expect(part.run.error?.description).toContain(LINK);
			nock.cleanAll();
			const all = await play(node, gateway, { [list]: [{ error }] }, { parameters, tries: 3 });
			expect(all.run.error?.message).toContain(summaryOf('contentRefused'));
			expect(all.paid).toBe(1);
		},
	);
});

describe('what a proxy makes of an answer', () => {
	it.each<[content: string]>([
		[`![a fox](${LINK})`],
		[`Here you are: [download](${LINK}). Enjoy!`],
		[`${LINK}, ${STORAGE}/other.png`],
		[`**${LINK}**`],
		[`图片：${LINK}。请下载`],
		[`<img src="${LINK}">`],
	])('a link among words, %s, ends where they go on', async (content) => {
		const answer = {
			object: 'chat.completion',
			choices: [{ message: { role: 'assistant', content } }],
		};
		const { run, paid } = await play('GptImage', 'myRouter', answer, { tries: 2 });
		expect(json(run)).toMatchObject([{ url: LINK }]);
		expect(paid).toBe(1);
	});

	it.each([`${LINK}?signature=ab_c.`, `${STORAGE}/fox_(1)`])(
		'a link that stands alone is whole: %s',
		async (link) => {
			const { run } = await play('GptImage', 'myRouter', { output: { href: link } }, { tries: 2 });
			expect(json(run)).toMatchObject([{ url: link }]);
		},
	);

	describe.each(TASKS)('%s at %s', (node, gateway, answer, done) => {
		it.each([
			{ code: 0, msg: 'ok' },
			{ code: 'success', message: '' },
			{ success: true, request_id: 'r' },
		])('a task, and its state, in an envelope that says %j', async (envelope) => {
			const { run, paid } = await play(
				node,
				gateway,
				{ ...envelope, data: answer },
				{ task: { ...envelope, data: done } },
			);
			expect(run.error).toBeUndefined();
			expect(json(run)).toMatchObject([{ taskId: 't1', url: LINK }]);
			expect(paid).toBe(1);
		});

		it.each([undefined, null, 2])('a state of %s beside the link is done', async (status) => {
			const state =
				'task' in done ? { ...done, task: { task_id: 't1', status } } : { ...done, status };
			const { run } = await play(node, gateway, answer, {
				task: state,
				parameters: { operation: 'getResult', taskId: 't1' },
			});
			expect(json(run)).toMatchObject([{ status: 'succeeded', url: LINK }]);
		});
	});

	it('a data URI with escaped characters is the file', async () => {
		const { run } = await play('GptImage', 'agentsFlare', {
			data: [{ url: `data:image/png;base64,${encodeURIComponent(file.toString('base64'))}` }],
		});
		expect((await run.binary(run.items[0]?.[0])).equals(file)).toBe(true);
	});

	it('base64 by OpenAI’s name is a picture at MyRouter, too', async () => {
		const { run } = await play('Seedream', 'myRouter', {
			images: [{ b64_json: file.toString('base64') }],
		});
		expect((await run.binary(run.items[0]?.[0])).equals(file)).toBe(true);
	});
});
