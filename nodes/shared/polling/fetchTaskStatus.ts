import type { TaskApi } from '../gateways/types';
import { GenerationError, type FailureKind } from '../errors/failure';
import { isPassing } from '../generation/task';
import { withTimeout } from '../time/deadline';
import { readApiResponse } from '../transport/body';
import { sendRequest } from '../transport/client';
import type { GatewaySession } from '../transport/session';
import type { PollResult } from './pollTask';

/** A state is a few hundred bytes: what takes longer is asked for anew. Seconds. */
const POLL_TIMEOUT_SECONDS = 30;

/** Where a finished task brings its picture as data in place of a link. */
const MAX_STATUS_BYTES = 32 * 1024 * 1024;

/**
 * What the waiter itself decides about: at the end of the time it ends with what is known by then, and a task
 * that was created a moment ago may not be known everywhere yet.
 */
const BY_THE_WAITER: ReadonlySet<FailureKind> = new Set(['timedOut', 'taskNotFound']);

/**
 * Asks a gateway for the state of a task, once.
 * @throws MediaError when asking again would bring the same
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

/** @throws what will not pass */
function toPollError(error: unknown): PollResult {
	if (!(error instanceof GenerationError)) throw error;
	const { failure } = error;
	// Sent or not, a poll is over with the time.
	if (failure.kind === 'notSent') return { error: { ...failure, kind: 'timedOut' } };
	if (isPassing(failure.kind) || BY_THE_WAITER.has(failure.kind)) return { error: failure };
	throw error;
}
