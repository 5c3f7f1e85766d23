import type { Failure } from '../../errors/failure';
import { EMPTY_BALANCE, type ErrorPatterns } from '../errorResponse';
import { parseError as failureOfByteplus } from '../dialects/byteplus/errors';
import type { ApiResponse } from '../types';
import { OPENAI_KINDS } from '../dialects/openai/errors';

/**
 * AgentsFlare's own few. A wrong key is HTTP 404 "Key not found", and 429 may also mean an empty
 * balance (the vendor's docs).
 */
const ERROR_PATTERNS: ErrorPatterns = [
	[/key not found/i, 'keyNotAccepted'],
	[/\bmodel\b.{0,150}\bis not available/i, 'modelNotAvailable'],
	[EMPTY_BALANCE, 'balanceExhausted'],
	...OPENAI_KINDS,
];

/** What kind of failure an answer of AgentsFlare is: its own words before the upstream's. */
export function parseError(answer: ApiResponse): Failure | undefined {
	return failureOfByteplus(answer, ERROR_PATTERNS);
}
