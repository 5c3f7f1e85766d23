/** What goes wrong is told in the editor: what happened, and what to do next. */
import type { SandboxBehaviour } from '../../sandbox/sandbox.mjs';
import { GATEWAYS } from '../../tools/gateways.mjs';
import { createCredential } from '../e2e/support/bench.mjs';
import { openNodeOf } from './support/canvas.mjs';
import { adviceOf, NOTHING_CHARGED, summaryOf } from '../support/wording.mjs';
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
	/** undefined = GPTunnel */
	gateway?: (typeof GATEWAYS)[number]['name'];
	/** the model's ID, where it is not the default */
	model?: string;
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
		message: new RegExp(`GPTunnel: ${summaryOf('keyNotAccepted')}`),
		description: new RegExp(adviceOf('keyNotAccepted')),
	},
	{
		name: 'an empty balance',
		node: 'Seedream',
		behaviour: {
			submitFaults: [{ status: 200, body: { code: 5, message: 'Insufficient balance' } }],
		},
		message: new RegExp(`GPTunnel: ${summaryOf('balanceExhausted')} \\(Insufficient balance\\)`),
		description: new RegExp(`${adviceOf('balanceExhausted')}.*${NOTHING_CHARGED}`, 's'),
	},
	{
		name: 'a task that failed',
		node: 'Seedance',
		behaviour: { taskSeconds: 0, taskEnd: 'failed' },
		message: /GPTunnel: .*\[task \S+\]/,
		description: /Task ID: \S+/,
	},
	{
		name: 'a model that has ended',
		node: 'Seedance',
		gateway: 'modelArk',
		model: 'seedance-1-5-pro-251215',
		behaviour: {},
		message:
			/Model: Seedance 1\.5 Pro \(seedance-1-5-pro-251215\) was shut down by its maker on November 11, 2026/,
		description: new RegExp(
			`Choose Seedance 2\\.0 Mini \\(dreamina-seedance-2-0-mini-260615\\) instead\\. ${NOTHING_CHARGED}`,
		),
	},
	{
		name: 'an unknown model',
		node: 'Seedance',
		model: 'seedance-9-ultra',
		behaviour: {},
		message: new RegExp(`GPTunnel ${summaryOf('modelUnknown', { model: 'seedance-9-ultra' })}`),
		description: new RegExp(`${adviceOf('modelUnknown')} ${NOTHING_CHARGED}`),
	},
];

test.each(ROWS)(
	'$name: message and description are in the output panel',
	async ({ name, node, gateway = 'gptunnel', model, behaviour, key, message, description }) => {
		const { bench } = session;
		const chosen = GATEWAYS.find((one) => one.name === gateway);
		if (chosen === undefined) throw new Error('There is no gateway');
		bench.sandbox.behaviour = behaviour;
		const credential = await createCredential(bench, chosen, key ?? bench.sandbox.keys[gateway]);
		await session.inEditor(async (page) => {
			await openNodeOf(
				page,
				{ ...bench, credentials: [credential] },
				{
					name: node,
					type: TYPES[node],
					parameters: {
						gateway,
						prompt: 'A lighthouse on a cliff at dusk',
						...(model === undefined ? {} : { model: { __rl: true, mode: 'id', value: model } }),
					},
					credentialType: credential.type,
				},
			);
			const id = await execute(page);
			const told = await failureIn(page);
			expect(told.message).toMatch(message);
			expect(told.description).toMatch(description);
			expect(`${told.message} ${told.description}`).not.toContain(WRONG_KEY);
			await takePicture(page, `failure-${name.replace(/^an? /, '').replace(/ /g, '-')}`);
			expect((await bench.n8n.waitForExecution(id)).status).toBe('error');
		});
	},
);
