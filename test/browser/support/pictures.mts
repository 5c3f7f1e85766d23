import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { z } from 'zod';

const { BROWSER_PICTURES } = z.object({ BROWSER_PICTURES: z.string() }).parse(process.env);

/** Of n8n's theme "System default", which follows the browser. */
const THEMES = ['light', 'dark'] as const;
const COLOURS = 128;

/** For another theme the icons are other files. */
const ALL_LOADED = 'Array.from(document.images).every((image) => image.complete)';

/** The notes in the corner come and go by themselves. */
const NO_NOTES = '.el-notification { visibility: hidden; }';

/** What of the page a picture shows; all of it by default. */
interface Part {
	of?: Locator;
	/** how much of it from the top, in pixels */
	height?: number;
}

/** Takes a picture in n8n's light theme and one in its dark theme, `<name>.light.png` and `<name>.dark.png`. */
export async function takePicture(
	page: Page,
	name: string,
	{ of, height = Infinity }: Part = {},
): Promise<void> {
	// A field under the mouse shows its buttons.
	await page.mouse.move(0, 0);
	for (const theme of THEMES) {
		await page.emulateMedia({ colorScheme: theme });
		await page.waitForFunction(ALL_LOADED);
		const shot = sharp(
			await (of ?? page).screenshot({ animations: 'disabled', caret: 'hide', style: NO_NOTES }),
		);
		const whole = await shot.metadata();
		await shot
			.extract({ left: 0, top: 0, width: whole.width, height: Math.min(whole.height, height) })
			.png({ palette: true, colours: COLOURS, effort: 7, compressionLevel: 9 })
			.toFile(path.join(BROWSER_PICTURES, `${name}.${theme}.png`));
	}
	await page.emulateMedia({ colorScheme: THEMES[0] });
}
