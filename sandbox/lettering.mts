import { GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';

import fontFile from './fontFile.cjs';

/** A place in a picture, in pixels. */
export interface Box {
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

interface Placement {
	align: 'left' | 'right';
	middle?: boolean;
	bottom?: boolean;
}

/** Writes text in white into the box, wrapped, in the largest font up to `largestFont` (pixels) that fits. */
export function writeText(
	context: SKRSContext2D,
	text: string,
	box: Box,
	largestFont: number,
	{ align, middle = false, bottom = false }: Placement,
): void {
	if (!GlobalFonts.has(FONT)) GlobalFonts.registerFromPath(fontFile, FONT);
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
