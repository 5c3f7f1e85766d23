import type { ErrorPatterns } from '../../errorResponse';

/** OpenAI's own codes and words (its docs of the image API), for every gateway that hands them on. */
export const OPENAI_KINDS: ErrorPatterns = [
	[/moderation_blocked|content_policy|safety system/i, 'contentRefused'],
	[/billing_hard_limit|insufficient_quota/i, 'balanceExhausted'],
	[/model_not_found/i, 'modelUnknown'],
];
