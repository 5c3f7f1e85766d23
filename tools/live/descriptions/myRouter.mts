import { z } from 'zod';
import type { GatewayDescriptions } from '../descriptions.mjs';
import { link, text } from './fields.mjs';
import { pictures } from './openai.mjs';

/** The page shows no refusal: these names are those of the platform whose paths and answers it shares. */
const refusal = z
	.object({ code: z.number().int(), reason: text, message: text, metadata: z.record(z.unknown()) })
	.strict();

/** myrouter-seedream-4.0.md, "Response". */
const images = z.object({ images: z.array(link).min(1) }).strict();

/** The vendor's docs of the task result; the states are from others' code. */
const STATUSES = [
	'TASK_STATUS_QUEUED',
	'TASK_STATUS_PROCESSING',
	'TASK_STATUS_SUCCEED',
	'TASK_STATUS_FAILED',
	'TASK_STATUS_CANCELED',
] as const;
const debug = z
	.object({
		request_info: text,
		submit_time_ms: text,
		execute_time_ms: text,
		complete_time_ms: text,
	})
	.strict();
const task = z
	.object({
		task_id: text,
		status: z.enum(STATUSES),
		reason: text,
		task_type: text,
		eta: z.number(),
		progress_percent: z.number(),
	})
	.strict();
const state = z
	.object({
		extra: z.object({ seed: text, debug_info: debug.optional() }).strict().optional(),
		task,
		images: z.array(
			z.object({ image_url: link, image_url_ttl: text, image_type: text.optional() }).strict(),
		),
		videos: z.array(
			z.object({ video_url: link, video_url_ttl: text, video_type: text.optional() }).strict(),
		),
		audios: z.array(z.unknown()),
	})
	.strict();

export const myRouter: GatewayDescriptions = {
	credentialTest: { httpStatus: 400, source: 'guess', bodies: [refusal] },
	wrongKey: { httpStatus: 401, source: 'guess', bodies: [refusal] },
	seedream: { order: { httpStatus: 200, source: 'page', bodies: [images] } },
	seedance: {
		order: {
			httpStatus: 200,
			source: 'docs',
			bodies: [z.object({ task_id: text }).strict(), z.object({ id: text }).strict()],
		},
		state: { httpStatus: 200, source: 'docs', bodies: [state] },
		unknownTask: { httpStatus: 404, source: 'guess', bodies: [refusal] },
	},
	gptImage: { order: { httpStatus: 200, source: 'docs', bodies: pictures } },
};
