import {
	type Canvas,
	createCanvas,
	type Image,
	loadImage,
	type SKRSContext2D,
} from '@napi-rs/canvas';

import { type Box, writeText } from './lettering.mjs';
import { madeOnce } from './madeFiles.mjs';
import { type PixelSize, sizeText } from './sizes.mjs';

/** What a picture shows. */
export interface Drawing {
	/** the gateway's name as a reader knows it, e.g. "MyRouter" */
	gateway: string;
	model: string;
	prompt: string;
	size: PixelSize;
	watermark: boolean;
	/** reference pictures as PNG thumbnails */
	references: Buffer[];
}

export interface PictureOrder extends Drawing {
	/** with nothing behind what is drawn; undefined = no */
	transparent?: boolean;
	format: 'jpeg' | 'png' | 'webp';
}

/** The text that myrouter-seedream-4.0.md promises in the bottom-right corner. */
const WATERMARK = 'AI generated';

/** Quality at which flat colours and text stay clean; a 4K picture takes about a megabyte. */
const LOSSY_QUALITY = 85;

/** Steps around the colour wheel, in degrees: the golden angle keeps up to 15 pictures of a set well apart. */
const HUE_STEP = 137.5;
const FIRST_HUE = 215;

let lastDrawing: Promise<unknown> = Promise.resolve();

/**
 * Draws the pictures of one order, `count` in number, each encoded as `format`. The same order gives the same bytes.
 * Only one picture is drawn at a time, whoever asks, because a 4K canvas takes 64 MB.
 */
export async function* drawSet(order: PictureOrder, count: number): AsyncGenerator<Buffer> {
	for (let index = 0; index < count; index++) {
		const drawOne = async () => {
			const canvas = await draw(order, index, `${index + 1} of ${count}`);
			return order.format === 'png'
				? await canvas.encode('png')
				: await canvas.encode(order.format, LOSSY_QUALITY);
		};
		yield await madeOnce({ ...order, index, count }, async () => await oneAtATime(drawOne));
	}
}

/** Draws one picture, with `corner` in its top right corner, and returns its pixels: RGBA, row by row. */
export async function drawPixels(drawing: Drawing, corner: string): Promise<Uint8ClampedArray> {
	const { width, height } = drawing.size;
	return await oneAtATime(async () => {
		const canvas = await draw(drawing, 0, corner);
		return canvas.getContext('2d').getImageData(0, 0, width, height).data;
	});
}

async function oneAtATime<Result>(work: () => Promise<Result>): Promise<Result> {
	const drawing = lastDrawing.then(work);
	lastDrawing = drawing.catch(() => undefined);
	return await drawing;
}

async function draw(
	order: Drawing & Pick<PictureOrder, 'transparent'>,
	index: number,
	corner: string,
): Promise<Canvas> {
	const { width, height } = order.size;
	const canvas = createCanvas(width, height);
	const context = canvas.getContext('2d');
	const unit = Math.sqrt(width * height);
	const margin = Math.min(width, height) * 0.05;
	const inner = { width: width - 2 * margin, height: height - 2 * margin };

	if (!order.transparent) paintBackground(context, order.size, FIRST_HUE + index * HUE_STEP);

	const headHeight = inner.height * 0.14;
	const footHeight = inner.height * (order.references.length > 0 ? 0.2 : 0.1);
	const number = { x: width - margin - inner.width * 0.26, y: margin, width: inner.width * 0.26 };
	writeText(context, corner, { ...number, height: headHeight }, unit * 0.06, {
		align: 'right',
	});
	const head = { x: margin, y: margin, width: inner.width * 0.7, height: headHeight };
	const caption = `${order.gateway} · ${order.model} · ${sizeText(order.size)}`;
	writeText(context, caption, head, unit * 0.032, { align: 'left' });

	const body = {
		x: margin,
		y: margin + headHeight * 1.1,
		width: inner.width,
		height: inner.height - headHeight * 1.2 - footHeight,
	};
	writeText(context, order.prompt, body, unit * 0.065, { align: 'left', middle: true });

	const footTop = height - margin - footHeight;
	const foot = { x: margin, y: footTop, width: inner.width * 0.7, height: footHeight };
	const thumbnails = await Promise.all(order.references.map(async (png) => await loadImage(png)));
	showReferences(context, thumbnails, foot);
	if (order.watermark) {
		const mark = { x: number.x, y: footTop, width: number.width, height: footHeight };
		writeText(context, WATERMARK, mark, unit * 0.03, { align: 'right', bottom: true });
	}
	return canvas;
}

function paintBackground(context: SKRSContext2D, { width, height }: PixelSize, hue: number): void {
	const sky = context.createLinearGradient(0, 0, 0, height);
	sky.addColorStop(0, `hsl(${hue % 360}, 60%, 36%)`);
	sky.addColorStop(1, `hsl(${(hue + 35) % 360}, 65%, 18%)`);
	context.fillStyle = sky;
	context.fillRect(0, 0, width, height);
	context.fillStyle = 'rgba(255, 255, 255, 0.06)';
	for (const [x, y, radius] of [
		[0.85, 0.2, 0.35],
		[0.15, 0.9, 0.45],
		[0.6, 0.75, 0.2],
	] as const) {
		context.beginPath();
		context.arc(x * width, y * height, radius * Math.min(width, height), 0, 2 * Math.PI);
		context.fill();
	}
}

/** References side by side, each whole, in square cells with a thin white frame. */
function showReferences(context: SKRSContext2D, thumbnails: Image[], box: Box): void {
	if (thumbnails.length === 0) return;
	const cell = Math.min(box.height, box.width / thumbnails.length);
	const side = cell * 0.92;
	thumbnails.forEach((thumbnail, position) => {
		const scale = side / Math.max(thumbnail.width, thumbnail.height);
		const width = thumbnail.width * scale;
		const height = thumbnail.height * scale;
		const x = box.x + position * cell;
		const y = box.y + box.height - height;
		context.drawImage(thumbnail, x, y, width, height);
		context.strokeStyle = 'white';
		context.lineWidth = Math.max(1, side * 0.02);
		context.strokeRect(x, y, width, height);
	});
}
