import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import type { ModelOffer } from '../gateways/types';
import type { OfferedService } from '../gateways/offers';
import type { MediaModel } from '../generation/request';

/** The model: one field for each gateway, so that each has a default that works. */
export function modelFields(
	services: ReadonlyArray<OfferedService<ModelOffer>>,
): INodeProperties[] {
	return services.map(({ gateway, service: { models } }) => ({
		displayName: 'Model',
		name: 'model',
		type: 'resourceLocator',
		default: { mode: 'list', value: models[0].id, cachedResultName: models[0].name },
		typeOptions: { loadOptionsDependsOn: ['gateway'] },
		displayOptions: { show: { gateway: [gateway.name] } },
		description:
			'The model to use, which sets quality and price. The list shows what the gateway says that it has, where it tells, and what is known of each. Choose one, or give the ID of any other.',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				// The editor empties the field when the gateway is changed. An empty field means this model.
				placeholder: `${models[0].name} (Default)`,
				typeOptions: { searchListMethod: 'searchModels', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: `e.g. ${models[0].id}`,
				hint: `As ${gateway.displayName} writes it`,
			},
		],
	}));
}

/** The known models, each with the values of the field that stand for it: an empty field means the first model. */
const listWithIds = <Model extends MediaModel>({ models, otherNames }: ModelOffer<Model>) =>
	[...models, ...(otherNames?.() ?? [])].map((model, index) => ({
		model,
		ids: index === 0 ? [model.id, ''] : [model.id],
	}));

/** Gateways at which no model ID stands for both a model that has the field and one that does not. */
interface Group {
	gateways: string[];
	having: Set<string>;
	without: Set<string>;
}

/**
 * Returns where a field is shown: at the gateways that have it, unless the model is known not to have it. Gateways that
 * have different models under the same ID, or as their default, get separate conditions.
 * @param has whether a model has the field
 * @param root "/" for a field inside a collection, which addresses the form from there
 */
export function whereModelsHave<Model extends MediaModel>(
	services: ReadonlyArray<OfferedService<ModelOffer<Model>>>,
	has: (model: Omit<Model, 'id' | 'name'>) => boolean,
	root: '' | '/' = '/',
): IDisplayOptions[] {
	const groups: Group[] = [];
	for (const { gateway, service } of services.filter((gatewayService) =>
		has(gatewayService.service.anyModel),
	)) {
		const listIds = (wanted: boolean) =>
			listWithIds(service).flatMap(({ model, ids }) => (has(model) === wanted ? ids : []));
		const having = listIds(true);
		const without = listIds(false);
		const matching = groups.find(
			(group) =>
				!having.some((id) => group.without.has(id)) && !without.some((id) => group.having.has(id)),
		);
		const group = matching ?? { gateways: [], having: new Set(), without: new Set() };
		if (!matching) groups.push(group);
		group.gateways.push(gateway.name);
		for (const id of having) group.having.add(id);
		for (const id of without) group.without.add(id);
	}
	return groups.map(({ gateways, without }) => ({
		show: { [`${root}gateway`]: gateways },
		...(without.size > 0 ? { hide: { [`${root}model`]: [...without] } } : {}),
	}));
}

/** Repeats a field for each of its conditions. */
export const repeatField = (
	field: Omit<INodeProperties, 'displayOptions'>,
	conditions: readonly IDisplayOptions[],
): INodeProperties[] => conditions.map((displayOptions) => ({ ...field, displayOptions }));

/** A known model, or everything that the gateway offers, for an ID that was typed by hand. */
type Offered<Model extends MediaModel> = Model | Omit<Model, 'id' | 'name'>;

/**
 * Creates a field with the choices that each gateway and model offers. A model gets a field of its own if it offers
 * less than its gateway does in total. An ID typed by hand, or an expression, gets all choices.
 * @param offersLess whether a model offers less than `all`
 * @param createField without its conditions; undefined for a model that leaves no choice
 * @param root "/" for a field inside a collection, which addresses the form from there
 */
export function fieldByModel<Model extends MediaModel>(
	services: ReadonlyArray<OfferedService<ModelOffer<Model>>>,
	offersLess: (model: Model, all: Omit<Model, 'id' | 'name'>) => boolean,
	createField: (offered: Offered<Model>) => INodeProperties | undefined,
	root: '' | '/' = '',
): INodeProperties[] {
	const [ofGateway, ofModel] = [`${root}gateway`, `${root}model`];
	return services.flatMap(({ gateway: { name }, service }) => {
		const { anyModel } = service;
		const fieldFor = (
			offered: Offered<Model>,
			hide?: IDisplayOptions['hide'],
		): INodeProperties[] => {
			const field = createField(offered);
			if (!field) return [];
			return [
				{
					...field,
					displayOptions: { show: { [ofGateway]: [name] }, ...(hide ? { hide } : {}) },
				},
			];
		};
		const narrower = listWithIds(service).filter(({ model }) => offersLess(model, anyModel));
		if (narrower.length === 0) return fieldFor(anyModel);
		return [
			// These are conditions to hide the field, since one to show it would also be met by every expression. There is one
			// field for each ID: n8n knows "none of these" only as a regular expression, which it gives up on a busy server.
			...narrower.flatMap(({ model, ids }) =>
				ids.flatMap((id) => fieldFor(model, { [ofModel]: [{ _cnd: { not: id } }] })),
			),
			...fieldFor(anyModel, { [ofModel]: narrower.flatMap(({ ids }) => ids) }),
		];
	});
}
