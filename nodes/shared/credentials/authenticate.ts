import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import { normalizeBaseUrl, normalizeApiKey, type ApiPaths } from './normalize';

type Authenticate = (
	credentials: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
) => Promise<IHttpRequestOptions>;

/**
 * How a credential signs a request: the header in the gateway's own form, whatever was pasted.
 * @param scheme "Bearer" or, where the gateway wants the bare key, ""
 * @param apiPaths the gateway's own, for the credential's test, which has the base URL as it was pasted
 */
export function authenticateWith(scheme: 'Bearer' | '', apiPaths: ApiPaths): Authenticate {
	return async ({ apiKey, baseUrl }, request) => ({
		...request,
		...(request.baseURL === undefined
			? {}
			: { baseURL: normalizeBaseUrl(String(baseUrl ?? ''), apiPaths) }),
		headers: {
			...request.headers,
			Authorization: `${scheme} ${normalizeApiKey(String(apiKey ?? ''))}`.trim(),
		},
	});
}
