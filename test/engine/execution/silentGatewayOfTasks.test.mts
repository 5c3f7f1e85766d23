import type { IncomingMessage, ServerResponse } from 'node:http';
import { runNode } from '../../support/engine.mjs';
import { useServer } from '../../support/fixtures.mjs';
import { summaryOf } from '../../support/wording.mjs';

/** Where the server falls silent: it begins, and never ends. */
type Stage =
	| 'create'
	| 'a task at work'
	| 'a look'
	| 'half an answer to a look'
	| 'half a file'
	| 'a dead link';

const CREATE = '/v1/media/create';
const ID = '687fbd658a5526000178d729';
const STAGES: Stage[] = [
	'create',
	'a task at work',
	'a look',
	'half an answer to a look',
	'half a file',
];

const origin = useServer((request, response) => {
	const isCreate = request.url === CREATE && request.headers.authorization === apiKey;
	const special = isCreate ? firstAnswers.shift() : undefined;
	if (special) special(response);
	else answer(request, response);
});
/** What the first requests that create a task get instead. */
let firstAnswers: Array<(response: ServerResponse) => void>;
let stage: Stage;
/** A new one for each test: a request that the test before gave up may still arrive. */
let apiKey: string;
let tests = 0;
let creates = 0;
let others = 0;
/** Resolves when the stage is reached. */
let reached: Promise<void>;
let reach: () => void;

beforeEach(() => {
	apiKey = `the-key-of-test-${++tests}`;
	firstAnswers = [];
	creates = 0;
	others = 0;
	reached = new Promise((resolve) => (reach = resolve));
});

function answer({ url, headers }: IncomingMessage, response: ServerResponse): void {
	if (url !== '/file' && headers.authorization !== apiKey) {
		response.destroy();
		return;
	}
	const task = (status: string, link: string | null) =>
		JSON.stringify({
			code: 0,
			id: ID,
			model: 'gpt-image-1-high',
			created_at: 1753202021,
			status,
			url: link,
		});
	if (url === CREATE) {
		creates++;
		if (stage === 'create') reach();
		else response.end(task('idle', null));
		return;
	}
	others++;
	if (url === '/file' && stage === 'a dead link') {
		response.writeHead(404).end();
		reach();
		return;
	}
	if (url === '/file') {
		response
			.writeHead(200, { 'content-length': '400000' })
			.write(Buffer.concat([Buffer.from('RIFF????WEBPVP8 '), Buffer.alloc(99_000)]));
		reach();
		return;
	}
	if (stage === 'half a file' || stage === 'a dead link') {
		response.end(task('done', `${origin()}/file`));
		return;
	}
	reach();
	if (stage === 'half an answer to a look') response.write('{"code":0,');
	if (stage === 'a task at work') response.end(task('processing', null));
}

async function generate(timeout: number, cancelSignal?: AbortSignal, items = 1) {
	return await runNode({
		node: 'GptImage',
		parameters: {
			operation: 'generate',
			prompt: 'A red fox',
			options: { timeout, pollInterval: 0.2, maxConcurrency: 10 },
		},
		items: Array.from({ length: items }, () => ({ json: {} })),
		credentials: { gptunnelApi: { apiKey, baseUrl: origin() } },
		...(cancelSignal ? { cancelSignal } : {}),
	});
}

describe('a gateway that falls silent', () => {
	it.each(STAGES)('at %s: Timeout ends it, and the task is named', async (when) => {
		stage = when;
		// Each stage is reached before that, also on a machine that has much to do.
		const { error } = await generate(3);
		expect(error?.message).toContain('no result within 3 seconds');
		expect(creates).toBe(1);
		if (when === 'create') return;
		expect(error?.message).toContain(
			when === 'half a file' ? 'could not be downloaded' : summaryOf('taskTimedOut'),
		);
		expect(error?.message).toContain(`[task ${ID}]`);
		expect(error?.description).toContain(`Task ID: ${ID}`);
		if (when === 'half a file') expect(error?.description).toContain(`Link: ${origin()}/file`);
	});

	it.each<Stage>([...STAGES, 'a dead link'])(
		'at %s: Stop ends it, the log has the task, and nothing is sent after it',
		async (when) => {
			stage = when;
			const stop = new AbortController();
			const ending = generate(600, stop.signal);
			await reached;
			const sent = [creates, others];
			stop.abort();
			const { status, logs } = await ending;
			expect(status).toBe('canceled');
			expect([creates, others]).toEqual(sent);
			const [line = ''] = logs.filter(
				(entry) => entry.startsWith('warn') && entry.includes('was stopped'),
			);
			expect(line).toContain(
				when === 'create'
					? 'item 0: a request to GPTunnel without an answer, look at the history there'
					: `item 0: GPTunnel task ${ID}`,
			);
		},
	);
});

it('Stop buys nothing for the items that wait for their turn', async () => {
	stage = 'a task at work';
	const stop = new AbortController();
	const ending = generate(600, stop.signal, 25);
	await reached;
	stop.abort();
	const { status } = await ending;
	expect(status).toBe('canceled');
	// As many as may be in work at once.
	expect(creates).toBe(10);
});

it('Stop while a task that was bought before is waited for: the log has it, too', async () => {
	stage = 'a task at work';
	const stop = new AbortController();
	const ending = runNode({
		node: 'Seedance',
		parameters: { operation: 'waitUntilDone', taskId: ID },
		credentials: { gptunnelApi: { apiKey, baseUrl: origin() } },
		cancelSignal: stop.signal,
	});
	await reached;
	stop.abort();
	const { status, logs } = await ending;
	expect(status).toBe('canceled');
	expect(logs.join('\n')).toContain(`item 0: GPTunnel task ${ID}`);
});

it('the log of a Stop keeps what may have been bought, and leaves out what was refused', async () => {
	stage = 'a task at work';
	firstAnswers = [
		(response) => response.destroy(),
		(response) => response.end('{"code":5,"message":"No money"}'),
	];
	const stop = new AbortController();
	const ending = runNode({
		node: 'GptImage',
		parameters: {
			operation: 'generate',
			prompt: 'A red fox',
			options: { maxConcurrency: 1, timeout: 600, pollInterval: 0.2 },
		},
		items: [{ json: {} }, { json: {} }, { json: {} }],
		credentials: { gptunnelApi: { apiKey, baseUrl: origin() } },
		onError: 'continueRegularOutput',
		cancelSignal: stop.signal,
	});
	await reached;
	stop.abort();
	const { logs } = await ending;
	const [line = ''] = logs.filter((entry) => entry.includes('was stopped'));
	expect(line).toContain('item 0: a request to GPTunnel without an answer');
	expect(line).not.toContain('item 1');
	expect(line).toContain(`item 2: GPTunnel task ${ID}`);
});

it('a download that has no time left gives the state with its link, if that is wanted', async () => {
	stage = 'half a file';
	const { items, error } = await runNode({
		node: 'GptImage',
		parameters: {
			operation: 'waitUntilDone',
			taskId: ID,
			options: { timeout: 3, onTimeout: 'returnState' },
		},
		credentials: { gptunnelApi: { apiKey, baseUrl: origin() } },
	});
	expect(error).toBeUndefined();
	expect(items[0]?.[0]?.json).toMatchObject({
		taskId: ID,
		status: 'succeeded',
		isDone: true,
		url: `${origin()}/file`,
	});
	expect(items[0]?.[0]?.binary).toBeUndefined();
});

it('a run that ends by itself logs nothing of a stop', async () => {
	stage = 'a task at work';
	const { logs } = await generate(1);
	expect(logs.join('\n')).not.toContain('was stopped');
});
