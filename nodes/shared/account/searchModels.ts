import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import type { ModelOffer } from '../gateways/types';
import type { GatewayService } from '../gateways/registry';
import { askForModels } from './fetchModels';
import type { Known, MediaModel } from '../generation/request';
import { endDate, lifeOf, priceMark, sortedByLife, whenEnded } from '../generation/modelCatalog';

/**
 * The search behind the model's list: what the chosen gateway says that it has, and what is known of it. Where it does
 * not say, or not soon enough, the list has what is known.
 * @param filter what was typed into the search
 */
export async function searchModels(
	context: ILoadOptionsFunctions,
	services: ReadonlyArray<GatewayService<ModelOffer>>,
	filter = '',
): Promise<INodeListSearchResult> {
	const chosen: unknown = context.getCurrentNodeParameter('gateway');
	const gatewayService = services.find(({ gateway }) => gateway.name === chosen);
	if (!gatewayService) return { results: [] };
	const listed = await askForModels(
		context,
		gatewayService.gateway,
		gatewayService.service.modelList,
	);
	const wanted = filter.toLowerCase();
	return {
		results: modelChoices(gatewayService, listed, new Date()).filter(({ name, value }) =>
			`${value} ${name}`.toLowerCase().includes(wanted),
		),
	};
}

/**
 * What the list shows: the models that live, the default first; then what the gateway has and nobody here knows, what it
 * does not list, those that end soon, and last those that have ended.
 * @param listed the ids that the gateway has named; undefined where it was not asked, or did not answer
 */
export function modelChoices(
	{ gateway, service }: GatewayService<ModelOffer>,
	listed: readonly string[] | undefined,
	now: Date,
): INodeListSearchItems[] {
	const { models, otherNames } = service;
	// Known by another name: shown only where the gateway has it.
	const known = [...models, ...(otherNames?.() ?? []).filter(({ id }) => listed?.includes(id))];
	const strange = (listed ?? []).filter((id) => !known.some((model) => model.id === id));
	const sorted = sortedByLife(known, now);
	const living = sorted.filter((model) => lifeOf(model, now) === 'living');
	const isMissing = (model: MediaModel) =>
		listed !== undefined && listed.length > 0 && !listed.includes(model.id);
	const item = (model: Known<MediaModel>): INodeListSearchItems => ({
		// The marks first: the list cuts off what is long, and an id is.
		name: `${[model.name, ...marks(model, known, now), ...(isMissing(model) ? ['not listed'] : [])].join(', ')} (${model.id})`,
		value: model.id,
	});
	return [
		...living.filter((model) => !isMissing(model)).map(item),
		...strange.map((id) => ({ name: `${id}, listed by ${gateway.displayName}`, value: id })),
		...living.filter(isMissing).map(item),
		...sorted.filter((model) => lifeOf(model, now) !== 'living').map(item),
	];
}

/** What there is to say of a model besides its name. */
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
