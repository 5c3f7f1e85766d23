import type { INodeProperties } from 'n8n-workflow';
import type { ImageGateway } from '../gateways/registry';

/** The model, one field for each gateway, so that each has a default that works. */
export function modelFields(gateways: readonly ImageGateway[]): INodeProperties[] {
	return gateways.map(({ name, displayName, seedream }) => ({
		displayName: 'Model',
		name: 'model',
		type: 'resourceLocator',
		default: { mode: 'list', value: seedream.models[0].id, cachedResultName: seedream.models[0].name },
		typeOptions: { loadOptionsDependsOn: ['gateway'] },
		displayOptions: { show: { gateway: [name] } },
		description: 'The model that draws. Choose one that is known, or give the ID of any other.',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				// The editor empties the field when the gateway is changed; then this one is taken.
				placeholder: `${seedream.models[0].name} (Default)`,
				typeOptions: { searchListMethod: 'searchModels', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: `e.g. ${seedream.models[0].id}`,
				hint: `As ${displayName} writes it`,
			},
		],
	}));
}
