import { z } from 'zod';
import {
	DEFAULT_HEIGHT,
	DEFAULT_MAX_IMAGES,
	DEFAULT_RESOLUTION,
	DEFAULT_RESPONSE_FORMAT,
	DEFAULT_TIMEOUT,
	DEFAULT_WIDTH,
} from '../shared/generation/defaults';
import { adviceOn, checkLife, modelOf } from '../shared/parameters/choices';
import { COMMON_FALLBACKS, commonFields, commonOptions } from '../shared/parameters/common';
import { numberOr, oneOfOr, optionalYesOrNo, yesOrNoOr } from '../shared/parameters/schemas';
import type { ImageService } from '../shared/gateways/types';
import { seedreamServers } from '../shared/gateways/registry';
import { exchangeOf } from '../shared/execution/job';
import { checkImageRequest } from '../shared/generation/seedreamChecks';
import { IMAGE_OPTION_LABELS, type ImageModel, type ImageOptions, type ImageRequest } from '../shared/generation/seedreamRequest';
import { checkOptions } from '../shared/generation/requestChecks';
import type { Asked } from '../shared/generation/request';
import { RESOLUTIONS } from '../shared/generation/imageSize';
import type { Product } from '../shared/parameters/prepareJob';

const seedreamForm = z.object({
	...commonFields,
	resolution: oneOfOr([...RESOLUTIONS, 'custom'], DEFAULT_RESOLUTION),
	width: numberOr(DEFAULT_WIDTH),
	height: numberOr(DEFAULT_HEIGHT),
	options: z
		.object({
			...commonOptions(DEFAULT_TIMEOUT),
			maxImages: numberOr(DEFAULT_MAX_IMAGES),
			responseFormat: oneOfOr(['url', 'base64'], DEFAULT_RESPONSE_FORMAT),
			stream: optionalYesOrNo,
			background: oneOfOr(['auto', 'opaque', 'transparent'], 'auto'),
			fastPrompt: yesOrNoOr(false),
			layers: yesOrNoOr(false),
			outputFormat: oneOfOr(['auto', 'jpeg', 'png'], 'auto'),
			webSearch: yesOrNoOr(false),
			watermark: yesOrNoOr(false),
		})
		.default({}),
});

/** A picture that is split, and what it is split into. */
const MOST_LAYERS = 17;

type SeedreamForm = z.output<typeof seedreamForm>;
type Chosen = Omit<ImageModel, 'id' | 'name'>;

/** Seedream pictures. */
export const seedreamProduct: Product<ImageService, SeedreamForm> = {
	servers: seedreamServers,
	schema: seedreamForm,
	fallbacks: { ...COMMON_FALLBACKS, resolution: DEFAULT_RESOLUTION, width: DEFAULT_WIDTH, height: DEFAULT_HEIGHT },
	wish(form, references, server) {
		const { service } = server;
		const model = modelOf(seedreamServers, server, form.model);
		const asked = { ...askedFor(service, model, form), options: optionsOf(model, form.options) };
		const now = new Date();
		return {
			model: model.id,
			asked,
			mostFiles: asked.options.layers === true ? MOST_LAYERS : asked.maxImages,
			isSet: asked.maxImages > 1 || asked.options.layers === true,
			...(model.references === undefined ? {} : { rules: model.references }),
			check() {
				checkLife(service, model.id, now);
				checkOptions(model.name, askedOptions(model, service, form.options));
				checkImageRequest(asked, references.length, model, service, service.imagesLabel);
			},
			exchange: (images) => exchangeOf(service, { ...asked, images }, adviceOn(service, model.id, now)),
		};
	},
};

/** Of what the form says, what the model has. */
function optionsOf({ options: offered = [] }: Chosen, { background, fastPrompt, layers, outputFormat, webSearch }: SeedreamForm['options']): ImageOptions {
	return {
		...(fastPrompt && offered.includes('fastPrompt') ? { fastPrompt } : {}),
		...(outputFormat === 'auto' || !offered.includes('outputFormat') ? {} : { outputFormat }),
		...(webSearch && offered.includes('webSearch') ? { webSearch } : {}),
		...(background === 'auto' || !offered.includes('background') ? {} : { background }),
		...(layers && offered.includes('layers') ? { layers } : {}),
	};
}

/** The options that ask for something, which not every model has. */
function askedOptions({ options: offered = [], isSingle = false }: Chosen, { offers }: ImageService, form: SeedreamForm['options']) {
	const { background, fastPrompt, layers, outputFormat, stream, webSearch } = form;
	const asked: Record<keyof ImageOptions, boolean> = { background: background !== 'auto', fastPrompt, layers, outputFormat: outputFormat !== 'auto', webSearch };
	const names = Object.keys(IMAGE_OPTION_LABELS).filter((name): name is keyof ImageOptions => name in asked);
	return [
		...names.map((name) => ({ label: IMAGE_OPTION_LABELS[name], isTaken: offered.includes(name), isAsked: asked[name] })),
		{ label: 'Stream Images', isTaken: !isSingle, isAsked: offers.stream && stream === true },
	];
}

function askedFor({ offers }: ImageService, model: Chosen & { id: string }, form: SeedreamForm): Omit<Asked<ImageRequest>, 'options'> {
	const { prompt, resolution, width, height, aspectRatio } = form;
	const { watermark, responseFormat } = form.options;
	const custom = resolution === 'custom';
	const maxImages = offers.sets ? form.options.maxImages : 1;
	// Of an id that is not known it is not known either whether it streams; a set, which takes long, does.
	const streams = model.isSingle === undefined && !('source' in model) ? maxImages > 1 : model.isSingle !== true;
	return {
		model: model.id,
		prompt,
		size: custom ? { width, height } : resolution,
		aspectRatio: custom ? 'auto' : aspectRatio,
		maxImages,
		watermark: offers.watermark && watermark,
		responseFormat: offers.responseFormat ? responseFormat : 'url',
		stream: offers.stream && (form.options.stream ?? streams),
	};
}
