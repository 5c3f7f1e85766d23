import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import type { ModelOffer } from '../gateways/gateway';
import type { Server } from '../gateways/registry';

/**
 * The model, one field for each gateway, so that each has a default that works.
 * @param show where else it depends on the form
 */
export function modelFields(
	servers: ReadonlyArray<Server<ModelOffer>>,
	show: IDisplayOptions['show'] = {},
): INodeProperties[] {
	return servers.map(({ gateway, service: { models } }) => ({
		displayName: 'Model',
		name: 'model',
		type: 'resourceLocator',
		default: { mode: 'list', value: models[0].id, cachedResultName: models[0].name },
		typeOptions: { loadOptionsDependsOn: ['gateway'] },
		displayOptions: { show: { gateway: [gateway.name], ...show } },
		description: 'The model to use, which sets quality and price. Choose one of the list, or give the ID of any other.',
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
