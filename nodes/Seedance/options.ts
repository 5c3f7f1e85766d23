import type { INodeProperties } from 'n8n-workflow';
import {
	DRAFT_TASK_ID,
	REFERENCE_AUDIOS,
	REFERENCE_VIDEOS,
	VIDEO_LIMITS,
	VIDEO_OPTION_LABELS,
	type VideoModel,
	type VideoOptions,
} from '../shared/generation/seedanceRequest';
import { repeatField, whereModelsHave } from '../shared/description/model';
import { listVersions, type SeedanceServices } from './versions';

const toLimits = (option: keyof typeof VIDEO_LIMITS) => ({
	minValue: VIDEO_LIMITS[option].least,
	maxValue: VIDEO_LIMITS[option].most,
	numberPrecision: 0,
});

/** The options of videos; each gateway and model shows only those that it has. */
export function optionFields(services: SeedanceServices): INodeProperties[] {
	const option = (
		name: keyof VideoOptions,
		rest: Pick<
			INodeProperties,
			'type' | 'default' | 'description' | 'typeOptions' | 'options' | 'placeholder'
		>,
	): INodeProperties[] =>
		repeatField(
			{ displayName: VIDEO_OPTION_LABELS[name], name, ...rest },
			whereModelsHave<VideoModel>(services, ({ options }) => options.includes(name)),
		);
	return [
		...option('executionExpiresAfter', {
			type: 'number',
			typeOptions: toLimits('executionExpiresAfter'),
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
		...repeatField(
			{
				displayName: DRAFT_TASK_ID,
				name: 'draftTaskId',
				type: 'string',
				default: '',
				placeholder: 'e.g. cgt-20261129-abcde',
				description:
					'The task of a draft whose final video is to be made. Words, images and lengths are those of the draft, so leave the prompt and the images empty. With Seedance 2.5 choose the resolution 1080p.',
			},
			whereModelsHave<VideoModel>(services, ({ options }) => options.includes('draft')),
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
			typeOptions: toLimits('frames'),
			default: 121,
			description:
				'How long the video is, in pictures, 24 for each second, in the place of the duration: 29, 33, 37 and so on up to 289',
		}),
		...urlFields(services),
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
			typeOptions: toLimits('priority'),
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
			typeOptions: toLimits('seed'),
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

/** The URLs of videos and audio that a new video follows, at the gateways whose models accept any. */
const urlFields = (services: SeedanceServices): INodeProperties[] => {
	const field = (
		displayName: string,
		name: string,
		things: string,
		limit: 'maxVideos' | 'maxAudios',
	): INodeProperties[] => {
		const has = (model: Omit<VideoModel, 'id' | 'name'>) => (model[limit] ?? 0) > 0;
		return repeatField(
			{
				displayName,
				name,
				type: 'string',
				typeOptions: { rows: 2 },
				default: '',
				description: `${things} that the new video follows, for ${listVersions(services, has)}: public links, or the gateway’s own that begin with asset://, one to a line. The prompt says what to take from them.`,
			},
			whereModelsHave<VideoModel>(services, has),
		);
	};
	return [
		...field(REFERENCE_AUDIOS, 'referenceAudio', 'Sounds', 'maxAudios'),
		...field(REFERENCE_VIDEOS, 'referenceVideos', 'Videos', 'maxVideos'),
	];
};
