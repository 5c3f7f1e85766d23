import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, selectors, type Page } from 'playwright-core';
import { z } from 'zod';
import { GATEWAYS } from './gateways.mjs';
import { OWNER } from './n8nClient.mjs';
import { atEnd, runTool, ToolError } from './processes.mjs';

/** What is run and shown: a workflow of the demo, and the nodes whose form and result are opened. */
interface Shown {
	workflow: string;
	/** By the name of the picture. */
	nodes: Readonly<Record<string, string>>;
}
const SHOWN: Readonly<Record<string, Shown>> = {
	seedream: {
		workflow: 'Seedream: one picture from each gateway',
		nodes: Object.fromEntries(GATEWAYS.map(({ name, displayName }) => [`seedream-${name}`, `Seedream via ${displayName}`])),
	},
	seedance: {
		workflow: 'Seedance: a video from a first frame through GPTunnel',
		nodes: { 'seedance-generate': 'Seedance' },
	},
	'gpt-image': {
		workflow: 'GPT Image: a task that is created, waited for and collected again through GPTunnel',
		nodes: { 'gpt-image-create-task': 'Create Task', 'gpt-image-wait-until-done': 'Wait Until Done' },
	},
};
/** What a user may look for in the node panel. */
const SEARCHES = ['seedream', 'seedance', 'gpt image', 'video generation'];
/** Wide enough for n8n's three panels, high enough for the whole form. */
const VIEWPORT = { width: 1500, height: 1150 };
/** Where Linux distributions and macOS put a Chromium. */
const BROWSERS = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const workflowsSchema = z.object({ data: z.array(z.object({ id: z.string(), name: z.string() })) });

const folder = path.join(process.cwd(), 'demo-output', 'screenshots');

await runTool(async () => {
	const url = `http://127.0.0.1:${readPort()}`;
	const executablePath = process.env.CHROMIUM ?? BROWSERS.find((file) => existsSync(file));
	if (!executablePath) throw new ToolError('No Chromium was found: install one, or name its program in CHROMIUM.');
	await mkdir(folder, { recursive: true });

	console.log('Opening the editor …');
	selectors.setTestIdAttribute('data-test-id');
	const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
	atEnd(async () => await browser.close());
	const page = await browser.newPage({ viewport: VIEWPORT });
	await logIn(page, url);

	for (const [name, { workflow, nodes }] of Object.entries(SHOWN)) {
		await openWorkflow(page, url, workflow);
		console.log(`Running "${workflow}" …`);
		await page.getByTestId('execute-workflow-button').first().click();
		const told = page.getByText('Workflow executed successfully').first();
		await told.waitFor({ timeout: 120_000 });
		await told.waitFor({ state: 'hidden', timeout: 60_000 });
		await shoot(page, `${name}-canvas`);
		for (const [picture, node] of Object.entries(nodes)) await shootNode(page, node, picture);
	}

	for (const search of SEARCHES) {
		await page.getByTestId('node-creator-plus-button').click();
		await page.getByTestId('node-creator-search-bar').pressSequentially(search);
		await page.getByTestId('node-creator-item-name').filter({ hasText: /^(Seedream|Seedance|GPT Image)$/ }).first().waitFor();
		await shoot(page, `node-panel-${search.replace(' ', '-')}`);
		await page.keyboard.press('Escape');
	}
	return 0;
});

function readPort(): number {
	try {
		const { values } = parseArgs({ options: { port: { type: 'string', default: '5678' } } });
		return z.coerce.number().int().min(1).max(65_535).parse(values.port);
	} catch {
		throw new ToolError('Usage: npm run screenshots -- [--port 5678], the port of a running demo.');
	}
}

/** Logs in as the demo's owner. Throws ToolError when no demo is running. */
async function logIn(page: Page, url: string): Promise<void> {
	const { email, password } = OWNER;
	const login = await page.request
		.post(`${url}/rest/login`, { data: { emailOrLdapLoginId: email, password } })
		.catch(() => undefined);
	if (!login?.ok()) throw new ToolError(`There is no demo at ${url}: start it with npm run demo, in another terminal. If it has another port, say which with --port.`);
}

/** Opens an example by its name. */
async function openWorkflow(page: Page, url: string, workflow: string): Promise<void> {
	const { data } = workflowsSchema.parse(await (await page.request.get(`${url}/rest/workflows`)).json());
	const id = data.find(({ name }) => name === workflow)?.id;
	if (id === undefined) throw new ToolError(`The workflow "${workflow}" is not there: start the demo anew.`);
	await page.goto(`${url}/workflow/${id}`);
	await page.getByTestId('canvas-node').first().waitFor();
}

/** Opens a node that has run: its form, and its file where it brought one. */
async function shootNode(page: Page, node: string, picture: string): Promise<void> {
	await page.getByTestId('canvas-node').filter({ hasText: node }).first().dblclick();
	await page.getByTestId('ndv').waitFor();
	const file = page.getByTestId('ndv-view-binary-data').last();
	if (await file.isVisible()) {
		await file.click();
		await page.locator('img, embed, video').last().waitFor();
	}
	// A picture is drawn a moment after it is there.
	await page.waitForLoadState('networkidle');
	await shoot(page, picture);
	await page.keyboard.press('Escape');
}

async function shoot(page: Page, name: string): Promise<void> {
	const file = path.join(folder, `${name}.png`);
	await page.screenshot({ path: file });
	console.log(`  ${file}`);
}
