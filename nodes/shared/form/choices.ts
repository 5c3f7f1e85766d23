import type { IExecuteFunctions, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import type { ModelOffer } from '../gateways/gateway';
import type { Server } from '../gateways/registry';
import { invalidInput } from '../media/failure';
import type { MediaModel } from '../media/mediaRequest';

/**
 * The chosen gateway.
 * @throws MediaError when it does not serve this node
 */
export function serverOf<Service>(
	servers: ReadonlyArray<Server<Service>>,
	context: IExecuteFunctions,
	itemIndex: number,
): Server<Service> {
	const chosen: unknown = context.getNodeParameter('gateway', itemIndex);
	const server = servers.find(({ gateway }) => gateway.name === chosen);
	if (server) return server;
	const names = servers.map(({ gateway }) => gateway.name).join(', ');
	throw invalidInput('Gateway', `"${String(chosen)}" does not make this, choose one of ${names}`);
}

/**
 * The chosen model: one that is known, or any id that the user typed.
 * @throws MediaError when it was chosen from another gateway's list
 */
export function modelOf<Model extends MediaModel>(
	servers: ReadonlyArray<Server<ModelOffer<Model>>>,
	{ gateway, service }: Server<ModelOffer<Model>>,
	{ mode, value }: { mode: string; value: string },
): Model | (Omit<Model, 'id' | 'name'> & MediaModel) {
	const id = value.trim();
	// The editor empties the field when the gateway is changed, and shows the default in its place.
	if (id === '' && mode === 'list') return service.models[0];
	const known = service.models.find((model) => model.id === id);
	if (known) return known;
	const owner = servers.find((server) => server.service.models.some((model) => model.id === id));
	if (mode === 'list' && owner) {
		throw invalidInput('Model', `${id} is a model of ${owner.gateway.displayName}, choose one of ${gateway.displayName} from the list`);
	}
	return { ...service.anyModel, id, name: id };
}

/** The search behind the model's list: what is known of the chosen gateway. */
export function searchModelsOf(servers: ReadonlyArray<Server<ModelOffer>>) {
	return async function searchModels(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
		const chosen: unknown = this.getCurrentNodeParameter('gateway');
		const models = servers.find(({ gateway }) => gateway.name === chosen)?.service.models ?? [];
		const wanted = filter.toLowerCase();
		return {
			results: models
				.filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(wanted))
				.map(({ id, name }) => ({ name: `${name} (${id})`, value: id })),
		};
	};
}
