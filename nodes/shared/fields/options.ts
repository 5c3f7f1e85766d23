import type { INodeProperties } from 'n8n-workflow';
import {
	DEFAULT_FIELD,
	DEFAULT_MAX_CONCURRENCY,
	DEFAULT_MAX_IMAGES,
	DEFAULT_RESPONSE_FORMAT,
	DEFAULT_TIMEOUT,
} from '../defaults';
import type { ImageService } from '../gateways/gateway';
import type { ImageGateway } from '../gateways/registry';
import { MAX_SET } from '../media/imageRequest';

/** The collection of all that is optional; each gateway shows only what it has. */
export function optionsField(gateways: readonly ImageGateway[]): INodeProperties {
	const where = (has: keyof ImageService['offers']): INodeProperties['displayOptions'] => ({
		show: { '/gateway': gateways.filter(({ seedream }) => seedream.offers[has]).map(({ name }) => name) },
	});
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Download',
				name: 'download',
				type: 'boolean',
				default: true,
				description: 'Whether to put the finished files into the output. When off, only their links are given, which expire.',
			},
			{
				displayName: 'File Name',
				name: 'fileName',
				type: 'string',
				default: '',
				placeholder: 'e.g. cat',
				description: 'The name of the file, by default that of the gateway’s link. The extension is always that of what the file is.',
			},
			{
				displayName: 'Hand Links On',
				name: 'handLinksOn',
				type: 'boolean',
				default: false,
				description: 'Whether the gateway reads reference images that are given as URL. When off, n8n reads them, so links that only n8n can open work, too, and limits are checked before anything is sent.',
			},
			{
				displayName: 'Max Concurrency',
				name: 'maxConcurrency',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 100, numberPrecision: 0 },
				default: DEFAULT_MAX_CONCURRENCY,
				description: 'How many items are in work at the same time',
			},
			{
				displayName: 'Max Images',
				name: 'maxImages',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: MAX_SET, numberPrecision: 0 },
				default: DEFAULT_MAX_IMAGES,
				displayOptions: where('sets'),
				description: `The most images to make of one prompt, up to ${MAX_SET} together with the reference images. The model decides how many it makes, so say the number in the prompt, too. Each is paid for.`,
			},
			{
				displayName: 'Put Output in Field',
				name: 'putOutputInField',
				type: 'string',
				default: DEFAULT_FIELD,
				hint: 'The name of the output field to put the binary file data in',
			},
			{
				displayName: 'Response Format',
				name: 'responseFormat',
				type: 'options',
				options: [
					{ name: 'Base64', value: 'base64', description: 'The gateway sends the file itself' },
					{ name: 'URL', value: 'url', description: 'The gateway sends a link, which the node downloads' },
				],
				default: DEFAULT_RESPONSE_FORMAT,
				displayOptions: where('responseFormat'),
				description: 'How the gateway answers. The output is a file in either case.',
			},
			{
				displayName: 'Timeout',
				name: 'timeout',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: DEFAULT_TIMEOUT,
				description: 'How long to wait for the result of one item, in seconds',
			},
			{
				displayName: 'Watermark',
				name: 'watermark',
				type: 'boolean',
				// The gateways' own default is true, which users do not expect.
				default: false,
				displayOptions: where('watermark'),
				description: 'Whether to put the mark “AI generated” into the corner of the image',
			},
		],
	};
}
