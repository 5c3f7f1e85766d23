import { z } from 'zod';
import type { RecordedRequest } from '../../../sandbox/sandbox.mjs';
import type { WorkflowJson } from '../../../tools/n8nClient.mjs';
import { waitFor, type Bench } from './bench.mjs';
import { SEEDANCE, workflowOf } from './taskNodes.mjs';

/** Two starts of n8n, on a machine that is busy with the other tests, and several pauses, of a minute as a rule. */
export const PAUSING_TIMEOUT_MS = 420_000;

/** Seconds that a task takes which does not end in a test. */
export const ENDLESS = 1_000_000;

export async function untilWaiting({ n8n: client }: Bench, executionId: string): Promise<void> {
	await waitFor(
		'the execution to be put aside',
		async () => ((await client.statusOf(executionId)) === 'waiting' ? true : undefined),
		120,
	);
}

/** Longer than any test, so that a call alone can have resumed the execution. */
export const BY_CALL_ALONE = { pollInterval: 20_000, timeout: 80_000 };

/** The node after the output “Done” of `untilCalledWorkflow`. */
export const AFTER = 'After';

/**
 * A workflow whose node pauses at BytePlus ModelArk until it is called, with a node behind it.
 * @param countUrl what that node reads for each item, so that its runs can be counted, also those that n8n forgets
 */
export function untilCalledWorkflow(
	options: Record<string, unknown> = {},
	prompts: readonly string[] = ['A fox'],
	countUrl?: string,
): WorkflowJson {
	const node = SEEDANCE.displayName;
	const workflow = workflowOf(
		SEEDANCE,
		{ operation: 'generate', prompt: '={{ $json.prompt }}' },
		{ prompts, options: { whileWaiting: 'pauseUntilCalled', ...options } },
	);
	const after = {
		name: AFTER,
		id: 'after',
		position: [900, 0],
		...(countUrl === undefined
			? { type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} }
			: {
					type: 'n8n-nodes-base.httpRequest',
					typeVersion: 4.2,
					parameters: { url: countUrl, options: {} },
				}),
	};
	const atModelArk = (one: WorkflowJson['nodes'][number]) => ({
		...one,
		parameters: {
			...one.parameters,
			gateway: 'modelArk',
			model: { __rl: true, mode: 'id', value: 'seedance-1-0-pro-250528' },
		},
		credentials: { modelArkApi: { id: null, name: 'BytePlus ModelArk account' } },
	});
	return {
		...workflow,
		nodes: [...workflow.nodes.map((one) => (one.name === node ? atModelArk(one) : one)), after],
		connections: {
			...workflow.connections,
			[node]: {
				main: [[{ node, type: 'main', index: 0 }], [{ node: AFTER, type: 'main', index: 0 }]],
			},
		},
	};
}

const orderSchema = z.object({ callback_url: z.string().url() });

/** The URLs that orders have told the gateway to call. */
export const resumeUrls = (orders: readonly RecordedRequest[]): string[] =>
	orders.flatMap(({ body }) => {
		const { data } = orderSchema.safeParse(body);
		return data ? [data.callback_url] : [];
	});
