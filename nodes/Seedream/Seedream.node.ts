import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { DEFAULT_MAX_CONCURRENCY, DEFAULT_RESOLUTION } from '../shared/generation/defaults';
import { showForOperations } from '../shared/description/displayOptions';
import { imageFields } from '../shared/description/imageFields';
import { credentialsOf, gatewayField, subtitleOf } from '../shared/description/gateway';
import { costHint, operationFields } from '../shared/description/operation';
import { ACCOUNT_OPERATION_LABELS } from '../shared/description/accountOperations';
import { seedreamOptions } from './options';
import { optionsField } from '../shared/description/options';
import { seedreamOffers } from '../shared/gateways/offers';

const CHARGED_OPERATIONS = ['generate'];

/** The node that generates images with Seedream. */
export class Seedream implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedream',
		name: 'seedream',
		icon: { light: 'file:../../icons/seedream.svg', dark: 'file:../../icons/seedream.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(
			seedreamOffers,
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
		credentials: credentialsOf(seedreamOffers),
		properties: [
			gatewayField(seedreamOffers),
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
				seedreamOffers,
			),
			...imageFields(seedreamOffers, CHARGED_OPERATIONS, DEFAULT_RESOLUTION),
			optionsField(seedreamOptions(seedreamOffers), showForOperations(CHARGED_OPERATIONS)),
		],
	};

	methods = {
		listSearch: {
			async searchModels(
				this: ILoadOptionsFunctions,
				filter?: string,
			): Promise<INodeListSearchResult> {
				const [{ searchModels }, { seedreamServices }] = await Promise.all([
					import('../shared/account/searchModels.js'),
					import('../shared/gateways/registry.js'),
				]);
				return await searchModels(this, seedreamServices, filter);
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		// n8n requires every node when it starts, so the code for a run is loaded with the first run.
		const [{ routeOperation }, { seedreamNode }] = await Promise.all([
			import('../shared/router.js'),
			import('./parameters.js'),
		]);
		return await routeOperation(this, seedreamNode, { items: DEFAULT_MAX_CONCURRENCY });
	}
}
