import type { Icon, ICredentialTestRequest, ICredentialType } from 'n8n-workflow';
import { keyAndAddress } from '../nodes/shared/fields/credential';
import { agentsFlare } from '../nodes/shared/gateways/agentsFlare';
import { authenticateWith } from '../nodes/shared/gateways/authenticate';

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
			headers: { 'Content-Type': 'application/json' },
			body: {},
			// Nothing but a refusal is right, so a good status is none of AgentsFlare's.
			ignoreHttpStatusErrors: { ignore: true, except: [200, 204, 401, 403, 405, 500, 502, 503, 504] },
		},
		rules: [
			// A wrong key is HTTP 404 at AgentsFlare, so the body has to tell it from a wrong address.
			{
				type: 'responseSuccessBody',
				properties: { key: 'message', value: 'Key not found', message: 'The key was not accepted' },
			},
			{ type: 'responseSuccessBody', properties: { key: 'statusCode', value: 401, message: 'The key was not accepted' } },
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'statusCode',
					value: 404,
					message: 'The host answered, but not as AgentsFlare does. Check the base URL.',
				},
			},
			// A page of HTML begins with "<"; no gateway answers with one.
			{
				type: 'responseSuccessBody',
				properties: { key: '0', value: '<', message: 'The host answered, but not as AgentsFlare does. Check the base URL.' },
			},
		],
	};
}
