import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { DEFAULT_HEIGHT, DEFAULT_WIDTH } from '../generation/defaults';
import type { ModelOffer } from '../gateways/types';
import type { GatewayService } from '../gateways/registry';
import type { MediaModel } from '../generation/request';
import { RESOLUTIONS, type PixelRules, type Resolution } from '../generation/imageSize';
import { fieldByModel, placed, whereModelsHave } from './model';

/** A model whose pictures may have several sizes. */
interface SizedModel extends MediaModel {
	resolutions: ReadonlyArray<Resolution | 'auto'>;
	pixels?: PixelRules;
}

type SizedServers<Model extends SizedModel> = ReadonlyArray<GatewayService<ModelOffer<Model>>>;

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

type Where = NonNullable<IDisplayOptions['show']>;

/**
 * The resolution, with what each gateway's model offers; none for a model that has no choice of it.
 * @param show what else it depends on
 * @param defaultValue one that every model offers which has a choice
 */
export const resolutionFields = <Model extends SizedModel>(
	services: SizedServers<Model>,
	show: Where,
	defaultValue: Resolution | 'auto',
): INodeProperties[] =>
	fieldByModel<Model>(
		services,
		show,
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

/**
 * Own width and height, shown for the resolution "Custom".
 * @param show what else they depend on
 */
export function pixelFields<Model extends SizedModel>(
	services: SizedServers<Model>,
	show: Where,
): INodeProperties[] {
	// A model without sizes of one's own hides the resolution, too, whose "Custom" may be left over from another.
	const places = whereModelsHave<Model>(
		services,
		({ pixels }) => pixels !== undefined,
		{ resolution: ['custom'], ...show },
		'',
	);
	const field = (name: string, displayName: string, value: number, description: string) =>
		placed(
			{
				displayName,
				name,
				type: 'number',
				typeOptions: { minValue: 1, numberPrecision: 0 },
				default: value,
				description,
			},
			places,
		);
	return [
		...field('width', 'Width', DEFAULT_WIDTH, 'The width of the image in pixels'),
		...field('height', 'Height', DEFAULT_HEIGHT, 'The height of the image in pixels'),
	];
}
