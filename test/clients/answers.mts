/**
 * What the gateways' answers look like, field by field, as the docs have them. The clients read a part of it alone, and
 * openai looks at no type at all: what they pass over is looked at here.
 */
import { z } from 'zod';

const link = z.string().url();
const seconds = z.number().int();

const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const layer = {
	z_index: z.number().int(),
	name: z.string(),
	description: z.string(),
	bounding_box: z.object({ absolute: box, normalized: box }).strict().optional(),
};
const picture = { b64_json: z.string(), size: z.string().regex(/^\d+x\d+$/) };

/** BytePlus's docs, image generation API, read 2026-10-08. */
const seedreamAnswer = z
	.object({
		model: z.string(),
		created: seconds,
		data: z
			.array(z.union([z.object(picture).strict(), z.object({ ...picture, ...layer }).strict()]))
			.min(1),
		usage: z
			.object({
				input_images: z.number().int().optional(),
				generated_images: z.number().int(),
				output_tokens: z.number().int(),
				total_tokens: z.number().int(),
				tool_usage: z.object({ web_search: z.number().int() }).strict().optional(),
			})
			.strict(),
	})
	.strict();

/** The same, video generation API: what is ordered. */
const seedanceCreated = z.object({ id: z.string().startsWith('cgt-') }).strict();

/** The same: what has become of it. */
const seedanceTask = z
	.object({
		id: z.string().startsWith('cgt-'),
		model: z.string(),
		status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired']),
		error: z.object({ code: z.string(), message: z.string() }).strict().nullish(),
		created_at: seconds,
		updated_at: seconds,
		content: z.object({ video_url: link, last_frame_url: link.optional() }).strict().optional(),
		usage: z
			.object({
				completion_tokens: z.number(),
				total_tokens: z.number(),
				tool_usage: z.object({ web_search: z.number().int() }).strict().optional(),
			})
			.strict()
			.optional(),
		seed: z.number().int().optional(),
		resolution: z.enum(['480p', '720p', '1080p', '4k']).optional(),
		ratio: z.enum(['16:9', '4:3', '1:1', '3:4', '9:16', '21:9']).optional(),
		duration: z.number().int().optional(),
		frames: z.number().int().optional(),
		framespersecond: z.literal(24).optional(),
		service_tier: z.enum(['default', 'flex']),
		execution_expires_after: seconds,
		generate_audio: z.boolean().optional(),
		draft: z.boolean().optional(),
		draft_task_id: z.string().optional(),
		priority: z.number().int().optional(),
		safety_identifier: z.string().optional(),
		output_format: z.enum(['mp4', 'mov']).optional(),
	})
	.strict();

/** README section 4 of the gateways, and section 3 for AgentsFlare's own. */
const bytePlusRefusal = z.union([
	z
		.object({
			error: z
				.object({
					code: z.string(),
					message: z.string(),
					param: z.string().optional(),
					type: z.string().optional(),
				})
				.strict(),
		})
		.strict(),
	z.object({ statusCode: z.number(), message: z.string() }).strict(),
]);

/** An answer of BytePlus's dialect, whichever it is. */
export function checkBytePlusAnswer(
	method: string,
	path: string,
	status: number,
	body: unknown,
): void {
	const isVideo = path.includes('/contents/generations/tasks');
	const schema =
		status >= 400
			? bytePlusRefusal
			: isVideo
				? method === 'POST'
					? seedanceCreated
					: seedanceTask
				: seedreamAnswer;
	schema.parse(body);
}

const usage = z
	.object({
		input_tokens: z.number().int(),
		input_tokens_details: z
			.object({ image_tokens: z.number().int(), text_tokens: z.number().int() })
			.strict(),
		output_tokens: z.number().int(),
		total_tokens: z.number().int(),
	})
	.strict();
const told = {
	background: z.enum(['transparent', 'opaque']),
	output_format: z.enum(['png', 'webp', 'jpeg', 'gif', 'svg']),
	quality: z.enum(['low', 'medium', 'high', 'xhigh', 'max']),
	size: z.string().regex(/^\d+x\d+$/),
};

/** openai@7.59.0, ImagesResponse. */
export const imagesResponse = z
	.object({
		created: seconds,
		data: z.array(z.object({ b64_json: z.string() }).strict()).min(1),
		...told,
		safety_identifier: z.string().optional(),
		usage,
	})
	.partial({ background: true, output_format: true, quality: true, size: true })
	.strict();

const event = { b64_json: z.string(), created_at: seconds, ...told };

/** The same, the events of a stream. */
export const streamEvent = z.union([
	z
		.object({
			...event,
			type: z.enum(['image_generation.partial_image', 'image_edit.partial_image']),
			partial_image_index: z.number().int(),
		})
		.strict(),
	z
		.object({
			...event,
			type: z.enum(['image_generation.completed', 'image_edit.completed']),
			usage,
			safety_identifier: z.string().optional(),
		})
		.strict(),
]);
