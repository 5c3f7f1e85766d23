import type { Locator, Page } from 'playwright-core';
import type { Credential } from '../../../tools/n8nClient.mjs';
import { type } from './form.mjs';

/** The window in which a credential is made. */
export function credentialWindow(page: Page): Locator {
	return page.getByTestId('credential-edit-dialog');
}

/** The window with its head, for a picture. */
export function wholeWindow(page: Page): Locator {
	return page.locator('.el-dialog').filter({ has: credentialWindow(page) });
}

function slotOf(page: Page): Locator {
	return page.getByTestId('node-credentials-slot');
}

/** Opens the window for the first credential of its type, from the form of a node. */
export async function openFirstCredential(page: Page): Promise<void> {
	await slotOf(page).getByTestId('node-credentials-empty-state').locator('button').first().click();
	await credentialWindow(page).waitFor();
}

/** Opens the window of the credential that the node has, which n8n then tests anew. */
export async function openChosenCredential(page: Page): Promise<void> {
	await slotOf(page).getByTestId('credential-edit-button').click();
	await credentialWindow(page).waitFor();
}

/** Chooses a credential for the node that is open. */
export async function chooseCredential(page: Page, { id }: Credential): Promise<void> {
	await slotOf(page).locator('input').click();
	await page.getByTestId(`node-credentials-select-item-${id}`).filter({ visible: true }).click();
}

/** Fills the window's fields, by the names of the parameters. */
export async function fillCredential(
	page: Page,
	fields: Readonly<Record<string, string>>,
): Promise<void> {
	for (const [name, text] of Object.entries(fields)) await type(credentialWindow(page), name, text);
}

/** Saves the credential, upon which n8n tests it. */
export async function saveAndTest(page: Page): Promise<void> {
	const tested = page.waitForResponse((response) =>
		response.url().endsWith('/rest/credentials/test'),
	);
	await page.getByTestId('credential-save-button').click();
	await tested;
}

/** What the window says of a test that was not passed. n8n hides it behind "More details". */
export async function detailsOfTest(page: Page, text: RegExp): Promise<string> {
	const details = credentialWindow(page).getByText(text).filter({ visible: true }).first();
	const more = credentialWindow(page).getByText('More details').filter({ visible: true });
	await details.or(more).first().waitFor();
	if (!(await details.isVisible())) await more.click();
	await details.waitFor();
	return await details.innerText();
}
