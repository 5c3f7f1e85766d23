import type { Locator, Page } from 'playwright-core';

/** Parts of fields that n8n marks as it marks fields. */
const PARTS = ['item', 'hint', 'field'];
/** How n8n marks a field by the parameter's name. */
const MARKS = /^(?:parameter-input|resource-locator|fixed-collection|assignment-collection)-([A-Za-z]\w*)$/;

/** The form of the node that is open. */
export function formOf(page: Page): Locator {
	return page.getByTestId('node-parameters');
}

/** The field of a parameter, by the parameter's name. */
export function field(page: Page | Locator, parameter: string): Locator {
	return page.getByTestId(`parameter-input-${parameter}`).first();
}

/** The names of the parameters that the form shows now, in its order. */
export async function shownParameters(page: Page): Promise<string[]> {
	const marks: string[] = [];
	for (const element of await formOf(page).locator('[data-test-id]').all()) {
		marks.push((await element.getAttribute('data-test-id')) ?? '');
	}
	const names = marks.map((mark) => MARKS.exec(mark)?.[1] ?? '').filter((name) => name !== '' && !PARTS.includes(name));
	return [...new Set(names)];
}

/** Chooses an option of a parameter by its name in the list. */
export async function choose(page: Page, parameter: string, option: string): Promise<void> {
	await field(page, parameter).locator('input').click();
	await optionsInSight(page).filter({ hasText: option }).first().click();
}

/** The names of the options that a parameter's list offers. Leaves the list closed and the choice as it was. */
export async function offered(page: Page, parameter: string): Promise<string[]> {
	const input = field(page, parameter).locator('input');
	await input.click();
	await optionsInSight(page).first().waitFor();
	const names = await optionsInSight(page).locator('.option-headline').allInnerTexts();
	await input.click();
	await optionsInSight(page).first().waitFor({ state: 'hidden' });
	return names.map((name) => name.trim());
}

/** The names of the models in the list. */
export async function offeredModels(page: Page): Promise<string[]> {
	await openModels(page);
	const names = await modelsInSight(page).allInnerTexts();
	await page.getByTestId('rlc-input').first().click();
	return names.map((name) => name.trim());
}

/** Chooses a model of the list by its name. */
export async function chooseModel(page: Page, name: string): Promise<void> {
	await openModels(page);
	await modelsInSight(page).filter({ hasText: name }).first().click();
}

async function openModels(page: Page): Promise<void> {
	await page.getByTestId('resource-locator-model').getByTestId('rlc-input').click();
	await modelsInSight(page).first().waitFor();
}

function modelsInSight(page: Page): Locator {
	return page.locator('[data-test-id="rlc-item"]:visible');
}

/** The names that "Add Option" offers. */
export async function offeredOptions(page: Page): Promise<string[]> {
	const list = page.locator('[data-test-id="collection-parameter-option"]:visible');
	await formOf(page).getByTestId('collection-parameter-add').last().click();
	await list.first().waitFor();
	const names = await list.allInnerTexts();
	return names.map((name) => name.trim());
}

/** Types a text into a parameter. */
export async function type(page: Page | Locator, parameter: string, text: string): Promise<void> {
	await field(page, parameter).locator('input, textarea').first().fill(text);
}

function optionsInSight(page: Page): Locator {
	return page.locator('[data-test-id="parameter-input-item"]:visible');
}
