import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import type { ModelOffer } from '../gateways/types';
import type { GatewayService } from '../gateways/registry';
import type { MediaModel } from '../generation/request';

/**
 * The model, one field for each gateway, so that each has a default that works.
 * @param show where else it depends on the form
 */
export function modelFields(
	services: ReadonlyArray<GatewayService<ModelOffer>>,
	show: IDisplayOptions['show'] = {},
): INodeProperties[] {
	return services.map(({ gateway, service: { models } }) => ({
		displayName: 'Model',
		name: 'model',
		type: 'resourceLocator',
		default: { mode: 'list', value: models[0].id, cachedResultName: models[0].name },
		typeOptions: { loadOptionsDependsOn: ['gateway'] },
		displayOptions: { show: { gateway: [gateway.name], ...show } },
		description:
			'The model to use, which sets quality and price. The list shows what the gateway says that it has, where it tells, and what is known of each. Choose one, or give the ID of any other.',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				// The editor empties the field when the gateway is changed; then this one is taken.
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

/** What the field holds for each model that is known; an empty one means the first. */
const withIds = <Model extends MediaModel>({ models, otherNames }: ModelOffer<Model>) =>
	[...models, ...(otherNames?.() ?? [])].map((model, index) => ({
		model,
		ids: index === 0 ? [model.id, ''] : [model.id],
	}));

/** Gateways among which an id says the same of a model. */
interface Group {
	gateways: string[];
	having: Set<string>;
	without: Set<string>;
}

/**
 * Where a field belongs: at the gateways that have it, and not with a model that is known not to. A gateway whose models
 * by the same ids differ, its default among them, has a place of its own.
 * @param has whether a model has it
 * @param show what else it depends on
 * @param root "/" for a field inside a collection, which sees the form from there
 */
export function whereModelsHave<Model extends MediaModel>(
	services: ReadonlyArray<GatewayService<ModelOffer<Model>>>,
	has: (model: Omit<Model, 'id' | 'name'>) => boolean,
	show: NonNullable<IDisplayOptions['show']> = {},
	root: '' | '/' = '/',
): IDisplayOptions[] {
	const groups: Group[] = [];
	for (const { gateway, service } of services.filter((gatewayService) =>
		has(gatewayService.service.anyModel),
	)) {
		const idsWhere = (wanted: boolean) =>
			withIds(service).flatMap(({ model, ids }) => (has(model) === wanted ? ids : []));
		const having = idsWhere(true);
		const without = idsWhere(false);
		const fitting = groups.find(
			(group) =>
				!having.some((id) => group.without.has(id)) && !without.some((id) => group.having.has(id)),
		);
		const group = fitting ?? { gateways: [], having: new Set(), without: new Set() };
		if (!fitting) groups.push(group);
		group.gateways.push(gateway.name);
		for (const id of having) group.having.add(id);
		for (const id of without) group.without.add(id);
	}
	return groups.map(({ gateways, without }) => ({
		show: { [`${root}gateway`]: gateways, ...show },
		...(without.size > 0 ? { hide: { [`${root}model`]: [...without] } } : {}),
	}));
}

/** A field, once for each of its places. */
export const placed = (
	field: Omit<INodeProperties, 'displayOptions'>,
	places: readonly IDisplayOptions[],
): INodeProperties[] => places.map((displayOptions) => ({ ...field, displayOptions }));

/** What a model of a list offers, and an id typed by hand: everything. */
type Offered<Model extends MediaModel> = Model | Omit<Model, 'id' | 'name'>;

/**
 * A field with what each gateway's model offers. A model has its own field where it offers less than the gateway does in
 * all; an id typed by hand, or an expression, gets everything.
 * @param show what else it depends on
 * @param offersLess whether a model offers less than `all`
 * @param field without its place; none for a model that has nothing to choose
 * @param root "/" for a field inside a collection, which sees the form from there
 */
export function fieldByModel<Model extends MediaModel>(
	services: ReadonlyArray<GatewayService<ModelOffer<Model>>>,
	show: NonNullable<IDisplayOptions['show']>,
	offersLess: (model: Model, all: Omit<Model, 'id' | 'name'>) => boolean,
	field: (offered: Offered<Model>) => INodeProperties | undefined,
	root: '' | '/' = '',
): INodeProperties[] {
	const [ofGateway, ofModel] = [`${root}gateway`, `${root}model`];
	return services.flatMap(({ gateway: { name }, service }) => {
		const { anyModel } = service;
		const fieldFor = (
			offered: Offered<Model>,
			hide?: IDisplayOptions['hide'],
		): INodeProperties[] => {
			const own = field(offered);
			if (!own) return [];
			return [
				{
					...own,
					displayOptions: { show: { [ofGateway]: [name], ...show }, ...(hide ? { hide } : {}) },
				},
			];
		};
		const narrower = withIds(service).filter(({ model }) => offersLess(model, anyModel));
		if (narrower.length === 0) return fieldFor(anyModel);
		return [
			// Said as what hides it: a condition to show would hold for every expression, too. One field for each id, as n8n
			// knows no "none of these" but by a regular expression, which it gives up when the server is busy.
			...narrower.flatMap(({ model, ids }) =>
				ids.flatMap((id) => fieldFor(model, { [ofModel]: [{ _cnd: { not: id } }] })),
			),
			...fieldFor(anyModel, { [ofModel]: narrower.flatMap(({ ids }) => ids) }),
		];
	});
}
