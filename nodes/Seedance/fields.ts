import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { DEFAULT_DURATION, DEFAULT_VIDEO_RESOLUTION } from '../shared/generation/defaults';
import type { SeedanceService } from '../shared/gateways/types';
import type { GatewayService } from '../shared/gateways/registry';
import {
	DRAFT_TASK_ID,
	lengthsIn,
	REFERENCE_AUDIOS,
	REFERENCE_VIDEOS,
	VIDEO_LIMITS,
	VIDEO_OPTION_LABELS,
	type VideoModel,
	type VideoOptions,
	type VideoResolution,
} from '../shared/generation/seedanceRequest';
import { fieldByModel, placed, whereModelsHave } from '../shared/description/model';

type VideoServers = ReadonlyArray<GatewayService<SeedanceService>>;
type Where = NonNullable<IDisplayOptions['show']>;

const RESOLUTION_NAMES: Record<VideoResolution, string> = {
	'480p': '480p (Small)',
	'720p': '720p (HD)',
	'1080p': '1080p (Full HD)',
	'4k': '4k (Ultra HD)',
};

/**
 * How large and how long the video is, for the gateways whose models can be told.
 * @param show what else they depend on
 */
export const videoFields = (services: VideoServers, show: Where): INodeProperties[] => [
	...fieldByModel<VideoModel>(
		services.filter(({ service }) => service.anyModel.resolutions.length > 0),
		show,
		(model, all) => model.resolutions.length < all.resolutions.length,
		({ resolutions }) => ({
			displayName: 'Resolution',
			name: 'resolution',
			type: 'options',
			options: resolutions.map((value) => ({ name: RESOLUTION_NAMES[value], value })),
			default: DEFAULT_VIDEO_RESOLUTION,
			description: 'How large the video is; a larger one costs more',
		}),
	),
	...services
		.filter(({ service }) => service.anyModel.duration !== undefined)
		.map(
			(gatewayService): INodeProperties => ({
				displayName: 'Duration',
				name: 'duration',
				type: 'number',
				typeOptions: { minValue: -1, numberPrecision: 0 },
				default: DEFAULT_DURATION,
				displayOptions: { show: { gateway: [gatewayService.gateway.name], ...show } },
				description: `How long the video is, in seconds; a longer one costs more. ${lengthsOf([gatewayService])}${whoChooses([gatewayService])} With 0 the usual length is made, ${DEFAULT_DURATION} as a rule.`,
			}),
		),
];

/** What each model takes, as a sentence each. */
function lengthsOf(services: VideoServers): string {
	const models = services.flatMap(({ service }) => service.models);
	const byLength = new Map<string, Set<string>>();
	for (const { name, duration } of models) {
		if (!duration) continue;
		const length = lengthsIn(duration);
		byLength.set(length, (byLength.get(length) ?? new Set()).add(versionOf(name)));
	}
	return [...byLength].map(([length, names]) => `${[...names].join(', ')}: ${length}.`).join(' ');
}

/** The links that a new video follows, for the gateways whose models do. */
const urlFields = (services: VideoServers, where: Where): INodeProperties[] => {
	const field = (
		displayName: string,
		name: string,
		things: string,
		most: 'maxVideos' | 'maxAudios',
	): INodeProperties[] => {
		const has = (model: Omit<VideoModel, 'id' | 'name'>) => (model[most] ?? 0) > 0;
		return placed(
			{
				displayName,
				name,
				type: 'string',
				typeOptions: { rows: 2 },
				default: '',
				description: `${things} that the new video follows, for ${namesIn(services, has)}: public links, or the gateway’s own that begin with asset://, one to a line. The prompt says what to take from them.`,
			},
			whereModelsHave<VideoModel>(services, has, where),
		);
	};
	return [
		...field(REFERENCE_AUDIOS, 'referenceAudio', 'Sounds', 'maxAudios'),
		...field(REFERENCE_VIDEOS, 'referenceVideos', 'Videos', 'maxVideos'),
	];
};

/** The versions whose models have something, as a list in words. */
const namesIn = (services: VideoServers, has: (model: VideoModel) => boolean): string =>
	[
		...new Set(
			services.flatMap(({ service }) =>
				service.models.filter(has).map(({ name }) => versionOf(name)),
			),
		),
	]
		.join(', ')
		.replace(/, ([^,]*)$/, ' and $1');

const whoChooses = (services: VideoServers): string => {
	const names = namesIn(services, ({ duration }) => duration?.canChoose === true);
	if (names === '') return '';
	const longest = Math.max(
		...services.flatMap(({ service }) =>
			service.models.flatMap(({ duration }) => (duration?.canChoose ? [duration.longest] : [])),
		),
	);
	return ` With -1 the model chooses (${names}), and may choose the most that it makes: ${longest} seconds cost ${longest / DEFAULT_DURATION} times as much as ${DEFAULT_DURATION}.`;
};

/** "Seedance 1.0" of "Seedance 1.0 Pro Fast". */
const versionOf = (name: string): string => /^\S+ [\d.]+/.exec(name)?.[0] ?? name;

const endsOf = (option: keyof typeof VIDEO_LIMITS) => ({
	minValue: VIDEO_LIMITS[option].least,
	maxValue: VIDEO_LIMITS[option].most,
	numberPrecision: 0,
});

/**
 * The options of videos; each gateway and model shows only what it has.
 * @param where what else they depend on
 */
export function videoOptions(services: VideoServers, where: Where): INodeProperties[] {
	const option = (
		name: keyof VideoOptions,
		rest: Pick<
			INodeProperties,
			'type' | 'default' | 'description' | 'typeOptions' | 'options' | 'placeholder'
		>,
	): INodeProperties[] =>
		placed(
			{ displayName: VIDEO_OPTION_LABELS[name], name, ...rest },
			whereModelsHave<VideoModel>(services, ({ options }) => options.includes(name), where),
		);
	return [
		...option('executionExpiresAfter', {
			type: 'number',
			typeOptions: endsOf('executionExpiresAfter'),
			default: 172_800,
			description:
				'After how many seconds, counted from the order, the gateway gives up a task that is not finished',
		}),
		...option('draft', {
			type: 'boolean',
			default: false,
			description:
				'Whether to make a preview first, always at 480p. Its task ID, under Draft Task ID, makes the final video of it within 7 days; both are paid for.',
		}),
		...placed(
			{
				displayName: DRAFT_TASK_ID,
				name: 'draftTaskId',
				type: 'string',
				default: '',
				placeholder: 'e.g. cgt-20261129-abcde',
				description:
					'The task of a draft whose final video is to be made. Words, images and lengths are those of the draft, so leave the prompt and the images empty. With Seedance 2.5 choose the resolution 1080p.',
			},
			whereModelsHave<VideoModel>(services, ({ options }) => options.includes('draft'), where),
		),
		...option('cameraFixed', {
			type: 'boolean',
			default: false,
			description: 'Whether the camera stands still',
		}),
		...option('generateAudio', {
			type: 'boolean',
			default: true,
			description:
				'Whether the video has sound: voices, effects and music that suit the picture. Without it the video is cheaper.',
		}),
		...option('frames', {
			type: 'number',
			typeOptions: endsOf('frames'),
			default: 121,
			description:
				'How long the video is, in pictures, 24 for each second, in the place of the duration: 29, 33, 37 and so on up to 289',
		}),
		...urlFields(services, where),
		...option('outputFormat', {
			type: 'options',
			options: [
				{ name: 'MOV', value: 'mov', description: 'For those who cut the video' },
				{ name: 'MP4', value: 'mp4' },
			],
			default: 'mp4',
			description: 'What kind of file the video is',
		}),
		...option('priority', {
			type: 'number',
			typeOptions: endsOf('priority'),
			default: 0,
			description: 'Which of your tasks that wait goes first: the one with the higher number',
		}),
		...option('referenceTask', {
			type: 'options',
			options: [
				{
					name: 'Auto',
					value: 'auto',
					description:
						'The model finds out by the prompt; what it takes for an edit or an extension fails with a duration or a shape of your own',
				},
				{
					name: 'Edit',
					value: 'edit',
					description:
						'The video is changed, e.g. something in it replaced. It keeps its length, which sets the price, and its shape.',
				},
				{
					name: 'Extend',
					value: 'extend',
					description: 'The video goes on, before or after. It keeps its shape.',
				},
			],
			default: 'auto',
			description: 'What the reference videos are for. The prompt has to say it, too.',
		}),
		...option('returnLastFrame', {
			type: 'boolean',
			default: false,
			description:
				'Whether to bring the last frame, too, as a picture in an item of its own: the next video can begin with it',
		}),
		...option('safetyIdentifier', {
			type: 'string',
			default: '',
			placeholder: 'e.g. a hash of the user’s ID',
			description:
				'Tells the users of your application apart, for the maker’s search for abuse; at most 64 characters, and nothing personal',
		}),
		...option('seed', {
			type: 'number',
			typeOptions: endsOf('seed'),
			default: -1,
			description:
				'The same number makes similar videos of the same prompt; -1 is another one each time',
		}),
		...option('serviceTier', {
			type: 'options',
			options: [
				{ name: 'Default', value: 'default', description: 'At once' },
				{
					name: 'Flex',
					value: 'flex',
					description:
						'Cheaper, when there is room: it may take hours, so use Create Task and Get Result',
				},
			],
			default: 'default',
			description: 'How soon the task is done',
		}),
		...option('watermark', {
			type: 'boolean',
			default: false,
			description: 'Whether to put the mark “AI generated” into the corner of the video',
		}),
		...option('webSearch', {
			type: 'boolean',
			default: false,
			description:
				'Whether the model may look things up in the web; with words alone, without images',
		}),
	];
}
