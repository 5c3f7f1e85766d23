/** A credential is made in the editor, and tested as it is saved. */
import { GATEWAYS } from '../../tools/gateways.mjs';
import { freePort } from '../../tools/ports.mjs';
import { paidRequests } from '../e2e/support/bench.mjs';
import { openNodeOf } from './support/canvas.mjs';
import { credentialWindow, fillCredential, openNewCredential, saveAndTest } from './support/credentials.mjs';
import { TYPES } from './support/nodes.mjs';
import { takePicture } from './support/pictures.mjs';
import { openSession, type Session } from './support/session.mjs';

const WRONG_KEY = 'sk-wrong-7f3a9c52d1';

let session: Session;
beforeAll(async () => {
	session = await openSession();
});
beforeEach(() => session.bench.sandbox.reset());
afterAll(async () => await session?.close());

test.each(GATEWAYS)('$displayName: a wrong key, a good one and a host that is down are told apart', async ({ name }) => {
	const { sandbox } = session.bench;
	await session.inEditor(async (page) => {
		await openNodeOf(page, session.bench, { name: 'Seedream', type: TYPES.Seedream, parameters: { gateway: name } });
		await openNewCredential(page);
		const shown = credentialWindow(page);

		await fillCredential(page, { apiKey: WRONG_KEY, baseUrl: sandbox.apiUrl });
		await saveAndTest(page);
		await shown.getByText('The key was not accepted').waitFor();
		await takePicture(page, `credential-${name}-wrong-key`);
		expect(await shown.innerText()).not.toContain(WRONG_KEY);

		await fillCredential(page, { apiKey: sandbox.keys[name] });
		await saveAndTest(page);
		await shown.getByTestId('credentials-config-container-test-success').waitFor();
		await takePicture(page, `credential-${name}-good-key`);

		await fillCredential(page, { baseUrl: `http://127.0.0.1:${await freePort()}` });
		await saveAndTest(page);
		await shown.getByText(/ECONNREFUSED|refused|reach/i).first().waitFor();
		expect(await shown.innerText()).not.toMatch(/key was not accepted/i);
		await takePicture(page, `credential-${name}-host-down`);
	});
	expect(paidRequests(sandbox)).toHaveLength(0);
});
