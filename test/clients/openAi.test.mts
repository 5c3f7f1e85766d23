/**
 * OpenAI's own client, as published, against the sandbox as AgentsFlare and as MyRouter, which speak its dialect: what
 * the real API takes they take, what it refuses they refuse, and the client understands both, or finds no words.
 */
import OpenAI, { APIError, toFile } from 'openai';
import { VERSION } from 'openai/version';

import { type Sandbox, startSandbox } from '../../sandbox/sandbox.mjs';
import { lookAt } from '../sandbox/support.mjs';
import { imagesResponse, streamEvent } from './answers.mjs';
import { type OpenAiCall, REFUSED, TAKEN } from './openAiCalls.mjs';
import { Ledger, makeProps, paidCount, type Props, thrownBy } from './support.mjs';

const PROMPT = 'A red fox';
const SDK = 'docs of openai@7.59.0, resources/images';
const GUESS = 'README section 3 of the gateways: a guess';

/** Calls that bring something else than pictures in one JSON. */
const STREAMED = { call: '2: a stream with two sketches', source: SDK };
const EDITED = { call: '2: a stream of an edit', source: SDK };
const LISTED = { call: 'the list of models', source: GUESS };
const UNLISTED = { call: 'MyRouter: the list of models', source: "not in MyRouter's docs" };
const LOCKED = { call: 'the list of models, for a wrong key', source: GUESS };

const ledger = new Ledger(`openai ${VERSION}`);
let sandbox: Sandbox;
let props: Props;
let clients: Record<'agentsFlare' | 'myRouter' | 'stranger', OpenAI>;
let logged: string[] = [];

beforeAll(async () => {
	sandbox = await startSandbox({ log: (line) => logged.push(line) });
	props = await makeProps(sandbox);
	// It asks again where the gateway is busy, and what a test counts is one request.
	const clientWith = (apiKey: string) =>
		new OpenAI({ apiKey, baseURL: `${sandbox.apiUrl}/v1`, maxRetries: 0 });
	clients = {
		agentsFlare: clientWith(sandbox.keys.agentsFlare),
		myRouter: clientWith(sandbox.keys.myRouter),
		stranger: clientWith('wrong'),
	};
});
beforeEach(() => {
	sandbox.reset();
	logged = [];
});
afterAll(async () => {
	await sandbox.close();
	ledger.print({ taken: TAKEN.length + 3, refused: REFUSED.length + 2 });
});

const fileOf = async (name: Exclude<keyof Props, 'link'>) =>
	name === 'jpeg'
		? await toFile(props.jpeg, 'a.jpg', { type: 'image/jpeg' })
		: await toFile(props[name], 'a.png', { type: 'image/png' });

/** What goes by the option is sent in place of the first argument, which this version's types would not let pass. */
async function generate({
	gateway = 'agentsFlare',
	images = [],
	files = {},
	fields,
}: OpenAiCall & { fields: object }) {
	const client = clients[gateway];
	if (images.length === 0)
		return await client.images.generate(
			{ prompt: PROMPT },
			{ body: { prompt: PROMPT, ...fields } },
		);
	const sent = await Promise.all(images.map(fileOf));
	const image = sent.length === 1 && sent[0] !== undefined ? sent[0] : sent;
	const named = await Promise.all(
		Object.entries(files).map(async ([name, file]) => [name, await fileOf(file)] as const),
	);
	return await client.images.edit(
		{ prompt: PROMPT, image },
		{ body: { prompt: PROMPT, image, ...Object.fromEntries(named), ...fields } },
	);
}

/** Waits for what the sandbox says of the request that was answered last. */
async function lastLogLine(): Promise<string> {
	while (logged.length === 0) await new Promise(setImmediate);
	return logged.at(-1) ?? '';
}

test.each(TAKEN)('taken: $call', async (row) => {
	const { data, created, usage, ...told } = imagesResponse.parse(await generate(row));
	const looks = await Promise.all(
		data.map(async ({ b64_json }) => await lookAt(Buffer.from(b64_json, 'base64'))),
	);
	expect(looks).toEqual(row.made);
	expect(Math.abs(created - Date.now() / 1000)).toBeLessThan(60);
	expect(usage.total_tokens).toBe(usage.input_tokens + usage.output_tokens);
	expect(told).toMatchObject(row.told ?? {});
	expect(paidCount(sandbox)).toBe(1);
	ledger.add('taken', row, looks.join(', '));
});

test.each(REFUSED)('refused: $call', async (row) => {
	const error = await thrownBy(async () => await generate(row));
	if (!(error instanceof APIError)) throw error;
	const { status, message } = error;
	expect(status).toBe(row.status ?? 400);
	// It looks for the words in `error` alone.
	if (row.isFlat) expect(message).toBe(`${row.status ?? 400} status code (no body)`);
	expect(row.isFlat ? await lastLogLine() : message).toMatch(row.names);
	expect(paidCount(sandbox)).toBe(0);
	ledger.add('refused', row, message);
});

describe('a stream', () => {
	test(`taken: ${STREAMED.call}`, async () => {
		const stream = await clients.agentsFlare.images.generate({
			model: 'gpt-image-2',
			prompt: PROMPT,
			size: '1024x1024',
			stream: true,
			partial_images: 2,
		});
		const events: Array<[type: string, index: number | undefined, look: string]> = [];
		for await (const event of stream) {
			const look = await lookAt(Buffer.from(event.b64_json, 'base64'));
			events.push([
				event.type,
				'partial_image_index' in event ? event.partial_image_index : undefined,
				look,
			]);
			expect(streamEvent.parse(event)).toMatchObject({
				size: '1024x1024',
				quality: 'medium',
				output_format: 'png',
				background: 'opaque',
			});
		}
		const look = 'png 1024x1024';
		expect(events).toEqual([
			['image_generation.partial_image', 0, look],
			['image_generation.partial_image', 1, look],
			['image_generation.completed', undefined, look],
		]);
		expect(paidCount(sandbox)).toBe(1);
		ledger.add('taken', STREAMED, events.map(([type]) => type).join(', '));
	});

	test(`taken: ${EDITED.call}`, async () => {
		const stream = await clients.agentsFlare.images.edit({
			model: 'gpt-image-2',
			prompt: PROMPT,
			image: await fileOf('photo'),
			stream: true,
		});
		const types: string[] = [];
		for await (const event of stream) types.push(streamEvent.parse(event).type);
		expect(types).toEqual(['image_edit.completed']);
		expect(paidCount(sandbox)).toBe(1);
		ledger.add('taken', EDITED, types.join(', '));
	});
});

describe('the list of models', () => {
	test(`taken: ${LISTED.call}`, async () => {
		const ids: string[] = [];
		for await (const { id, object } of clients.agentsFlare.models.list()) {
			expect(object).toBe('model');
			ids.push(id);
		}
		expect(ids).toEqual(expect.arrayContaining(['gpt-image-2', 'gpt-image-2.6-sunburst']));
		// Free of charge.
		expect(paidCount(sandbox)).toBe(0);
		ledger.add('taken', LISTED, `${ids.length} models`);
	});

	test.each([
		{ row: UNLISTED, who: 'myRouter', words: /^404 Unknown request URL/ },
		{ row: LOCKED, who: 'stranger', words: /^404 status code \(no body\)$/ },
	] as const)('refused: $row.call', async ({ row, who, words }) => {
		const error = await thrownBy(async () => await clients[who].models.list());
		expect(error).toMatchObject({ status: 404, message: expect.stringMatching(words) });
		ledger.add('refused', row, error instanceof Error ? error.message : '');
	});
});

test('it asks three times for what the queue is too full for, unless it is told not to', async () => {
	sandbox.behaviour.submitFaults = Array.from({ length: 3 }, () => ({
		status: 429,
		headers: { 'Retry-After-Ms': '1' },
		body: { error: { message: 'slow down' } },
	}));
	const patient = clients.agentsFlare.withOptions({ maxRetries: 2 });
	const error = await thrownBy(
		async () => await patient.images.generate({ model: 'gpt-image-2', prompt: PROMPT }),
	);
	expect(error).toMatchObject({ status: 429, message: '429 slow down' });
	expect(sandbox.requests).toHaveLength(3);
	expect(paidCount(sandbox)).toBe(0);
});
