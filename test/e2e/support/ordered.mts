import sharp from 'sharp';
import { z } from 'zod';
import type { ExecutedItem } from '../../../tools/n8nClient.mjs';
import { probeVideo } from '../../../tools/video.mjs';
import { expectFile, type Bench } from './bench.mjs';
import type { OrderedItem } from './paidNodes.mjs';

/** The file of each shows from which item it came. */
export const ITEMS: readonly OrderedItem[] = [
	{ prompt: 'The first', aspectRatio: '16:9' },
	{ prompt: 'The second', aspectRatio: '1:1' },
	{ prompt: 'The third', aspectRatio: '9:16' },
];

/** What tells orders apart. */
export const orderSchema = z.object({ prompt: z.string() });

async function sizeOf(
	bytes: Buffer,
	{ mimeType }: { mimeType: string },
): Promise<{ width: number; height: number }> {
	return mimeType.startsWith('video/') ? await probeVideo(bytes) : await sharp(bytes).metadata();
}

/** The items are finished, one for each that was ordered and in that order, each with its file. */
export async function expectOrderedFiles(
	bench: Bench,
	items: readonly ExecutedItem[],
	ordered: readonly OrderedItem[],
	pairs: readonly number[] = ordered.map((_, item) => item),
): Promise<void> {
	expect(items.map(({ json }) => json.status)).toEqual(ordered.map(() => 'succeeded'));
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual(pairs.map((item) => ({ item })));
	for (const [index, { aspectRatio }] of ordered.entries()) {
		const item = items[index];
		const { width, height } = await sizeOf(
			await expectFile(bench, item),
			z.object({ mimeType: z.string() }).parse(item?.json),
		);
		const [across = 0, down = 0] = aspectRatio.split(':').map(Number);
		expect(width / height).toBeCloseTo(across / down, 1);
	}
	expect(new Set(items.map(({ json }) => json.url)).size).toBe(ordered.length);
}
