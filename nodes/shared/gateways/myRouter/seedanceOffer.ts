import { FIRST_AND_LAST_FRAME } from '../../generation/labels';
import type { Known, ModelEnd, ReferenceRules } from '../../generation/request';
import { ADAPTIVE, type VideoModel } from '../../generation/seedanceRequest';
import type { SeedanceOffer } from '../types';
import { SEEDANCE_REFERENCES } from '../limits';

/** Version 1 generates videos of 5 or 10 seconds (the vendor's docs). */
const VERSION_1 = {
	resolutions: ['480p', '720p', '1080p'],
	duration: { shortest: 5, longest: 10, only: [5, 10] },
	adaptsTo: [],
	maxSeed: 2_147_483_647,
	options: ['seed', 'cameraFixed'],
} as const;

/** Version 1.5, with audio (the vendor's docs). */
const VERSION_1_5 = {
	resolutions: ['480p', '720p'],
	duration: { shortest: 4, longest: 12 },
	adaptsTo: ['words', 'frame'],
	options: [
		'seed',
		'cameraFixed',
		'generateAudio',
		'watermark',
		'serviceTier',
		'executionExpiresAfter',
	],
} as const;

const OF_TEXT = { fromText: true, roles: [] } as const;
const OF_IMAGES = { fromText: false, roles: ['firstFrame', 'lastFrame'], wordless: true } as const;

/** When the maker shut a version down (BytePlus's notice of model retirements); MyRouter itself has no dates. */
const ENDS = { '1.5': '2026-11-11T09:00:00Z', '1 Lite': '2026-05-13' } as const;
const endOf = (version: keyof typeof ENDS, kind: 't2v' | 'i2v'): ModelEnd => ({
	at: ENDS[version],
	replacement: `seedance-v1-pro-${kind}`,
});

/**
 * The model is the last part of the path. Guessed ones are those of sister platforms, which the gateway's docs lack.
 */
const MODELS: readonly [Known<VideoModel>, ...Array<Known<VideoModel>>] = [
	{
		...VERSION_1,
		...OF_TEXT,
		id: 'seedance-v1-pro-t2v',
		name: 'Seedance 1 Pro, Text to Video',
		source: 'guess',
	},
	{
		...VERSION_1,
		...OF_IMAGES,
		id: 'seedance-v1-pro-i2v',
		name: 'Seedance 1 Pro, Image to Video',
		source: 'guess',
	},
	{
		...VERSION_1_5,
		...OF_TEXT,
		id: 'seedance-v1.5-pro-t2v',
		name: 'Seedance 1.5 Pro, Text to Video',
		source: 'guess',
		end: endOf('1.5', 't2v'),
	},
	{
		...VERSION_1_5,
		...OF_IMAGES,
		id: 'seedance-v1.5-pro-i2v',
		name: 'Seedance 1.5 Pro, Image to Video',
		source: 'docs',
		end: endOf('1.5', 'i2v'),
	},
	{
		...VERSION_1,
		...OF_TEXT,
		id: 'seedance-v1-lite-t2v',
		name: 'Seedance 1 Lite, Text to Video',
		source: 'guess',
		end: endOf('1 Lite', 't2v'),
	},
	{
		...VERSION_1,
		...OF_IMAGES,
		id: 'seedance-v1-lite-i2v',
		name: 'Seedance 1 Lite, Image to Video',
		source: 'docs',
		end: endOf('1 Lite', 'i2v'),
	},
];

/** For an ID that is not in the table, the form is sent as the user filled it in. */
const ANY_MODEL: SeedanceOffer['anyModel'] = {
	resolutions: VERSION_1.resolutions,
	duration: { shortest: 1, longest: Infinity },
	fromText: true,
	adaptsTo: ['words', 'frame'],
	roles: ['firstFrame', 'lastFrame'],
	wordless: true,
	options: VERSION_1_5.options,
};

/** The vendor's docs. */
const REFERENCES: ReferenceRules = {
	...SEEDANCE_REFERENCES,
	maxCount: 2,
	formats: ['image/jpeg', 'image/png', 'image/webp', 'image/bmp', 'image/tiff', 'image/gif'],
};

/** The vendor's docs. This gateway neither lists tasks nor cancels one. */
export const seedanceOffer: SeedanceOffer = {
	description: 'First and last frame, length, sound with 1.5',
	inputImagesLabel: FIRST_AND_LAST_FRAME,
	models: MODELS,
	anyModel: ANY_MODEL,
	aspectRatios: ['auto', ADAPTIVE, '16:9', '9:16', '4:3', '3:4', '1:1', '21:9'],
	references: REFERENCES,
	taskFeatures: { list: false, cancel: false },
};
