import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { DEFAULT_ASPECT_RATIO } from '../defaults';
import type { Server } from '../gateways/registry';
import type { MediaLimits } from '../media/mediaRequest';

const RATIO_NAMES: Record<string, string> = {
	auto: 'Auto',
	adaptive: 'Adaptive',
	'1:1': '1:1 (Square)',
	'16:9': '16:9 (Landscape)',
	'9:16': '9:16 (Portrait)',
	'4:3': '4:3 (Landscape)',
	'3:4': '3:4 (Portrait)',
	'3:2': '3:2 (Landscape)',
	'2:3': '2:3 (Portrait)',
	'21:9': '21:9 (Cinema)',
	'9:21': '9:21 (Tall)',
};

const RATIO_DESCRIPTIONS: Record<string, string | undefined> = {
	auto: 'The model chooses what suits the prompt and the images',
	adaptive: 'That of the first frame; where there is none, what suits the prompt',
};

/**
 * The aspect ratio, with what each gateway offers.
 * @param where what else it depends on
 */
export function aspectRatioFields(servers: ReadonlyArray<Server<Pick<MediaLimits, 'aspectRatios'>>>, where: IDisplayOptions): INodeProperties[] {
	return servers.map(({ gateway: { name }, service: { aspectRatios } }) => ({
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		options: aspectRatios.map((value) => ({
			name: RATIO_NAMES[value] ?? value,
			value,
			...(RATIO_DESCRIPTIONS[value] === undefined ? {} : { description: RATIO_DESCRIPTIONS[value] }),
		})),
		default: DEFAULT_ASPECT_RATIO,
		description: 'The shape of what is made, width to height',
		displayOptions: { ...where, show: { gateway: [name], ...where.show } },
	}));
}
