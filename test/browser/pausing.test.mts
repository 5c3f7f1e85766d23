/** Pause Execution in the editor: the node gets its second output, and the example runs through it from there. */
import type { Page } from 'playwright-core';
import { importInto, paidRequests, readExample, waitFor } from '../e2e/support/bench.mjs';
import { closeNode, executionStartedBy, nodeOnCanvas, openNodeOf } from './support/canvas.mjs';
import { addOption, choose, field, offered } from './support/form.mjs';
import { TYPES } from './support/nodes.mjs';
import { takePicture } from './support/pictures.mjs';
import { openSession, type Session } from './support/session.mjs';

/** n8n looks once a minute for what is due. */
const TIMEOUT_MS = 300_000;
const ENDLESS = 1_000_000;
const OUTPUTS = ['Still Running', 'Done'];

let session: Session;
beforeAll(async () => {
	session = await openSession();
});
beforeEach(() => {
	session.bench.sandbox.reset();
});
afterAll(async () => await session?.close());

const outputOn = (page: Page, node: string, name: string) =>
	nodeOnCanvas(page, node).getByText(name, { exact: true });

test.each(['Seedance', 'GPT Image'] as const)(
	'%s: the option gives the node two outputs',
	async (node) => {
		await session.inEditor(async (page) => {
			await openNodeOf(page, session.bench, {
				name: node,
				type: TYPES[node],
				parameters: { prompt: 'A fox' },
				credentialType: 'gptunnelApi',
			});
			await addOption(page, 'While Waiting');
			await field(page, 'whileWaiting').waitFor();
			await closeNode(page);
			for (const name of OUTPUTS) expect(await outputOn(page, node, name).count()).toBe(0);
			await nodeOnCanvas(page, node).dblclick();
			await choose(page, 'whileWaiting', 'Pause Execution');
			await closeNode(page);
			for (const name of OUTPUTS) await outputOn(page, node, name).waitFor();
		});
	},
);

test('Pause Until Called is offered where the gateway calls, and the panel shows no URL to call', async () => {
	await session.inEditor(async (page) => {
		await openNodeOf(page, session.bench, {
			name: 'Seedance',
			type: TYPES.Seedance,
			parameters: {
				gateway: 'modelArk',
				prompt: 'A fox',
				options: { whileWaiting: 'keepRunning' },
			},
			credentialType: 'modelArkApi',
		});
		const choices = ['Keep Running', 'Pause Execution', 'Pause Until Called'];
		expect(await offered(page, 'whileWaiting')).toEqual(choices);
		await choose(page, 'operation', 'Wait Until Done');
		expect(await offered(page, 'whileWaiting')).toEqual(choices.slice(0, 2));
		await choose(page, 'operation', 'Generate');
		await choose(page, 'gateway', 'GPTunnel');
		expect(await offered(page, 'whileWaiting')).toEqual(choices.slice(0, 2));
		await choose(page, 'gateway', 'BytePlus ModelArk');
		await choose(page, 'whileWaiting', 'Pause Until Called');
		await takePicture(page, 'pause-until-called');
		// As the panels of n8n's own nodes with a webhook have them.
		const ofWebhooks = /webhook urls|test url|production url|listen for/i;
		expect(await page.getByText(ofWebhooks).count()).toBe(0);
		await page.getByRole('button', { name: 'Execute step' }).first().waitFor();
		await closeNode(page);
		for (const name of OUTPUTS) await outputOn(page, 'Seedance', name).waitFor();
	});
});

test(
	'the example, started in the editor: it is put aside, and its videos arrive, bought once',
	async () => {
		const { bench } = session;
		const { n8n, sandbox } = bench;
		sandbox.behaviour = { taskSeconds: ENDLESS };
		const workflow = await importInto(bench, await readExample('seedance-pause.json'));
		await session.inEditor(async (page) => {
			await page.goto(`/workflow/${workflow}`);
			for (const name of OUTPUTS) await outputOn(page, 'Seedance', name).waitFor();
			await takePicture(page, 'pause-execution');
			const id = await executionStartedBy(
				page,
				async () => await page.getByTestId('execute-workflow-button').first().click(),
			);
			await waitFor(
				'the execution to be put aside',
				async () => ((await n8n.statusOf(id)) === 'waiting' ? true : undefined),
				60,
			);
			sandbox.behaviour = { taskSeconds: 0 };
			expect(await n8n.waitForExecution(id)).toMatchObject({ status: 'success', error: undefined });
			await takePicture(page, 'pause-execution-done');
		});
		expect(paidRequests(sandbox)).toHaveLength(3);
	},
	TIMEOUT_MS,
);
