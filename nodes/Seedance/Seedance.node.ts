import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { DEFAULT_MAX_CONCURRENCY, MAX_PARALLEL_TRANSFERS } from '../shared/generation/defaults';
import { aspectRatioFields } from '../shared/description/aspectRatio';
import { addDisplayOptions, showForOperations } from '../shared/description/displayOptions';
import { credentialsOf, gatewayField, subtitleOf } from '../shared/description/gateway';
import { imagesFields } from '../shared/description/inputImages';
import { modelFields } from '../shared/description/model';
import { costHint } from '../shared/description/operation';
import { cancelFields, listFields } from '../shared/description/accountOperations';
import {
	CHARGED_OPERATIONS,
	TASK_OPERATION_LABELS,
	taskIdField,
	taskOperationFields,
	taskOptionsField,
	taskOutputs,
} from '../shared/description/taskOperations';
import { resumeWebhooks } from '../shared/description/resumeWebhooks';
import { videoFields } from './fields';
import { optionFields } from './options';
import { seedanceOffers } from '../shared/gateways/offers';
import { FIRST_AND_LAST_FRAME, FIRST_FRAME, IMAGES } from '../shared/generation/labels';
import { IMAGE_ROLES } from '../shared/generation/seedanceRequest';

const FOR_CHARGED = { show: { operation: CHARGED_OPERATIONS } };

/** The node that generates videos with Seedance. */
export class Seedance implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedance',
		name: 'seedance',
		icon: { light: 'file:../../icons/seedance.svg', dark: 'file:../../icons/seedance.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(seedanceOffers, TASK_OPERATION_LABELS, CHARGED_OPERATIONS),
		description: 'Generate videos with Seedance',
		defaults: { name: 'Seedance' },
		// Otherwise n8n would name the node after its operation, and two of the three alike.
		skipNameGeneration: true,
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: taskOutputs(seedanceOffers),
		webhooks: resumeWebhooks(),
		hints: [costHint(CHARGED_OPERATIONS)],
		credentials: credentialsOf(seedanceOffers),
		properties: [
			gatewayField(seedanceOffers),
			...taskOperationFields('Video', seedanceOffers),
			taskIdField,
			...cancelFields,
			...listFields,
			...addDisplayOptions(FOR_CHARGED, [
				...modelFields(seedanceOffers),
				{
					displayName: 'Prompt',
					name: 'prompt',
					type: 'string',
					typeOptions: { rows: 4 },
					default: '',
					placeholder: 'e.g. A red fox trots through fresh snow, the camera follows it',
					description:
						'What happens in the video, and how the camera moves. With images it may be empty, if the model allows that.',
				},
			]),
			...addDisplayOptions(
				showForOperations(CHARGED_OPERATIONS),
				imagesFields(seedanceOffers, {
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
				}),
			),
			...addDisplayOptions(FOR_CHARGED, [
				...videoFields(seedanceOffers),
				...aspectRatioFields(seedanceOffers),
			]),
			taskOptionsField(seedanceOffers, optionFields(seedanceOffers)),
		],
	};

	methods = {
		listSearch: {
			async searchModels(
				this: ILoadOptionsFunctions,
				filter?: string,
			): Promise<INodeListSearchResult> {
				const [{ searchModels }, { seedanceServices }] = await Promise.all([
					import('../shared/account/searchModels.js'),
					import('../shared/gateways/registry.js'),
				]);
				return await searchModels(this, seedanceServices, filter);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		try {
			const [{ answerResumeCall }, { seedanceServices }] = await Promise.all([
				import('../shared/durableWait/resumeCall.js'),
				import('../shared/gateways/registry.js'),
			]);
			return answerResumeCall(this, seedanceServices);
		} catch {
			// n8n would end the execution with the error. The package may be in the middle of an update.
			return { webhookResponse: { received: false } };
		}
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		// n8n requires every node when it starts, so the code for a run is loaded with the first run.
		const [{ routeOperation }, { seedanceNode }] = await Promise.all([
			import('../shared/router.js'),
			import('./parameters.js'),
		]);
		return await routeOperation(this, seedanceNode, {
			items: DEFAULT_MAX_CONCURRENCY,
			submissions: MAX_PARALLEL_TRANSFERS,
		});
	}
}
