import { gptImageOf } from '../openai/images';

/** GPT Image at MyRouter, in OpenAI's own dialect (the vendor's docs, which have neither a background nor a format). */
export const gptImage = gptImageOf('/v1', {
	description: 'Several images at once, quality of your choice',
	models: [
		{ id: 'gpt-image-1', name: 'GPT Image 1', source: 'docs' },
		{ id: 'gpt-image-1.5', name: 'GPT Image 1.5', source: 'docs' },
	],
	options: ['quality'],
});
