import type { Icon, ICredentialTestRequest, ICredentialType } from 'n8n-workflow';
import {
	elsewhere,
	fieldMeans,
	FORBIDDEN,
	keyAndAddress,
	NO_REFUSAL,
	REFUSED,
	statusRules,
	testRules,
} from '../nodes/shared/credentials/testRules';
import { authenticateWith } from '../nodes/shared/credentials/authenticate';
import { myRouterOffer } from '../nodes/shared/gateways/myRouter/offer';

const ELSEWHERE = elsewhere(myRouterOffer.displayName);

/** Key and address of an account at MyRouter; its test costs nothing. */
export class MyRouterApi implements ICredentialType {
	name = 'myRouterApi';

	displayName = 'MyRouter API';

	icon: Icon = { light: 'file:../icons/myRouter.svg', dark: 'file:../icons/myRouter.dark.svg' };

	documentationUrl = 'https://docs.myrouter.ai/';

	properties = keyAndAddress('https://api.myrouter.ai');

	authenticate = authenticateWith('Bearer', myRouterOffer.apiPaths);

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
			ignoreHttpStatusErrors: { ignore: true, except: [...NO_REFUSAL, 404] },
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
			statusRules(myRouterOffer.displayName, [200, 204, 404, 405]),
		),
	};
}
