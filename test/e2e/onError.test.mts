/** What a real n8n does with the second of three items that fails, with each of the settings of On Error. */
import { z } from 'zod';
import type { SandboxBehaviour, SandboxFault } from '../../sandbox/sandbox.mjs';
import type { ExecutedItem, Execution } from '../../tools/n8nClient.mjs';
import { importInto, paidRequests, setUpBench, type Bench } from './support/bench.mjs';
import { expectOrderedFiles, ITEMS, orderSchema } from './support/ordered.mjs';
import {
	FAILED,
	generateWorkflow,
	MADE,
	NODES_WITH_TASKS,
	PAID_NODES,
	type NodeSettings,
	type PaidNode,
} from './support/paidNodes.mjs';
import { NOTHING_CHARGED, summaryOf } from '../support/wording.mjs';

let bench: Bench;
beforeAll(async () => {
	bench = await setUpBench();
});
beforeEach(() => bench.sandbox.reset());
afterAll(async () => await bench?.sandbox.close());

const paidCount = () => paidRequests(bench.sandbox).length;

/** How the second of three items fails at each node. */
interface Refusal {
	node: PaidNode;
	what: string;
	behaviour(): SandboxBehaviour;
	/** one after the other, so that the newest order is the one that a fault is for */
	options: Record<string, unknown>;
	error: Record<string, unknown>;
	/** how many orders are paid when the node stops at the failure, and when it goes on */
	paid: { stopping: number; goingOn: number };
}

const WORDS = 'This prompt is not allowed';
const FILTERS: Record<
	PaidNode['gateway']['name'],
	{ fault(message: string): SandboxFault; error: Record<string, unknown> }
> = {
	gptunnel: {
		fault: (message) => ({ status: 200, body: { code: 1001, message } }),
		error: { code: '1001', httpCode: '200' },
	},
	myRouter: {
		fault: (message) => ({
			status: 400,
			body: { code: 400, reason: 'SENSITIVE_CONTENT', message, metadata: {} },
		}),
		error: { code: 'SENSITIVE_CONTENT', httpCode: '400' },
	},
	agentsFlare: {
		fault: (message) => ({
			status: 400,
			body: {
				error: {
					code: 'InputTextSensitiveContentDetected',
					message,
					param: '',
					type: 'BadRequest',
				},
			},
		}),
		error: { code: 'InputTextSensitiveContentDetected', httpCode: '400' },
	},
	modelArk: {
		fault: (message) => ({
			status: 400,
			body: {
				error: {
					code: 'InputTextSensitiveContentDetected',
					message,
					param: '',
					type: 'BadRequest',
				},
			},
		}),
		error: { code: 'InputTextSensitiveContentDetected', httpCode: '400' },
	},
};

/** The ids of the tasks by their prompts, as far as they were seen. */
const taskIds = new Map<string, string>();

const REFUSALS: Refusal[] = [
	...PAID_NODES.map((node): Refusal => {
		const { name, displayName } = node.gateway;
		return {
			node,
			what: 'refused by the content filter',
			options: { maxConcurrency: 1 },
			behaviour: () => ({
				taskSeconds: 1,
				get submitFaults() {
					if (
						orderSchema.safeParse(bench.sandbox.requests.at(-1)?.body).data?.prompt !== 'The second'
					)
						return [];
					// A gateway that repeats the key.
					return [FILTERS[name].fault(`${WORDS} (${bench.sandbox.keys[name]})`)];
				},
			}),
			error: {
				...FILTERS[name].error,
				message: expect.stringMatching(
					new RegExp(`^${displayName}: the content filter refused.*${WORDS}.*\\[item 1\\]$`),
				),
				description: expect.stringContaining(NOTHING_CHARGED),
			},
			paid: { stopping: 1, goingOn: 2 },
		};
	}),
	...NODES_WITH_TASKS.map(
		(node): Refusal => ({
			node,
			what: 'a task that failed',
			options: {},
			behaviour: () => ({
				taskSeconds: 1,
				taskEnd: ({ id, prompt }) => {
					taskIds.set(prompt, id);
					return prompt === 'The second' ? 'failed' : 'done';
				},
			}),
			error: {
				taskId: expect.any(String),
				message: expect.stringMatching(
					new RegExp(
						`^GPTunnel: ${summaryOf('taskFailed')}.*\\[task [0-9a-f]{24}\\] \\[item 1\\]$`,
					),
				),
				description: expect.stringMatching(/Task ID: [0-9a-f]{24}/),
				code: 'taskFailed',
			},
			paid: { stopping: 3, goingOn: 3 },
		}),
	),
];

describe.each(REFUSALS)(
	'On Error, $node.title, the second of three: $what',
	({ node, behaviour, options, error, paid }) => {
		const made = ITEMS.filter(({ prompt }) => prompt !== 'The second');

		async function runWith(onError: NodeSettings['onError']): Promise<Execution> {
			taskIds.clear();
			bench.sandbox.behaviour = behaviour();
			const workflow = generateWorkflow(node, ITEMS, { options, settings: { onError } });
			return await bench.n8n.waitForExecution(
				await bench.n8n.startWorkflow(await importInto(bench, workflow)),
			);
		}

		/** The failed item, as the interface fixes it; gives the fields besides. */
		function expectFailed(item: ExecutedItem | undefined): Record<string, unknown> {
			const { error: told, ...others } = z
				.object({ error: z.record(z.unknown()) })
				.passthrough()
				.parse(item?.json);
			expect(told).toEqual({ ...error, gateway: node.gateway.name });
			expect(told.taskId).toBe(taskIds.get('The second'));
			expect(item?.binary).toBeUndefined();
			expect(item?.pairedItem).toEqual({ item: 1 });
			return others;
		}

		test('Stop Workflow: the execution fails, and says what was made besides', async () => {
			const execution = await runWith('stopWorkflow');
			expect(execution.status).toBe('error');
			expect(execution.error).toMatchObject({
				message: error.message,
				description: error.description,
			});
			expect(execution.error?.description).toContain('Also made or on its way');
			for (const [prompt, id] of taskIds) {
				expect(
					prompt === 'The second' ? execution.error?.message : execution.error?.description,
				).toContain(id);
			}
			expect(execution.itemsOf(node.displayName)).toEqual([]);
			expect(execution.itemsOf(MADE)).toEqual([]);
			expect(paidCount()).toBe(paid.stopping);
		});

		test('Continue: it stays in its place on the first output', async () => {
			const execution = await runWith('continueRegularOutput');
			expect(execution).toMatchObject({ status: 'success', error: undefined });
			const items = execution.itemsOf(node.displayName);
			expect(items).toHaveLength(3);
			expect(expectFailed(items[1])).toEqual({});
			await expectOrderedFiles(
				bench,
				items.filter((_, index) => index !== 1),
				made,
				[0, 2],
			);
			expect(execution.itemsOf(node.displayName, 1)).toEqual([]);
			expect(execution.itemsOf(MADE).map(({ json }) => json)).toEqual(
				items.map(({ json }) => json),
			);
			expect(execution.itemsOf(FAILED)).toEqual([]);
			expect(paidCount()).toBe(paid.goingOn);
		});

		test('Continue (using error output): it leaves by the error output, with what came in', async () => {
			const execution = await runWith('continueErrorOutput');
			expect(execution).toMatchObject({ status: 'success', error: undefined });
			await expectOrderedFiles(bench, execution.itemsOf(node.displayName), made, [0, 2]);
			const failed = execution.itemsOf(node.displayName, 1);
			expect(failed).toHaveLength(1);
			expect(expectFailed(failed[0])).toEqual(ITEMS[1]);
			expect(execution.itemsOf(MADE)).toHaveLength(2);
			expect(execution.itemsOf(FAILED).map(({ json }) => json)).toEqual(
				failed.map(({ json }) => json),
			);
			expect(paidCount()).toBe(paid.goingOn);
		});
	},
);
