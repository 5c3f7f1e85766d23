import sharp from 'sharp';
import { gptImageNode } from '../../nodes/GptImage/parameters.js';
import { seedanceNode } from '../../nodes/Seedance/parameters.js';
import { seedreamNode } from '../../nodes/Seedream/parameters.js';
import type { Reference } from '../../nodes/shared/parameters/inputImages.js';
import type {
	Gateway,
	GenerationService,
	GptImageService,
	SeedreamService,
	TaskApi,
	SeedanceService,
} from '../../nodes/shared/gateways/types.js';
import type { GatewayService } from '../../nodes/shared/gateways/registry.js';
import type { BoundRequest } from '../../nodes/shared/execution/job.js';
import { toDataUri } from '../../nodes/shared/media/dataUri.js';
import type { Known, MediaModel } from '../../nodes/shared/generation/request.js';
import { lifeOf } from '../../nodes/shared/generation/modelCatalog.js';
import { RESOLUTIONS } from '../../nodes/shared/generation/imageSize.js';
import { VIDEO_RESOLUTIONS } from '../../nodes/shared/generation/seedanceRequest.js';
import { checkLife, getModel } from '../../nodes/shared/parameters/choices.js';
import type { GenerationNode } from '../../nodes/shared/parameters/generationNode.js';
import { bindRequest } from '../../nodes/shared/parameters/prepareRequest.js';

/** What a gateway may offer, and what people call it. */
export const SERVICES = {
	seedream: 'Seedream',
	seedance: 'Seedance',
	gptImage: 'GPT Image',
} as const;
export type ServiceName = keyof typeof SERVICES;
export const SERVICE_NAMES = [
	'seedream',
	'seedance',
	'gptImage',
] as const satisfies readonly ServiceName[];

/** Nothing that any filter could mind, and quickly drawn. */
export const PROMPT = 'A plain red circle on a white background';

/** The cheapest thing that a service can be asked for. */
export interface LiveOrder {
	service: ServiceName;
	/** What is ordered, for whoever pays for it. */
	words: string;
	makes: 'image' | 'video';
	exchange: BoundRequest;
	/** Present where it is made as a task. */
	tasks?: TaskApi;
}

/** The order for a service; undefined where the gateway does not have it. */
export async function orderOf(
	gateway: Gateway,
	service: ServiceName,
): Promise<LiveOrder | undefined> {
	const wanted = await wishOf(gateway, service);
	const tasks = gateway[service]?.tasks;
	return wanted && { service, ...wanted, ...(tasks ? { tasks } : {}) };
}

type Wished = Pick<LiveOrder, 'words' | 'makes' | 'exchange'>;

async function wishOf(gateway: Gateway, service: ServiceName): Promise<Wished | undefined> {
	const { seedream, seedance, gptImage } = gateway;
	switch (service) {
		case 'seedream':
			return seedream && picture({ gateway, service: seedream });
		case 'seedance':
			return seedance && (await video({ gateway, service: seedance }));
		case 'gptImage':
			return gptImage && gptPicture({ gateway, service: gptImage });
	}
}

/** Ids that nobody has seen at work come last, whatever they cost. */
const GUESSED = 1000;

/**
 * The model that is the cheapest: by its price where that is known, else as far as anyone can tell. One that its maker
 * has shut down only where there is no other.
 * @param weightOf how large or long its smallest result is
 */
function cheapest<Model extends MediaModel>(
	models: readonly [Known<Model>, ...Array<Known<Model>>],
	weightOf: (model: Model) => number,
): Known<Model> {
	const [first, ...others] = models;
	const now = new Date();
	const living = models.filter((model) => lifeOf(model, now) !== 'ended');
	const priced = living.filter(({ price, source }) => price !== undefined && source !== 'guess');
	const price = (model: Known<Model>) =>
		priced.length > 0
			? (model.price ?? Infinity)
			: (model.source === 'guess' ? GUESSED : 0) + weightOf(model);
	const candidates = priced.length > 0 ? priced : living.length > 0 ? living : [first, ...others];
	return candidates.reduce(
		(best, model) => (price(model) < price(best) ? model : best),
		candidates[0] ?? first,
	);
}

/** The vendors' words for what is smaller and cheaper, in the ids of their models. */
const smallness = ({ id }: MediaModel) =>
	/lite|low|mini/i.test(id) ? 0 : /fast/i.test(id) ? 50 : 100;

const namesOf = ({ name, id }: MediaModel) => `${name} (${id})`;

/**
 * The request that a node makes of this form, checked as the node checks it.
 * @param form what differs from a form that nobody has touched
 */
function exchangeFor(
	node: GenerationNode,
	server: GatewayService<GenerationService>,
	{ id }: MediaModel,
	form: object,
	references: readonly Reference[] = [],
): BoundRequest {
	const { service } = server;
	const params = node.schema.parse({
		...node.hiddenDefaults,
		model: { mode: 'id', value: id },
		prompt: PROMPT,
		...form,
	});
	const images = references.map((reference) =>
		reference.source === 'base64' ? reference.base64 : '',
	);
	const model = getModel(node.services, server, params.model);
	const selection = { service, model, inputImages: references };
	const unbound = node.toRequest(params, selection);
	checkLife(service, model.id, new Date());
	node.validate(unbound, params, selection);
	return bindRequest(service, unbound, images);
}

function picture(server: GatewayService<SeedreamService>): Wished {
	const smallestOf = (offered: readonly string[]) =>
		RESOLUTIONS.find((resolution) => offered.includes(resolution)) ?? '2K';
	const model = cheapest(server.service.models, ({ resolutions }) =>
		RESOLUTIONS.indexOf(smallestOf(resolutions)),
	);
	const resolution = smallestOf(model.resolutions);
	return {
		words: `${namesOf(model)}: one picture in ${resolution}`,
		makes: 'image',
		exchange: exchangeFor(seedreamNode, server, model, { resolution }),
	};
}

async function video(server: GatewayService<SeedanceService>): Promise<Wished> {
	const model = cheapest(
		server.service.models,
		(one) => smallness(one) + (one.duration?.shortest ?? 0) + (one.fromText ? 0 : 10),
	);
	const resolution = VIDEO_RESOLUTIONS.find((offered) => model.resolutions.includes(offered));
	const duration = model.duration?.shortest;
	const references = model.fromText ? [] : [await plainPicture(model.roles[0])];
	const facts = [
		...(resolution === undefined ? [] : [resolution]),
		...(duration === undefined ? [] : [`${duration} seconds`]),
		...(resolution === undefined && duration === undefined
			? ['as large and long as its ID says']
			: []),
		...(references.length === 0 ? [] : ['with a plain picture to begin with']),
	];
	const form = {
		...(resolution === undefined ? {} : { resolution }),
		...(duration === undefined ? {} : { duration }),
		// Sound may cost as much again.
		options: model.options.includes('generateAudio') ? { generateAudio: false } : {},
	};
	return {
		words: `${namesOf(model)}: one video, ${facts.join(', ')}`,
		makes: 'video',
		exchange: exchangeFor(seedanceNode, server, model, form, references),
	};
}

/** For a model that makes no video of words alone: large enough for all that are known. */
async function plainPicture(role: Reference['role'] = 'firstFrame'): Promise<Reference> {
	const drawn = sharp({ create: { width: 512, height: 512, channels: 3, background: 'white' } });
	return { source: 'base64', base64: toDataUri(await drawn.jpeg().toBuffer(), 'image/jpeg'), role };
}

function gptPicture(server: GatewayService<GptImageService>): Wished {
	const model = cheapest(server.service.models, smallness);
	return {
		words: `${namesOf(model)}: one picture${model.options.includes('quality') ? ' of low quality' : ''}`,
		makes: 'image',
		exchange: exchangeFor(gptImageNode, server, model, {
			options: model.options.includes('quality') ? { quality: 'low' } : {},
		}),
	};
}
