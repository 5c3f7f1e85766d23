import { FIRST_FRAME } from '../../labels';
import type { Known, Source } from '../../media/mediaRequest';
import type { VideoModel } from '../../media/videoRequest';
import { taskService } from './tasks';

/** Quality and length are parts of the id, and all that can be given besides is a first frame. */
const ANY_MODEL: Omit<VideoModel, 'id' | 'name'> = { resolutions: [], fromText: true, adaptsTo: [], roles: ['firstFrame'], options: [] };

const model = (family: string, resolution: string, seconds: number, source: Source): Known<VideoModel> => ({
	...ANY_MODEL,
	id: `seedance-1-${family.toLowerCase()}-${resolution}-${seconds}s`,
	name: `Seedance 1 ${family}, ${resolution}, ${seconds} s`,
	source,
});

/**
 * Seedance at GPTunnel (gptunnel-seedance-pro.md). The ids that are guessed have the form of the one on the page.
 */
export const seedance = taskService({
	description: 'Quality and length with the model, pay in roubles',
	models: [
		model('Pro', '1080P', 5, 'page'),
		model('Pro', '1080P', 10, 'guess'),
		model('Pro', '720P', 5, 'guess'),
		model('Pro', '720P', 10, 'guess'),
		model('Pro', '480P', 5, 'guess'),
		model('Pro', '480P', 10, 'guess'),
		model('Lite', '1080P', 5, 'guess'),
		model('Lite', '1080P', 10, 'guess'),
		model('Lite', '720P', 5, 'guess'),
		model('Lite', '720P', 10, 'guess'),
		model('Lite', '480P', 5, 'docs'),
		model('Lite', '480P', 10, 'guess'),
	],
	anyModel: ANY_MODEL,
	aspectRatios: ['1:1', '16:9', '9:16'],
	// One image, the first frame. How large it may be, the page does not say; 30 MB is what the maker of
	// the model takes.
	references: { maxCount: 1, maxBytes: 30 * 1024 * 1024 },
	imagesLabel: FIRST_FRAME,
});
