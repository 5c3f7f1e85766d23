import { z } from 'zod';
import type { Failure } from '../../../errors/failure';
import type { FailedFile, GeneratedFile } from '../../../generation/result';
import type { ImageRequest } from '../../../generation/seedreamRequest';
import { parseJson } from '../../../media/json';
import { leadsToFile } from '../../../media/url';
import { MAX_FILES_IN_SET } from '../../limits';
import type { Gateway, StreamParser } from '../../types';
import { mayHoldFile, unexpectedResponse } from '../../unexpectedResponse';
import {
	imageSchema,
	metadataSchema,
	parseImage,
	responseSchema,
	toMetadata,
	type ResponseMetadata,
} from './seedreamResponse';

/**
 * Any event of the stream: `partial_succeeded` with a URL or base64, `completed` with the usage
 * (agentsflare-seedream.md); `partial_failed` and a bare `error` (the vendor's docs).
 */
const eventSchema = metadataSchema.extend({
	type: z.string().optional().catch(undefined),
	image_index: z.number().int().nonnegative().lt(MAX_FILES_IN_SET).optional().catch(undefined),
	url: z.unknown(),
	b64_json: z.unknown(),
	size: z.unknown(),
	error: z.unknown(),
	code: z.unknown(),
	message: z.string().optional().catch(undefined),
});

/** The line that ends a stream and is not JSON (agentsflare-seedream.md). */
const END_OF_STREAM = '[DONE]';
const COMPLETED = 'image_generation.completed';

const MEGABYTE = 1024 * 1024;

/**
 * Returns how much base64 a stream may bring in total, as far as it is held in memory until the last image has come:
 * for one image as much as any response, for a set 16 MB per image. A JPEG of the most pixels, 16.8 million, stays
 * below 12 MB, which are 16 in base64. Characters.
 */
const maxDataLength = (maxImages: number) => Math.max(96, 16 * maxImages) * MEGABYTE;

/** Parses an event. JSON of more parts than any event has is not parsed. */
function parseEvent(text: string): unknown {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}

function withoutUndefined({ model, created, usage }: ResponseMetadata): ResponseMetadata {
	return {
		...(model === undefined ? {} : { model }),
		...(created === undefined ? {} : { created }),
		...(usage === undefined ? {} : { usage }),
	};
}

/**
 * Creates the parser that collects a set from its events. Unknown events are ignored, unless an image that was charged
 * may be in them and has not come in another event.
 */
export function createSeedreamParser(
	{ maxImages }: ImageRequest,
	parseError: Gateway['parseError'],
): StreamParser {
	/** The indexes in the set whose image has come or failed. */
	const settled = new Set<number>();
	const failedFiles: FailedFile[] = [];
	/** Unknown events that may hold an image. */
	const unrecognized: Failure[] = [];
	let dataLengthLeft = maxDataLength(maxImages);
	let metadata: ResponseMetadata = {};
	let isCompleted = false;
	let firstError: Failure | undefined;
	let fileCount = 0;

	/**
	 * Takes the index that an event names, or the first that is free: two images are two, even if both name the same
	 * index.
	 */
	const settle = (named = 0) => {
		let index = settled.has(named) ? 0 : named;
		while (settled.has(index)) index++;
		settled.add(index);
		return index;
	};

	const keepUnrecognized = (event: unknown) => {
		if (unrecognized.length < maxImages && mayHoldFile(event))
			unrecognized.push(unexpectedResponse(event).failure);
	};

	/** Gives an image, or the failure of one, its index in the set. */
	const take = (image: Omit<GeneratedFile, 'index'> | Failure, named?: number): GeneratedFile[] => {
		if (settled.size >= MAX_FILES_IN_SET) return [];
		const index = settle(named);
		if (!('source' in image)) {
			failedFiles.push({ index, failure: image });
			return [];
		}
		if ('base64' in image.source) dataLengthLeft -= image.source.base64.length;
		if (dataLengthLeft < 0) {
			const message = `the pictures in the answer are larger than ${maxDataLength(maxImages) / MEGABYTE} MB in all`;
			failedFiles.push({ index, failure: { kind: 'answerLost', message } });
			return [];
		}
		fileCount++;
		return [{ index, ...image }];
	};

	/** Returns how many images the set has to have in the end, failed ones included. */
	const expectedCount = () => {
		if (!isCompleted) return maxImages;
		const { generated_images: charged = 1 } = metadata.usage ?? {};
		if (settled.size === 0) return Math.min(charged, 1);
		return settled.size + Math.max(0, Math.min(unrecognized.length, charged - fileCount));
	};

	return {
		parseResponse(data: string): GeneratedFile[] {
			if (data.trim() === END_OF_STREAM) return [];
			const json = parseEvent(data);
			const parsed = eventSchema.safeParse(json);
			if (!parsed.success) {
				// A text that begins as JSON and is none was truncated, and so was the URL in it.
				if (!/^\s*[{[]/.test(data)) keepUnrecognized(data);
				return [];
			}
			const { type, image_index: index, code, message, ...event } = parsed.data;
			metadata = { ...metadata, ...withoutUndefined(event) };
			if (type === COMPLETED) isCompleted = true;
			const whole = responseSchema.safeParse(json);
			if (whole.success) {
				isCompleted ||= type === undefined;
				return whole.data.data.flatMap((image) => take(parseImage(image, parseError)));
			}
			// The code and message of an error may be in the event itself.
			const isBare = message !== undefined && !type?.startsWith('image_generation.');
			const error = parseError({
				httpStatus: 200,
				body: { error: event.error ?? (isBare ? { code, message } : undefined) },
			});
			const image = imageSchema.safeParse(event);
			if (image.success) return take(image.data, index);
			if (error) {
				const isOfOneImage = type === 'image_generation.partial_failed';
				if (isOfOneImage || settled.size > 0) return take(error, isOfOneImage ? index : undefined);
				firstError ??= error;
				return [];
			}
			if (type === 'image_generation.partial_succeeded')
				return take(unexpectedResponse(json).failure, index);
			keepUnrecognized(json);
			return [];
		},
		failure: () =>
			fileCount === 0 && !unrecognized.some(({ url }) => url !== undefined && leadsToFile(url))
				? firstError
				: undefined,
		finish(broken) {
			const endedEarly: Failure = {
				kind: 'answerLost',
				message: isCompleted
					? 'the stream was complete, but had no picture in it'
					: `the stream ended early, after ${fileCount} of ${maxImages} images`,
			};
			const count = expectedCount();
			for (let index = 0; settled.size < count && index < MAX_FILES_IN_SET; index++) {
				if (!settled.has(index))
					take(unrecognized.shift() ?? firstError ?? broken ?? endedEarly, index);
			}
			return { failedFiles, metadata: toMetadata(metadata) };
		},
	};
}
