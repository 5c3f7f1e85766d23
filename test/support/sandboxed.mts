import type { Sandbox } from '../../sandbox/sandbox.mjs';
import type { CredentialData } from './credentials.mjs';

/** The sandbox's credentials for every gateway, as `runNode` and `listSearch` take them. */
export function sandboxCredentials({ apiUrl, keys }: Sandbox): CredentialData {
	return Object.fromEntries(
		Object.entries(keys).map(([gateway, apiKey]) => [`${gateway}Api`, { apiKey, baseUrl: apiUrl }]),
	);
}
