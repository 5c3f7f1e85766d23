/**
 * What the gateways take, refuse and answer since November 2026: the nodes on n8n's engine, against the sandbox, which
 * refuses what the vendors refuse. What is known from where stands with the code that is tested.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { agentsFlare } from '../../../nodes/shared/gateways/agentsFlare/index.js';
import { modelArk } from '../../../nodes/shared/gateways/modelArk/index.js';
import { runNode, type RunOptions } from '../../support/engine.mjs';
import { useSandbox } from '../../support/fixtures.mjs';
import nock from '../../support/nock.mjs';
import { heavyPicture, picture } from '../../support/pictures.mjs';
import { adviceOf, NOTHING_CHARGED, summaryOf } from '../../support/wording.mjs';

const { sandbox, credentials, charged, sentToGateways } = useSandbox({ taskSeconds: 0 });
afterEach(() => nock.cleanAll());

const bodies = () => charged().map(({ body }) => body);
const byId = (value: string) => ({ __rl: true, mode: 'id', value });
/** As a row of a table would say it: the form shows all options then. */
const byExpression = (id: string) => ({ __rl: true, mode: 'id', value: `={{ "${id}" }}` });

/** In place of videos, which take a second each to draw. */
const VIDEO = { head: Buffer.from('\0\0\0\x18ftypisom', 'latin1'), length: 1000 };

async function run(node: string, parameters: INodeParameters, options: Partial<RunOptions> = {}) {
	if (node === 'Seedance') sandbox().behaviour.file = VIDEO;
	const waits = node === 'Seedream' ? {} : { pollInterval: 0.2 };
	return await runNode({
		node,
		parameters: {
			gateway: 'modelArk',
			prompt: 'A red fox',
			...parameters,
			options: { ...waits, ...Object(parameters.options) },
		},
		credentials: credentials(),
		...options,
	});
}

async function refused(
	node: string,
	parameters: INodeParameters,
): Promise<{ message: string; description: string }> {
	const { error } = await run(node, parameters);
	expect(sentToGateways()).toEqual([]);
	return { message: error?.message ?? '', description: String(error?.description ?? '') };
}

const PRO = 'dola-seedream-5-0-pro-260628';
const FLASH = 'dola-seedream-5-0-flash-260915';
const NEWEST = 'dola-seedream-5-5-261028';
const V25 = 'dreamina-seedance-2-5-260628';
const V20 = 'dreamina-seedance-2-0-260128';
const V10 = 'seedance-1-0-pro-250528';

describe('Seedream that makes one picture at a time', () => {
	it.each([PRO, FLASH, NEWEST])(
		'%s: a typed one makes an image; nothing is sent that it refuses',
		async (model) => {
			const { items, error } = await run('Seedream', { model: byId(model), aspectRatio: '16:9' });
			expect(error).toBeUndefined();
			expect(bodies()).toEqual([
				{ model, prompt: 'A red fox', size: '2816x1584', response_format: 'url', watermark: false },
			]);
			expect(items[0]?.[0]?.json).toMatchObject({ status: 'succeeded', width: 2816, height: 1584 });
		},
	);

	it('a set is refused before anything is sent', async () => {
		const { error } = await run('Seedream', {
			model: byExpression(PRO),
			options: { maxImages: 2 },
		});
		expect(error?.message).toBe(
			'Max Images: Seedream 5.0 Pro makes one image at a time, not 2 [item 0]',
		);
		expect(charged()).toHaveLength(0);
	});

	it('refuses a stream, sets and what else it does not take, naming option and model', async () => {
		const asked = async (model: string, options: INodeParameters) =>
			(await refused('Seedream', { model: byExpression(model), options })).message;
		expect(await asked(PRO, { stream: true })).toBe(
			'Stream Images: Seedream 5.0 Pro does not take it [item 0]',
		);
		expect(await asked(FLASH, { fastPrompt: true })).toBe(
			'Fast Prompt: Seedream 5.0 Flash does not take it [item 0]',
		);
		expect(await asked(NEWEST, { webSearch: true })).toBe(
			'Web Search: Seedream 5.5 does not take it [item 0]',
		);
		expect(await asked('seedream-4-5-251128', { outputFormat: 'png' })).toBe(
			'Output Format: Seedream 4.5 does not take it [item 0]',
		);
		expect(await asked('seedream-4-0-250828', { background: 'transparent' })).toBe(
			'Background: Seedream 4.0 does not take it [item 0]',
		);
	});

	it('an id that nobody knows: a single picture is sent without the fields of sets and streams, a set with them', async () => {
		const host = 'https://ark.example';
		const sent: unknown[] = [];
		nock(host)
			.post('/api/v3/images/generations')
			.twice()
			.reply((_uri, body) => {
				sent.push(body);
				return [404, { error: { code: 'InvalidEndpointOrModel.NotFound', message: 'none' } }];
			});
		const credentials = { modelArkApi: { apiKey: 'sk-1', baseUrl: host } };
		for (const maxImages of [1, 2])
			await run(
				'Seedream',
				{ model: byId('ep-20261129-abcde'), options: { maxImages } },
				{ credentials },
			);
		expect(sent[0]).not.toHaveProperty('stream');
		expect(sent[0]).not.toHaveProperty('sequential_image_generation');
		expect(sent[1]).toMatchObject({ stream: true, sequential_image_generation: 'auto' });
	});

	it('has sizes of its own, and no more than ten references', async () => {
		expect(
			(await refused('Seedream', { model: byExpression(PRO), resolution: '4K' })).message,
		).toContain('Resolution: Seedream 5.0 Pro does not offer 4K, choose one of 1K, 1.5K, 2K');
		expect(
			(
				await refused('Seedream', {
					model: byId(PRO),
					resolution: 'custom',
					width: 4096,
					height: 2048,
				})
			).message,
		).toContain('the model allows 921,600 to 4,624,220');
		expect(
			(await run('Seedream', { model: byId(PRO), resolution: '1.5K', aspectRatio: '9:16' })).error,
		).toBeUndefined();
		expect(bodies()).toMatchObject([{ size: '1152x2048' }]);
	});

	it('a transparent background: of one image with transparent parts, as a PNG', async () => {
		const cutOut = await sharp({
			create: { width: 400, height: 400, channels: 4, background: '#ff000080' },
		})
			.png()
			.toBuffer();
		const image = { source: 'url', url: sandbox().addFile('cut.png', cutOut, 'image/png') };
		const model = byId(FLASH);
		const { error } = await run('Seedream', {
			model,
			images: { image: [image] },
			options: { background: 'transparent' },
		});
		expect(error).toBeUndefined();
		expect(bodies()).toMatchObject([{ background: 'transparent' }]);
		sandbox().requests.length = 0;
		expect(
			(await refused('Seedream', { model, options: { background: 'transparent' } })).message,
		).toContain('Background: a transparent one needs exactly one image');
		expect(
			(
				await refused('Seedream', {
					model,
					images: { image: [image] },
					options: { background: 'transparent', outputFormat: 'jpeg' },
				})
			).message,
		).toContain('Background: a JPEG cannot be transparent');
	});

	it('splits a picture into layers, each a file with its place', async () => {
		const url = sandbox().addFile('poster.png', await picture(800, 600), 'image/png');
		const { items, error } = await run('Seedream', {
			model: byId(PRO),
			images: { image: [{ source: 'url', url }] },
			options: { layers: true },
		});
		expect(error).toBeUndefined();
		expect(bodies()).toMatchObject([{ layer_decomposition: true, size: '2K' }]);
		const layers = items[0] ?? [];
		expect(layers.length).toBeGreaterThan(1);
		expect(layers.map(({ json }) => Object(json.layer).zIndex)).toEqual(
			layers.map((_layer, index) => index),
		);
		expect(layers[1]?.json.layer).toMatchObject({
			box: [expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)],
		});
		expect(layers.every(({ binary }) => binary?.data !== undefined)).toBe(true);
		sandbox().requests.length = 0;
		expect(
			(await refused('Seedream', { model: byId(PRO), options: { layers: true } })).message,
		).toContain('Split Into Layers: it takes exactly one image');
	});
});

describe('Seedance 2.5 as it is', () => {
	const image = async (role: string) => ({
		image: [
			{
				role,
				source: 'url',
				url: sandbox().addFile('fox.png', await picture(640, 360), 'image/png'),
			},
		],
	});
	const model = byId(V25);

	it('makes 1080p, and five seconds where nothing is said', async () => {
		const { error } = await run('Seedance', {
			model,
			operation: 'createTask',
			resolution: '1080p',
			duration: 0,
		});
		expect(error).toBeUndefined();
		expect(bodies()).toMatchObject([{ resolution: '1080p', duration: 5 }]);
	});

	it('a first frame decides the shape', async () => {
		const images = await image('firstFrame');
		const { message, description } = await refused('Seedance', {
			model,
			images,
			aspectRatio: '9:16',
		});
		expect(message).toBe(
			'Aspect Ratio: Seedance 2.5 gives a video the shape of its first frame, so 9:16 is not possible [item 0]',
		);
		expect(description).toContain('Choose Auto or Adaptive');
		for (const aspectRatio of ['auto', 'adaptive'])
			expect(
				(await run('Seedance', { model, operation: 'createTask', images, aspectRatio })).error,
			).toBeUndefined();
		expect(
			(
				await run('Seedance', {
					model: byId(V20),
					operation: 'createTask',
					images,
					aspectRatio: '9:16',
				})
			).error,
		).toBeUndefined();
		expect(charged()).toHaveLength(3);
	});

	it('a video that is edited keeps length and shape, one that is extended its shape', async () => {
		const options = { referenceVideos: 'https://example.com/clip.mp4' };
		for (const referenceTask of ['edit', 'extend', 'auto']) {
			const { error } = await run('Seedance', {
				model,
				operation: 'createTask',
				options: { ...options, referenceTask },
			});
			expect(error).toBeUndefined();
		}
		expect(bodies()).toMatchObject([
			{ omni_reference_task_type: 'edit', ratio: 'adaptive', duration: -1 },
			{ omni_reference_task_type: 'extend', ratio: 'adaptive', duration: 5 },
			{ duration: 5 },
		]);
		expect(bodies()[2]).not.toHaveProperty('omni_reference_task_type');
		sandbox().requests.length = 0;
		expect(
			(await refused('Seedance', { model, options: { referenceTask: 'edit' } })).message,
		).toContain('Reference Task: to edit a video, Seedance 2.5 needs one under "Reference Videos"');
		expect(
			(
				await refused('Seedance', {
					model,
					aspectRatio: '1:1',
					options: { ...options, referenceTask: 'extend' },
				})
			).message,
		).toContain('keeps its shape: choose Auto or Adaptive');
	});

	it('a task that was taken for an edit says which option helps', async () => {
		sandbox().behaviour.frameRatio = 'fail';
		const outcome = modelArk.seedance?.tasks?.parseResponse({
			httpStatus: 200,
			body: {
				id: 'cgt-1',
				status: 'failed',
				error: { code: 'InvalidParameter.TaskTypeConstraint', message: 'ratio must be adaptive' },
			},
		});
		expect(outcome?.failure).toMatchObject({
			kind: 'taskFailed',
			detail: expect.stringContaining('"Reference Task"'),
		});
	});

	it('a draft is made at 480p, and its final video by its task alone', async () => {
		const draft = await run('Seedance', {
			model,
			operation: 'createTask',
			options: { draft: true },
		});
		expect(draft.error).toBeUndefined();
		const draftTaskId = String(draft.items[0]?.[0]?.json.taskId);
		const final = await run('Seedance', {
			model,
			operation: 'createTask',
			prompt: '',
			resolution: '1080p',
			options: { draftTaskId },
		});
		expect(final.error).toBeUndefined();
		expect(bodies()).toEqual([
			expect.objectContaining({ draft: true, resolution: '480p', duration: 5 }),
			{
				model: V25,
				content: [{ type: 'draft_task', draft_task: { id: draftTaskId } }],
				resolution: '1080p',
				watermark: false,
			},
		]);
		sandbox().requests.length = 0;
		expect(
			(await refused('Seedance', { model, resolution: '1080p', options: { draftTaskId } })).message,
		).toContain('Prompt: the final video of a draft has the words of the draft');
		expect(
			(await refused('Seedance', { model, prompt: '', options: { draftTaskId } })).message,
		).toContain('Resolution: Seedance 2.5 makes the final video of a draft at 1080p alone');
	});

	it('more references together than it follows', async () => {
		const url = sandbox().addFile('fox.png', await picture(640, 360), 'image/png');
		const images = {
			image: Array.from({ length: 9 }, () => ({ role: 'reference', source: 'url', url })),
		};
		const links = (count: number) =>
			Array.from({ length: count }, (_none, index) => `https://a.test/${index}`).join('\n');
		const options = { referenceVideos: links(3), referenceAudio: links(3) };
		expect(
			(await run('Seedance', { model: byId(V20), operation: 'createTask', images, options })).error,
		).toBeUndefined();
		const many = { image: [...images.image, ...images.image, ...images.image] };
		const all = { referenceVideos: links(10), referenceAudio: links(10) };
		expect(
			(await run('Seedance', { model, operation: 'createTask', images: many, options: all })).error,
		).toBeUndefined();
		sandbox().requests.length = 0;
		expect(
			(
				await refused('Seedance', {
					model,
					images: { image: [...many.image, ...images.image] },
					options: all,
				})
			).message,
		).toContain('36 reference images are too many');
	});
});

describe('parameters that not every video model has', () => {
	it('priority, safety identifier and web search go along', async () => {
		const { error } = await run('Seedance', {
			operation: 'createTask',
			options: { priority: 9, safetyIdentifier: 'user-1', webSearch: true },
		});
		expect(error).toBeUndefined();
		expect(bodies()).toMatchObject([
			{ priority: 9, safety_identifier: 'user-1', tools: [{ type: 'web_search' }] },
		]);
	});

	it.each<[what: string, model: string, options: INodeParameters, message: string]>([
		['a seed', V20, { seed: 7 }, 'Seed: Seedance 2.0 does not take it'],
		['a fixed camera', V25, { cameraFixed: true }, 'Fixed Camera: Seedance 2.5 does not take it'],
		[
			'the tier for patient people',
			V20,
			{ serviceTier: 'flex' },
			'Service Tier: Seedance 2.0 does not take it',
		],
		['a priority', V10, { priority: 3 }, 'Priority: Seedance 1.0 Pro does not take it'],
		['a draft', V20, { draft: true }, 'Draft: Seedance 2.0 does not take it'],
		[
			'the final video of a draft',
			V20,
			{ draftTaskId: 'cgt-1' },
			'Draft Task ID: Seedance 2.0 does not take it',
		],
		[
			'a task for references',
			V20,
			{ referenceTask: 'edit' },
			'Reference Task: Seedance 2.0 does not take it',
		],
		[
			'another kind of file',
			V20,
			{ outputFormat: 'mov' },
			'Output Format: Seedance 2.0 does not take it',
		],
		['a search', V10, { webSearch: true }, 'Web Search: Seedance 1.0 Pro does not take it'],
		[
			'a priority beyond the highest',
			V20,
			{ priority: 10 },
			'Priority: 10 is not possible, it is a whole number from 0 to 9',
		],
		[
			'a long identifier',
			V20,
			{ safetyIdentifier: 'x'.repeat(65) },
			'Safety Identifier: it has 65 characters, at most 64 are taken',
		],
	])(
		'%s is refused before anything is sent, where the model does not take it',
		async (_what, model, options, message) => {
			const told = await refused('Seedance', { model: byExpression(model), options });
			expect(told.message).toContain(message);
			expect(told.description).toContain(NOTHING_CHARGED);
		},
	);

	it('what asks for nothing is left alone', async () => {
		const options = {
			seed: -1,
			cameraFixed: false,
			serviceTier: 'default',
			draft: false,
			webSearch: false,
			referenceTask: 'auto',
			outputFormat: 'mp4',
			priority: 0,
			draftTaskId: '',
		};
		const { error } = await run('Seedance', {
			model: byExpression(V20),
			operation: 'createTask',
			options,
		});
		expect(error).toBeUndefined();
		expect(bodies()).toEqual([
			{
				model: V20,
				content: [{ type: 'text', text: 'A red fox' }],
				resolution: '720p',
				duration: 5,
				priority: 0,
				watermark: false,
			},
		]);
	});
});

describe('GPT Image 2 and later, at AgentsFlare', () => {
	// Nock cuts off what is read more slowly than it comes: findings/nock-slow-reader.sh.
	beforeAll(() => nock.restore());
	afterAll(() => nock.activate());

	const gateway = 'agentsFlare';
	const sizes = async (parameters: INodeParameters) => {
		const { error } = await run('GptImage', { gateway, ...parameters });
		expect(error).toBeUndefined();
		return Object(bodies().at(-1)).size;
	};

	it.each([
		['auto', '16:9', '1280x720'],
		['auto', '3:2', '1536x1024'],
		['1K', '21:9', '1456x624'],
		['2K', '16:9', '2560x1440'],
		['4K', '9:16', '2160x3840'],
		['4K', '1:1', '2880x2880'],
		['4K', '21:9', '3808x1632'],
		['auto', 'auto', undefined],
	])('%s, %s: %s', async (resolution, aspectRatio, size) => {
		expect(await sizes({ resolution, aspectRatio, options: { quality: 'low' } })).toBe(size);
	});

	it('own pixels by the maker’s rule, and the nearest that are allowed', async () => {
		expect(await sizes({ resolution: 'custom', width: 1536, height: 864 })).toBe('1536x864');
		sandbox().requests.length = 0;
		const { message } = await refused('GptImage', {
			gateway,
			resolution: 'custom',
			width: 1000,
			height: 1000,
		});
		expect(message).toMatch(
			/^Width and Height: 1000x1000 is not possible: .*multiples of 16.*The nearest size is 992x992 \[item 0\]$/,
		);
		expect(
			(await refused('GptImage', { gateway, resolution: 'custom', width: 4096, height: 1024 }))
				.message,
		).toContain('The nearest size is 3840x1280');
		expect((await refused('GptImage', { gateway, resolution: '2K' })).message).toContain(
			'Aspect Ratio: with the resolution 2K it has to be chosen, too',
		);
		expect(
			(
				await refused('GptImage', {
					gateway,
					model: byExpression('gpt-image-1.5'),
					resolution: '4K',
					aspectRatio: '1:1',
				})
			).message,
		).toContain('Resolution: GPT Image 1.5 does not offer 4K');
	});

	it('options of its own', async () => {
		const options = {
			quality: 'max',
			background: 'transparent',
			outputFormat: 'webp',
			outputCompression: 60,
			moderation: 'low',
			safetyIdentifier: 'user-1',
		};
		const { error } = await run('GptImage', {
			gateway,
			model: byId('gpt-image-2.6-flare'),
			options,
		});
		expect(error).toBeUndefined();
		expect(bodies()).toEqual([
			{
				model: 'gpt-image-2.6-flare',
				prompt: 'A red fox',
				quality: 'max',
				background: 'transparent',
				output_format: 'webp',
				output_compression: 60,
				moderation: 'low',
				safety_identifier: 'user-1',
			},
		]);
	});

	it('a mask goes along as a file, and needs an image', async () => {
		const link = sandbox().addFile('fox.png', await picture(640, 640), 'image/png');
		const mask = sandbox().addFile(
			'mask.png',
			await sharp({ create: { width: 640, height: 640, channels: 4, background: '#00000000' } })
				.png()
				.toBuffer(),
			'image/png',
		);
		const options = { mask: { image: { source: 'url', url: mask } } };
		const { error } = await run('GptImage', {
			gateway,
			images: { image: [{ source: 'url', url: link }] },
			options,
		});
		expect(error).toBeUndefined();
		expect(bodies()).toMatchObject([{ image: { type: 'image/png' }, mask: { type: 'image/png' } }]);
		sandbox().requests.length = 0;
		expect((await refused('GptImage', { gateway, options })).message).toContain(
			'Mask: it says what of an image is to be changed, so it needs one',
		);
		const jpeg = sandbox().addFile('mask.jpeg', await picture(64, 64, 'jpeg'), 'image/jpeg');
		const wrong = { mask: { image: { source: 'url', url: jpeg } } };
		expect(
			(
				await refused('GptImage', {
					gateway,
					images: { image: [{ source: 'url', url: link }] },
					options: wrong,
				})
			).message,
		).toContain('Mask: image 1 is image/jpeg, only image/png are taken');
	});

	it.each<[what: string, parameters: INodeParameters, message: string]>([
		[
			'a quality of later models',
			{ model: byExpression('gpt-image-2'), options: { quality: 'max' } },
			'Quality: GPT Image 2 does not offer max, choose one of high, low, medium',
		],
		[
			'a compression of nothing',
			{ options: { outputCompression: 50 } },
			'Output Compression: a PNG is never compressed',
		],
		[
			'a compression beyond the end',
			{ options: { outputCompression: 101, outputFormat: 'jpeg' } },
			'Output Compression: 101 is not possible',
		],
	])('%s is refused before anything is sent', async (_what, parameters, message) => {
		expect((await refused('GptImage', { gateway, ...parameters })).message).toContain(message);
	});
});

describe('what is read of an image', () => {
	it('a HEIC is refused for Seedance 1.0, which does not take it, and sent to 2.0', async () => {
		const heic = Buffer.alloc(3000);
		heic.write('\0\0\0\x18ftypheic\0\0\0\0heicmif1', 'latin1');
		const images = {
			image: [
				{
					source: 'url',
					url: sandbox().addFile('fox.heic', heic, 'image/heic'),
					role: 'firstFrame',
				},
			],
		};
		const told = await refused('Seedance', { model: byId(V10), images });
		expect(told.message).toContain(
			'Images: image 1 is image/heic, only image/jpeg, image/png, image/webp, image/bmp, image/tiff, image/gif are taken',
		);
		expect(
			(await run('Seedance', { model: byId(V20), images, operation: 'createTask' })).error,
		).toBeUndefined();
		expect(charged()).toHaveLength(1);
	});
});

describe('the queue of an account', () => {
	it('130 Create Task items where 120 may wait: all are created, each once, and nobody speaks of the balance', async () => {
		const refused = () => sandbox().requests.filter(({ status }) => status === 429).length;
		sandbox().behaviour.queueLimit = 120;
		// None of them begins before the queue was full.
		sandbox().behaviour.taskSeconds = 3600;
		const running = run(
			'Seedance',
			{ operation: 'createTask', resolution: '480p' },
			{ items: Array.from({ length: 130 }, (_none, index) => ({ json: { index } })) },
		);
		for (let tries = 0; refused() === 0 && tries < 1000; tries++) await delay(20);
		expect(refused()).toBeGreaterThan(0);
		sandbox().behaviour.queueLimit = 130;
		const { items, error, logs } = await running;
		expect(error).toBeUndefined();
		expect(new Set(items[0]?.map(({ json }) => json.taskId)).size).toBe(130);
		expect(charged()).toHaveLength(130);
		expect(logs.join('\n')).not.toContain('balance');
	});
});

describe('what an answer tells', () => {
	const usage = {
		generated_images: 1,
		output_tokens: 5,
		total_tokens: 5,
		tool_usage: { web_search: 1 },
	};
	const url = 'https://files.test/a.jpeg';
	const asked = {
		model: 'seedream-5-0-260128',
		prompt: '',
		images: [],
		size: '2K',
		aspectRatio: 'auto',
		maxImages: 1,
		watermark: false,
		responseFormat: 'url',
		stream: true,
		options: {},
	} as const;

	it('the counts of an answer are kept though some of them are nested', () => {
		const request = { ...asked, images: [] };
		expect(
			modelArk.seedream?.parseResponse({ data: [{ url }], usage }, request).metadata.usage,
		).toEqual({ generated_images: 1, output_tokens: 5, total_tokens: 5 });
		const reader = modelArk.seedream?.createStreamParser?.(request);
		reader?.parseResponse(
			JSON.stringify({ type: 'image_generation.partial_succeeded', image_index: 0, url }),
		);
		reader?.parseResponse(JSON.stringify({ type: 'image_generation.completed', usage }));
		expect(reader?.finish().metadata.usage).toEqual({
			generated_images: 1,
			output_tokens: 5,
			total_tokens: 5,
		});
		const task = {
			id: 'cgt-1',
			status: 'succeeded',
			content: { video_url: url },
			usage: { completion_tokens: 7, tool_usage: { web_search: 2 } },
		};
		expect(
			agentsFlare.seedance?.tasks?.parseResponse({ httpStatus: 200, body: task }).metadata.usage,
		).toEqual({ completion_tokens: 7 });
	});

	it('why a task of a list failed, by either name', () => {
		const read = (reason: object) =>
			modelArk.seedance?.tasks?.list?.parseResponse({
				items: [{ id: 'cgt-1', status: 'failed', ...reason }],
			}).tasks[0]?.failure?.message;
		expect(read({ error: { code: 'X', message: 'one' } })).toBe('one');
		expect(read({ failure_reason: { code: 'X', message: 'other' } })).toBe('other');
	});

	it('when the maker ends the model', async () => {
		const { items } = await run('Seedance', {
			gateway: 'agentsFlare',
			model: byId('seedance-1-5-pro-251215'),
			operation: 'createTask',
		});
		expect(items[0]?.[0]?.json).toMatchObject({ modelEndsAt: '2026-11-11T09:00:00.000Z' });
		const living = await run('Seedance', { operation: 'createTask' });
		expect(living.items[0]?.[0]?.json).not.toHaveProperty('modelEndsAt');
	});
});

describe('Get Many', () => {
	it('with any service tier has the tasks of all, the newest first', async () => {
		const create = async (options: INodeParameters) =>
			String(
				(await run('Seedance', { model: byId(V10), operation: 'createTask', options }))
					.items[0]?.[0]?.json.taskId,
			);
		sandbox().behaviour.taskSeconds = 60;
		const ids = [
			await create({ serviceTier: 'flex' }),
			await create({}),
			await create({ serviceTier: 'flex' }),
		];
		const { items } = await run('Seedance', {
			operation: 'list',
			returnAll: true,
			filters: { taskIds: ids.join(',') },
		});
		expect(items[0]?.map(({ json }) => json.taskId).sort()).toEqual([...ids].sort());
	});

	it('by the model’s own name, and by a state that the gateway does not filter by', async () => {
		const host = 'https://ark.example';
		const queries: URLSearchParams[] = [];
		const tasks = [
			{ id: 'cgt-1', status: 'expired', model: V10 },
			{
				id: 'cgt-2',
				status: 'succeeded',
				model: V10,
				content: { video_url: 'https://files.test/a.mp4' },
			},
			{ id: 'cgt-3', status: 'expired', model: V20 },
		];
		nock(host)
			.get(/.*/)
			.times(4)
			.reply((uri) => {
				queries.push(new URL(uri, host).searchParams);
				return [200, { total: 3, items: tasks }];
			});
		const credentials = { modelArkApi: { apiKey: 'sk-1', baseUrl: host } };
		const found = await run(
			'Seedance',
			{ operation: 'list', filters: { status: 'expired', model: V10 } },
			{ credentials },
		);
		expect(found.items[0]?.map(({ json }) => json.taskId)).toEqual(['cgt-1']);
		expect(
			queries.map((query) => [
				query.get('filter.status'),
				query.get('filter.model'),
				query.get('filter.service_tier'),
			]),
		).toEqual([
			[null, null, 'default'],
			[null, null, 'flex'],
		]);
		await run(
			'Seedance',
			{ operation: 'list', filters: { model: 'ep-1', serviceTier: 'flex' } },
			{ credentials },
		);
		expect(queries.slice(2).map((query) => query.get('filter.model'))).toEqual(['ep-1']);
	});

	it('that came too often is asked once more', async () => {
		const host = 'https://ark.example';
		nock(host)
			.get(/.*/)
			.reply(429, { error: { code: 'APIAccountRpmRateLimitExceeded', message: 'slow' } });
		nock(host)
			.get(/.*/)
			.reply(200, { total: 1, items: [{ id: 'cgt-1', status: 'queued' }] });
		const { items, error } = await run(
			'Seedance',
			{ operation: 'list', filters: { serviceTier: 'default' } },
			{ credentials: { modelArkApi: { apiKey: 'sk-1', baseUrl: host } } },
		);
		expect(error).toBeUndefined();
		expect(items[0]).toHaveLength(1);
	});
});

describe('what a row of a table leaves empty', () => {
	it.each([
		[
			'Seedance',
			{
				model: byExpression(V20),
				operation: 'createTask',
				options: { frames: '={{ "" }}', seed: '={{ null }}', priority: '={{ "" }}' },
			},
			['frames', 'seed', 'priority'],
		],
		[
			'GptImage',
			{ gateway: 'agentsFlare', options: { outputFormat: 'jpeg', outputCompression: '={{ "" }}' } },
			['output_compression'],
		],
	])('%s: is not asked for', async (node, parameters, fields) => {
		const { error } = await run(node, parameters);
		expect(error).toBeUndefined();
		expect(charged()).toHaveLength(1);
		expect(Object.keys(Object(bodies()[0])).filter((name) => fields.includes(name))).toEqual([]);
	});
});

describe('a refusal for the moment beside something that was bought', () => {
	const credentials = { modelArkApi: { apiKey: 'sk-1', baseUrl: 'https://ark.example' } };
	const error = { code: 'QuotaExceeded', message: 'The queue is full.' };

	it.each([
		['a task', 'Seedance', 429, { id: 'cgt-77', error }, /cgt-77/],
		[
			'pictures',
			'Seedream',
			200,
			{ data: [{ url: 'https://files.example/a.jpeg' }], error },
			/may/,
		],
	])('%s: is sent once', async (_what, node, status, answer, words) => {
		let orders = 0;
		nock('https://ark.example')
			.persist()
			.post(/.*/)
			.reply(() => {
				orders++;
				return [status, answer];
			});
		const failed = await run(node, {}, { credentials });
		expect(orders).toBe(1);
		expect(`${failed.error?.message} ${String(failed.error?.description)}`).not.toContain(
			NOTHING_CHARGED,
		);
		if (status === 429) expect(failed.error?.message).toMatch(words);
	});
});

it('a list of tasks survives a tier that the gateway does not have, and one that is null', async () => {
	const credentials = { modelArkApi: { apiKey: 'sk-1', baseUrl: 'https://ark.example' } };
	for (const [status, flex] of [
		[400, { error: { code: 'InvalidParameter', message: 'service_tier flex is not supported' } }],
		[200, { total: 0, items: null }],
	] as const) {
		nock('https://ark.example')
			.get(/service_tier=default/)
			.reply(200, { total: 1, items: [{ id: 'cgt-1', status: 'queued' }] });
		nock('https://ark.example')
			.get(/service_tier=flex/)
			.reply(status, flex);
		const { items, error } = await run('Seedance', { operation: 'list' }, { credentials });
		expect(error).toBeUndefined();
		expect(items[0]?.map(({ json }) => json.taskId)).toEqual(['cgt-1']);
	}
});

it('a list of tasks of which a part could not be read is no whole list', async () => {
	const credentials = { modelArkApi: { apiKey: 'sk-1', baseUrl: 'https://ark.example' } };
	nock('https://ark.example')
		.get(/service_tier=default/)
		.reply(200, { total: 1, items: [{ id: 'cgt-1', status: 'queued' }] });
	nock('https://ark.example')
		.get(/service_tier=flex/)
		.reply(500, { error: { code: 'InternalServiceError', message: 'later' } });
	const { error } = await run('Seedance', { operation: 'list' }, { credentials });
	expect(error?.message).toContain(summaryOf('tasksNotSeen'));
});

it('an image and a mask are another order than two images: a Retry takes up neither for the other', async () => {
	const link = sandbox().addFile('fox.png', await picture(640, 640), 'image/png');
	const image = { source: 'url', url: link };
	let orders = 0;
	nock('https://flare.example')
		.persist()
		.post('/v1/images/edits')
		.reply(() => {
			orders++;
			return [200, { created: 1_780_000_000, data: [{ url: 'https://flare.example/made.png' }] }];
		});
	nock('https://flare.example').persist().get('/made.png').reply(404);
	const ordered = {
		gateway: 'agentsFlare',
		prompt: 'A red fox',
		images: { image: [image] },
		options: { mask: { image } },
	};
	const failed = await run('GptImage', ordered, {
		credentials: { agentsFlareApi: { apiKey: 'sk-1', baseUrl: 'https://flare.example' } },
	});
	expect([failed.error?.message.includes('could not be downloaded'), orders]).toEqual([true, 1]);
	await failed.retry();
	expect(orders).toBe(1);
	await failed.retry({
		parameters: { ...ordered, images: { image: [image, image] }, options: {} },
	});
	expect(orders).toBe(2);
});

it('images that are too large together are refused before they are sent', async () => {
	const bytes = await heavyPicture(17 * 1024 * 1024);
	const fields = ['a', 'b', 'c'];
	const binary = Object.fromEntries(
		fields.map((field) => [field, { bytes, mimeType: 'image/png', fileName: `${field}.png` }]),
	);
	const { error } = await run(
		'Seedream',
		{ images: { image: [{ source: 'binary', binaryPropertyName: fields.join(',') }] } },
		{ items: [{ json: {}, binary }] },
	);
	expect(error?.message).toMatch(
		/^Reference Images: the images are 68\.\d MB together as base64, and a request may have at most 64 MB \[item 0\]$/,
	);
	expect(error?.description).toContain('Let Gateway Read URLs');
	expect(sandbox().requests).toEqual([]);
});

describe('a model that is no more', () => {
	it('GPTunnel’s Seedream 3 is not sent where it is not made', async () => {
		const told = await refused('Seedream', { gateway: 'gptunnel', model: byId('seedream-3') });
		expect(told.message).toBe(
			'Model: Seedream 3 (seedream-3) was shut down by its maker in May 2026 [item 0]',
		);
		expect(told.description).toBe(`Choose Seedream 4 (seedream-4) instead. ${NOTHING_CHARGED}`);
	});

	it('a reseller is asked all the same, and its refusal says what to choose', async () => {
		sandbox().behaviour.offModels = ['seedance-1-5-pro-251215'];
		const { error } = await run('Seedance', {
			gateway: 'agentsFlare',
			model: byId('seedance-1-5-pro-251215'),
		});
		expect(error?.message).toBe(
			`AgentsFlare: ${summaryOf('modelNotAvailable', { model: 'seedance-1-5-pro-251215' })} (Model seedance-1-5-pro-251215 is not available) [item 0]`,
		);
		expect(error?.description).toBe(
			`Seedance 1.5 Pro was shut down by its maker on November 11, 2026. Choose Seedance 2.0 Mini (dreamina-seedance-2-0-mini-260615) instead. ${NOTHING_CHARGED}`,
		);
	});

	it('one of the gateway’s own list is sent, though it is known of another gateway', async () => {
		const { error } = await run('GptImage', {
			gateway: 'gptunnel',
			model: { __rl: true, mode: 'list', value: 'gpt-image-2' },
		});
		expect(error?.message).toContain(
			`GPTunnel ${summaryOf('modelUnknown', { model: 'gpt-image-2' })}`,
		);
		expect(sandbox().requests.map(({ path }) => path)).toEqual(['/v1/media/create']);
	});

	it('one that an account may not have is told in the gateway’s words, in good time', async () => {
		const issues = [
			{ path: ['model'], message: 'This model is not allowed for your plan' },
			{ path: ['ar'], message: 'bad ratio' },
		];
		const host = nock('https://gptunnel.example').persist();
		host.post('/v1/media/create').reply(200, { code: 3, message: 'Invalid input', issues });
		const { error } = await run(
			'Seedance',
			{ gateway: 'gptunnel' },
			{ credentials: { gptunnelApi: { apiKey: 'sk', baseUrl: 'https://gptunnel.example' } } },
		);
		expect(error?.message).toContain('This model is not allowed for your plan');
		expect(error?.message).toContain('bad ratio');
	});

	it('what was too large is told as that, and not as a refusal of the model', async () => {
		const host = nock('https://gptunnel.example').persist();
		host.post('/v1/media/create').reply(413, { message: 'too large' });
		const { error } = await run(
			'GptImage',
			{ gateway: 'gptunnel' },
			{ credentials: { gptunnelApi: { apiKey: 'sk', baseUrl: 'https://gptunnel.example' } } },
		);
		expect(error?.description).toContain('What was sent is too large');
		expect(error?.description).not.toContain('was shut down');
	});

	it('one that the gateway does not know: one sentence, and the gateway’s words shortened', async () => {
		const { error } = await run('Seedance', {
			gateway: 'gptunnel',
			model: byId('seedance-9-ultra'),
		});
		expect(error?.message).toMatch(
			new RegExp(
				`^GPTunnel ${summaryOf('modelUnknown', { model: 'seedance-9-ultra' })} \\([^|]{1,160}\\) \\[item 0\\]$`,
			),
		);
		expect(error?.description).toBe(`${adviceOf('modelUnknown')} ${NOTHING_CHARGED}`);
		const ark = await run('Seedream', { model: byId('seedream-9') });
		expect(ark.error?.message).toMatch(
			new RegExp(
				`^BytePlus ModelArk ${summaryOf('modelUnknown', { model: 'seedream-9' })} \\(.*\\) \\[item 0\\]$`,
			),
		);
	});
});
