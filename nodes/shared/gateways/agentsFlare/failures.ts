import type { Failure } from '../../media/failure';
import { EMPTY_BALANCE, type KindsByWords } from '../answers';
import { failureOf as failureOfByteplus } from '../byteplus/failures';
import type { Answer } from '../gateway';
import { OPENAI_KINDS } from '../openai/failures';

/**
 * AgentsFlare's own few. A wrong key is HTTP 404 "Key not found", and 429 may also
 * mean an empty balance (the vendor's docs).
 */
const KINDS: KindsByWords = [
	[/key not found/i, 'keyNotAccepted'],
	[/\bmodel\b.{0,150}\bis not available/i, 'modelNotAvailable'],
	[EMPTY_BALANCE, 'balanceExhausted'],
	...OPENAI_KINDS,
];

/** What kind of failure an answer of AgentsFlare is: its own words before the upstream's. */
export function failureOf(answer: Answer): Failure | undefined {
	return failureOfByteplus(answer, KINDS);
}
