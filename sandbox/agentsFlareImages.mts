import type { Response, Router } from 'express';
import { z } from 'zod';

import { refuseItself } from './agentsFlare.mjs';
import type { Exchange } from './exchange.mjs';
import type { Fault } from './faults.mjs';
import { type OpenAiFront, openAiImagePages } from './openAiImages.mjs';
import { imageFiles, maskFile, openAiFields, wholeNumber, wholeNumberAsText, withImages, withoutImages } from './openAiOrders.mjs';
import type { GatewayBench } from './sandbox.mjs';

const TOLD = ['background', 'output_format', 'quality', 'size'] as const;

/**
 * The vendor's docs say that `/v1` is OpenAI's API; that the pictures are among it, and the models, are guesses. So the
 * fields are those of OpenAI's docs.
 */
const FRONT: OpenAiFront = {
	gateway: 'agentsFlare',
	displayName: 'AgentsFlare',
	models: ['gpt-image-1', 'gpt-image-1-mini', 'gpt-image-1.5', 'gpt-image-2'],
	orders: {
		generations: z
			.object({ ...openAiFields(wholeNumber), moderation: z.enum(['auto', 'low']).optional() })
			.strict()
			.transform(withoutImages),
		edits: z
			.object({
				...openAiFields(wholeNumberAsText),
				image: imageFiles,
				mask: maskFile.optional(),
				input_fidelity: z.enum(['high', 'low']).optional(),
			})
			.strict()
			.transform(withImages),
	},
	repeatsImage: false,
	tells: { generations: TOLD, edits: TOLD },
	isMeantBy: (authorization, { keys }) => authorization === `Bearer ${keys.agentsFlare}`,
	refuseKey: (exchange, response) => refuseItself(exchange, response, 404, 'Key not found'),
	refuseModel: (exchange, response, model) => refuseItself(exchange, response, 400, `Model ${model} is not available`),
	refuseFault: refuseAsOpenAi,
};

/** AgentsFlare's pictures by GPT Image. */
export function agentsFlareImagePages(bench: GatewayBench): Router {
	return openAiImagePages(FRONT, bench);
}

/** OpenAI's refusals, which pass through (README section 3); which code it is for what is a guess. */
function refuseAsOpenAi(exchange: Exchange, response: Response, { path, expected, message, missing }: Fault): void {
	exchange.remark = `refused: ${message}`;
	const code = missing ? 'missing_required_parameter' : expected === 'undefined' ? 'unknown_parameter' : 'invalid_value';
	response.status(400).json({
		error: { message, type: 'invalid_request_error', param: path === '' ? null : path, code },
	});
}
