import { z } from 'zod';
import { count, link, text, unixSeconds } from './fields.mjs';

const details = z.object({ text_tokens: count, image_tokens: count }).strict();
const whole = {
	created: unixSeconds,
	background: text.optional(),
	output_format: text.optional(),
	quality: text.optional(),
	size: text.optional(),
	usage: z
		.object({
			total_tokens: count,
			input_tokens: count,
			output_tokens: count,
			input_tokens_details: details.optional(),
			output_tokens_details: details.optional(),
		})
		.strict()
		.optional(),
};
const said = { revised_prompt: text.optional() };

/** Pictures in OpenAI's shape (its docs of the image API): in base64, or as links. */
export const pictures = [
	z
		.object({ ...whole, data: z.array(z.object({ ...said, b64_json: text }).strict()).min(1) })
		.strict(),
	z.object({ ...whole, data: z.array(z.object({ ...said, url: link }).strict()).min(1) }).strict(),
] as const;
