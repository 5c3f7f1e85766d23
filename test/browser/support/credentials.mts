import type { Locator, Page } from 'playwright-core';
import { type } from './form.mjs';

/** The window in which a credential is made. */
export function credentialWindow(page: Page): Locator {
	return page.getByTestId('credential-edit-dialog');
}

/** Opens the window for a new credential from the form of a node. */
export async function openNewCredential(page: Page): Promise<void> {
	const slot = page.getByTestId('node-credentials-slot');
	await slot.waitFor();
	const setUp = slot.getByTestId('node-credentials-empty-state').locator('button');
	if (await setUp.first().isVisible()) {
		await setUp.first().click();
	} else {
		await slot.locator('input').click();
		await page.locator('[data-test-id="node-credentials-select-item-new"]:visible').click();
	}
	await credentialWindow(page).waitFor();
}

/** Fills the window's fields, by the names of the parameters. */
export async function fillCredential(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
	for (const [name, text] of Object.entries(fields)) await type(credentialWindow(page), name, text);
}

/** Saves the credential, upon which n8n tests it; waits until the window shows what came of it. */
export async function saveAndTest(page: Page): Promise<void> {
	const tested = page.waitForResponse((response) => response.url().endsWith('/rest/credentials/test'));
	await page.getByTestId('credential-save-button').click();
	await tested;
}
