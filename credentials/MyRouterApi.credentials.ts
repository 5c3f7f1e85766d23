import type { Icon, ICredentialTestRequest, ICredentialType } from 'n8n-workflow';
import { keyAndAddress } from '../nodes/shared/fields/credential';
import { authenticateWith } from '../nodes/shared/gateways/authenticate';
import { myRouter } from '../nodes/shared/gateways/myRouter';

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
			headers: { 'Content-Type': 'application/json' },
			body: {},
			// Nothing but a refusal is right, so a good status is none of MyRouter's.
			ignoreHttpStatusErrors: { ignore: true, except: [200, 204, 401, 403, 404, 405, 500, 502, 503, 504] },
		},
		// Versions of n8n that know no `except` come here with the body of a 401 or 403.
		rules: [
			{ type: 'responseSuccessBody', properties: { key: 'code', value: 401, message: 'The key was not accepted' } },
			{ type: 'responseSuccessBody', properties: { key: 'code', value: 403, message: 'The key was not accepted' } },
			{
				type: 'responseSuccessBody',
				properties: { key: 'reason', value: 'INVALID_API_KEY', message: 'The key was not accepted' },
			},
			{
				type: 'responseSuccessBody',
				properties: { key: 'reason', value: 'FAILED_TO_AUTH', message: 'The key was not accepted' },
			},
			// A page of HTML begins with "<"; no gateway answers with one.
			{
				type: 'responseSuccessBody',
				properties: { key: '0', value: '<', message: 'The host answered, but not as MyRouter does. Check the base URL.' },
			},
		],
	};
}
