import { agentsFlare } from '../../../nodes/shared/gateways/agentsFlare/index.js';
import { gptunnel } from '../../../nodes/shared/gateways/gptunnel/index.js';
import { myRouter } from '../../../nodes/shared/gateways/myRouter/index.js';
import type { SeedreamService } from '../../../nodes/shared/gateways/types.js';
import type { ImageRequest } from '../../../nodes/shared/generation/seedreamRequest.js';

const request: ImageRequest = {
	model: '',
	prompt: 'A fox',
	images: [],
	size: '2K',
	aspectRatio: 'auto',
	maxImages: 1,
	watermark: false,
	responseFormat: 'url',
	stream: false,
	options: {},
};

function serviceOf({ seedream }: { seedream?: SeedreamService }): SeedreamService {
	if (!seedream) throw new Error('makes no images');
	return seedream;
}

const TOS = 'https://ark-content-generation-v2-ap-southeast-1.tos-ap-southeast-1.volces.com';

describe('GPTunnel, by gptunnel-seedream-4.md', () => {
	const seedream = serviceOf(gptunnel);

	it('asks as the page’s example does', () => {
		const { path, body } = seedream.buildRequest({
			...request,
			model: 'seedream-4',
			size: '4K',
			aspectRatio: '21:9',
		});
		expect(path).toBe('/v1/media/generate');
		expect(body).toEqual({
			model: 'seedream-4',
			response_format: 'url',
			prompt: 'A fox',
			size: '4K',
			aspect_ratio: '21:9',
		});
	});

	it('reads the page’s answer', () => {
		const answer = {
			code: 0,
			id: '6901d3a98e0aa613c523cb9d',
			created_at: 1761727401,
			status: 'done',
			result: `${TOS}/seedream-4-0/021761727389240f77831a0a17adee8e985c3ef7c2c9d7cc87e8d_0.jpeg?X-Tos-Expires=86400`,
			cost: '8',
		};
		expect(gptunnel.parseError({ httpStatus: 200, body: answer })).toBeUndefined();
		expect(seedream.parseResponse(answer, request)).toEqual({
			files: [{ index: 0, source: { url: answer.result } }],
			failedFiles: [],
			metadata: {
				taskId: '6901d3a98e0aa613c523cb9d',
				status: 'succeeded',
				gatewayStatus: 'done',
				cost: 8,
				createdAt: new Date('2025-10-29T08:43:21Z'),
				urlTtlSeconds: 86400,
			},
		});
	});
});

describe('GPTunnel, in odd answers', () => {
	const seedream = serviceOf(gptunnel);
	const link = 'https://files.test/fox.png';
	const answer = { code: 0, id: 'task-1', status: 'done' };

	it.each(['//files.test/fox.png', 'files.test/fox.png'])('takes %p for a link', (result) => {
		expect(seedream.parseResponse({ ...answer, result }, request).files).toEqual([
			{ index: 0, source: { url: link } },
		]);
	});

	it.each([
		{ ...answer, status: 'processing', url: link },
		{ ...answer, status: 'failed', result: link },
	])('what is thrown names the link and the id: %j', (body) => {
		const failure = expect.objectContaining({ url: link, taskId: 'task-1' });
		expect(() => seedream.parseResponse(body, request)).toThrow(
			expect.objectContaining({ failure }),
		);
	});
});

describe('MyRouter, by myrouter-seedream-4.0.md', () => {
	const seedream = serviceOf(myRouter);
	const sizeOf = (changes: Partial<ImageRequest>) =>
		seedream.buildRequest({ ...request, ...changes }).body?.size;

	it('asks for a set', () => {
		const { path, body } = seedream.buildRequest({
			...request,
			model: 'seedream-4.0',
			images: ['data:image/png;base64,AA=='],
			maxImages: 4,
			watermark: true,
		});
		expect(path).toBe('/v3/seedream-4.0');
		expect(body).toEqual({
			prompt: 'A fox',
			images: ['data:image/png;base64,AA=='],
			size: '2K',
			sequential_image_generation: 'auto',
			max_images: 4,
			watermark: true,
		});
	});

	it('calls things as the later models do', () => {
		const { path, body } = seedream.buildRequest({
			...request,
			model: 'seedream-4.5',
			images: ['data:image/png;base64,AA=='],
			maxImages: 4,
		});
		expect(path).toBe('/v3/seedream-4.5');
		expect(body).toEqual({
			prompt: 'A fox',
			image: ['data:image/png;base64,AA=='],
			size: '2K',
			sequential_image_generation: 'auto',
			sequential_image_generation_options: { max_images: 4 },
			watermark: false,
		});
	});

	it('asks for one image without a set', () => {
		const { body } = seedream.buildRequest({ ...request, model: 'seedream-4.0' });
		expect(body).toEqual({
			prompt: 'A fox',
			size: '2K',
			sequential_image_generation: 'disabled',
			watermark: false,
		});
	});

	it.each([
		['1:1', '2048x2048'],
		['4:3', '2304x1728'],
		['3:4', '1728x2304'],
		['16:9', '2560x1440'],
		['9:16', '1440x2560'],
		['3:2', '2496x1664'],
		['2:3', '1664x2496'],
		['21:9', '3024x1296'],
	])('2K %s is the page’s %s', (aspectRatio, size) => {
		expect(sizeOf({ aspectRatio })).toBe(size);
	});

	it('works out the pixels that the page does not give', () => {
		expect(sizeOf({ size: '4K', aspectRatio: '16:9' })).toBe('5376x3024');
		expect(sizeOf({ size: { width: 3000, height: 2000 } })).toBe('3000x2000');
	});

	it('a typed model cannot leave its place in the path', () => {
		expect(seedream.buildRequest({ ...request, model: '../v1/x?y' }).path).toBe(
			'/v3/..%2Fv1%2Fx%3Fy',
		);
	});

	it('reads the answer', () => {
		const images = [`${TOS}/a_0.jpeg`, `${TOS}/a_1.jpeg`];
		expect(seedream.parseResponse({ images }, request).files).toEqual(
			images.map((url, index) => ({ index, source: { url } })),
		);
	});
});

describe('AgentsFlare, by agentsflare-seedream.md', () => {
	const seedream = serviceOf(agentsFlare);
	const model = 'seedream-4-5-251128';

	it('asks as the page’s example does', () => {
		const { path, body } = seedream.buildRequest({ ...request, model, stream: true });
		expect(path).toBe('/byteplus/v3/images/generations');
		expect(body).toMatchObject({
			model,
			prompt: 'A fox',
			size: '2K',
			stream: true,
			watermark: false,
		});
	});

	it('reads the page’s stream', () => {
		const reader = seedream.createStreamParser?.({ ...request, model });
		if (!reader) throw new Error('reads no stream');
		const url = `${TOS}/seedream-4-5/0217682731093552e69d8f77ebb6ff0d882025244d1e9e0e22d01_0.jpeg?X-Tos-Expires=86400`;
		const succeeded = {
			type: 'image_generation.partial_succeeded',
			model,
			created: 1768273118,
			image_index: 0,
			url,
			size: '2848x1600',
		};
		const completed = {
			type: 'image_generation.completed',
			model,
			created: 1768273118,
			usage: { generated_images: 1, output_tokens: 17800, total_tokens: 17800 },
		};
		expect(reader.parseResponse(JSON.stringify(succeeded))).toEqual([
			{ index: 0, source: { url }, pixels: { width: 2848, height: 1600 } },
		]);
		expect(reader.parseResponse(JSON.stringify(completed))).toEqual([]);
		expect(reader.parseResponse('[DONE]')).toEqual([]);
		expect(reader.finish()).toEqual({
			failedFiles: [],
			metadata: {
				status: 'succeeded',
				model,
				createdAt: new Date('2026-01-13T02:58:38Z'),
				usage: completed.usage,
				urlTtlSeconds: 86400,
			},
		});
	});

	it('passes over events that it does not know', () => {
		const reader = seedream.createStreamParser?.({ ...request, model });
		expect(reader?.parseResponse('{"type":"image_generation.started"}')).toEqual([]);
		expect(reader?.parseResponse('not json')).toEqual([]);
		expect(
			reader?.parseResponse('{"type":"image_generation.partial_succeeded","b64_json":"AAAA"}'),
		).toEqual([{ index: 0, source: { base64: 'AAAA' } }]);
		expect(reader?.finish().failedFiles).toEqual([]);
	});

	/** What comes of a stream of these events. */
	function streamed(maxImages: number, ...events: object[]) {
		const reader = seedream.createStreamParser?.({ ...request, model, maxImages });
		if (!reader) throw new Error('reads no stream');
		const files = events.flatMap((event) => reader.parseResponse(JSON.stringify(event)));
		return { files, failedFiles: reader.finish().failedFiles };
	}
	const completed = (generated_images: number) => ({
		type: 'image_generation.completed',
		usage: { generated_images },
	});
	const url = `${TOS}/a_0.jpeg`;

	it.each([{ data: [{ url }] }, { data: [{ url }], ...completed(1) }])(
		'a whole answer in one event is one: %j',
		(event) => {
			expect(streamed(2, event)).toEqual({
				files: [{ index: 0, source: { url } }],
				failedFiles: [],
			});
		},
	);

	it('what was paid for is not lost with an event that is not known', () => {
		const event = { type: 'image_generation.succeeded', images: [{ link: url }] };
		expect(streamed(1, event, completed(1))).toEqual({
			files: [],
			failedFiles: [{ index: 0, failure: expect.objectContaining({ kind: 'answerLost', url }) }],
		});
		const data = { type: 'image_generation.succeeded', image: 'iVBORw0KGgo'.repeat(20) };
		expect(streamed(1, data, completed(1)).failedFiles[0]?.failure.message).toContain(
			'the answer was not understood',
		);
		// A link that is no picture's, in a stream that brought them all.
		expect(
			streamed(
				1,
				{ type: 'started', help: url },
				{ type: 'image_generation.partial_succeeded', url },
				completed(1),
			).failedFiles,
		).toEqual([]);
	});

	it('a stream that is complete without a picture was paid for, unless it says that none was made', () => {
		expect(streamed(1, completed(1)).failedFiles).toMatchObject([
			{ failure: { kind: 'answerLost' } },
		]);
		expect(streamed(1, completed(0)).failedFiles).toEqual([]);
	});

	it('data has a bound in all', () => {
		const event = {
			type: 'image_generation.partial_succeeded',
			b64_json: 'A'.repeat(16 * 1024 * 1024),
		};
		const { files, failedFiles: missing } = streamed(1, ...Array<object>(8).fill(event));
		expect([files.length, missing.length, missing[0]?.failure.message]).toEqual([
			6,
			2,
			'the pictures in the answer are larger than 96 MB in all',
		]);
	});
});
