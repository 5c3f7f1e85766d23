import type { PixelSize } from './sizes.mjs';

/** What a model of Seedream takes. */
export interface SeedreamModel {
	/** folder in the links, as on the page */
	folder: string;
	/** the levels that `size` may name, and the pixels of each: without a ratio the model picks one */
	levels: ReadonlyMap<string, PixelSize>;
	minPixels: number;
	maxPixels: number;
	mostReferences: number;
	/** sets (`sequential_image_generation…`), and streams */
	sets: boolean;
	/** optimize_prompt_options.mode "fast" */
	fast: boolean;
	/** `output_format` */
	choosesFormat: boolean;
	/** the search of the web */
	searches: boolean;
	/** `background` and `layer_decomposition`; its usage counts the images that came in */
	decomposes: boolean;
}

const MOST_PIXELS = 4096 * 4096;

const SQUARE_1K = { width: 1024, height: 1024 };
const SQUARE_3K = { width: 3072, height: 3072 };
const SQUARE_4K = { width: 4096, height: 4096 };

/** agentsflare-seedream.md asks for 2K without a ratio and gets this. */
const PICKED_AT_2K = { width: 2848, height: 1600 };

/** 16:9 in the table of the newer models (BytePlus's docs, read 2026-10-08). */
const PICKED_AT_2K_SINCE_5_0_PRO = { width: 2816, height: 1584 };

/** BytePlus's docs, image generation API, read 2026-10-08. */
const SINGLE = {
	levels: new Map([
		['1K', SQUARE_1K],
		['1.5K', { width: 1536, height: 1536 }],
		['2K', PICKED_AT_2K_SINCE_5_0_PRO],
	]),
	minPixels: 921_600,
	maxPixels: 4_624_220,
	mostReferences: 10,
	sets: false,
	choosesFormat: true,
	searches: false,
	decomposes: true,
} as const;
const OF_SETS = {
	maxPixels: MOST_PIXELS,
	mostReferences: 14,
	sets: true,
	decomposes: false,
} as const;
const LITE_5_0: SeedreamModel = {
	...OF_SETS,
	folder: 'seedream-5-0',
	levels: new Map([
		['2K', PICKED_AT_2K],
		['3K', SQUARE_3K],
		['4K', SQUARE_4K],
	]),
	minPixels: 3_686_400,
	fast: false,
	choosesFormat: true,
	searches: true,
};

/** Models and what each takes: BytePlus's docs, image generation API, read 2026-10-08; of 5.5 what 5.0 Flash takes, a guess. */
export const SEEDREAM: ReadonlyMap<string, SeedreamModel> = new Map<string, SeedreamModel>([
	['dola-seedream-5-0-pro-260628', { ...SINGLE, folder: 'seedream-5-0-pro', fast: true }],
	['dola-seedream-5-0-flash-260915', { ...SINGLE, folder: 'seedream-5-0-flash', fast: false }],
	['dola-seedream-5-5-261028', { ...SINGLE, folder: 'seedream-5-5', fast: false }],
	['seedream-5-0-260128', LITE_5_0],
	// The same under another name.
	['seedream-5-0-lite-260128', LITE_5_0],
	[
		'seedream-4-5-251128',
		{
			...OF_SETS,
			folder: 'seedream-4-5',
			levels: new Map([
				['2K', PICKED_AT_2K],
				['4K', SQUARE_4K],
			]),
			minPixels: 3_686_400,
			fast: false,
			choosesFormat: false,
			searches: false,
		},
	],
	[
		'seedream-4-0-250828',
		{
			...OF_SETS,
			folder: 'seedream-4-0',
			levels: new Map([
				['1K', SQUARE_1K],
				['2K', PICKED_AT_2K],
				['4K', SQUARE_4K],
			]),
			minPixels: 921_600,
			fast: true,
			choosesFormat: false,
			searches: false,
		},
	],
]);
