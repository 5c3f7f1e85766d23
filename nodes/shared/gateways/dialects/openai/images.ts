import { z } from 'zod';
import {
	gptImagePixels,
	type GptImageOptions,
	type GptImageRequest,
} from '../../../generation/gptImageRequest';
import type { GeneratedFile, FailedFile, GenerationResult } from '../../../generation/result';
import { failureOfPart } from '../../classifyError';
import { dataSchema, fileSchema, unixSeconds, usageSchema } from '../../responseSchemas';
import { unexpectedResponse } from '../../unexpectedResponse';
import type {
	FormPart,
	Gateway,
	GatewayRequest,
	GptImageOffer,
	GptImageService,
	ModelListApi,
} from '../../types';
import { MAX_FILES_IN_SET } from '../../limits';
import { renamed } from '../../renameKeys';
import { FREE_SIZES } from './models';

const API_FIELDS: Record<keyof GptImageOptions, string> = {
	background: 'background',
	moderation: 'moderation',
	outputCompression: 'output_compression',
	outputFormat: 'output_format',
	quality: 'quality',
	safetyIdentifier: 'safety_identifier',
};

/** Where and how a gateway that speaks OpenAI's dialect answers. */
interface Endpoint {
	/** The path under which the gateway has OpenAI's `/images`. */
	root: string;
	/** Returns the failure in a response of the gateway, if it reports one. */
	parseError: Gateway['parseError'];
	modelList?: ModelListApi;
}

/** The response (OpenAI's docs of its image API): base64, or a URL from a gateway that stores the files. */
const answerSchema = z.object({
	created: unixSeconds,
	data: z.array(z.unknown()).min(1),
	usage: usageSchema,
});

const pictureSchema = z.union([
	z.object({ b64_json: dataSchema }).transform(({ b64_json: source }) => source),
	z.object({ url: fileSchema }).transform(({ url: source }) => source),
]);

/** Returns all fields besides the images, by their names in the API. */
function fieldsOf(request: GptImageRequest): Record<string, string | number> {
	const { model, prompt, maxImages, options } = request;
	const size = gptImagePixels(request, FREE_SIZES);
	return {
		model,
		prompt,
		...(maxImages > 1 ? { n: maxImages } : {}),
		...(size === undefined ? {} : { size: `${size.width}x${size.height}` }),
		...renamed<string | number>(API_FIELDS, new Map(Object.entries(options))),
	};
}

/** Builds a request with images, which are files of a form. */
function editRequest(path: string, request: GptImageRequest): GatewayRequest {
	const fields = Object.entries(fieldsOf(request)).map(
		([name, value]): FormPart => ({ name, value: String(value) }),
	);
	const file = (name: string, value: string): FormPart => ({
		name,
		value,
		isFile: value.startsWith('data:'),
	});
	// A single image has the name on MyRouter's page, several have OpenAI's.
	const name = request.images.length === 1 ? 'image' : 'image[]';
	const images = request.images.map((value) => file(name, value));
	return {
		method: 'POST',
		path,
		form: [
			...fields,
			...images,
			...(request.mask === undefined ? [] : [file('mask', request.mask)]),
		],
	};
}

/**
 * Creates GPT Image in OpenAI's own dialect, synchronous: `POST /v1/images/generations`, and `/v1/images/edits` if
 * there are input images.
 */
export const gptImageOf = (
	offer: GptImageOffer,
	{ root, parseError, ...listing }: Endpoint,
): GptImageService => ({
	...offer,
	...listing,

	buildRequest: (request) =>
		request.images.length > 0
			? editRequest(`${root}/images/edits`, request)
			: { method: 'POST', path: `${root}/images/generations`, body: fieldsOf(request) },

	parseResponse(body: unknown): GenerationResult {
		const answer = answerSchema.safeParse(body);
		if (!answer.success) throw unexpectedResponse(body);
		const { created: createdAt, data, usage } = answer.data;
		const files: GeneratedFile[] = [];
		const failedFiles: FailedFile[] = [];
		data.slice(0, MAX_FILES_IN_SET).forEach((entry, index) => {
			const picture = pictureSchema.safeParse(entry);
			if (picture.success) files.push({ index, source: picture.data });
			else failedFiles.push({ index, failure: failureOfPart(entry, parseError) });
		});
		return {
			files,
			failedFiles,
			metadata: {
				status: 'succeeded',
				...(createdAt === undefined ? {} : { createdAt }),
				...(usage === undefined ? {} : { usage }),
			},
		};
	},
});
