import {
	END_OF_GPT_IMAGE_1,
	END_OF_GPT_IMAGE_1_5,
	VERSION_1,
	VERSION_2,
	type Features,
} from '../dialects/openai/models';
import { gptImageOfferOf } from '../dialects/openai/offer';

/** The vendor's docs have prompt, number, quality and size, and nothing else. */
const OF_VERSION_1: Features = { ...VERSION_1, options: ['quality'] };
const OF_VERSION_2: Features = { ...VERSION_2, options: ['quality'] };

/**
 * GPT Image at MyRouter, in OpenAI's own dialect (the vendor's docs, which name 1 and 1.5 alone). Its catalogue has an
 * entry `oai-gpt-image-2-generations`, "native GPT Image 2 generation passthrough"
 * (www.myrouter.ai/models/oai-gpt-image-2-generations, 2026-11); by which name a request asks for it, it does not say.
 */
export const gptImageOffer = gptImageOfferOf({
	description: 'Several images at once; size and quality of your choice',
	models: [
		{ ...OF_VERSION_2, id: 'gpt-image-2', name: 'GPT Image 2', source: 'guess' },
		{
			...OF_VERSION_2,
			isTextOnly: true,
			id: 'oai-gpt-image-2-generations',
			name: 'GPT Image 2, Without Reference Images',
			source: 'guess',
		},
		{
			...OF_VERSION_1,
			id: 'gpt-image-1.5',
			name: 'GPT Image 1.5',
			source: 'docs',
			end: END_OF_GPT_IMAGE_1_5,
		},
		{
			...OF_VERSION_1,
			id: 'gpt-image-1',
			name: 'GPT Image 1',
			source: 'docs',
			end: END_OF_GPT_IMAGE_1,
		},
	],
	anyModel: OF_VERSION_2,
});
