import type { IExecuteFunctions, INodeType } from 'n8n-workflow';
import { runNode, type EngineRun, type RunOptions } from '../../support/engine.mjs';
import nock from '../../support/nock.mjs';
import { createNode } from '../../support/packageClasses.mjs';
import {
	ENDLESS,
	expectWaiting,
	HOUR,
	ids,
	items,
	later,
	setUpPausing,
} from '../../support/pausing.mjs';
import { picture } from '../../support/pictures.mjs';
import { NOTHING_CHARGED, summaryOf } from '../../support/wording.mjs';

const { sandbox, credentials, charged, submissions, pausing } = setUpPausing();

describe('the time of day is set forward', () => {
	it('while a task is waited for: the wait goes on to its end', async () => {
		let looks = 0;
		sandbox().behaviour.taskSeconds = () => {
			if (++looks === 2) later(HOUR);
			return looks > 2 ? 0 : ENDLESS;
		};
		const run = await pausing(
			{ options: { whileWaiting: 'keepRunning', pollInterval: 0.2 } },
			{ backInto: [] },
		);
		expect(run.error).toBeUndefined();
		expect([run.status, charged().length]).toEqual(['success', 1]);
	});

	it('in the run of a pause: its task is waited for, and that is not counted as time', async () => {
		sandbox().behaviour.taskSeconds = () => {
			later(HOUR);
			return ENDLESS;
		};
		const first = await pausing();
		expectWaiting(first, 1);
		const second = await first.resume();
		expectWaiting(second, 1);
		expect(ids(second, 0)).toEqual(ids(first, 0));
		expect([submissions(), charged().length]).toEqual([1, 1]);
	});
});

/** Orders by tasks, and waits for them in the node. */
const generate = async (more: Partial<RunOptions> = {}, options: RunOptions['parameters'] = {}) =>
	await runNode({
		node: 'GptImage',
		parameters: { prompt: 'A red fox', options: { pollInterval: 0.2, ...options } },
		credentials: credentials(),
		items: items(2),
		...more,
	});

const REFUSALS = [
	['HTTP 500', { status: 500, body: { code: 500, message: 'Internal' } }],
	['a wrong key', { status: 401, body: { code: 2, message: 'Invalid token' } }],
] as const;

const LOST = summaryOf('answerLost');
const CHARGED = /may have been (accepted and )?charged/;

/** All that a user can read of what stopped the node. */
const told = ({ error }: EngineRun) => `${error?.message} ${error?.description}`;

describe('On Error: Stop, an order is lost and another fails', () => {
	beforeEach(() => void (sandbox().behaviour.taskSeconds = 0));

	it.each(REFUSALS)(
		'%s: what may be charged is named, and not bought again by the Retry that is for the other',
		async (_name, refusal) => {
			sandbox().behaviour.submitFaults = [refusal, 'reset'];
			const run = await generate();
			expect(run.error?.message).toContain(LOST);
			expect(run.error?.description).toMatch(/Also failed: item \d: GPTunnel: /);
			expect(told(run)).toMatch(CHARGED);
			expect(
				run.logs.find((line) => line.startsWith('warn') && line.includes('"Tested" has failed.')),
			).toContain('a request to GPTunnel without an answer');
			expect([submissions(), charged().length]).toEqual([2, 1]);

			const second = await run.retry();
			expect(second.error?.message).toContain(LOST);
			expect(second.error?.description).not.toContain('a Retry does not send again');
			expect(second.error?.description).toMatch(/Also made or on its way: item \d: .*task \w+/);
			expect([submissions(), charged().length]).toEqual([3, 2]);

			// It was all that had failed, so this is for it.
			const third = await second.retry();
			expect(third.status).toBe('success');
			expect([submissions(), charged().length]).toEqual([4, 3]);
		},
	);

	it('two are lost: both are named, and a person decides about both', async () => {
		sandbox().behaviour.submitFaults = ['reset', 'reset'];
		const run = await generate();
		expect(run.error?.message).toContain('[item 0]');
		expect(run.error?.description).toContain(
			`Also failed: item 1: GPTunnel: ${summaryOf('answerLost')}`,
		);
		expect((await run.retry()).status).toBe('success');
		expect([submissions(), charged().length]).toEqual([4, 4]);
	});

	it.each([
		['another item', 0],
		['the same item', 1],
	])('%s slips while the Retry is prepared: it is named, and kept', async (_which, slipping) => {
		sandbox().behaviour.submitFaults = [REFUSALS[0][1], 'reset'];
		const run = await generate({}, { maxConcurrency: 2 });
		// Which of the two requests comes first is not known.
		const lost = Number(/\[item (\d)\]/.exec(run.error?.message ?? '')?.[1]);
		const timeout = `={{ $itemIndex === ${slipping === 1 ? lost : 1 - lost} ? "soon" : 600 }}`;
		const parameters = { prompt: 'A red fox', options: { pollInterval: 0.2, timeout } };
		const second = await run.retry({ parameters });
		expect(told(second)).toContain('Timeout');
		expect(told(second)).toMatch(CHARGED);
		expect(second.error?.message).toContain(`[item ${lost}]`);
		expect(second.error?.description).not.toContain(NOTHING_CHARGED);
		expect([submissions(), charged().length]).toEqual([2, 1]);
	});

	it('in the further tries of Retry On Fail, also before its turn', async () => {
		sandbox().behaviour.submitFaults = [
			'reset',
			...Array.from({ length: 9 }, () => REFUSALS[1][1]),
		];
		const run = await generate({ retryOnFail: { maxTries: 3 }, items: items(3) });
		expect(run.thrown).toHaveLength(3);
		for (const error of run.thrown)
			expect(error).toMatchObject({
				message: expect.stringContaining(LOST),
				description: expect.stringMatching(
					new RegExp(`Also failed: items? [\\d, ]+: GPTunnel: ${summaryOf('keyNotAccepted')}`),
				),
			});
		expect(charged()).toHaveLength(1);
	});
});

it('Pause Execution, On Error: Continue: a lost order is shown at once, in the output and in the log', async () => {
	sandbox().behaviour.submitFaults = ['reset'];
	const run = await pausing(
		{ options: { maxConcurrency: 1 } },
		{ items: items(2), onError: 'continueRegularOutput', retryOnFail: { maxTries: 3 } },
	);
	expect(run.status).toBe('waiting');
	const [lost, other] = run.items[0] ?? [];
	expect(lost).toMatchObject({
		json: {
			isDone: true,
			errorMessage: expect.stringContaining(LOST),
			errorDescription: expect.stringMatching(CHARGED),
		},
		pairedItem: { item: 0 },
	});
	expect(other?.json.taskId).toEqual(expect.any(String));
	expect(
		run.logs.filter((line) =>
			line.includes('has ordered, for item 0: a request to GPTunnel without an answer'),
		),
	).toHaveLength(1);
	sandbox().behaviour.taskSeconds = 0;
	const last = await run.resume();
	expect(last.items[1]?.map(({ json }) => Boolean(json.error))).toEqual([true, false]);
	expect([submissions(), charged().length]).toEqual([2, 2]);
});

describe('n8n’s log', () => {
	const baseUrl = 'https://gateway.test';
	const storage = 'https://storage.test';
	const draw = async ({ parameters, ...more }: Partial<RunOptions> = {}) =>
		await runNode({
			node: 'Seedream',
			parameters: { gateway: 'myRouter', prompt: '=Fox {{ $json.index }}', ...parameters },
			credentials: { myRouterApi: { apiKey: 'a-key-of-a-test', baseUrl } },
			items: items(2),
			...more,
		});
	const answers = (index: number) =>
		nock(baseUrl).post('/v3/seedream-4.0', ({ prompt }) => prompt === `Fox ${index}`);
	const brings = async (name: string) =>
		nock(storage)
			.get(`/${name}.png`)
			.reply(200, await picture(64, 64));
	const stopLine = ({ logs }: EngineRun) => logs.find((line) => line.includes('was stopped')) ?? '';
	afterEach(() => nock.cleanAll());

	it('has the links of pictures that have no task as soon as they are known', async () => {
		answers(0).reply(200, { images: [`${storage}/0.png`] });
		await brings('0');
		const { status, logs } = await draw({ items: items(1) });
		expect(status).toBe('success');
		expect(logs).toContainEqual(
			expect.stringContaining(
				`info: "Tested" has ordered, for item 0: made by MyRouter: ${storage}/0.png`,
			),
		);
	});

	it('has the number of pictures that came as data', async () => {
		const { status, logs } = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'gptunnel', prompt: 'A fox', options: { responseFormat: 'base64' } },
			credentials: credentials(),
		});
		expect(status).toBe('success');
		expect(logs).toContainEqual(
			expect.stringContaining(
				'has ordered, for item 0: made by GPTunnel: a file that came as data',
			),
		);
	});

	it('has the link in an answer that was not understood, at once and at a Stop', async () => {
		const stop = new AbortController();
		answers(0).reply(200, { nobody: { knows: `${storage}/odd.png` } });
		answers(1).reply(() => {
			stop.abort();
			return [500];
		});
		const run = await draw({
			parameters: { options: { maxConcurrency: 1 } },
			onError: 'continueRegularOutput',
			cancelSignal: stop.signal,
		});
		expect(run.logs).toContainEqual(
			expect.stringContaining(`has ordered, for item 0: made by MyRouter: ${storage}/odd.png`),
		);
		expect(stopLine(run)).toContain(`item 0: made by MyRouter: ${storage}/odd.png`);
	});

	it('has what was bought when the node fails, and when it is stopped before the next try', async () => {
		const stop = new AbortController();
		const seedream = createNode('Seedream');
		/** The Stop comes between two tries. */
		class Stopped implements INodeType {
			description = seedream.description;

			async execute(this: IExecuteFunctions) {
				try {
					return (await seedream.execute?.call(this)) ?? null;
				} catch (error) {
					stop.abort();
					throw error;
				}
			}
		}
		answers(0).reply(200, { images: [`${storage}/0.png`] });
		answers(1).reply(500, { message: 'Internal' });
		await brings('0');
		const run = await draw({
			node: Stopped,
			parameters: { options: { maxConcurrency: 1 } },
			retryOnFail: { maxTries: 2 },
			cancelSignal: stop.signal,
		});
		expect(run.status).toBe('canceled');
		expect(run.logs).toContainEqual(
			expect.stringMatching(
				`warn: "Tested" has failed\\. .*item 0: made by MyRouter: ${storage}/0.png`,
			),
		);
		// n8n runs the node again all the same.
		while (stopLine(run) === '') await new Promise((resolve) => setImmediate(resolve));
		expect(stopLine(run)).toContain(`item 0: made: ${storage}/0.png`);
	});

	it('has what was bought when the next try is stopped while it prepares', async () => {
		const stop = new AbortController();
		answers(0).reply(200, { images: [`${storage}/0.png`] });
		answers(1).reply(500, { message: 'Internal' });
		await brings('0');
		nock('https://pictures.test')
			.get('/fox.png')
			.query(true)
			.times(2)
			.reply(200, await picture(64, 64), { 'content-type': 'image/png' });
		nock('https://pictures.test')
			.get('/fox.png')
			.query(true)
			.reply(() => {
				stop.abort();
				return [403];
			});
		const run = await draw({
			parameters: {
				options: { maxConcurrency: 1 },
				images: {
					image: [{ source: 'url', url: '=https://pictures.test/fox.png?{{ $json.index }}' }],
				},
			},
			retryOnFail: { maxTries: 2 },
			cancelSignal: stop.signal,
		});
		expect(run.status).toBe('canceled');
		expect(stopLine(run)).toContain(`item 0: made by MyRouter: ${storage}/0.png`);
	});
});
