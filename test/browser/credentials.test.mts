/** A credential is made in the editor, and tested as it is saved. */
import { GATEWAYS } from '../../tools/gateways.mjs';
import { freePort } from '../../tools/ports.mjs';
import { paidRequests } from '../e2e/support/bench.mjs';
import { openNodeOf } from './support/canvas.mjs';
import {
	credentialWindow,
	detailsOfTest,
	fillCredential,
	openChosenCredential,
	openFirstCredential,
	saveAndTest,
	wholeWindow,
} from './support/credentials.mjs';
import { TYPES } from './support/nodes.mjs';
import { takePicture } from './support/pictures.mjs';
import { openSession, type Session } from './support/session.mjs';

const WRONG_KEY = 'sk-wrong-7f3a9c52d1';
const REFUSED = /The key was not accepted/;
/** n8n's own word for a host that does not answer. */
const UNREACHABLE = /ECONNREFUSED/;

let session: Session;
beforeAll(async () => {
	session = await openSession();
	// As n8n is for someone who begins.
	await session.bench.n8n.deleteCredentials();
});
beforeEach(() => session.bench.sandbox.reset());
afterAll(async () => await session?.close());

test.each(GATEWAYS)(
	'$displayName: a wrong key, a good one and a host that is down are told apart',
	async ({ name }) => {
		const { sandbox } = session.bench;
		await session.inEditor(async (page) => {
			await openNodeOf(page, session.bench, {
				name: 'Seedream',
				type: TYPES.Seedream,
				parameters: { gateway: name },
			});
			await openFirstCredential(page);

			await fillCredential(page, { apiKey: WRONG_KEY, baseUrl: sandbox.apiUrl });
			await saveAndTest(page);
			expect(await detailsOfTest(page, REFUSED)).not.toContain(WRONG_KEY);
			if (name === 'gptunnel')
				await takePicture(page, 'credential-wrong-key', { of: wholeWindow(page) });

			await fillCredential(page, { apiKey: sandbox.keys[name] });
			await saveAndTest(page);
			// A window whose test was passed closes by itself.
			await credentialWindow(page).waitFor({ state: 'hidden' });
			await openChosenCredential(page);
			await credentialWindow(page)
				.getByTestId('credentials-config-container-test-success')
				.waitFor();
			if (name === 'gptunnel')
				await takePicture(page, 'credential-good-key', { of: wholeWindow(page) });

			await fillCredential(page, { baseUrl: `http://127.0.0.1:${await freePort()}` });
			await saveAndTest(page);
			expect(await detailsOfTest(page, UNREACHABLE)).not.toMatch(REFUSED);
			if (name === 'gptunnel')
				await takePicture(page, 'credential-host-down', { of: wholeWindow(page) });
		});
		expect(sandbox.requests).not.toHaveLength(0);
		expect(paidRequests(sandbox)).toHaveLength(0);
	},
);
