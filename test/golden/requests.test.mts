/**
 * What goes over the wire, and the hash by which a paid request is known again: for every node and gateway with what the
 * form can set. The gateway answers what nobody understands, so that n8n keeps the hash as that of a lost answer.
 */
import { createHash } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';
import { z } from 'zod';
import { runNode, type RunOptions } from '../support/engine.mjs';
import nock from '../support/nock.mjs';

const baseUrl = 'https://gateway.test';
const access = { apiKey: 'a-key-of-a-test', baseUrl };
const credentials = {
	gptunnelApi: access,
	myRouterApi: access,
	agentsFlareApi: access,
	modelArkApi: access,
};
/** 640x360 pixels of one color, as PNG. */
const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAoAAAAFoCAMAAADw7LpjAAAAA1BMVEXMIkTpzJFXAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAA9klEQVR42u3BMQEAAADCoPVPbQsvoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADgZ4WVAAFYOwxKAAAAAElFTkSuQmCC',
	'base64',
);
/** As n8n keeps it without a store: in one, its ID is another each time, and so is the hash. */
const items: RunOptions['items'] = [
	{ json: {}, binary: { data: { bytes: PNG, mimeType: 'image/png', fileName: 'fox.png' } } },
];

beforeAll(() => nock.disableNetConnect());
afterEach(() => nock.cleanAll());

const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const file = { source: 'binary', binaryPropertyName: 'data' };
const link = { source: 'url', url: 'https://pictures.test/fox.png' };
const data = { source: 'base64', base64: PNG.toString('base64') };
const images = (...all: INodeParameters[]) => ({ images: { image: all } });

interface Order {
	node: string;
	gateway: string;
	/** By what is told of them. */
	variants: Record<string, INodeParameters>;
}

const SEEDREAM_BYTEPLUS: Order['variants'] = {
	defaults: {},
	'all options': {
		aspectRatio: '16:9',
		resolution: '4K',
		options: { maxImages: 3, watermark: true, responseFormat: 'base64', stream: false, seed: 7 },
	},
	'custom size': { resolution: 'custom', width: 3000, height: 2000 },
	'three references': images(file, link, data),
	'links are handed on': { ...images(link), options: { handLinksOn: true } },
	'Seedream 5.0 Lite': {
		model: byId('seedream-5-0-lite-260128'),
		options: { outputFormat: 'png', webSearch: true },
	},
	'Seedream 5.0 Pro in layers': {
		...images(file),
		model: byId('dola-seedream-5-0-pro-260628'),
		options: { fastPrompt: true, layers: true, outputFormat: 'png' },
	},
	'a model that is not known': { model: byId('ep-2026-fox') },
};
const SEEDANCE_BYTEPLUS: Order['variants'] = {
	defaults: {},
	'all options of 2.5': {
		model: byId('dreamina-seedance-2-5-260628'),
		resolution: '1080p',
		duration: 10,
		aspectRatio: '9:16',
		options: {
			generateAudio: false,
			returnLastFrame: true,
			safetyIdentifier: 'user-1',
			executionExpiresAfter: 3600,
			priority: 5,
			watermark: true,
			webSearch: true,
		},
	},
	'all options of 1.0': {
		model: byId('seedance-1-0-pro-250528'),
		duration: 5,
		options: { seed: 7, cameraFixed: true, serviceTier: 'flex' },
	},
	frames: { model: byId('seedance-1-0-pro-250528'), options: { frames: 57 } },
	'first and last frame': images({ role: 'firstFrame', ...file }, { role: 'lastFrame', ...data }),
	references: {
		...images({ role: 'reference', ...file }),
		options: {
			referenceVideos: 'https://videos.test/fox.mp4',
			referenceAudio: 'https://videos.test/fox.mp3',
		},
	},
	'Create Task': { operation: 'createTask' },
};
const ORDERS: Order[] = [
	{
		node: 'Seedream',
		gateway: 'gptunnel',
		variants: {
			defaults: {},
			'all options': {
				aspectRatio: '16:9',
				resolution: '4K',
				options: { responseFormat: 'base64', seed: 7 },
			},
			'three references': images(file, link, data),
			'a model that is not known': { model: byId('seedream-6') },
		},
	},
	{
		node: 'Seedream',
		gateway: 'myRouter',
		variants: {
			defaults: {},
			'all options': {
				aspectRatio: '16:9',
				resolution: '4K',
				options: { maxImages: 3, watermark: true },
			},
			'custom size': { resolution: 'custom', width: 3000, height: 2000 },
			'three references': images(file, link, data),
			'Seedream 4.5': { model: byId('seedream-4.5'), ...images(file), options: { maxImages: 2 } },
		},
	},
	{ node: 'Seedream', gateway: 'agentsFlare', variants: SEEDREAM_BYTEPLUS },
	{ node: 'Seedream', gateway: 'modelArk', variants: SEEDREAM_BYTEPLUS },
	{
		node: 'Seedance',
		gateway: 'gptunnel',
		variants: {
			defaults: {},
			'first frame': { aspectRatio: '9:16', ...images(file) },
			'Create Task': { operation: 'createTask' },
		},
	},
	{
		node: 'Seedance',
		gateway: 'myRouter',
		variants: {
			defaults: {},
			'1.5': {
				model: byId('seedance-v1.5-pro-t2v'),
				duration: 6,
				resolution: '480p',
				options: {
					generateAudio: false,
					watermark: true,
					serviceTier: 'flex',
					executionExpiresAfter: 3600,
				},
			},
			'first and last frame': {
				model: byId('seedance-v1-pro-i2v'),
				...images({ role: 'firstFrame', ...file }),
				options: { seed: 7, cameraFixed: true },
			},
			'Create Task': { operation: 'createTask' },
		},
	},
	{ node: 'Seedance', gateway: 'agentsFlare', variants: SEEDANCE_BYTEPLUS },
	{ node: 'Seedance', gateway: 'modelArk', variants: SEEDANCE_BYTEPLUS },
	{
		node: 'GptImage',
		gateway: 'gptunnel',
		variants: {
			defaults: {},
			references: { aspectRatio: '9:16', ...images(file, link) },
			'Create Task': { operation: 'createTask' },
		},
	},
	{
		node: 'GptImage',
		gateway: 'myRouter',
		variants: {
			defaults: {},
			'all options': { aspectRatio: '3:2', options: { maxImages: 2, quality: 'low' } },
			references: images(file, link),
		},
	},
	{
		node: 'GptImage',
		gateway: 'agentsFlare',
		variants: {
			defaults: {},
			'all options': {
				resolution: '2K',
				aspectRatio: '16:9',
				options: {
					background: 'opaque',
					maxImages: 2,
					moderation: 'low',
					outputFormat: 'webp',
					outputCompression: 80,
					quality: 'high',
					safetyIdentifier: 'user-1',
				},
			},
			references: images(file, data),
			'a mask': { ...images(file), options: { mask: { image: [data] } } },
		},
	},
];

/** What costs nothing, and what is asked of a task. */
const QUESTIONS: Order[] = [
	...['Seedance', 'GptImage'].map((node) => ({
		node,
		gateway: 'gptunnel',
		variants: {
			'Get Result': { operation: 'getResult', taskId: 't-1' },
			'Get Balance': { operation: 'getBalance' },
		},
	})),
	{
		node: 'Seedance',
		gateway: 'myRouter',
		variants: { 'Get Result': { operation: 'getResult', taskId: 't-1' } },
	},
	...['agentsFlare', 'modelArk'].map((gateway) => ({
		node: 'Seedance',
		gateway,
		variants: {
			'Get Result': { operation: 'getResult', taskId: 'cgt-1' },
			'Cancel Task': { operation: 'cancel', taskId: 'cgt-1' },
			'Get Many': {
				operation: 'list',
				limit: 5,
				filters: {
					status: 'running',
					serviceTier: 'flex',
					model: 'seedance',
					taskIds: 'cgt-1,cgt-2',
				},
			},
		},
	})),
];

const cells = (orders: Order[]) =>
	orders.flatMap(({ node, gateway, variants }) =>
		Object.entries(variants).map(([name, parameters]) => ({ node, gateway, name, parameters })),
	);

const sha256 = (text: string) => createHash('sha256').update(text, 'latin1').digest('hex');

/** The body without what is different each time, and without the bytes of a picture. */
function shown(body: string, contentType: string): unknown {
	if (contentType.includes('json')) return z.unknown().parse(JSON.parse(body));
	const boundary = /boundary=(.+)$/.exec(contentType)?.[1];
	if (boundary === undefined) return body;
	const parts = body.split(`--${boundary}`).map((part) => part.trim());
	return parts.map((part) =>
		/filename=/.test(part)
			? `${part.slice(0, part.indexOf('\r\n\r\n'))} sha256 ${sha256(part.slice(part.indexOf('\r\n\r\n') + 4))}`
			: part,
	);
}

async function requestsOf({ node, gateway, parameters }: ReturnType<typeof cells>[number]) {
	const requests: unknown[] = [];
	for (const method of ['get', 'post', 'delete'] as const) {
		nock(baseUrl)
			.persist()
			[method](/.*/)
			.reply(function (path, body) {
				const { authorization, 'content-type': contentType = '', accept } = this.req.headers;
				const text = typeof body === 'string' ? body : JSON.stringify(body);
				const isHex = /^[0-9a-f]+$/.test(text) && contentType.includes('multipart');
				requests.push({
					method,
					path,
					authorization,
					accept,
					contentType: contentType.replace(/boundary=.*/, ''),
					body:
						text === ''
							? ''
							: shown(isHex ? Buffer.from(text, 'hex').toString('latin1') : text, contentType),
				});
				return [200, { nobody: 'understands this' }];
			});
	}
	nock('https://pictures.test')
		.persist()
		.get('/fox.png')
		.reply(200, PNG, { 'content-type': 'image/png' });
	const run = await runNode({
		node,
		parameters: {
			gateway,
			...parameters,
			...(parameters.taskId === undefined ? { prompt: 'A red fox' } : {}),
		},
		items,
		inputFiles: 'inline',
		credentials,
	});
	return { requests, message: run.error?.message, nodeContext: run.nodeContext };
}

const contextSchema = z.object({ submissions: z.record(z.object({ asked: z.string() })) });

it.each(cells(ORDERS))('$node, $gateway: $name', async (cell) => {
	const { requests, message, nodeContext } = await requestsOf(cell);
	expect(message).toContain('not understood');
	const hashes = Object.values(contextSchema.parse(nodeContext).submissions).map(
		({ asked }) => asked,
	);
	expect({ requests, hashes }).toMatchSnapshot();
});

it.each(cells(QUESTIONS))('$node, $gateway: $name', async (cell) => {
	const { requests } = await requestsOf(cell);
	// What is not understood is asked for again; the first tells all.
	expect(requests[0]).toMatchSnapshot();
});
