import { REFERENCE_IMAGES } from '../../generation/labels';
import type { GptImageModel } from '../../generation/gptImageRequest';
import type { Known, Source } from '../../generation/request';
import { FAMILIES } from '../modelList';
import { END_OF_GPT_IMAGE_1, END_OF_GPT_IMAGE_1_5 } from '../dialects/openai/models';
import { taskService } from './tasks';

/** The quality is part of the ID, and a task generates one image. */
const ANY_MODEL: Omit<GptImageModel, 'id' | 'name'> = {
	maxImageCount: 1,
	options: [],
	qualities: [],
	resolutions: [],
};

/** OpenAI's dates, without a replacement: GPTunnel names no later model, and may serve another one by the same ID. */
const [{ at: END_OF_1 }, { at: END_OF_1_5 }] = [END_OF_GPT_IMAGE_1, END_OF_GPT_IMAGE_1_5];

const model = (id: string, name: string, source: Source, at: string): Known<GptImageModel> => ({
	...ANY_MODEL,
	id,
	name,
	source,
	end: { at },
});

/** GPT Image at GPTunnel (gptunnel-gpt-image-1.md). */
export const gptImage = taskService<GptImageModel>({
	description: 'Quality with the model, pay in roubles',
	models: [
		// The cheaper one of the two on the page.
		model('gpt-image-1-low', 'GPT Image 1, Low Quality', 'page', END_OF_1),
		model('gpt-image-1-medium', 'GPT Image 1, Medium Quality', 'code', END_OF_1),
		model('gpt-image-1-high', 'GPT Image 1, High Quality', 'page', END_OF_1),
		model('gpt-image-1.5', 'GPT Image 1.5', 'code', END_OF_1_5),
		model('gpt-image-1.5-low', 'GPT Image 1.5, Low Quality', 'code', END_OF_1_5),
	],
	anyModel: ANY_MODEL,
	aspectRatios: ['1:1', '16:9', '9:16', '4:3', '3:4'],
	// The page has no limits; 50 MB is that of the maker of the model.
	references: { maxBytes: 50 * 1024 * 1024 },
	inputImagesLabel: REFERENCE_IMAGES,
	family: FAMILIES.gptImage,
});
