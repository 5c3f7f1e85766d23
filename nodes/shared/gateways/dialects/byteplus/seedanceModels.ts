import type { Known, ModelEnd, ReferenceRules } from '../../../generation/request';
import type {
	VideoModel,
	VideoOptions,
	VideoResolution,
} from '../../../generation/seedanceRequest';
import { SEEDANCE_REFERENCES } from '../../limits';

/**
 * What each Seedance model takes at BytePlus ModelArk: the vendor's docs of the video API
 * (docs.byteplus.com/en/docs/ModelArk/create-video-generation-task-api, read 2026-10-08), where nothing else is said.
 */

const RESOLUTIONS: readonly VideoResolution[] = ['480p', '720p', '1080p'];
const WITH_4K: readonly VideoResolution[] = [...RESOLUTIONS, '4k'];
const UP_TO_720P: readonly VideoResolution[] = ['480p', '720p'];

const OF_ALL: ReadonlyArray<keyof VideoOptions> = [
	'watermark',
	'returnLastFrame',
	'executionExpiresAfter',
	'safetyIdentifier',
];
/** What the models before version 2 have besides; the later ones refuse it. */
const OF_VERSION_1: ReadonlyArray<keyof VideoOptions> = [
	...OF_ALL,
	'seed',
	'cameraFixed',
	'serviceTier',
];

const FORMATS = ['image/jpeg', 'image/png', 'image/webp', 'image/bmp', 'image/tiff', 'image/gif'];

/** Input images of 1.5 and later. A request may have 64 MB. */
export const REFERENCES: ReferenceRules = {
	...SEEDANCE_REFERENCES,
	formats: [...FORMATS, 'image/heic', 'image/heif'],
	assets: true,
	maxRequestBytes: 64 * 1024 * 1024,
};

/** What the models of version 1.0 have in common. */
const VERSION_1_0 = {
	resolutions: RESOLUTIONS,
	duration: { shortest: 2, longest: 12 },
	adaptsTo: ['frame'],
	wordless: true,
	imageRules: { ...REFERENCES, formats: FORMATS },
	options: [...OF_VERSION_1, 'frames'],
} as const;

/** What those of version 2 have in common; 2.0 follows up to nine images, three videos and three sounds. */
const VERSION_2_0 = {
	duration: { shortest: 4, longest: 15, canChoose: true },
	fromText: true,
	adaptsTo: ['words', 'frame', 'references'],
	roles: ['firstFrame', 'lastFrame', 'reference'],
	maxVideos: 3,
	maxAudios: 3,
	wordless: true,
	options: [...OF_ALL, 'generateAudio', 'priority', 'webSearch'],
} as const;

/** A model, and when its maker ends it. */
type SeedanceModel = VideoModel & Pick<Known<VideoModel>, 'end'>;

/** Nothing takes their place by itself (the vendor's notice of model retirements, the third and fourth batch). */
const MINI = 'dreamina-seedance-2-0-mini-260615';
const END_OF_1_5: ModelEnd = { at: '2026-11-11T09:00:00Z', replacement: MINI };
const END_OF_1_0_LITE: ModelEnd = { at: '2026-05-13', replacement: MINI };

/** The first is the default. */
export const MODELS: readonly [SeedanceModel, ...SeedanceModel[]] = [
	{
		...VERSION_2_0,
		id: MINI,
		name: 'Seedance 2.0 Mini',
		resolutions: UP_TO_720P,
		references: { maxCount: 9, resolutions: UP_TO_720P },
	},
	{
		...VERSION_2_0,
		id: 'dreamina-seedance-2-0-260128',
		name: 'Seedance 2.0',
		resolutions: WITH_4K,
		references: { maxCount: 9, resolutions: WITH_4K },
	},
	{
		...VERSION_2_0,
		id: 'dreamina-seedance-2-0-fast-260128',
		name: 'Seedance 2.0 Fast',
		resolutions: UP_TO_720P,
		references: { maxCount: 9, resolutions: UP_TO_720P },
	},
	{
		...VERSION_2_0,
		id: 'dreamina-seedance-2-5-260628',
		name: 'Seedance 2.5',
		// 1080p since 2026-08-19 (Comfy-Org's docs, 2026-08-21), which comes as H.265.
		resolutions: RESOLUTIONS,
		duration: { shortest: 4, longest: 30, canChoose: true },
		references: { maxCount: 30, resolutions: RESOLUTIONS },
		maxVideos: 10,
		maxAudios: 10,
		audioAlone: true,
		followsFrame: true,
		finalResolution: '1080p',
		options: [...VERSION_2_0.options, 'outputFormat', 'draft', 'referenceTask'],
	},
	{
		...VERSION_1_0,
		id: 'seedance-1-0-pro-250528',
		name: 'Seedance 1.0 Pro',
		fromText: true,
		roles: ['firstFrame', 'lastFrame'],
	},
	{
		...VERSION_1_0,
		id: 'seedance-1-0-pro-fast-251015',
		name: 'Seedance 1.0 Pro Fast',
		fromText: true,
		roles: ['firstFrame'],
	},
	{
		id: 'seedance-1-5-pro-251215',
		name: 'Seedance 1.5 Pro',
		resolutions: RESOLUTIONS,
		duration: { shortest: 4, longest: 12, canChoose: true },
		fromText: true,
		adaptsTo: ['words', 'frame'],
		roles: ['firstFrame', 'lastFrame'],
		wordless: true,
		draftWithout: ['returnLastFrame', 'serviceTier'],
		options: [...OF_VERSION_1, 'generateAudio', 'draft'],
		end: END_OF_1_5,
	},
	{
		...VERSION_1_0,
		id: 'seedance-1-0-lite-t2v-250428',
		name: 'Seedance 1.0 Lite, Text to Video',
		fromText: true,
		roles: [],
		end: END_OF_1_0_LITE,
	},
	{
		...VERSION_1_0,
		id: 'seedance-1-0-lite-i2v-250428',
		name: 'Seedance 1.0 Lite, Image to Video',
		fromText: false,
		roles: ['firstFrame', 'lastFrame', 'reference'],
		references: { maxCount: 4, resolutions: UP_TO_720P },
		end: END_OF_1_0_LITE,
	},
];

/**
 * What the maker charges for a million tokens of a video of 720p with sound, in US dollars (the vendor's price list,
 * read 2026-10-02).
 */
export const PRICES: Readonly<Record<string, number>> = {
	[MINI]: 3.5,
	'dreamina-seedance-2-0-260128': 7,
	'dreamina-seedance-2-0-fast-260128': 5.6,
	'dreamina-seedance-2-5-260628': 10.7,
	'seedance-1-0-pro-250528': 2.5,
	'seedance-1-0-pro-fast-251015': 1,
};

/** What the models of the list are called at Volcengine Ark, which is the same API. */
export const volcengineModels = (): readonly SeedanceModel[] =>
	MODELS.map(({ id, end, ...model }) => ({
		...model,
		id: atVolcengine(id),
		...(end
			? {
					end: {
						...end,
						...(end.replacement === undefined
							? {}
							: { replacement: atVolcengine(end.replacement) }),
					},
				}
			: {}),
	}));

const atVolcengine = (id: string) => `doubao-${id.replace(/^dreamina-/, '')}`;

/** An id that is not in the table is sent as the user filled the form in. */
export const ANY_MODEL: Omit<VideoModel, 'id' | 'name'> = {
	resolutions: WITH_4K,
	duration: { shortest: 1, longest: Infinity, canChoose: true },
	fromText: true,
	adaptsTo: ['words', 'frame', 'references'],
	roles: ['firstFrame', 'lastFrame', 'reference'],
	references: { maxCount: Infinity, resolutions: WITH_4K },
	maxVideos: Infinity,
	maxAudios: Infinity,
	audioAlone: true,
	wordless: true,
	options: [
		...OF_VERSION_1,
		'generateAudio',
		'frames',
		'outputFormat',
		'draft',
		'priority',
		'referenceTask',
		'webSearch',
	],
};
