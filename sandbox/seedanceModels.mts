/** What a model of Seedance takes. */
export interface SeedanceModel {
	resolutions: readonly string[];
	defaultResolution: '720p' | '1080p';
	/** in seconds */
	shortest: number;
	longest: number;
	/** how long it makes a video unasked, in seconds; -1 is a length of its own choice */
	defaultSeconds: number;
	/** the length that the sandbox takes for its own choice; undefined where it has none, and takes no -1 */
	chosenSeconds?: number;
	/** makes videos of words alone */
	fromText: boolean;
	firstFrame: boolean;
	lastFrame: boolean;
	/** chooses a ratio that suits the words */
	adapts: boolean;
	/** has no ratio but that of its frames */
	followsFrames: boolean;
	/** how many references of each kind; what all together may be is their sum */
	mostImages: number;
	mostVideos: number;
	mostAudios: number;
	/** reference sounds need no image or video beside them */
	audioAlone: boolean;
	/** `generate_audio` */
	audio: boolean;
	/** `frames` */
	frames: boolean;
	/** `seed` and `camera_fixed` */
	tuned: boolean;
	/** `service_tier` "flex" */
	flex: boolean;
	/** `priority` */
	priority: boolean;
	/** `draft`, and what goes with it */
	draft?: DraftRules;
	/** `omni_reference_task_type` and `output_format` */
	omni: boolean;
	/** the search of the web */
	searches: boolean;
	/** images of which this model's docs do not know: HEIC */
	heic: boolean;
}

/** What goes with a draft, and with the final video that is made of one. */
export interface DraftRules {
	/** `return_last_frame` goes with a draft */
	lastFrame: boolean;
	finalResolutions: readonly string[];
	defaultFinalResolution: string;
	/** the final video may be ordered with fields that the draft has, too */
	finalRepeats: boolean;
}

const UP_TO_1080P = ['480p', '720p', '1080p'];
const UP_TO_720P = ['480p', '720p'];

const OF_VERSION_1 = {
	resolutions: UP_TO_1080P,
	defaultSeconds: 5,
	fromText: true,
	firstFrame: true,
	lastFrame: true,
	followsFrames: false,
	mostImages: 0,
	mostVideos: 0,
	mostAudios: 0,
	audioAlone: false,
	tuned: true,
	flex: true,
	priority: false,
	omni: false,
	searches: false,
} as const;
const VERSION_1_0 = {
	...OF_VERSION_1,
	defaultResolution: '1080p',
	shortest: 2,
	longest: 12,
	adapts: false,
	audio: false,
	frames: true,
	heic: false,
} as const;
const VERSION_2_0: SeedanceModel = {
	resolutions: [...UP_TO_1080P, '4k'],
	defaultResolution: '720p',
	shortest: 4,
	longest: 15,
	defaultSeconds: 5,
	chosenSeconds: 5,
	fromText: true,
	firstFrame: true,
	lastFrame: true,
	adapts: true,
	followsFrames: false,
	mostImages: 9,
	mostVideos: 3,
	mostAudios: 3,
	audioAlone: false,
	audio: true,
	frames: false,
	tuned: false,
	flex: false,
	priority: true,
	omni: false,
	searches: true,
	heic: true,
};

/** Models and what each takes: BytePlus's docs, video generation API, and its page of 2.5, read 2026-10-08. */
export const SEEDANCE: ReadonlyMap<string, SeedanceModel> = new Map<string, SeedanceModel>([
	[
		'dreamina-seedance-2-5-260628',
		{
			...VERSION_2_0,
			resolutions: UP_TO_1080P,
			longest: 30,
			defaultSeconds: -1,
			// As long as somebody's was who let it choose (apiyi, read 2026-11-29).
			chosenSeconds: 10,
			followsFrames: true,
			mostImages: 30,
			mostVideos: 10,
			mostAudios: 10,
			audioAlone: true,
			draft: {
				lastFrame: true,
				finalResolutions: ['1080p'],
				defaultFinalResolution: '1080p',
				finalRepeats: false,
			},
			omni: true,
		},
	],
	['dreamina-seedance-2-0-260128', VERSION_2_0],
	['dreamina-seedance-2-0-fast-260128', { ...VERSION_2_0, resolutions: UP_TO_720P }],
	['dreamina-seedance-2-0-mini-260615', { ...VERSION_2_0, resolutions: UP_TO_720P }],
	// Off at BytePlus since 2026-11-11 (its deprecation notice): `behaviour.offModels` says so to those who want to see it.
	[
		'seedance-1-5-pro-251215',
		{
			...OF_VERSION_1,
			defaultResolution: '720p',
			shortest: 4,
			longest: 12,
			chosenSeconds: 5,
			adapts: true,
			audio: true,
			frames: false,
			draft: {
				lastFrame: false,
				finalResolutions: UP_TO_1080P,
				defaultFinalResolution: '720p',
				finalRepeats: true,
			},
			heic: true,
		},
	],
	['seedance-1-0-pro-250528', VERSION_1_0],
	['seedance-1-0-pro-fast-251015', { ...VERSION_1_0, lastFrame: false }],
]);

/** Off at BytePlus itself since 2026-05-13 (TanStack/ai, a probe of 2026-07-31); of a reseller nobody says so. */
export const SEEDANCE_1_0_LITE: ReadonlyMap<string, SeedanceModel> = new Map<string, SeedanceModel>(
	[
		[
			'seedance-1-0-lite-t2v-250428',
			{ ...VERSION_1_0, firstFrame: false, lastFrame: false, defaultResolution: '720p' },
		],
		[
			'seedance-1-0-lite-i2v-250428',
			{ ...VERSION_1_0, fromText: false, mostImages: 4, defaultResolution: '720p' },
		],
	],
);
