/** What users, workflows and n8n's store see of the package; a change of texts is the only one that these files may show. */
import { createCredentialTypes, createNode } from '../support/packageClasses.mjs';

it.each(['Seedream', 'Seedance', 'GptImage'])('the form of %s', (name) => {
	expect(JSON.parse(JSON.stringify(createNode(name).description))).toMatchSnapshot();
});

it.each([...createCredentialTypes()])('the credential %s', (_name, credential) => {
	expect(JSON.parse(JSON.stringify(credential))).toMatchSnapshot();
});
