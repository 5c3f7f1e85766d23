import type { INodeProperties } from 'n8n-workflow';
import type { OfferedService } from '../gateways/offers';
import type { ServiceOffer } from '../gateways/types';
import type { Resolution } from '../generation/imageSize';
import { REFERENCE_IMAGES } from '../generation/labels';
import { aspectRatioFields } from './aspectRatio';
import { addDisplayOptions, showForOperations } from './displayOptions';
import { pixelFields, resolutionFields, type SizedModel } from './imageSize';
import { imagesFields } from './inputImages';
import { modelFields } from './model';

/**
 * The fields that every node for images has besides its gateway, operation and options: model, prompt, input images and
 * size.
 * @param operations those that generate images
 * @param defaultResolution offered by every model that leaves a choice
 */
export function imageFields<Model extends SizedModel>(
	services: ReadonlyArray<OfferedService<ServiceOffer<Model>>>,
	operations: string[],
	defaultResolution: Resolution | 'auto',
): INodeProperties[] {
	const show = { show: { operation: operations } };
	return [
		...addDisplayOptions(show, [
			...modelFields(services),
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
			showForOperations(operations),
			imagesFields(services, {
				[REFERENCE_IMAGES]: {
					placeholder: 'Add Reference Image',
					description: 'Images that the result follows or changes',
				},
			}),
		),
		...addDisplayOptions(show, [
			...resolutionFields(services, defaultResolution),
			// A custom size has an aspect ratio of its own.
			...addDisplayOptions({ hide: { resolution: ['custom'] } }, aspectRatioFields(services)),
			...pixelFields(services),
		]),
	];
}
