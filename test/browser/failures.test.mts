/** What goes wrong is told in the editor: what happened, and what to do next. */
import type { SandboxBehaviour } from '../../sandbox/sandbox.mjs';
import { GATEWAYS } from '../../tools/gateways.mjs';
import { createCredential } from '../e2e/support/bench.mjs';
import { openNodeOf } from './support/canvas.mjs';
import { TYPES } from './support/nodes.mjs';
import { execute, failureIn } from './support/output.mjs';
import { takePicture } from './support/pictures.mjs';
import { openSession, type Session } from './support/session.mjs';

const WRONG_KEY = 'sk-wrong-7f3a9c52d1';

let session: Session;
beforeAll(async () => {
	session = await openSession();
});
beforeEach(() => session.bench.sandbox.reset());
afterAll(async () => await session?.close());

interface Row {
	name: string;
	node: keyof typeof TYPES;
	behaviour: SandboxBehaviour;
	key?: string;
	message: RegExp;
	description: RegExp;
}

const ROWS: readonly Row[] = [
	{
		name: 'a wrong key',
		node: 'Seedream',
		behaviour: {},
		key: WRONG_KEY,
		message: /GPTunnel: the key was not accepted/,
		description: /Check the API key and the base URL in the credential/,
	},
	{
		name: 'an empty balance',
		node: 'Seedream',
		behaviour: { submitFaults: [{ status: 200, body: { code: 5, message: 'Insufficient balance' } }] },
		message: /GPTunnel: the balance is exhausted \(Insufficient balance\)/,
		description: /Top up the account.*Nothing was charged/s,
	},
	{
		name: 'a task that failed',
		node: 'Seedance',
		behaviour: { taskSeconds: 0, taskEnd: 'failed' },
		message: /GPTunnel: .*\[task \S+\]/,
		description: /Task ID: \S+/,
	},
];

test.each(ROWS)('$name: message and description are in the output panel', async ({ name, node, behaviour, key, message, description }) => {
	const { bench } = session;
	const [gptunnel] = GATEWAYS;
	if (gptunnel === undefined) throw new Error('There is no gateway');
	bench.sandbox.behaviour = behaviour;
	const credential = await createCredential(bench, gptunnel, key ?? bench.sandbox.keys.gptunnel);
	await session.inEditor(async (page) => {
		await openNodeOf(page, { ...bench, credentials: [credential] }, {
			name: node,
			type: TYPES[node],
			parameters: { gateway: 'gptunnel', prompt: 'A lighthouse on a cliff at dusk' },
			credentialType: credential.type,
		});
		const id = await execute(page);
		const told = await failureIn(page);
		expect(told.message).toMatch(message);
		expect(told.description).toMatch(description);
		expect(`${told.message} ${told.description}`).not.toContain(WRONG_KEY);
		await takePicture(page, `failure-${name.replace(/^an? /, '').replace(/ /g, '-')}`);
		expect((await bench.n8n.waitForExecution(id)).status).toBe('error');
	});
});
