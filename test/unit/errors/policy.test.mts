/**
 * What follows from each kind of failure: the rules about money, written out by hand. They change on purpose only.
 */
import type { Failure } from '../../../nodes/shared/errors/failure.js';
import { describeFailure } from '../../../nodes/shared/errors/messages.js';
import {
	FAILURE_KINDS,
	FAILURES,
	isFailureKind,
	type FailureKind,
} from '../../../nodes/shared/errors/policy.js';
import {
	isFree,
	isTransient,
	isChargeUncertain,
	mayResubmit,
	mustNotBeResent,
} from '../../../nodes/shared/errors/retryPolicy.js';

type Answer = 'yes' | 'no' | 'without a task' | 'with a task' | 'if the network may recover';

interface Expected {
	isFree: Answer;
	mayResubmit: Answer;
	mustNotBeResent: Answer;
	isChargeUncertain: Answer;
}

const ROWS: Record<FailureKind, readonly [Answer, Answer, Answer, Answer]> = {
	// isFree, mayResubmit, mustNotBeResent, isChargeUncertain
	keyNotAccepted: ['without a task', 'no', 'no', 'no'],
	accessDenied: ['without a task', 'no', 'no', 'no'],
	balanceExhausted: ['without a task', 'no', 'no', 'no'],
	invalidInput: ['yes', 'no', 'yes', 'no'],
	contentRefused: ['yes', 'no', 'yes', 'no'],
	modelNotAvailable: ['without a task', 'no', 'no', 'no'],
	modelUnknown: ['without a task', 'no', 'no', 'no'],
	rateLimited: ['without a task', 'without a task', 'with a task', 'with a task'],
	gatewayFailed: ['no', 'no', 'no', 'no'],
	answerLost: ['no', 'no', 'yes', 'yes'],
	notReachable: ['without a task', 'if the network may recover', 'no', 'no'],
	taskFailed: ['no', 'no', 'no', 'no'],
	taskNotFound: ['no', 'no', 'no', 'no'],
	taskNotSeen: ['no', 'no', 'no', 'no'],
	taskTimedOut: ['no', 'no', 'no', 'no'],
	balanceNotSeen: ['no', 'no', 'no', 'no'],
	tasksNotSeen: ['no', 'no', 'no', 'no'],
	notCancelled: ['no', 'no', 'no', 'no'],
	timedOut: ['no', 'no', 'yes', 'yes'],
	notSent: ['without a task', 'no', 'no', 'no'],
	fileGone: ['no', 'no', 'no', 'no'],
	leftBehind: ['no', 'no', 'no', 'no'],
	cancelled: ['no', 'no', 'no', 'no'],
};

function expectedOf(kind: FailureKind): Expected {
	const [free, resubmit, resent, chargeable] = ROWS[kind];
	return {
		isFree: free,
		mayResubmit: resubmit,
		mustNotBeResent: resent,
		isChargeUncertain: chargeable,
	};
}

/** Asks a rule about the kind alone, with a task, and with a network error that may resolve by itself. */
function answerOf(rule: (failure: Failure) => boolean, kind: FailureKind): Answer | undefined {
	const told = (more: Partial<Failure>) => rule({ kind, message: '', ...more });
	const [alone, withTask, withCode] = [{}, { taskId: 'a' }, { code: 'ECONNREFUSED' }].map(told);
	if (withTask) return alone ? 'yes' : 'with a task';
	if (alone) return 'without a task';
	return withCode ? 'if the network may recover' : 'no';
}

it('the kinds keep their names and their order, which workflows and stored executions know', () =>
	expect(FAILURE_KINDS).toEqual(Object.keys(ROWS)));

describe.each(FAILURE_KINDS)('%s', (kind) => {
	it('is free, sent again and remembered as before', () =>
		expect({
			isFree: answerOf(isFree, kind),
			mayResubmit: answerOf(mayResubmit, kind),
			mustNotBeResent: answerOf(mustNotBeResent, kind),
			isChargeUncertain: answerOf(isChargeUncertain, kind),
		}).toEqual(expectedOf(kind)));

	it('is not free if the same request was sent before', () =>
		expect(isFree({ kind, message: '', wasSentBefore: true })).toBe(false));

	it('has a message and advice', () => {
		const { message, description } = describeFailure(
			{ kind, message: '' },
			{ gateway: 'The gateway', itemIndex: 0 },
		);
		expect(message).toMatch(/^(The gateway|Parameters)\b.*\[item 0\]$/);
		expect(description).toMatch(/\w\.$/);
	});
});

const kindsWith = (has: (policy: (typeof FAILURES)[FailureKind]) => boolean) =>
	FAILURE_KINDS.filter((kind) => has(FAILURES[kind]));

it.each<readonly [string, FailureKind[], FailureKind[]]>([
	[
		'the wait goes on after a poll',
		FAILURE_KINDS.filter(isTransient),
		['rateLimited', 'gatewayFailed', 'answerLost', 'notReachable'],
	],
	[
		'the poller decides',
		kindsWith(({ polling }) => polling === 'decided by the poller'),
		['taskNotFound', 'timedOut'],
	],
	[
		'a poll takes it for timedOut',
		kindsWith(({ polling }) => polling === 'handled as timedOut'),
		['notSent'],
	],
	[
		'the task is lost',
		kindsWith(({ losesTask }) => losesTask),
		['contentRefused', 'taskFailed', 'taskNotFound'],
	],
	[
		'a retry by a person repeats it',
		kindsWith(({ personRetry }) => personRetry === 'repeats the failure'),
		['contentRefused'],
	],
	[
		'its URL is not downloaded by a retry',
		kindsWith(({ urlIsRecoverable }) => !urlIsRecoverable),
		['contentRefused', 'gatewayFailed', 'taskFailed'],
	],
	[
		'its message fits operations that are free',
		kindsWith(({ accountOperation }) => accountOperation === 'as is'),
		['keyNotAccepted', 'accessDenied', 'notReachable', 'taskNotFound', 'cancelled'],
	],
	['it is shown first', kindsWith(({ shown }) => shown === 'first'), ['cancelled']],
	['it is shown last', kindsWith(({ shown }) => shown === 'last'), ['leftBehind']],
])('%s', (_what, kinds, expected) => expect(kinds).toEqual(expected));

it.each(['toString', '__proto__', 'constructor', '', 'RateLimited'])('%j is no kind', (text) =>
	expect(isFailureKind(text)).toBe(false),
);
