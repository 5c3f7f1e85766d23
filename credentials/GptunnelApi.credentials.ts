import type { Icon, ICredentialTestRequest, ICredentialType } from 'n8n-workflow';
import {
	elsewhere,
	fieldMeans,
	keyAndAddress,
	REFUSED,
	statusRules,
	testRules,
} from '../nodes/shared/credentials/testRules';
import { authenticateWith } from '../nodes/shared/credentials/authenticate';
import { gptunnelOffer } from '../nodes/shared/gateways/gptunnel/offer';

const ELSEWHERE = elsewhere(gptunnelOffer.displayName);

/** Key and address of an account at GPTunnel; its test costs nothing. */
export class GptunnelApi implements ICredentialType {
	name = 'gptunnelApi';

	displayName = 'GPTunnel API';

	icon: Icon = { light: 'file:../icons/gptunnel.svg', dark: 'file:../icons/gptunnel.dark.svg' };

	documentationUrl = 'https://docs.gptunnel.ru/';

	properties = keyAndAddress('https://gptunnel.ru');

	authenticate = authenticateWith('', gptunnelOffer.apiPaths);

	// Asks for the balance: free, and only a good key gets it. A wrong one gets HTTP 401.
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl }}',
			url: '/v1/balance',
			method: 'GET',
			// Else the key would go wherever the address leads on to.
			disableFollowRedirect: true,
		},
		rules: testRules(
			[fieldMeans('code', 2, REFUSED), fieldMeans('balance', undefined, ELSEWHERE)],
			statusRules(gptunnelOffer.displayName, [404]),
		),
	};
}
