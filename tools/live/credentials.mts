import type { ICredentialTestRequest, INodeProperties } from 'n8n-workflow';
import { AgentsFlareApi } from '../../credentials/AgentsFlareApi.credentials.js';
import { GptunnelApi } from '../../credentials/GptunnelApi.credentials.js';
import { ModelArkApi } from '../../credentials/ModelArkApi.credentials.js';
import { MyRouterApi } from '../../credentials/MyRouterApi.credentials.js';
import type { authenticateWith } from '../../nodes/shared/credentials/authenticate.js';
import type { ApiResponse, Gateway } from '../../nodes/shared/gateways/types.js';

/** What the package knows of a gateway's credential: its usual address, how it signs a request, and its test. */
export interface LiveCredential {
	name: string;
	properties: INodeProperties[];
	authenticate: ReturnType<typeof authenticateWith>;
	test: ICredentialTestRequest;
}

const CREDENTIALS: readonly LiveCredential[] = [
	new GptunnelApi(),
	new MyRouterApi(),
	new AgentsFlareApi(),
	new ModelArkApi(),
];

/** Throws an Error for a gateway whose credential is not in the list above. */
export function credentialOf({ credential, displayName }: Gateway): LiveCredential {
	const found = CREDENTIALS.find(({ name }) => name === credential);
	if (found === undefined)
		throw new Error(`tools/live/credentials.mts does not name the credential of ${displayName}.`);
	return found;
}

/** Where the gateway is unless somebody says otherwise. */
export function usualAddress({ properties }: LiveCredential): string {
	return String(properties.find(({ name }) => name === 'baseUrl')?.default ?? '');
}

/** What n8n says of a credential when its test brings this answer; undefined where the test is passed. */
export function complaintOf(
	{ request, rules = [] }: ICredentialTestRequest,
	{ httpStatus, body }: ApiResponse,
): string | undefined {
	const fails = isRefused(request, httpStatus);
	for (const rule of rules) {
		const { properties } = rule;
		// Rules on fields are for answers that n8n takes for good, rules on the status for all others.
		const holds =
			'key' in properties
				? !fails && valueAt(body, properties.key) === properties.value
				: fails && properties.value === httpStatus;
		if (holds) return properties.message;
	}
	return fails ? `HTTP status ${httpStatus}` : undefined;
}

/** Whether n8n takes a status for a failure, by what the test says of statuses. */
function isRefused(
	{ ignoreHttpStatusErrors: ignored }: ICredentialTestRequest['request'],
	httpStatus: number,
): boolean {
	if (typeof ignored === 'object') return ignored.except.includes(httpStatus);
	return ignored !== true && (httpStatus < 200 || httpStatus >= 300);
}

/** The value at a dotted path, of a text the letter at a place. */
function valueAt(value: unknown, path: string): unknown {
	return path
		.split('.')
		.reduce<unknown>(
			(part, name) =>
				part === undefined || part === null ? undefined : Reflect.get(Object(part), name),
			value,
		);
}
