import type {
	IAuthenticateRuleResponseCode,
	IAuthenticateRuleResponseSuccessBody,
	INodeProperties,
} from 'n8n-workflow';

/** The fields of every credential: the key, and a base URL with a default that works. */
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

/** The messages of a credential's test for a key that the gateway rejects. */
export const REFUSED = 'The key was not accepted';
export const FORBIDDEN =
	'The key was not accepted, or the account may not use it (balance, rights)';

/** The message of a credential's test for a host that is not the gateway. */
export const elsewhere = (gateway: string) =>
	`The host answered, but not as ${gateway} does. Check the base URL.`;

/** The statuses by which a host leads on to another address; a gateway's API does not. */
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * The statuses that fail a test in which the gateway has to refuse a request for its contents: a good
 * status is then none of the gateway's.
 */
export const NO_REFUSAL = [200, 204, ...REDIRECTS, 401, 403, 405, 429, 500, 502, 503, 504];

/**
 * The rules of a credential's test on the HTTP status, where that counts as failed.
 * @param gateway its name
 * @param unknown further statuses that the gateway does not give to this request
 */
export function statusRules(gateway: string, unknown: number[]): IAuthenticateRuleResponseCode[] {
	const means = (value: number, message: string): IAuthenticateRuleResponseCode => ({
		type: 'responseCode',
		properties: { value, message },
	});
	return [
		means(401, REFUSED),
		means(403, FORBIDDEN),
		means(429, 'Too many requests, so the key could not be tested. Try again later.'),
		...[...REDIRECTS, ...unknown].map((status) => means(status, elsewhere(gateway))),
	];
}

/** A rule of a credential's test on a field of the answer, by its dotted path; `undefined` is one that is not there. */
export function fieldMeans(
	key: string,
	value: string | number | undefined,
	message: string,
): IAuthenticateRuleResponseSuccessBody {
	return { type: 'responseSuccessBody', properties: { key, value, message } };
}

/** Rules of both kinds in one list: n8n applies them side by side, though its type names one kind a list. */
export function testRules(
	ofFields: IAuthenticateRuleResponseSuccessBody[],
	ofStatus: IAuthenticateRuleResponseCode[],
): IAuthenticateRuleResponseSuccessBody[] {
	return Object.assign(
		[...ofFields],
		Object.fromEntries(ofStatus.map((rule, index) => [ofFields.length + index, rule])),
	);
}
