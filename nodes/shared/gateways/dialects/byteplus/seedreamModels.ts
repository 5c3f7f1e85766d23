import type { ImageModel } from '../../../generation/seedreamRequest';
import type { Known, ModelEnd, ReferenceRules } from '../../../generation/request';
import { sizeRow, type PixelRules } from '../../../generation/imageSize';
import { SEEDREAM_MAX_RATIO } from '../../limits';

/**
 * What each Seedream model takes at BytePlus ModelArk: the vendor's docs of the image API
 * (docs.byteplus.com/en/docs/ModelArk/image-generation-api, read 2026-10-08), where nothing else is said.
 */

/** The sizes that the vendor's docs recommend for a level, by model. What came is told by the answer. */
const ROWS = {
	'1K of 4.0': sizeRow(
		[1024, 1024],
		[1152, 864],
		[864, 1152],
		[1280, 720],
		[720, 1280],
		[1248, 832],
		[832, 1248],
		[1512, 648],
	),
	'1K': sizeRow(
		[1024, 1024],
		[1152, 864],
		[864, 1152],
		[1424, 800],
		[800, 1424],
		[1248, 832],
		[832, 1248],
		[1568, 672],
	),
	'1.5K': sizeRow(
		[1536, 1536],
		[1792, 1344],
		[1344, 1792],
		[2048, 1152],
		[1152, 2048],
		[1872, 1248],
		[1248, 1872],
		[2352, 1008],
	),
	'2K': sizeRow(
		[2048, 2048],
		[2304, 1728],
		[1728, 2304],
		[2848, 1600],
		[1600, 2848],
		[2496, 1664],
		[1664, 2496],
		[3136, 1344],
	),
	'2K of 5.0 Pro': sizeRow(
		[2048, 2048],
		[2368, 1776],
		[1776, 2368],
		[2816, 1584],
		[1584, 2816],
		[2496, 1664],
		[1664, 2496],
		[3136, 1344],
	),
	'3K': sizeRow(
		[3072, 3072],
		[3456, 2592],
		[2592, 3456],
		[4096, 2304],
		[2304, 4096],
		[3744, 2496],
		[2496, 3744],
		[4704, 2016],
	),
	'4K': sizeRow(
		[4096, 4096],
		[4704, 3520],
		[3520, 4704],
		[5504, 3040],
		[3040, 5504],
		[4992, 3328],
		[3328, 4992],
		[6240, 2656],
	),
};

const LARGE = { maxPixels: 16_777_216, maxRatio: SEEDREAM_MAX_RATIO };
const PIXELS_4_0: PixelRules = {
	...LARGE,
	minPixels: 921_600,
	recommended: { '1K': ROWS['1K of 4.0'], '2K': ROWS['2K'], '4K': ROWS['4K'] },
};
const PIXELS_4_5: PixelRules = {
	...LARGE,
	minPixels: 3_686_400,
	recommended: { '2K': ROWS['2K'], '3K': ROWS['3K'], '4K': ROWS['4K'] },
};
const PIXELS_5_0: PixelRules = {
	minPixels: 921_600,
	maxPixels: 4_624_220,
	maxRatio: SEEDREAM_MAX_RATIO,
	recommended: { '1K': ROWS['1K'], '1.5K': ROWS['1.5K'], '2K': ROWS['2K of 5.0 Pro'] },
};
/** Of an id that is not known: all that any model makes. */
export const PIXELS_OF_ANY: PixelRules = {
	...PIXELS_4_0,
	recommended: {
		'1K': ROWS['1K'],
		'1.5K': ROWS['1.5K'],
		'2K': ROWS['2K'],
		'3K': ROWS['3K'],
		'4K': ROWS['4K'],
	},
};

/**
 * Reference images: files of up to 30 MB, in all the formats that are named there, and 15 together with what is made.
 */
export const REFERENCES: ReferenceRules = {
	maxCount: 14,
	maxBytes: 30 * 1024 * 1024,
	maxPixels: 6000 * 6000,
	maxRatio: 16,
	sidesOver: 14,
	maxWithResults: 15,
	formats: [
		'image/jpeg',
		'image/png',
		'image/webp',
		'image/bmp',
		'image/tiff',
		'image/gif',
		'image/heic',
		'image/heif',
	],
	// The vendor's docs of the video API say it of a request; both come to the same place.
	maxRequestBytes: 64 * 1024 * 1024,
};

/**
 * 5.0 Pro, 5.0 Flash and 5.5 make one picture at a time. They refuse the fields of sets and streams by name, "… is not
 * supported by the current model" (a refusal in production, github.com/OpenGradient/tee-gateway, pull request 141,
 * 2026-08-03), and take ten references.
 */
const SINGLE = {
	resolutions: ['1K', '1.5K', '2K'],
	pixels: PIXELS_5_0,
	references: { ...REFERENCES, maxCount: 10 },
	isSingle: true,
} as const;

/** A model, and when its maker ends it. */
type SeedreamModel = ImageModel & Pick<Known<ImageModel>, 'end'>;

/** The first is the default. */
export const MODELS: readonly [SeedreamModel, ...SeedreamModel[]] = [
	{
		id: 'seedream-4-5-251128',
		name: 'Seedream 4.5',
		resolutions: ['2K', '4K'],
		pixels: PIXELS_4_5,
	},
	// Since 2026-11-12; what it takes is that of 5.0 Flash, as far as is known.
	{
		...SINGLE,
		id: 'dola-seedream-5-5-261028',
		name: 'Seedream 5.5',
		options: ['outputFormat', 'background', 'layers'],
	},
	{
		...SINGLE,
		id: 'dola-seedream-5-0-pro-260628',
		name: 'Seedream 5.0 Pro',
		options: ['fastPrompt', 'outputFormat', 'background', 'layers'],
	},
	{
		...SINGLE,
		id: 'dola-seedream-5-0-flash-260915',
		name: 'Seedream 5.0 Flash',
		options: ['outputFormat', 'background', 'layers'],
	},
	{
		id: 'seedream-5-0-260128',
		name: 'Seedream 5.0 Lite',
		resolutions: ['2K', '3K', '4K'],
		pixels: PIXELS_4_5,
		options: ['outputFormat', 'webSearch'],
	},
	{
		id: 'seedream-4-0-250828',
		name: 'Seedream 4.0',
		resolutions: ['1K', '2K', '4K'],
		pixels: PIXELS_4_0,
		options: ['fastPrompt'],
	},
];

/**
 * What the maker charges for a picture in 2K, in US dollars (the vendor's price list, read 2026-10-08). 5.0 Pro costs
 * half of it up to 1.5K.
 */
export const PRICES: Readonly<Record<string, number>> = {
	'dola-seedream-5-0-pro-260628': 0.09,
	'dola-seedream-5-0-flash-260915': 0.018,
	'seedream-5-0-260128': 0.035,
	'seedream-4-5-251128': 0.04,
	'seedream-4-0-250828': 0.03,
};

/** When Volcengine Ark switched three of them off (its notice of model retirements, the tenth batch of 2026-09-22). */
const OFF_AT_VOLCENGINE: ModelEnd = {
	at: '2026-11-24T06:00:00Z',
	replacement: 'doubao-seedream-5-0-pro-260628',
	isRefused: true,
};
const VOLCENGINE_IDS: Record<string, { id: string; end?: ModelEnd }> = {
	'seedream-4-5-251128': { id: 'doubao-seedream-4-5-251128', end: OFF_AT_VOLCENGINE },
	'dola-seedream-5-5-261028': { id: 'doubao-seedream-5-5-261028' },
	'dola-seedream-5-0-pro-260628': { id: 'doubao-seedream-5-0-pro-260628' },
	'dola-seedream-5-0-flash-260915': { id: 'doubao-seedream-5-0-flash-260915' },
	'seedream-5-0-260128': { id: 'doubao-seedream-5-0-lite-260128', end: OFF_AT_VOLCENGINE },
	'seedream-4-0-250828': { id: 'doubao-seedream-4-0-250828', end: OFF_AT_VOLCENGINE },
};

/** Another name of a model of the list, for where it is typed. */
export const otherNames = (): readonly SeedreamModel[] =>
	MODELS.filter(({ id }) => id === 'seedream-5-0-260128').map((model) => ({
		...model,
		id: 'seedream-5-0-lite-260128',
	}));

/** What they are called at Volcengine Ark, which is the same API. */
export const volcengineModels = (): readonly SeedreamModel[] =>
	MODELS.flatMap((model) => {
		const own = VOLCENGINE_IDS[model.id];
		return own === undefined ? [] : [{ ...model, ...own }];
	});
