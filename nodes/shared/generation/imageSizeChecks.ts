import { SIDE_STEP, type PixelRules, type Pixels } from './imageSize';

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

function isAllowed(
	{ width, height }: Pixels,
	{ minPixels, maxPixels, maxRatio, sideStep = 1, maxSide = Infinity }: PixelRules,
): boolean {
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

function ruleInWords({
	minPixels,
	maxPixels,
	maxRatio,
	sideStep = 1,
	maxSide = Infinity,
}: PixelRules): string {
	const count = (pixels: number) => pixels.toLocaleString('en-US');
	return `width and height are multiples of ${sideStep}, at most ${maxSide}, the longer at most ${maxRatio} times the shorter, and ${count(minPixels)} to ${count(maxPixels)} pixels in all`;
}

/** Returns the allowed size nearest to another, by the distance of the sides. There are few enough to try all. */
export function nearestAllowed({ width, height }: Pixels, rules: PixelRules): Pixels {
	const { sideStep = SIDE_STEP, maxSide = Math.ceil(Math.sqrt(rules.maxPixels * rules.maxRatio)) } =
		rules;
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
