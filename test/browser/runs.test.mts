/** The shortest way to a file: a gateway, a prompt, "Execute step". And how to stop a wait. */
import { z } from 'zod';
import { environment, findLogLine, paidRequests, waitFor } from '../e2e/support/bench.mjs';
import {
	addNode,
	closeNode,
	executionStartedBy,
	nodeOnCanvas,
	openNode,
	openNodeOf,
	openWorkflow,
	searchNodes,
} from './support/canvas.mjs';
import { chooseCredential } from './support/credentials.mjs';
import { choose, type } from './support/form.mjs';
import { TYPES } from './support/nodes.mjs';
import { execute, executeButton, outputOf, viewFile } from './support/output.mjs';
import { takePicture } from './support/pictures.mjs';
import { openSession, type Session } from './support/session.mjs';

let session: Session;
beforeAll(async () => {
	session = await openSession();
});
beforeEach(() => {
	session.bench.sandbox.reset();
	session.bench.sandbox.behaviour = { taskSeconds: 1 };
});
afterAll(async () => await session?.close());

const RUNS = [
	{ node: 'Seedream', gateway: 'GPTunnel', prompt: 'A lighthouse on a cliff at dusk', kind: 'img' },
	{
		node: 'Seedance',
		gateway: 'GPTunnel',
		prompt: 'A paper boat sails down a rainy street',
		kind: 'video',
	},
	{
		node: 'GPT Image',
		gateway: 'GPTunnel',
		prompt: 'A red fox in fresh snow at sunrise',
		kind: 'img',
	},
] as const;

test.each(RUNS)(
	'$node: with a gateway and a prompt, the output panel shows the file',
	async ({ node, gateway, prompt, kind }) => {
		const { n8n, sandbox } = session.bench;
		await session.inEditor(async (page) => {
			await openWorkflow(page, session.bench);
			await searchNodes(page, node.toLowerCase());
			await addNode(page, node);
			await choose(page, 'gateway', gateway);
			await type(page, 'prompt', prompt);
			const id = await execute(page);
			await viewFile(page, kind);
			await takePicture(page, `run-${node.toLowerCase().replace(' ', '-')}`);
			expect((await n8n.waitForExecution(id)).status).toBe('success');
		});
		expect(paidRequests(sandbox)).toHaveLength(1);
		expect(paidRequests(sandbox)[0]).toMatchObject({ gateway: 'gptunnel', body: { prompt } });
	},
);

test('Seedream: another gateway is chosen with its credential, and the output panel shows its picture', async () => {
	const { n8n, sandbox, credentials } = session.bench;
	const credential = credentials.find(
		({ type: credentialType }) => credentialType === 'agentsFlareApi',
	);
	if (credential === undefined) throw new Error('AgentsFlare has no credential');
	await session.inEditor(async (page) => {
		await openNodeOf(page, session.bench, {
			name: 'Seedream',
			type: TYPES.Seedream,
			parameters: {},
			credentialType: 'gptunnelApi',
		});
		await choose(page, 'gateway', 'AgentsFlare');
		await chooseCredential(page, credential);
		await type(page, 'prompt', 'A lighthouse on a cliff at dusk');
		const id = await execute(page);
		await viewFile(page, 'img');
		expect((await n8n.waitForExecution(id)).status).toBe('success');
	});
	expect(paidRequests(sandbox)).toHaveLength(1);
	expect(paidRequests(sandbox)[0]).toMatchObject({ gateway: 'agentsFlare' });
});

test('Stop ends a wait', async () => {
	const { n8n, sandbox } = session.bench;
	sandbox.behaviour = { taskSeconds: 600 };
	await session.inEditor(async (page) => {
		await openNodeOf(page, session.bench, {
			name: 'Seedance',
			type: TYPES.Seedance,
			parameters: { prompt: 'A paper boat sails down a rainy street' },
			credentialType: 'gptunnelApi',
		});
		const id = await execute(page);
		const look = await waitFor('a look at the task', () =>
			sandbox.requests.find(({ path }) => path === '/v1/media/result'),
		);
		const { task_id: taskId } = z.object({ task_id: z.string() }).parse(look.body);
		await outputOf(page).getByTestId('ndv-executing').waitFor();
		await takePicture(page, 'wait');

		await page.getByTestId('ndv-stop-execution-button').click();
		await outputOf(page).getByTestId('ndv-executing').waitFor({ state: 'hidden' });
		await waitFor('the end of the execution', async () =>
			(await n8n.statusOf(id)) === 'canceled' ? true : undefined,
		);
		// The node itself has ended, too: it says what goes on at the gateway.
		await waitFor(
			'the line in the log',
			async () => await findLogLine(environment.E2E_N8N_LOG, 'was stopped', taskId),
		);
		await page.getByTestId('ndv-stop-execution-button').waitFor({ state: 'hidden' });
		await executeButton(page).waitFor();
	});
	expect(paidRequests(sandbox)).toHaveLength(1);
});

test('pinned on the canvas, it is not run again, and gives the file that is there', async () => {
	const { n8n, sandbox } = session.bench;
	await session.inEditor(async (page) => {
		const parameters = { prompt: 'A lighthouse on a cliff at dusk' };
		await openNodeOf(page, session.bench, {
			name: 'Seedream',
			type: TYPES.Seedream,
			parameters,
			credentialType: 'gptunnelApi',
		});
		await execute(page);
		await viewFile(page, 'img');
		await closeNode(page);
		await nodeOnCanvas(page, 'Seedream').click({ button: 'right' });
		await page.getByText('Pin', { exact: true }).click();
		const id = await executionStartedBy(
			page,
			async () => await page.getByText('Execute workflow', { exact: true }).last().click(),
		);
		const execution = await n8n.waitForExecution(id);
		expect(execution.status).toBe('success');
		expect(execution.itemsOf('Seedream')[0]?.binary?.data?.mimeType).toBe('image/jpeg');
	});
	expect(paidRequests(sandbox)).toHaveLength(1);
});

test('the steps after it use the picture that is there, and nothing is ordered again', async () => {
	const { n8n, sandbox } = session.bench;
	await session.inEditor(async (page) => {
		const parameters = { prompt: 'A lighthouse on a cliff at dusk' };
		const next = { name: 'Next', type: 'n8n-nodes-base.noOp', parameters: {} };
		await openWorkflow(
			page,
			session.bench,
			{ name: 'Seedream', type: TYPES.Seedream, parameters, credentialType: 'gptunnelApi' },
			next,
		);
		await openNode(page, 'Seedream');
		await execute(page);
		await viewFile(page, 'img');
		await closeNode(page);
		await openNode(page, next.name);
		const execution = await n8n.waitForExecution(await execute(page));
		expect(execution.status).toBe('success');
		expect(execution.itemsOf(next.name)[0]?.binary?.data?.mimeType).toBe('image/jpeg');
	});
	expect(paidRequests(sandbox)).toHaveLength(1);
});
