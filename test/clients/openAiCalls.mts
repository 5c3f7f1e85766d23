/**
 * Pictures that openai 6.49.0 is asked for. It is the client, but knows less than there is today: what is taken is typed
 * by 7.59.0, and sent by the older one all the same, as it sends whatever it is given.
 */
import type { ImageEditParamsBase, ImageGenerateParamsBase } from 'openai-7/resources/images';

import type { Call, Props, Refused } from './support.mjs';

export interface OpenAiCall extends Call {
	/** undefined = agentsFlare */
	gateway?: 'agentsFlare' | 'myRouter';
	/** the files that are edited; none = a picture of words */
	images?: Array<keyof Files>;
	/** files by the name of their field */
	files?: Partial<Record<'mask' | 'markup', keyof Files>>;
}

type Files = Omit<Props, 'link'>;

type Generation = Omit<ImageGenerateParamsBase, 'prompt' | 'stream'>;
type Edit = Omit<ImageEditParamsBase, 'prompt' | 'image' | 'mask' | 'markup' | 'stream'>;

export interface TakenCall extends OpenAiCall {
	fields: (Generation | Edit) & { stream?: false | null };
	/** format and pixels of what comes */
	made: string[];
	/** what the answer tells besides */
	told?: Record<string, unknown>;
}

export interface RefusedCall extends OpenAiCall, Refused {
	fields: Record<string, unknown>;
	/** the gateway's own form, in which the client finds no words: then the names are looked for in the sandbox's log */
	isFlat?: boolean;
}

const SDK = 'docs of openai@7.59.0, resources/images';
const PIXELS = 'third-party code, 2026-11-29';
const ROUTER = "MyRouter's docs: five fields";
const CATALOG = 'www.myrouter.ai/models/oai-gpt-image-2-generations';
const README = 'README section 3 of the gateways';

const SQUARE = ['png 1024x1024'];
const SMALL = { size: '1024x640' } as const;
const small = ['png 1024x640'];
const NEWEST = 'gpt-image-2.6-flare';

export const TAKEN: TakenCall[] = [
	{
		call: '1: words alone',
		source: README,
		fields: { model: 'gpt-image-1' },
		made: SQUARE,
		told: { size: '1024x1024', output_format: 'png', background: 'opaque' },
	},
	{
		call: '1 Mini: low',
		source: SDK,
		fields: { model: 'gpt-image-1-mini', quality: 'low' },
		made: SQUARE,
		told: { quality: 'low' },
	},
	{
		call: '1.5: landscape',
		source: SDK,
		fields: { model: 'gpt-image-1.5', size: '1536x1024', quality: 'high' },
		made: ['png 1536x1024'],
		told: { size: '1536x1024', quality: 'high' },
	},
	{
		call: '1.5: portrait',
		source: SDK,
		fields: { model: 'gpt-image-1.5', size: '1024x1536' },
		made: ['png 1024x1536'],
	},
	{
		call: '1.5: two at once',
		source: SDK,
		fields: { model: 'gpt-image-1.5', n: 2 },
		made: Array(2).fill('png 1024x1024'),
	},
	{
		call: 'chatgpt-image-latest',
		source: SDK,
		fields: { model: 'chatgpt-image-latest', size: 'auto' },
		made: SQUARE,
	},
	{
		call: '2: a free size',
		source: SDK,
		fields: { model: 'gpt-image-2', size: '1536x864' },
		made: ['png 1536x864'],
		told: { size: '1536x864' },
	},
	{
		call: '2: a snapshot, and the fewest pixels',
		source: PIXELS,
		fields: { model: 'gpt-image-2-2026-04-21', ...SMALL },
		made: small,
	},
	{
		call: '2: 4K',
		source: SDK,
		fields: { model: 'gpt-image-2', size: '3840x2160', output_format: 'jpeg' },
		made: ['jpeg 3840x2160'],
	},
	{
		call: '2: a transparent background',
		source: SDK,
		fields: { model: 'gpt-image-2', background: 'transparent', ...SMALL },
		made: small,
		told: { background: 'transparent' },
	},
	{
		call: '2: a compressed WebP',
		source: SDK,
		fields: { model: 'gpt-image-2', output_format: 'webp', output_compression: 50, ...SMALL },
		made: ['webp 1024x640'],
		told: { output_format: 'webp' },
	},
	{
		call: '2: little moderation',
		source: SDK,
		fields: { model: 'gpt-image-2', moderation: 'low', ...SMALL },
		made: small,
	},
	{
		call: '2: nulls',
		source: SDK,
		fields: {
			model: 'gpt-image-2',
			background: null,
			n: null,
			quality: null,
			output_format: null,
			...SMALL,
		},
		made: small,
	},
	{
		call: '2: "stream": false',
		source: SDK,
		fields: { model: 'gpt-image-2', stream: false, ...SMALL },
		made: small,
	},
	{
		call: '2: for a user',
		source: SDK,
		fields: { model: 'gpt-image-2', user: 'somebody', ...SMALL },
		made: small,
		told: { safety_identifier: 'somebody' },
	},
	{
		call: '2.5 Sunburst: xhigh',
		source: SDK,
		fields: { model: 'gpt-image-2.5-sunburst', quality: 'xhigh', ...SMALL },
		made: small,
		told: { quality: 'xhigh' },
	},
	{
		call: '2.5 Sunburst: a snapshot',
		source: SDK,
		fields: { model: 'gpt-image-2.5-sunburst-2026-09-08', ...SMALL },
		made: small,
	},
	{
		call: '2.5 Flare: complexity',
		source: SDK,
		fields: { model: 'gpt-image-2.5-flare', complexity: 'high', ...SMALL },
		made: small,
	},
	{
		call: '2.5 Flare: a GIF of two frames',
		source: SDK,
		fields: {
			model: 'gpt-image-2.5-flare-2026-09-08',
			output_format: 'gif',
			frame_count: 2,
			...SMALL,
		},
		made: ['gif 1024x640'],
		told: { output_format: 'gif' },
	},
	{
		call: '2.6 Sunburst: an SVG',
		source: SDK,
		fields: { model: 'gpt-image-2.6-sunburst', output_format: 'svg', ...SMALL },
		made: ['svg 1024x640'],
		told: { output_format: 'svg' },
	},
	{
		call: '2.6 Flare: max, for somebody',
		source: SDK,
		fields: { model: NEWEST, quality: 'max', safety_identifier: 'somebody', ...SMALL },
		made: small,
		told: { quality: 'max', safety_identifier: 'somebody' },
	},
	{
		call: '1.5: the edit of a picture, true to it',
		source: SDK,
		images: ['photo'],
		fields: { model: 'gpt-image-1.5', input_fidelity: 'high' },
		made: SQUARE,
	},
	{
		call: '1.5: the edit of two, twice',
		source: SDK,
		images: ['photo', 'jpeg'],
		fields: { model: 'gpt-image-1.5', n: 2 },
		made: Array(2).fill('png 1024x1024'),
	},
	{
		call: '2: an edit within a mask',
		source: SDK,
		images: ['photo'],
		files: { mask: 'cutout' },
		fields: { model: 'gpt-image-2', ...SMALL },
		made: small,
	},
	{
		call: '2.6 Flare: an edit with a markup',
		source: SDK,
		images: ['photo'],
		files: { markup: 'cutout' },
		fields: { model: NEWEST, quality: 'xhigh', complexity: 'low', ...SMALL },
		made: small,
	},
	{
		call: '2: a transparent and compressed edit',
		source: SDK,
		images: ['photo'],
		fields: {
			model: 'gpt-image-2',
			background: 'transparent',
			output_format: 'webp',
			output_compression: 80,
			...SMALL,
		},
		made: ['webp 1024x640'],
	},
	{
		call: 'MyRouter, 1: all five fields',
		source: ROUTER,
		gateway: 'myRouter',
		fields: { model: 'gpt-image-1', n: 1, quality: 'low', size: '1024x1024' },
		made: SQUARE,
		told: { quality: 'low', size: '1024x1024' },
	},
	{
		call: 'MyRouter, 1.5: the edit of two',
		source: ROUTER,
		gateway: 'myRouter',
		images: ['photo', 'jpeg'],
		fields: { model: 'gpt-image-1.5', quality: 'medium' },
		made: SQUARE,
	},
	{
		call: 'MyRouter, 2: passed through, in a free size',
		source: CATALOG,
		gateway: 'myRouter',
		fields: { model: 'oai-gpt-image-2-generations', quality: 'high', ...SMALL },
		made: small,
		told: { quality: 'high' },
	},
];

export const REFUSED: RefusedCall[] = [
	{
		call: '1.5: a free size',
		source: SDK,
		fields: { model: 'gpt-image-1.5', size: '1536x864' },
		names: /'size'.*1536x864/,
	},
	{
		call: '2: no multiple of 16',
		source: SDK,
		fields: { model: 'gpt-image-2', size: '1000x1000' },
		names: /1000x1000.* 16/,
	},
	{
		call: '2: more than 3:1',
		source: SDK,
		fields: { model: 'gpt-image-2', size: '2048x672' },
		names: /2048x672.* 3:1/,
	},
	{
		call: '2: a row of pixels more than 4K',
		source: SDK,
		fields: { model: 'gpt-image-2', size: '3840x2176' },
		names: /3840x2176 .*pixels/,
	},
	{
		call: '2: a column of pixels more than 4K',
		source: SDK,
		fields: { model: 'gpt-image-2', size: '3856x2048' },
		names: /3856x2048.* 3840/,
	},
	{
		call: '2: fewer than the fewest pixels',
		source: PIXELS,
		fields: { model: 'gpt-image-2', size: '1008x640' },
		names: /1008x640 .*pixels/,
	},
	{
		call: '2: xhigh',
		source: SDK,
		fields: { model: 'gpt-image-2', quality: 'xhigh' },
		names: /quality xhigh is not supported by gpt-image-2/,
	},
	{
		call: '2: complexity',
		source: SDK,
		fields: { model: 'gpt-image-2', complexity: 'low' },
		names: /complexity/,
	},
	{
		call: '2: a GIF',
		source: SDK,
		fields: { model: 'gpt-image-2', output_format: 'gif' },
		names: /output_format gif/,
	},
	{
		call: "2: DALL-E's quality",
		source: SDK,
		fields: { model: 'gpt-image-2', quality: 'hd' },
		names: /'quality'.*'hd'/,
	},
	{
		call: '2: a link in place of base64',
		source: SDK,
		fields: { model: 'gpt-image-2', response_format: 'url' },
		names: /'response_format'/,
	},
	{
		call: "2: DALL-E's style",
		source: SDK,
		fields: { model: 'gpt-image-2', style: 'vivid' },
		names: /style/,
	},
	{
		call: '2: a transparent JPEG',
		source: SDK,
		fields: { model: 'gpt-image-2', background: 'transparent', output_format: 'jpeg' },
		names: /background/,
	},
	{
		call: '2: a compressed PNG',
		source: SDK,
		fields: { model: 'gpt-image-2', output_compression: 50 },
		names: /'output_compression'/,
	},
	{
		call: '2: eleven at once',
		source: SDK,
		fields: { model: 'gpt-image-2', n: 11 },
		names: /'n'.* 10/,
	},
	{
		call: '2: a picture for a seed',
		source: SDK,
		fields: { model: 'gpt-image-2', seed: 7 },
		names: /seed/,
	},
	{
		call: '2.6 Flare: two GIFs',
		source: SDK,
		fields: { model: NEWEST, output_format: 'gif', n: 2 },
		names: /'n'.*gif/,
	},
	{
		call: '2.6 Flare: frames of a PNG',
		source: SDK,
		fields: { model: NEWEST, frame_count: 2 },
		names: /'frame_count'.*gif/,
	},
	{
		call: '2.6 Flare: a compressed SVG',
		source: SDK,
		fields: { model: NEWEST, output_format: 'svg', output_compression: 50 },
		names: /'output_compression'.*svg/,
	},
	{
		call: '2: an edit true to the picture',
		source: SDK,
		images: ['photo'],
		fields: { model: 'gpt-image-2', input_fidelity: 'high' },
		names: /input_fidelity/,
	},
	{
		call: '1 Mini: an edit true to the picture',
		source: SDK,
		images: ['photo'],
		fields: { model: 'gpt-image-1-mini', input_fidelity: 'high' },
		names: /input_fidelity/,
	},
	{
		call: '2: an edit with little moderation',
		source: SDK,
		images: ['photo'],
		fields: { model: 'gpt-image-2', moderation: 'low' },
		names: /moderation/,
	},
	{
		call: '2: an edit with a markup',
		source: SDK,
		images: ['photo'],
		files: { markup: 'cutout' },
		fields: { model: 'gpt-image-2' },
		names: /markup/,
	},
	{
		call: '2.6 Flare: an edit with a mask and a markup',
		source: SDK,
		images: ['photo'],
		files: { mask: 'cutout', markup: 'cutout' },
		fields: { model: NEWEST },
		names: /markup/,
	},
	{
		call: '2: an edit of 17 pictures',
		source: SDK,
		images: Array(17).fill('jpeg'),
		fields: { model: 'gpt-image-2' },
		names: /'image'.* 16/,
	},
	{
		call: "a model that is not there, in AgentsFlare's own form",
		source: README,
		fields: { model: 'dall-e-3' },
		names: /dall-e-3/,
		isFlat: true,
	},
	{
		call: 'MyRouter, 1: a background',
		source: ROUTER,
		gateway: 'myRouter',
		fields: { model: 'gpt-image-1', background: 'opaque' },
		names: /background/,
		isFlat: true,
	},
	{
		call: 'MyRouter, 1.5: a free size',
		source: ROUTER,
		gateway: 'myRouter',
		fields: { model: 'gpt-image-1.5', ...SMALL },
		names: /1024x640/,
		isFlat: true,
	},
	{
		call: 'MyRouter, 2: xhigh',
		source: CATALOG,
		gateway: 'myRouter',
		fields: { model: 'oai-gpt-image-2-generations', quality: 'xhigh' },
		names: /quality/,
		isFlat: true,
	},
	{
		call: 'MyRouter: a model that is not there',
		source: ROUTER,
		gateway: 'myRouter',
		fields: { model: NEWEST },
		status: 404,
		names: /gpt-image-2\.6-flare/,
		isFlat: true,
	},
];
