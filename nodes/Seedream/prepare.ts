import type { IExecuteFunctions } from 'n8n-workflow';
import { seedreamGateways, type ImageGateway } from '../shared/gateways/registry';
import { startDeadline } from '../shared/io/deadline';
import type { Failed } from '../shared/io/errors';
import { checkedReference, type CheckedReference, type ReferenceCache } from '../shared/io/references';
import { invalidInput } from '../shared/media/failure';
import { checkImageRequest, type ImageModel, type ImageRequest } from '../shared/media/imageRequest';
import type { ImageJob } from '../shared/run';
import { readParameters, type SeedreamParameters } from './parameters';

/**
 * Turns the form of one item into a job: everything is read and checked, nothing is sent to the gateway.
 * Never throws: what is wrong with the item comes back in the job's place.
 */
export async function prepareJob(
	context: IExecuteFunctions,
	itemIndex: number,
	cache: ReferenceCache,
): Promise<ImageJob | Failed> {
	let gateway: ImageGateway | undefined;
	try {
		gateway = gatewayOf(context, itemIndex);
		return await jobFor(gateway, context, itemIndex, cache);
	} catch (error) {
		return { itemIndex, error, ...(gateway ? { gateway } : {}) };
	}
}

function gatewayOf(context: IExecuteFunctions, itemIndex: number): ImageGateway {
	const name: unknown = context.getNodeParameter('gateway', itemIndex);
	const gateway = seedreamGateways.find((candidate) => candidate.name === name);
	if (gateway) return gateway;
	const names = seedreamGateways.map((candidate) => candidate.name).join(', ');
	throw invalidInput('Gateway', `"${String(name)}" makes no Seedream images, choose one of ${names}`);
}

async function jobFor(
	gateway: ImageGateway,
	context: IExecuteFunctions,
	itemIndex: number,
	cache: ReferenceCache,
): Promise<ImageJob> {
	const service = gateway.seedream;
	const parameters = readParameters(context, itemIndex);
	const model = modelOf(gateway, parameters.model);
	const request = asked(gateway, model.id, parameters);
	checkImageRequest(request, parameters.references.length, model, service);
	const deadline = startDeadline(parameters.options.timeout, context.getExecutionCancelSignal());
	const from = { context, itemIndex, rules: service.references, cache };
	const references: CheckedReference[] = [];
	for (const [index, reference] of parameters.references.entries()) {
		references.push(await checkedReference(from, reference, index + 1, deadline));
	}
	return { itemIndex, gateway, service, request, references, output: parameters.options };
}

function modelOf(gateway: ImageGateway, { mode, value }: SeedreamParameters['model']): ImageModel {
	const id = value.trim();
	// The editor empties the field when the gateway is changed, and shows the default in its place.
	if (id === '' && mode === 'list') return gateway.seedream.models[0];
	const known = gateway.seedream.models.find((model) => model.id === id);
	if (known) return known;
	const owner = seedreamGateways.find(({ seedream }) => seedream.models.some((model) => model.id === id));
	if (mode === 'list' && owner) {
		throw invalidInput('Model', `${id} is a model of ${owner.displayName}, choose one of ${gateway.displayName} from the list`);
	}
	return { ...gateway.seedream.anyModel, id, name: id };
}

/** What was asked for. Options that the gateway does not have are left alone; the form does not show them. */
function asked(gateway: ImageGateway, model: string, parameters: SeedreamParameters): Omit<ImageRequest, 'images'> {
	const { offers } = gateway.seedream;
	const { maxImages, watermark, responseFormat } = parameters.options;
	const custom = parameters.resolution === 'custom';
	return {
		model,
		prompt: parameters.prompt,
		size:
			parameters.resolution === 'custom'
				? { width: parameters.width, height: parameters.height }
				: parameters.resolution,
		aspectRatio: custom ? 'auto' : parameters.aspectRatio,
		maxImages: offers.sets ? maxImages : 1,
		watermark: offers.watermark && watermark,
		responseFormat: offers.responseFormat ? responseFormat : 'url',
	};
}
