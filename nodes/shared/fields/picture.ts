import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { DEFAULT_ASPECT_RATIO, DEFAULT_HEIGHT, DEFAULT_RESOLUTION, DEFAULT_WIDTH } from '../defaults';
import type { ImageGateway } from '../gateways/registry';
import { RESOLUTIONS, type Resolution } from '../media/pictureSize';

const RATIO_NAMES: Record<string, string> = {
	auto: 'Auto',
	'1:1': '1:1 (Square)',
	'16:9': '16:9 (Landscape)',
	'9:16': '9:16 (Portrait)',
	'4:3': '4:3 (Landscape)',
	'3:4': '3:4 (Portrait)',
	'3:2': '3:2 (Landscape)',
	'2:3': '2:3 (Portrait)',
	'21:9': '21:9 (Cinema)',
	'9:21': '9:21 (Tall)',
};

/** The aspect ratio, with what each gateway offers. Own pixels have their own ratio. */
export function aspectRatioFields(gateways: readonly ImageGateway[]): INodeProperties[] {
	return gateways.map(({ name, seedream }) => ({
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		options: seedream.aspectRatios.map((value) => ({
			name: RATIO_NAMES[value] ?? value,
			value,
			...(value === 'auto' ? { description: 'The model chooses what suits the prompt and the reference images' } : {}),
		})),
		default: DEFAULT_ASPECT_RATIO,
		displayOptions: { show: { gateway: [name] }, hide: { resolution: ['custom'] } },
	}));
}

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

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * The resolution, with what each gateway's model offers. A model has its own field where it offers
 * less than the gateway does in all; an id typed by hand, or an expression, gets everything.
 */
export function resolutionFields(gateways: readonly ImageGateway[]): INodeProperties[] {
	return gateways.flatMap(({ name, seedream }) => {
		const everything = seedream.anyModel;
		const field = (offered: typeof everything, hide?: NonNullable<INodeProperties['displayOptions']>['hide']): INodeProperties => ({
			displayName: 'Resolution',
			name: 'resolution',
			type: 'options',
			options: resolutionOptions(offered.resolutions, offered.pixels !== undefined),
			default: DEFAULT_RESOLUTION,
			displayOptions: { show: { gateway: [name] }, ...(hide ? { hide } : {}) },
		});
		// An empty field means the first model.
		const narrower = seedream.models
			.map((model, index) => ({ model, ids: index === 0 ? [model.id, ''] : [model.id] }))
			.filter(({ model }) => model.resolutions.length < everything.resolutions.length);
		if (narrower.length === 0) return [field(everything)];
		return [
			// Said as what hides it: a condition to show would hold for every expression, too.
			...narrower.map(({ model, ids }) =>
				field(model, { model: [{ _cnd: { regex: `^(?!(${ids.map(escaped).join('|')})$)` } }] }),
			),
			field(everything, { model: narrower.flatMap(({ ids }) => ids) }),
		];
	});
}

/** Own width and height, shown for the resolution "Custom". */
export function pixelFields(gateways: readonly ImageGateway[]): INodeProperties[] {
	const gateway = gateways.filter(({ seedream }) => seedream.anyModel.pixels).map(({ name }) => name);
	const displayOptions = { show: { gateway, resolution: ['custom'] } };
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
