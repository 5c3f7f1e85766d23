import { REFERENCE_IMAGES } from '../../labels';
import type { MediaModel } from '../../media/mediaRequest';
import { taskService } from './tasks';

/** GPT Image at GPTunnel (gptunnel-gpt-image-1.md). The quality is part of the model's id. */
export const gptImage = taskService<MediaModel>({
	description: 'Quality with the model, pay in roubles',
	models: [
		{ id: 'gpt-image-1-high', name: 'GPT Image 1, High Quality', source: 'page' },
		{ id: 'gpt-image-1-low', name: 'GPT Image 1, Low Quality', source: 'page' },
		{ id: 'gpt-image-1-medium', name: 'GPT Image 1, Medium Quality', source: 'code' },
		{ id: 'gpt-image-1.5', name: 'GPT Image 1.5', source: 'code' },
		{ id: 'gpt-image-1.5-low', name: 'GPT Image 1.5, Low Quality', source: 'code' },
	],
	anyModel: {},
	aspectRatios: ['1:1', '16:9', '9:16', '4:3', '3:4'],
	// The page says neither how many nor how large; 50 MB is what the maker of the model takes.
	references: { maxBytes: 50 * 1024 * 1024 },
	imagesLabel: REFERENCE_IMAGES,
});
