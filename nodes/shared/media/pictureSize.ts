/** The names that the form uses for how large a picture is. */
export const RESOLUTIONS = ['1K', '1.5K', '2K', '3K', '4K'] as const;
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
	/** Each side has to be a multiple of this, where there is such a rule. */
	sideStep?: number;
	/** The longest side that is possible, where there is such a rule. */
	maxSide?: number;
	/** The gateway's own recommended pixels, by resolution and ratio ("16:9"), where it gives them. */
	recommended?: SizeTable;
}

/** Pixels by resolution and ratio ("16:9"). */
export type SizeTable = Partial<Record<Resolution, Record<string, Pixels>>>;

/** Sides are whole multiples of this where the model has no rule, as in the tables of recommended sizes. */
const SIDE_STEP = 8;

/** The longer way to say a resolution: "2K" is the area of 2048 × 2048 pixels. */
function areaOf(resolution: Resolution): number {
	return (Number.parseFloat(resolution) * 1024) ** 2;
}

/** The ratios of a row of a vendor's table of sizes, in the order in which `sizeRow` takes them. */
const TABLE_RATIOS = ['1:1', '4:3', '3:4', '16:9', '9:16', '3:2', '2:3', '21:9'];

/** A row of a vendor's table: "2048x2048 2304x1728 …", for 1:1, 4:3, 3:4, 16:9, 9:16, 3:2, 2:3 and 21:9. */
export function sizeRow(sizes: string): Record<string, Pixels> {
	const pixels = sizes.split(/\s+/).map(parsePixels);
	return Object.fromEntries(TABLE_RATIOS.flatMap((ratio, index): Array<[string, Pixels]> => {
		const size = pixels[index];
		return size ? [[ratio, size]] : [];
	}));
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
	const { sideStep = SIDE_STEP, maxSide = Infinity } = rules;
	const unit = { width: (first / divisor) * sideStep, height: (second / divisor) * sideStep };
	const unitArea = unit.width * unit.height;
	const target = Math.min(areaOf(resolution), rules.maxPixels);
	let units = Math.min(Math.floor(Math.sqrt(target / unitArea)), Math.floor(maxSide / Math.max(unit.width, unit.height)));
	if (units ** 2 * unitArea < rules.minPixels) units = Math.ceil(Math.sqrt(rules.minPixels / unitArea));
	return { width: unit.width * units, height: unit.height * units };
}

/** Why these pixels are not allowed, or undefined if they are. */
export function whyNotAllowed({ width, height }: Pixels, rules: PixelRules): string | undefined {
	if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
		return `${width}x${height} is not a size: width and height are whole numbers of pixels`;
	}
	if (rules.sideStep !== undefined && !isAllowed({ width, height }, rules)) {
		const nearest = nearestAllowed({ width, height }, rules);
		return `${width}x${height} is not possible: ${ruleInWords(rules)}. The nearest size is ${nearest.width}x${nearest.height}`;
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

function isAllowed({ width, height }: Pixels, { minPixels, maxPixels, maxRatio, sideStep = 1, maxSide = Infinity }: PixelRules): boolean {
	const total = width * height;
	return (
		width % sideStep === 0 &&
		height % sideStep === 0 &&
		Math.max(width, height) <= maxSide &&
		Math.max(width / height, height / width) <= maxRatio &&
		total >= minPixels &&
		total <= maxPixels
	);
}

function ruleInWords({ minPixels, maxPixels, maxRatio, sideStep = 1, maxSide = Infinity }: PixelRules): string {
	const count = (pixels: number) => pixels.toLocaleString('en-US');
	return `width and height are multiples of ${sideStep}, at most ${maxSide}, the longer at most ${maxRatio} times the shorter, and ${count(minPixels)} to ${count(maxPixels)} pixels in all`;
}

/** The size that is allowed and nearest to another, by the distance of the sides. There are few enough to look at all. */
export function nearestAllowed({ width, height }: Pixels, rules: PixelRules): Pixels {
	const { sideStep = SIDE_STEP, maxSide = Math.ceil(Math.sqrt(rules.maxPixels * rules.maxRatio)) } = rules;
	let nearest: Pixels = { width: 0, height: 0 };
	let least = Infinity;
	for (let across = sideStep; across <= maxSide; across += sideStep) {
		for (let down = sideStep; down <= maxSide; down += sideStep) {
			const distance = (across - width) ** 2 + (down - height) ** 2;
			if (distance < least && isAllowed({ width: across, height: down }, rules)) {
				least = distance;
				nearest = { width: across, height: down };
			}
		}
	}
	return nearest;
}

/** Reads "2848x1600". */
export function parsePixels(text: string | undefined): Pixels | undefined {
	const match = /^\s*([1-9]\d{0,5})\s*[x×*]\s*([1-9]\d{0,5})\s*$/i.exec(text ?? '');
	return match ? { width: Number(match[1]), height: Number(match[2]) } : undefined;
}
