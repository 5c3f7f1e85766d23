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
export const SIDE_STEP = 8;

/** The longer way to say a resolution: "2K" is the area of 2048 × 2048 pixels. */
function areaOf(resolution: Resolution): number {
	return (Number.parseFloat(resolution) * 1024) ** 2;
}

/** The ratios of a row of a vendor's table of sizes, in the order in which `sizeRow` takes them. */
const TABLE_RATIOS = ['1:1', '4:3', '3:4', '16:9', '9:16', '3:2', '2:3', '21:9'];

/** A row of a vendor's table, for 1:1, 4:3, 3:4, 16:9, 9:16, 3:2, 2:3 and 21:9. */
export function sizeRow(
	...sizes: ReadonlyArray<readonly [width: number, height: number]>
): Record<string, Pixels> {
	return Object.fromEntries(
		sizes.map(([width, height], index) => [TABLE_RATIOS[index] ?? '', { width, height }]),
	);
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
	let units = Math.min(
		Math.floor(Math.sqrt(target / unitArea)),
		Math.floor(maxSide / Math.max(unit.width, unit.height)),
	);
	if (units ** 2 * unitArea < rules.minPixels)
		units = Math.ceil(Math.sqrt(rules.minPixels / unitArea));
	return { width: unit.width * units, height: unit.height * units };
}

/** Reads "2848x1600". */
export function parsePixels(text: string | undefined): Pixels | undefined {
	const match = /^\s*([1-9]\d{0,5})\s*[x×*]\s*([1-9]\d{0,5})\s*$/i.exec(text ?? '');
	return match ? { width: Number(match[1]), height: Number(match[2]) } : undefined;
}
