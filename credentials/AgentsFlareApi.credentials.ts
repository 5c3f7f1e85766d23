import type { Icon, ICredentialTestRequest, ICredentialType } from 'n8n-workflow';
import { fieldMeans, keyAndAddress, REDIRECTS, statusMeans, testRules } from '../nodes/shared/fields/credential';
import { agentsFlare } from '../nodes/shared/gateways/agentsFlare';
import { authenticateWith } from '../nodes/shared/gateways/authenticate';

const REFUSED = 'The key was not accepted';
const FORBIDDEN = 'The key was not accepted, or the account may not use it (balance, rights)';
const ELSEWHERE = 'The host answered, but not as AgentsFlare does. Check the base URL.';

export class AgentsFlareApi implements ICredentialType {
	name = 'agentsFlareApi';

	displayName = 'AgentsFlare API';

	icon: Icon = { light: 'file:../icons/agentsFlare.svg', dark: 'file:../icons/agentsFlare.dark.svg' };

	documentationUrl = 'https://docs.agentsflare.com/';

	properties = keyAndAddress('https://api.agentsflare.com');

	authenticate = authenticateWith('Bearer', agentsFlare.apiRoots);

	// A request without model and prompt: a good key has it refused for those, so nothing is made or charged.
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl }}',
			url: '/byteplus/v3/images/generations',
			method: 'POST',
			// Else the key would go wherever the address leads on to.
			disableFollowRedirect: true,
			headers: { 'Content-Type': 'application/json' },
			body: {},
			// Nothing but a refusal is right, so a good status is none of AgentsFlare's.
			ignoreHttpStatusErrors: { ignore: true, except: [200, 204, ...REDIRECTS, 401, 403, 405, 429, 500, 502, 503, 504] },
		},
		rules: testRules(
			[
				// A wrong key is HTTP 404 at AgentsFlare, so the body has to tell it from a wrong address.
				fieldMeans('message', 'Key not found', REFUSED),
				fieldMeans('statusCode', 401, REFUSED),
				fieldMeans('statusCode', 404, ELSEWHERE),
				fieldMeans('detail', 'Not Found', ELSEWHERE),
				// A page of HTML begins with "<"; no gateway answers with one.
				fieldMeans('0', '<', ELSEWHERE),
			],
			[
				statusMeans(401, REFUSED),
				statusMeans(403, FORBIDDEN),
				statusMeans(429, 'Too many requests, so the key could not be tested. Try again later.'),
				...[200, 204, ...REDIRECTS, 405].map((status) => statusMeans(status, ELSEWHERE)),
			],
		),
	};
}
