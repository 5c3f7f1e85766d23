import { FAMILIES, openAiModelList } from '../modelList';
import { gptImageOf } from '../dialects/openai/images';
import {
	MASK_RULES,
	MODELS,
	otherNames,
	VERSION_2_5,
	type GptImageLine,
} from '../dialects/openai/models';
import { parseError } from './errors';

/** A guess: `/v1` is OpenAI's dialect (the vendor's docs). */
export const MODEL_LIST = '/v1/models';

const guessed = (line: GptImageLine) => ({ ...line, mask: MASK_RULES, source: 'guess' }) as const;
const [first, ...others] = MODELS;

/**
 * GPT Image at AgentsFlare, whose `/v1` is OpenAI's dialect (the vendor's docs); that this includes the images is a
 * guess.
 */
export const gptImage = gptImageOf({
	root: '/v1',
	parseError,
	description: 'Several images at once; size, quality and format of your choice',
	models: [guessed(first), ...others.map(guessed)],
	otherNames: () => otherNames().map(guessed),
	anyModel: { ...VERSION_2_5, mask: MASK_RULES },
	modelList: openAiModelList(MODEL_LIST, FAMILIES.gptImage),
});
