import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import type { ModelOffer, ModelSource } from '../gateways/types';
import type { GatewayService } from '../gateways/registry';
import { fetchModels } from './fetchModels';
import type { Known, MediaModel } from '../generation/request';
import { endDate, lifeOf, priceMark, sortedByLife, whenEnded } from '../generation/modelCatalog';

/**
 * The search of the model list: the models that the chosen gateway lists, and the known ones. If the gateway does not
 * return its list in time, the known ones only.
 * @param filter the text in the search field
 */
export async function searchModels(
	context: ILoadOptionsFunctions,
	services: ReadonlyArray<GatewayService<ModelSource>>,
	filter = '',
): Promise<INodeListSearchResult> {
	const chosen: unknown = context.getCurrentNodeParameter('gateway');
	const gatewayService = services.find(({ gateway }) => gateway.name === chosen);
	if (!gatewayService) return { results: [] };
	const { gateway, service } = gatewayService;
	const listed = await fetchModels(context, gateway, service.modelList);
	const wanted = filter.toLowerCase();
	return {
		results: modelChoices(gatewayService, listed, new Date()).filter(({ name, value }) =>
			`${value} ${name}`.toLowerCase().includes(wanted),
		),
	};
}

/**
 * Builds the entries of the list: available models, the default first; then those that the gateway lists and this node
 * does not know, those that the gateway does not list, those that end soon, and last those that have ended.
 * @param listed the IDs that the gateway has returned; undefined if it was not called, or did not respond
 */
export function modelChoices(
	{ gateway, service }: GatewayService<ModelOffer>,
	listed: readonly string[] | undefined,
	now: Date,
): INodeListSearchItems[] {
	const { models, otherNames } = service;
	// A known model under another name: shown only if the gateway lists it.
	const known = [...models, ...(otherNames?.() ?? []).filter(({ id }) => listed?.includes(id))];
	const unknown = (listed ?? []).filter((id) => !known.some((model) => model.id === id));
	const sorted = sortedByLife(known, now);
	const living = sorted.filter((model) => lifeOf(model, now) === 'living');
	const isMissing = (model: MediaModel) =>
		listed !== undefined && listed.length > 0 && !listed.includes(model.id);
	const nameParts = (model: Known<MediaModel>) => [
		model.name,
		...marks(model, known, now),
		...(isMissing(model) ? ['not listed'] : []),
	];
	const item = (model: Known<MediaModel>): INodeListSearchItems => ({
		// The marks come first: the list truncates long entries, and an ID is long.
		name: `${nameParts(model).join(', ')} (${model.id})`,
		value: model.id,
	});
	return [
		...living.filter((model) => !isMissing(model)).map(item),
		...unknown.map((id) => ({ name: `${id}, listed by ${gateway.displayName}`, value: id })),
		...living.filter(isMissing).map(item),
		...sorted.filter((model) => lifeOf(model, now) !== 'living').map(item),
	];
}

/** What a user should know about a model besides its name. */
function marks(
	model: Known<MediaModel>,
	models: ReadonlyArray<Known<MediaModel>>,
	now: Date,
): string[] {
	const price = priceMark(model, models, now);
	const life = lifeOf(model, now);
	return [
		...(price === undefined ? [] : [`the ${price}`]),
		...(model.end && life === 'ending' ? [`ends ${endDate(model.end)}`] : []),
		...(model.end && life === 'ended'
			? [
					`shut down by its maker ${whenEnded(model.end)}${model.end.isRefused ? '' : '; the gateway may serve another'}`,
				]
			: []),
	];
}
