import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { DEFAULT_MAX_CONCURRENCY, DEFAULT_MAX_IN_MEMORY, DEFAULT_RESPONSE_FORMAT } from '../shared/defaults';
import { aspectRatioFields } from '../shared/fields/aspectRatio';
import { credentialsOf, gatewayField, subtitleOf } from '../shared/fields/gateway';
import { imagesField } from '../shared/fields/images';
import { modelFields } from '../shared/fields/model';
import { pixelFields, resolutionFields } from '../shared/fields/picture';
import { seedreamOptionsField } from '../shared/fields/seedreamOptions';
import { searchModelsOf } from '../shared/form/choices';
import { maxConcurrencyOf } from '../shared/form/read';
import { seedreamServers } from '../shared/gateways/registry';
import { createReferenceCache } from '../shared/io/references';
import { REFERENCE_IMAGES } from '../shared/labels';
import { runAll } from '../shared/run';
import { prepareJob } from './prepare';

export class Seedream implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedream',
		name: 'seedream',
		icon: { light: 'file:../../icons/seedream.svg', dark: 'file:../../icons/seedream.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(seedreamServers, { generate: 'Generate' }),
		description: 'Generate and edit images with Seedream',
		defaults: { name: 'Seedream' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: credentialsOf(seedreamServers),
		properties: [
			gatewayField(seedreamServers),
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
						action: 'Generate image',
					},
				],
				default: 'generate',
			},
			...modelFields(seedreamServers),
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
			imagesField({
				displayName: REFERENCE_IMAGES,
				placeholder: 'Add Reference Image',
				description: 'Images that the result follows or changes',
			}),
			...resolutionFields(seedreamServers),
			// Own pixels have their own ratio.
			...aspectRatioFields(seedreamServers, { hide: { resolution: ['custom'] } }),
			...pixelFields(seedreamServers),
			seedreamOptionsField(seedreamServers),
		],
	};

	methods = { listSearch: { searchModels: searchModelsOf(seedreamServers) } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const cache = createReferenceCache();
		const maxConcurrency = maxConcurrencyOf(this, defaultAtOnce(this));
		return [await runAll(this, { maxConcurrency }, async (itemIndex, submissions) => await prepareJob({ context: this, itemIndex, cache, submissions }))];
	}
}

/** How many items are in work at once where the user does not say it: fewer where the pictures themselves go along. */
function defaultAtOnce(context: IExecuteFunctions): number {
	try {
		const asBase64 = context.getNodeParameter('options.responseFormat', 0, DEFAULT_RESPONSE_FORMAT) === 'base64';
		const images = context.getNodeParameter('images.image', 0, []);
		const hasImages = Array.isArray(images) && images.length > 0;
		return asBase64 || hasImages ? DEFAULT_MAX_IN_MEMORY : DEFAULT_MAX_CONCURRENCY;
	} catch {
		// What is wrong with it is said of each item, when its form is read.
		return DEFAULT_MAX_CONCURRENCY;
	}
}
