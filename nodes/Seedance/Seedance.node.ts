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
import { imagesFields } from '../shared/description/inputImages';
import { modelFields } from '../shared/description/model';
import { paidHint } from '../shared/description/operation';
import { cancelFields, listFields } from '../shared/description/accountOperations';
import {
	BUYS,
	TASK_OPERATIONS,
	taskIdField,
	taskOperationFields,
	taskOptionsField,
	taskOutputs,
	whereBought,
} from '../shared/description/taskOperations';
import { videoFields, videoOptions } from './fields';
import { seedanceServices } from '../shared/gateways/registry';
import { FIRST_AND_LAST_FRAME, FIRST_FRAME, IMAGES } from '../shared/generation/labels';
import { IMAGE_ROLES } from '../shared/generation/seedanceRequest';

/** The node that makes videos with Seedance. */
export class Seedance implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedance',
		name: 'seedance',
		icon: { light: 'file:../../icons/seedance.svg', dark: 'file:../../icons/seedance.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(seedanceServices, TASK_OPERATIONS, BUYS),
		description: 'Generate videos with Seedance',
		defaults: { name: 'Seedance' },
		// Else n8n names the node after its operation, and two of the three alike.
		skipNameGeneration: true,
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: taskOutputs(seedanceServices),
		hints: [paidHint(BUYS)],
		credentials: credentialsOf(seedanceServices),
		properties: [
			gatewayField(seedanceServices),
			...taskOperationFields('Video', seedanceServices),
			taskIdField,
			...cancelFields,
			...listFields,
			...modelFields(seedanceServices, whereBought.show),
			{
				displayName: 'Prompt',
				name: 'prompt',
				type: 'string',
				typeOptions: { rows: 4 },
				default: '',
				placeholder: 'e.g. A red fox trots through fresh snow, the camera follows it',
				displayOptions: whereBought,
				description:
					'What happens in the video, and how the camera moves. With images it may be empty, if the model allows that.',
			},
			...imagesFields(
				seedanceServices,
				{
					[FIRST_FRAME]: {
						placeholder: 'Add First Frame',
						description: 'The image that the video begins with, one at most',
						several: false,
					},
					[IMAGES]: {
						placeholder: 'Add Image',
						description: 'Images that the video begins or ends with, or that it follows',
						roles: IMAGE_ROLES,
					},
					[FIRST_AND_LAST_FRAME]: {
						placeholder: 'Add Frame',
						description: 'The image that the video begins with, and the one that it ends with',
						roles: ['firstFrame', 'lastFrame'],
					},
				},
				BUYS,
			),
			...videoFields(seedanceServices, whereBought.show),
			...aspectRatioFields(seedanceServices, whereBought.show),
			taskOptionsField(seedanceServices, videoOptions(seedanceServices, { '/operation': BUYS })),
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
				).searchModels(this, seedanceServices, filter);
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		// What a run needs is loaded with the first: n8n requires every node when it starts.
		const [{ routeOperation: runProduct }, { seedanceNode: seedanceProduct }] = await Promise.all([
			import('../shared/router.js'),
			import('./parameters.js'),
		]);
		return await runProduct(this, seedanceProduct, {
			items: DEFAULT_MAX_CONCURRENCY,
			submissions: MAX_PARALLEL_TRANSFERS,
		});
	}
}
