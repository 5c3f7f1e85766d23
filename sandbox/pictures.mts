import {
	createCanvas,
	GlobalFonts,
	type Image,
	loadImage,
	type SKRSContext2D,
} from '@napi-rs/canvas';

import fontFile from './fontFile.cjs';
import { type PixelSize, sizeText } from './sizes.mjs';

export interface PictureOrder {
	/** the gateway's name as a reader knows it, e.g. "MyRouter" */
	gateway: string;
	model: string;
	prompt: string;
	size: PixelSize;
	watermark: boolean;
	/** reference pictures as PNG thumbnails */
	references: Buffer[];
	format: 'jpeg' | 'png';
}

interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}

interface FittedText {
	lines: string[];
	/** in pixels */
	fontSize: number;
}

// DejaVu knows Latin, Cyrillic and Greek; other scripts show only where the machine has a font for them.
const FONT = 'Sandbox Sans';
const LINE_HEIGHT = 1.25;

/** Code points of a prompt that are laid out: more would not be readable, and wrapping must stay cheap. */
const PROMPT_SHOWN = 4000;

/** Longer words, and texts without spaces, may be broken; shorter ones rather get a smaller font. */
const ORDINARY_WORD = 24;

/** The text that myrouter-seedream-4.0.md promises in the bottom-right corner. */
const WATERMARK = 'AI generated';

/** Quality at which flat colours and text stay clean; a 4K picture takes about a megabyte. */
const JPEG_QUALITY = 85;

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
		const drawing = lastDrawing.then(async () => await draw(order, index, count));
		lastDrawing = drawing.catch(() => undefined);
		yield await drawing;
	}
}

async function draw(order: PictureOrder, index: number, count: number): Promise<Buffer> {
	if (!GlobalFonts.has(FONT)) GlobalFonts.registerFromPath(fontFile, FONT);
	const { width, height } = order.size;
	const canvas = createCanvas(width, height);
	const context = canvas.getContext('2d');
	const unit = Math.sqrt(width * height);
	const margin = Math.min(width, height) * 0.05;
	const inner = { width: width - 2 * margin, height: height - 2 * margin };

	paintBackground(context, order.size, FIRST_HUE + index * HUE_STEP);

	const headHeight = inner.height * 0.14;
	const footHeight = inner.height * (order.references.length > 0 ? 0.2 : 0.1);
	const number = { x: width - margin - inner.width * 0.26, y: margin, width: inner.width * 0.26 };
	writeText(context, `${index + 1} of ${count}`, { ...number, height: headHeight }, unit * 0.06, {
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
		const corner = { x: number.x, y: footTop, width: number.width, height: footHeight };
		writeText(context, WATERMARK, corner, unit * 0.03, { align: 'right', bottom: true });
	}
	return order.format === 'png'
		? await canvas.encode('png')
		: await canvas.encode('jpeg', JPEG_QUALITY);
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

interface Placement {
	align: 'left' | 'right';
	middle?: boolean;
	bottom?: boolean;
}

function writeText(
	context: SKRSContext2D,
	text: string,
	box: Box,
	largestFont: number,
	{ align, middle = false, bottom = false }: Placement,
): void {
	const { lines, fontSize } = fitText(context, text, box, largestFont);
	const lineHeight = fontSize * LINE_HEIGHT;
	const spare = box.height - lines.length * lineHeight;
	const top = box.y + (middle ? spare / 2 : bottom ? spare : 0);
	context.font = fontOf(fontSize);
	context.fillStyle = 'white';
	context.textAlign = align;
	context.textBaseline = 'middle';
	const x = align === 'left' ? box.x : box.x + box.width;
	lines.forEach((line, row) => {
		context.fillText(line, x, top + (row + 0.5) * lineHeight);
	});
}

/** Largest font in which the text, wrapped, stays within the box; text that is too long even for the smallest is cut with "…". */
function fitText(context: SKRSContext2D, text: string, box: Box, largestFont: number): FittedText {
	const smallestFont = Math.max(9, Math.min(box.width, box.height) * 0.02);
	const words = wordsOf(text);
	let fontSize = Math.max(
		smallestFont,
		Math.min(largestFont, box.height / LINE_HEIGHT, wholeWordsFont(context, words, box.width)),
	);
	for (;;) {
		const lines = wrap(context, words, box.width, fontSize);
		const rows = Math.max(1, Math.floor(box.height / (fontSize * LINE_HEIGHT)));
		if (lines.length <= rows) return { lines, fontSize };
		if (fontSize === smallestFont) {
			const last = lines[rows - 1] ?? '';
			return { lines: [...lines.slice(0, rows - 1), `${last.slice(0, -1)}…`], fontSize };
		}
		fontSize = Math.max(smallestFont, fontSize * 0.9);
	}
}

/** Largest font in which every word of ordinary length fits on one line, in pixels. */
function wholeWordsFont(context: SKRSContext2D, words: string[], width: number): number {
	context.font = fontOf(100);
	const ordinary = words.filter((word) => word.length <= ORDINARY_WORD);
	const widest = Math.max(1, ...ordinary.map((word) => context.measureText(word).width));
	return (width / widest) * 100;
}

function wordsOf(text: string): string[] {
	const characters = Array.from(text);
	const shown =
		characters.length <= PROMPT_SHOWN ? text : `${characters.slice(0, PROMPT_SHOWN).join('')}…`;
	return shown.split(/\s+/).filter((word) => word !== '');
}

function wrap(context: SKRSContext2D, words: string[], width: number, fontSize: number): string[] {
	context.font = fontOf(fontSize);
	const fits = (text: string) => context.measureText(text).width <= width;
	const lines: string[] = [];
	let line = '';
	for (const word of words) {
		const longer = line === '' ? word : `${line} ${word}`;
		if (fits(longer)) {
			line = longer;
			continue;
		}
		if (line !== '') lines.push(line);
		line = '';
		// A word longer than the line (or a script without spaces) is broken anywhere, but never inside a character.
		for (const character of word) {
			if (line !== '' && !fits(line + character)) {
				lines.push(line);
				line = '';
			}
			line += character;
		}
	}
	return line === '' ? lines : [...lines, line];
}

function fontOf(size: number): string {
	return `${size}px "${FONT}"`;
}
