import { readFileSync } from 'node:fs';
import { NodeHelpers, type INodeParameters } from 'n8n-workflow';
import { z } from 'zod';
import { operationsShown, propertiesShown, shownByExpression } from '../../support/form.mjs';
import { listSearch } from '../../support/listSearch.mjs';
import { createNode } from '../../support/packageClasses.mjs';

const NODES = [
	{
		node: 'Seedance',
		name: 'seedance',
		displayName: 'Seedance',
		ratios: ['auto', '1:1', '16:9', '9:16'],
		images: 'First Frame',
		firstModel: 'seedance-1-pro-1080P-5s',
		more: ['cancel', 'list'],
	},
	{
		node: 'GptImage',
		name: 'gptImage',
		displayName: 'GPT Image',
		ratios: ['auto', '1:1', '16:9', '9:16', '4:3', '3:4'],
		images: 'Reference Images',
		firstModel: 'gpt-image-1-low',
		more: [],
	},
];
/** At GPTunnel, in alphabetical order of their names, as n8n wants it of five and more. */
const OPERATIONS = ['createTask', 'generate', 'getBalance', 'getResult', 'waitUntilDone'];

describe.each(NODES)(
	'the form of $displayName',
	({ node, name, displayName, ratios, images, firstModel, more }) => {
		const { description } = createNode(node);

		const shown = (choices: INodeParameters) => propertiesShown(description, choices);
		const optionsShown = (operation: string) => {
			const options =
				description.properties.find((property) => property.name === 'options')?.options ?? [];
			return options.flatMap((option) =>
				'type' in option &&
				NodeHelpers.displayParameter({}, option, { typeVersion: 1 }, description, {
					operation,
					gateway: 'gptunnel',
				})
					? [option.name]
					: [],
			);
		};

		it('has the names that workflows rely on', () => {
			expect(description).toMatchObject({ name, displayName, version: 1, usableAsTool: true });
			const operation = description.properties.find((property) => property.name === 'operation');
			const options =
				operation?.options?.map((option) =>
					'value' in option ? option : { name: '', value: '' },
				) ?? [];
			expect(options.map(({ value }) => value).sort()).toEqual([...OPERATIONS, ...more].sort());
			expect(options.map((option) => option.name)).toEqual(
				options.map((option) => option.name).sort(),
			);
		});

		it.each(['generate', 'createTask'])('%s asks for what is to be made', (operation) => {
			const fields = shown({ operation });
			expect(fields.map((field) => field.name)).toEqual([
				'gateway',
				'operation',
				'model',
				'prompt',
				'images',
				'aspectRatio',
				'options',
			]);
			expect(fields.find((field) => field.name === 'images')?.displayName).toBe(images);
			const ratio = fields.find((field) => field.name === 'aspectRatio');
			expect(ratio?.options?.map((option) => ('value' in option ? option.value : ''))).toEqual(
				ratios,
			);
		});

		it.each(['getResult', 'waitUntilDone'])('%s asks for the task alone', (operation) => {
			expect(shown({ operation }).map((field) => field.name)).toEqual([
				'gateway',
				'operation',
				'taskId',
				'options',
			]);
		});

		it('getBalance asks for nothing else', () => {
			expect(shown({ operation: 'getBalance' }).map((field) => field.name)).toEqual([
				'gateway',
				'operation',
			]);
		});

		it('offers every operation at GPTunnel', () => {
			expect(operationsShown(description, 'gptunnel')).toEqual(OPERATIONS);
		});

		it.each([
			['generate', `Generate: ${firstModel} via GPTunnel`, true],
			['createTask', `Create Task: ${firstModel} via GPTunnel`, true],
			['getResult', 'Get Result: GPTunnel', false],
			['waitUntilDone', 'Wait Until Done: GPTunnel', false],
			['getBalance', 'Get Balance: GPTunnel', false],
		])(
			'%s: %j is said below the node, and whether it is paid for',
			(operation, subtitle, isPaid) => {
				expect(shownByExpression(node, { operation }, description.subtitle)).toBe(subtitle);
				expect(
					shownByExpression(node, { operation }, description.hints?.[0]?.displayCondition),
				).toBe(isPaid);
			},
		);

		it('says who reads a link', () => {
			expect(JSON.stringify(description.properties)).toContain(
				'GPTunnel reads the image itself, so the link has to be public',
			);
		});

		it('offers each operation only the options that do something', () => {
			const files = ['download', 'fileName', 'putOutputInField'];
			const waits = ['onTimeout', 'pollInterval', 'whileWaiting'];
			const always = ['maxConcurrency', 'timeout'];
			expect(optionsShown('generate').sort()).toEqual([...files, ...waits, ...always].sort());
			expect(optionsShown('waitUntilDone').sort()).toEqual([...files, ...waits, ...always].sort());
			expect(optionsShown('getResult').sort()).toEqual([...files, ...always].sort());
			expect(optionsShown('createTask').sort()).toEqual(always.sort());
		});

		it('has a default that works for everything but the prompt and the task', () => {
			for (const operation of OPERATIONS) {
				const empty = shown({ operation }).filter(
					({ default: value }) => value === undefined || value === '',
				);
				expect(
					empty
						.map((field) => field.name)
						.filter((field) => field !== 'prompt' && field !== 'taskId'),
				).toEqual([]);
			}
		});

		it('lists the gateway’s models, the first as the default, and finds among them', async () => {
			const { results } = await listSearch({
				node,
				method: 'searchModels',
				parameters: { gateway: 'gptunnel' },
			});
			const model = description.properties.find((property) => property.name === 'model');
			expect(model?.default).toMatchObject({ mode: 'list', value: expect.any(String) });
			expect(results.map(({ value }) => value)).toContain(Object(model?.default).value);
			const wanted = String(results[1]?.value);
			const found = await listSearch({
				node,
				method: 'searchModels',
				parameters: { gateway: 'gptunnel' },
				filter: wanted.toUpperCase(),
			});
			expect(found.results.map(({ value }) => value)).toEqual([wanted]);
		});

		it('comes up in the search of the node panel', () => {
			const codex = z
				.object({
					node: z.string(),
					categories: z.array(z.string()),
					subcategories: z.object({ AI: z.array(z.string()) }),
				})
				.parse(JSON.parse(readFileSync(`dist/nodes/${node}/${node}.node.json`, 'utf8')));
			expect(codex.node).toBe(`n8n-nodes-seedream.${name}`);
			expect(codex.categories).toContain('AI');
			expect(codex.subcategories.AI).toContain('Root Nodes');
		});
	},
);
