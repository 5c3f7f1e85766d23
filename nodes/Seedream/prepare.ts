import type { IExecuteFunctions } from 'n8n-workflow';
import { DEFAULT_ON_TIMEOUT, DEFAULT_POLL_INTERVAL } from '../shared/defaults';
import { modelOf, serverOf } from '../shared/form/choices';
import { checkedReferences, namesOf, referencesOf } from '../shared/form/images';
import { readForm } from '../shared/form/read';
import type { ImageService } from '../shared/gateways/gateway';
import { seedreamServers, type Server } from '../shared/gateways/registry';
import type { Failed } from '../shared/io/errors';
import type { ReferenceCache } from '../shared/io/references';
import { digestOf, type Submissions } from '../shared/io/submissions';
import { exchangeOf, type Job, type Order } from '../shared/job';
import { REFERENCE_IMAGES } from '../shared/labels';
import { checkImageRequest, type ImageModel, type ImageRequest } from '../shared/media/imageRequest';
import type { Asked } from '../shared/media/mediaRequest';
import { SEEDREAM_FALLBACKS, seedreamForm, type SeedreamForm } from './parameters';

/** One item of the node, and what it shares with the others. */
export interface SeedreamItem {
	context: IExecuteFunctions;
	itemIndex: number;
	cache: ReferenceCache;
	submissions: Submissions;
}

/**
 * Turns the form of one item into a job: everything is read and checked, nothing is sent to the gateway.
 * Never throws: what is wrong with the item comes back in the job's place.
 */
export async function prepareJob(item: SeedreamItem): Promise<Job | Failed> {
	const { context, itemIndex } = item;
	let gateway: { gateway?: Job['gateway'] } = {};
	try {
		const server = serverOf(seedreamServers, context, itemIndex);
		gateway = { gateway: server.gateway };
		const form = readForm(context, itemIndex, seedreamForm, SEEDREAM_FALLBACKS, REFERENCE_IMAGES);
		const model = modelOf(seedreamServers, server, form.model);
		return {
			itemIndex,
			gateway: server.gateway,
			start: await orderOf(item, server, model, form),
			until: 'done',
			output: { ...form.options, onTimeout: DEFAULT_ON_TIMEOUT, pollInterval: DEFAULT_POLL_INTERVAL },
		};
	} catch (error) {
		return { itemIndex, error, ...gateway };
	}
}

async function orderOf(
	{ context, itemIndex, cache, submissions }: SeedreamItem,
	{ gateway, service }: Server<ImageService>,
	model: ImageModel,
	form: SeedreamForm,
): Promise<Order> {
	const label = REFERENCE_IMAGES;
	const references = referencesOf(form.images, label, form.options.handLinksOn);
	const asked = askedFor(service, model.id, form);
	checkImageRequest(asked, references.length, model, service, label);
	const digest = digestOf([gateway.name, asked, namesOf(references, context, itemIndex)]);
	// What was bought in an earlier try needs its images no more, and they may be gone.
	const wanted = submissions.of(itemIndex, digest).isBought() ? [] : references;
	return {
		model: model.id,
		asked: digest,
		isSet: asked.maxImages > 1,
		references: await checkedReferences({ context, itemIndex, label, rules: service.references, cache }, wanted, form.options.timeout),
		exchange: (images) => exchangeOf(service, { ...asked, images }),
	};
}

/** What was asked for. Options that the gateway does not have are left alone; the form does not show them. */
function askedFor({ offers }: ImageService, model: string, form: SeedreamForm): Asked<ImageRequest> {
	const { prompt, resolution, width, height, aspectRatio } = form;
	const { maxImages, watermark, responseFormat } = form.options;
	const custom = resolution === 'custom';
	return {
		model,
		prompt,
		size: custom ? { width, height } : resolution,
		aspectRatio: custom ? 'auto' : aspectRatio,
		maxImages: offers.sets ? maxImages : 1,
		watermark: offers.watermark && watermark,
		responseFormat: offers.responseFormat ? responseFormat : 'url',
	};
}
