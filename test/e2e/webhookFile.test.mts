/** A file that comes by a webhook: n8n moves it to the execution when that has ended, and a Retry must know it again. */
import axios from 'axios';
import sharp from 'sharp';
import type { WorkflowJson } from '../../tools/n8nClient.mjs';
import {
	environment,
	importInto,
	paidRequests,
	setUpBench,
	waitFor,
	type Bench,
} from './support/bench.mjs';
import { SEEDANCE, workflowOf } from './support/taskNodes.mjs';

const TIMEOUT_MS = 120_000;
const HOOK = 'seedream-first-frame';

let bench: Bench;
beforeAll(async () => (bench = await setUpBench()));
afterAll(async () => await bench?.sandbox.close());

/** A video that begins with the file of a form. */
function hooked(): WorkflowJson {
	const workflow = workflowOf(SEEDANCE, { operation: 'generate', prompt: 'A fox' });
	const webhook = {
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId: HOOK,
		parameters: { httpMethod: 'POST', path: HOOK },
	};
	const images = { image: [{ source: 'binary', binaryPropertyName: 'picture' }] };
	return {
		...workflow,
		nodes: workflow.nodes.map((node) =>
			node.name === SEEDANCE.displayName
				? { ...node, parameters: { ...node.parameters, images } }
				: { ...node, ...webhook },
		),
	};
}

test(
	'Retry takes up the video that was made of it',
	async () => {
		const { sandbox, n8n } = bench;
		sandbox.behaviour = { taskSeconds: 0, deadLinks: { results: 2, status: 404 } };
		const workflow = await importInto(bench, hooked());
		await n8n.activateWorkflow(workflow);
		const form = new FormData();
		const picture = await sharp({
			create: { width: 512, height: 512, channels: 3, background: 'red' },
		})
			.png()
			.toBuffer();
		form.append('picture', new Blob([picture], { type: 'image/png' }), 'fox.png');
		const url = new URL(`/webhook/${HOOK}`, environment.E2E_N8N_URL).href;
		await waitFor('the webhook', async () =>
			(await axios.post(url, form, { proxy: false, validateStatus: () => true })).status === 200
				? true
				: undefined,
		);
		const execution = await waitFor(
			'the execution',
			async () => (await n8n.executionsOf(workflow))[0],
		);
		const failed = await n8n.waitForExecution(execution);
		expect(failed.error?.message).toContain('could not be downloaded');
		expect(paidRequests(sandbox)).toHaveLength(1);

		const retried = await n8n.retryExecution(failed.id, 'original');
		expect(retried).toMatchObject({ status: 'success', error: undefined });
		expect(retried.itemsOf(SEEDANCE.displayName).map(({ json }) => json.status)).toEqual([
			'succeeded',
		]);
		expect(paidRequests(sandbox)).toHaveLength(1);
	},
	TIMEOUT_MS,
);
