import { REFERENCE_IMAGES } from '../../labels';
import type { GptImageModel } from '../../media/gptImageRequest';
import type { Known, Source } from '../../media/mediaRequest';
import { taskService } from './tasks';

/** The quality is part of the id, and a task makes one picture. */
const ANY_MODEL: Omit<GptImageModel, 'id' | 'name'> = { mostImages: 1, options: [] };

const model = (id: string, name: string, source: Source): Known<GptImageModel> => ({ ...ANY_MODEL, id, name, source });

/** GPT Image at GPTunnel (gptunnel-gpt-image-1.md). */
export const gptImage = taskService<GptImageModel>({
	description: 'Quality with the model, pay in roubles',
	models: [
		model('gpt-image-1-high', 'GPT Image 1, High Quality', 'page'),
		model('gpt-image-1-low', 'GPT Image 1, Low Quality', 'page'),
		model('gpt-image-1-medium', 'GPT Image 1, Medium Quality', 'code'),
		model('gpt-image-1.5', 'GPT Image 1.5', 'code'),
		model('gpt-image-1.5-low', 'GPT Image 1.5, Low Quality', 'code'),
	],
	anyModel: ANY_MODEL,
	aspectRatios: ['1:1', '16:9', '9:16', '4:3', '3:4'],
	// The page says neither how many nor how large; 50 MB is what the maker of the model takes.
	references: { maxBytes: 50 * 1024 * 1024 },
	imagesLabel: REFERENCE_IMAGES,
});
