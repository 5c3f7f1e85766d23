import type { RecordedRequest } from '../../../sandbox/sandbox.mjs';
import { runNode } from '../../support/engine.mjs';
import { useSandbox } from '../../support/fixtures.mjs';
import { inspectFully } from '../../support/n8nHost.mjs';
import { heavyPicture, picture } from '../../support/pictures.mjs';
import { summaryOf } from '../../support/wording.mjs';
import sharp from 'sharp';
import { z } from 'zod';

const GATEWAYS = ['gptunnel', 'myRouter', 'agentsFlare', 'modelArk'] as const;
const prompt = 'A red fox in fresh snow';

const { sandbox, credentials, charged, sentToGateways } = useSandbox();
const seen: RecordedRequest[] = [];

afterEach(() => void seen.push(...sandbox().requests));

const bodies = () => sentToGateways().map(({ body }) => body);

describe('what goes over the wire and what comes out', () => {
	it('GPTunnel: 4K, 21:9', async () => {
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'gptunnel', prompt, resolution: '4K', aspectRatio: '21:9' },
			credentials: credentials(),
		});
		expect(run.error).toBeUndefined();
		expect(bodies()).toEqual([
			{ model: 'seedream-4', prompt, size: '4K', aspect_ratio: '21:9', response_format: 'url' },
		]);
		expect(sentToGateways()[0]).toMatchObject({ method: 'POST', path: '/v1/media/generate' });
		expect(sentToGateways()[0]?.headers).toMatchObject({
			authorization: sandbox().keys.gptunnel,
			'content-type': 'application/json',
		});
		const [item] = run.items[0] ?? [];
		expect(item?.pairedItem).toEqual({ item: 0 });
		expect(item?.json).toMatchObject({
			gateway: 'gptunnel',
			model: 'seedream-4',
			taskId: expect.stringMatching(/^[0-9a-f]{24}$/),
			status: 'succeeded',
			gatewayStatus: 'done',
			isDone: true,
			url: expect.stringContaining(sandbox().filesUrl),
			index: 0,
			count: 1,
			mimeType: 'image/jpeg',
			cost: 8,
		});
		const bytes = await run.binary(item);
		const { width = 0, height = 1, format } = await sharp(bytes).metadata();
		expect(format).toBe('jpeg');
		expect(width / height).toBeCloseTo(21 / 9, 1);
		expect(item?.json).toMatchObject({ width, height, fileSize: bytes.length });
		expect(item?.json.fileName).toMatch(/_0\.jpeg$/);
		const { createdAt, expiresAt } = item?.json ?? {};
		expect(Date.parse(String(expiresAt)) - Date.parse(String(createdAt))).toBe(24 * 3600 * 1000);
	});

	it('MyRouter: a set of 4 with 2 binary references', async () => {
		const [first, second] = [await picture(640, 480, 'png'), await picture(480, 640, 'jpeg')];
		const run = await runNode({
			node: 'Seedream',
			parameters: {
				gateway: 'myRouter',
				prompt,
				aspectRatio: '3:2',
				images: { image: [{ source: 'binary', binaryPropertyName: 'one, two' }] },
				options: { maxImages: 4 },
			},
			items: [
				{
					json: {},
					binary: {
						one: { bytes: first, mimeType: 'application/octet-stream', fileName: 'one' },
						two: { bytes: second, mimeType: 'image/png', fileName: 'two.png' },
					},
				},
			],
			credentials: credentials(),
		});
		expect(run.error).toBeUndefined();
		expect(sentToGateways()[0]).toMatchObject({ method: 'POST', path: '/v3/seedream-4.0' });
		expect(sentToGateways()[0]?.headers.authorization).toBe(`Bearer ${sandbox().keys.myRouter}`);
		expect(bodies()).toEqual([
			{
				prompt,
				images: [
					`data:image/png;base64,${first.toString('base64')}`,
					`data:image/jpeg;base64,${second.toString('base64')}`,
				],
				size: '2496x1664',
				sequential_image_generation: 'auto',
				max_images: 4,
				watermark: false,
			},
		]);
		const items = run.items[0] ?? [];
		expect(items.map(({ json }) => [json.index, json.count, json.width, json.height])).toEqual(
			[0, 1, 2, 3].map((index) => [index, 4, 2496, 1664]),
		);
		expect(new Set(items.map(({ json }) => json.url)).size).toBe(4);
		for (const item of items)
			expect((await sharp(await run.binary(item)).metadata()).width).toBe(2496);
	});

	it('AgentsFlare: a set of 3 over a stream that comes one byte at a time', async () => {
		sandbox().behaviour.streamChunkBytes = 1;
		const run = await runNode({
			node: 'Seedream',
			parameters: {
				gateway: 'agentsFlare',
				prompt,
				resolution: '2K',
				aspectRatio: '9:16',
				options: { maxImages: 3, watermark: true },
			},
			credentials: credentials(),
		});
		expect(run.error).toBeUndefined();
		expect(sentToGateways()[0]).toMatchObject({
			method: 'POST',
			path: '/byteplus/v3/images/generations',
		});
		expect(bodies()).toEqual([
			{
				model: 'seedream-4-5-251128',
				prompt,
				size: '1600x2848',
				sequential_image_generation: 'auto',
				sequential_image_generation_options: { max_images: 3 },
				stream: true,
				response_format: 'url',
				watermark: true,
			},
		]);
		const items = run.items[0] ?? [];
		expect(items.map(({ json }) => [json.index, json.count, json.width, json.height])).toEqual(
			[0, 1, 2].map((index) => [index, 3, 1600, 2848]),
		);
		expect(items[0]?.json.usage).toMatchObject({ generated_images: 3 });
	});

	it.each(['agentsFlare', 'modelArk'])(
		'%s: without a stream a set comes in one answer',
		async (gateway) => {
			const run = await runNode({
				node: 'Seedream',
				parameters: { gateway, prompt, options: { maxImages: 3, stream: false } },
				credentials: credentials(),
			});
			expect(run.error).toBeUndefined();
			expect(bodies()).toMatchObject([{ sequential_image_generation_options: { max_images: 3 } }]);
			expect(run.items[0]?.map(({ json }) => [json.index, json.count, json.mimeType])).toEqual(
				[0, 1, 2].map((index) => [index, 3, 'image/jpeg']),
			);
			expect(charged()).toHaveLength(1);
		},
	);

	it('a model’s own options go along, and those of others are left alone', async () => {
		const options = { fastPrompt: true, webSearch: true, outputFormat: 'png' };
		const run = async (value: string) => {
			const model = { __rl: true, mode: 'list', value };
			const { error } = await runNode({
				node: 'Seedream',
				parameters: { gateway: 'modelArk', prompt, model, options },
				credentials: credentials(),
			});
			expect(error).toBeUndefined();
		};
		await run('seedream-5-0-260128');
		await run('seedream-4-0-250828');
		await run('seedream-4-5-251128');
		const own = z.object({
			optimize_prompt_options: z.unknown(),
			output_format: z.unknown(),
			tools: z.unknown(),
		});
		expect(bodies().map((body) => own.parse(body))).toEqual([
			{ output_format: 'png', tools: [{ type: 'web_search' }] },
			{ optimize_prompt_options: { mode: 'fast' } },
			{},
		]);
	});

	it('MyRouter: Seedream 4.5 has names of its own, is larger, and takes references that 4.0 does not', async () => {
		const webp = await sharp(await picture(640, 480, 'png'))
			.webp()
			.toBuffer();
		const parameters = {
			gateway: 'myRouter',
			prompt,
			aspectRatio: '16:9',
			images: { image: [{ source: 'base64', base64: webp.toString('base64') }] },
			options: { maxImages: 2 },
		};
		const model = (value: string) => ({ model: { __rl: true, mode: 'list', value } });
		const run = await runNode({
			node: 'Seedream',
			parameters: { ...parameters, ...model('seedream-4.5') },
			credentials: credentials(),
		});
		expect(run.error).toBeUndefined();
		expect(sentToGateways().map(({ path, body }) => ({ path, body }))).toEqual([
			{
				path: '/v3/seedream-4.5',
				body: {
					prompt,
					image: [expect.stringMatching(/^data:image\/webp;base64,/)],
					size: '2560x1440',
					sequential_image_generation: 'auto',
					sequential_image_generation_options: { max_images: 2 },
					watermark: false,
				},
			},
		]);
		const older = await runNode({
			node: 'Seedream',
			parameters: { ...parameters, ...model('seedream-4.0') },
			credentials: credentials(),
		});
		expect(older.error?.message).toContain('is image/webp, only image/jpeg, image/png are taken');
		expect(charged()).toHaveLength(1);
	});

	it.each(GATEWAYS)('%s: without a ratio the resolution goes as it is', async (gateway) => {
		// Nothing but the prompt is given, so this is also that every default works.
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway, prompt },
			credentials: credentials(),
		});
		expect(run.error).toBeUndefined();
		expect(bodies()).toEqual([expect.objectContaining({ size: '2K' })]);
		expect(bodies()).not.toEqual([expect.objectContaining({ aspect_ratio: expect.anything() })]);
	});

	it.each(['myRouter', 'agentsFlare', 'modelArk'])('%s: own pixels', async (gateway) => {
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway, prompt, resolution: 'custom', width: 3000, height: 1500 },
			credentials: credentials(),
		});
		expect(bodies()).toEqual([expect.objectContaining({ size: '3000x1500' })]);
		expect(run.items[0]?.[0]?.json).toMatchObject({ width: 3000, height: 1500 });
	});

	it.each([
		['gptunnel', 'raw'],
		['gptunnel', 'dataUri'],
		['agentsFlare', 'raw'],
	] as const)('%s: a picture that comes as base64 (%s)', async (gateway, gptunnelBase64) => {
		sandbox().behaviour.gptunnelBase64 = gptunnelBase64;
		const run = await runNode({
			node: 'Seedream',
			parameters: {
				gateway,
				prompt,
				options: { responseFormat: 'base64', fileName: 'a/b/fox.png' },
			},
			credentials: credentials(),
		});
		const [item] = run.items[0] ?? [];
		expect(item?.json.url).toBeUndefined();
		expect(item?.json.fileName).toBe('a_b_fox.jpeg');
		expect((await sharp(await run.binary(item)).metadata()).format).toBe('jpeg');
		expect(sandbox().requests.filter(({ origin }) => origin === 'files')).toEqual([]);
	});

	it('the file is named by its bytes, whatever the header says, and put where the user wants it', async () => {
		const run = await runNode({
			node: 'Seedream',
			parameters: {
				gateway: 'myRouter',
				prompt,
				options: { maxImages: 2, putOutputInField: 'art', fileName: 'fox.gif' },
			},
			credentials: credentials(),
		});
		const items = run.items[0] ?? [];
		expect(items.map(({ json }) => json.fileName)).toEqual(['fox-1.jpeg', 'fox-2.jpeg']);
		expect(items[0]?.binary?.art).toMatchObject({
			mimeType: 'image/jpeg',
			fileName: 'fox-1.jpeg',
			fileExtension: 'jpeg',
		});
	});

	it('without download there are links, and no file is fetched', async () => {
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'agentsFlare', prompt, options: { download: false } },
			credentials: credentials(),
		});
		const [item] = run.items[0] ?? [];
		expect(item?.binary).toBeUndefined();
		// The size that came back, not the one that was asked for.
		expect(item?.json).toMatchObject({
			width: 2848,
			height: 1600,
			url: expect.stringContaining('http'),
		});
		expect(sandbox().requests.filter(({ origin }) => origin === 'files')).toEqual([]);
	});

	it.each([
		['gptunnel', '', 'seedream-4'],
		['agentsFlare', '', 'seedream-4-5-251128'],
		['agentsFlare', 'my-own-endpoint', 'my-own-endpoint'],
	])('%s: the model %p is %s on the wire', async (gateway, value, wanted) => {
		const mode = value === '' ? 'list' : 'id';
		await runNode({
			node: 'Seedream',
			parameters: {
				gateway,
				prompt,
				model: { __rl: true, mode, value },
				options: { download: false },
			},
			credentials: credentials(),
		});
		expect(bodies()).toEqual([expect.objectContaining({ model: wanted })]);
	});

	it('an option that the gateway does not have is left alone', async () => {
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'gptunnel', prompt, options: { maxImages: 4, watermark: true } },
			credentials: credentials(),
		});
		expect(run.items[0]).toHaveLength(1);
		expect(bodies()).toEqual([{ model: 'seedream-4', prompt, size: '2K', response_format: 'url' }]);
	});

	it('many items come in input order, one request each, each paired with its item', async () => {
		const count = 12;
		const run = await runNode({
			node: 'Seedream',
			parameters: {
				gateway: 'gptunnel',
				prompt: '={{ "Fox " + $json.number }}',
				resolution: '1K',
				options: { maxConcurrency: 4 },
			},
			items: Array.from({ length: count }, (_, number) => ({ json: { number } })),
			credentials: credentials(),
		});
		expect(run.items[0]?.map(({ pairedItem }) => pairedItem)).toEqual(
			Array.from({ length: count }, (_, item) => ({ item })),
		);
		expect(charged()).toHaveLength(count);
		const asked = bodies().map((body) => JSON.stringify(body));
		for (let number = 0; number < count; number++) {
			expect(asked.filter((body) => body.includes(`"Fox ${number}"`))).toHaveLength(1);
		}
	});
});

describe('reference images', () => {
	it.each(GATEWAYS)('%s gets the same bytes from a file, a link and base64', async (gateway) => {
		const bytes = await picture(300, 200);
		const url = sandbox().addFile('reference.png', bytes, 'text/plain');
		const sources = [
			{ source: 'binary', binaryPropertyName: 'data' },
			{ source: 'url', url },
			{ source: 'base64', base64: bytes.toString('base64') },
			{ source: 'base64', base64: `data:image/jpeg;base64,${bytes.toString('base64')}` },
		];
		for (const source of sources) {
			const run = await runNode({
				node: 'Seedream',
				parameters: { gateway, prompt, images: { image: [source] } },
				items: [
					{ json: {}, binary: { data: { bytes, mimeType: 'image/png', fileName: 'fox.png' } } },
				],
				credentials: credentials(),
			});
			expect(run.error).toBeUndefined();
		}
		const wanted = [`data:image/png;base64,${bytes.toString('base64')}`];
		const field = gateway === 'agentsFlare' || gateway === 'modelArk' ? 'image' : 'images';
		expect(bodies()).toEqual(sources.map(() => expect.objectContaining({ [field]: wanted })));
	});

	it('a link is handed on as it is where the user wants that', async () => {
		const url = sandbox().addFile('reference.png', await picture(300, 200), 'image/png');
		const run = await runNode({
			node: 'Seedream',
			parameters: {
				gateway: 'myRouter',
				prompt,
				images: { image: [{ source: 'url', url }] },
				options: { handLinksOn: true },
			},
			credentials: credentials(),
		});
		expect(run.error).toBeUndefined();
		expect(bodies()).toEqual([expect.objectContaining({ images: [url] })]);
	});

	it('a link that several items share is read once', async () => {
		const url = sandbox().addFile('shared.png', await picture(300, 200), 'image/png');
		await runNode({
			node: 'Seedream',
			parameters: { gateway: 'gptunnel', prompt, images: { image: [{ source: 'url', url }] } },
			items: [{ json: {} }, { json: {} }, { json: {} }],
			credentials: credentials(),
		});
		expect(sandbox().requests.filter(({ path }) => path.endsWith('shared.png'))).toHaveLength(1);
		expect(charged()).toHaveLength(3);
	});
});

describe('bad input is refused before anything is sent', () => {
	const small = { source: 'base64', base64: '' };
	beforeAll(async () => {
		small.base64 = (await picture(64, 64)).toString('base64');
	});
	const references = (count: number) => ({ image: Array.from({ length: count }, () => small) });

	it.each<[string, object, string]>([
		[
			'an empty prompt',
			{ gateway: 'gptunnel', prompt: '={{ "  " }}' },
			'Prompt: the prompt is empty',
		],
		[
			'a prompt that an expression left out',
			{ gateway: 'gptunnel', prompt: '={{ $json.missing }}' },
			'Prompt: the prompt is empty',
		],
		['a prompt that is no text', { gateway: 'gptunnel', prompt: '={{ $json }}' }, 'Prompt: '],
		[
			'a model that an expression left out',
			{ gateway: 'gptunnel', model: { __rl: true, mode: 'id', value: '={{ $json.missing }}' } },
			'Model: no model is chosen',
		],
		[
			'16 images',
			{ gateway: 'agentsFlare', options: { maxImages: 16 } },
			'Max Images: 16 is not possible',
		],
		[
			'16 images at MyRouter',
			{ gateway: 'myRouter', options: { maxImages: 16 } },
			'Max Images: 16 is not possible',
		],
		[
			'0 images',
			{ gateway: 'myRouter', options: { maxImages: 0 } },
			'Max Images: 0 is not possible',
		],
		[
			'a ratio that GPTunnel lacks',
			{ gateway: 'gptunnel', aspectRatio: '3:2' },
			'Aspect Ratio: 3:2 is not offered',
		],
		[
			'a ratio that MyRouter lacks',
			{ gateway: 'myRouter', aspectRatio: '9:21' },
			'Aspect Ratio: 9:21 is not offered',
		],
		[
			'a ratio that AgentsFlare lacks',
			{ gateway: 'agentsFlare', aspectRatio: '9:21' },
			'Aspect Ratio: 9:21 is not offered',
		],
		[
			'3K at MyRouter',
			{ gateway: 'myRouter', resolution: '3K' },
			'Resolution: Seedream 4.0 does not offer 3K',
		],
		[
			'1K with Seedream 4.5',
			{ gateway: 'agentsFlare', resolution: '1K' },
			'Resolution: Seedream 4.5 does not offer 1K',
		],
		[
			'a resolution that is none',
			{ gateway: 'gptunnel', resolution: '8K' },
			'Resolution: 8K is not offered, choose one of 1K, 1.5K, 2K, 3K, 4K, custom',
		],
		[
			'a timeout that is no number',
			{ gateway: 'gptunnel', options: { timeout: '={{ "soon" }}' } },
			'Timeout: is not a number',
		],
		[
			'a timeout of nothing',
			{ gateway: 'gptunnel', options: { timeout: 0 } },
			'Timeout: has to be more than 0 seconds',
		],
		[
			'1x1 pixels at MyRouter',
			{ gateway: 'myRouter', resolution: 'custom', width: 1, height: 1 },
			'Width and Height: 1x1',
		],
		[
			'1x1 pixels at AgentsFlare',
			{ gateway: 'agentsFlare', resolution: 'custom', width: 1, height: 1 },
			'Width and Height: 1x1',
		],
		[
			'own pixels at GPTunnel',
			{ gateway: 'gptunnel', resolution: 'custom' },
			'Resolution: Seedream 4 takes no own width',
		],
		[
			'too narrow pixels',
			{ gateway: 'myRouter', resolution: 'custom', width: 10000, height: 200 },
			'Width and Height: 10000x200 is too narrow',
		],
		[
			'a link that is none',
			{ gateway: 'myRouter', images: { image: [{ source: 'url', url: 'fox' }] } },
			'Reference Images: image 1 is not an http or https link',
		],
		[
			'base64 that is none',
			{ gateway: 'myRouter', images: { image: [{ source: 'base64', base64: '***' }] } },
			'Reference Images: image 1 is not base64',
		],
		[
			'a file that is no picture',
			{ gateway: 'gptunnel', images: { image: [{ source: 'base64', base64: 'Zm94' }] } },
			'Reference Images: image 1 is not a picture',
		],
		[
			'a field that is not there',
			{ gateway: 'gptunnel', images: { image: [{ source: 'binary', binaryPropertyName: 'fox' }] } },
			"'fox'",
		],
		[
			'a model of another gateway',
			{ gateway: 'myRouter', model: { __rl: true, mode: 'list', value: 'seedream-4' } },
			'Model: seedream-4 is a model of GPTunnel',
		],
	])('%s', async (_what, parameters, message) => {
		const run = await runNode({
			node: 'Seedream',
			parameters: { prompt, ...parameters },
			credentials: credentials(),
		});
		expect(run.error?.message).toContain(message);
		expect(run.error?.message).toContain('[item 0]');
		expect(sandbox().requests).toEqual([]);
	});

	it.each([
		['myRouter', 11, 1, 'Reference Images: 11 images are too many, at most 10'],
		['agentsFlare', 15, 1, 'Reference Images: 15 images are too many, at most 14'],
		['myRouter', 8, 8, 'Max Images: 8 reference images and 8 to be made are 16, at most 15'],
		['agentsFlare', 10, 6, 'Max Images: 10 reference images and 6 to be made are 16, at most 15'],
	])('%s: %d references for %d images', async (gateway, count, maxImages, message) => {
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway, prompt, images: references(count), options: { maxImages } },
			credentials: credentials(),
		});
		expect(run.error?.message).toContain(message);
		expect(sandbox().requests).toEqual([]);
	});

	it.each(GATEWAYS)(
		'%s: a reference that is 1 MB too large, as a file, as base64 and by link',
		async (gateway) => {
			const most = ['agentsFlare', 'modelArk'].includes(gateway) ? 30 : 10;
			const bytes = await heavyPicture((most + 1) * 1024 * 1024);
			const url = sandbox().addFile('heavy.png', bytes, 'image/png');
			const messages: string[] = [];
			for (const source of [
				{ source: 'binary', binaryPropertyName: 'data' },
				{ source: 'base64', base64: bytes.toString('base64') },
				{ source: 'url', url },
			]) {
				const run = await runNode({
					node: 'Seedream',
					parameters: { gateway, prompt, images: { image: [source] } },
					items: [
						{ json: {}, binary: { data: { bytes, mimeType: 'image/png', fileName: 'heavy.png' } } },
					],
					credentials: credentials(),
				});
				messages.push(run.error?.message ?? '');
			}
			for (const message of messages)
				expect(message).toMatch(
					new RegExp(`^Reference Images: image 1 .*${most} MB.*\\[item 0\\]$`),
				);
			expect(sentToGateways()).toEqual([]);
		},
	);

	it.each<[string, number, number, 'png' | 'webp', string]>([
		['too narrow', 400, 100, 'png', '400x100, the longer side may be at most 3 times the shorter'],
		['too small', 14, 14, 'png', '14x14, each side has to be longer than 14 pixels'],
		['too many pixels', 7000, 6000, 'png', '7000x6000, at most 36,000,000 pixels are taken'],
		['another format', 100, 100, 'webp', 'image/webp, only image/jpeg, image/png are taken'],
	])('MyRouter: a reference that is %s', async (_what, width, height, format, words) => {
		const base64 = (await picture(width, height, format)).toString('base64');
		const run = await runNode({
			node: 'Seedream',
			parameters: {
				gateway: 'myRouter',
				prompt,
				images: { image: [{ source: 'base64', base64 }] },
			},
			credentials: credentials(),
		});
		expect(run.error?.message).toContain(words);
		expect(sandbox().requests).toEqual([]);
	});

	it('a slip in the last item costs nothing', async () => {
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'gptunnel', prompt: '={{ $json.prompt }}' },
			items: [{ json: { prompt: 'Fox' } }, { json: { prompt: 'Owl' } }, { json: { prompt: '' } }],
			credentials: credentials(),
		});
		expect(run.error?.message).toBe('Prompt: the prompt is empty [item 2]');
		expect(sandbox().requests).toEqual([]);
	});

	it.each(['prompt', 'options.maxConcurrency'])(
		'an expression that fails in %s fails its items alone',
		async (name) => {
			const failing = "={{ $('Nowhere').item.json.x }}";
			const run = await runNode({
				node: 'Seedream',
				parameters: {
					gateway: 'gptunnel',
					...(name === 'prompt'
						? { prompt: failing }
						: { prompt, options: { maxConcurrency: failing } }),
				},
				items: [{ json: {} }, { json: {} }],
				credentials: credentials(),
				onError: 'continueRegularOutput',
			});
			expect(run.items[0]?.map(({ json }) => Object.keys(json))).toEqual([['error'], ['error']]);
			expect(sandbox().requests).toEqual([]);
		},
	);

	it.each([
		['stopWorkflow', 1],
		['continueRegularOutput', 3],
	] as const)(
		'%s: after a refusal of the first of three items, %d requests are made',
		async (onError, requests) => {
			const run = await runNode({
				node: 'Seedream',
				parameters: {
					gateway: 'agentsFlare',
					prompt,
					model: { __rl: true, mode: 'id', value: '={{ $json.model }}' },
					options: { maxConcurrency: 1, download: false },
				},
				items: ['no-such-model', 'seedream-4-5-251128', 'seedream-4-5-251128'].map((model) => ({
					json: { model },
				})),
				credentials: credentials(),
				onError,
			});
			expect(sentToGateways()).toHaveLength(requests);
			expect(charged()).toHaveLength(requests - 1);
			expect(JSON.stringify([run.error?.message, run.items])).toContain(
				summaryOf('modelNotAvailable', { model: 'no-such-model' }),
			);
		},
	);

	it('with "On Error: Continue" the others are made, and the bad one stays in its place', async () => {
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'gptunnel', prompt: '={{ $json.prompt }}' },
			items: [{ json: { prompt: 'Fox' } }, { json: { prompt: '' } }, { json: { prompt: 'Owl' } }],
			credentials: credentials(),
			onError: 'continueRegularOutput',
		});
		expect(run.items[0]?.map(({ json }) => json.status ?? json.error)).toEqual([
			'succeeded',
			expect.objectContaining({
				message: 'Prompt: the prompt is empty [item 1]',
				code: 'invalidInput',
			}),
			'succeeded',
		]);
		expect(run.items[0]?.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		expect(charged()).toHaveLength(2);
	});
});

it('files that n8n keeps inside the items are references, too', async () => {
	const bytes = await picture(300, 200);
	const run = await runNode({
		node: 'Seedream',
		parameters: {
			gateway: 'myRouter',
			prompt,
			images: { image: [{ source: 'binary', binaryPropertyName: 'data' }] },
		},
		items: [{ json: {}, binary: { data: { bytes, mimeType: 'image/png', fileName: 'fox.png' } } }],
		credentials: credentials(),
		inputFiles: 'inline',
	});
	expect(run.error).toBeUndefined();
	expect(bodies()).toEqual([
		expect.objectContaining({ images: [`data:image/png;base64,${bytes.toString('base64')}`] }),
	]);
});

describe('keys', () => {
	const secret = 'sk-very-secret-0123456789';

	it.each(GATEWAYS)('%s: a wrong key reads the same, and is nowhere', async (gateway) => {
		for (const onError of [
			'stopWorkflow',
			'continueRegularOutput',
			'continueErrorOutput',
		] as const) {
			const run = await runNode({
				node: 'Seedream',
				parameters: { gateway, prompt },
				credentials: { [`${gateway}Api`]: { apiKey: secret, baseUrl: sandbox().apiUrl } },
				onError,
			});
			const failed = run.items.flat()[0]?.json.error;
			const message =
				run.error?.message ?? (typeof failed === 'object' ? JSON.stringify(failed) : '');
			expect(message).toContain(summaryOf('keyNotAccepted'));
			expect(run.everything() + inspectFully(run.thrown)).not.toContain(secret);
			if (onError === 'continueErrorOutput') expect(run.items[1]).toHaveLength(1);
		}
		expect(charged()).toEqual([]);
	});

	it.each(GATEWAYS)('%s: what people paste is accepted', async (gateway) => {
		const key = sandbox().keys[gateway];
		const endpoints = {
			gptunnel: '/v1/media/generate',
			myRouter: '/v3/seedream-4.0',
			agentsFlare: '/byteplus/v3/images/generations',
			modelArk: '/api/v3/images/generations',
		};
		for (const [apiKey, baseUrl] of [
			[` ${key}\n`, `${sandbox().apiUrl}/`],
			[`Bearer ${key}`, sandbox().apiUrl + endpoints[gateway]],
			[`"${key}"`, ` ${sandbox().apiUrl}${endpoints[gateway]}/ `],
		] as const) {
			const run = await runNode({
				node: 'Seedream',
				parameters: { gateway, prompt, options: { download: false } },
				credentials: { [`${gateway}Api`]: { apiKey, baseUrl } },
			});
			expect(run.error).toBeUndefined();
		}
		expect(charged()).toHaveLength(3);
	});

	it('a key that was pasted into the base URL is not repeated', async () => {
		const baseUrls = [`https://${secret}.invalid`, `http://127.0.0.1:9/${secret}`, secret];
		const runs = await Promise.all(
			baseUrls.map(
				async (baseUrl) =>
					await runNode({
						node: 'Seedream',
						parameters: { gateway: 'gptunnel', prompt, options: { timeout: 20 } },
						credentials: { gptunnelApi: { apiKey: 'another-key', baseUrl } },
					}),
			),
		);
		for (const run of runs) {
			expect(run.error).toBeDefined();
			expect(run.everything() + inspectFully(run.thrown)).not.toContain(secret);
		}
	});

	it.each([
		['ftp://127.0.0.1', 'the base URL in the credential is not an http or https address'],
		['http://127.0.0.1:9', `GPTunnel: ${summaryOf('notReachable')} (the connection was refused`],
	])('a base URL of %s', async (baseUrl, message) => {
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'gptunnel', prompt },
			credentials: { gptunnelApi: { apiKey: secret, baseUrl } },
		});
		expect(run.error?.message).toContain(message);
		expect(run.everything() + inspectFully(run.thrown)).not.toContain(secret);
	});
});

it('the storage never saw a key, in any of these tests', () => {
	const toStorage = seen.filter(({ origin }) => origin === 'files');
	expect(toStorage.length).toBeGreaterThan(20);
	expect(toStorage.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
	expect(JSON.stringify(toStorage)).not.toMatch(/sandbox-\w+-key/);
});
