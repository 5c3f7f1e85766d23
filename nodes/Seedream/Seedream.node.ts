import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { credentialsOf, gatewayField, subtitleOf } from '../shared/fields/gateway';
import { imagesField } from '../shared/fields/images';
import { modelFields } from '../shared/fields/model';
import { optionsField } from '../shared/fields/options';
import { aspectRatioFields, pixelFields, resolutionFields } from '../shared/fields/picture';
import { seedreamGateways } from '../shared/gateways/registry';
import { createReferenceCache } from '../shared/io/references';
import { generateAll } from '../shared/run';
import { maxConcurrencyOf } from './parameters';
import { prepareJob } from './prepare';
import { searchModels } from './searchModels';

export class Seedream implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedream',
		name: 'seedream',
		icon: { light: 'file:../../icons/seedream.svg', dark: 'file:../../icons/seedream.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(seedreamGateways),
		description: 'Generate and edit images with Seedream',
		defaults: { name: 'Seedream' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: credentialsOf(seedreamGateways),
		properties: [
			gatewayField(seedreamGateways),
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: [
					{
						name: 'Generate',
						value: 'generate',
						description: 'Make images from a prompt and reference images',
						action: 'Generate an image',
					},
				],
				default: 'generate',
			},
			...modelFields(seedreamGateways),
			{
				displayName: 'Prompt',
				name: 'prompt',
				type: 'string',
				typeOptions: { rows: 4 },
				required: true,
				default: '',
				placeholder: 'e.g. A red fox in fresh snow at sunrise, photograph',
				description: 'What the image shows, or how the reference images are to be changed',
			},
			imagesField,
			...resolutionFields(seedreamGateways),
			...aspectRatioFields(seedreamGateways),
			...pixelFields(seedreamGateways),
			optionsField(seedreamGateways),
		],
	};

	methods = { listSearch: { searchModels } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const cache = createReferenceCache();
		return [await generateAll(this, maxConcurrencyOf(this), async (itemIndex) => await prepareJob(this, itemIndex, cache))];
	}
}
