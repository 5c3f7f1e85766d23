import { z } from 'zod';
import { fileSourceFrom } from '../generation/fileSource';
import type { GeneratedFile } from '../generation/result';
import { dateAt } from '../media/date';
import { isDots } from '../media/url';

/** A file as its URL. If the field has its data instead, that is taken, and anything else is rejected. */
export const fileSchema = z.string().transform((text, context): GeneratedFile['source'] => {
	const source = fileSourceFrom(text);
	if (source !== undefined) return source;
	context.addIssue({ code: 'custom', message: 'is not a link' });
	return z.NEVER;
});

/** A file as base64. A gateway may put its URL there. */
export const dataSchema = z
	.string()
	.min(1)
	.transform((base64): GeneratedFile['source'] => fileSourceFrom(base64) ?? { base64 });

/** A date in Unix seconds. Anything else counts as absent. */
export const unixSeconds = z
	.number()
	.transform((seconds) => dateAt(seconds * 1000))
	.optional()
	.catch(undefined);

/** An amount of money, as a number or as text ("8"). */
export const amount = z.union([
	z.number().finite(),
	z.string().trim().min(1).pipe(z.coerce.number().finite()),
]);

/**
 * Counts by the gateway's own names. They may be nested, e.g. `input_tokens_details` or `tool_usage`; only those at the
 * top level are kept.
 */
export const usageSchema = z
	.record(z.unknown())
	.transform((usage) => {
		const counts = Object.entries(usage).flatMap(([name, count]) =>
			typeof count === 'number' && Number.isFinite(count) ? [[name, count] as const] : [],
		);
		return counts.length > 0 ? Object.fromEntries(counts) : undefined;
	})
	.optional()
	.catch(undefined);

/** A price. Anything else counts as absent. */
export const cost = amount.optional().catch(undefined);

/** The ID of a task: one word, and short enough to appear in a message. */
export const taskIdSchema = z
	.union([z.string(), z.number().int().safe()])
	.transform(String)
	.pipe(
		z
			.string()
			.trim()
			.regex(/^[^\s\p{Cc}]{1,200}$/u)
			.refine((id) => !isDots(id)),
	);
