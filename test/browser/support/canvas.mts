import type { Locator, Page } from 'playwright-core';
import { z } from 'zod';
import { importInto, type Bench } from '../../e2e/support/bench.mjs';
import { formOf } from './form.mjs';

/** A node of a workflow to come: its parameters, and the type of the credential that it gets. */
export interface PlacedNode {
	name: string;
	type: string;
	parameters: Record<string, unknown>;
	credentialType?: string;
}

const TRIGGER = 'When clicking ‘Execute workflow’';

/** Makes a workflow of a Manual Trigger and the nodes, one after another, and opens it. */
export async function openWorkflow(
	page: Page,
	bench: Bench,
	...nodes: readonly PlacedNode[]
): Promise<void> {
	const trigger: PlacedNode = {
		name: TRIGGER,
		type: 'n8n-nodes-base.manualTrigger',
		parameters: {},
	};
	const chain = [trigger, ...nodes];
	const id = await importInto(bench, {
		name: nodes[0]?.name ?? 'A new workflow',
		nodes: chain.map(({ name, type, parameters, credentialType }, index) => ({
			id: `node-${index}`,
			name,
			type,
			typeVersion: 1,
			parameters,
			position: [index * 240, 0],
			credentials: credentialType ? { [credentialType]: { id: null, name: '' } } : {},
		})),
		connections: Object.fromEntries(
			nodes.map(({ name }, index) => [
				chain[index]?.name,
				{ main: [[{ node: name, type: 'main', index: 0 }]] },
			]),
		),
		settings: { executionOrder: 'v1' },
		// The editor makes it so; without it n8n cannot run one step after another.
		pinData: {},
	});
	await page.goto(`/workflow/${id}`);
	await nodeOnCanvas(page, TRIGGER).waitFor();
}

/** As `openWorkflow`, and opens the form of the node. */
export async function openNodeOf(page: Page, bench: Bench, node: PlacedNode): Promise<void> {
	await openWorkflow(page, bench, node);
	await openNode(page, node.name);
}

/** Opens the form of a node on the canvas. */
export async function openNode(page: Page, name: string): Promise<void> {
	await nodeOnCanvas(page, name).dblclick();
	await formOf(page).waitFor();
}

export function nodeOnCanvas(page: Page, name: string): Locator {
	return page.getByTestId('canvas-node').filter({ hasText: name }).first();
}

/** Goes from a node's form back to the canvas. */
export async function closeNode(page: Page): Promise<void> {
	await page.getByTestId('ndv-close-button').click();
	await formOf(page).waitFor({ state: 'hidden' });
}

/** Searches the nodes panel for what may follow the workflow's only node. */
export async function searchNodes(page: Page, text: string): Promise<void> {
	await page.getByTestId('canvas-handle-plus').first().click();
	await page.getByTestId('node-creator-search-bar').fill(text);
}

/** The entry of the nodes panel with exactly this name. */
export function entryOf(page: Page, name: string): Locator {
	return page
		.getByTestId('node-creator')
		.getByTestId('item-iterator-item')
		.filter({ has: page.getByTestId('node-creator-item-name').getByText(name, { exact: true }) })
		.first();
}

/** Adds a node that the panel has found, with the operation that generates a file; its form is open then. */
export async function addNode(page: Page, name: string): Promise<void> {
	await entryOf(page, name).click();
	await page
		.locator('[data-test-id="item-iterator-item"][data-keyboard-nav-type="action"]')
		.filter({ hasText: /^\s*Generate / })
		.click();
	await formOf(page).waitFor();
}

/** Does what runs a workflow; returns the execution's id. */
export async function executionStartedBy(page: Page, action: () => Promise<void>): Promise<string> {
	const answered = page.waitForResponse((response) =>
		/\/rest\/workflows\/[^/]+\/run$/.test(new URL(response.url()).pathname),
	);
	await action();
	const answer: unknown = await (await answered).json();
	return z.object({ data: z.object({ executionId: z.string() }) }).parse(answer).data.executionId;
}
