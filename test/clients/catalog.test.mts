/**
 * What the published clients know of models and their options, beside what our form has. A new version of a client that
 * knows more names it here: it is then either offered, or an exception with its reason.
 */
import type { INodeProperties } from 'n8n-workflow';
import { gateways } from '../../nodes/shared/gateways/registry.js';
import { Declarations } from '../support/declarations.mjs';
import { createNode } from '../support/packageClasses.mjs';

const byteDance = new Declarations('node_modules/@ai-sdk/bytedance/dist/index.d.ts');
const openAi = new Declarations('node_modules/openai-7/resources/images.d.ts');

/** A client's name of something, and the name of the form's field for it. */
type Fields = Record<string, string>;
/** What a client knows and the form does not have, and why. */
type Exceptions = Record<string, string>;

/** All fields of a node's form with the names that a field offers, options and their rows among them. */
function fieldsOf(node: 'Seedream' | 'Seedance' | 'GptImage'): Map<string, Set<string>> {
	const found = new Map<string, Set<string>>();
	const visit = (properties: readonly INodeProperties[]): void => {
		for (const property of properties) {
			const values = found.get(property.name) ?? new Set();
			found.set(property.name, values);
			for (const option of property.options ?? []) {
				if ('displayName' in option && 'type' in option) visit([option]);
				else if ('value' in option) values.add(String(option.value));
			}
		}
	};
	visit(createNode(node).description.properties);
	return found;
}

/** The ids that a gateway's table has, of the list and besides. */
function modelsOf(service: 'seedream' | 'seedance' | 'gptImage', name: string): string[] {
	const offer = gateways.find((gateway) => gateway.name === name)?.[service];
	return [...(offer?.models ?? []), ...(offer?.otherNames?.() ?? [])].map(({ id }) => id);
}

/** What is neither offered nor an exception, and exceptions that are none any more, in words. */
function differences(
	theirs: readonly string[],
	ours: (name: string) => boolean,
	exceptions: Exceptions,
): string[] {
	return [
		...theirs
			.filter((name) => !ours(name) && exceptions[name] === undefined)
			.map((name) => `${name}: known there, not here`),
		...Object.keys(exceptions)
			.filter((name) => !theirs.includes(name))
			.map((name) => `${name}: an exception that is not known there`),
		...Object.keys(exceptions)
			.filter((name) => theirs.includes(name) && ours(name))
			.map((name) => `${name}: an exception that is offered`),
	];
}

describe('models', () => {
	it.each([
		[
			'@ai-sdk/bytedance, images',
			byteDance.literalsOf('ByteDanceImageModelId'),
			modelsOf('seedream', 'modelArk'),
			{},
		],
		[
			'@ai-sdk/bytedance, videos',
			byteDance.literalsOf('ByteDanceVideoModelId'),
			modelsOf('seedance', 'modelArk'),
			{},
		],
		[
			'openai',
			openAi.literalsOf('ImageModel'),
			modelsOf('gptImage', 'agentsFlare'),
			{
				'dall-e-2': 'shut down by OpenAI on May 12, 2026',
				'dall-e-3': 'shut down by OpenAI on May 12, 2026',
			},
		],
	])('%s: each is in the catalog', (_client, theirs, ours, exceptions: Exceptions) => {
		expect(theirs.length).toBeGreaterThan(4);
		expect(differences(theirs, (id) => ours.includes(id), exceptions)).toEqual([]);
	});
});

/** A client's options beside a node's form. */
interface Comparison {
	client: string;
	node: 'Seedream' | 'Seedance' | 'GptImage';
	theirs: Map<string, string[]>;
	fields: Fields;
	exceptions: Exceptions;
	/** as `option=value` */
	valueExceptions: Exceptions;
}

const comparisons: Comparison[] = [
	{
		client: '@ai-sdk/bytedance, images',
		node: 'Seedream',
		theirs: byteDance.membersOf('ByteDanceImageModelOptions'),
		fields: {
			watermark: 'watermark',
			outputFormat: 'outputFormat',
			size: 'resolution',
			maxImages: 'maxImages',
			optimizePromptMode: 'fastPrompt',
		},
		exceptions: { sequentialImageGeneration: 'follows from Max Images' },
		valueExceptions: {
			'optimizePromptMode=standard': 'Fast Prompt is a switch: off',
			'optimizePromptMode=fast': 'Fast Prompt is a switch: on',
		},
	},
	{
		client: '@ai-sdk/bytedance, videos',
		node: 'Seedance',
		theirs: byteDance.membersOf('ByteDanceVideoProviderOptions'),
		fields: {
			pollIntervalMs: 'pollInterval',
			pollTimeoutMs: 'timeout',
			watermark: 'watermark',
			generateAudio: 'generateAudio',
			cameraFixed: 'cameraFixed',
			returnLastFrame: 'returnLastFrame',
			serviceTier: 'serviceTier',
			draft: 'draft',
			lastFrameImage: 'images',
			referenceImages: 'images',
			referenceVideos: 'referenceVideos',
			referenceAudio: 'referenceAudio',
		},
		exceptions: {},
		valueExceptions: {},
	},
	...['ImageGenerateParamsBase', 'ImageEditParamsBase'].map((name): Comparison => {
		const isEdit = name === 'ImageEditParamsBase';
		return {
			client: `openai, ${name}`,
			node: 'GptImage',
			theirs: openAi.membersOf(name),
			fields: {
				prompt: 'prompt',
				model: 'model',
				n: 'maxImages',
				background: 'background',
				quality: 'quality',
				output_format: 'outputFormat',
				output_compression: 'outputCompression',
				safety_identifier: 'safetyIdentifier',
				size: 'resolution',
				...(isEdit ? { image: 'images', mask: 'mask' } : { moderation: 'moderation' }),
			},
			exceptions: {
				complexity:
					'no gateway is known to hand it on; a new option may be refused, which is found out only by paying',
				frame_count: 'GIFs need access to a preview',
				frame_duration_ms: 'GIFs need access to a preview',
				svg: 'SVGs need access by project',
				partial_images: 'only with a stream, and the node outputs the finished image alone',
				stream: 'an image comes in one piece: a stream brings nothing sooner',
				response_format: 'for models that were shut down; the others answer with the image itself',
				user: 'deprecated, safety_identifier is in its place',
				...(isEdit
					? {
							input_fidelity: 'only for models that end on December 1, 2026',
							markup: 'for GPT Image 2.5 alone, and no gateway is known to hand it on',
						}
					: { style: 'for dall-e-3, which was shut down' }),
			},
			valueExceptions: {
				...(isEdit ? {} : { 'quality=hd': 'for dall-e-3, which was shut down' }),
				'quality=standard': 'for dall-e-2 and dall-e-3, which were shut down',
				'output_format=gif': 'needs access to a preview',
				'output_format=svg': 'needs access by project',
				'size=1024x1024': 'is the resolution 1K with the ratio 1:1',
				'size=1536x1024': 'is the resolution 1K with the ratio 3:2',
				'size=1024x1536': 'is the resolution 1K with the ratio 2:3',
				'size=256x256': 'for dall-e-2, which was shut down',
				'size=512x512': 'for dall-e-2, which was shut down',
				...(isEdit
					? {}
					: {
							'size=1792x1024': 'for dall-e-3, which was shut down',
							'size=1024x1792': 'for dall-e-3, which was shut down',
						}),
			},
		};
	}),
];

describe.each(comparisons)('$client', ({ node, theirs, fields, exceptions, valueExceptions }) => {
	const ours = fieldsOf(node);

	it('each option is a field of the form', () => {
		expect(
			differences([...theirs.keys()], (name) => fields[name] !== undefined, exceptions),
		).toEqual([]);
		expect(Object.values(fields).filter((name) => !ours.has(name))).toEqual([]);
	});

	it('each value is one that the field offers', () => {
		const pairs = [...theirs].flatMap(([name, values]) => {
			const field = fields[name];
			// Models are compared above.
			return field === undefined || field === 'model'
				? []
				: values.map((value) => ({
						pair: `${name}=${value}`,
						isOffered: ours.get(field)?.has(value) ?? false,
					}));
		});
		const offered = pairs.filter(({ isOffered }) => isOffered).map(({ pair }) => pair);
		expect(
			differences(
				pairs.map(({ pair }) => pair),
				(pair) => offered.includes(pair),
				valueExceptions,
			),
		).toEqual([]);
	});
});
