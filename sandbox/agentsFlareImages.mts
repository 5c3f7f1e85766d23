import type { Response, Router } from 'express';
import { z } from 'zod';

import { refuseItself } from './agentsFlare.mjs';
import type { Exchange } from './exchange.mjs';
import type { Fault } from './faults.mjs';
import { GPT_IMAGE } from './gptImageModels.mjs';
import { type OpenAiFront, openAiImageRoutes } from './openAiImages.mjs';
import {
	imageFiles,
	OF_FORM,
	OF_JSON,
	openAiFields,
	pngFile,
	withImages,
	withoutImages,
	withoutNulls,
} from './openAiOrders.mjs';
import type { SandboxContext } from './sandbox.mjs';

const TOLD = ['background', 'output_format', 'quality', 'safety_identifier', 'size'] as const;

/** openai@7.59.0: who writes an SVG, and how hard it thinks. */
const author = z
	.object({
		model: z.string(),
		reasoning: z.object({ effort: z.string().nullish() }).strict().nullish(),
	})
	.strict();

const generations = z
	.object({
		...openAiFields(OF_JSON),
		moderation: z.enum(['auto', 'low']).optional(),
		svg: author.optional(),
	})
	.strict()
	.transform(withoutImages);

const edits = z
	.object({
		...openAiFields(OF_FORM),
		image: imageFiles,
		mask: pngFile.optional(),
		markup: pngFile.optional(),
		input_fidelity: z.enum(['high', 'low']).optional(),
		'svg[model]': z.string().optional(),
		'svg[reasoning][effort]': z.string().optional(),
	})
	.strict()
	.transform(({ 'svg[model]': model, 'svg[reasoning][effort]': _effort, ...fields }) =>
		withImages({ ...fields, ...(model !== undefined && { svg: { model } }) }),
	);

/**
 * The vendor's docs say that `/v1` is OpenAI's API; that the pictures are among it, and the models, are guesses. So the
 * fields are those of OpenAI's docs.
 */
const FRONT: OpenAiFront = {
	gateway: 'agentsFlare',
	displayName: 'AgentsFlare',
	models: GPT_IMAGE,
	orders: { generations: z.preprocess(withoutNulls, generations), edits },
	repeatsImage: false,
	tells: { generations: TOLD, edits: TOLD },
	isMeantBy: (authorization, { keys }) => authorization === `Bearer ${keys.agentsFlare}`,
	refuseKey: (exchange, response) => refuseItself(exchange, response, 404, 'Key not found'),
	refuseModel: (exchange, response, model) =>
		refuseItself(exchange, response, 400, `Model ${model} is not available`),
	refuseFault: refuseAsOpenAi,
};

/** AgentsFlare's pictures by GPT Image. */
export function agentsFlareImageRoutes(context: SandboxContext): Router {
	return openAiImageRoutes(FRONT, context);
}

/** Which code it is for what is a guess. */
const CODES = {
	missing: 'missing_required_parameter',
	unknown: 'unknown_parameter',
	invalid: 'invalid_value',
} as const;

/** OpenAI's refusals, which pass through (README section 3). */
function refuseAsOpenAi(
	exchange: Exchange,
	response: Response,
	{ path, expected, message, missing }: Fault,
): void {
	const kind = missing ? 'missing' : expected === 'undefined' ? 'unknown' : 'invalid';
	const text = {
		missing: `Missing required parameter: '${path}'.`,
		unknown: `Unknown parameter: '${path}'.`,
		invalid: path === '' ? message : `Invalid value for '${path}': ${message}`,
	}[kind];
	exchange.remark = `refused: ${text}`;
	response.status(400).json({
		error: {
			message: text,
			type: 'invalid_request_error',
			param: path === '' ? null : path,
			code: CODES[kind],
		},
	});
}
