/** Pictures that @ai-sdk/bytedance is asked for. */
import type { createByteDance } from '@ai-sdk/bytedance';

import type { Call, Props, Refused } from './support.mjs';

/** Who passes the client's requests on to BytePlus, or is it. */
export type Gateway = 'modelArk' | 'agentsFlare';

export type Provider = ReturnType<typeof createByteDance>;
export type ImageOptions = Parameters<ReturnType<Provider['image']>['doGenerate']>[0];

export interface ImageCall extends Call {
	model: string;
	/** undefined = modelArk */
	gateway?: Gateway;
	size?: ImageOptions['size'];
	/** the provider's own */
	options?: ImageOptions['providerOptions'][string];
	pictures?: Array<Exclude<keyof Props, 'link'>>;
}

export interface TakenImageCall extends ImageCall {
	/** format and pixels of what comes */
	made: string[];
}

const BYTEPLUS = "BytePlus's docs, image generation API, read 2026-10-08";
const PAGE = 'agentsflare-seedream.md and README section 4 of the gateways';
const TEE_GATEWAY = 'a real 400: OpenGradient/tee-gateway, pull request 141';
const REMIX_STUDIO = 'remix-studio, byteplus-generator.ts, 2026-08-22';
const OF_5_5 = 'assumed: of the family of 5.0 Flash, live since 2026-11-12';

const V4_0 = 'seedream-4-0-250828';
const V4_5 = 'seedream-4-5-251128';
const LITE = 'seedream-5-0-260128';
const PRO = 'dola-seedream-5-0-pro-260628';
const FLASH = 'dola-seedream-5-0-flash-260915';
const V5_5 = 'dola-seedream-5-5-261028';

const small: Pick<TakenImageCall, 'size' | 'made'> = { size: '960x960', made: ['jpeg 960x960'] };
const search = [{ type: 'web_search' }];

export const TAKEN_IMAGES: TakenImageCall[] = [
	{ call: '4.0: words alone', source: PAGE, model: V4_0, ...small },
	{
		call: '4.0: a level',
		source: PAGE,
		model: V4_0,
		options: { size: '1K' },
		made: ['jpeg 1024x1024'],
	},
	{ call: '4.0: one file', source: PAGE, model: V4_0, ...small, pictures: ['photo'] },
	{ call: '4.0: two files', source: PAGE, model: V4_0, ...small, pictures: ['photo', 'jpeg'] },
	{
		call: '4.0: fourteen files',
		source: BYTEPLUS,
		model: V4_0,
		...small,
		pictures: Array(14).fill('jpeg'),
	},
	{
		call: '4.0: a set of three',
		source: BYTEPLUS,
		model: V4_0,
		size: '960x960',
		options: { sequentialImageGeneration: 'auto', maxImages: 3 },
		made: Array(3).fill('jpeg 960x960'),
	},
	{
		call: '4.0: the fast mode',
		source: BYTEPLUS,
		model: V4_0,
		...small,
		options: { optimizePromptMode: 'fast' },
	},
	{
		call: '4.5: the least pixels, without a watermark',
		source: BYTEPLUS,
		model: V4_5,
		size: '1920x1920',
		options: { watermark: false },
		made: ['jpeg 1920x1920'],
	},
	{
		call: '4.5: the standard mode',
		source: BYTEPLUS,
		model: V4_5,
		options: { optimizePromptMode: 'standard', size: '2K' },
		made: ['jpeg 2848x1600'],
	},
	{
		call: '4.5: at AgentsFlare',
		source: PAGE,
		model: V4_5,
		gateway: 'agentsFlare',
		size: '1920x1920',
		made: ['jpeg 1920x1920'],
	},
	{
		call: '5.0 Lite: a PNG',
		source: BYTEPLUS,
		model: LITE,
		size: '1920x1920',
		options: { outputFormat: 'png' },
		made: ['png 1920x1920'],
	},
	{
		call: '5.0 Lite: 3K',
		source: BYTEPLUS,
		model: LITE,
		options: { size: '3K' },
		made: ['jpeg 3072x3072'],
	},
	{
		call: '5.0 Lite: a search of the web',
		source: BYTEPLUS,
		model: LITE,
		size: '1920x1920',
		options: { tools: search },
		made: ['jpeg 1920x1920'],
	},
	{
		call: '5.0 Lite: "disabled", which a model of sets takes',
		source: BYTEPLUS,
		model: LITE,
		size: '1920x1920',
		options: { sequentialImageGeneration: 'disabled' },
		made: ['jpeg 1920x1920'],
	},
	{
		call: '5.0 Lite: by its other name',
		source: BYTEPLUS,
		model: 'seedream-5-0-lite-260128',
		size: '1920x1920',
		made: ['jpeg 1920x1920'],
	},
	{
		call: '5.0 Pro: a PNG of the least pixels',
		source: BYTEPLUS,
		model: PRO,
		size: '960x960',
		options: { outputFormat: 'png' },
		made: ['png 960x960'],
	},
	{
		call: '5.0 Pro: the most pixels',
		source: REMIX_STUDIO,
		model: PRO,
		size: '2150x2150',
		made: ['jpeg 2150x2150'],
	},
	{
		call: '5.0 Pro: the fast mode',
		source: BYTEPLUS,
		model: PRO,
		...small,
		options: { optimizePromptMode: 'fast' },
	},
	{
		call: '5.0 Pro: "stream": false',
		source: TEE_GATEWAY,
		model: PRO,
		...small,
		options: { stream: false },
	},
	{
		call: '5.0 Pro: layers',
		source: BYTEPLUS,
		model: PRO,
		options: { layer_decomposition: true, size: '1K' },
		pictures: ['photo'],
		made: ['png 1024x1024', 'png 512x512', 'png 410x256'],
	},
	{
		call: "5.0 Pro: by Volcengine's name",
		source: "Volcengine Ark's docs: the same models as doubao-…",
		model: 'doubao-seedream-5-0-pro-260628',
		...small,
	},
	{
		call: '5.0 Flash: 1K, at AgentsFlare',
		source: BYTEPLUS,
		model: FLASH,
		gateway: 'agentsFlare',
		options: { size: '1K' },
		made: ['jpeg 1024x1024'],
	},
	{
		call: '5.0 Flash: ten files',
		source: BYTEPLUS,
		model: FLASH,
		...small,
		pictures: Array(10).fill('jpeg'),
	},
	{
		call: '5.5: 1.5K',
		source: OF_5_5,
		model: V5_5,
		options: { size: '1.5K' },
		made: ['jpeg 1536x1536'],
	},
	{ call: '5.5: 2K, the default', source: OF_5_5, model: V5_5, made: ['jpeg 2816x1584'] },
	{
		call: '5.5: a transparent background',
		source: BYTEPLUS,
		model: V5_5,
		size: '960x960',
		options: { background: 'transparent' },
		pictures: ['cutout'],
		made: ['png 960x960'],
	},
];

const unsupported = (field: string) =>
	new RegExp(`\`${field}\` is not supported by the current model`);
const auto = { sequentialImageGeneration: 'auto', maxImages: 3 };

export const REFUSED_IMAGES: Array<ImageCall & Refused> = [
	{
		call: '5.0 Pro: "disabled"',
		source: TEE_GATEWAY,
		model: PRO,
		options: { sequentialImageGeneration: 'disabled' },
		names: unsupported('sequential_image_generation'),
	},
	{
		call: '5.0 Pro: a set',
		source: TEE_GATEWAY,
		model: PRO,
		options: auto,
		names: unsupported('sequential_image_generation'),
	},
	{
		call: '5.0 Pro: how many a set has',
		source: TEE_GATEWAY,
		model: PRO,
		options: { maxImages: 1 },
		names: unsupported('sequential_image_generation_options'),
	},
	{
		call: '5.0 Pro: a stream',
		source: REMIX_STUDIO,
		model: PRO,
		options: { stream: true },
		names: unsupported('stream'),
	},
	{
		call: '5.0 Pro: a search of the web',
		source: BYTEPLUS,
		model: PRO,
		options: { tools: search },
		names: unsupported('tools'),
	},
	{ call: '5.0 Pro: 4K', source: BYTEPLUS, model: PRO, options: { size: '4K' }, names: /size/ },
	{
		call: '5.0 Pro: more than the most pixels',
		source: REMIX_STUDIO,
		model: PRO,
		size: '2151x2150',
		names: /size/,
	},
	{
		call: '5.0 Pro: fewer than the least pixels',
		source: BYTEPLUS,
		model: PRO,
		size: '960x959',
		names: /size/,
	},
	{
		call: '5.0 Pro: layers of two pictures',
		source: BYTEPLUS,
		model: PRO,
		options: { layer_decomposition: true },
		pictures: ['photo', 'jpeg'],
		names: /image/,
	},
	{
		call: '5.0 Flash: "disabled"',
		source: BYTEPLUS,
		model: FLASH,
		options: { sequentialImageGeneration: 'disabled' },
		names: unsupported('sequential_image_generation'),
	},
	{
		call: '5.0 Flash: the fast mode',
		source: BYTEPLUS,
		model: FLASH,
		options: { optimizePromptMode: 'fast' },
		names: unsupported('optimize_prompt_options.mode'),
	},
	{
		call: '5.0 Flash: eleven files',
		source: BYTEPLUS,
		model: FLASH,
		pictures: Array(11).fill('jpeg'),
		names: /image/,
	},
	{
		call: '5.5: "disabled", at AgentsFlare',
		source: OF_5_5,
		model: V5_5,
		gateway: 'agentsFlare',
		options: { sequentialImageGeneration: 'disabled' },
		names: unsupported('sequential_image_generation'),
	},
	{
		call: '5.5: a stream',
		source: OF_5_5,
		model: V5_5,
		options: { stream: true },
		names: unsupported('stream'),
	},
	{
		call: '5.5: a transparent background for a JPEG',
		source: BYTEPLUS,
		model: V5_5,
		options: { background: 'transparent' },
		pictures: ['jpeg'],
		names: /image/,
	},
	{
		call: '5.5: a transparent JPEG',
		source: BYTEPLUS,
		model: V5_5,
		options: { background: 'transparent', outputFormat: 'jpeg' },
		pictures: ['cutout'],
		names: /background/,
	},
	{ call: '5.0 Lite: 1K', source: BYTEPLUS, model: LITE, options: { size: '1K' }, names: /size/ },
	{
		call: '5.0 Lite: layers',
		source: BYTEPLUS,
		model: LITE,
		options: { layer_decomposition: true },
		pictures: ['photo'],
		names: unsupported('layer_decomposition'),
	},
	{
		call: '5.0 Lite: the fast mode',
		source: BYTEPLUS,
		model: LITE,
		options: { optimizePromptMode: 'fast' },
		names: unsupported('optimize_prompt_options.mode'),
	},
	{ call: '4.5: 1K', source: BYTEPLUS, model: V4_5, options: { size: '1K' }, names: /size/ },
	{
		call: '4.5: one pixel less than the least',
		source: BYTEPLUS,
		model: V4_5,
		size: '1920x1919',
		names: /size/,
	},
	{
		call: '4.0: a choice of format',
		source: BYTEPLUS,
		model: V4_0,
		options: { outputFormat: 'png' },
		names: unsupported('output_format'),
	},
	{
		call: '4.0: a background',
		source: BYTEPLUS,
		model: V4_0,
		options: { background: 'opaque' },
		names: unsupported('background'),
	},
	{
		call: '4.0: fifteen files',
		source: BYTEPLUS,
		model: V4_0,
		pictures: Array(15).fill('jpeg'),
		names: /image/,
	},
	{
		call: 'a model that is not there',
		source: PAGE,
		model: 'seedream-6-0-270101',
		status: 404,
		names: /seedream-6-0-270101/,
	},
	{
		call: 'a model that is not there, at AgentsFlare',
		source: PAGE,
		model: 'seedream-6-0-270101',
		gateway: 'agentsFlare',
		names: /seedream-6-0-270101 is not available/,
	},
];
