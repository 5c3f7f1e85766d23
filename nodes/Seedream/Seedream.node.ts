import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import {
	DEFAULT_MAX_CONCURRENCY,
	DEFAULT_MAX_IN_MEMORY,
	DEFAULT_RESOLUTION,
	DEFAULT_RESPONSE_FORMAT,
} from '../shared/generation/defaults';
import { aspectRatioFields } from '../shared/description/aspectRatio';
import { credentialsOf, gatewayField, subtitleOf } from '../shared/description/gateway';
import { imagesFields } from '../shared/description/inputImages';
import { modelFields } from '../shared/description/model';
import { ofOperations, operationFields, paidHint } from '../shared/description/operation';
import { pixelFields, resolutionFields } from '../shared/description/imageSize';
import { QUESTION_OPERATIONS } from '../shared/description/accountOperations';
import { seedreamOptionsField } from './options';
import { seedreamServices } from '../shared/gateways/registry';
import { REFERENCE_IMAGES } from '../shared/generation/labels';

/** The operations that cost money, and what the form shows for them alone. */
const BUYS = ['generate'];
const whereBought = { show: { operation: BUYS } };

/** The node that makes images with Seedream. */
export class Seedream implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedream',
		name: 'seedream',
		icon: { light: 'file:../../icons/seedream.svg', dark: 'file:../../icons/seedream.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(seedreamServices, { generate: 'Generate', ...QUESTION_OPERATIONS }, BUYS),
		description: 'Generate and edit images with Seedream',
		defaults: { name: 'Seedream' },
		// Else n8n names the node after its operation, and two of the three alike.
		skipNameGeneration: true,
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		hints: [paidHint(BUYS)],
		credentials: credentialsOf(seedreamServices),
		properties: [
			gatewayField(seedreamServices),
			...operationFields(
				'Image',
				[
					{
						name: 'Generate',
						value: 'generate',
						description: 'Make images from a prompt and reference images. Costs money.',
						action: 'Generate image',
					},
				],
				seedreamServices,
			),
			...modelFields(seedreamServices, whereBought.show),
			{
				displayName: 'Prompt',
				name: 'prompt',
				type: 'string',
				typeOptions: { rows: 4 },
				required: true,
				default: '',
				placeholder: 'e.g. A red fox in fresh snow at sunrise, photograph',
				displayOptions: whereBought,
				description: 'What the image shows, or how the reference images are to be changed',
			},
			...imagesFields(
				seedreamServices,
				{
					[REFERENCE_IMAGES]: {
						placeholder: 'Add Reference Image',
						description: 'Images that the result follows or changes',
					},
				},
				BUYS,
			),
			...resolutionFields(seedreamServices, whereBought.show, DEFAULT_RESOLUTION),
			// Own pixels have their own ratio.
			...aspectRatioFields(seedreamServices, whereBought.show, { resolution: ['custom'] }),
			...pixelFields(seedreamServices, whereBought.show),
			seedreamOptionsField(seedreamServices, ofOperations(BUYS)),
		],
	};

	methods = {
		listSearch: {
			async searchModels(
				this: ILoadOptionsFunctions,
				filter?: string,
			): Promise<INodeListSearchResult> {
				return await (
					await import('../shared/account/searchModels.js')
				).searchModels(this, seedreamServices, filter);
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		// What a run needs is loaded with the first: n8n requires every node when it starts.
		const [{ routeOperation: runProduct }, { seedreamNode: seedreamProduct }] = await Promise.all([
			import('../shared/router.js'),
			import('./parameters.js'),
		]);
		return await runProduct(this, seedreamProduct, { items: defaultAtOnce(this) });
	}
}

/** How many items are in work at once where the user does not say it: fewer where the pictures themselves go along. */
function defaultAtOnce(context: IExecuteFunctions): number {
	try {
		const asBase64 =
			context.getNodeParameter('options.responseFormat', 0, DEFAULT_RESPONSE_FORMAT) === 'base64';
		const images = context.getNodeParameter('images.image', 0, []);
		const hasImages = Array.isArray(images) && images.length > 0;
		return asBase64 || hasImages ? DEFAULT_MAX_IN_MEMORY : DEFAULT_MAX_CONCURRENCY;
	} catch {
		// What is wrong with it is said of each item, when its form is read.
		return DEFAULT_MAX_CONCURRENCY;
	}
}
