import { z } from 'zod';
import { REFERENCE_IMAGES } from '../../labels';
import type { GptImageModel, GptImageOptions, GptImageRequest } from '../../media/gptImageRequest';
import type { Known } from '../../media/mediaRequest';
import type { MadeFile, MissingFile, Outcome } from '../../media/outcome';
import { linkSchema, notUnderstood, unixSeconds } from '../answers';
import type { FormPart, GatewayRequest, GptImageService } from '../gateway';
import { MOST_PLACES } from '../limits';
import { renamed } from '../wire';

/** The sizes of the models, by the ratio that they have (OpenAI's docs of its image API). */
const SIZES: Record<string, string> = { '1:1': '1024x1024', '3:2': '1536x1024', '2:3': '1024x1536' };

const OPTIONS: Record<keyof GptImageOptions, string> = { quality: 'quality', background: 'background', outputFormat: 'output_format' };

/** What sets a gateway's offer apart. */
interface Offer extends Pick<GptImageService, 'description'> {
	/** Each model's id, name, and where it is known from. */
	models: readonly [ModelName, ...ModelName[]];
	/** Which of OpenAI's own options the gateway has. */
	options: GptImageModel['options'];
}
type ModelName = Pick<Known<GptImageModel>, 'id' | 'name' | 'source'>;

/** Of one prompt (OpenAI's docs of its image API). */
const MOST_IMAGES = 10;

/** Counts may be nested, e.g. `input_tokens_details`; only those at the top are kept. */
const usageSchema = z.record(z.unknown()).transform((usage) => {
	const counts = Object.entries(usage).flatMap(([name, count]) => (typeof count === 'number' && Number.isFinite(count) ? [[name, count] as const] : []));
	return Object.fromEntries(counts);
});

/** The answer (OpenAI's docs of its image API): base64, or a link with a gateway that keeps the files. */
const answerSchema = z.object({ created: unixSeconds, data: z.array(z.unknown()).min(1), usage: usageSchema.optional().catch(undefined) });

const pictureSchema = z.union([
	z.object({ b64_json: z.string().min(1) }).transform(({ b64_json: base64 }) => ({ base64 })),
	z.object({ url: linkSchema }),
]);

/** All that is said besides the images, by the names on the wire. */
function fieldsOf({ model, prompt, maxImages, aspectRatio, options }: GptImageRequest): Record<string, string | number> {
	const size = SIZES[aspectRatio];
	return { model, prompt, ...(maxImages > 1 ? { n: maxImages } : {}), ...(size === undefined ? {} : { size }), ...renamed<string>(OPTIONS, new Map(Object.entries(options))) };
}

/** Images go along as files of a form. */
function editRequest(path: string, request: GptImageRequest): GatewayRequest {
	const fields = Object.entries(fieldsOf(request)).map(([name, value]): FormPart => ({ name, value: String(value) }));
	// One by the name on MyRouter's page, several by OpenAI's.
	const name = request.images.length === 1 ? 'image' : 'image[]';
	const images = request.images.map((value): FormPart => ({ name, value, isFile: value.startsWith('data:') }));
	return { method: 'POST', path, form: [...fields, ...images] };
}

/**
 * GPT Image in OpenAI's own dialect, synchronous: `POST /v1/images/generations`, and `/v1/images/edits` where there are
 * images to work from.
 * @param root where the gateway has OpenAI's `/images`
 */
export function gptImageOf(root: string, { description, models: [first, ...others], options }: Offer): GptImageService {
	const anyModel = { mostImages: MOST_IMAGES, options };
	return {
		description,
		models: [{ ...anyModel, ...first }, ...others.map((model) => ({ ...anyModel, ...model }))],
		anyModel,
		aspectRatios: ['auto', ...Object.keys(SIZES)],
		// OpenAI's docs of its image API, and MyRouter's.
		references: { maxCount: 16, maxBytes: 50 * 1024 * 1024, formats: ['image/png', 'image/jpeg', 'image/webp'] },
		imagesLabel: REFERENCE_IMAGES,

		submit: (request) =>
			request.images.length > 0
				? editRequest(`${root}/images/edits`, request)
				: { method: 'POST', path: `${root}/images/generations`, body: fieldsOf(request) },

		read(body: unknown): Outcome {
			const answer = answerSchema.safeParse(body);
			if (!answer.success) throw notUnderstood(body);
			const { created: createdAt, data, usage } = answer.data;
			const files: MadeFile[] = [];
			const missing: MissingFile[] = [];
			data.slice(0, MOST_PLACES).forEach((entry, index) => {
				const picture = pictureSchema.safeParse(entry);
				if (picture.success) files.push({ index, source: picture.data });
				else missing.push({ index, failure: notUnderstood(entry).failure });
			});
			return {
				files,
				missing,
				facts: { status: 'succeeded', ...(createdAt === undefined ? {} : { createdAt }), ...(usage === undefined ? {} : { usage }) },
			};
		},
	};
}
