import type { ImageRole, VideoOptions, VideoRequest } from '../../generation/seedanceRequest';
import type { SeedanceService } from '../types';
import { renamed } from '../renameKeys';
import { seedanceOffer } from './seedanceOffer';
import { parseCreatedTask, taskApi } from './tasks';

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
	...seedanceOffer,

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
