/**
 * How failures are worded, for tests about something else: that a kind of failure comes out where it should. The wording
 * itself is held by `test/golden/messages.test.mts` alone.
 */
import type { Failure } from '../../nodes/shared/errors/failure.js';
import { describeFailure } from '../../nodes/shared/errors/messages.js';

/** Stands where the gateway's own message would, and in none of our texts. */
const MESSAGE = '@message@';
const ADVICE = '@advice@';

/** Of a request that a gateway has answered: without a status, invalid input is our own finding. */
const describe = (failure: Pick<Failure, 'kind'> & Partial<Failure>) =>
	describeFailure(
		{ message: MESSAGE, httpStatus: 400, ...failure },
		{ gateway: 'Gateway', itemIndex: 0 },
	);

/**
 * Returns what a message says between the gateway's name and the gateway's own message, e.g. `the answer did not arrive`.
 * @param known what the summary names, e.g. the model
 */
export function summaryOf(kind: Failure['kind'], known: Partial<Failure> = {}): string {
	const { message } = describe({ ...known, kind });
	const summary = /^Gateway:? (.+) \(@message@\) \[item 0\]$/.exec(message)?.[1];
	if (summary === undefined) throw new Error(`No summary can be found in: ${message}`);
	return summary;
}

/** What the description of a failure ends with if the gateway did no work. */
export const NOTHING_CHARGED = describe({ kind: 'keyNotAccepted', advice: ADVICE })
	.description.replace(ADVICE, '')
	.trim();

/** Returns what the description of a failure says that there is to do. */
export function adviceOf(kind: Exclude<Failure['kind'], 'invalidInput'>): string {
	return describe({ kind }).description.replace(NOTHING_CHARGED, '').trim();
}
