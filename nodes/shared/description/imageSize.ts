import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { DEFAULT_HEIGHT, DEFAULT_WIDTH } from '../generation/defaults';
import type { ModelOffer } from '../gateways/types';
import type { OfferedService } from '../gateways/offers';
import type { MediaModel } from '../generation/request';
import { RESOLUTIONS, type PixelRules, type Resolution } from '../generation/imageSize';
import { addDisplayOptions } from './displayOptions';
import { fieldByModel, repeatField, whereModelsHave } from './model';

/** A model whose images may have several sizes. */
export interface SizedModel extends MediaModel {
	resolutions: ReadonlyArray<Resolution | 'auto'>;
	pixels?: PixelRules;
}

type SizedServices<Model extends SizedModel> = ReadonlyArray<OfferedService<ModelOffer<Model>>>;

const RESOLUTION_DESCRIPTIONS: Record<Resolution | 'auto', string> = {
	auto: 'The model chooses what suits the prompt; with an aspect ratio about one megapixel',
	'1K': 'About 1024 × 1024 pixels',
	'1.5K': 'About 1536 × 1536 pixels',
	'2K': 'About 2048 × 2048 pixels',
	'3K': 'About 3072 × 3072 pixels',
	'4K': 'About 4096 × 4096 pixels, or as many as the model makes',
};

function resolutionOptions(
	resolutions: SizedModel['resolutions'],
	custom: boolean,
): INodePropertyOptions[] {
	const options = (['auto', ...RESOLUTIONS] as const)
		.filter((value) => resolutions.includes(value))
		.map((value) => ({
			name: value === 'auto' ? 'Auto' : value,
			value,
			description: RESOLUTION_DESCRIPTIONS[value],
		}));
	return custom
		? [...options, { name: 'Custom', value: 'custom', description: 'Own width and height' }]
		: options;
}

/**
 * The resolution, with the choices that each gateway and model offers. There is none for a model that leaves no choice.
 * @param defaultValue offered by every model that leaves a choice
 */
export const resolutionFields = <Model extends SizedModel>(
	services: SizedServices<Model>,
	defaultValue: Resolution | 'auto',
): INodeProperties[] =>
	fieldByModel<Model>(
		services,
		(model, all) => model.resolutions.length < all.resolutions.length,
		({ resolutions, pixels }) =>
			resolutions.length === 0
				? undefined
				: {
						displayName: 'Resolution',
						name: 'resolution',
						type: 'options',
						options: resolutionOptions(resolutions, pixels !== undefined),
						default: defaultValue,
						description: 'How large the image is; a larger one may cost more',
					},
	);

/** A custom width and height, shown for the resolution "Custom". */
export function pixelFields<Model extends SizedModel>(
	services: SizedServices<Model>,
): INodeProperties[] {
	// "Custom" may be left over from another model, so the fields also depend on the model.
	const conditions = whereModelsHave<Model>(services, ({ pixels }) => pixels !== undefined, '');
	const field = (name: string, displayName: string, value: number, description: string) =>
		repeatField(
			{
				displayName,
				name,
				type: 'number',
				typeOptions: { minValue: 1, numberPrecision: 0 },
				default: value,
				description,
			},
			conditions,
		);
	return addDisplayOptions({ show: { resolution: ['custom'] } }, [
		...field('width', 'Width', DEFAULT_WIDTH, 'The width of the image in pixels'),
		...field('height', 'Height', DEFAULT_HEIGHT, 'The height of the image in pixels'),
	]);
}
