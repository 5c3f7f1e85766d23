import type { Failure } from '../../media/failure';
import { wordsOf } from '../answers';
import { failureOf as failureOfByteplus } from '../byteplus/failures';
import type { Answer } from '../gateway';

/**
 * What kind of failure an answer of AgentsFlare is: its own few first, the upstream's else.
 * A wrong key is HTTP 404 "Key not found", a wrong path 404 "Cannot POST …", and 429 may also mean an
 * empty balance (the vendor's docs).
 */
export function failureOf(answer: Answer): Failure | undefined {
	const failure = failureOfByteplus(answer);
	if (!failure) return undefined;
	const { says } = wordsOf(answer);
	if (/key not found/i.test(says)) return { ...failure, kind: 'keyNotAccepted' };
	if (/^cannot (get|post)/i.test(says)) return { ...failure, kind: 'notReachable' };
	if (/is not available/i.test(says)) return { ...failure, kind: 'modelNotAvailable' };
	if (/balance|credit/i.test(says)) return { ...failure, kind: 'balanceExhausted' };
	return failure;
}
