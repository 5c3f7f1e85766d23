import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { chromium, selectors, type Browser, type Page } from 'playwright-core';
import { z } from 'zod';
import { OWNER } from '../../../tools/n8nClient.mjs';
import { environment, setUpBench, type Bench } from '../../e2e/support/bench.mjs';

const { BROWSER_CHROMIUM, BROWSER_OUTPUT } = z
	.object({ BROWSER_CHROMIUM: z.string(), BROWSER_OUTPUT: z.string() })
	.parse(process.env);

/** Wide enough for n8n's three panels, high enough for a whole form. */
const VIEWPORT = { width: 1360, height: 960 };
/** How long anything may take to appear, in milliseconds. */
const PATIENCE = 30_000;

/** A browser in which the owner is logged in, and what it works with. */
export interface Session {
	/** The sandbox, and the same n8n as the browser's by its REST API. */
	bench: Bench;
	/** Does the work in a new page of its own. If it throws, a picture of the page is kept, and the error names it. */
	inEditor(work: (page: Page) => Promise<void>): Promise<void>;
	close(): Promise<void>;
}

/** Starts a sandbox, for which n8n gets a credential of each gateway, and a browser in which the owner is logged in. */
export async function openSession(): Promise<Session> {
	const bench = await setUpBench();
	selectors.setTestIdAttribute('data-test-id');
	const browser = await chromium.launch({
		executablePath: BROWSER_CHROMIUM,
		args: ['--no-sandbox', '--disable-dev-shm-usage'],
	});
	const context = await logIn(browser);
	return {
		bench,
		async inEditor(work) {
			const page = await context.newPage();
			page.setDefaultTimeout(PATIENCE);
			try {
				await work(page);
			} catch (error) {
				const picture = path.join(
					BROWSER_OUTPUT,
					`failed-${fileNameOf(expect.getState().currentTestName)}.png`,
				);
				await page.screenshot({ path: picture });
				const message = stripVTControlCharacters(
					String(error instanceof Error ? error.message : error),
				);
				throw new Error(`${message}\n\nThe editor looked like this: ${picture}`, { cause: error });
			} finally {
				await page.close();
			}
		},
		async close() {
			await browser.close();
			// Else n8n would offer them to the next file's nodes, and their sandbox is gone.
			await bench.n8n.deleteCredentials();
			await bench.sandbox.close();
		},
	};
}

async function logIn(browser: Browser) {
	const context = await browser.newContext({
		viewport: VIEWPORT,
		baseURL: environment.E2E_N8N_URL,
		colorScheme: 'light',
	});
	const { email, password } = OWNER;
	const answer = await context.request.post('/rest/login', {
		data: { emailOrLdapLoginId: email, password },
	});
	if (!answer.ok()) throw new Error(`n8n did not let the owner in: ${answer.status()}`);
	return context;
}

const fileNameOf = (test = 'test') =>
	test
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '-')
		.slice(0, 80);
