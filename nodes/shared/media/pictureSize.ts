/** The names that the form uses for how large a picture is. */
export const RESOLUTIONS = ['1K', '2K', '3K', '4K'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** A size in pixels. */
export interface Pixels {
	width: number;
	height: number;
}

/** What a model allows where it takes sizes in pixels. */
export interface PixelRules {
	/** Fewest and most pixels in all. */
	minPixels: number;
	maxPixels: number;
	/** Longest side over the shortest, at most. */
	maxRatio: number;
	/** The gateway's own recommended pixels, by resolution and ratio ("16:9"), where it gives them. */
	recommended?: Partial<Record<Resolution, Record<string, Pixels>>>;
}

/** Sides are whole multiples of this, as in the tables of recommended sizes. */
const SIDE_STEP = 8;

/** The longer way to say a resolution: "2K" is the area of 2048 × 2048 pixels. */
function areaOf(resolution: Resolution): number {
	return (Number.parseInt(resolution, 10) * 1024) ** 2;
}

function greatestCommonDivisor(a: number, b: number): number {
	return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/**
 * The pixels for a resolution and a ratio: the gateway's recommended ones where it gives them, else
 * the largest size of exactly that ratio that has no more pixels than the resolution's square,
 * moved into what the model allows.
 * @param ratio e.g. "16:9"
 */
export function pixelsFor(resolution: Resolution, ratio: string, rules: PixelRules): Pixels {
	const recommended = rules.recommended?.[resolution]?.[ratio];
	if (recommended) return recommended;
	const [first = 1, second = 1] = ratio.split(':').map(Number);
	const divisor = greatestCommonDivisor(first, second);
	const unit = { width: (first / divisor) * SIDE_STEP, height: (second / divisor) * SIDE_STEP };
	const unitArea = unit.width * unit.height;
	const target = Math.min(areaOf(resolution), rules.maxPixels);
	let units = Math.floor(Math.sqrt(target / unitArea));
	if (units ** 2 * unitArea < rules.minPixels) units = Math.ceil(Math.sqrt(rules.minPixels / unitArea));
	return { width: unit.width * units, height: unit.height * units };
}

/** Why these pixels are not allowed, or undefined if they are. */
export function whyNotAllowed({ width, height }: Pixels, rules: PixelRules): string | undefined {
	if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
		return `${width}x${height} is not a size: width and height are whole numbers of pixels`;
	}
	const total = width * height;
	if (total < rules.minPixels || total > rules.maxPixels) {
		const count = (pixels: number) => pixels.toLocaleString('en-US');
		return `${width}x${height} has ${count(total)} pixels, the model allows ${count(rules.minPixels)} to ${count(rules.maxPixels)}`;
	}
	if (Math.max(width / height, height / width) > rules.maxRatio) {
		return `${width}x${height} is too narrow, the longer side may be at most ${rules.maxRatio} times the shorter`;
	}
	return undefined;
}

/** Reads "2848x1600". */
export function parsePixels(text: string | undefined): Pixels | undefined {
	const match = /^\s*([1-9]\d{0,5})\s*[x×*]\s*([1-9]\d{0,5})\s*$/i.exec(text ?? '');
	return match ? { width: Number(match[1]), height: Number(match[2]) } : undefined;
}
