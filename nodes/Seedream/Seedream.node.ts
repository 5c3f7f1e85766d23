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
import { addDisplayOptions, showForOperations } from '../shared/description/displayOptions';
import { credentialsOf, gatewayField, subtitleOf } from '../shared/description/gateway';
import { imagesFields } from '../shared/description/inputImages';
import { modelFields } from '../shared/description/model';
import { costHint, operationFields } from '../shared/description/operation';
import { pixelFields, resolutionFields } from '../shared/description/imageSize';
import { ACCOUNT_OPERATION_LABELS } from '../shared/description/accountOperations';
import { seedreamOptions } from './options';
import { optionsField } from '../shared/description/options';
import { seedreamServices } from '../shared/gateways/registry';
import { REFERENCE_IMAGES } from '../shared/generation/labels';

const CHARGED_OPERATIONS = ['generate'];
const FOR_CHARGED = { show: { operation: CHARGED_OPERATIONS } };

/** The node that generates images with Seedream. */
export class Seedream implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedream',
		name: 'seedream',
		icon: { light: 'file:../../icons/seedream.svg', dark: 'file:../../icons/seedream.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(
			seedreamServices,
			{ generate: 'Generate', ...ACCOUNT_OPERATION_LABELS },
			CHARGED_OPERATIONS,
		),
		description: 'Generate and edit images with Seedream',
		defaults: { name: 'Seedream' },
		// Otherwise n8n would name the node after its operation, and two of the three alike.
		skipNameGeneration: true,
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		hints: [costHint(CHARGED_OPERATIONS)],
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
			...addDisplayOptions(FOR_CHARGED, [
				...modelFields(seedreamServices),
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
			]),
			...addDisplayOptions(
				showForOperations(CHARGED_OPERATIONS),
				imagesFields(seedreamServices, {
					[REFERENCE_IMAGES]: {
						placeholder: 'Add Reference Image',
						description: 'Images that the result follows or changes',
					},
				}),
			),
			...addDisplayOptions(FOR_CHARGED, [
				...resolutionFields(seedreamServices, DEFAULT_RESOLUTION),
				// A custom size has an aspect ratio of its own.
				...addDisplayOptions(
					{ hide: { resolution: ['custom'] } },
					aspectRatioFields(seedreamServices),
				),
				...pixelFields(seedreamServices),
			]),
			optionsField(seedreamOptions(seedreamServices), showForOperations(CHARGED_OPERATIONS)),
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
		// n8n requires every node when it starts, so the code for a run is loaded with the first run.
		const [{ routeOperation }, { seedreamNode }] = await Promise.all([
			import('../shared/router.js'),
			import('./parameters.js'),
		]);
		return await routeOperation(this, seedreamNode, { items: defaultMaxConcurrency(this) });
	}
}

/** The default for "Max Concurrency": lower if requests or responses contain whole images. */
function defaultMaxConcurrency(context: IExecuteFunctions): number {
	try {
		const isBase64 =
			context.getNodeParameter('options.responseFormat', 0, DEFAULT_RESPONSE_FORMAT) === 'base64';
		const images = context.getNodeParameter('images.image', 0, []);
		const hasImages = Array.isArray(images) && images.length > 0;
		return isBase64 || hasImages ? DEFAULT_MAX_IN_MEMORY : DEFAULT_MAX_CONCURRENCY;
	} catch {
		// An invalid value fails each item when its parameters are read.
		return DEFAULT_MAX_CONCURRENCY;
	}
}
