import sharp from 'sharp';

import { drawSet } from './pictures.mjs';
import type { PixelSize } from './sizes.mjs';
import { makeVideo, videoSize } from './videos.mjs';

/** What a task makes its file of. */
export interface FileOrder {
	model: string;
	prompt: string;
	ar?: string;
	/** reference pictures as PNG thumbnails */
	references: Buffer[];
}

/** Ratio of a video for which neither a ratio nor a first frame was given; the page names none. */
const DEFAULT_VIDEO_RATIO = 16 / 9;

/** About a megapixel each, and the ratio exact; gptunnel-gpt-image-1.md names the ratios but no pixels. */
const PICTURE_SIZES: Record<string, PixelSize> = {
	'1:1': { width: 1024, height: 1024 },
	'16:9': { width: 1344, height: 756 },
	'9:16': { width: 756, height: 1344 },
	'4:3': { width: 1152, height: 864 },
	'3:4': { width: 864, height: 1152 },
};
const DEFAULT_PICTURE_SIZE = { width: 1024, height: 1024 };

/** The mp4 of a Seedance order; the model's id says how large and how long, e.g. "seedance-1-pro-1080P-5s". */
export async function videoOf(order: FileOrder): Promise<Buffer> {
	const [, shorterSide, seconds] = /-(\d+)P-(\d+)s$/.exec(order.model) ?? [];
	const size = videoSize(Number(shorterSide), await videoRatio(order));
	return await makeVideo(
		{ gateway: 'GPTunnel', ...order, size, watermark: false },
		Number(seconds),
	);
}

/** The webp of a GPT Image order. */
export async function pictureOf(order: FileOrder): Promise<Buffer> {
	const size = PICTURE_SIZES[order.ar ?? ''] ?? DEFAULT_PICTURE_SIZE;
	const drawing = { gateway: 'GPTunnel', ...order, size, watermark: false };
	for await (const picture of drawSet({ ...drawing, format: 'webp' }, 1)) return picture;
	throw new Error('No picture was drawn');
}

/** Width / height: as asked for, else as the first frame has it. */
async function videoRatio({ ar, references: [firstFrame] }: FileOrder): Promise<number> {
	if (ar !== undefined) {
		const [width, height] = ar.split(':').map(Number);
		return (width ?? NaN) / (height ?? NaN);
	}
	if (firstFrame === undefined) return DEFAULT_VIDEO_RATIO;
	const { width, height } = await sharp(firstFrame).metadata();
	return width / height;
}
