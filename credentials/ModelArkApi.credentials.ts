import type { Icon, ICredentialTestRequest, ICredentialType } from 'n8n-workflow';
import {
	elsewhere,
	fieldMeans,
	FORBIDDEN,
	keyAndAddress,
	REFUSED,
	statusRules,
	testRules,
} from '../nodes/shared/credentials/testRules';
import { authenticateWith } from '../nodes/shared/credentials/authenticate';
import { modelArkOffer } from '../nodes/shared/gateways/modelArk/offer';

const ELSEWHERE = elsewhere(modelArkOffer.displayName);

/** Key and address of an account at BytePlus ModelArk; its test costs nothing. */
export class ModelArkApi implements ICredentialType {
	name = 'modelArkApi';

	displayName = 'BytePlus ModelArk API';

	icon: Icon = { light: 'file:../icons/modelArk.svg', dark: 'file:../icons/modelArk.dark.svg' };

	documentationUrl = 'https://docs.byteplus.com/en/docs/ModelArk/1399008';

	properties = keyAndAddress('https://ark.ap-southeast.bytepluses.com/api/v3');

	authenticate = authenticateWith('Bearer', modelArkOffer.apiPaths);

	// The list of the tasks: it starts nothing, and costs nothing.
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl }}',
			url: '/contents/generations/tasks',
			qs: { page_num: 1, page_size: 1 },
			// Else the key would go wherever the address leads on to.
			disableFollowRedirect: true,
		},
		rules: testRules(
			[
				fieldMeans('error.code', 'AuthenticationError', REFUSED),
				fieldMeans('error.code', 'AccountOverdueError', FORBIDDEN),
				// What else answers with a good status has no number of tasks.
				fieldMeans('total', undefined, ELSEWHERE),
			],
			statusRules(modelArkOffer.displayName, [404, 405]),
		),
	};
}
