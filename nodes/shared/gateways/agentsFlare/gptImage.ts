import { gptImageOf } from '../openai/images';

/** GPT Image at AgentsFlare, whose `/v1` is OpenAI's dialect (the vendor's docs); that it has the images, too, is a guess. */
export const gptImage = gptImageOf('/v1', {
	description: 'Several images at once, quality and format of your choice',
	models: [
		{ id: 'gpt-image-1', name: 'GPT Image 1', source: 'guess' },
		{ id: 'gpt-image-1.5', name: 'GPT Image 1.5', source: 'guess' },
	],
	options: ['quality', 'background', 'outputFormat'],
});
