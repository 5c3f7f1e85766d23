import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import { cleanBaseUrl, cleanKey } from './access';

type Authenticate = (
	credentials: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
) => Promise<IHttpRequestOptions>;

/**
 * How a credential signs a request: the header in the gateway's own form, whatever was pasted.
 * @param scheme "Bearer" or, where the gateway wants the bare key, ""
 * @param apiRoots where the gateway's own paths begin, for the credential's test, which has the base URL as it was pasted
 */
export function authenticateWith(scheme: 'Bearer' | '', apiRoots: readonly string[]): Authenticate {
	return async ({ apiKey, baseUrl }, request) => ({
		...request,
		...(request.baseURL === undefined ? {} : { baseURL: cleanBaseUrl(String(baseUrl ?? ''), apiRoots) }),
		headers: { ...request.headers, Authorization: `${scheme} ${cleanKey(String(apiKey ?? ''))}`.trim() },
	});
}
