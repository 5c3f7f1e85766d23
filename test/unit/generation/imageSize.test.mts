import fc from 'fast-check';
import {
	parsePixels,
	pixelsFor,
	RESOLUTIONS,
	type PixelRules,
} from '../../../nodes/shared/generation/imageSize.js';
import { whyNotAllowed } from '../../../nodes/shared/generation/imageSizeChecks.js';

const rules: PixelRules = { minPixels: 1024 * 1024, maxPixels: 4096 * 4096, maxRatio: 16 };
const RATIOS = ['1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '21:9', '9:21'];

describe('pixels of a resolution and a ratio', () => {
	it('takes the gateway’s own table where there is one', () => {
		const own = { width: 2560, height: 1440 };
		expect(pixelsFor('2K', '16:9', { ...rules, recommended: { '2K': { '16:9': own } } })).toEqual(
			own,
		);
	});

	it.each([
		['1K', '1:1', 1024, 1024],
		['4K', '1:1', 4096, 4096],
		['1K', '16:9', 1408, 792],
		['2K', '16:9', 2688, 1512],
		['4K', '21:9', 6216, 2664],
	] as const)('%s %s is %dx%d', (resolution, ratio, width, height) => {
		expect(pixelsFor(resolution, ratio, rules)).toEqual({ width, height });
	});

	it('has exactly the ratio, and is allowed, whatever the model’s limits', () => {
		const models: PixelRules[] = [
			rules,
			{ minPixels: 921_600, maxPixels: 16_777_216, maxRatio: 16 },
			{ minPixels: 3_686_400, maxPixels: 16_777_216, maxRatio: 16 },
		];
		fc.assert(
			fc.property(
				fc.constantFrom(...RESOLUTIONS),
				fc.constantFrom(...RATIOS),
				fc.constantFrom(...models),
				(resolution, ratio, model) => {
					const { width, height } = pixelsFor(resolution, ratio, model);
					const [first = 1, second = 1] = ratio.split(':').map(Number);
					expect(width * second).toBe(height * first);
					expect(whyNotAllowed({ width, height }, model)).toBeUndefined();
				},
			),
		);
	});
});

describe('own pixels', () => {
	it.each([
		[1, 1, '1x1 has 1 pixels, the model allows 1,048,576 to 16,777,216'],
		[0, 2000, '0x2000 is not a size'],
		[1500.5, 1500, '1500.5x1500 is not a size'],
		[9000, 9000, '9000x9000 has 81,000,000 pixels'],
		[16000, 900, '16000x900 is too narrow'],
	])('%dx%d is refused', (width, height, words) => {
		expect(whyNotAllowed({ width, height }, rules)).toContain(words);
	});

	it.each([
		[1024, 1024],
		[4096, 4096],
		[16000, 1000],
	])('%dx%d is allowed', (width, height) => {
		expect(whyNotAllowed({ width, height }, rules)).toBeUndefined();
	});
});

it.each([
	['2848x1600', { width: 2848, height: 1600 }],
	[' 2048 X 2048 ', { width: 2048, height: 2048 }],
	['2K', undefined],
	[undefined, undefined],
])('reads the size %p', (text, pixels) => {
	expect(parsePixels(text)).toEqual(pixels);
});
