import type { Icon, ICredentialTestRequest, ICredentialType } from 'n8n-workflow';
import { keyAndAddress } from '../nodes/shared/fields/credential';
import { authenticateWith } from '../nodes/shared/gateways/authenticate';
import { gptunnel } from '../nodes/shared/gateways/gptunnel';

export class GptunnelApi implements ICredentialType {
	name = 'gptunnelApi';

	displayName = 'GPTunnel API';

	icon: Icon = { light: 'file:../icons/gptunnel.svg', dark: 'file:../icons/gptunnel.dark.svg' };

	documentationUrl = 'https://docs.gptunnel.ru/';

	properties = keyAndAddress('https://gptunnel.ru');

	authenticate = authenticateWith('', gptunnel.apiRoots);

	// Asks for the balance: free, and only a good key gets it. A wrong one gets HTTP 401 without a balance.
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl }}',
			url: '/v1/balance',
			method: 'GET',
			ignoreHttpStatusErrors: { ignore: true, except: [403, 404, 500, 502, 503, 504] },
		},
		rules: [
			{ type: 'responseSuccessBody', properties: { key: 'code', value: 2, message: 'The key was not accepted' } },
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'balance',
					value: undefined,
					message: 'The key was not accepted, or the base URL does not lead to GPTunnel',
				},
			},
		],
	};
}
