import type { IExecuteFunctions } from 'n8n-workflow';
import type { ModelOffer } from '../gateways/types';
import type { GatewayService } from '../gateways/registry';
import { invalidInput } from '../errors/failure';
import { isDots } from '../media/url';
import type { Known, MediaModel } from '../generation/request';
import { lifeOf, replacementFor, whenEnded } from '../generation/modelCatalog';

/**
 * The chosen gateway.
 * @throws MediaError when it does not serve this node
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

/** Every model that is known of a service, those of its list first. */
const listKnownModels = <Model extends MediaModel>({
	models,
	otherNames,
}: ModelOffer<Model>): ReadonlyArray<Known<Model>> => [...models, ...(otherNames?.() ?? [])];

/** A model that is known by its id, at one service. */
export const findKnownModel = <Model extends MediaModel>(
	service: ModelOffer<Model>,
	id: string | undefined,
): Known<Model> | undefined => listKnownModels(service).find((model) => model.id === id);

/** A model that is known, or an id that is not. */
export type ChosenModel<Model extends MediaModel> =
	| Known<Model>
	| (Omit<Model, 'id' | 'name'> & MediaModel);

/**
 * The chosen model: one that is known, or any id that the user typed.
 * @throws MediaError when it was chosen from another gateway's list
 */
export function getModel<Model extends MediaModel>(
	services: ReadonlyArray<GatewayService<ModelOffer<Model>>>,
	{ gateway, service }: GatewayService<ModelOffer<Model>>,
	{ mode, value }: { mode: string; value: string },
): ChosenModel<Model> {
	const id = value.trim();
	// The editor empties the field when the gateway is changed, and shows the default in its place.
	if (id === '' && mode === 'list') return service.models[0];
	const known = findKnownModel(service, id);
	if (known) return known;
	// Some gateways have the model in the path.
	if (isDots(id)) throw invalidInput('Model', `"${id}" is none`);
	// Where the list comes from the gateway, too, it may have what is known of another.
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
 * Refuses a model that its maker has shut down, where the gateway is known to refuse it.
 * @throws MediaError of kind `invalidInput`, naming the one to choose instead
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

/** What to do about a model that its maker has shut down, where the gateway refuses it; undefined for any other. */
export function adviseOnModel<Model extends MediaModel>(
	service: ModelOffer<Model>,
	id: string,
	now: Date,
): string | undefined {
	const model = findKnownModel(service, id);
	if (!model?.end || lifeOf(model, now) !== 'ended') return undefined;
	return `${model.name} was shut down by its maker ${whenEnded(model.end)}. ${replacementFor(model, listKnownModels(service))}`;
}
