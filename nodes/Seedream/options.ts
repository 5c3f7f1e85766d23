import type { INodeProperties } from 'n8n-workflow';
import {
	DEFAULT_MAX_CONCURRENCY,
	DEFAULT_MAX_IMAGES,
	DEFAULT_RESPONSE_FORMAT,
	DEFAULT_TIMEOUT,
} from '../shared/generation/defaults';
import type { SeedreamOffer } from '../shared/gateways/types';
import type { OfferedService } from '../shared/gateways/offers';
import {
	IMAGE_OPTION_LABELS,
	MAX_SET,
	type ImageModel,
	type ImageOptions,
} from '../shared/generation/seedreamRequest';
import { repeatField, whereModelsHave } from '../shared/description/model';
import {
	downloadOption,
	fileNameOption,
	maxConcurrencyOption,
	putOutputInFieldOption,
	timeoutOption,
} from '../shared/description/options';

/** The options of Seedream; each gateway shows only those that it has. */
export function seedreamOptions(
	services: ReadonlyArray<OfferedService<SeedreamOffer>>,
): INodeProperties[] {
	const whereOffered = (has: keyof SeedreamOffer['offers']): INodeProperties['displayOptions'] => ({
		show: {
			'/gateway': services
				.filter(({ service }) => service.offers[has])
				.map(({ gateway }) => gateway.name),
		},
	});
	const whereSupported = (name: keyof ImageOptions) =>
		whereModelsHave<ImageModel>(services, ({ options = [] }) => options.includes(name));
	/** At the gateways that have it, unless the model generates a single image. */
	const whereSetsSupported = (has: 'sets' | 'stream') =>
		whereModelsHave<ImageModel>(
			services.filter(({ service }) => service.offers[has]),
			({ isSingle }) => !isSingle,
		);
	return [
		...repeatField(
			{
				displayName: IMAGE_OPTION_LABELS.background,
				name: 'background',
				type: 'options',
				options: [
					{ name: 'Auto', value: 'auto' },
					{ name: 'Opaque', value: 'opaque' },
					{
						name: 'Transparent',
						value: 'transparent',
						description: 'Needs one reference image that has transparent parts, and makes a PNG',
					},
				],
				default: 'auto',
				description: 'What is behind what the image shows',
			},
			whereSupported('background'),
		),
		downloadOption,
		...repeatField(
			{
				displayName: 'Fast Prompt',
				name: 'fastPrompt',
				type: 'boolean',
				default: false,
				description:
					'Whether the model spends less time on putting the prompt into better words, at some cost of quality',
			},
			whereSupported('fastPrompt'),
		),
		fileNameOption,
		{
			displayName: 'Let Gateway Read URLs',
			name: 'handLinksOn',
			type: 'boolean',
			default: false,
			description:
				'Whether the gateway reads reference images that are given as URL. When off, n8n reads them and sends them inside the request, so links that only n8n can open work, too, and limits are checked before anything is sent.',
		},
		maxConcurrencyOption(DEFAULT_MAX_CONCURRENCY),
		...repeatField(
			{
				displayName: 'Max Images',
				name: 'maxImages',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: MAX_SET, numberPrecision: 0 },
				default: DEFAULT_MAX_IMAGES,
				description: `The most images to make of one prompt, up to ${MAX_SET} together with the reference images. The model decides how many it makes, so say the number in the prompt, too. Each is paid for.`,
			},
			whereSetsSupported('sets'),
		),
		...repeatField(
			{
				displayName: 'Output Format',
				name: 'outputFormat',
				type: 'options',
				options: [
					{ name: 'Auto', value: 'auto' },
					{ name: 'JPEG', value: 'jpeg' },
					{ name: 'PNG', value: 'png' },
				],
				default: 'auto',
				description: 'What kind of file the image is',
			},
			whereSupported('outputFormat'),
		),
		putOutputInFieldOption,
		{
			displayName: 'Response Format',
			name: 'responseFormat',
			type: 'options',
			options: [
				{ name: 'Base64', value: 'base64', description: 'The gateway sends the file itself' },
				{
					name: 'URL',
					value: 'url',
					description: 'The gateway sends a link, which the node downloads',
				},
			],
			default: DEFAULT_RESPONSE_FORMAT,
			displayOptions: whereOffered('responseFormat'),
			description: 'How the gateway answers. The output is a file in either case.',
		},
		...repeatField(
			{
				displayName: IMAGE_OPTION_LABELS.layers,
				name: 'layers',
				type: 'boolean',
				default: false,
				description:
					'Whether to split the one reference image into its background and up to 16 things on it, each a PNG in an item of its own. The prompt may say which. Each layer is paid for.',
			},
			whereSupported('layers'),
		),
		...repeatField(
			{
				displayName: 'Stream Images',
				name: 'stream',
				type: 'boolean',
				default: true,
				description:
					'Whether each picture comes as soon as it is drawn. When off, all come in one answer: a gateway may give up a connection that is silent for minutes, and a long set with it.',
			},
			whereSetsSupported('stream'),
		),
		timeoutOption(DEFAULT_TIMEOUT, 'How long to wait for the result of one item, in seconds'),
		{
			displayName: 'Watermark',
			name: 'watermark',
			type: 'boolean',
			// The gateways' own default is true, which users do not expect.
			default: false,
			displayOptions: whereOffered('watermark'),
			description: 'Whether to put the mark “AI generated” into the corner of the image',
		},
		...repeatField(
			{
				displayName: 'Web Search',
				name: 'webSearch',
				type: 'boolean',
				default: false,
				description: 'Whether the model may look things up in the web, for pictures of what is new',
			},
			whereSupported('webSearch'),
		),
	];
}
