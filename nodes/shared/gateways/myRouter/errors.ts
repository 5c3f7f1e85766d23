import type { Failure } from '../../errors/failure';
import {
	EMPTY_BALANCE,
	classifyByMessage,
	isAddressUnknown,
	type ErrorPatterns,
} from '../errorResponse';
import type { ApiResponse } from '../types';
import { OPENAI_KINDS } from '../dialects/openai/errors';

/**
 * What MyRouter's codes mean. Its page documents none; the names are those of the platform whose
 * paths and answers it shares, so each is matched loosely, and the HTTP status decides otherwise.
 */
const ERROR_PATTERNS: ErrorPatterns = [
	[EMPTY_BALANCE, 'balanceExhausted'],
	[/(INVALID|MISSING)_API_KEY|FAILED_TO_AUTH|UNAUTHORIZED|invalid api key/i, 'keyNotAccepted'],
	// Not the names of exceptions, such as IllegalStateException.
	[
		/(?<![a-z])ILLEGAL(?![a-z]|_(STATE|ARGUMENT|ACCESS))|(?<!in)SENSITIVE|NSFW|moderation/i,
		'contentRefused',
	],
	[/MODEL_NOT_FOUND|API_NOT_FOUND/i, 'modelUnknown'],
	[/API_NOT_ALLOWED|ACCESS_DENY|model_access_denied|NEED_REAL_NAME/i, 'modelNotAvailable'],
	...OPENAI_KINDS,
	[/LIMIT_EXCEEDED/i, 'rateLimited'],
];

/** What kind of failure an answer of MyRouter is. */
export function parseError(answer: ApiResponse): Failure | undefined {
	const failure = classifyByMessage(answer, ERROR_PATTERNS);
	// The model is part of the path, so an unknown path is an unknown model (myrouter-seedream-4.0.md).
	if (
		answer.httpStatus === 404 &&
		(failure?.kind === 'invalidInput' || (failure && isAddressUnknown(answer)))
	) {
		return {
			...failure,
			kind: 'modelUnknown',
			advice:
				'Choose one from the list. If it is from there, check the base URL in the credential.',
		};
	}
	return failure;
}
