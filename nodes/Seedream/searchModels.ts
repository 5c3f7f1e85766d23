import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { seedreamGateways } from '../shared/gateways/registry';

/** The models that are known of the chosen gateway, for the list in the form. */
export async function searchModels(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
	const chosen: unknown = this.getCurrentNodeParameter('gateway');
	const models = seedreamGateways.find(({ name }) => name === chosen)?.seedream.models ?? [];
	const wanted = filter.toLowerCase();
	return {
		results: models
			.filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(wanted))
			.map(({ id, name }) => ({ name: `${name} (${id})`, value: id })),
	};
}
