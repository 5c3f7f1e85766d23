import { z } from 'zod';
import type { GatewayDescriptions, ServiceDescriptions } from '../descriptions.mjs';
import { count, link, text, unixSeconds } from './fields.mjs';
import { pictures } from './openai.mjs';

const failure = z
	.object({ code: text, message: text, param: text.optional(), type: text.optional() })
	.strict();

/** BytePlus's own refusal (the vendor's docs). */
const refusal = z.object({ error: failure }).strict();

/** AgentsFlare's own (the vendor's docs). */
const refusalBefore = (statusCode: number) =>
	z.object({ statusCode: z.literal(statusCode), message: text, error: text.optional() }).strict();

/** agentsflare-seedream.md, "Response Example"; `partial_failed` is of the vendor's docs. */
const ofEvent = { model: text, created: unixSeconds };
const event = z.discriminatedUnion('type', [
	z
		.object({
			...ofEvent,
			type: z.literal('image_generation.partial_succeeded'),
			image_index: count,
			url: link,
			size: z.string().regex(/^\d+x\d+$/, 'is no size'),
		})
		.strict(),
	z
		.object({
			...ofEvent,
			type: z.literal('image_generation.partial_failed'),
			image_index: count,
			error: failure,
		})
		.strict(),
	z
		.object({
			...ofEvent,
			type: z.literal('image_generation.completed'),
			usage: z
				.object({ generated_images: count, output_tokens: count, total_tokens: count })
				.strict(),
		})
		.strict(),
]);

/** The answer of a model that does not stream (the vendor's docs of the image API, 2026-10-08). */
const wholeAnswer = z
	.object({
		model: text,
		created: unixSeconds,
		data: z
			.array(
				z
					.object({
						url: link,
						size: z.string().regex(/^\d+x\d+$/, 'is no size'),
						output_format: text.optional(),
					})
					.strict(),
			)
			.min(1),
		usage: z
			.object({
				generated_images: count,
				input_images: count.optional(),
				output_tokens: count,
				total_tokens: count,
			})
			.strict(),
	})
	.strict();

/** The vendor's docs of the video API, the answer for one task. */
const ofTask = {
	id: text,
	model: text,
	created_at: unixSeconds,
	updated_at: unixSeconds,
	service_tier: text.optional(),
	execution_expires_after: count.optional(),
	seed: z.number().int().optional(),
	resolution: text.optional(),
	ratio: text.optional(),
	duration: z.number().optional(),
	framespersecond: z.number().optional(),
	generate_audio: z.boolean().optional(),
	frames: count.optional(),
	output_format: text.optional(),
	draft: z.boolean().optional(),
	draft_task_id: text.optional(),
	priority: count.optional(),
	safety_identifier: text.optional(),
};
const task = z.discriminatedUnion('status', [
	z
		.object({
			...ofTask,
			status: z.enum(['queued', 'running', 'cancelled', 'expired']),
			error: failure.nullish(),
		})
		.strict(),
	z.object({ ...ofTask, status: z.literal('failed'), error: failure }).strict(),
	z
		.object({
			...ofTask,
			status: z.literal('succeeded'),
			error: z.null().optional(),
			content: z.object({ video_url: link, last_frame_url: link.optional() }).strict(),
			usage: z.object({ completion_tokens: count, total_tokens: count }).strict(),
		})
		.strict(),
]);
const list = z.object({ total: count, items: z.array(task) }).strict();

const seedance: ServiceDescriptions = {
	order: { httpStatus: 200, source: 'docs', bodies: [z.object({ id: text }).strict()] },
	state: { httpStatus: 200, source: 'docs', bodies: [task] },
	unknownTask: { httpStatus: 404, source: 'docs', bodies: [refusal] },
	list: { httpStatus: 200, source: 'docs', bodies: [list] },
};

const unknownTaskId = 'cgt-20250101000000-aaaaa';

/** AgentsFlare looks at a request itself before BytePlus does, so a refusal may be of either. */
export const agentsFlare: GatewayDescriptions = {
	credentialTest: { httpStatus: 400, source: 'docs', bodies: [refusal, refusalBefore(400)] },
	wrongKey: { httpStatus: 404, source: 'docs', bodies: [refusalBefore(404)] },
	unknownTaskId,
	seedream: { order: { httpStatus: 200, source: 'page', bodies: [event] } },
	seedance,
	gptImage: { order: { httpStatus: 200, source: 'guess', bodies: pictures } },
};

export const modelArk: GatewayDescriptions = {
	credentialTest: { httpStatus: 200, source: 'docs', bodies: [list] },
	wrongKey: { httpStatus: 401, source: 'docs', bodies: [refusal] },
	unknownTaskId,
	// AgentsFlare's page shows what BytePlus answers in a stream.
	seedream: { order: { httpStatus: 200, source: 'docs', bodies: [event, wholeAnswer] } },
	seedance,
};
