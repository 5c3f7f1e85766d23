import { heldBy } from '../tools/inspector.mjs';
import type { ExecutedItem } from '../tools/n8nClient.mjs';
import type { Job } from './jobs.mjs';
import { deliverItems, passItems, type Place } from './measure.mjs';
import { holdingWorkflow, LAST, withParameter, workflowFor } from './workflows.mjs';

/** What n8n holds for each item while an execution goes on, in bytes, when garbage has been collected: of each pair of runs. */
export interface HeldPerItem {
	/** Of a workflow with our node. */
	ours: number[];
	/** Of one that is given the same items, and passes them on. */
	output: number[];
}

const FEW = 200;
const MANY = 1000;
const PAIRS = 5;

/**
 * Runs the job with few items and with many, in turn, and reads n8n's heap when all files are there and the execution
 * is not over. What n8n's own heap gains meanwhile is taken out: each run with many stands between two with few.
 * @param jobOf the job with so many items
 * @param inspectPort where n8n's inspector opens when it is asked to
 */
export async function measureHeld(
	place: Place,
	jobOf: (count: number) => Job,
	inspectPort: number,
): Promise<HeldPerItem> {
	// The first run loads code, and shows the order.
	const items = await deliver(place, jobOf(MANY), true);
	const ours = await pairs('with our node', async (count) => {
		let bytes = 0;
		await deliver(place, jobOf(count), false, async () => {
			bytes = (await heldBy(place.n8n.pid(), inspectPort)).heap;
		});
		return bytes;
	});
	const output = await pairs('with its items alone', async (count) => {
		let bytes = 0;
		await passItems(place, items.slice(0, count), async () => {
			bytes = (await heldBy(place.n8n.pid(), inspectPort)).heap;
		});
		return bytes;
	});
	return { ours, output };
}

/** @returns for each pair what an item takes, in bytes */
async function pairs(what: string, held: (count: number) => Promise<number>): Promise<number[]> {
	let few = await held(FEW);
	const all: number[] = [];
	for (let pair = 1; pair <= PAIRS; pair++) {
		const many = await held(MANY);
		const fewAgain = await held(FEW);
		const bytes = (many - (few + fewAgain) / 2) / (MANY - FEW);
		console.log(`  [${pair}/${PAIRS}] ${what}: ${Math.round(bytes)} bytes per item`);
		all.push(bytes);
		few = fewAgain;
	}
	return all;
}

/** @param isTold whether each item has a prompt of its own, so that the order is seen */
async function deliver(
	place: Place,
	job: Job,
	isTold: boolean,
	delivered = async (): Promise<void> => undefined,
): Promise<ExecutedItem[]> {
	const workflow = (prompts: readonly string[]) => {
		const told = holdingWorkflow(
			workflowFor('ours', job, prompts, place.sandbox.apiUrl),
			LAST.ours,
		);
		// n8n keeps kilobytes of every fourth expression that it works out: they would hide what an item takes.
		return isTold ? told : withParameter(told, LAST.ours, { prompt: prompts[0] });
	};
	return await deliverItems(place, job, workflow, delivered);
}
