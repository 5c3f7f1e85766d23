import sharp from 'sharp';

import type { SandboxBehaviour, SandboxFile } from './behaviour.mjs';
import type { OutputFormat } from './gptImageModels.mjs';
import type { ImageOrder } from './openAiOrders.mjs';
import type { Drawing } from './pictures.mjs';
import { makeSet } from './pictureSet.mjs';

/** Docs of openai@7.59.0: frames of a GIF, and the milliseconds of each. */
const DEFAULT_FRAMES = 9;
const DEFAULT_FRAME_MS = 200;

/** Draws what was ordered, one picture after the other, in any of OpenAI's formats. */
export async function* makePictures(
	asked: ImageOrder,
	drawing: Drawing,
	format: OutputFormat,
	behaviour: SandboxBehaviour,
): AsyncGenerator<Buffer | SandboxFile> {
	const drawn = format === 'gif' || format === 'svg' ? 'png' : format;
	const transparent = asked.background === 'transparent';
	for await (const picture of makeSet(
		{ ...drawing, format: drawn, transparent },
		asked.n,
		behaviour,
	)) {
		yield Buffer.isBuffer(picture) && drawn !== format
			? await rewritten(picture, asked, format)
			: picture;
	}
}

async function rewritten(png: Buffer, asked: ImageOrder, format: OutputFormat): Promise<Buffer> {
	return format === 'gif' ? await gifOf(png, asked) : await svgOf(png);
}

/** The picture, turned in every other frame, so that no frame is like the one before. */
async function gifOf(
	png: Buffer,
	{
		frame_count: count = DEFAULT_FRAMES,
		frame_duration_ms: milliseconds = DEFAULT_FRAME_MS,
	}: ImageOrder,
): Promise<Buffer> {
	const turned = await sharp(png).rotate(180).png().toBuffer();
	const frames = Array.from({ length: count }, (_none, index) => (index % 2 === 0 ? png : turned));
	return await sharp(frames, { join: { animated: true } })
		.gif({ delay: frames.map(() => milliseconds), effort: 1 })
		.toBuffer();
}

/** As small as an SVG of this size can be. */
async function svgOf(png: Buffer): Promise<Buffer> {
	const { width, height } = await sharp(png).metadata();
	const shape = `<circle cx="${width / 2}" cy="${height / 2}" r="${Math.min(width, height) / 4}"/>`;
	return Buffer.from(
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shape}</svg>`,
	);
}
