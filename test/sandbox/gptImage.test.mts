/** GPT Image by all of its models, as AgentsFlare passes it through and as MyRouter has it. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';

import axios from 'axios';
import sharp from 'sharp';
import { z } from 'zod';

import { type Sandbox, startSandbox } from '../../sandbox/sandbox.mjs';
import { picture as plainPicture } from '../support/pictures.mjs';
import { lastApiRequest, post } from './support.mjs';

const answer = z.object({
	data: z.array(z.object({ b64_json: z.string() }).strict()).min(1),
	size: z.string(),
	quality: z.string(),
});

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(() => {
	sandbox.reset();
	// What is drawn is looked at where it matters.
	sandbox.behaviour.file = { head: Buffer.from('a head'), length: 10 };
});
afterAll(async () => await sandbox.close());

const generate = async (body: object, key = sandbox.keys.agentsFlare) =>
	await post(`${sandbox.apiUrl}/v1/images/generations`, `Bearer ${key}`, {
		prompt: 'A cat',
		...body,
	});
const edit = async (fields: Record<string, string | Buffer>) => {
	const form = new FormData();
	for (const [name, value] of Object.entries({ prompt: 'A cat', ...fields })) {
		if (typeof value === 'string') form.append(name, value);
		else form.append(name, new Blob([new Uint8Array(value)], { type: 'image/png' }), 'a.png');
	}
	const headers = { Authorization: `Bearer ${sandbox.keys.agentsFlare}` };
	const sent = await fetch(`${sandbox.apiUrl}/v1/images/edits`, {
		method: 'POST',
		headers,
		body: form,
	});
	const data: unknown = await sent.json();
	return { status: sent.status, data };
};
const refusal = (param: string, code = 'invalid_value') => ({
	error: { message: expect.stringMatching(/\S/), type: 'invalid_request_error', param, code },
});

const NEWEST = 'gpt-image-2.6-flare';

test.each(['1024x1024', '1536x864', '3840x2160', '2160x3840', '1024x640', '1408x480'])(
	'draws %s since version 2',
	async (size) => {
		const { status, data } = await generate({ model: 'gpt-image-2', size });
		expect(status).toBe(200);
		expect(answer.parse(data).size).toBe(size);
	},
);

test.each([
	['1.5', 'gpt-image-1.5', '1536x864'],
	['no multiple of 16', NEWEST, '1000x1000'],
	['a side too long', NEWEST, '3856x2048'],
	['too elongated', NEWEST, '1552x512'],
	['too few pixels', NEWEST, '1008x640'],
	['too many pixels', NEWEST, '3840x2176'],
])('refuses a size: %s', async (_what, model, size) => {
	const { status, data } = await generate({ model, size });
	expect(status).toBe(400);
	expect(data).toEqual(refusal('size'));
	expect(lastApiRequest(sandbox).paid).toBe(false);
});

test.each([
	['xhigh', { model: 'gpt-image-2.5-sunburst', quality: 'xhigh' }],
	['max and complexity', { model: NEWEST, quality: 'max', complexity: 'high' }],
	['a snapshot', { model: 'gpt-image-2.5-flare-2026-09-08' }],
	['a transparent background in version 2', { model: 'gpt-image-2', background: 'transparent' }],
	[
		'nulls',
		{
			model: 'gpt-image-2',
			background: null,
			n: null,
			quality: null,
			stream: null,
			output_format: null,
		},
	],
	['a stream that is none', { model: 'gpt-image-2', stream: false }],
	[
		'the author of an SVG',
		{ model: NEWEST, output_format: 'svg', svg: { model: 'gpt-6', reasoning: { effort: 'low' } } },
	],
])('takes %s', async (_what, body) => {
	expect((await generate(body)).status).toBe(200);
	expect(lastApiRequest(sandbox)).toMatchObject({ gateway: 'agentsFlare', paid: true });
});

test.each([
	['xhigh before 2.5', { model: 'gpt-image-2', quality: 'xhigh' }, 'quality'],
	['complexity before 2.5', { model: 'gpt-image-2', complexity: 'low' }, 'complexity'],
	['gif before 2.5', { model: 'gpt-image-2', output_format: 'gif' }, 'output_format'],
	['svg before 2.5', { model: 'gpt-image-1.5', output_format: 'svg' }, 'output_format'],
	['frames without gif', { model: NEWEST, frame_count: 3 }, 'frame_count'],
	['17 frames', { model: NEWEST, output_format: 'gif', frame_count: 17 }, 'frame_count'],
	['two gifs', { model: NEWEST, output_format: 'gif', n: 2 }, 'n'],
	['a stream of gif', { model: NEWEST, output_format: 'gif', stream: true }, 'stream'],
	[
		'an SVG of less than its quality',
		{ model: NEWEST, output_format: 'svg', output_compression: 50 },
		'output_compression',
	],
	['an author without SVG', { model: NEWEST, svg: { model: 'gpt-6' } }, 'svg'],
	['4 partial images', { model: NEWEST, stream: true, partial_images: 4 }, 'partial_images'],
])('refuses %s', async (_what, body, param) => {
	const { status, data } = await generate(body);
	expect(status).toBe(400);
	expect(data).toEqual(refusal(param));
	expect(lastApiRequest(sandbox).paid).toBe(false);
});

test('draws a gif of as many frames as were asked for, and an svg', async () => {
	delete sandbox.behaviour.file;
	const size = '1024x640';
	const gif = answer.parse(
		(
			await generate({
				model: NEWEST,
				size,
				output_format: 'gif',
				frame_count: 2,
				frame_duration_ms: 100,
			})
		).data,
	);
	const { format, width, pageHeight, pages, delay } = await sharp(
		Buffer.from(gif.data[0]?.b64_json ?? '', 'base64'),
		{ animated: true },
	).metadata();
	expect({ format, width, pageHeight, pages, delay }).toEqual({
		format: 'gif',
		width: 1024,
		pageHeight: 640,
		pages: 2,
		delay: [100, 100],
	});
	const svg = answer.parse((await generate({ model: NEWEST, size, output_format: 'svg' })).data);
	expect(Buffer.from(svg.data[0]?.b64_json ?? '', 'base64').toString()).toMatch(
		/^<svg [^>]*width="1024" height="640">/,
	);
});

test('has nothing behind a picture with a transparent background', async () => {
	delete sandbox.behaviour.file;
	for (const [background, isOpaque] of [
		['transparent', false],
		['opaque', true],
	] as const) {
		const { data } = await generate({ model: 'gpt-image-2', size: '1024x640', background });
		expect(
			(await sharp(Buffer.from(answer.parse(data).data[0]?.b64_json ?? '', 'base64')).stats())
				.isOpaque,
		).toBe(isOpaque);
	}
});

describe('a stream', () => {
	const common = {
		created_at: expect.any(Number),
		background: 'opaque',
		output_format: 'png',
		quality: 'medium',
		size: '1024x1024',
	};
	const b64_json = Buffer.from('a head\0\0\0\0').toString('base64');
	const usage = expect.objectContaining({ total_tokens: expect.any(Number) });
	const eventsOf = (text: string) =>
		text
			.trimEnd()
			.split('\n\n')
			.map((event) => {
				const [, name = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? [];
				return [name, z.record(z.unknown()).parse(JSON.parse(data))] as const;
			});

	test('brings sketches, and then the picture', async () => {
		const { headers, data } = await generate({
			model: 'gpt-image-2',
			stream: true,
			partial_images: 2,
			safety_identifier: 'me',
		});
		expect(headers['content-type']).toMatch('text/event-stream');
		const events = eventsOf(z.string().parse(data));
		expect(events.map(([name, { type }]) => [name, type])).toEqual([
			...Array(2).fill(['image_generation.partial_image', 'image_generation.partial_image']),
			['image_generation.completed', 'image_generation.completed'],
		]);
		expect(events[1]?.[1]).toEqual({
			...common,
			type: 'image_generation.partial_image',
			b64_json,
			partial_image_index: 1,
		});
		expect(events[2]?.[1]).toEqual({
			...common,
			type: 'image_generation.completed',
			b64_json,
			usage,
			safety_identifier: 'me',
		});
		expect(lastApiRequest(sandbox).paid).toBe(true);
	});

	test('comes in pieces of any size, and breaks off as told', async () => {
		sandbox.behaviour.streamChunkBytes = 1;
		const { data } = await generate({ model: 'gpt-image-2', stream: true, n: 2 });
		expect(eventsOf(z.string().parse(data))).toHaveLength(2);

		sandbox.behaviour.submitFaults = ['half'];
		const headers = { Authorization: `Bearer ${sandbox.keys.agentsFlare}` };
		const body = { model: 'gpt-image-2', prompt: 'A cat', stream: true, n: 2 };
		const { data: broken } = await axios.post<Readable>(
			`${sandbox.apiUrl}/v1/images/generations`,
			body,
			{ headers, responseType: 'stream' },
		);
		broken.resume();
		await expect(once(broken, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(lastApiRequest(sandbox).paid).toBe(true);
	});

	test('is asked for in a form, too', async () => {
		const { status, data } = await edit({
			model: 'gpt-image-2',
			stream: 'maybe',
			image: await plainPicture(60, 40),
		});
		expect([status, data]).toEqual([400, refusal('stream')]);
		const form = new FormData();
		for (const [name, value] of Object.entries({
			model: 'gpt-image-2',
			prompt: 'A cat',
			stream: 'true',
			partial_images: '1',
		}))
			form.append(name, value);
		form.append(
			'image',
			new Blob([new Uint8Array(await plainPicture(60, 40))], { type: 'image/png' }),
			'a.png',
		);
		const sent = await fetch(`${sandbox.apiUrl}/v1/images/edits`, {
			method: 'POST',
			headers: { Authorization: `Bearer ${sandbox.keys.agentsFlare}` },
			body: form,
		});
		expect(eventsOf(await sent.text()).map(([name]) => name)).toEqual([
			'image_edit.partial_image',
			'image_edit.completed',
		]);
	});
});

describe('an edit', () => {
	let image: Buffer;
	let overlay: Buffer;
	beforeAll(async () => {
		image = await plainPicture(60, 40);
		overlay = await sharp(image).ensureAlpha(0.5).png().toBuffer();
	});

	test.each(['mask', 'markup'])('takes a %s by the newest models', async (name) => {
		expect((await edit({ model: NEWEST, image, [name]: overlay })).status).toBe(200);
	});

	test.each([
		[
			'mask and markup',
			{ model: NEWEST, mask: 'overlay', markup: 'overlay' },
			'markup',
			'invalid_value',
		],
		['a markup before 2.5', { model: 'gpt-image-2', markup: 'overlay' }, 'markup', 'invalid_value'],
		['a markup that hides all', { model: NEWEST, markup: 'image' }, 'markup', 'invalid_value'],
		[
			'fidelity since version 2',
			{ model: 'gpt-image-2', input_fidelity: 'low' },
			'input_fidelity',
			'invalid_value',
		],
		[
			'high fidelity by 1 Mini',
			{ model: 'gpt-image-1-mini', input_fidelity: 'high' },
			'input_fidelity',
			'invalid_value',
		],
		['moderation', { model: NEWEST, moderation: 'low' }, 'moderation', 'unknown_parameter'],
	])('refuses %s', async (_what, fields, param, code) => {
		const files: Record<string, Buffer> = { image, overlay };
		const sent = Object.fromEntries(
			Object.entries(fields).map(([name, value]) => [name, files[value] ?? value]),
		);
		expect(await edit({ ...sent, image })).toEqual({ status: 400, data: refusal(param, code) });
		expect(lastApiRequest(sandbox).paid).toBe(false);
	});
});

describe('at MyRouter', () => {
	test.each(['gpt-image-2', 'oai-gpt-image-2-generations'])(
		'draws %s in free sizes',
		async (model) => {
			const { status, data } = await generate(
				{ model, size: '1536x864', quality: 'high', n: 2 },
				sandbox.keys.myRouter,
			);
			expect(status).toBe(200);
			expect(answer.parse(data)).toMatchObject({ size: '1536x864', data: [{}, {}] });
		},
	);

	test.each([
		['a free size of version 1', { model: 'gpt-image-1.5', size: '1536x864' }, 400, 'size'],
		['xhigh', { model: 'gpt-image-2', quality: 'xhigh' }, 400, 'quality'],
		["OpenAI's other fields", { model: 'gpt-image-2', stream: false }, 400, 'stream'],
		["OpenAI's other models", { model: NEWEST }, 404, NEWEST],
	])('refuses %s', async (_what, body, status, named) => {
		const refused = await generate(body, sandbox.keys.myRouter);
		expect(refused.status).toBe(status);
		expect(refused.data).toMatchObject({ code: status, message: expect.stringContaining(named) });
		expect(lastApiRequest(sandbox)).toMatchObject({ gateway: 'myRouter', paid: false });
	});
});
