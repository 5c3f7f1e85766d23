import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { DEFAULT_DURATION, DEFAULT_VIDEO_RESOLUTION } from '../defaults';
import type { VideoService } from '../gateways/gateway';
import type { Server } from '../gateways/registry';
import { VIDEO_OPTION_LABELS, VIDEO_RESOLUTIONS, type VideoModel, type VideoOptions, type VideoResolution } from '../media/videoRequest';

type VideoServers = ReadonlyArray<Server<VideoService>>;
type Where = NonNullable<IDisplayOptions['show']>;

const namesOf = (servers: VideoServers, has: (model: VideoService['anyModel']) => boolean): string[] =>
	servers.filter(({ service }) => has(service.anyModel)).map(({ gateway }) => gateway.name);

const RESOLUTION_NAMES: Record<VideoResolution, string> = { '480p': '480p (Small)', '720p': '720p (HD)', '1080p': '1080p (Full HD)' };

/**
 * How large and how long the video is, for the gateways whose models can be told.
 * @param show what else they depend on
 */
export const videoFields = (servers: VideoServers, show: IDisplayOptions['show'] = {}): INodeProperties[] => [
	{
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		options: VIDEO_RESOLUTIONS.map((value) => ({ name: RESOLUTION_NAMES[value], value })),
		default: DEFAULT_VIDEO_RESOLUTION,
		displayOptions: { show: { gateway: namesOf(servers, ({ resolutions }) => resolutions.length > 0), ...show } },
		description: 'How large the video is; a larger one costs more',
	},
	{
		displayName: 'Duration',
		name: 'duration',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: DEFAULT_DURATION,
		displayOptions: { show: { gateway: namesOf(servers, ({ duration }) => duration !== undefined), ...show } },
		description: `How long the video is, in seconds; a longer one costs more. ${lengthsOf(servers)} With 0 the model’s own default holds.`,
	},
];

/** What each model takes, as a sentence each. */
function lengthsOf(servers: VideoServers): string {
	const models = servers.flatMap(({ service }) => service.models);
	const byLength = new Map<string, Set<string>>();
	for (const { name, duration } of models) {
		if (!duration) continue;
		const length = `${duration.shortest} to ${duration.longest}`;
		byLength.set(length, (byLength.get(length) ?? new Set()).add(versionOf(name)));
	}
	return [...byLength].map(([length, names]) => `${[...names].join(', ')}: ${length}.`).join(' ');
}

/** "Seedance 1.0" of "Seedance 1.0 Pro Fast". */
const versionOf = (name: string): string => /^\S+ [\d.]+/.exec(name)?.[0] ?? name;

/** Where an option belongs: at the gateways that have it, and not with a model that is known not to. */
function whereOffered(servers: VideoServers, option: keyof VideoOptions, where: Where): IDisplayOptions {
	const lacks = ({ options }: Pick<VideoModel, 'options'>) => !options.includes(option);
	const gateway = namesOf(servers, (model) => !lacks(model));
	const without = servers.filter(({ gateway: { name } }) => gateway.includes(name)).flatMap(({ service }) => service.models.filter(lacks).map(({ id }) => id));
	return { show: { '/gateway': gateway, ...where }, ...(without.length > 0 ? { hide: { '/model': [...new Set(without)] } } : {}) };
}

/**
 * The options of videos; each gateway and model shows only what it has.
 * @param where what else they depend on
 */
export function videoOptions(servers: VideoServers, where: Where): INodeProperties[] {
	const option = (name: keyof VideoOptions, rest: Pick<INodeProperties, 'type' | 'default' | 'description' | 'typeOptions' | 'options'>): INodeProperties => ({
		displayName: VIDEO_OPTION_LABELS[name],
		name,
		displayOptions: whereOffered(servers, name, where),
		...rest,
	});
	return [
		option('executionExpiresAfter', {
			type: 'number',
			typeOptions: { minValue: 3600, maxValue: 259_200 },
			default: 172_800,
			description: 'After how many seconds, counted from the order, the gateway gives up a task that is not finished',
		}),
		option('cameraFixed', { type: 'boolean', default: false, description: 'Whether the camera stands still' }),
		option('generateAudio', {
			type: 'boolean',
			default: true,
			description: 'Whether the video has sound: voices, effects and music that suit the picture. Without it the video is cheaper.',
		}),
		option('returnLastFrame', {
			type: 'boolean',
			default: false,
			description: 'Whether to bring the last frame, too, as a picture in an item of its own: the next video can begin with it',
		}),
		option('seed', {
			type: 'number',
			typeOptions: { minValue: -1, maxValue: 4_294_967_295, numberPrecision: 0 },
			default: -1,
			description: 'The same number makes similar videos of the same prompt; -1 is another one each time',
		}),
		option('serviceTier', {
			type: 'options',
			options: [
				{ name: 'Default', value: 'default', description: 'At once' },
				{ name: 'Flex', value: 'flex', description: 'Cheaper, when there is room: it may take hours, so use Create Task and Get Result' },
			],
			default: 'default',
			description: 'How soon the task is done',
		}),
		option('watermark', { type: 'boolean', default: false, description: 'Whether to put the mark “AI generated” into the corner of the video' }),
	];
}
