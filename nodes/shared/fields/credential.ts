import type {
	IAuthenticateRuleResponseCode,
	IAuthenticateRuleResponseSuccessBody,
	INodeProperties,
} from 'n8n-workflow';

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

/** The statuses by which a host leads on to another address; a gateway's API does not. */
export const REDIRECTS = [301, 302, 303, 307, 308];

/** A rule of a credential's test on the HTTP status, where that counts as failed. */
export function statusMeans(value: number, message: string): IAuthenticateRuleResponseCode {
	return { type: 'responseCode', properties: { value, message } };
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
