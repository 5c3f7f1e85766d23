import type { Locator, Page } from 'playwright-core';
import { executionStartedBy } from './canvas.mjs';

/** What the open node has brought. */
export function outputOf(page: Page): Locator {
	return page.getByTestId('output-panel');
}

export function executeButton(page: Page): Locator {
	return page.getByTestId('ndv').getByTestId('node-execute-button');
}

/** Presses "Execute step" in the form of the open node; returns the execution's id. */
export async function execute(page: Page): Promise<string> {
	return await executionStartedBy(page, async () => await executeButton(page).click());
}

/** Opens the file that the node has brought, as the output panel shows it, and waits until it is drawn. */
export async function viewFile(page: Page, kind: 'img' | 'video'): Promise<void> {
	await outputOf(page).getByTestId('ndv-view-binary-data').first().click();
	await outputOf(page).locator(kind).waitFor();
	// A file that the browser cannot read has no size.
	await page.waitForFunction(`(() => {
		const file = document.querySelector('[data-test-id="output-panel"] ${kind}');
		return file && (file.naturalWidth > 0 || (file.videoWidth > 0 && file.readyState >= 2));
	})()`);
}

/** What the output panel says of a node that has failed. */
export async function failureIn(page: Page): Promise<{ message: string; description: string }> {
	const panel = outputOf(page);
	await panel.getByTestId('node-error-message').waitFor();
	return {
		message: await panel.getByTestId('node-error-message').innerText(),
		description: await panel.getByTestId('node-error-description').innerText(),
	};
}
