import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { DEFAULT_MAX_IMAGES } from '../shared/generation/defaults';
import type { GptImageOffer } from '../shared/gateways/types';
import type { OfferedService } from '../shared/gateways/offers';
import {
	BACKGROUNDS,
	GPT_IMAGE_OPTION_LABELS,
	MASK,
	MODERATIONS,
	OUTPUT_FORMATS,
	type GptImageModel,
	type GptImageOptions,
} from '../shared/generation/gptImageRequest';
import { imageRowFields } from '../shared/description/inputImages';
import { fieldByModel, repeatField, whereModelsHave } from '../shared/description/model';

type Services = ReadonlyArray<OfferedService<GptImageOffer>>;

const NAMES: Record<string, string> = {
	auto: 'Auto',
	jpeg: 'JPEG',
	png: 'PNG',
	webp: 'WebP',
	xhigh: 'Extra High',
	max: 'Maximum',
};
const toName = (value: string) => NAMES[value] ?? value.charAt(0).toUpperCase() + value.slice(1);
const toChoices = (values: readonly string[]): INodePropertyOptions[] =>
	['auto', ...values]
		.map((value) => ({ name: toName(value), value }))
		.sort((a, b) => a.name.localeCompare(b.name));

/** The options of GPT Image; each gateway and model shows only those that it has. */
export function gptImageOptions(services: Services): INodeProperties[] {
	const whereSupported = (has: (model: GptImageOffer['anyModel']) => boolean) =>
		whereModelsHave<GptImageModel>(services, has);
	const option = (
		name: keyof GptImageOptions,
		rest: Pick<
			INodeProperties,
			'type' | 'default' | 'description' | 'typeOptions' | 'options' | 'placeholder'
		>,
	): INodeProperties[] =>
		repeatField(
			{ displayName: GPT_IMAGE_OPTION_LABELS[name], name, ...rest },
			whereSupported(({ options }) => options.includes(name)),
		);
	const qualities = fieldByModel<GptImageModel>(
		services,
		(model, all) => model.qualities.length < all.qualities.length,
		({ options, qualities: offered }) =>
			options.includes('quality')
				? {
						displayName: GPT_IMAGE_OPTION_LABELS.quality,
						name: 'quality',
						type: 'options',
						options: toChoices(offered),
						default: 'auto',
						description: 'How carefully the image is drawn; a higher one costs more',
					}
				: undefined,
		'/',
	);
	return [
		...option('background', {
			type: 'options',
			options: toChoices(BACKGROUNDS),
			default: 'auto',
			description: 'What is behind what the image shows. A transparent one needs PNG or WebP.',
		}),
		...repeatField(
			{
				displayName: MASK,
				name: 'mask',
				type: 'fixedCollection',
				placeholder: 'Choose Mask',
				default: {},
				options: [
					{
						displayName: 'Image',
						name: 'image',
						values: imageRowFields(
							services.filter(({ service }) => service.anyModel.mask),
							{ several: false },
						),
					},
				],
				description:
					'A PNG as large as the first reference image, transparent where that may be changed',
			},
			whereSupported(({ mask }) => mask !== undefined),
		),
		...repeatField(
			{
				displayName: 'Max Images',
				name: 'maxImages',
				type: 'number',
				typeOptions: {
					minValue: 1,
					maxValue: Math.max(...services.map(({ service }) => service.anyModel.maxImageCount)),
					numberPrecision: 0,
				},
				default: DEFAULT_MAX_IMAGES,
				description: 'How many images to make of one prompt. Each is paid for.',
			},
			whereSupported(({ maxImageCount }) => maxImageCount > 1),
		),
		...option('moderation', {
			type: 'options',
			options: toChoices(MODERATIONS),
			default: 'auto',
			description: 'How strictly the content filter judges the prompt; not with reference images',
		}),
		...option('outputCompression', {
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 100, numberPrecision: 0 },
			default: 100,
			description:
				'The quality of a JPEG or WebP file, from 0 to 100; a lower one makes a smaller file',
		}),
		...option('outputFormat', {
			type: 'options',
			options: toChoices(OUTPUT_FORMATS),
			default: 'auto',
			description: 'What kind of file the image is',
		}),
		...qualities,
		...option('safetyIdentifier', {
			type: 'string',
			default: '',
			placeholder: 'e.g. a hash of the user’s ID',
			description:
				'Tells the users of your application apart, for the maker’s search for abuse; at most 64 characters, and nothing personal',
		}),
	];
}
