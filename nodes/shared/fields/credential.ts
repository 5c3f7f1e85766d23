import type { INodeProperties } from 'n8n-workflow';

/** What every gateway's credential asks for: the key, and an address that is right as it stands. */
export function keyAndAddress(defaultBaseUrl: string): INodeProperties[] {
	return [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: defaultBaseUrl,
			description: 'Change it only for a proxy or a test server',
		},
	];
}
