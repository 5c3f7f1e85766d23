import { FIRST_FRAME } from '../../generation/labels';
import type { Known, ModelEnd, Source } from '../../generation/request';
import type { VideoModel } from '../../generation/seedanceRequest';
import { FAMILIES } from '../modelList';
import { taskService } from './tasks';

/** Quality and length are parts of the ID, and a first frame is the only input besides the prompt. */
const ANY_MODEL: Omit<VideoModel, 'id' | 'name'> = {
	resolutions: [],
	fromText: true,
	adaptsTo: [],
	roles: ['firstFrame'],
	options: [],
};

/** The maker shut 1.0 Lite down (BytePlus's notice of model retirements, the third batch). */
const END_OF_LITE: ModelEnd = { at: '2026-05-13', replacement: 'seedance-1-pro-1080P-5s' };

const model = (
	family: 'Pro' | 'Lite',
	resolution: 480 | 720 | 1080,
	seconds: 5 | 10,
	source: Source,
): Known<VideoModel> => ({
	...ANY_MODEL,
	id: `seedance-1-${family.toLowerCase()}-${resolution}P-${seconds}s`,
	name: `Seedance 1 ${family}, ${resolution}P, ${seconds} s`,
	source,
	// The price list is not known. Within a family, a larger or longer video costs more.
	...(family === 'Pro' ? { price: resolution ** 2 * seconds } : { end: END_OF_LITE }),
});

/**
 * Seedance at GPTunnel (gptunnel-seedance-pro.md). The guessed IDs have the form of the one on the page. Lite only has
 * 480P and 720P (docs.gptunnel.ru/media-api/seedance-lite).
 */
export const seedance = taskService({
	description: 'Quality and length with the model, pay in roubles',
	models: [
		model('Pro', 1080, 5, 'page'),
		model('Pro', 1080, 10, 'guess'),
		model('Pro', 720, 5, 'guess'),
		model('Pro', 720, 10, 'guess'),
		model('Pro', 480, 5, 'guess'),
		model('Pro', 480, 10, 'guess'),
		model('Lite', 720, 5, 'guess'),
		model('Lite', 720, 10, 'guess'),
		model('Lite', 480, 5, 'docs'),
		model('Lite', 480, 10, 'guess'),
	],
	anyModel: ANY_MODEL,
	aspectRatios: ['1:1', '16:9', '9:16'],
	// One image, the first frame. The page does not limit its size; 30 MB is the limit of the maker of the model.
	references: { maxCount: 1, maxBytes: 30 * 1024 * 1024 },
	inputImagesLabel: FIRST_FRAME,
	family: FAMILIES.seedance,
});
