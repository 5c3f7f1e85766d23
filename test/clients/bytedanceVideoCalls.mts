/** Videos that @ai-sdk/bytedance is asked for. */
import type { Gateway, Provider } from './bytedanceImageCalls.mjs';
import type { Call, Props, Refused } from './support.mjs';

export type VideoOptions = Parameters<ReturnType<Provider['video']>['doGenerate']>[0];

export interface VideoCall extends Call {
	model: string;
	/** undefined = modelArk */
	gateway?: Gateway;
	fields?: (props: Props) => Partial<VideoOptions>;
	/** the provider's own */
	options?: (props: Props) => VideoOptions['providerOptions'][string];
}

export interface TakenVideoCall extends VideoCall {
	/** what the task says of itself when it is done */
	made: Record<string, unknown>;
}

const BYTEPLUS = "BytePlus's docs, video generation API, read 2026-10-08";
const PAGE_2_5 = "BytePlus's page of Seedance 2.5, read 2026-10-08";
const TANSTACK = 'TanStack/ai, packages/ai-byteplus 0.1.3, live probes of 2026-07-31 and after';
const SEED_ADOBE = 'seed-adobe, MODEL_API_NOTES.md, live probes of 2026-08-11';
const APIYI = "apiyi's FAQ of 2026-09-17";
const FLEX = 'a real 400 in third-party code, 2026-11-29';
const DEV_TO = 'dev.to, 2026-08-24';

const V2_5 = 'dreamina-seedance-2-5-260628';
const V2_0 = 'dreamina-seedance-2-0-260128';
const FAST = 'dreamina-seedance-2-0-fast-260128';
const MINI = 'dreamina-seedance-2-0-mini-260615';
const V1_5 = 'seedance-1-5-pro-251215';
const V1_0 = 'seedance-1-0-pro-250528';
const LITE = 'seedance-1-0-lite-i2v-250428';

const file = (data: Buffer, mediaType = 'image/png') =>
	({ type: 'file', mediaType, data: data.toString('base64') }) as const;
const image = ({ photo }: Props) => ({ image: file(photo) });
const bothFrames = ({ photo, jpeg }: Props): Partial<VideoOptions> => ({
	frameImages: [
		{ image: file(photo), frameType: 'first_frame' },
		{ image: file(jpeg, 'image/jpeg'), frameType: 'last_frame' },
	],
});
const clips = (count: number) =>
	Array.from({ length: count }, (_none, index) => `https://example.com/clip-${index}.mp4`);
const sounds = (count: number) =>
	Array.from({ length: count }, (_none, index) => `https://example.com/sound-${index}.mp3`);
const search = [{ type: 'web_search' }];

export const TAKEN_VIDEOS: TakenVideoCall[] = [
	{
		call: '2.5: words alone, and a length of its own choice',
		source: 'apiyi, who measured 10 s, read 2026-11-29',
		model: V2_5,
		made: {
			resolution: '720p',
			duration: 10,
			ratio: '16:9',
			generate_audio: true,
			output_format: 'mp4',
		},
	},
	{
		call: '2.5: 1080p for 30 s',
		source: TANSTACK,
		model: V2_5,
		fields: () => ({ resolution: '1920x1080', duration: 30, aspectRatio: '9:16' }),
		made: { resolution: '1080p', duration: 30, ratio: '9:16' },
	},
	{
		call: '2.5: a first frame without a ratio',
		source: SEED_ADOBE,
		model: V2_5,
		fields: image,
		made: { ratio: '16:9' },
	},
	{
		call: '2.5: a first frame, adaptive',
		source: SEED_ADOBE,
		model: V2_5,
		fields: image,
		options: () => ({ ratio: 'adaptive' }),
		made: { ratio: '16:9' },
	},
	{
		call: '2.5: a priority',
		source: BYTEPLUS,
		model: V2_5,
		options: () => ({ priority: 9 }),
		made: { priority: 9 },
	},
	{
		call: '2.5: the edit of a video',
		source: PAGE_2_5,
		model: V2_5,
		options: () => ({ referenceVideos: clips(1), omni_reference_task_type: 'edit' }),
		made: { status: 'succeeded' },
	},
	{
		call: '2.5: a video that goes on for 5 s',
		source: PAGE_2_5,
		model: V2_5,
		fields: () => ({ duration: 5 }),
		options: () => ({ referenceVideos: clips(1), omni_reference_task_type: 'extend' }),
		made: { duration: 5 },
	},
	{
		call: '2.5: 30 images, 10 videos and 10 sounds',
		source: PAGE_2_5,
		model: V2_5,
		options: ({ link }) => ({
			referenceImages: Array<string>(30).fill(link),
			referenceVideos: clips(10),
			referenceAudio: sounds(10),
		}),
		made: { status: 'succeeded' },
	},
	{
		call: '2.5: a sound alone',
		source: PAGE_2_5,
		model: V2_5,
		fields: () => ({ prompt: undefined }),
		options: () => ({ referenceAudio: sounds(1) }),
		made: { status: 'succeeded' },
	},
	{
		call: '2.5: a mov',
		source: PAGE_2_5,
		model: V2_5,
		options: () => ({ output_format: 'mov' }),
		made: { output_format: 'mov' },
	},
	{
		call: '2.5: a draft',
		source: PAGE_2_5,
		model: V2_5,
		options: () => ({ draft: true }),
		made: { draft: true, resolution: '480p' },
	},
	{
		call: '2.5: a search of the web',
		source: BYTEPLUS,
		model: V2_5,
		options: () => ({ tools: search }),
		made: { usage: { tool_usage: { web_search: 1 } } },
	},
	{
		call: "2.5: by Volcengine's name",
		source: "Volcengine Ark's docs: the same models as doubao-…",
		model: 'doubao-seedance-2-5-260628',
		made: { model: 'doubao-seedance-2-5-260628' },
	},
	{
		call: '2.0: 5 s unasked',
		source: BYTEPLUS,
		model: V2_0,
		made: { resolution: '720p', duration: 5 },
	},
	{
		call: '2.0: 15 s in 4k',
		source: BYTEPLUS,
		model: V2_0,
		fields: () => ({ duration: 15 }),
		options: () => ({ resolution: '4k' }),
		made: { duration: 15, resolution: '4k' },
	},
	{
		call: '2.0: a first frame in 9:16',
		source: DEV_TO,
		model: V2_0,
		fields: (props) => ({ ...image(props), aspectRatio: '9:16' }),
		made: { ratio: '9:16' },
	},
	{
		call: '2.0: a safety identifier',
		source: BYTEPLUS,
		model: V2_0,
		options: () => ({ safety_identifier: 'somebody' }),
		made: { safety_identifier: 'somebody' },
	},
	{
		call: '2.0: a search of the web',
		source: BYTEPLUS,
		model: V2_0,
		options: () => ({ tools: search }),
		made: { usage: { tool_usage: { web_search: 1 } } },
	},
	{
		call: '2.0: images and videos to follow',
		source: BYTEPLUS,
		model: V2_0,
		options: ({ link }) => ({ referenceImages: [link], referenceVideos: clips(3) }),
		made: { status: 'succeeded' },
	},
	{
		call: '2.0: files to follow',
		source: BYTEPLUS,
		model: V2_0,
		fields: ({ photo }) => ({ inputReferences: [file(photo)] }),
		made: { status: 'succeeded' },
	},
	{
		call: '2.0: the service tier "default"',
		source: BYTEPLUS,
		model: V2_0,
		options: () => ({ serviceTier: 'default' }),
		made: { service_tier: 'default' },
	},
	{
		call: '2.0: a callback',
		source: BYTEPLUS,
		model: V2_0,
		options: () => ({ callback_url: 'https://example.com/hook' }),
		made: { status: 'succeeded' },
	},
	{
		call: '2.0 Fast: 480p without sound',
		source: BYTEPLUS,
		model: FAST,
		fields: () => ({ resolution: '864x480', generateAudio: false }),
		made: { resolution: '480p', generate_audio: false },
	},
	{
		call: '2.0 Mini: 4 s',
		source: TANSTACK,
		model: MINI,
		fields: () => ({ duration: 4 }),
		made: { duration: 4, resolution: '720p' },
	},
	{
		call: '2.0 Mini: at AgentsFlare',
		source: TANSTACK,
		model: MINI,
		gateway: 'agentsFlare',
		made: { model: MINI },
	},
	{
		call: '1.5: an image without a role',
		source: BYTEPLUS,
		model: V1_5,
		fields: image,
		made: { ratio: '16:9', resolution: '720p' },
	},
	{
		call: '1.5: a first and a last frame',
		source: BYTEPLUS,
		model: V1_5,
		fields: bothFrames,
		made: { ratio: '16:9' },
	},
	{
		call: '1.5: flex, with the last frame',
		source: BYTEPLUS,
		model: V1_5,
		options: () => ({ serviceTier: 'flex', returnLastFrame: true }),
		made: { service_tier: 'flex', content: { last_frame_url: expect.stringMatching(/^http/) } },
	},
	{
		call: '1.5: a seed, and a camera that stands still',
		source: BYTEPLUS,
		model: V1_5,
		fields: () => ({ seed: 7 }),
		options: () => ({ cameraFixed: true }),
		made: { seed: 7 },
	},
	{
		call: '1.5: a draft',
		source: BYTEPLUS,
		model: V1_5,
		options: () => ({ draft: true }),
		made: { draft: true, resolution: '480p' },
	},
	{
		call: '1.0: counted in pictures',
		source: BYTEPLUS,
		model: V1_0,
		options: () => ({ frames: 49 }),
		made: { frames: 49, resolution: '1080p' },
	},
	{
		call: '1.0: 12 s',
		source: BYTEPLUS,
		model: V1_0,
		fields: () => ({ duration: 12, resolution: '864x480' }),
		made: { duration: 12, resolution: '480p' },
	},
	{
		call: '1.0 Lite: images to follow, at AgentsFlare',
		source: 'README section 4 of the gateways',
		model: LITE,
		gateway: 'agentsFlare',
		options: ({ link }) => ({ referenceImages: [link, link] }),
		made: { resolution: '720p' },
	},
];

export const REFUSED_VIDEOS: Array<VideoCall & Refused> = [
	{
		call: '2.5: a first frame in 16:9',
		source: SEED_ADOBE,
		model: V2_5,
		fields: (props) => ({ ...image(props), aspectRatio: '16:9' }),
		names: /ratio/,
	},
	{
		call: '2.5: a first and a last frame in 1:1',
		source: SEED_ADOBE,
		model: V2_5,
		fields: (props) => ({ ...bothFrames(props), aspectRatio: '1:1' }),
		names: /ratio/,
	},
	{
		call: '2.5: 4k',
		source: PAGE_2_5,
		model: V2_5,
		options: () => ({ resolution: '4k' }),
		names: /resolution/,
	},
	{
		call: '2.5: 31 s',
		source: PAGE_2_5,
		model: V2_5,
		fields: () => ({ duration: 31 }),
		names: /duration/,
	},
	{
		call: '2.5: flex',
		source: FLEX,
		model: V2_5,
		options: () => ({ serviceTier: 'flex' }),
		names: /flex: not supported/,
	},
	{
		call: '2.5: a camera that stands still',
		source: BYTEPLUS,
		model: V2_5,
		options: () => ({ cameraFixed: true }),
		names: /camera_fixed/,
	},
	{
		call: '2.5: an edit of 5 s',
		source: APIYI,
		model: V2_5,
		fields: () => ({ duration: 5 }),
		options: () => ({ referenceVideos: clips(1), omni_reference_task_type: 'edit' }),
		names: /duration/,
	},
	{
		call: '2.5: an edit in 16:9',
		source: APIYI,
		model: V2_5,
		fields: () => ({ aspectRatio: '16:9' }),
		options: () => ({ referenceVideos: clips(1), omni_reference_task_type: 'edit' }),
		names: /ratio/,
	},
	{
		call: '2.5: an edit of nothing',
		source: PAGE_2_5,
		model: V2_5,
		options: () => ({ omni_reference_task_type: 'edit' }),
		names: /content/,
	},
	{
		call: '2.5: a draft in 720p',
		source: PAGE_2_5,
		model: V2_5,
		fields: () => ({ resolution: '1280x720' }),
		options: () => ({ draft: true }),
		names: /resolution/,
	},
	{
		call: '2.5: 31 images',
		source: PAGE_2_5,
		model: V2_5,
		options: ({ link }) => ({ referenceImages: Array<string>(31).fill(link) }),
		names: /content/,
	},
	{
		call: '2.5: a search beside an image',
		source: BYTEPLUS,
		model: V2_5,
		options: ({ link }) => ({ referenceImages: [link], tools: search }),
		names: /tools/,
	},
	{
		call: '2.0: 16 s',
		source: BYTEPLUS,
		model: V2_0,
		fields: () => ({ duration: 16 }),
		names: /duration/,
	},
	{
		call: '2.0: 3 s',
		source: BYTEPLUS,
		model: V2_0,
		fields: () => ({ duration: 3 }),
		names: /duration/,
	},
	{
		call: '2.0: flex',
		source: FLEX,
		model: V2_0,
		options: () => ({ serviceTier: 'flex' }),
		names: /flex: not supported/,
	},
	{
		call: '2.0: a seed',
		source: BYTEPLUS,
		model: V2_0,
		fields: () => ({ seed: 7 }),
		names: /seed/,
	},
	{
		call: '2.0: pictures counted',
		source: BYTEPLUS,
		model: V2_0,
		options: () => ({ frames: 49 }),
		names: /frames/,
	},
	{
		call: '2.0: a priority of 10',
		source: BYTEPLUS,
		model: V2_0,
		options: () => ({ priority: 10 }),
		names: /priority/,
	},
	{
		call: '2.0: a draft',
		source: BYTEPLUS,
		model: V2_0,
		options: () => ({ draft: true }),
		names: /draft/,
	},
	{
		call: '2.0: a kind of task',
		source: BYTEPLUS,
		model: V2_0,
		options: () => ({ omni_reference_task_type: 'edit', referenceVideos: clips(1) }),
		names: /omni_reference_task_type/,
	},
	{
		call: '2.0: ten images',
		source: BYTEPLUS,
		model: V2_0,
		options: ({ link }) => ({ referenceImages: Array<string>(10).fill(link) }),
		names: /content/,
	},
	{
		call: '2.0: four videos',
		source: BYTEPLUS,
		model: V2_0,
		options: () => ({ referenceVideos: clips(4) }),
		names: /content/,
	},
	{
		call: '2.0: a sound alone',
		source: BYTEPLUS,
		model: V2_0,
		options: () => ({ referenceAudio: sounds(1) }),
		names: /content/,
	},
	{
		call: '2.0: a video as data',
		source: BYTEPLUS,
		model: V2_0,
		fields: ({ photo }) => ({ inputReferences: [file(photo, 'video/mp4')] }),
		names: /content\.1\.video_url/,
	},
	{
		call: '2.0: an endless identifier',
		source: BYTEPLUS,
		model: V2_0,
		options: () => ({ safety_identifier: 'a'.repeat(65) }),
		names: /safety_identifier/,
	},
	{
		call: '2.0 Mini: 1080p',
		source: TANSTACK,
		model: MINI,
		fields: () => ({ resolution: '1920x1080' }),
		names: /resolution/,
	},
	{
		call: '1.5: 13 s',
		source: BYTEPLUS,
		model: V1_5,
		fields: () => ({ duration: 13 }),
		names: /duration/,
	},
	{
		call: '1.5: a priority',
		source: BYTEPLUS,
		model: V1_5,
		options: () => ({ priority: 1 }),
		names: /priority/,
	},
	{
		call: '1.5: an image to follow',
		source: BYTEPLUS,
		model: V1_5,
		options: ({ link }) => ({ referenceImages: [link] }),
		names: /content/,
	},
	{
		call: '1.5: a draft with its last frame',
		source: BYTEPLUS,
		model: V1_5,
		options: () => ({ draft: true, returnLastFrame: true }),
		names: /return_last_frame/,
	},
	{
		call: '1.0: sound',
		source: BYTEPLUS,
		model: V1_0,
		fields: () => ({ generateAudio: true }),
		names: /generate_audio/,
	},
	{
		call: '1.0: a length of its own choice',
		source: BYTEPLUS,
		model: V1_0,
		fields: () => ({ duration: -1 }),
		names: /duration/,
	},
	{
		call: '1.0 Lite',
		source: TANSTACK,
		model: LITE,
		fields: image,
		status: 404,
		names: new RegExp(LITE),
	},
	{
		call: 'a model that is not there',
		source: 'README section 4 of the gateways',
		model: 'dreamina-seedance-3-0-270101',
		status: 404,
		names: /dreamina-seedance-3-0-270101/,
	},
];
