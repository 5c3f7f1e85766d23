import type { Failure } from '../../errors/failure';
import { classifyError } from '../classifyError';
import { EMPTY_BALANCE, type ErrorPatterns } from '../errorPatterns';
import { OPENAI } from '../makerErrors';
import type { ApiResponse } from '../types';
import { isAddressUnknown } from '../wrongAddress';

/**
 * MyRouter's page documents no error codes. These are the codes of the platform whose paths and responses it shares, so
 * each is matched loosely; otherwise the HTTP status decides.
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
	...OPENAI.errors,
	// After OpenAI's, since its billing limits read alike.
	[/LIMIT_EXCEEDED/i, 'rateLimited'],
];

/** Returns the failure in a response of MyRouter. */
export function parseError(response: ApiResponse): Failure | undefined {
	const failure = classifyError(response, ERROR_PATTERNS);
	// The model is part of the path, so an unknown path is an unknown model (myrouter-seedream-4.0.md).
	if (
		response.httpStatus === 404 &&
		(failure?.kind === 'invalidInput' || (failure && isAddressUnknown(response)))
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
