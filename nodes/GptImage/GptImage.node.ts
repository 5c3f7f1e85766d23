import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { DEFAULT_MAX_CONCURRENCY, MAX_PARALLEL_TRANSFERS } from '../shared/generation/defaults';
import { imageFields } from '../shared/description/imageFields';
import { credentialsOf, gatewayField, subtitleOf } from '../shared/description/gateway';
import { gptImageOptions } from './options';
import { costHint } from '../shared/description/operation';
import {
	CHARGED_OPERATIONS,
	TASK_OPERATION_LABELS,
	taskIdField,
	taskOperationFields,
	taskOptionsField,
	taskOutputs,
} from '../shared/description/taskOperations';
import { gptImageOffers } from '../shared/gateways/offers';

/** The node that generates images with GPT Image. */
export class GptImage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'GPT Image',
		name: 'gptImage',
		icon: { light: 'file:../../icons/gptImage.svg', dark: 'file:../../icons/gptImage.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(gptImageOffers, TASK_OPERATION_LABELS, CHARGED_OPERATIONS),
		description: 'Generate and edit images with GPT Image',
		defaults: { name: 'GPT Image' },
		// Otherwise n8n would name the node after its operation, and two of the three alike.
		skipNameGeneration: true,
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: taskOutputs(gptImageOffers),
		hints: [costHint(CHARGED_OPERATIONS)],
		credentials: credentialsOf(gptImageOffers),
		properties: [
			gatewayField(gptImageOffers),
			...taskOperationFields('Image', gptImageOffers),
			taskIdField,
			...imageFields(gptImageOffers, CHARGED_OPERATIONS, 'auto'),
			taskOptionsField(gptImageOffers, gptImageOptions(gptImageOffers)),
		],
	};

	methods = {
		listSearch: {
			async searchModels(
				this: ILoadOptionsFunctions,
				filter?: string,
			): Promise<INodeListSearchResult> {
				const [{ searchModels }, { gptImageServices }] = await Promise.all([
					import('../shared/account/searchModels.js'),
					import('../shared/gateways/registry.js'),
				]);
				return await searchModels(this, gptImageServices, filter);
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		// n8n requires every node when it starts, so the code for a run is loaded with the first run.
		const [{ routeOperation }, { gptImageNode }] = await Promise.all([
			import('../shared/router.js'),
			import('./parameters.js'),
		]);
		return await routeOperation(this, gptImageNode, {
			items: DEFAULT_MAX_CONCURRENCY,
			submissions: MAX_PARALLEL_TRANSFERS,
		});
	}
}
