import type { Icon, ICredentialTestRequest, ICredentialType } from 'n8n-workflow';
import {
	elsewhere,
	fieldMeans,
	keyAndAddress,
	NO_REFUSAL,
	REFUSED,
	statusRules,
	testRules,
} from '../nodes/shared/credentials/testRules';
import { agentsFlareOffer } from '../nodes/shared/gateways/agentsFlare/offer';
import { authenticateWith } from '../nodes/shared/credentials/authenticate';

const ELSEWHERE = elsewhere(agentsFlareOffer.displayName);

/** Key and address of an account at AgentsFlare; its test costs nothing. */
export class AgentsFlareApi implements ICredentialType {
	name = 'agentsFlareApi';

	displayName = 'AgentsFlare API';

	icon: Icon = {
		light: 'file:../icons/agentsFlare.svg',
		dark: 'file:../icons/agentsFlare.dark.svg',
	};

	documentationUrl = 'https://docs.agentsflare.com/';

	properties = keyAndAddress('https://api.agentsflare.com');

	authenticate = authenticateWith('Bearer', agentsFlareOffer.apiPaths);

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
			ignoreHttpStatusErrors: { ignore: true, except: NO_REFUSAL },
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
			statusRules(agentsFlareOffer.displayName, [200, 204, 405]),
		),
	};
}
