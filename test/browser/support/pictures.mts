import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { z } from 'zod';

const { BROWSER_PICTURES } = z.object({ BROWSER_PICTURES: z.string() }).parse(process.env);

/** Of n8n's theme "System default", which follows the browser. */
const THEMES = ['light', 'dark'] as const;
const COLOURS = 128;

/** The node's icon, and a picture in the output, is loaded anew for another theme. */
const ALL_LOADED = 'Array.from(document.images).every((image) => image.complete)';

/**
 * Takes a picture of the page, or of a part of it, in n8n's light and dark theme: `<name>.light.png` and `<name>.dark.png`.
 * The page is left as it was.
 */
export async function takePicture(page: Page, name: string, part?: Locator): Promise<void> {
	for (const theme of THEMES) {
		await page.emulateMedia({ colorScheme: theme });
		await page.waitForFunction(ALL_LOADED);
		const options = { animations: 'disabled', caret: 'hide' } as const;
		const shot = part ? await part.screenshot(options) : await page.screenshot(options);
		await sharp(shot)
			.png({ palette: true, colours: COLOURS, effort: 7, compressionLevel: 9 })
			.toFile(path.join(BROWSER_PICTURES, `${name}.${theme}.png`));
	}
	await page.emulateMedia({ colorScheme: 'light' });
}
