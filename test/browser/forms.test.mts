/** The form shows what the chosen gateway knows for the chosen operation, and nothing else. */
import type { Page } from 'playwright-core';
import { openNodeOf } from './support/canvas.mjs';
import { choose, chooseModel, formOf, offered, offeredModels, offeredOptions, shownParameters } from './support/form.mjs';
import { ALL_OPTIONS, FORMS, TYPES, type ShownForm } from './support/nodes.mjs';
import { takePicture } from './support/pictures.mjs';
import { openSession, type Session } from './support/session.mjs';

let session: Session;
beforeAll(async () => {
	session = await openSession();
});
afterAll(async () => await session?.close());

/** The names in the form, up to what they add in brackets: "16:9 (Landscape)". */
const withoutBrackets = (names: readonly string[]) => names.map((name) => name.replace(/ \(.*\)$/, ''));

async function openForm(page: Page, { node, gateway, operation }: ShownForm, options: Readonly<Record<string, unknown>> = {}): Promise<void> {
	const parameters = { gateway, operation, prompt: 'A lighthouse on a cliff at dusk', options };
	await openNodeOf(page, session.bench, { name: node, type: TYPES[node], parameters, credentialType: `${gateway}Api` });
}

test.each(FORMS)('$title: fields, lists, models and options', async (form) => {
	await session.inEditor(async (page) => {
		await openForm(page, form);
		expect(await shownParameters(page)).toEqual(form.parameters);
		await takePicture(page, `form-${form.title.toLowerCase().replace(/[^a-z]+/g, '-')}`, formOf(page));
		for (const [parameter, names] of Object.entries(form.lists)) {
			expect(withoutBrackets(await offered(page, parameter))).toEqual(names);
		}
		if (form.models.length > 0) expect(await offeredModels(page)).toEqual(form.models);
		const names = Object.values(form.options).sort();
		expect(await offeredOptions(page)).toEqual(names);
	});
});

test.each(FORMS)('$title: of all options that there are, its own', async (form) => {
	await session.inEditor(async (page) => {
		await openForm(page, form, ALL_OPTIONS);
		const shown = await shownParameters(page);
		expect(shown.filter((name) => name in ALL_OPTIONS).sort()).toEqual(Object.keys(form.options).sort());
	});
});

test('the form follows the choice of the gateway, the model and the resolution', async () => {
	await session.inEditor(async (page) => {
		const [start] = FORMS;
		if (start === undefined) throw new Error('There is no form');
		await openForm(page, start);
		expect(await offered(page, 'gateway')).toEqual(['GPTunnel', 'MyRouter', 'AgentsFlare']);

		await choose(page, 'gateway', 'AgentsFlare');
		expect(await offered(page, 'resolution')).toEqual(['2K', '4K', 'Custom']);
		await chooseModel(page, 'Seedream 5.0 Lite');
		expect(await offered(page, 'resolution')).toEqual(['2K', '3K', '4K', 'Custom']);

		await choose(page, 'resolution', 'Custom');
		const names = await shownParameters(page);
		expect(names).toEqual(expect.arrayContaining(['width', 'height']));
		expect(names).not.toContain('aspectRatio');
		await takePicture(page, 'form-seedream-own-pixels', formOf(page));
	});
});
