import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_DURATION, DEFAULT_VIDEO_RESOLUTION } from '../shared/generation/defaults';
import {
	lengthsIn,
	type VideoModel,
	type VideoResolution,
} from '../shared/generation/seedanceRequest';
import { fieldByModel } from '../shared/description/model';
import { listVersions, toVersion, type SeedanceServices } from './versions';

const RESOLUTION_NAMES: Record<VideoResolution, string> = {
	'480p': '480p (Small)',
	'720p': '720p (HD)',
	'1080p': '1080p (Full HD)',
	'4k': '4k (Ultra HD)',
};

/** The resolution and the duration, at the gateways whose models leave a choice. */
export const videoFields = (services: SeedanceServices): INodeProperties[] => [
	...fieldByModel<VideoModel>(
		services.filter(({ service }) => service.anyModel.resolutions.length > 0),
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
				displayOptions: { show: { gateway: [gatewayService.gateway.name] } },
				description: `How long the video is, in seconds; a longer one costs more. ${describeLengths([gatewayService])}${describeChoosing([gatewayService])} With 0 the usual length is made, ${DEFAULT_DURATION} as a rule.`,
			}),
		),
];

/** One sentence for each range of durations, with the models that have it. */
function describeLengths(services: SeedanceServices): string {
	const models = services.flatMap(({ service }) => service.models);
	const byLength = new Map<string, Set<string>>();
	for (const { name, duration } of models) {
		if (!duration) continue;
		const length = lengthsIn(duration);
		byLength.set(length, (byLength.get(length) ?? new Set()).add(toVersion(name)));
	}
	return [...byLength].map(([length, names]) => `${[...names].join(', ')}: ${length}.`).join(' ');
}

const describeChoosing = (services: SeedanceServices): string => {
	const names = listVersions(services, ({ duration }) => duration?.canChoose === true);
	if (names === '') return '';
	const longest = Math.max(
		...services.flatMap(({ service }) =>
			service.models.flatMap(({ duration }) => (duration?.canChoose ? [duration.longest] : [])),
		),
	);
	return ` With -1 the model chooses (${names}), and may choose the most that it makes: ${longest} seconds cost ${longest / DEFAULT_DURATION} times as much as ${DEFAULT_DURATION}.`;
};
