import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_ASPECT_RATIO } from '../generation/defaults';
import type { ModelOffer } from '../gateways/types';
import type { OfferedService } from '../gateways/offers';
import type { MediaLimits, MediaModel } from '../generation/request';
import { fieldByModel } from './model';

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

/** The gateways, with the aspect ratios that each offers, and those of its models that offer less. */
type RatioServices<Model extends MediaModel> = ReadonlyArray<
	OfferedService<ModelOffer<Model> & Pick<MediaLimits, 'aspectRatios'>>
>;

/** The aspect ratio, with the choices that each gateway and model offers. */
export function aspectRatioFields<Model extends MediaModel>(
	services: RatioServices<Model>,
): INodeProperties[] {
	return services.flatMap((gatewayService) =>
		fieldByModel<Model>(
			[gatewayService],
			({ aspectRatios = gatewayService.service.aspectRatios }) =>
				aspectRatios.length < gatewayService.service.aspectRatios.length,
			({ aspectRatios = gatewayService.service.aspectRatios }) => ({
				displayName: 'Aspect Ratio',
				name: 'aspectRatio',
				type: 'options',
				options: aspectRatios.map((value) => ({
					name: RATIO_NAMES[value] ?? value,
					value,
					...(RATIO_DESCRIPTIONS[value] === undefined
						? {}
						: { description: RATIO_DESCRIPTIONS[value] }),
				})),
				default: DEFAULT_ASPECT_RATIO,
				description: 'The shape of what is made, width to height',
			}),
		),
	);
}
