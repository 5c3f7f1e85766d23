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
import { aspectRatioFields } from '../shared/description/aspectRatio';
import { credentialsOf, gatewayField, subtitleOf } from '../shared/description/gateway';
import { gptImageOptions } from './options';
import { imagesFields } from '../shared/description/inputImages';
import { modelFields } from '../shared/description/model';
import { paidHint } from '../shared/description/operation';
import { pixelFields, resolutionFields } from '../shared/description/imageSize';
import {
	BUYS,
	TASK_OPERATIONS,
	taskIdField,
	taskOperationFields,
	taskOptionsField,
	taskOutputs,
	whereBought,
} from '../shared/description/taskOperations';
import { gptImageServices } from '../shared/gateways/registry';
import { REFERENCE_IMAGES } from '../shared/generation/labels';

/** The node that makes images with GPT Image. */
export class GptImage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'GPT Image',
		name: 'gptImage',
		icon: { light: 'file:../../icons/gptImage.svg', dark: 'file:../../icons/gptImage.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(gptImageServices, TASK_OPERATIONS, BUYS),
		description: 'Generate and edit images with GPT Image',
		defaults: { name: 'GPT Image' },
		// Else n8n names the node after its operation, and two of the three alike.
		skipNameGeneration: true,
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: taskOutputs(gptImageServices),
		hints: [paidHint(BUYS)],
		credentials: credentialsOf(gptImageServices),
		properties: [
			gatewayField(gptImageServices),
			...taskOperationFields('Image', gptImageServices),
			taskIdField,
			...modelFields(gptImageServices, whereBought.show),
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
				gptImageServices,
				{
					[REFERENCE_IMAGES]: {
						placeholder: 'Add Reference Image',
						description: 'Images that the result follows or changes',
					},
				},
				BUYS,
			),
			...resolutionFields(gptImageServices, whereBought.show, 'auto'),
			// Own pixels have their own ratio.
			...aspectRatioFields(gptImageServices, whereBought.show, { resolution: ['custom'] }),
			...pixelFields(gptImageServices, whereBought.show),
			taskOptionsField(gptImageServices, gptImageOptions(gptImageServices, { '/operation': BUYS })),
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
				).searchModels(this, gptImageServices, filter);
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		// What a run needs is loaded with the first: n8n requires every node when it starts.
		const [{ routeOperation: runProduct }, { gptImageNode: gptImageProduct }] = await Promise.all([
			import('../shared/router.js'),
			import('./parameters.js'),
		]);
		return await runProduct(this, gptImageProduct, {
			items: DEFAULT_MAX_CONCURRENCY,
			submissions: MAX_PARALLEL_TRANSFERS,
		});
	}
}
