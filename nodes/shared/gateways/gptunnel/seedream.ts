import { z } from 'zod';
import { GenerationError } from '../../errors/failure';
import type { ImageRequest } from '../../generation/seedreamRequest';
import type { GenerationResult } from '../../generation/result';
import { linkFrom } from '../../media/url';
import { cost, taskIdSchema, unixSeconds } from '../responseSchemas';
import { unexpectedResponse } from '../unexpectedResponse';
import type { SeedreamService } from '../types';
import { gptunnelOffer } from './offer';

/** A URL is valid for 24 hours (gptunnel-seedream-4.md). */
const URL_TTL_SECONDS = 24 * 60 * 60;

const idSchema = z.object({ id: taskIdSchema });

/** gptunnel-seedream-4.md, the example of a good response. `result` is the URL, or the file as base64. */
const answerSchema = z.object({
	created_at: unixSeconds,
	status: z.string().optional().catch(undefined),
	result: z.string().trim().min(1),
	// "8" on the page.
	cost,
});

/** No page has these; they were found in third-party code. */
const FAILED_STATES = ['failed', 'error'];

/** Seedream at GPTunnel: `POST /v1/media/generate`, synchronous, one image (gptunnel-seedream-4.md). */
export const seedream: SeedreamService = {
	...gptunnelOffer.seedream,

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
				// No page documents how to read it again, but the gateway's support may need it.
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
