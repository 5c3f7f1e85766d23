import type { IExecuteFunctions } from 'n8n-workflow';
import type { ModelOffer, ModelSource } from '../gateways/types';
import type { GatewayService } from '../gateways/registry';
import { invalidInput } from '../errors/failure';
import { isDots } from '../media/url';
import type { Known, MediaModel } from '../generation/request';
import { lifeOf, replacementFor, whenEnded } from '../generation/modelCatalog';

/**
 * Returns the chosen gateway, with its service for this node.
 * @throws GenerationError of kind `invalidInput` if it does not serve this node
 */
export function getGatewayService<Service>(
	services: ReadonlyArray<GatewayService<Service>>,
	context: IExecuteFunctions,
	itemIndex: number,
): GatewayService<Service> {
	const chosen: unknown = context.getNodeParameter('gateway', itemIndex);
	const gatewayService = services.find(({ gateway }) => gateway.name === chosen);
	if (gatewayService) return gatewayService;
	const names = services.map(({ gateway }) => gateway.name).join(', ');
	throw invalidInput('Gateway', `"${String(chosen)}" does not make this, choose one of ${names}`);
}

/** Every known model of a service: those of its list first. */
const listKnownModels = <Model extends MediaModel>({
	models,
	otherNames,
}: ModelOffer<Model>): ReadonlyArray<Known<Model>> => [...models, ...(otherNames?.() ?? [])];

/** The known model with an ID. */
export const findKnownModel = <Model extends MediaModel>(
	service: ModelOffer<Model>,
	id: string | undefined,
): Known<Model> | undefined => listKnownModels(service).find((model) => model.id === id);

/** A known model, or an ID of which nothing is known. */
export type ChosenModel<Model extends MediaModel> =
	| Known<Model>
	| (Omit<Model, 'id' | 'name'> & MediaModel);

/**
 * Returns the chosen model: a known one, or any ID that the user typed.
 * @throws GenerationError of kind `invalidInput` if it was chosen from the list of another gateway
 */
export function getModel<Model extends MediaModel>(
	services: ReadonlyArray<GatewayService<ModelOffer<Model>>>,
	{ gateway, service }: GatewayService<ModelSource<Model>>,
	{ mode, value }: { mode: string; value: string },
): ChosenModel<Model> {
	const id = value.trim();
	// The editor empties the field when the gateway is changed, and shows the default instead.
	if (id === '' && mode === 'list') return service.models[0];
	const known = findKnownModel(service, id);
	if (known) return known;
	// Some gateways have the model ID in the path, where dots would address another endpoint.
	if (isDots(id)) throw invalidInput('Model', `"${id}" is none`);
	// If the gateway lists its models itself, it may have a model that is only known of another gateway.
	const owner = service.modelList
		? undefined
		: services.find((gatewayService) =>
				gatewayService.service.models.some((model) => model.id === id),
			);
	if (mode === 'list' && owner) {
		throw invalidInput(
			'Model',
			`${id} is a model of ${owner.gateway.displayName}, choose one of ${gateway.displayName} from the list`,
		);
	}
	return { ...service.anyModel, id, name: id };
}

/**
 * Rejects a model that its vendor has shut down, if the gateway is known to reject it.
 * @throws GenerationError of kind `invalidInput`, which names a replacement
 */
export function checkLife<Model extends MediaModel>(
	service: ModelOffer<Model>,
	id: string,
	now: Date,
): void {
	const model = findKnownModel(service, id);
	if (!model?.end?.isRefused || lifeOf(model, now) !== 'ended') return;
	throw invalidInput(
		'Model',
		`${model.name} (${id}) was shut down by its maker ${whenEnded(model.end)}`,
		replacementFor(model, listKnownModels(service)),
	);
}

/** The advice for a rejection by a model that its vendor has shut down; undefined for any other model. */
export function adviseOnModel<Model extends MediaModel>(
	service: ModelOffer<Model>,
	id: string,
	now: Date,
): string | undefined {
	const model = findKnownModel(service, id);
	if (!model?.end || lifeOf(model, now) !== 'ended') return undefined;
	const replacement = replacementFor(model, listKnownModels(service));
	return `${model.name} was shut down by its maker ${whenEnded(model.end)}. ${replacement}`;
}
