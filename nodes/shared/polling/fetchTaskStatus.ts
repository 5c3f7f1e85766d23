import type { TaskApi } from '../gateways/types';
import { GenerationError, type FailureKind } from '../errors/failure';
import { isPassing } from '../generation/task';
import { withTimeout } from '../time/deadline';
import { readApiResponse } from '../transport/body';
import { sendRequest } from '../transport/client';
import type { GatewaySession } from '../transport/session';
import type { PollResult } from './pollTask';
import { POLL_TIMEOUT_SECONDS } from './tuning';

/** For a finished task that contains its image as data instead of a URL. */
const MAX_STATUS_BYTES = 32 * 1024 * 1024;

/**
 * The failures that the poller itself decides about: at the timeout it ends with the status known by then, and a task
 * that was created a moment ago may not be visible everywhere yet.
 */
const BY_THE_WAITER: ReadonlySet<FailureKind> = new Set(['timedOut', 'taskNotFound']);

/**
 * Requests the status of a task from its gateway, once.
 * @throws GenerationError if another poll would fail in the same way
 */
export async function fetchTaskStatus(
	session: GatewaySession,
	tasks: TaskApi,
	taskId: string,
): Promise<PollResult> {
	const deadline = withTimeout(session.deadline, POLL_TIMEOUT_SECONDS);
	let retryAfter: { retryAfter?: number } = {};
	try {
		const response = await sendRequest({ ...session, deadline }, tasks.getTask(taskId));
		if (response.retryAfter !== undefined) retryAfter = { retryAfter: response.retryAfter };
		return {
			result: tasks.parseResponse(await readApiResponse(response, deadline, MAX_STATUS_BYTES)),
			...retryAfter,
		};
	} catch (error) {
		return { ...toPollError(error), ...retryAfter };
	} finally {
		deadline.close();
	}
}

/** @throws errors that will not pass */
function toPollError(error: unknown): PollResult {
	if (!(error instanceof GenerationError)) throw error;
	const { failure } = error;
	// Sent or not, a poll ends with the timeout.
	if (failure.kind === 'notSent') return { error: { ...failure, kind: 'timedOut' } };
	if (isPassing(failure.kind) || BY_THE_WAITER.has(failure.kind)) return { error: failure };
	throw error;
}
