import type { Failure } from '../../errors/failure';
import { classifyError } from '../classifyError';
import { EMPTY_BALANCE, type ErrorPatterns } from '../errorPatterns';
import { BYTEPLUS, OPENAI } from '../makerErrors';
import type { ApiResponse } from '../types';

/**
 * AgentsFlare has few errors of its own. A wrong key is HTTP 404 "Key not found", and 429 may also mean an empty
 * balance (the vendor's docs).
 */
const ERROR_PATTERNS: ErrorPatterns = [
	[/key not found/i, 'keyNotAccepted'],
	[/\bmodel\b.{0,150}\bis not available/i, 'modelNotAvailable'],
	[EMPTY_BALANCE, 'balanceExhausted'],
];

/** Returns the failure in a response of AgentsFlare: its own errors go before those of the makers. */
export function parseError(response: ApiResponse): Failure | undefined {
	return classifyError(response, ERROR_PATTERNS, [OPENAI, BYTEPLUS]);
}
