import { FIRST_FRAME } from '../../labels';
import type { MediaModel } from '../../media/mediaRequest';
import { taskService } from './tasks';

const model = (family: string, resolution: string, seconds: number): MediaModel => ({
	id: `seedance-1-${family.toLowerCase()}-${resolution}-${seconds}s`,
	name: `Seedance 1 ${family}, ${resolution}, ${seconds} s`,
});

/** Seedance at GPTunnel (gptunnel-seedance-pro.md). Quality and length are parts of the model's id. */
export const seedance = taskService({
	description: 'Quality and length with the model, pay in roubles',
	models: [
		// On the page.
		model('Pro', '1080P', 5),
		// Guessed from it: the others of the same form.
		model('Pro', '1080P', 10),
		model('Pro', '720P', 5),
		model('Pro', '720P', 10),
		model('Pro', '480P', 5),
		model('Pro', '480P', 10),
		model('Lite', '1080P', 5),
		model('Lite', '1080P', 10),
		model('Lite', '720P', 5),
		model('Lite', '720P', 10),
		// In the vendor's own list of models.
		model('Lite', '480P', 5),
		model('Lite', '480P', 10),
	],
	aspectRatios: ['1:1', '16:9', '9:16'],
	// One image, the first frame. How large it may be, the page does not say; 30 MB is what the maker of
	// the model takes.
	references: { maxCount: 1, maxBytes: 30 * 1024 * 1024 },
	imagesLabel: FIRST_FRAME,
});
