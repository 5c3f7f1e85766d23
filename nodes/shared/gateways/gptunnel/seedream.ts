import { z } from 'zod';
import { REFERENCE_IMAGES } from '../../generation/labels';
import { GenerationError } from '../../errors/failure';
import type { ImageRequest } from '../../generation/seedreamRequest';
import type { GenerationResult } from '../../generation/result';
import { linkFrom } from '../../media/url';
import { cost, taskIdSchema, unixSeconds } from '../responseSchemas';
import { unexpectedResponse } from '../unexpectedResponse';
import type { SeedreamService } from '../types';
import { SEEDREAM_REFERENCES } from '../limits';

const RESOLUTIONS = ['1K', '2K', '3K', '4K'] as const;

/** A link lives 24 hours (gptunnel-seedream-4.md). */
const URL_TTL_SECONDS = 24 * 60 * 60;

const idSchema = z.object({ id: taskIdSchema });

/** gptunnel-seedream-4.md, the example of a good answer. `result` is the link, or the file in base64. */
const answerSchema = z.object({
	created_at: unixSeconds,
	status: z.string().optional().catch(undefined),
	result: z.string().trim().min(1),
	// "8" on the page.
	cost,
});

/** No page has these; they were seen in others' code. */
const FAILED_STATES = ['failed', 'error'];

/** Seedream at GPTunnel: `POST /v1/media/generate`, synchronous, one image (gptunnel-seedream-4.md). */
export const seedream: SeedreamService = {
	description: 'One image a request, pay in roubles',
	imagesLabel: REFERENCE_IMAGES,
	models: [{ id: 'seedream-4', name: 'Seedream 4', source: 'page', resolutions: RESOLUTIONS }],
	// It was made as a task, with other fields (docs.gptunnel.ru/media-api/seedream-3), until its maker shut it down.
	otherNames: () => [
		{
			id: 'seedream-3',
			name: 'Seedream 3',
			source: 'docs',
			resolutions: RESOLUTIONS,
			end: { at: '2026-05', replacement: 'seedream-4', isRefused: true },
		},
	],
	anyModel: { resolutions: RESOLUTIONS },
	aspectRatios: ['auto', '1:1', '16:9', '9:16', '4:3', '3:4', '21:9', '9:21'],
	references: SEEDREAM_REFERENCES,
	offers: { sets: false, watermark: false, responseFormat: true, stream: false },

	buildRequest: ({ model, prompt, images, size, aspectRatio, responseFormat }: ImageRequest) => ({
		method: 'POST',
		path: '/v1/media/generate',
		body: {
			model,
			prompt,
			...(images.length > 0 ? { images } : {}),
			...(aspectRatio === 'auto' ? {} : { aspect_ratio: aspectRatio }),
			response_format: responseFormat,
			...(typeof size === 'string' ? { size } : {}),
		},
	}),

	parseResponse(body: unknown): GenerationResult {
		const id = idSchema.safeParse(body).data?.id;
		const answer = answerSchema.safeParse(body);
		if (!answer.success) throw unexpectedResponse(body, id);
		const { created_at: createdAt, status, result, cost: price } = answer.data;
		const url = linkFrom(result);
		if (status !== undefined && FAILED_STATES.includes(status)) {
			throw new GenerationError({
				kind: 'gatewayFailed',
				message: `the state is "${status}"`,
				// No page lets anyone ask for it again, but the gateway's support may.
				...(id === undefined ? {} : { taskId: id }),
				...(url === undefined ? {} : { url }),
			});
		}
		return {
			files: [{ index: 0, source: url === undefined ? { base64: result } : { url } }],
			failedFiles: [],
			metadata: {
				status: 'succeeded',
				...(id === undefined ? {} : { taskId: id }),
				...(status === undefined ? {} : { gatewayStatus: status }),
				...(price === undefined ? {} : { cost: price }),
				...(createdAt === undefined ? {} : { createdAt }),
				urlTtlSeconds: URL_TTL_SECONDS,
			},
		};
	},
};
