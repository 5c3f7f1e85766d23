import type { Locator, Page } from 'playwright-core';
import { z } from 'zod';
import { outputOf } from './output.mjs';

/** Parts of fields that n8n marks as it marks fields. */
const PARTS = ['item', 'hint', 'field', 'add', 'delete', 'wrapper'];
/** How n8n marks a field by the parameter's name. */
const MARKS =
	/^(?:parameter-input|resource-locator|fixed-collection|assignment-collection)-([A-Za-z]\w*)$/;
/** Of what is drawn: the other tab of the form, "Settings", is there as well, but has no place. */
const MARKS_IN_SIGHT = `Array.from(document.querySelectorAll('[data-test-id="node-parameters"] [data-test-id]'))
	.filter((element) => element.getClientRects().length > 0)
	.map((element) => element.getAttribute('data-test-id'))`;

/** The form of the node that is open. */
export function formOf(page: Page): Locator {
	return page.getByTestId('node-parameters');
}

/** The form with its head, for a picture. */
export function formWithHead(page: Page): Locator {
	return formOf(page).locator('..');
}

/** The field of a parameter, by the parameter's name. */
export function field(page: Page | Locator, parameter: string): Locator {
	return page.getByTestId(`parameter-input-${parameter}`).first();
}

/** The names of the parameters that the form shows now, in its order. */
export async function shownParameters(page: Page): Promise<string[]> {
	const found: unknown = await page.evaluate(MARKS_IN_SIGHT);
	const marks = z.array(z.string()).parse(found);
	const names = marks
		.map((mark) => MARKS.exec(mark)?.[1] ?? '')
		.filter((name) => name !== '' && !PARTS.includes(name));
	return [...new Set(names)];
}

/** Chooses an option of a parameter by its name in the list. */
export async function choose(page: Page, parameter: string, option: string): Promise<void> {
	await field(page, parameter).locator('input').click();
	await optionsInSight(page).getByText(option, { exact: true }).click();
	await optionsInSight(page).first().waitFor({ state: 'hidden' });
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
	// The list may lie over any field.
	await outputOf(page).click({ position: { x: 5, y: 5 } });
	await modelsInSight(page).first().waitFor({ state: 'hidden' });
	return names.map((name) => name.trim());
}

/** Chooses a model of the list by its name, or a part of it that no other has. */
export async function chooseModel(page: Page, name: string): Promise<void> {
	await openModels(page);
	await modelsInSight(page).filter({ hasText: name }).click();
	await modelsInSight(page).first().waitFor({ state: 'hidden' });
}

/** Opens the list of models. */
export async function openModels(page: Page): Promise<void> {
	await page.getByTestId('resource-locator-model').getByTestId('rlc-input').click();
	await modelsInSight(page).first().waitFor();
}

function modelsInSight(page: Page): Locator {
	return page.getByTestId('rlc-item').filter({ visible: true });
}

/** The names that "Add Option" offers; none where there is no such button. */
export async function offeredOptions(page: Page): Promise<string[]> {
	if ((await addButton(page).count()) === 0) return [];
	await addButton(page).click();
	await addableInSight(page).first().waitFor();
	const names = await addableInSight(page).allInnerTexts();
	await outputOf(page).click({ position: { x: 5, y: 5 } });
	await addableInSight(page).first().waitFor({ state: 'hidden' });
	return names.map((name) => name.trim());
}

const addButton = (page: Page) =>
	formOf(page).getByTestId('collection-parameter-add').filter({ visible: true });

/** Adds an option. */
export async function addOption(page: Page, name: string): Promise<void> {
	await addButton(page).click();
	await addableInSight(page).getByText(name, { exact: true }).click();
}

function addableInSight(page: Page): Locator {
	return page.getByTestId('collection-parameter-option').filter({ visible: true });
}

/** Types a text into a parameter. */
export async function type(page: Page | Locator, parameter: string, text: string): Promise<void> {
	await field(page, parameter).locator('input, textarea').first().fill(text);
}

function optionsInSight(page: Page): Locator {
	return page.getByTestId('parameter-input-item').filter({ visible: true });
}
