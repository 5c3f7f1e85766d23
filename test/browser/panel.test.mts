/** The nodes panel: each node is found by what a user may look for, and put on the canvas. */
import {
	addNode,
	closeNode,
	entryOf,
	nodeOnCanvas,
	openWorkflow,
	searchNodes,
} from './support/canvas.mjs';
import { eventually } from './support/eventually.mjs';
import { shownParameters } from './support/form.mjs';
import { takePicture } from './support/pictures.mjs';
import { openSession, type Session } from './support/session.mjs';

let session: Session;
beforeAll(async () => {
	session = await openSession();
});
afterAll(async () => await session?.close());

/** What is looked for, the nodes that have to be found, and the one of them that is added. */
const SEARCHES = [
	{ search: 'seedream', found: ['Seedream'], added: 'Seedream' },
	{ search: 'seedance', found: ['Seedance'], added: 'Seedance' },
	{ search: 'gpt image', found: ['GPT Image'], added: 'GPT Image' },
	{ search: 'video generation', found: ['Seedance'], added: 'Seedance' },
	{ search: 'image generation', found: ['Seedream', 'GPT Image'], added: 'Seedream' },
	{ search: 'modelark', found: ['Seedream', 'Seedance'], added: 'Seedance' },
	{ search: 'gptunnel', found: ['Seedream', 'Seedance', 'GPT Image'], added: 'GPT Image' },
];

/** The rest of the panel is empty. */
const PANEL_HEIGHT = 320;

test.each(SEARCHES)('"$search" finds $found, and adds $added', async ({ search, found, added }) => {
	await session.inEditor(async (page) => {
		await openWorkflow(page, session.bench);
		await searchNodes(page, search);
		for (const name of found) await entryOf(page, name).waitFor();
		await takePicture(page, `panel-${search.replace(' ', '-')}`, {
			of: page.getByTestId('node-creator'),
			height: PANEL_HEIGHT,
		});

		await addNode(page, added);
		await eventually(async () => {
			expect(await shownParameters(page)).toEqual(
				expect.arrayContaining([
					'gateway',
					'operation',
					'model',
					'prompt',
					'images',
					'aspectRatio',
				]),
			);
		});
		await closeNode(page);
		await nodeOnCanvas(page, added)
			.getByText(/^Generate: \S+ via GPTunnel$/)
			.waitFor();
	});
});
