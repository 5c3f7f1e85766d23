/** The form shows what the chosen gateway knows for the chosen operation, and nothing else. */
import type { Page } from 'playwright-core';
import { openNodeOf } from './support/canvas.mjs';
import { eventually } from './support/eventually.mjs';
import {
	addOption,
	choose,
	chooseModel,
	field,
	formWithHead,
	offered,
	offeredModels,
	offeredOptions,
	shownParameters,
} from './support/form.mjs';
import { NODES, TYPES, type NodeForms } from './support/nodes.mjs';
import { takePicture } from './support/pictures.mjs';
import { openSession, type Session } from './support/session.mjs';

let session: Session;
beforeAll(async () => {
	session = await openSession();
});
afterAll(async () => await session?.close());

async function openForm(
	page: Page,
	node: NodeForms['node'],
	options: Readonly<Record<string, unknown>>,
): Promise<void> {
	const parameters = { prompt: 'A lighthouse on a cliff at dusk', options };
	await openNodeOf(page, session.bench, {
		name: node,
		type: TYPES[node],
		parameters,
		credentialType: 'gptunnelApi',
	});
}

/** What n8n itself adds to the operations of every node with a credential. */
const OF_N8N = 'Custom API Call';

/** The names of a list, without what some add in brackets: "16:9 (Landscape)". */
const withoutBrackets = (names: readonly string[]) =>
	names.map((name) => name.replace(/ \(.*\)$/, ''));

/** Models by their names alone: "Seedream 5.5, not listed (dola-seedream-5-5-261028)". */
const withoutMarks = (names: readonly string[]) =>
	withoutBrackets(names).map((name) =>
		name.replace(/, (the (cheapest|most expensive)|ends|shut down|not listed)\b.*/, ''),
	);

test.each(NODES)(
	'$node: what is shown follows the gateway and the operation',
	async ({ node, operations, forms }) => {
		await session.inEditor(async (page) => {
			await openForm(page, node, {});
			expect(await offered(page, 'gateway')).toEqual(Object.keys(operations));
			for (const {
				gateway,
				operation,
				parameters,
				options,
				lists,
				models,
				modelsMove = false,
			} of forms) {
				await choose(page, 'gateway', gateway);
				expect({ gateway, operations: await offered(page, 'operation') }).toEqual({
					gateway,
					operations: [...(operations[gateway] ?? []), OF_N8N],
				});
				await choose(page, 'operation', operation);
				// Says where it was when it does not hold.
				const at = `${gateway}, ${operation}`;
				await eventually(async () => {
					expect({ at, parameters: await shownParameters(page) }).toEqual({ at, parameters });
				});
				expect({ at, options: await offeredOptions(page) }).toEqual({
					at,
					options: Object.values(options).sort(),
				});
				for (const [parameter, names] of Object.entries(lists)) {
					expect({ at, parameter, names: withoutBrackets(await offered(page, parameter)) }).toEqual(
						{ at, parameter, names },
					);
				}
				const inOrder = (names: readonly string[]) => (modelsMove ? [...names].sort() : names);
				if (models.length > 0) {
					await eventually(async () =>
						expect({ at, models: inOrder(withoutMarks(await offeredModels(page))) }).toEqual({
							at,
							models: inOrder(models),
						}),
					);
				}
			}
		});
	},
);

test.each(NODES)(
	'$node: an option that is added, and kept when another operation has it, too',
	async ({ node, forms }) => {
		const [start] = forms;
		await session.inEditor(async (page) => {
			await openForm(page, node, {});
			await takePicture(page, `form-${node.toLowerCase().replace(' ', '-')}`, {
				of: formWithHead(page),
			});
			const [[name, label] = ['', '']] = Object.entries(start.options);
			await addOption(page, label);
			await field(page, name).waitFor();
			const other = forms.find(
				({ operation, options }) => operation !== start.operation && name in options,
			);
			if (other === undefined) return;
			await choose(page, 'operation', other.operation);
			await eventually(async () =>
				expect(await shownParameters(page)).toEqual([...other.parameters, name]),
			);
		});
	},
);

test('Seedream: the resolution follows the model, and own pixels take the place of the ratio', async () => {
	await session.inEditor(async (page) => {
		await openForm(page, 'Seedream', {});
		await choose(page, 'gateway', 'AgentsFlare');
		await chooseModel(page, 'Seedream 5.0 Lite');
		expect(await offered(page, 'resolution')).toEqual(['2K', '3K', '4K', 'Custom']);
		await choose(page, 'resolution', 'Custom');
		await eventually(async () => {
			const shown = await shownParameters(page);
			expect(shown).toEqual(expect.arrayContaining(['width', 'height']));
			expect(shown).not.toContain('aspectRatio');
		});
	});
});

test('Seedance: resolution and options follow the model', async () => {
	await session.inEditor(async (page) => {
		await openForm(page, 'Seedance', {});
		await choose(page, 'gateway', 'BytePlus ModelArk');
		expect(withoutBrackets(await offered(page, 'resolution'))).toEqual(['480p', '720p']);
		await chooseModel(page, 'Seedance 2.5');
		expect(withoutBrackets(await offered(page, 'resolution'))).toEqual(['480p', '720p', '1080p']);
		const offers = await offeredOptions(page);
		expect(offers).toEqual(
			expect.arrayContaining([
				'Reference Videos',
				'Reference Audio',
				'Reference Task',
				'Draft',
				'Generate Audio',
			]),
		);
		expect(offers).not.toContain('Fixed Camera');
		await takePicture(page, 'form-seedance-model-ark', { of: formWithHead(page) });
	});
});

test('Seedance: a task is taken up by its ID', async () => {
	await session.inEditor(async (page) => {
		await openForm(page, 'Seedance', {});
		await choose(page, 'operation', 'Wait Until Done');
		await field(page, 'taskId').waitFor();
		await takePicture(page, 'form-wait-until-done', { of: formWithHead(page) });
	});
});
