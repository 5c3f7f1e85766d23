import { REFERENCE_IMAGES } from '../../generation/labels';
import type { ReferenceRules } from '../../generation/request';
import type { PixelRules } from '../../generation/imageSize';
import type { SeedreamOffer } from '../types';
import { SEEDREAM_MAX_RATIO, SEEDREAM_REFERENCES } from '../limits';

const RESOLUTIONS = ['1K', '2K', '4K'] as const;

/** myrouter-seedream-4.0.md, "size" and "Recommended width and height values". */
export const PIXELS: PixelRules = {
	minPixels: 1024 * 1024,
	maxPixels: 4096 * 4096,
	maxRatio: SEEDREAM_MAX_RATIO,
	recommended: {
		'2K': {
			'1:1': { width: 2048, height: 2048 },
			'4:3': { width: 2304, height: 1728 },
			'3:4': { width: 1728, height: 2304 },
			'16:9': { width: 2560, height: 1440 },
			'9:16': { width: 1440, height: 2560 },
			'3:2': { width: 2496, height: 1664 },
			'2:3': { width: 1664, height: 2496 },
			'21:9': { width: 3024, height: 1296 },
		},
	},
};

/** The model of the page has fields of its own; later ones have BytePlus's (the vendor's docs of 4.5). */
export const MODEL_OF_THE_PAGE = 'seedream-4.0';
export const MODEL_4_5 = 'seedream-4.5';

/** Seedream 4.5 generates nothing smaller (the vendor's docs). */
export const PIXELS_4_5: PixelRules = { ...PIXELS, minPixels: 3_686_400 };

/** Of the page's model (myrouter-seedream-4.0.md, "images"). */
const REFERENCES_4_0: ReferenceRules = {
	...SEEDREAM_REFERENCES,
	maxCount: 10,
	formats: ['image/jpeg', 'image/png'],
	maxRatio: 3,
	sidesOver: 14,
	maxPixels: 6000 * 6000,
};

/** Of Seedream 4.5 (the vendor's docs). */
const REFERENCES: ReferenceRules = {
	...SEEDREAM_REFERENCES,
	maxCount: 14,
	formats: ['image/jpeg', 'image/png', 'image/webp', 'image/bmp', 'image/tiff', 'image/gif'],
};

/** myrouter-seedream-4.0.md */
export const seedreamOffer: SeedreamOffer = {
	description: 'Image sets, own pixel sizes',
	inputImagesLabel: REFERENCE_IMAGES,
	models: [
		{
			id: MODEL_OF_THE_PAGE,
			name: 'Seedream 4.0',
			source: 'page',
			resolutions: RESOLUTIONS,
			pixels: PIXELS,
			references: REFERENCES_4_0,
		},
		{
			id: MODEL_4_5,
			name: 'Seedream 4.5',
			source: 'docs',
			resolutions: ['2K', '4K'],
			pixels: PIXELS_4_5,
		},
	],
	anyModel: { resolutions: RESOLUTIONS, pixels: PIXELS },
	aspectRatios: ['auto', '1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '21:9'],
	references: REFERENCES,
	offers: { sets: true, watermark: true, responseFormat: false, stream: false },
};
