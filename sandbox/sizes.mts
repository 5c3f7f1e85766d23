export interface PixelSize {
	width: number;
	height: number;
}

export interface PixelLimits {
	/** smallest and largest allowed width × height, in pixels */
	minPixels: number;
	maxPixels: number;
}

/** What "2K" is for each ratio: the table of myrouter-seedream-4.0.md; 9:21 is 21:9 turned. */
const SIZES_AT_2K = {
	'1:1': { width: 2048, height: 2048 },
	'4:3': { width: 2304, height: 1728 },
	'3:4': { width: 1728, height: 2304 },
	'16:9': { width: 2560, height: 1440 },
	'9:16': { width: 1440, height: 2560 },
	'21:9': { width: 3024, height: 1296 },
	'9:21': { width: 1296, height: 3024 },
} as const;

export type AspectRatio = keyof typeof SIZES_AT_2K;

/** The other resolutions are the 2K table scaled: every side stays a multiple of 8 and every ratio exact. */
const SCALE_FROM_2K = { '1K': 0.5, '2K': 1, '3K': 1.5, '4K': 2 } as const;

export type Resolution = keyof typeof SCALE_FROM_2K;

/** Allowed width / height of a picture asked for in pixels (myrouter-seedream-4.0.md, README section 4): from 1/16 to 16. */
const MOST_ELONGATED = 16;

/** Pixels of a picture asked for by resolution, with or without a ratio. */
export function sizeFor(resolution: Resolution, ratio: AspectRatio = '1:1'): PixelSize {
	const scale = SCALE_FROM_2K[resolution];
	const base = SIZES_AT_2K[ratio];
	return { width: base.width * scale, height: base.height * scale };
}

/** Reads "2048x1024"; undefined for anything else. */
export function parsePixelSize(text: string): PixelSize | undefined {
	const sides = /^([1-9]\d{0,5})x([1-9]\d{0,5})$/.exec(text);
	return sides === null ? undefined : { width: Number(sides[1]), height: Number(sides[2]) };
}

/** Says in one sentence why a gateway would refuse to draw this size; undefined when it would not. */
export function pixelSizeFault(
	{ width, height }: PixelSize,
	{ minPixels, maxPixels }: PixelLimits,
): string | undefined {
	const pixels = width * height;
	if (pixels < minPixels || pixels > maxPixels) {
		return `size ${width}x${height} has ${pixels} pixels, allowed are ${minPixels} to ${maxPixels}`;
	}
	if (Math.max(width, height) > MOST_ELONGATED * Math.min(width, height)) {
		return `size ${width}x${height} is more elongated than 1:${MOST_ELONGATED}`;
	}
	return undefined;
}

/** Writes a size the way the gateways do: "2848x1600". */
export function sizeText({ width, height }: PixelSize): string {
	return `${width}x${height}`;
}
