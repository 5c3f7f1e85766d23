import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { runJest, summary } from './checks.mjs';
import { provideChromium } from './chromium.mjs';
import { runTool, ToolError } from './processes.mjs';
import { startTestN8n } from './testN8n.mjs';

const root = process.cwd();
/** What a run leaves behind: pictures of the editor, and of what it looked like when a test failed. */
const OUTPUT = path.join(root, 'browser-output');
/** The pictures that the README shows. */
const PICTURES = path.join(root, 'docs', 'pictures');
const KEEP = '--keep-pictures';

await runTool(async () => {
	const chosen = process.argv.slice(2).filter((argument) => argument !== KEEP);
	const keeps = process.argv.includes(KEEP);
	if (keeps && chosen.length > 0)
		throw new ToolError('npm run screenshots takes all pictures, so it takes no arguments.');
	// Before the long steps.
	const chromium = await provideChromium();
	await rm(OUTPUT, { recursive: true, force: true });
	const pictures = path.join(OUTPUT, 'pictures');
	await mkdir(pictures, { recursive: true });

	const { n8n, env } = await startTestN8n(root);
	console.log('Running the browser tests …');
	const counts = await runJest(root, path.join('test', 'browser', 'jest.config.cjs'), {
		env: { ...env, BROWSER_CHROMIUM: chromium, BROWSER_OUTPUT: OUTPUT, BROWSER_PICTURES: pictures },
		// e.g. `npm run test:browser -- forms -t MyRouter`
		chosen,
	});
	await n8n.stop();
	if (counts.failed > 0)
		console.log(`What the editor looked like when a test failed is in ${OUTPUT}`);
	if (keeps && counts.failed === 0) await keepPictures(pictures);
	console.log(summary(counts));
	return counts.failed === 0 ? 0 : 1;
});

/** Puts the pictures of this run in place of those that the README shows. */
async function keepPictures(taken: string): Promise<void> {
	await rm(PICTURES, { recursive: true, force: true });
	await cp(taken, PICTURES, { recursive: true });
	console.log(`The pictures are in ${PICTURES}`);
}
