import type { Icon, ICredentialTestRequest, ICredentialType } from 'n8n-workflow';
import { fieldMeans, keyAndAddress, REDIRECTS, statusMeans, testRules } from '../nodes/shared/fields/credential';
import { authenticateWith } from '../nodes/shared/gateways/authenticate';
import { myRouter } from '../nodes/shared/gateways/myRouter';

const REFUSED = 'The key was not accepted';
const FORBIDDEN = 'The key was not accepted, or the account may not use it (balance, rights)';
const ELSEWHERE = 'The host answered, but not as MyRouter does. Check the base URL.';

export class MyRouterApi implements ICredentialType {
	name = 'myRouterApi';

	displayName = 'MyRouter API';

	icon: Icon = { light: 'file:../icons/myRouter.svg', dark: 'file:../icons/myRouter.dark.svg' };

	documentationUrl = 'https://docs.myrouter.ai/';

	properties = keyAndAddress('https://api.myrouter.ai');

	authenticate = authenticateWith('Bearer', myRouter.apiRoots);

	// A request without its prompt: a good key has it refused for the prompt, so nothing is made or charged.
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl }}',
			url: '/v3/seedream-4.0',
			method: 'POST',
			// Else the key would go wherever the address leads on to.
			disableFollowRedirect: true,
			headers: { 'Content-Type': 'application/json' },
			body: {},
			// Nothing but a refusal is right, so a good status is none of MyRouter's.
			ignoreHttpStatusErrors: { ignore: true, except: [200, 204, ...REDIRECTS, 401, 403, 404, 405, 429, 500, 502, 503, 504] },
		},
		rules: testRules(
			[
				// Versions of n8n that know no `except` come here with the body of a 401 or 403.
				fieldMeans('code', 401, REFUSED),
				fieldMeans('code', 403, FORBIDDEN),
				fieldMeans('reason', 'INVALID_API_KEY', REFUSED),
				fieldMeans('reason', 'FAILED_TO_AUTH', REFUSED),
				// A page of HTML begins with "<"; no gateway answers with one.
				fieldMeans('0', '<', ELSEWHERE),
			],
			[
				statusMeans(401, REFUSED),
				statusMeans(403, FORBIDDEN),
				statusMeans(429, 'Too many requests, so the key could not be tested. Try again later.'),
				...[200, 204, ...REDIRECTS, 404, 405].map((status) => statusMeans(status, ELSEWHERE)),
			],
		),
	};
}
