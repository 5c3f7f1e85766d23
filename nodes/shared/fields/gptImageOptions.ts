import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { DEFAULT_MAX_IMAGES } from '../defaults';
import type { GptImageService } from '../gateways/gateway';
import type { Server } from '../gateways/registry';
import { BACKGROUNDS, OUTPUT_FORMATS, QUALITIES, type GptImageModel } from '../media/gptImageRequest';
import { whereModelsHave } from './model';

type Where = NonNullable<IDisplayOptions['show']>;

const NAMES: Record<string, string> = { auto: 'Auto', jpeg: 'JPEG', png: 'PNG', webp: 'WebP' };
const named = (value: string) => NAMES[value] ?? value.charAt(0).toUpperCase() + value.slice(1);
const choice = (values: readonly string[]): INodePropertyOptions[] => ['auto', ...values].map((value) => ({ name: named(value), value }));

/**
 * The options of GPT Image; each gateway shows only what it has.
 * @param where what else they depend on
 */
export function gptImageOptions(servers: ReadonlyArray<Server<GptImageService>>, where: Where): INodeProperties[] {
	const whereOffered = (has: (model: GptImageService['anyModel']) => boolean) => whereModelsHave<GptImageModel>(servers, has, where);
	return [
		{
			displayName: 'Background',
			name: 'background',
			type: 'options',
			options: choice(BACKGROUNDS),
			default: 'auto',
			displayOptions: whereOffered(({ options }) => options.includes('background')),
			description: 'What is behind what the image shows. A transparent one needs PNG or WebP.',
		},
		{
			displayName: 'Max Images',
			name: 'maxImages',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: Math.max(...servers.map(({ service }) => service.anyModel.mostImages)), numberPrecision: 0 },
			default: DEFAULT_MAX_IMAGES,
			displayOptions: whereOffered(({ mostImages }) => mostImages > 1),
			description: 'How many images to make of one prompt. Each is paid for.',
		},
		{
			displayName: 'Output Format',
			name: 'outputFormat',
			type: 'options',
			options: choice(OUTPUT_FORMATS),
			default: 'auto',
			displayOptions: whereOffered(({ options }) => options.includes('outputFormat')),
			description: 'What kind of file the image is',
		},
		{
			displayName: 'Quality',
			name: 'quality',
			type: 'options',
			options: choice(QUALITIES),
			default: 'auto',
			displayOptions: whereOffered(({ options }) => options.includes('quality')),
			description: 'How carefully the image is drawn; a higher one costs more',
		},
	];
}
