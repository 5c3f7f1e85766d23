import type { Router } from 'express';
import { z } from 'zod';

import { faultsText } from './faults.mjs';
import { GPT_IMAGE_1, VERSION_2 } from './gptImageModels.mjs';
import { refuse, refuseBody, refuseKey } from './myRouterAnswers.mjs';
import { type OpenAiFront, openAiImageRoutes } from './openAiImages.mjs';
import {
	commonFields,
	imageFiles,
	OF_FORM,
	OF_JSON,
	withImages,
	withoutImages,
} from './openAiOrders.mjs';
import type { SandboxContext } from './sandbox.mjs';

/**
 * The vendor's docs: fewer fields than OpenAI has, and a list of files called `image`. They name no refusal, so these are
 * the ones of the other pages.
 */
const FRONT: OpenAiFront = {
	gateway: 'myRouter',
	displayName: 'MyRouter',
	// The docs name those of version 1, www.myrouter.ai/models the last; the one between is a guess.
	models: new Map([
		...GPT_IMAGE_1,
		['gpt-image-2', VERSION_2],
		['oai-gpt-image-2-generations', VERSION_2],
	]),
	orders: {
		generations: z.object(commonFields(OF_JSON)).strict().transform(withoutImages),
		edits: z
			.object({ ...commonFields(OF_FORM), image: imageFiles })
			.strict()
			.transform(withImages),
	},
	repeatsImage: true,
	tells: { generations: ['output_format', 'quality', 'size'], edits: [] },
	// Its docs have these paths, so it also answers whoever has a key that nobody knows; GPTunnel has its own answer.
	isMeantBy: (authorization, { keys }) => authorization !== keys.gptunnel,
	refuseKey,
	refuseModel: (exchange, response, model) =>
		refuse(exchange, response, 404, 'MODEL_NOT_FOUND', `The model ${model} does not exist`),
	refuseFault: (exchange, response, fault) => refuseBody(exchange, response, faultsText([fault])),
};

/** MyRouter's pictures by GPT Image. */
export function myRouterImageRoutes(context: SandboxContext): Router {
	return openAiImageRoutes(FRONT, context);
}
