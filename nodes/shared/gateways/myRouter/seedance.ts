import { FIRST_AND_LAST_FRAME } from '../../generation/labels';
import type { Known, ModelEnd, ReferenceRules } from '../../generation/request';
import {
	ADAPTIVE,
	type ImageRole,
	type VideoModel,
	type VideoOptions,
	type VideoRequest,
} from '../../generation/seedanceRequest';
import type { SeedanceService } from '../types';
import { SEEDANCE_REFERENCES } from '../limits';
import { renamed } from '../renameKeys';
import { parseCreatedTask, taskApi } from './tasks';

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
const ANY_MODEL: SeedanceService['anyModel'] = {
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

const ROLES = { firstFrame: 'image', lastFrame: 'last_image' } satisfies Partial<
	Record<ImageRole, string>
>;
const API_FIELDS = {
	seed: 'seed',
	cameraFixed: 'camera_fixed',
	generateAudio: 'generate_audio',
	watermark: 'watermark',
	serviceTier: 'service_tier',
	executionExpiresAfter: 'execution_expires_after',
} satisfies Partial<Record<keyof VideoOptions, string>>;

const isVersion1 = (model: string) => /^seedance-v1-/.test(model);

/** Version 1 requires a duration; this is its default in the vendor's docs. Seconds. */
const LENGTH_OF_VERSION_1 = 5;

/** Returns the fields that differ from version to version. */
function namedByModel({ model, aspectRatio, duration }: VideoRequest): Record<string, unknown> {
	const length = duration === 0 && isVersion1(model) ? LENGTH_OF_VERSION_1 : duration;
	return {
		...(aspectRatio === 'auto'
			? {}
			: { [isVersion1(model) ? 'aspect_ratio' : 'ratio']: aspectRatio }),
		...(length === 0 ? {} : { duration: length }),
	};
}

/** Seedance at MyRouter: `POST /v3/async/<model>` (the vendor's docs). */
export const seedance: SeedanceService = {
	description: 'First and last frame, length, sound with 1.5',
	inputImagesLabel: FIRST_AND_LAST_FRAME,
	models: MODELS,
	anyModel: ANY_MODEL,
	aspectRatios: ['auto', ADAPTIVE, '16:9', '9:16', '4:3', '3:4', '1:1', '21:9'],
	references: REFERENCES,

	buildRequest(request: VideoRequest) {
		const { model, prompt, images, roles, resolution, options } = request;
		const byRole = new Map(
			images.map((image, index) => [String(roles[index] ?? 'firstFrame'), image]),
		);
		return {
			method: 'POST',
			path: `/v3/async/${encodeURIComponent(model)}`,
			body: {
				...(prompt.trim() === '' ? {} : { prompt }),
				...renamed(ROLES, byRole),
				...(resolution === 'auto' ? {} : { resolution }),
				...namedByModel(request),
				...renamed(API_FIELDS, new Map(Object.entries(options))),
			},
		};
	},

	parseResponse: parseCreatedTask,
	tasks: taskApi,
};
