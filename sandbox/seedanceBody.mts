import { z } from 'zod';

const text = z
	.object({ type: z.literal('text'), text: z.string().trim().min(1, 'the text is empty') })
	.strict();
const image = z
	.object({
		type: z.literal('image_url'),
		image_url: z.object({ url: z.string() }).strict(),
		role: z.enum(['first_frame', 'last_frame', 'reference_image']).default('first_frame'),
	})
	.strict();

const video = z
	.object({
		type: z.literal('video_url'),
		video_url: z
			.object({ url: z.string().regex(/^(https?|asset):\/\//, 'is neither a link nor an asset') })
			.strict(),
		role: z.literal('reference_video'),
	})
	.strict();

const audio = z
	.object({
		type: z.literal('audio_url'),
		audio_url: z
			.object({
				url: z
					.string()
					.regex(
						/^((https?|asset):\/\/|data:audio\/\w+;base64,)/,
						'is neither a link, nor an asset, nor a file',
					),
			})
			.strict(),
		role: z.literal('reference_audio'),
	})
	.strict();

const draftTask = z
	.object({ type: z.literal('draft_task'), draft_task: z.object({ id: z.string() }).strict() })
	.strict();

/** Body of POST …/contents/generations/tasks: README section 4, and BytePlus's docs, video generation API, read 2026-10-08. */
export const createBody = z
	.object({
		model: z.string(),
		content: z.array(z.discriminatedUnion('type', [text, image, video, audio, draftTask])).min(1),
		resolution: z.enum(['480p', '720p', '1080p', '4k']).optional(),
		ratio: z.enum(['16:9', '4:3', '1:1', '3:4', '9:16', '21:9', 'adaptive']).optional(),
		duration: z.number().int().optional(),
		frames: z
			.number()
			.int()
			.min(29)
			.max(289)
			.refine((frames) => (frames - 25) % 4 === 0, 'has to be 25 + 4n')
			.optional(),
		seed: z.number().int().min(-1).max(4_294_967_295).optional(),
		camera_fixed: z.boolean().optional(),
		watermark: z.boolean().default(false),
		return_last_frame: z.boolean().default(false),
		generate_audio: z.boolean().optional(),
		service_tier: z.enum(['default', 'flex']).default('default'),
		execution_expires_after: z.number().int().min(3600).max(259_200).default(172_800),
		callback_url: z.string().url().optional(),
		priority: z.number().int().min(0).max(9).optional(),
		safety_identifier: z.string().max(64).optional(),
		tools: z
			.array(z.object({ type: z.literal('web_search') }).strict())
			.max(1)
			.optional(),
		draft: z.boolean().optional(),
		omni_reference_task_type: z.enum(['auto', 'edit', 'extend', 'reference']).optional(),
		output_format: z.enum(['mp4', 'mov']).optional(),
	})
	.strict();

export type CreateBody = z.infer<typeof createBody>;
