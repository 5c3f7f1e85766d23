import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { DEFAULT_MAX_CONCURRENCY, MOST_TRANSFERS } from '../shared/defaults';
import { aspectRatioFields } from '../shared/fields/aspectRatio';
import { credentialsOf, gatewayField, subtitleOf } from '../shared/fields/gateway';
import { gptImageOptions } from '../shared/fields/gptImageOptions';
import { imagesFields } from '../shared/fields/images';
import { modelFields } from '../shared/fields/model';
import { paidHint } from '../shared/fields/operation';
import { pixelFields, resolutionFields } from '../shared/fields/picture';
import {
	BUYS,
	TASK_OPERATIONS,
	taskIdField,
	taskOperationFields,
	taskOptionsField,
	taskOutputs,
	whereBought,
} from '../shared/fields/task';
import { gptImageServers } from '../shared/gateways/registry';
import { REFERENCE_IMAGES } from '../shared/labels';

/** The node that makes images with GPT Image. */
export class GptImage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'GPT Image',
		name: 'gptImage',
		icon: { light: 'file:../../icons/gptImage.svg', dark: 'file:../../icons/gptImage.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(gptImageServers, TASK_OPERATIONS, BUYS),
		description: 'Generate and edit images with GPT Image',
		defaults: { name: 'GPT Image' },
		// Else n8n names the node after its operation, and two of the three alike.
		skipNameGeneration: true,
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: taskOutputs(gptImageServers),
		hints: [paidHint(BUYS)],
		credentials: credentialsOf(gptImageServers),
		properties: [
			gatewayField(gptImageServers),
			...taskOperationFields('Image', gptImageServers),
			taskIdField,
			...modelFields(gptImageServers, whereBought.show),
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
				gptImageServers,
				{ [REFERENCE_IMAGES]: { placeholder: 'Add Reference Image', description: 'Images that the result follows or changes' } },
				BUYS,
			),
			...resolutionFields(gptImageServers, whereBought.show, 'auto'),
			// Own pixels have their own ratio.
			...aspectRatioFields(gptImageServers, whereBought.show, { resolution: ['custom'] }),
			...pixelFields(gptImageServers, whereBought.show),
			taskOptionsField(gptImageServers, gptImageOptions(gptImageServers, { '/operation': BUYS })),
		],
	};

	methods = {
		listSearch: {
			async searchModels(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
				return await (await import('../shared/form/modelSearch.js')).searchModels(this, gptImageServers, filter);
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		// What a run needs is loaded with the first: n8n requires every node when it starts.
		const [{ runProduct }, { gptImageProduct }] = await Promise.all([import('../shared/runProduct.js'), import('./product.js')]);
		return await runProduct(this, gptImageProduct, { items: DEFAULT_MAX_CONCURRENCY, orders: MOST_TRANSFERS });
	}
}
