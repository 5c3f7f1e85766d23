import type { FailureKind } from '../errors/failure';
import type { TaskStatus } from './result';

const TERMINAL_STATUSES: ReadonlySet<TaskStatus> = new Set([
	'succeeded',
	'failed',
	'cancelled',
	'expired',
]);

/** Whether a task in this state will not change any more. */
export function isTerminal(status: TaskStatus): boolean {
	return TERMINAL_STATUSES.has(status);
}

const PASSING: ReadonlySet<FailureKind> = new Set([
	'rateLimited',
	'gatewayFailed',
	'answerLost',
	'notReachable',
]);

/** Whether a poll of a task that failed so may succeed a little later. The task itself goes on meanwhile. */
export function isPassing(kind: FailureKind): boolean {
	return PASSING.has(kind);
}
