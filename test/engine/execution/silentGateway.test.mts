import type { IncomingMessage, ServerResponse } from 'node:http';
import { encode } from 'eventsource-encoder';
import { runNode } from '../../support/engine.mjs';
import { useServer } from '../../support/fixtures.mjs';
import { summaryOf } from '../../support/wording.mjs';

/** What a server that starts and then says nothing more does at each stage. */
type Stage =
	| 'no answer'
	| 'half an answer'
	| 'a stream without events'
	| 'a stream after one image'
	| 'half a file'
	| 'a reference';

const origin = useServer((request, response) => {
	arrived();
	answer(request, response);
});
/** What a test does when a request arrives. */
let arrived: () => void;
let stage: Stage;
let posts = 0;
/** Resolves when the server has fallen silent. */
let silent: Promise<void>;
let fallSilent: () => void;

beforeEach(() => {
	posts = 0;
	arrived = () => undefined;
	silent = new Promise((resolve) => (fallSilent = resolve));
});

/** Never ends what it begins. */
function answer({ method, url }: IncomingMessage, response: ServerResponse): void {
	if (method === 'POST') {
		posts++;
		const answers: Record<Stage, () => void> = {
			'no answer': () => undefined,
			'half an answer': () =>
				response.writeHead(200, { 'content-type': 'application/json' }).write('{"images":['),
			'a stream without events': () =>
				response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': wait\n'),
			'a stream after one image': () =>
				response.writeHead(200, { 'content-type': 'text/event-stream' }).write(
					encode({
						data: JSON.stringify({
							type: 'image_generation.partial_succeeded',
							image_index: 0,
							url: `${origin()}/whole`,
						}),
					}),
				),
			'half a file': () =>
				response.writeHead(200).end(JSON.stringify({ images: [`${origin()}/half`] })),
			'a reference': () => undefined,
		};
		answers[stage]();
		// Those fall silent when their file has been asked for.
		if (stage !== 'half a file' && stage !== 'a stream after one image') fallSilent();
		return;
	}
	const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(200_000)]);
	if (url === '/whole') {
		response.writeHead(200).end(jpeg);
		fallSilent();
		return;
	}
	response.writeHead(200, { 'content-length': '400000' }).write(jpeg);
	fallSilent();
}

const STAGES: Array<[Stage, string]> = [
	['no answer', 'myRouter'],
	['half an answer', 'myRouter'],
	['a stream without events', 'agentsFlare'],
	['a stream after one image', 'agentsFlare'],
	['half a file', 'myRouter'],
	['a reference', 'myRouter'],
];

async function generate(gateway: string, timeout: number, cancelSignal?: AbortSignal) {
	const images =
		stage === 'a reference' ? { image: [{ source: 'url', url: `${origin()}/half` }] } : {};
	const options = { timeout, ...(gateway === 'agentsFlare' ? { maxImages: 2 } : {}) };
	return await runNode({
		node: 'Seedream',
		parameters: { gateway, prompt: 'A red fox', images, options },
		credentials: Object.fromEntries(
			['myRouterApi', 'agentsFlareApi'].map((name) => [
				name,
				{ apiKey: 'a-key-of-a-test', baseUrl: origin() },
			]),
		),
		onError: 'continueRegularOutput',
		...(cancelSignal ? { cancelSignal } : {}),
	});
}

describe('a gateway that falls silent', () => {
	it.each(STAGES)('%s at %s: Timeout ends it', async (when, gateway) => {
		stage = when;
		// Without the timeout the test itself would run out of time.
		const run = await generate(gateway, 3);
		const failed = (run.items[0] ?? []).flatMap(({ json }) =>
			json.error ? [JSON.stringify(json.error)] : [],
		);
		expect(failed).toHaveLength(1);
		expect(failed[0]).toContain('no result within 3 seconds');
		expect(failed[0]).toContain(`"gateway":"${gateway}"`);
		expect(posts).toBe(when === 'a reference' ? 0 : 1);
		// What came before is kept.
		expect(run.items[0]).toHaveLength(when === 'a stream after one image' ? 2 : 1);
	});

	it.each(STAGES)('%s at %s: Stop ends it, and nothing is sent after it', async (when, gateway) => {
		stage = when;
		const stop = new AbortController();
		void silent.then(() => stop.abort());
		const run = await generate(gateway, 600, stop.signal);
		expect(run.status).toBe('canceled');
		expect(posts).toBe(when === 'a reference' ? 0 : 1);
		const log = run.logs.filter((entry) => entry.includes('was stopped')).join('\n');
		// There is no task by which a picture could be collected, so its link is told as soon as it is known.
		if (when === 'a stream after one image')
			expect(log).toContain(`item 0: made by AgentsFlare: ${origin()}/whole`);
		else if (when === 'half a file')
			expect(log).toContain(`item 0: made by MyRouter: ${origin()}/half`);
		else if (when !== 'a reference')
			expect(log).toContain('without an answer, look at the history there');
	});
});

it.each([0.3333, '={{ 1 / 3 }}'])('a Timeout of %p seconds is one', async (timeout) => {
	stage = 'no answer';
	const run = await runNode({
		node: 'Seedream',
		parameters: { gateway: 'myRouter', prompt: 'A red fox', options: { timeout } },
		credentials: { myRouterApi: { apiKey: 'a-key-of-a-test', baseUrl: origin() } },
	});
	expect(run.error?.message).toContain(`MyRouter: ${summaryOf('timedOut')}`);
});

it('Stop ends the preparing of the items that wait for their turn, whatever is wrong with the last of them', async () => {
	stage = 'a reference';
	const stop = new AbortController();
	let reads = 0;
	arrived = () => {
		reads++;
		stop.abort();
	};
	const run = await runNode({
		node: 'Seedream',
		parameters: {
			gateway: 'myRouter',
			prompt: '={{ $json.prompt }}',
			images: { image: [{ source: 'url', url: `=${origin()}/whole?{{ $json.number }}` }] },
			options: { maxConcurrency: 1 },
		},
		items: Array.from({ length: 5 }, (_none, number) => ({
			json: { number, prompt: number === 4 ? ' ' : 'A red fox' },
		})),
		credentials: { myRouterApi: { apiKey: 'a-key-of-a-test', baseUrl: origin() } },
		cancelSignal: stop.signal,
	});
	expect(run.status).toBe('canceled');
	expect(reads).toBe(1);
	expect(posts).toBe(0);
});
