/** The form follows the model: an option is there for the models that take it, and for no other. */
import { NodeHelpers, type INodeProperties } from 'n8n-workflow';
import { createNode } from '../../support/packageClasses.mjs';

/** The options that the form offers for a model, with the values of those that are a choice. */
function optionsFor(node: string, gateway: string, model: string): Map<string, unknown[]> {
	const { description } = createNode(node);
	const collection = description.properties.find(({ name }) => name === 'options')?.options ?? [];
	const choices = {
		gateway,
		operation: 'generate',
		model: { __rl: true, mode: 'list', value: model },
	};
	const shown = collection.filter(
		(option): option is INodeProperties =>
			'type' in option &&
			NodeHelpers.displayParameter({}, option, { typeVersion: 1 }, description, choices),
	);
	return new Map(
		shown.map(({ name, options = [] }) => [
			name,
			options.flatMap((option) => ('value' in option ? [option.value] : [])),
		]),
	);
}

const SEEDANCE_OPTIONS = [
	'cameraFixed',
	'draft',
	'draftTaskId',
	'frames',
	'generateAudio',
	'outputFormat',
	'priority',
	'referenceTask',
	'referenceVideos',
	'safetyIdentifier',
	'seed',
	'serviceTier',
	'webSearch',
];
const GPT_IMAGE_OPTIONS = [
	'background',
	'mask',
	'maxImages',
	'moderation',
	'outputCompression',
	'outputFormat',
	'quality',
	'safetyIdentifier',
];
const SEEDREAM_OPTIONS = [
	'background',
	'fastPrompt',
	'layers',
	'maxImages',
	'outputFormat',
	'stream',
	'webSearch',
];

describe.each([
	[
		'Seedance',
		'modelArk',
		SEEDANCE_OPTIONS,
		{
			'dreamina-seedance-2-0-mini-260615': [
				'generateAudio',
				'priority',
				'referenceVideos',
				'safetyIdentifier',
				'webSearch',
			],
			'dreamina-seedance-2-5-260628': [
				'draft',
				'draftTaskId',
				'generateAudio',
				'outputFormat',
				'priority',
				'referenceTask',
				'referenceVideos',
				'safetyIdentifier',
				'webSearch',
			],
			'seedance-1-5-pro-251215': [
				'cameraFixed',
				'draft',
				'draftTaskId',
				'generateAudio',
				'safetyIdentifier',
				'seed',
				'serviceTier',
			],
			'seedance-1-0-pro-250528': [
				'cameraFixed',
				'frames',
				'safetyIdentifier',
				'seed',
				'serviceTier',
			],
			'doubao-seedance-2-0-mini-260615': [
				'generateAudio',
				'priority',
				'referenceVideos',
				'safetyIdentifier',
				'webSearch',
			],
			'a-model-that-nobody-knows': SEEDANCE_OPTIONS,
		},
	],
	[
		'GptImage',
		'agentsFlare',
		GPT_IMAGE_OPTIONS,
		{ 'gpt-image-2': GPT_IMAGE_OPTIONS, 'gpt-image-1.5': GPT_IMAGE_OPTIONS },
	],
	['GptImage', 'myRouter', GPT_IMAGE_OPTIONS, { 'gpt-image-2': ['maxImages', 'quality'] }],
	['GptImage', 'gptunnel', GPT_IMAGE_OPTIONS, { 'gpt-image-1-low': [] }],
	[
		'Seedream',
		'modelArk',
		SEEDREAM_OPTIONS,
		{
			'seedream-4-5-251128': ['maxImages', 'stream'],
			'seedream-5-0-260128': ['maxImages', 'outputFormat', 'stream', 'webSearch'],
			'dola-seedream-5-0-pro-260628': ['background', 'fastPrompt', 'layers', 'outputFormat'],
			'dola-seedream-5-5-261028': ['background', 'layers', 'outputFormat'],
		},
	],
])('%s at %s', (node, gateway, ofModels, models) => {
	it.each(Object.entries<string[]>(models))('%s', (model, expected) => {
		const shown = optionsFor(node, gateway, model);
		expect(ofModels.filter((name) => shown.has(name))).toEqual(expected);
	});
});

/** The editor empties the model when the gateway is changed: the default counts then, and each gateway has its own. */
it.each([
	['myRouter', ['cameraFixed', 'seed']],
	['modelArk', ['executionExpiresAfter', 'generateAudio', 'watermark']],
	['agentsFlare', ['executionExpiresAfter', 'generateAudio', 'watermark']],
	['gptunnel', []],
])('Seedance at %s, with the model left empty: the options of the default', (gateway, expected) => {
	const shown = optionsFor('Seedance', gateway, '');
	expect(
		['cameraFixed', 'executionExpiresAfter', 'generateAudio', 'seed', 'watermark'].filter((name) =>
			shown.has(name),
		),
	).toEqual(expected);
});

it.each([
	['gpt-image-2', ['auto', 'high', 'low', 'medium']],
	['gpt-image-2.6-sunburst', ['xhigh', 'auto', 'high', 'low', 'max', 'medium']],
	['gpt-image-2-2026-04-21', ['auto', 'high', 'low', 'medium']],
])('%s: its own qualities', (model, expected) => {
	const offered = optionsFor('GptImage', 'agentsFlare', model).get('quality') ?? [];
	expect([...offered].sort()).toEqual([...expected].sort());
});
