import { readFileSync } from 'node:fs';
import { NodeHelpers, type INodeParameters, type INodeTypeDescription } from 'n8n-workflow';
import { z } from 'zod';
import {
	operationsShown,
	propertiesShown,
	shownByExpression,
	toolDescription,
} from '../../support/form.mjs';
import { listSearch } from '../../support/listSearch.mjs';
import { createNode } from '../../support/packageClasses.mjs';

const node = createNode('Seedream');
const description: INodeTypeDescription = node.description;

const shown = (choices: INodeParameters) => propertiesShown(description, choices);
const names = (choices: INodeParameters) => shown(choices).map(({ name }) => name);
const choicesOf = (choices: INodeParameters, name: string) =>
	shown(choices)
		.filter((property) => property.name === name)
		.map(({ options = [] }) =>
			options.map((option) => ('value' in option ? option.value : option.name)),
		);
const model = (value: string) => ({ __rl: true, mode: 'list', value });

const optionsShown = (gateway: string, modelId = '') => {
	const options = description.properties.find(({ name }) => name === 'options')?.options ?? [];
	return options.flatMap((option) =>
		'type' in option &&
		NodeHelpers.displayParameter({}, option, { typeVersion: 1 }, description, {
			gateway,
			model: model(modelId),
		})
			? [option.name]
			: [],
	);
};

describe('the form', () => {
	it.each(['gptunnel', 'myRouter', 'agentsFlare'])(
		'%s: fields in the order of use, each once',
		(gateway) => {
			expect(names({ gateway })).toEqual([
				'gateway',
				'operation',
				'model',
				'prompt',
				'images',
				'resolution',
				'aspectRatio',
				'options',
			]);
		},
	);

	it('gptunnel: a question for the balance asks for nothing else', () => {
		expect(names({ gateway: 'gptunnel', operation: 'getBalance' })).toEqual([
			'gateway',
			'operation',
		]);
	});

	it.each([
		['gptunnel', ['generate', 'getBalance']],
		['myRouter', ['generate']],
		['agentsFlare', ['generate']],
	])('%s: offers the operations %j', (gateway, operations) => {
		expect(operationsShown(description, gateway)).toEqual(operations);
	});

	it.each(['myRouter', 'agentsFlare'])('%s: own pixels take the place of the ratio', (gateway) => {
		expect(names({ gateway, resolution: 'custom' })).toEqual([
			'gateway',
			'operation',
			'model',
			'prompt',
			'images',
			'resolution',
			'width',
			'height',
			'options',
		]);
	});

	it('offers the ratios and resolutions that the gateway and the model take', () => {
		expect(choicesOf({ gateway: 'gptunnel' }, 'aspectRatio')).toEqual([
			['auto', '1:1', '16:9', '9:16', '4:3', '3:4', '21:9', '9:21'],
		]);
		expect(choicesOf({ gateway: 'myRouter' }, 'aspectRatio')).toEqual([
			['auto', '1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '21:9'],
		]);
		expect(choicesOf({ gateway: 'gptunnel' }, 'resolution')).toEqual([['1K', '2K', '3K', '4K']]);
		expect(choicesOf({ gateway: 'myRouter' }, 'resolution')).toEqual([
			['1K', '2K', '4K', 'custom'],
		]);
		const agentsFlare = (id: string) =>
			choicesOf({ gateway: 'agentsFlare', model: model(id) }, 'resolution');
		expect(agentsFlare('seedream-4-5-251128')).toEqual([['2K', '4K', 'custom']]);
		// The editor empties the model when the gateway is changed; the first one counts then.
		expect(agentsFlare('')).toEqual([['2K', '4K', 'custom']]);
		expect(agentsFlare('seedream-4-0-250828')).toEqual([['1K', '2K', '4K', 'custom']]);
		expect(agentsFlare('seedream-5-0-260128')).toEqual([['2K', '3K', '4K', 'custom']]);
		expect(agentsFlare('dola-seedream-5-0-pro-260628')).toEqual([['1K', '1.5K', '2K', 'custom']]);
		expect(agentsFlare('some-other-model')).toEqual([['1K', '1.5K', '2K', '3K', '4K', 'custom']]);
		expect(agentsFlare('={{ $json.model }}')).toEqual([['1K', '1.5K', '2K', '3K', '4K', 'custom']]);
	});

	it('offers only the options that the gateway has', () => {
		const common = [
			'download',
			'fileName',
			'handLinksOn',
			'maxConcurrency',
			'putOutputInField',
			'timeout',
		];
		expect(optionsShown('gptunnel').sort()).toEqual([...common, 'responseFormat'].sort());
		expect(optionsShown('myRouter').sort()).toEqual([...common, 'maxImages', 'watermark'].sort());
		const streamed = [...common, 'maxImages', 'responseFormat', 'stream', 'watermark'];
		expect(optionsShown('agentsFlare').sort()).toEqual([...streamed].sort());
		expect(optionsShown('agentsFlare', 'seedream-4-0-250828').sort()).toEqual(
			[...streamed, 'fastPrompt'].sort(),
		);
		expect(optionsShown('agentsFlare', 'seedream-5-0-260128').sort()).toEqual(
			[...streamed, 'outputFormat', 'webSearch'].sort(),
		);
		const single = [
			...common,
			'responseFormat',
			'watermark',
			'outputFormat',
			'background',
			'layers',
		];
		expect(optionsShown('agentsFlare', 'dola-seedream-5-0-flash-260915').sort()).toEqual(
			[...single].sort(),
		);
		expect(optionsShown('agentsFlare', 'dola-seedream-5-0-pro-260628').sort()).toEqual(
			[...single, 'fastPrompt'].sort(),
		);
		expect(optionsShown('agentsFlare', 'some-other-model').sort()).toEqual(
			[...streamed, 'fastPrompt', 'outputFormat', 'webSearch', 'background', 'layers'].sort(),
		);
	});

	it('asks for the credential of the chosen gateway alone', () => {
		for (const [gateway, credential] of [
			['gptunnel', 'gptunnelApi'],
			['myRouter', 'myRouterApi'],
			['agentsFlare', 'agentsFlareApi'],
		]) {
			const asked = (description.credentials ?? []).filter((candidate) =>
				NodeHelpers.displayParameter({ gateway }, candidate, { typeVersion: 1 }, description),
			);
			expect(asked.map(({ name }) => name)).toEqual([credential]);
		}
	});

	it('keeps the gateway in the form: the editor hides a field that says when each credential is shown', () => {
		const deciding = (description.credentials ?? []).flatMap(({ displayOptions }) =>
			Object.keys(displayOptions?.show ?? {}),
		);
		expect(deciding).not.toContain('gateway');
	});

	it('comes up in the search of the node panel: the editor leaves out AI nodes that are not root nodes', () => {
		const codex = z
			.object({
				node: z.string(),
				categories: z.array(z.string()),
				subcategories: z.object({ AI: z.array(z.string()) }),
			})
			.parse(JSON.parse(readFileSync('dist/nodes/Seedream/Seedream.node.json', 'utf8')));
		expect(codex.node).toBe('n8n-nodes-seedream.seedream');
		expect(codex.categories).toContain('AI');
		expect(codex.subcategories.AI).toContain('Root Nodes');
	});

	it.each<[string, INodeParameters]>([
		['Generate: seedream-4 via GPTunnel', {}],
		[
			'Generate: seedream-5-0-260128 via AgentsFlare',
			{ gateway: 'agentsFlare', model: model('seedream-5-0-260128') },
		],
		// The editor empties the model when the gateway is changed.
		['Generate: seedream-4.0 via MyRouter', { gateway: 'myRouter', model: model('') }],
		['Generate: MyRouter', { gateway: 'myRouter', model: model('={{ $json.model }}') }],
		['Get Balance: GPTunnel', { operation: 'getBalance' }],
	])('says %j below the node', (subtitle, parameters) => {
		expect(shownByExpression('Seedream', parameters, description.subtitle)).toBe(subtitle);
	});

	it.each([
		['generate', true],
		['getBalance', false],
	])('%s: says that each run is paid for: %s', (operation, isPaid) => {
		const [hint] = description.hints ?? [];
		expect(hint?.message).toContain('is paid for');
		expect(shownByExpression('Seedream', { operation }, hint?.displayCondition)).toBe(isPaid);
	});

	it.each([
		['Seedream', 'generate', 'Generate image in Seedream'],
		['Seedance', 'generate', 'Generate video in Seedance'],
		['Seedance', 'createTask', 'Create video task in Seedance'],
		['Seedance', 'getResult', 'Get result of video task in Seedance'],
		['GptImage', 'waitUntilDone', 'Wait until image task is done in GPT Image'],
		['GptImage', 'getBalance', 'Get account balance in GPT Image'],
	])('%s, %s: an agent gets %j as the tool’s description', (nodeName, operation, expected) => {
		expect(toolDescription(nodeName, { operation })).toBe(expected);
	});

	it('has a default that works for everything but the prompt', () => {
		for (const gateway of ['gptunnel', 'myRouter', 'agentsFlare']) {
			const issues = shown({ gateway, prompt: 'A fox' }).filter(
				({ name, default: value }) => name !== 'prompt' && (value === undefined || value === ''),
			);
			expect(issues).toEqual([]);
		}
	});

	it('lists the models of the chosen gateway, and finds among them', async () => {
		const found = async (gateway: string, filter?: string) => {
			const { results } = await listSearch({
				node: 'Seedream',
				method: 'searchModels',
				parameters: { gateway },
				...(filter === undefined ? {} : { filter }),
			});
			return results.map(({ value }) => value);
		};
		expect(await found('gptunnel')).toEqual(['seedream-4']);
		expect(await found('myRouter')).toEqual(['seedream-4.0', 'seedream-4.5']);
		expect(await found('agentsFlare')).toEqual([
			'seedream-4-5-251128',
			'dola-seedream-5-5-261028',
			'dola-seedream-5-0-pro-260628',
			'dola-seedream-5-0-flash-260915',
			'seedream-5-0-260128',
			'seedream-4-0-250828',
		]);
		expect(await found('agentsFlare', '5.0 lite')).toEqual(['seedream-5-0-260128']);
	});
});
