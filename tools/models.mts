import {
	gptImageServices,
	seedanceServices,
	seedreamServices,
	type GatewayService,
} from '../nodes/shared/gateways/registry.js';
import type { GptImageService, SeedreamService } from '../nodes/shared/gateways/types.js';
import type { GptImageModel, GptImageOptions } from '../nodes/shared/generation/gptImageRequest.js';
import type { ImageModel, ImageOptions } from '../nodes/shared/generation/seedreamRequest.js';
import type { Known, MediaModel } from '../nodes/shared/generation/request.js';
import { endDate, priceMark } from '../nodes/shared/generation/modelCatalog.js';
import { lengthsIn, type VideoModel } from '../nodes/shared/generation/seedanceRequest.js';
import { ToolError } from './processes.mjs';
import { SOURCE_WORDS } from './sourceWords.mjs';

const BEGIN = '<!-- models:begin -->';
const END = '<!-- models:end -->';

/** The models of every gateway in Markdown, a table for each node: what the gateways' own tables say. */
export function modelTables(): string {
	return [
		...tableOf('Seedream', seedreamServices, pictureFacts),
		...tableOf('Seedance', seedanceServices, videoFacts),
		...tableOf('GPT Image', gptImageServices, gptPictureFacts),
	].join('\n');
}

/**
 * The README with the models as they are, between its two marks.
 * @throws ToolError where the marks are not there, once each and in order
 */
export function withModels(readme: string): string {
	const [before = '', fromBegin = '', ...moreBegins] = readme.split(BEGIN);
	const [, after = '', ...moreEnds] = fromBegin.split(END);
	if (
		readme !== before + BEGIN + fromBegin ||
		!fromBegin.includes(END) ||
		moreBegins.length + moreEnds.length > 0
	) {
		throw new ToolError(`README.md has to have ${BEGIN} and after it ${END}, once each.`);
	}
	return `${before}${BEGIN}\n\n${modelTables()}\n${END}${after}`;
}

/** @param factsOf what a model takes; what it says nothing of is left out */
function tableOf<Model extends MediaModel, Service extends { models: ReadonlyArray<Known<Model>> }>(
	node: string,
	servers: ReadonlyArray<GatewayService<Service>>,
	factsOf: (model: Model, service: Service) => string[],
): string[] {
	const rows = servers.flatMap(({ gateway, service }) =>
		service.models.map((model) => {
			const { name, id, source } = model;
			const notes = notesOf(model, service.models).join('; ');
			return `| ${gateway.displayName} | ${name} | \`${id}\` | ${factsOf(model, service).join('; ')} | ${notes} | ${SOURCE_WORDS[source]} |`;
		}),
	);
	return [
		`### ${node}`,
		'',
		'| Gateway | Model | ID | What it takes | Price and end | Known from |',
		'| --- | --- | --- | --- | --- | --- |',
		...rows,
		'',
	];
}

/** Later than any end: what is said here holds on every day, and so do the prices of what lives on. */
const AT_LAST = new Date('2100-01-01');

/** Where a model stands by its price, and when its maker ends it. */
function notesOf<Model extends MediaModel>(
	model: Known<Model>,
	models: ReadonlyArray<Known<Model>>,
): string[] {
	const price = priceMark(model, models, AT_LAST);
	return [
		...(price === undefined ? [] : [`the ${price}`]),
		...(model.end ? [`its maker’s end: ${endDate(model.end)}`] : []),
	];
}

const IMAGE_OPTION_WORDS: Record<keyof ImageOptions, string> = {
	background: 'transparent background',
	fastPrompt: 'fast prompt',
	layers: 'split into layers',
	outputFormat: 'output format',
	webSearch: 'web search',
};

function pictureFacts(
	{ resolutions, pixels, references, options = [], isSingle }: ImageModel,
	service: SeedreamService,
): string[] {
	const { maxCount } = references ?? service.references;
	return [
		resolutions.join(', '),
		...(pixels ? ['own width and height'] : []),
		...(service.offers.sets ? [isSingle ? 'one picture at a time' : 'sets'] : []),
		...countFact(maxCount, 'reference image'),
		...options.map((option) => IMAGE_OPTION_WORDS[option]),
	];
}

function videoFacts({
	resolutions,
	duration,
	fromText,
	roles,
	references,
	maxVideos: mostVideos,
	maxAudios: mostAudios,
	options,
}: VideoModel): string[] {
	const frames = [
		...(roles.includes('firstFrame') ? ['first frame'] : []),
		...(roles.includes('lastFrame') ? ['last frame'] : []),
	];
	return [
		...(resolutions.length > 0 ? [resolutions.join(', ')] : []),
		...(duration ? [`${lengthsIn(duration)} seconds`] : []),
		...(frames.length > 0
			? [`${frames.join(', ')}${fromText ? '' : ' (one image is needed)'}`]
			: []),
		...(roles.includes('reference') ? countFact(references?.maxCount, 'reference image') : []),
		...countFact(mostVideos, 'reference video'),
		...countFact(mostAudios, 'reference sound'),
		...(options.includes('generateAudio') ? ['makes sound'] : []),
		...(options.includes('draft') ? ['drafts'] : []),
	];
}

const OPTION_WORDS: Record<keyof GptImageOptions, string> = {
	background: 'background',
	moderation: 'moderation',
	outputCompression: 'output compression',
	outputFormat: 'output format',
	quality: 'quality',
	safetyIdentifier: 'safety identifier',
};

function gptPictureFacts(
	{
		maxImageCount: mostImages,
		options,
		qualities,
		resolutions,
		pixels,
		mask,
		isTextOnly = false,
	}: GptImageModel,
	{ references }: GptImageService,
): string[] {
	return [
		...(resolutions.length > 0
			? [`${resolutions.filter((resolution) => resolution !== 'auto').join(', ')}`]
			: []),
		...(pixels ? ['own width and height'] : []),
		...(mostImages > 1 ? [`up to ${mostImages} pictures`] : []),
		...options.map((option) =>
			option === 'quality' && qualities.includes('max')
				? 'quality up to the maximum'
				: OPTION_WORDS[option],
		),
		...(isTextOnly ? [] : countFact(references.maxCount, 'reference image')),
		...(mask ? ['mask'] : []),
	];
}

function countFact(most = 0, what: string): string[] {
	return most === 0 ? [] : [`${most} ${what}${most === 1 ? '' : 's'}`];
}
