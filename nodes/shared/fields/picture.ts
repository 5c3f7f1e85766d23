import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { DEFAULT_HEIGHT, DEFAULT_RESOLUTION, DEFAULT_WIDTH } from '../defaults';
import type { ImageService } from '../gateways/gateway';
import type { Server } from '../gateways/registry';
import type { ImageModel } from '../media/imageRequest';
import { RESOLUTIONS, type Resolution } from '../media/pictureSize';
import { fieldByModel } from './model';

const RESOLUTION_DESCRIPTIONS: Record<Resolution, string> = {
	'1K': 'About 1024 × 1024 pixels',
	'2K': 'About 2048 × 2048 pixels',
	'3K': 'About 3072 × 3072 pixels',
	'4K': 'About 4096 × 4096 pixels',
};

function resolutionOptions(resolutions: readonly Resolution[], custom: boolean): INodePropertyOptions[] {
	const options = RESOLUTIONS.filter((name) => resolutions.includes(name)).map((name) => ({
		name,
		value: name,
		description: RESOLUTION_DESCRIPTIONS[name],
	}));
	return custom ? [...options, { name: 'Custom', value: 'custom', description: 'Own width and height' }] : options;
}

type Where = NonNullable<IDisplayOptions['show']>;

/**
 * The resolution, with what each gateway's model offers.
 * @param show what else it depends on
 */
export const resolutionFields = (servers: ReadonlyArray<Server<ImageService>>, show: Where): INodeProperties[] =>
	fieldByModel<ImageModel>(
		servers,
		show,
		(model, all) => model.resolutions.length < all.resolutions.length,
		({ resolutions, pixels }) => ({
			displayName: 'Resolution',
			name: 'resolution',
			type: 'options',
			options: resolutionOptions(resolutions, pixels !== undefined),
			default: DEFAULT_RESOLUTION,
			description: 'How large the image is; a larger one may cost more',
		}),
	);

/**
 * Own width and height, shown for the resolution "Custom".
 * @param show what else they depend on
 */
export function pixelFields(servers: ReadonlyArray<Server<ImageService>>, show: Where): INodeProperties[] {
	const gateway = servers.filter(({ service }) => service.anyModel.pixels).map((server) => server.gateway.name);
	const displayOptions = { show: { gateway, resolution: ['custom'], ...show } };
	return [
		{
			displayName: 'Width',
			name: 'width',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			default: DEFAULT_WIDTH,
			displayOptions,
			description: 'The width of the image in pixels',
		},
		{
			displayName: 'Height',
			name: 'height',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			default: DEFAULT_HEIGHT,
			displayOptions,
			description: 'The height of the image in pixels',
		},
	];
}
