import { z } from 'zod';
import type { Failure } from '../../../errors/failure';
import { parsePixels } from '../../../generation/imageSize';
import type {
	FailedFile,
	GeneratedFile,
	GenerationMetadata,
	GenerationResult,
	ImageLayer,
} from '../../../generation/result';
import { failureOfPart } from '../../classifyError';
import { MAX_FILES_IN_SET } from '../../limits';
import { amount, dataSchema, fileSchema, unixSeconds, usageSchema } from '../../responseSchemas';
import type { Gateway } from '../../types';
import { unexpectedResponse } from '../../unexpectedResponse';

/** A URL is valid for 24 hours (the vendor's docs; the URL on the page has X-Tos-Expires=86400). */
const URL_TTL_SECONDS = 24 * 60 * 60;

export const metadataSchema = z.object({
	model: z.string().optional().catch(undefined),
	created: unixSeconds,
	usage: usageSchema,
});

/** What a response, or the events of a stream together, tell besides the files. */
export type ResponseMetadata = z.infer<typeof metadataSchema>;

/** Which layer of a split image this is, and where it belongs (the vendor's docs of the image API, 2026-10-08). */
const layerSchema = z
	.object({
		z_index: amount.pipe(z.number().int().nonnegative()),
		name: z.string().optional().catch(undefined),
		description: z.string().optional().catch(undefined),
		bounding_box: z
			.object({ absolute: z.array(amount).length(4) })
			.optional()
			.catch(undefined),
	})
	.transform(
		({ z_index: zIndex, name, description, bounding_box: box }): ImageLayer => ({
			zIndex,
			...(name === undefined ? {} : { name }),
			...(description === undefined ? {} : { description }),
			...(box === undefined ? {} : { box: box.absolute }),
		}),
	);

/** One image. `size` is its actual size: "2K" may come back as "2848x1600" (agentsflare-seedream.md). */
export const imageSchema = z
	.object({
		url: fileSchema.optional().catch(undefined),
		b64_json: dataSchema.optional().catch(undefined),
		size: z.string().optional().catch(undefined).transform(parsePixels),
	})
	.passthrough()
	.transform(({ url, b64_json: data, size, ...more }, context): Omit<GeneratedFile, 'index'> => {
		const layer = layerSchema.safeParse(more).data;
		const details = { ...(size ? { pixels: size } : {}), ...(layer ? { layer } : {}) };
		const source = url ?? data;
		if (source !== undefined) return { source, ...details };
		context.addIssue({ code: 'custom', message: 'has neither a link nor a file' });
		return z.NEVER;
	});

/** The response without a stream (the vendor's docs): a set can fail in part under HTTP 200. */
export const responseSchema = metadataSchema.extend({ data: z.array(z.unknown()).min(1) });

/** Returns an image of a response, or why there is none. */
export function parseImage(
	image: unknown,
	parseError: Gateway['parseError'],
): Omit<GeneratedFile, 'index'> | Failure {
	return imageSchema.safeParse(image).data ?? failureOfPart(image, parseError);
}

/** Converts the metadata to that of a result. */
export function toMetadata({ model, created, usage }: ResponseMetadata): GenerationMetadata {
	return {
		status: 'succeeded',
		urlTtlSeconds: URL_TTL_SECONDS,
		...(model === undefined ? {} : { model }),
		...(created === undefined ? {} : { createdAt: created }),
		...(usage === undefined ? {} : { usage }),
	};
}

/**
 * Parses a whole response.
 * @throws {GenerationError} kind `answerLost` if it has no list of images
 */
export function parseSeedreamResponse(
	body: unknown,
	parseError: Gateway['parseError'],
): GenerationResult {
	const response = responseSchema.safeParse(body);
	if (!response.success) throw unexpectedResponse(body);
	const files: GeneratedFile[] = [];
	const failedFiles: FailedFile[] = [];
	response.data.data.slice(0, MAX_FILES_IN_SET).forEach((entry, index) => {
		const image = parseImage(entry, parseError);
		if ('source' in image) files.push({ index, ...image });
		else failedFiles.push({ index, failure: image });
	});
	return { files, failedFiles, metadata: toMetadata(response.data) };
}
